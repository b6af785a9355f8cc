"""The error that ends a command with a message instead of a traceback."""

from __future__ import annotations

_MOST_LINES = 60


class GenerationError(Exception):
    """A derived tree cannot be built; the message gives the reason and the remedy."""


def shortened(text: str, most_lines: int = _MOST_LINES) -> str:
    """Return the first lines of a text, and how many more there are."""
    lines = text.strip().splitlines()
    if len(lines) <= most_lines:
        return "\n".join(lines)
    return "\n".join([*lines[:most_lines], f"... and {len(lines) - most_lines} more lines"])
