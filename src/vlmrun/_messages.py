"""How error messages show a value and point to the nearest known word."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def show(value: Any, limit: int = 60) -> str:
    """The value as an error message may show it: short, and on one line."""
    if isinstance(value, (str, bytes, bytearray)):
        # What lies beyond cannot be shown, and the repr of a whole file costs twice its size.
        value = value[: limit + 1]
    try:
        text = " ".join(repr(value).split())
    except Exception:
        text = f"<{type(value).__name__}>"
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def nearest(word: str, known: Iterable[str]) -> str:
    """` Did you mean 'x'?`, or the known words where none is near."""
    import difflib

    names = list(known)
    close = difflib.get_close_matches(word, names, n=1, cutoff=0.6)
    if close:
        return f" Did you mean {close[0]!r}?"
    return f" Known: {', '.join(sorted(names))}."


def sentences(text: str, further: str | None) -> str:
    """A text and a further sentence, if there is one."""
    if not further:
        return text
    return f"{text} {further}" if text.endswith((".", "!", "?")) else f"{text}. {further}"
