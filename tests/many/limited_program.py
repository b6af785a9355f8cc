"""A program that runs a batch while no file may grow beyond a size, as on a full disk.

python -m tests.many.limited_program URL JOURNAL BYTES
"""

from __future__ import annotations

import resource
import sys

from tests.many.batch_program import KEY, report
from vlmrun import VLMRun
from vlmrun.errors import JournalError


def run(url: str, journal: str, limit: int) -> None:
    with VLMRun(KEY, base_url=url) as client:
        items = client.agent.execute_many(
            ({"number": number} for number in range(2000)), prompt="Read it", journal=journal
        )
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
        try:
            for item in items:
                report(item)
        except JournalError as error:
            print(f"JournalError: {error} {getattr(error, '__notes__', [])}", flush=True)


if __name__ == "__main__":
    url, journal, limit = sys.argv[1:]
    run(url, journal, int(limit))
