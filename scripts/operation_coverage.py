"""Show for each operation of the contract: its calls, whether they are tested and documented.

    python scripts/operation_coverage.py [--format text|markdown|json]

The columns:

- **calls**: the methods of a client that send it, from `vlmrun.operations()`; or the reason why
  there are none.
- **sync**, **async**: tested, which is measured here and now: the call that a module of
  tests/client has for the operation in `CALLS` is made on `VLMRun` and on `AsyncVLMRun`, each
  against a stand-in server. It is tested if the call returned, a request with this operationId
  arrived and was answered with success, and each of the methods ran. That such a call is a test is
  the work of tests/contract/test_operations.py, which compares what both twins send.
- **documented**: docs/operations.md names each method in the operation's row, and the method's
  docstring has an example (opcoverage/documented.py has the exact words).

Each hole is listed with what to do. Needs the package and its extras, as in `.venv`; takes some
seconds. Exit status: 0 no holes; 1 holes; 2 the tests' calls or the page cannot be read.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from opcoverage.documented import calls_on_page, has_example
from opcoverage.measuring import Measured, calls_of_tests, measure
from opcoverage.report import FORMATS, Row

import vlmrun

PAGE = Path(__file__).resolve().parent.parent / "docs/operations.md"

NO_CALL = (
    "no call sends it: name it in `operations` of a resource of src/vlmrun/_async, or give the "
    "reason in its x-low-level-only in openapi.yaml"
)
NOT_TESTED = "no test makes it: add a call to CALLS in the resource's module of tests/client"


def row_of(operation: Any, tests: Mapping[str, Any], page: Mapping[str, Sequence[str]]) -> Row:
    """The row of one operation.

    Args:
        operation: One of `vlmrun.operations()`.
        tests: The tests' calls, by operationId.
        page: The calls on the page of operations, by operationId.
    """
    id, calls = operation.id, operation.calls
    if not calls:
        holes = [] if operation.reason else [NO_CALL]
        listed = [] if id in page else ["it is not in docs/operations.md: run `make docs`"]
        return Row(id, (), operation.reason, False, False, not listed, (*holes, *listed))
    measured = measure(id, calls, tests[id]) if id in tests else {}
    by_twin = {kind: list(_not_tested(kind, calls, found)) for kind, found in measured.items()}
    untested = [hole for holes in by_twin.values() for hole in holes] if measured else [NOT_TESTED]
    undocumented = list(_not_documented(id, calls, page))
    return Row(
        id,
        calls,
        None,
        sync=bool(measured) and not by_twin["sync"],
        asynchronous=bool(measured) and not by_twin["async"],
        documented=not undocumented,
        holes=(*untested, *undocumented),
    )


def _not_tested(kind: str, calls: Sequence[str], found: Measured) -> Iterator[str]:
    if found.error:
        yield f"its call in CALLS fails ({kind}): {found.error}"
    elif not found.succeeded:
        statuses = ", ".join(map(str, found.statuses)) or "nothing"
        yield f"its call in CALLS does not send it with success ({kind}): {statuses} came"
    else:
        for call in calls:
            if call not in found.ran:
                yield f"client.{call} did not run ({kind}): call it too in the operation's CALLS"


def _not_documented(
    id: str, calls: Sequence[str], page: Mapping[str, Sequence[str]]
) -> Iterator[str]:
    for call in calls:
        if call not in page.get(id, ()):
            yield f"client.{call} is not in its row of docs/operations.md: run `make docs`"
        if not has_example(call):
            yield f"client.{call} has no `Example:` in its docstring: add one in src/vlmrun/_async"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; returns the exit status."""
    summary = (__doc__ or "").partition("\n")[0]
    parser = argparse.ArgumentParser(prog="operation_coverage.py", description=summary)
    parser.add_argument("--format", choices=FORMATS, default="text")
    options = parser.parse_args(arguments)
    try:
        tests, page = calls_of_tests(), calls_on_page(PAGE.read_text("utf-8"))
    except Exception as error:
        print(f"Nothing was measured: {type(error).__name__}: {error}", file=sys.stderr)
        return 2
    rows = [row_of(operation, tests, page) for operation in vlmrun.operations()]
    print(FORMATS[options.format](rows))
    return 1 if any(row.holes for row in rows) else 0


if __name__ == "__main__":
    logging.getLogger("vlmrun").setLevel(logging.ERROR)  # what the calls say is not the subject
    sys.exit(main())
