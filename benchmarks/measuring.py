"""How a figure is measured and what comes out of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from statistics import median

import attrs

MB = 10**6


@attrs.frozen
class Result:
    """One line of the table.

    Attributes:
        what: What was measured.
        values: All measurements; the median is the figure.
        unit: What the values count: "x" for a ratio, " MB", "" for a bare number.
        aim: The most that the median may be; None for a line that stands there for comparison.
    """

    what: str
    values: Sequence[float]
    unit: str
    aim: float | None = None

    @property
    def figure(self) -> float:
        """The median of the measurements."""
        return median(self.values)

    @property
    def verdict(self) -> str:
        """Whether the aim is met; empty without an aim."""
        if self.aim is None:
            return ""
        return "met" if self.figure <= self.aim else "NOT met"


def interleaved(measures: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """Take each measure once a round, so that what disturbs the machine disturbs all alike.

    Every other round goes backwards, and the first does not count: it warms caches up.

    Args:
        measures: By name, a function that does the work once and returns its cost.
        rounds: How many measurements of each to return.

    Returns:
        By name, the costs in the order of the rounds.
    """
    costs: dict[str, list[float]] = {name: [] for name in measures}
    names = list(measures)
    for name in names:
        measures[name]()
    for _ in range(rounds):
        for name in names:
            costs[name].append(measures[name]())
        names.reverse()
    return costs


def ratios(costs: Sequence[float], baseline: Sequence[float]) -> list[float]:
    """Each round's cost over the baseline's cost of the same round."""
    return [cost / base for cost, base in zip(costs, baseline, strict=True)]
