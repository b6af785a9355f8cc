"""Say what differs between two OpenAPI documents, for whom it breaks, and what there is to edit.

    python -m scripts.spec_diff OLD NEW [--format text|markdown|json] [--project FOLDER]

OLD and NEW are files of OpenAPI 3.0 or 3.1, YAML or JSON, in the folder or as git has them
(`HEAD:openapi.yaml`). Each change is in one or more classes:

wire-breaking
    A client that was right before is refused, or gets what it cannot read. The same change works
    the other way round in a request and in a response: a service may take more and send less.
low-level breaking
    A module, function, class, argument, field or type of `vlmrun_api` is another one, by the rules
    of the generator; or a released `vlmrun_api` would refuse a response for a new value of an enum.
ergonomic-breaking
    A public type or call of `vlmrun` that shows it is wrong now; the report names it and the line.
compatible
    None of these. A new field of a public type is compatible, and still work to do.

What only documents (descriptions, titles, examples) is counted. What is written another way is no
change: the order of keys, `nullable`, a type with "null" or an `anyOf` with null, an `allOf` of
one, a reference or the same schema in its place. Operations are the same by method and path, else
by operationId; schemas by name, else by equal shape. What is left is paired if it is much alike,
and marked as a guess.

JSON has these keys, always in this order: `schema` (1; raised when a key changes), `old`, `new`,
`breaking`, `counts` (by class), `documentation_only`, `version`, `next_version`, `changelog`, and
`changes`, each with `kind`, `subject`, `text`, `classes`, `reasons` (lists by class), `old` and
`new` (JSON pointers, null where there is none), `directions`, `operations`, `guess` and `work`
(`file`, `line`, `text`).

Exit status: 0 nothing, or compatible changes only; 1 something breaks; 2 a document cannot be
used, and why is said as `lint_spec.py` says it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from scripts.openapi.load_document import UnusableError
from scripts.spec_diff import compare_files
from scripts.spec_diff.render import as_json, as_markdown, as_text

ROOT = Path(__file__).resolve().parents[2]
_FORMATS = {"text": as_text, "markdown": as_markdown, "json": as_json}


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare two files and print the report; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="spec_diff.py", description="What differs between two OpenAPI documents, and for whom."
    )
    parser.add_argument("old", type=Path, help="the document before")
    parser.add_argument("new", type=Path, help="the document after")
    parser.add_argument("--format", choices=_FORMATS, default="text", help="how it is printed")
    parser.add_argument(
        "--project", type=Path, default=ROOT, help="the checkout with the public types and calls"
    )
    parser.add_argument(
        "--cache",
        type=Path,
        default=ROOT / ".codegen",
        metavar="PATH",
        help="the folder with the generator's environment",
    )
    options = parser.parse_args(arguments)
    try:
        report = compare_files(options.old, options.new, options.project, options.cache.absolute())
    except UnusableError as error:
        print(error, file=sys.stderr)
        return 2
    if report.problem:
        print(report.problem, file=sys.stderr)
    sys.stdout.write(_FORMATS[options.format](report))
    return 1 if report.is_breaking else 0


if __name__ == "__main__":
    sys.exit(main())
