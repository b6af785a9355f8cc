"""The lines of a text's parts, and what is said of a text that cannot be read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

MOST_DEPTH = 200


class TextError(ValueError):
    """A text is not strict YAML or JSON.

    Args:
        line: Where; counted from 1.
        reason: What is wrong.
        mend: What to write instead.
    """

    def __init__(self, line: int, reason: str, mend: str) -> None:
        super().__init__(f"line {line}: {reason}; {mend}")
        self.line = line
        self.reason = reason
        self.mend = mend


@dataclass
class Marks:
    """The line of a part, and the marks of what is inside."""

    line: int
    inside: dict[str, Marks] = field(default_factory=dict)

    def line_of(self, pointer: str) -> int:
        """The line of what a JSON pointer names, or of the nearest part around it."""
        here = self
        for part in pointer.split("/")[1:]:
            found = here.inside.get(part.replace("~1", "/").replace("~0", "~"))
            if found is None:
                break
            here = found
        return here.line


@dataclass
class Parsed:
    """A text's data, the lines of its parts, and the pointers of what is not in every document.

    Args:
        value: The data.
        marks: The lines.
        two_ways: Words that other readers may take for something else.
        aliases: Parts that are written elsewhere, and repeated here.
    """

    value: Any
    marks: Marks
    two_ways: list[str] = field(default_factory=list)
    aliases: list[str] = field(default_factory=list)


def too_long(line: int) -> TextError:
    """A number has more digits than Python reads."""
    return TextError(line, "a number is too long", "quote it, if it is a text")


def key_twice(key: str, line: int, first: int) -> TextError:
    """Of a key that is given twice, readers take one or the other."""
    reason = f"the key {key!r} is given twice, first in line {first}"
    return TextError(line, reason, "keep one of the two")


def too_deep(line: int, what: str = "") -> TextError:
    """Parts stand inside parts, without end as it seems."""
    reason = f"{what}nested deeper than {MOST_DEPTH} levels"
    return TextError(line, reason, "name the inner parts under components")
