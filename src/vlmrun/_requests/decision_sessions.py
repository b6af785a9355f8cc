"""The first message of a session of System One, and which of its frames get a decision."""

from __future__ import annotations

from typing import Any, NamedTuple

from vlmrun._requests.decision import MAX_INFLIGHT, DecisionSettings
from vlmrun._validation import check_int, check_optional, without_none
from vlmrun.errors import InputError

# Frames have no detail: they are read in this one.
DEFAULT_DETAIL = "auto"


class Sampling(NamedTuple):
    """Which frames of a session get a decision, and how many a decision is about.

    Attributes:
        stride: The number of frames from one decision to the next; None for the default, 1.
        window: The number of frames that a decision is about; None for the default, 1.
    """

    stride: int | None = None
    window: int | None = None

    @property
    def needs_frames(self) -> bool:
        """Whether images must be sent as frames, which only they apply to."""
        return self.stride is not None or self.window is not None


def check_sampling(
    settings: DecisionSettings, transport: str, stride: Any, window: Any
) -> Sampling:
    """Check the arguments `stride` and `window` of a stream, which may be in `extra_body`, too.

    Raises:
        InputError: One of them is not valid, or cannot be combined with another argument.
    """
    passed = without_none(stride=stride, window=window)
    if transport == "http":
        for name in passed:
            raise InputError(
                f"{name} is for sessions over a WebSocket", suggestion='Pass transport="ws"'
            )
        return Sampling()
    values = {**without_none(**_in_extra_body(settings)), **passed}
    sampling = Sampling(
        *(check_optional(check_int, name, values.get(name), 1) for name in Sampling._fields)
    )
    if sampling.needs_frames and settings.detail not in (None, DEFAULT_DETAIL):
        raise InputError(
            f"{' and '.join(values)} cannot be combined with detail={settings.detail!r}",
            suggestion="Leave detail out: frames have none",
        )
    return sampling


def _in_extra_body(settings: DecisionSettings) -> dict[str, Any]:
    return {name: settings.extra_body.get(name) for name in Sampling._fields}


def session_fields(
    settings: DecisionSettings, sampling: Sampling, concurrency: int
) -> dict[str, Any]:
    """Return the fields of the message that opens a session."""
    return {
        "model": settings.fields["model"],
        "questions": settings.questions,
        "max_inflight": min(concurrency, MAX_INFLIGHT),
        **settings.fields,
        **settings.extra_body,
        **without_none(**sampling._asdict()),
    }
