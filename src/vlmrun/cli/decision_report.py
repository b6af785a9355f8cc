"""Answers of System One as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from vlmrun.cli.decision_gates import mean
from vlmrun.cli.formatting import footer, number_text, seconds_text

_BAR = 20
_SPARKS = "▁▂▃▄▅▆▇█"


def lines_of_answers(responses: Sequence[Any]) -> Iterator[str]:
    """Yield the lines about the answers of one response, or of several to the same request."""
    for id in responses[0].answers:
        yield from _lines_of([each.answers[id] for each in responses], id)


def _lines_of(answers: Sequence[Any], id: str) -> Iterator[str]:
    first = answers[0]
    if first.type not in ("noul", "choice", "score"):
        yield f"{id}: {first.to_json()}"
        return
    value: Any = mean([getattr(each, first.type) for each in answers])
    if first.type == "noul":
        yield f"{id}: {'yes' if value >= 0.5 else 'no'} {_bar(value)} {value:.3f} P(yes)"
    else:
        confidence = mean([each.confidence or 0.0 for each in answers])
        shown = value if first.type == "choice" else f"{value:.2f}"
        yield f"{id}: {shown} {_bar(confidence)} {confidence:.3f} confidence"
        yield from _probabilities(answers)
    if len(answers) > 1:
        yield _spread([getattr(each, first.type) for each in answers])


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
    responses = [each.response for each in reads]
    times = [each.timestamp_s for each in reads]
    for id, first in responses[0].answers.items():
        values: list[Any] = [getattr(each.answers[id], first.type, None) for each in responses]
        if first.type == "choice":
            yield f"{id}: {_segments(values, times)}"
        elif first.type in ("noul", "score"):
            top = 1.0 if first.type == "noul" else max(len(first.legend or {}) - 1, 1)
            yield f"{id}: {_sparkline(values, top)}"
            peak, low = values.index(max(values)), values.index(min(values))
            yield (
                f"  mean {mean(values):.3f}, peak {values[peak]:.3f} at {times[peak]:.1f} s, "
                f"low {values[low]:.3f} at {times[low]:.1f} s"
            )
    yield f"  {times[0]:.1f} s to {times[-1]:.1f} s, {len(reads)} frames"


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
