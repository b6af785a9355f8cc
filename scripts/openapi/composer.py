"""From the events of a YAML parser to data, strictly: what JSON does not have is an error."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import yaml

from scripts.openapi.document import join
from scripts.openapi.marks import (
    MOST_DEPTH,
    Marks,
    Parsed,
    TextError,
    key_twice,
    too_deep,
    too_long,
)

MOST_NODES = 500_000

_NULL = re.compile(r"~|null|Null|NULL|")
_TRUE = re.compile(r"true|True|TRUE")
_FALSE = re.compile(r"false|False|FALSE")
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NO_NUMBER = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
# Plain words that YAML 1.1 takes for something else than YAML 1.2 does, or the other way round.
_TWO_WAYS = re.compile(
    r"(yes|no|on|off)|[-+]?0[0-9_]+|0b[01_]+|0o[0-7]+|[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?"
    r"|[-+]?[0-9]+_[0-9_]*|[-+]?[0-9]+(\.[0-9]*)?[eE][0-9]+|[-+]?[0-9]+[eE][-+]?[0-9]+",
    re.IGNORECASE,
)
_STRING_TAGS = (None, "!", "tag:yaml.org,2002:str")
_COLLECTION_TAGS = (None, "!", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq")


@dataclass
class _Part:
    """What an anchor stands for."""

    value: Any
    marks: Marks
    size: int = 1
    height: int = 0


@dataclass
class _Open:
    """A mapping or list whose end is to come."""

    part: _Part
    anchor: str | None
    pointer: str
    key: str | int | float | bool | None = None
    has_key: bool = False


class Composer:
    """Makes data of the parser's events, without recursion and within bounds.

    Attributes:
        result: The data, once the document is over.
    """

    def __init__(self) -> None:
        self.result: Parsed | None = None
        self._open: list[_Open] = []
        self._anchors: dict[str, _Part | None] = {}
        self._two_ways: list[str] = []
        self._aliases: list[str] = []

    def take(self, event: Any) -> None:
        """The next event."""
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent):
            self._aliases.append(self._pointer())
            self._add(self._alias(str(event.anchor), line), line)
        elif isinstance(event, yaml.ScalarEvent):
            part = _Part(self._scalar(event, line), Marks(line))
            if event.anchor:
                self._anchors[event.anchor] = part
            self._add(part, line)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._begin(event, line)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._end(line)
        elif isinstance(event, yaml.DocumentStartEvent) and self.result is not None:
            raise TextError(line, "a second document begins here", "keep one document in a file")

    def _begin(self, event: Any, line: int) -> None:
        if event.tag not in _COLLECTION_TAGS:
            raise _foreign_tag(event.tag, line)
        above = self._open[-1] if self._open else None
        if above and isinstance(above.part.value, dict) and not above.has_key:
            raise TextError(line, "a key is a list or a mapping", "make the key a text")
        if len(self._open) >= MOST_DEPTH:
            raise too_deep(line)
        value: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
        if event.anchor:
            self._anchors[event.anchor] = None
        self._open.append(_Open(_Part(value, Marks(line)), event.anchor, self._pointer()))

    def _end(self, line: int) -> None:
        done = self._open.pop()
        if done.anchor:
            self._anchors[done.anchor] = done.part
        self._add(done.part, line)

    def _add(self, part: _Part, line: int) -> None:
        if not self._open:
            self.result = Parsed(part.value, part.marks, self._two_ways, self._aliases)
            return
        into = self._open[-1]
        if isinstance(into.part.value, list):
            into.part.marks.inside[str(len(into.part.value))] = part.marks
            into.part.value.append(part.value)
        elif not into.has_key:
            self._take_key(into, part, line)
        else:
            # The line of a value is that of its key, where it is looked for.
            into.part.marks.inside[str(into.key)].inside = part.marks.inside
            into.part.value[into.key] = part.value
            into.has_key = False
        into.part.size += part.size
        into.part.height = max(into.part.height, part.height + 1)
        if into.part.size > MOST_NODES:
            reason = f"its aliases make it larger than {MOST_NODES} values"
            raise TextError(line, reason, "write each part once, under components, and use $ref")

    def _take_key(self, into: _Open, part: _Part, line: int) -> None:
        key = part.value
        if isinstance(key, (dict, list)):
            raise TextError(line, "a key is a list or a mapping", "make the key a text")
        if first := into.part.marks.inside.get(str(key)):
            raise key_twice(str(key), line, first.line)
        into.key, into.has_key = key, True
        into.part.marks.inside[str(key)] = Marks(line)

    def _pointer(self) -> str:
        if not self._open:
            return ""
        above = self._open[-1]
        if isinstance(above.part.value, list):
            return join(above.pointer, len(above.part.value))
        return join(above.pointer, above.key) if above.has_key else above.pointer

    def _alias(self, anchor: str, line: int) -> _Part:
        part = self._anchors.get(anchor, ...)
        if part is None:
            reason = f"the alias *{anchor} stands inside what it repeats"
            raise TextError(line, reason, "name the part under components, and use $ref")
        if part is ...:
            reason = f"the alias *{anchor} repeats nothing"
            raise TextError(line, reason, f"mark what it repeats with &{anchor}")
        if len(self._open) + part.height > MOST_DEPTH:
            raise too_deep(line, "its aliases are ")
        return part

    def _scalar(self, event: Any, line: int) -> Any:
        text = event.value
        if event.tag not in _STRING_TAGS:
            raise _foreign_tag(event.tag, line)
        if not event.implicit[0] or event.tag:
            return text
        if text == "<<":
            mend = "write the keys out; JSON has no merge keys"
            raise TextError(line, "`<<` merges keys", mend)
        if _NO_NUMBER.fullmatch(text):
            raise TextError(line, f"{text} is no number in JSON", "write a number, or quote it")
        if _TWO_WAYS.fullmatch(text):
            self._two_ways.append(self._pointer())
        try:
            return _plain(text)
        except ValueError as error:
            raise too_long(line) from error


def is_text(word: str) -> bool:
    """Whether a word is a text without quotes too, to every reader of YAML 1.2."""
    return isinstance(_plain(word), str) and not _TWO_WAYS.fullmatch(word)


def _plain(text: str) -> Any:
    """What a word without quotes means in YAML 1.2."""
    if _NULL.fullmatch(text):
        return None
    if _TRUE.fullmatch(text) or _FALSE.fullmatch(text):
        return text[0] in "tT"
    if _INTEGER.fullmatch(text):
        return int(text, {"0o": 8, "0x": 16}.get(text[:2], 10))
    return float(text) if _FLOAT.fullmatch(text) else text


def _foreign_tag(tag: str, line: int) -> TextError:
    name = tag.replace("tag:yaml.org,2002:", "!!")
    return TextError(line, f"the tag {name} makes something that JSON does not have", "take it out")
