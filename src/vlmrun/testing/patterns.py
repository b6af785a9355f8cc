"""A short plain text that a regular expression takes, if it is a simple one."""

from __future__ import annotations

import re
import sys
from typing import Any

if sys.version_info >= (3, 11):
    from re import _constants as sre
    from re import _parser as parser
else:
    import sre_constants as sre
    import sre_parse as parser

_PREFERRED = "sample0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZbcdefghijknoqrtuvwxyz -_.,:/@"
_MOST_REPEATS = 3
_LONGEST = 10_000
_CATEGORIES = {
    sre.CATEGORY_DIGIT: "0",
    sre.CATEGORY_NOT_DIGIT: "s",
    sre.CATEGORY_WORD: "s",
    sre.CATEGORY_NOT_WORD: "-",
    sre.CATEGORY_SPACE: " ",
    sre.CATEGORY_NOT_SPACE: "s",
}


def text_matching(pattern: str) -> str | None:
    """A text in which the pattern is found; None if there is none that is easily made.

    Example:
        >>> text_matching("^[A-Z][0-9]{2}(-x)?$")
        'A00'
    """
    try:
        tree = parser.parse(pattern)
        texts = (_Writer(more).sequence(tree) for more in range(_MOST_REPEATS))
        return next((text for text in texts if re.search(pattern, text)), None)
    except (re.error, KeyError, NotImplementedError, OverflowError, RecursionError, Warning):
        # A warning that is to be an error tells of a pattern whose meaning is about to change.
        return None


class _Writer:
    """Writes a text for a parsed pattern; repeats are done `more` times than they must be."""

    def __init__(self, more: int) -> None:
        self._more = more
        self._groups: dict[int, str] = {}

    def sequence(self, items: Any) -> str:
        return "".join(self._piece(*item) for item in items)

    def _times(self, text: str, times: int) -> str:
        if len(text) * times > _LONGEST:
            raise NotImplementedError("too long")
        return text * times

    def _piece(self, kind: Any, value: Any) -> str:
        if kind is sre.LITERAL:
            return chr(value)
        if kind is sre.NOT_LITERAL:
            return _mark_outside([(sre.LITERAL, value)])
        if kind is sre.ANY:
            return "s"
        if kind is sre.IN:
            return _one_of(value)
        if kind is sre.BRANCH:
            return self.sequence(value[1][0])
        if kind is sre.SUBPATTERN:
            text = self._groups[value[0]] = self.sequence(value[-1])
            return text
        if kind in (sre.MAX_REPEAT, sre.MIN_REPEAT):
            least, most, repeated = value
            return self._times(self.sequence(repeated), min(least + self._more, most))
        if kind is sre.GROUPREF:
            return self._groups[value]
        if kind in (sre.AT, sre.ASSERT, sre.ASSERT_NOT):
            return ""
        raise NotImplementedError(kind)


def _one_of(options: Any) -> str:
    (kind, value), *_ = options
    if kind is sre.LITERAL:
        return chr(value)
    if kind is sre.RANGE:
        return chr(value[0])
    if kind is sre.CATEGORY:
        return _CATEGORIES[value]
    # What is left is a set of marks that must not occur.
    return _mark_outside(options[1:])


def _mark_outside(options: Any) -> str:
    for mark in _PREFERRED:
        if not _excluded(mark, options):
            return mark
    raise NotImplementedError("only rare marks are left")


def _excluded(mark: str, options: Any) -> bool:
    for kind, value in options:
        if kind is sre.LITERAL and ord(mark) == value:
            return True
        if kind is sre.RANGE and value[0] <= ord(mark) <= value[1]:
            return True
        if kind is sre.CATEGORY and _in_category(mark, value):
            return True
    return False


def _in_category(mark: str, category: Any) -> bool:
    name = str(category).removeprefix("CATEGORY_")
    is_in = {
        "DIGIT": mark.isdigit(),
        "WORD": mark.isalnum() or mark == "_",
        "SPACE": mark.isspace(),
    }
    return not is_in[name.removeprefix("NOT_")] if name.startswith("NOT_") else is_in[name]
