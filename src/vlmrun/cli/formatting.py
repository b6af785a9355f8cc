"""Times, sizes and durations for people."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timezone
from typing import Any

_UNITS = ("B", "KB", "MB", "GB", "TB")


def time_text(time: datetime | None) -> str | None:
    """Return "YYYY-MM-DD HH:MM" in UTC; None for None."""
    return None if time is None else time.astimezone(timezone.utc).strftime("%Y-%m-%d %H:%M")


def short_time(text: str) -> str:
    """Return the time of today, or the date of another day, of a `time_text`."""
    day, _, minute = text.partition(" ")
    return minute if day == f"{datetime.now(timezone.utc):%Y-%m-%d}" else day[5:]


def size_text(size: float | None) -> str | None:
    """Return a number of bytes with a fitting unit, such as "1.4 MB"; None for None."""
    if size is None:
        return None
    unit = 0
    while size >= 1000 and unit < len(_UNITS) - 1:
        size /= 1000
        unit += 1
    return f"{size:.0f} {_UNITS[unit]}" if unit == 0 else f"{size:.1f} {_UNITS[unit]}"


def seconds_text(seconds: float | None) -> str | None:
    """Return a duration, such as "4.2 s" or "3 min 05 s"; None for None."""
    if seconds is None:
        return None
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {rest:02} s"


def number_text(number: float | None) -> str | None:
    """Return a number without needless decimals, and never as "1e+06"; None for None."""
    return None if number is None else f"{number:.6f}".rstrip("0").rstrip(".")


def duration_of(job: Any) -> float | None:
    """Return the seconds that a job took: as the service reports them, or between its times."""
    reported: float | None = job.usage.duration_seconds if job.usage is not None else None
    if reported:
        return reported
    if job.created_at is not None and job.completed_at is not None:
        seconds: float = (job.completed_at - job.created_at).total_seconds()
        return seconds
    return None


def footer(*parts: str | None) -> str:
    """Return the known parts, joined with dots."""
    return " · ".join(part for part in parts if part)


def count(number: int, noun: str) -> str:
    """Return a number with its noun, such as "1 file" or "2 files"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def credits_text(credits: float | None) -> str | None:
    """Return a number of credits, such as "1 credit" or "2.5 credits"; None for None."""
    if credits is None:
        return None
    return f"{number_text(credits)} credit" if credits == 1 else f"{number_text(credits)} credits"


def inline_list(items: Iterable[str], most: int = 3) -> str:
    """Return items within a sentence, such as "a, b, c and 7 more"."""
    every = list(items)
    more = len(every) - most
    return ", ".join(every[:most]) + (f" and {more} more" if more > 0 else "")


def block_of(items: Iterable[str], most: int = 1000) -> list[str]:
    """Return a line for each item, indented, for below a message."""
    every = list(items)
    more = len(every) - most
    return [f"  {each}" for each in every[:most]] + ([f"  and {more} more"] if more > 0 else [])
