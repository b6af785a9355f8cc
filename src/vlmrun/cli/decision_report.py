"""Answers of System One as text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from vlmrun.cli.decision_gates import mean
from vlmrun.cli.formatting import count, footer, number_text, seconds_text

_BAR = 20
_SPARKS = "▁▂▃▄▅▆▇█"


# The types of the values that have a text of their own. Others, which a later service may have, are
# shown as JSON.
_VALUES: dict[str, Any] = {"noul": (int, float), "choice": str, "score": (int, float)}


def lines_of_answers(responses: Sequence[Any]) -> Iterator[str]:
    """Yield the lines about the answers of one response, or of several to the same request."""
    for id in _ids(responses):
        yield from _lines_of([each.answers[id] for each in responses if id in each.answers], id)


def _ids(responses: Sequence[Any]) -> Iterable[str]:
    return dict.fromkeys(id for each in responses for id in each.answers)


def _value(answer: Any) -> Any:
    """Return the value of an answer; None if it cannot be shown."""
    kind = str(getattr(answer, "type", None))
    value = getattr(answer, kind, None)
    return value if isinstance(value, _VALUES.get(kind, ())) else None


def _lines_of(all_answers: Sequence[Any], id: str) -> Iterator[str]:
    answers = [each for each in all_answers if _value(each) is not None]
    if not answers:
        yield f"{id}: {all_answers[0].to_json()}"
        return
    first = answers[0]
    value: Any = mean([_value(each) for each in answers])
    if first.type == "noul":
        yield f"{id}: {'yes' if value >= 0.5 else 'no'} {_bar(value)} {value:.3f} P(yes)"
    else:
        confidence = mean([each.confidence or 0.0 for each in answers])
        shown = value if first.type == "choice" else f"{value:.2f}"
        yield f"{id}: {shown} {_bar(confidence)} {confidence:.3f} confidence"
        yield from _probabilities(answers)
    if len(answers) > 1:
        yield _spread([_value(each) for each in answers])


def _probabilities(answers: Sequence[Any]) -> Iterator[str]:
    legend = getattr(answers[0], "legend", None) or {}
    for key in answers[0].probabilities or {}:
        probability = mean([(each.probabilities or {}).get(key, 0.0) for each in answers])
        label = f"{key} {legend[key]}" if key in legend else str(key)
        yield f"  {probability:.3f} {label}"


def _spread(values: Sequence[Any]) -> str:
    if isinstance(values[0], str):
        return f"  {', '.join(values)}"
    middle = mean(values)
    spread = (sum((each - middle) ** 2 for each in values) / len(values)) ** 0.5
    return f"  {middle:.3f} ± {spread:.3f}: {', '.join(f'{each:.3f}' for each in values)}"


def _bar(share: float) -> str:
    filled = round(min(1.0, max(0.0, share)) * _BAR)
    return "█" * filled + "░" * (_BAR - filled)


def lines_of_video(reads: Sequence[Any]) -> Iterator[str]:
    """Yield the lines about the answers for the frames of a video, question by question."""
    for id in _ids([each.response for each in reads]):
        answers = [(each.response.answers.get(id), each.timestamp_s) for each in reads]
        known = [each for each in answers if _value(each[0]) is not None]
        if not known:
            continue
        values, times = [_value(each) for each, _ in known], [time for _, time in known]
        first = known[0][0]
        if first.type == "choice":
            yield f"{id}: {_segments(values, times)}"
        else:
            top = 1.0 if first.type == "noul" else max(len(first.legend or {}) - 1, 1)
            yield f"{id}: {_sparkline(values, top)}"
            peak, low = values.index(max(values)), values.index(min(values))
            yield (
                f"  mean {mean(values):.3f}, peak {values[peak]:.3f} at {times[peak]:.1f} s, "
                f"low {values[low]:.3f} at {times[low]:.1f} s"
            )
    start, end = reads[0].timestamp_s, reads[-1].timestamp_s
    yield f"  {start:.1f} s to {end:.1f} s, {count(len(reads), 'frame')}"


def _sparkline(values: Sequence[float], top: float) -> str:
    steps = len(_SPARKS) - 1
    return "".join(_SPARKS[round(min(1.0, max(0.0, each / top)) * steps)] for each in values)


def _segments(values: Sequence[str], times: Sequence[float]) -> str:
    segments: list[list[Any]] = []
    for value, time in zip(values, times, strict=True):
        if segments and segments[-1][0] == value:
            segments[-1][2] = time
        else:
            segments.append([value, time, time])
    return ", ".join(f"{value} {start:.1f}-{end:.1f} s" for value, start, end in segments)


def footer_of(responses: Sequence[Any], seconds: float) -> str:
    """Return the line with model, tokens, time and cost."""
    usages = [each.usage for each in responses if each.usage is not None]
    tokens = sum(each.input_tokens or 0 for each in usages)
    costs = [each.cost for each in usages if each.cost is not None]
    cost = f"${number_text(sum(costs))}" if costs else None
    return footer(responses[0].model, f"{tokens} tokens", seconds_text(seconds), cost)
