"""Write a report of a PDF, and print the size of the report and the peak memory of this process.

python -m processes.report_once PDF PAGES BOXES REPORT
"""

from __future__ import annotations

import sys
from pathlib import Path

from processes.long_document import grounded
from processes.memory import peak
from vlmrun.types import PredictionResponse


def main(pdf: str, pages: str, boxes: str, report: str) -> None:
    """Write a report of a prediction with so many boxes on each page."""
    response = grounded(int(pages), int(boxes))
    job = PredictionResponse(id="pred_1", status="completed", response=response)
    path = job.to_html(report, Path(pdf))
    print(path.stat().st_size, peak())


if __name__ == "__main__":
    main(*sys.argv[1:])
