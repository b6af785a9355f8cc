"""The one error that ends a run with a message instead of a traceback."""

from __future__ import annotations

_MOST_LINES = 60


class GenerationError(Exception):
    """A derived tree cannot be made; the message says why and what to do."""


def shortened(text: str, most_lines: int = _MOST_LINES) -> str:
    """The text without what follows its first lines, and how many lines that was."""
    lines = text.strip().splitlines()
    if len(lines) <= most_lines:
        return "\n".join(lines)
    return "\n".join([*lines[:most_lines], f"... and {len(lines) - most_lines} more lines"])
