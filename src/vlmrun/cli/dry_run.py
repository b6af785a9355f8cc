"""`--dry-run`: the sizes, pages and credits of what would be sent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from vlmrun.cli.batch_calls import BatchCall
from vlmrun.cli.formatting import (
    block_of,
    count,
    credits_text,
    footer,
    number_text,
    size_text,
)
from vlmrun.cli.inputs import Input
from vlmrun.cli.problems import Problem
from vlmrun.cli.run import Run
from vlmrun.cli.streams import shown
from vlmrun.cli.tables import Column
from vlmrun.cli.waiting import reason_of_item


class Plan(NamedTuple):
    """A request that would be sent for an input.

    Attributes:
        label: The input.
        plan: The `BatchPlan` of the SDK; None if it cannot be sent.
        error: Why not.
    """

    label: str
    plan: Any
    error: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON of the plan."""
        if self.plan is None:
            return {"input": self.label, "error": self.error}
        plan = self.plan
        data = {"files": plan.files, "bytes": plan.bytes, "pages": plan.pages}
        data |= {"credits": plan.credits, "is_done": plan.is_done}
        done_pages = getattr(plan, "done_pages", None)  # documents in parts have it
        return {"input": self.label, **data, **({"done_pages": done_pages} if done_pages else {})}

    @property
    def done(self) -> str:
        """The part that the journal has: "all", the pages of some parts, or none."""
        if self.plan.is_done:
            return "all"
        pages = getattr(self.plan, "done_pages", None)
        return f"pages {pages}" if pages else ""


def plans_of(
    run: Run, inputs: Sequence[Input], call: BatchCall, journal: Path | None = None
) -> list[Plan]:
    """Return the plan of each input. No API key is needed.

    Args:
        run: The run of the command.
        inputs: The inputs.
        call: What to do with each.
        journal: The journal, if there may be one.
    """
    if journal is not None and not journal.exists():
        journal = None
    plans: dict[int, Plan] = {}
    for index, item in call.items(run.anonymous_client, inputs, journal, dry_run=True):
        error = None if item.error is None else reason_of_item(item.error, call.kind)
        plans[index] = Plan(inputs[index].label, item.plan, error)
    return [plans[index] for index in range(len(inputs))]


def show_plans(run: Run, plans: Sequence[Plan]) -> None:
    """Write the plans, and their sums on stderr.

    Raises:
        Problem: Some inputs cannot be sent.
    """
    found = [each for each in plans if each.plan is not None]
    has_journal = any(each.plan.is_done is not None for each in found)
    run.output.rows(
        plans if run.output.is_json else found,
        [
            Column("INPUT"),
            Column("PAGES", right=True),
            Column("SIZE", right=True),
            Column("CREDITS", right=True),
            *([Column("DONE")] if has_journal else []),
        ],
        lambda each: [
            each.label,
            each.plan.pages,
            size_text(each.plan.bytes),
            number_text(each.plan.credits),
            *([each.done] if has_journal else []),
        ],
        empty="Nothing would be sent",
    )
    pages = _sum(each.plan.pages for each in found)
    credits = _sum(each.plan.credits for each in found)
    facts = footer(
        count(len(found), "input"),
        None if pages is None else count(int(pages), "page"),
        size_text(sum(each.plan.bytes for each in found)),
        credits_text(credits),
    )
    run.output.note(f"{facts}. Nothing was sent")
    failed = [each for each in plans if each.plan is None]
    if failed:
        for line in block_of(f"{shown(each.label)}: {each.error}" for each in failed):
            run.output.warn(line)
        raise Problem(f"{count(len(failed), 'input')} of {len(plans)} cannot be sent")


def _sum(values: Iterable[float | None]) -> float | None:
    """Return the sum of the values; None if one is not known."""
    every = list(values)
    return None if None in every else sum(value or 0 for value in every)
