"""Gates of `vlmrun gw systemone`: conditions on the answers, which set the exit code."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from vlmrun.cli.problems import UsageProblem, nearest

_GATE = re.compile(r"^(?P<selector>.+?)\s*(?P<op><=|>=|==|!=|<|>)\s*(?P<value>.+)$", re.DOTALL)
_ATTRIBUTES = {
    "noul": ("noul",),
    "choice": ("choice", "confidence", "probabilities"),
    "score": ("score", "confidence", "probabilities"),
    # Its edges are not compared.
    "box": ("confidence",),
}
MODES = ("any", "all", "mean")


class Gate(NamedTuple):
    """A condition on one value of an answer.

    Attributes:
        text: The condition as it was passed.
        id: The id of the question.
        attribute: The value of the answer.
        label: The label or level, for `probabilities`.
        op: The comparison.
        value: What the value is compared with: a number, or the label of a choice.
    """

    text: str
    id: str
    attribute: str
    label: str | None
    op: str
    value: float | str

    def observe(self, response: Any) -> Any:
        """Return the value of the answer in a response; None if it does not have it."""
        answer = response.answers.get(self.id)
        found = getattr(answer, self.attribute, None)
        if self.label is None:
            return found
        if not isinstance(found, Mapping):
            return None
        return found.get(int(self.label) if answer.type == "score" else self.label, 0.0)

    def holds(self, observed: Any) -> bool:
        """Return whether the condition is true for a value; for None it is not."""
        if observed is None:
            return False
        value: Any = self.value
        comparisons = {
            "==": lambda: observed == value,
            "!=": lambda: observed != value,
            "<": lambda: observed < value,
            "<=": lambda: observed <= value,
            ">": lambda: observed > value,
            ">=": lambda: observed >= value,
        }
        return bool(comparisons[self.op]())


def parse_gates(texts: Sequence[str], questions: Mapping[str, Any]) -> list[Gate]:
    """Return the gates of `--gate`, checked against the questions.

    Raises:
        UsageProblem: One is not SELECTOR OP VALUE, or no answer has such a value.
    """
    return [_parse(text, questions) for text in texts]


def _parse(text: str, questions: Mapping[str, Any]) -> Gate:
    match = _GATE.match(text.strip())
    if match is None:
        raise UsageProblem(
            f"--gate {text!r} is not a condition", "Write SELECTOR OP VALUE, such as is_urgent>0.8"
        )
    selector, op, value = (match[name].strip() for name in ("selector", "op", "value"))
    id, attribute, label = _selected(text, selector, questions)
    question = questions[id]
    if attribute == "choice":
        if op not in ("==", "!="):
            raise UsageProblem(f"--gate {text!r}: a label is compared by == or !=")
        label_of_choice = _label(text, value.strip("'\""), question)
        return Gate(text, id, attribute, None, op, label_of_choice)
    try:
        number = float(value)
    except ValueError:
        raise UsageProblem(f"--gate {text!r}: {value!r} is not a number") from None
    return Gate(text, id, attribute, label, op, number)


def _selected(
    text: str, selector: str, questions: Mapping[str, Any]
) -> tuple[str, str, str | None]:
    # An id may have dots, and be the beginning of another one.
    ids = [id for id in questions if selector == id or selector.startswith(f"{id}.")]
    if not ids:
        hint = nearest(selector.partition(".")[0], questions)
        raise UsageProblem(
            f"--gate {text!r}: no question has the id {selector!r}",
            hint or f"Use one of: {', '.join(questions)}",
        )
    id = max(ids, key=len)
    kind = questions[id]["type"]
    attribute, _, label = selector[len(id) + 1 :].partition(".")
    attribute = attribute or kind
    if attribute not in _ATTRIBUTES[kind]:
        known = ", ".join(f"{id}.{each}" for each in _ATTRIBUTES[kind])
        raise UsageProblem(
            f"--gate {text!r}: a {kind} has no {attribute!r}", f"Use one of: {known}"
        )
    if attribute == "probabilities":
        return id, attribute, _label(text, label, questions[id])
    if label:
        raise UsageProblem(f"--gate {text!r}: {attribute} has no {label!r}")
    return id, attribute, None


def _label(text: str, label: str, question: Mapping[str, Any]) -> str:
    criteria = question["criteria"]
    is_choice = question["type"] == "choice"
    known = list(criteria) if is_choice else [str(level) for level in range(len(criteria))]
    if label not in known:
        hint = nearest(label, known) or f"Use one of: {', '.join(known)}"
        raise UsageProblem(f"--gate {text!r}: there is no {label!r}", hint)
    return label


def check_mode(value: str) -> tuple[str, int]:
    """Return the gate mode of a video, and for `sustained:N` the number of frames.

    Raises:
        UsageProblem: There is no such mode.
    """
    mode, _, count = value.partition(":")
    if mode in MODES and not count:
        return mode, 1
    if mode == "sustained" and count.isdigit() and int(count) > 0:
        return mode, int(count)
    raise UsageProblem(
        f"--gate-mode cannot be {value!r}", f"Use one of: {', '.join(MODES)}, sustained:N"
    )


class Verdict(NamedTuple):
    """Whether a gate holds, and what was observed."""

    gate: Gate
    holds: bool
    observed: Any

    @property
    def line(self) -> str:
        """The verdict as a line of text."""
        shown = f"{self.observed:.4g}" if isinstance(self.observed, float) else str(self.observed)
        return f"{'PASS' if self.holds else 'FAIL'} {self.gate.text} ({shown})"


def judge(gates: Sequence[Gate], responses: Sequence[Any]) -> list[Verdict]:
    """Return the verdicts for the mean of several responses to the same request."""
    verdicts = []
    for gate in gates:
        values = [gate.observe(each) for each in responses]
        observed = None if None in values else mean(values)
        verdicts.append(Verdict(gate, gate.holds(observed), observed))
    return verdicts


def judge_video(gates: Sequence[Gate], responses: Sequence[Any], mode: str) -> list[Verdict]:
    """Return the verdicts for the frames of a video.

    Args:
        gates: The gates.
        responses: The responses for the frames.
        mode: "any" frame, "all" frames, their "mean", or "sustained:N" for N frames in a row.
    """
    name, count = check_mode(mode)
    if name == "mean":
        return judge(gates, responses)
    verdicts = []
    for gate in gates:
        values = [gate.observe(each) for each in responses]
        held = [gate.holds(each) for each in values]
        holds = all(held) if name == "all" else _longest_run(held) >= count
        verdicts.append(Verdict(gate, holds and bool(held), f"{sum(held)} of {len(held)} frames"))
    return verdicts


def mean(values: Sequence[Any]) -> Any:
    """Return the mean of numbers, or the most frequent of labels."""
    if all(isinstance(each, (int, float)) for each in values):
        return sum(values) / len(values)
    return max(values, key=list(values).count)


def _longest_run(held: Sequence[bool]) -> int:
    longest = run = 0
    for each in held:
        run = run + 1 if each else 0
        longest = max(longest, run)
    return longest
