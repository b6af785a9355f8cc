"""Report what differs between two OpenAPI documents, what that breaks, and what to edit.

    python -m scripts.spec_diff OLD NEW [--format text|markdown|json] [--project FOLDER]

OLD and NEW are files of OpenAPI 3.0 or 3.1, YAML or JSON, or revisions in git
(`HEAD:openapi.yaml`). Each change is classified, and can be of several levels:

wire-breaking
    A request that was valid is refused, or a client receives what it cannot read. The same change
    has opposite effects in a request and in a response: a service may accept more and return less.
low-level breaking
    Code that uses `vlmrun_api` breaks: the generator builds the package of both documents, and
    griffe compares the two. Or a released `vlmrun_api` would refuse a new value of an enum in a
    response.
ergonomic-breaking
    A public type or call of `vlmrun` is wrong now; the report names it, with file and line.
compatible
    None of these. A new field of a public type is compatible, and still has to be added there.

Differences in documentation (descriptions, titles, examples) are only counted. Equivalent ways to
write a schema are no difference: the order of keys, `nullable`, a type with "null" or an `anyOf`
with null, an `allOf` of one, a reference or the same schema in its place. Operations are paired by
method and path, else by a prefix below which most paths moved, else by operationId; schemas by
name, else by equal shape. The rest is paired if it is similar, and marked as a guess.

JSON has these keys, always in this order: `schema` (1; raised when a key changes), `old`, `new`,
`breaking`, `counts` (by level), `documentation_only`, `version` (of the latest release),
`next_version`, `changelog`, and `changes`, each with `kind`, `subject`, `text`, `classes` (the
levels), `reasons` (lists by level), `old` and `new` (JSON pointers, or null), `directions`,
`operations`, `guess` and `work` (`file`, `line`, `text`).

Exit status: 0 no changes, or only compatible ones; 1 something breaks; 2 a document cannot be
used, for a reason that is printed as `make lint-spec` does. If only the generator cannot use a
document, the low level is left out, which standard error says.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from scripts.openapi.load_document import UnusableError
from scripts.spec_diff.diff_report import CACHE, ROOT, build_report
from scripts.spec_diff.report_formats import as_json, as_markdown, as_text
from scripts.spec_diff.spec import load_spec

_FORMATS = {"text": as_text, "markdown": as_markdown, "json": as_json}


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare two documents and print the report; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="spec_diff", description="Report what differs between two OpenAPI documents."
    )
    parser.add_argument("old", type=Path, help="the document before")
    parser.add_argument("new", type=Path, help="the document after")
    parser.add_argument("--format", choices=_FORMATS, default="text", help="the output format")
    parser.add_argument(
        "--project", type=Path, default=ROOT, help="the checkout with the public types and calls"
    )
    parser.add_argument(
        "--cache", type=Path, default=CACHE, help="the folder with the generator's environment"
    )
    options = parser.parse_args(arguments)
    try:
        old, new = load_spec(options.old), load_spec(options.new)
        report = build_report(old, new, options.project, options.cache.absolute())
    except UnusableError as error:
        print(error, file=sys.stderr)
        return 2
    if report.problem:
        print(report.problem, file=sys.stderr)
    sys.stdout.write(_FORMATS[options.format](report))
    return 1 if report.is_breaking else 0


if __name__ == "__main__":
    sys.exit(main())
