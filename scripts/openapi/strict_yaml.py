"""Strict parsing of YAML and JSON into data, with the line of every value.

Only what JSON can express is accepted, under the YAML 1.2 core schema
(https://yaml.org/spec/1.2.2/#103-core-schema): a date stays a string, and so does `no`. Duplicate
keys, merge keys, other tags, and aliases that grow without bound are errors.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.composer import ComposerError, MaxDepthExceededError
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode
from ruamel.yaml.resolver import BaseResolver

from scripts.openapi.document import join

MAX_DEPTH = 200
MAX_VALUES = 200_000

# A YAML mapping can begin with a brace too, but hardly with a quoted key. JSON has a parser of its
# own because YAML has no surrogate pairs, and because `json` is a hundred times faster.
_JSON = re.compile(r'\s*\{\s*"')
_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]]')

_TAG = "tag:yaml.org,2002:"
_PLAIN = {
    "null": re.compile(r"(?:~|null|Null|NULL|)$"),
    "bool": re.compile(r"(?:true|True|TRUE|false|False|FALSE)$"),
    "int": re.compile(r"(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$"),
    "float": re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$"),
    "nonfinite": re.compile(r"(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$"),
    "merge": re.compile(r"<<$"),
}
# Plain scalars that YAML 1.1 and YAML 1.2 read as different types.
_AMBIGUOUS = re.compile(
    r"(yes|no|on|off)|[-+]?0[0-9_]+|0b[01_]+|0o[0-7]+|[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?"
    r"|[-+]?[0-9]+_[0-9_]*|[-+]?[0-9]+(\.[0-9]*)?[eE][0-9]+|[-+]?[0-9]+[eE][-+]?[0-9]+",
    re.IGNORECASE,
)


class _CoreResolver(BaseResolver):
    """The types of plain scalars in the YAML 1.2 core schema."""

    processing_version = (1, 2)

    def __init__(self, version: Any = None, loader: Any = None) -> None:
        super().__init__(loader)


for _name, _pattern in _PLAIN.items():
    _CoreResolver.add_implicit_resolver_base(f"{_TAG}{_name}", _pattern, None)


class StrictYAMLError(ValueError):
    """The text is not strict YAML or JSON.

    Args:
        line: The line, counted from 1.
        reason: What is wrong.
        fix: What to write instead.
    """

    def __init__(self, line: int, reason: str, fix: str) -> None:
        super().__init__(f"line {line}: {reason}; {fix}")
        self.line = line
        self.reason = reason
        self.fix = fix


@dataclass
class Parsed:
    """Data, the line of each value, and the values that parsers read differently.

    Args:
        text: The text.
        value: The data.
        lines: The line of each value, by JSON pointer; of JSON only once one is asked for.
        ambiguous: Pointers of plain scalars that other YAML parsers may read as another type.
        aliases: Pointers of values that are written elsewhere and repeated by an alias.
    """

    text: str
    value: Any = None
    lines: dict[str, int] = field(default_factory=dict)
    ambiguous: list[str] = field(default_factory=list)
    aliases: list[str] = field(default_factory=list)

    def line_of(self, pointer: str) -> int:
        """Return the line of a value, or of the nearest value around it."""
        if not self.lines:
            # YAML includes nearly all JSON; where it does not, the first line has to do.
            with suppress(StrictYAMLError):
                self.lines = _Reader(self.text).parsed.lines
        while pointer and pointer not in self.lines:
            pointer = pointer.rpartition("/")[0]
        return self.lines.get(pointer, 1)


def parse(text: str) -> Parsed:
    """Parse JSON or YAML.

    Raises:
        StrictYAMLError: It is neither, or not strict.
    """
    parsed = _parse(text)
    return replace(parsed, value=deepcopy(parsed.value))


# A command needs the contract several times, which takes a second each, and changes the data.
@lru_cache(maxsize=4)
def _parse(text: str) -> Parsed:
    return _parse_json(text) if _JSON.match(text) else _Reader(text).parsed


def is_ambiguous(text: str) -> bool:
    """Return whether a string needs quotes for every YAML parser to read it as a string."""
    other_type = any(pattern.match(text) for pattern in _PLAIN.values())
    return other_type or _AMBIGUOUS.fullmatch(text) is not None


class _Reader:
    """Converts YAML nodes to data, and checks what the YAML composer lets pass."""

    def __init__(self, text: str) -> None:
        self.parsed = Parsed(text)
        self._seen: set[int] = set()
        self._ancestors: list[Any] = []
        self._count = 0
        root = _compose(text)
        self.parsed.value = self._read(root, "", root.start_mark.line + 1)

    def _read(self, node: Any, pointer: str, line: int) -> Any:
        self.parsed.lines[pointer] = line
        self._count += 1
        if self._count > MAX_VALUES:
            reason = f"its aliases make it larger than {MAX_VALUES} values"
            raise StrictYAMLError(line, reason, "write each part once, under components, with $ref")
        if id(node) in self._seen:
            # Values inside a repeated value are not reported again.
            if not any(pointer.startswith(f"{each}/") for each in self.parsed.aliases[-1:]):
                self.parsed.aliases.append(pointer)
            if any(node is each for each in self._ancestors):
                reason = f"the alias *{node.anchor} is inside the value that it repeats"
                fix = "name the value under components, and use $ref"
                raise StrictYAMLError(line, reason, fix)
        self._seen.add(id(node))
        if isinstance(node, ScalarNode):
            return self._read_scalar(node, pointer, line)
        if str(node.tag) not in (f"{_TAG}map", f"{_TAG}seq"):
            raise _unknown_tag(node.tag, line)
        if len(self._ancestors) >= MAX_DEPTH:
            raise _too_deep(line)
        self._ancestors.append(node)
        value = (
            self._read_mapping(node, pointer)
            if isinstance(node, MappingNode)
            else self._read_sequence(node, pointer)
        )
        self._ancestors.pop()
        return value

    def _read_sequence(self, node: SequenceNode, pointer: str) -> list[Any]:
        result = []
        for index, item in enumerate(node.value):
            # The mark of an alias is that of the value it repeats, on another line.
            marked = node if id(item) in self._seen else item
            result.append(self._read(item, join(pointer, index), marked.start_mark.line + 1))
        return result

    def _read_mapping(self, node: MappingNode, pointer: str) -> dict[Any, Any]:
        result: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            # A value is on the line of its key, which is what people search for.
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, ScalarNode):
                raise StrictYAMLError(line, "a key is a list or a mapping", "make the key a string")
            key = self._read_scalar(key_node, pointer, line)
            inner = join(pointer, key)
            if inner in self.parsed.lines:
                raise _duplicate_key(str(key), line, self.parsed.lines[inner])
            result[key] = self._read(value_node, inner, line)
        return result

    def _read_scalar(self, node: ScalarNode, pointer: str, line: int) -> Any:
        text = node.value
        kind = str(node.tag).removeprefix(_TAG)
        if kind == "merge":
            fix = "write the keys out; JSON has no merge keys"
            raise StrictYAMLError(line, "`<<` merges keys", fix)
        if kind == "nonfinite":
            raise _not_a_number(text, line)
        # PyYAML without libyaml refuses a plain `?` between braces.
        is_refused = "?" in text and any(each.flow_style for each in self._ancestors)
        if node.style in (None, "") and (is_refused or _AMBIGUOUS.fullmatch(text)):
            self.parsed.ambiguous.append(pointer)
        try:
            if kind == "int":
                return int(text, {"0o": 8, "0x": 16}.get(text[:2], 10))
            if kind == "float":
                return float(text)
        except ValueError as error:
            raise _too_long(line) from error
        if kind == "bool":
            return text[0] in "tT"
        if kind == "null":
            return None
        if kind != "str":
            raise _unknown_tag(node.tag, line)
        return text


def _compose(text: str) -> Any:
    yaml = YAML(typ="safe", pure=True)
    yaml.Resolver = _CoreResolver
    yaml.max_depth = MAX_DEPTH + 1
    yaml.composer.warn_double_anchors = False
    try:
        root = yaml.compose(text)
    except MaxDepthExceededError as error:
        raise _too_deep(error.problem_mark.line + 1) from error
    except ComposerError as error:
        raise _composer_error(error) from error
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        reason = f"not YAML: {error.problem or error.context} (column {column})"
        raise StrictYAMLError(line, reason, _fix_near(text, line)) from error
    except YAMLError as error:
        line = text.count("\n", 0, getattr(error, "position", 0)) + 1
        reason = f"not YAML: {getattr(error, 'reason', error)}"
        raise StrictYAMLError(line, reason, "remove the character") from error
    if root is None:
        raise StrictYAMLError(1, "the file is empty", "is it the right file?")
    return root


def _composer_error(error: ComposerError) -> StrictYAMLError:
    line = error.problem_mark.line + 1
    if "undefined alias" not in str(error.problem):
        fix = "keep one document in a file"
        return StrictYAMLError(line, "a second document begins here", fix)
    name = str(error.problem).split("'")[1]
    return StrictYAMLError(
        line, f"the alias *{name} repeats nothing", f"mark what it repeats with &{name}"
    )


def _fix_near(text: str, line: int) -> str:
    around = "\n".join(text.splitlines()[max(line - 2, 0) : line])
    if re.search(r"(?m)^[ ]*\t", around):
        return "indent with spaces, not with tabs"
    if re.search(r"(?m)^(<{7}|={7}|>{7})", around):
        return "resolve the merge conflict"
    return "correct this line, or the one before it"


def _parse_json(text: str) -> Parsed:
    try:
        value = json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_unique)
        _check_depth(text)
    except RecursionError:
        raise _too_deep(1) from None
    except json.JSONDecodeError as error:
        reason = f"not JSON: {error.msg} (column {error.colno})"
        raise StrictYAMLError(error.lineno, reason, _fix_near(text, error.lineno)) from error
    except _DuplicateKeyError as error:
        # This finds the key again, and its line.
        _Reader(text)
        raise StrictYAMLError(1, "a key is duplicated", "keep one of the two") from error
    except StrictYAMLError:
        raise
    except ValueError as error:
        raise _too_long(1) from error
    return Parsed(text, value)


class _DuplicateKeyError(ValueError):
    pass


def _refuse_constant(name: str) -> Any:
    raise _not_a_number(name, 1)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) < len(pairs):
        raise _DuplicateKeyError
    return result


def _check_depth(text: str) -> None:
    depth = 0
    for found in _BRACKET.finditer(text):
        depth += {"{": 1, "[": 1, "}": -1, "]": -1}.get(found[0], 0)
        if depth > MAX_DEPTH:
            raise _too_deep(text.count("\n", 0, found.start()) + 1)


def _duplicate_key(key: str, line: int, first: int) -> StrictYAMLError:
    reason = f"the key {key!r} is duplicated, first in line {first}"
    return StrictYAMLError(line, reason, "keep one of the two")


def _not_a_number(text: str, line: int) -> StrictYAMLError:
    return StrictYAMLError(line, f"{text} is not a JSON number", "write a number, or quote it")


def _too_deep(line: int) -> StrictYAMLError:
    reason = f"nested deeper than {MAX_DEPTH} levels"
    return StrictYAMLError(line, reason, "name the inner parts under components")


def _too_long(line: int) -> StrictYAMLError:
    return StrictYAMLError(line, "a number is too long", "quote it, if it is a string")


def _unknown_tag(tag: Any, line: int) -> StrictYAMLError:
    name = str(tag).replace(_TAG, "!!")
    return StrictYAMLError(line, f"the tag {name} has no equivalent in JSON", "remove it")
