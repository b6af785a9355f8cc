"""Measurements, their targets, and comparison within one run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from statistics import median

import attrs

MB = 10**6


@attrs.frozen
class Measurement:
    """One row of the table.

    Attributes:
        name: What was measured.
        values: The values of all repetitions; their median is compared with the target.
        unit: "x" for a ratio, " MB", or "" for a count.
        target: The highest acceptable median; None if the row is only informative.
        is_minimum: Whether the target is the lowest acceptable median instead.
    """

    name: str
    values: Sequence[float]
    unit: str
    target: float | None = None
    is_minimum: bool = False

    @property
    def median(self) -> float:
        """The median of the values."""
        return median(self.values)

    @property
    def verdict(self) -> str:
        """Whether the target is met: "met", "NOT met", or "" without a target."""
        if self.target is None:
            return ""
        is_met = self.median >= self.target if self.is_minimum else self.median <= self.target
        return "met" if is_met else "NOT met"


def interleave(functions: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """Call each function once per round and return the costs that they report.

    Interleaved calls expose all functions to the same disturbances of the machine, so that their
    ratio is stable even if their absolute times are not. Every other round runs in reverse order,
    and a round before the first one warms up caches.

    Args:
        functions: Functions that do their work once and return its cost, by name.
        rounds: The number of costs to return for each function.
    """
    costs: dict[str, list[float]] = {name: [] for name in functions}
    names = list(functions)
    for name in names:
        functions[name]()
    for _ in range(rounds):
        for name in names:
            costs[name].append(functions[name]())
        names.reverse()
    return costs


def ratios(costs: Sequence[float], baseline: Sequence[float]) -> list[float]:
    """Divide the cost of each round by the baseline's cost in the same round."""
    return [cost / base for cost, base in zip(costs, baseline, strict=True)]
