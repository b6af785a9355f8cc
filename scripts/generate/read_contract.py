"""Read the OpenAPI document strictly, and write it as JSON; run by the interpreter of the tools.

The generator gets the JSON: there is only one reader of the document, and the YAML rules of the
generator do not matter.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from scripts.openapi.load_document import UnusableError, read  # noqa: E402


def main(contract: str, document: str) -> int:
    """Write the contract as JSON; print the reason and return 1 if it is not usable."""
    try:
        value = read(Path(contract)).value
    except UnusableError as error:
        print(error)
        return 1
    Path(document).write_text(json.dumps(value), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
