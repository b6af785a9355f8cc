"""Bundle one skill, and print the peak memory of this process and the size of the bundle in bytes.

python -m processes.bundle_once DIRECTORY
"""

from __future__ import annotations

import json
import sys

from processes.memory import peak
from vlmrun import skills


def main(directory: str) -> None:
    """Bundle the skill in a directory."""
    bundled = skills.bundle(directory)
    print(json.dumps({"peak": peak(), "size": len(bundled.data)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
