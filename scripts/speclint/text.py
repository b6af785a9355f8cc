"""From the text of a document to its data and the line of each part; strict where YAML is not.

What it takes is JSON, and the YAML that JSON's data can be written in: a key given twice, a tag, a
merge key, a number that JSON does not have, or aliases that grow without bound are errors. A date
stays text, and `no` stays the word it is, so that every reader finds the same.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from speclint.document import join

MOST_DEPTH = 200
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
_JSON_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:\n]')

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


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
    """A text's data, the lines of its parts, and what other readers may take for something else."""

    value: Any
    marks: Marks
    two_ways: list[str] = field(default_factory=list)


def parse(text: str) -> Parsed:
    """The data of a JSON or YAML text.

    Raises:
        TextError: It is neither, or not strictly.
    """
    if text.lstrip()[:1] == "{" and (parsed := _parse_json(text)) is not None:
        return parsed
    composer = _Composer()
    try:
        for event in yaml.parse(text, Loader=_Loader):
            composer.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        reason = f"not YAML: {error.problem or error.context}"
        raise TextError(line, reason, _mend(text, line)) from error
    except yaml.YAMLError as error:
        line = text.count("\n", 0, getattr(error, "position", 0)) + 1
        reason = f"not YAML: {getattr(error, 'reason', error)}"
        raise TextError(line, reason, "take the character out") from error
    if composer.result is None:
        raise TextError(1, "there is nothing in it", "is it the right file?")
    return composer.result


def _mend(text: str, line: int) -> str:
    around = "\n".join(text.splitlines()[max(line - 2, 0) : line])
    if re.search(r"(?m)^[ ]*\t", around):
        return "indent with spaces, not with tabs"
    if re.search(r"(?m)^(<{7}|={7}|>{7})", around):
        return "settle the conflict of the merge"
    return "mend the line, or the one before it"


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


class _Composer:
    """Makes data of the parser's events, without recursion and within bounds."""

    def __init__(self) -> None:
        self.result: Parsed | None = None
        self._open: list[_Open] = []
        self._anchors: dict[str, _Part | None] = {}
        self._two_ways: list[str] = []

    def take(self, event: Any) -> None:
        """The next event."""
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent):
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
            reason = f"nested deeper than {MOST_DEPTH} levels"
            raise TextError(line, reason, "name the inner parts under components")
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
            self.result = Parsed(part.value, part.marks, self._two_ways)
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
            raise _key_twice(str(key), line, first.line)
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
            reason = f"its aliases nest deeper than {MOST_DEPTH} levels"
            raise TextError(line, reason, "name the inner parts under components")
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
            raise _too_long(line) from error


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


def _too_long(line: int) -> TextError:
    return TextError(line, "a number is too long", "quote it, if it is a text")


def _key_twice(key: str, line: int, first: int) -> TextError:
    reason = f"the key {key!r} is given twice, first in line {first}"
    return TextError(line, reason, "keep one of the two")


def _parse_json(text: str) -> Parsed | None:
    """The data of a JSON text; None if it is none, though it may be YAML."""
    try:
        value = json.loads(text, parse_constant=_no_constant)
    except RecursionError:
        reason = f"nested deeper than {MOST_DEPTH} levels"
        raise TextError(1, reason, "name the inner parts under components") from None
    except json.JSONDecodeError:
        return None
    except TextError:
        raise
    except ValueError as error:
        raise _too_long(1) from error
    return Parsed(value, _json_marks(text))


def _no_constant(name: str) -> Any:
    raise TextError(1, f"{name} is no number in JSON", "write a number, or quote it")


def _json_marks(text: str) -> Marks:
    """The lines of a valid JSON text's parts; a key given twice is found on the way."""
    root = Marks(1)
    # Of each open mapping or list: its marks; and the key, or the index, of what comes next.
    above: list[tuple[Marks, bool]] = [(Marks(1, {"": root}), False)]
    keys: list[str] = [""]
    line = 1
    expects_key = False
    for token in _tokens(text):
        marks, _ = above[-1]
        if token == "\n":
            line += 1
        elif token in ("{", "["):
            inner = marks.inside.setdefault(keys[-1], Marks(line))
            if len(above) > MOST_DEPTH:
                reason = f"nested deeper than {MOST_DEPTH} levels"
                raise TextError(line, reason, "name the inner parts under components")
            above.append((inner, token == "{"))
            keys.append("0")
            expects_key = token == "{"
        elif token in ("}", "]"):
            above.pop()
            keys.pop()
            expects_key = False
        elif token == ",":
            expects_key = above[-1][1]
            keys[-1] = keys[-1] if expects_key else str(int(keys[-1]) + 1)
        elif expects_key and token != ":":
            keys[-1] = json.loads(token)
            if first := marks.inside.get(keys[-1]):
                raise _key_twice(keys[-1], line, first.line)
            marks.inside[keys[-1]] = Marks(line)
            expects_key = False
    return root


def _tokens(text: str) -> Iterator[str]:
    return (found[0] for found in _JSON_TOKEN.finditer(text))
