"""YAML in which every scalar stays the text that it is: `1.10`, `no` and `2026-01-01` are text."""

from __future__ import annotations

import re
from typing import Any

import attrs
import yaml

# An entry whose value stands on the same line; quotes, blocks and flows are told by its first mark.
_ENTRY = re.compile(r"^( *)([A-Za-z_][\w.-]*):[ \t]+(\S.*)$")
_NOT_PLAIN = "'\"|>[{"
_COMMENT = re.compile(r"(?:^|\s)#.*$")


class YamlFault(ValueError):
    """The text is no YAML. `line` counts from 1, and is None where there is none to name."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


@attrs.frozen
class Yaml:
    """What was read: text, lists and mappings; and the keys that a mapping has more than once."""

    value: Any
    duplicates: tuple[str, ...] = ()


class _TextLoader(yaml.BaseLoader):
    duplicates: list[str]

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        mapping: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str):
                raise yaml.constructor.ConstructorError(
                    None, None, "keys must be strings", key_node.start_mark
                )
            if key in mapping:
                self.duplicates.append(key)
            else:
                mapping[key] = self.construct_object(value_node, deep=deep)
        return mapping


def load(text: str) -> Yaml:
    """Read one YAML document. Of a key that occurs twice, the first value counts.

    Raises:
        YamlFault: It is no YAML.

    Example:
        >>> load("version: 1.10").value
        {'version': '1.10'}
    """
    try:
        loader = _TextLoader(text)
        loader.duplicates = []
        try:
            value = loader.get_single_data()
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise YamlFault(error.problem or str(error), line) from error
    except yaml.YAMLError as error:
        raise YamlFault(" ".join(str(error).split())) from error
    except RecursionError:
        raise YamlFault("it is nested too deeply") from None
    except (ValueError, OverflowError) as error:
        raise YamlFault(str(error)) from error
    return Yaml(value, tuple(loader.duplicates))


def load_leniently(text: str) -> tuple[Yaml, tuple[str, ...]]:
    """Like `load`; plain values that are no YAML, `description: Use when: asked`, are read as text.

    Returns:
        What was read, and the keys of the values that had to be quoted first.

    Raises:
        YamlFault: It is no YAML even so.
    """
    try:
        return load(text), ()
    except YamlFault:
        quoted, keys = _quote_values(text)
        if not keys:
            raise
        return load(quoted), keys


def _quote_values(text: str) -> tuple[str, tuple[str, ...]]:
    """The text with single quotes around each plain value that cannot be read as it stands."""
    lines = text.split("\n")
    written: list[str] = []
    keys = []
    start = 0
    while start < len(lines):
        entry = _ENTRY.match(lines[start])
        end = _end_of_entry(lines, start, len(entry[1])) if entry else start + 1
        if entry and entry[3][0] not in _NOT_PLAIN and not _reads("\n".join(lines[start:end])):
            value = " ".join(
                _COMMENT.sub("", part).strip() for part in (entry[3], *lines[start + 1 : end])
            ).strip()
            doubled = value.replace("'", "''")
            written.append(f"{entry[1]}{entry[2]}: '{doubled}'")
            keys.append(entry[2])
        else:
            written.extend(lines[start:end])
        start = end
    return "\n".join(written), tuple(keys)


def _end_of_entry(lines: list[str], start: int, indent: int) -> int:
    end = start + 1
    while end < len(lines):
        line = lines[end]
        if line.strip() and len(line) - len(line.lstrip(" ")) <= indent:
            break
        end += 1
    return end


def _reads(text: str) -> bool:
    try:
        load(text)
    except YamlFault:
        return False
    return True
