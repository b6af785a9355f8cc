"""The fault matrix: what each class of calls gets for each fault.

`test_matrix.py` runs the cells. The same table is docs/reliability.md, which this writes:

    python -m tests.faults.matrix
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from tests.faults import matrix_faults as faults
from tests.faults.matrix_kinds import RETRIES, Fault, Result

PAGE = Path(__file__).parents[2] / "docs/reliability.md"

# One operation for each cost class (`vlmrun.operations()`), and the call that sends it.
CALLS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "free": ("get_execution", lambda client: client.executions.get("e1")),
    "deletes": ("delete_file", lambda client: client.files.delete("e1")),
    "stores": ("create_agent", lambda client: client.agent.create({"prompt": "x"}, name="n")),
    "paid": ("execute_agent", lambda client: client.agent.execute(prompt="Read it", id="job-1")),
}

FAULTS: list[Fault] = faults.ALL

_HEAD = f"""\
<!-- Written by `python -m tests.faults.matrix`. Do not edit. -->

# Reliability

Every call ends with a result or with one of the errors of this package, whatever happens on the
way to the service. This page lists, for each fault, the result of a call. `make faults` runs each
line against a server that shows the fault, with the sync client and with the async client, and
checks the error, the number of requests that have arrived, and that no connection, file or thread
is left.

What may be sent again depends on what an operation costs
([operations](operations.md) lists the cost of each):

- **free** operations only read. **deletes** has the same result the second time. They are sent
  again after every failure that may pass.
- **stores** and **paid** operations would create something twice. They are sent again only if the
  first request did not arrive, or was refused for now: 429, 503 with a valid `Retry-After`, or 425
  ([RFC 8470](https://www.rfc-editor.org/rfc/rfc8470#section-5.2)). An upload of a file is the
  exception: a second copy costs nothing, so it is sent again as if it were free.

Their errors have an `outcome`, and `job_id` is the id of the job
([calls that cost money](guides/errors-and-logging.md#calls-that-cost-money)):

| kind of failure | `outcome` | sent again |
|---|---|---|
| never delivered | "not_sent" | all operations |
| throttled | "refused" | all operations |
| refused | "refused" | none |
| unknown | "unknown" | free, deletes |
| undecodable response | "accepted" | none |

In the tables below, each call has `max_retries={RETRIES}`, and the fault does not pass. A cell has
the error, the number of attempts if it is not 1, and the outcome. NaN and infinity in a response
are results, as they are for Python; credits of NaN count as unknown.
"""


def cell(result: Result) -> str:
    """Return what a cell of the page says."""
    text = "a result" if result.error is None else f"`{result.error}`"
    if result.attempts > 1:
        text += f" ×{result.attempts}"
    return text + (f", {result.outcome}" if result.outcome else "")


def render() -> str:
    """Return the page."""
    return "\n".join([_HEAD, *_tables()])


def _tables() -> Iterator[str]:
    for group, members in groupby(FAULTS, lambda fault: fault.group):
        yield f"## {group}\n"
        yield "| fault | free, deletes | stores, paid |\n|---|---|---|"
        for results, alike in groupby(members, lambda fault: fault.results):
            repeated = cell(results.free)
            if results.deletes != results.free:
                repeated += f" (deletes: {cell(results.deletes)})"
            for name in _names([each.name for each in alike]):
                yield f"| {name} | {repeated} | {cell(results.writes)} |"
        yield ""


def _names(names: list[str]) -> list[str]:
    """Return the names of lines; statuses with the same results are one line."""
    if not all(name.isdecimal() for name in names):
        return names
    ranges: list[list[str]] = []
    for name in names:
        if ranges and int(name) == int(ranges[-1][-1]) + 1:
            ranges[-1].append(name)
        else:
            ranges.append([name])
    return [", ".join(each[0] if each[1:] == [] else f"{each[0]}-{each[-1]}" for each in ranges)]


class Cell(NamedTuple):
    """One class of calls, with one fault."""

    fault: Fault
    cost: str

    def __str__(self) -> str:
        return f"{self.fault.name}-{self.cost}"

    @property
    def expected(self) -> Result:
        """The expected result."""
        results = self.fault.results
        return {"free": results.free, "deletes": results.deletes}.get(self.cost, results.writes)


CELLS = [Cell(fault, cost) for fault in FAULTS for cost in CALLS]


if __name__ == "__main__":
    PAGE.write_text(render(), "utf-8", newline="\n")
    sys.stdout.write(f"{len(CELLS)} cells per client\n")
