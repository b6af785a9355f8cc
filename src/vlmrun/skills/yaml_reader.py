"""A YAML reader that leaves every scalar a str: `1.10`, `no` and `2026-01-01` are not converted."""

from __future__ import annotations

import re
from typing import Any

import attrs
import yaml

# A key with its value on the same line. The first character of the value tells whether it is
# quoted, a block or a flow collection, none of which is ever quoted again.
_ENTRY = re.compile(r"^( *)([A-Za-z_][\w.-]*):[ \t]+(\S.*)$")
_NOT_PLAIN = "'\"|>[{"
_COMMENT = re.compile(r"(?:^|\s)#.*$")


class YamlError(ValueError):
    """The text is not valid YAML. `line` counts from 1, and is None if it is unknown."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


@attrs.frozen
class Yaml:
    """A parsed document of str, list and dict, and the keys that a mapping has more than once."""

    value: Any
    duplicates: tuple[str, ...] = ()


class _StringLoader(yaml.BaseLoader):
    duplicates: list[str]

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        mapping: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str):
                raise yaml.constructor.ConstructorError(
                    None, None, "keys must be strings", key_node.start_mark
                )
            # PyYAML silently takes the last of equal keys; YAML forbids them:
            # https://yaml.org/spec/1.2.2/#3213-node-comparison
            if key in mapping:
                self.duplicates.append(key)
            else:
                mapping[key] = self.construct_object(value_node, deep=deep)
        return mapping


def load(text: str) -> Yaml:
    """Parse one YAML document. Of a duplicate key, the first value is used.

    Raises:
        YamlError: The text is not valid YAML.

    Example:
        >>> load("version: 1.10").value
        {'version': '1.10'}
    """
    try:
        loader = _StringLoader(text)
        loader.duplicates = []
        try:
            value = loader.get_single_data()
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise YamlError(error.problem or str(error), line) from error
    except yaml.YAMLError as error:
        raise YamlError(" ".join(str(error).split())) from error
    except RecursionError:
        raise YamlError("it is nested too deeply") from None
    except (ValueError, OverflowError) as error:
        # PyYAML lets some of its own conversions fail uncaught, such as chr() of an escape.
        raise YamlError(str(error)) from error
    return Yaml(value, tuple(loader.duplicates))


def load_leniently(text: str) -> tuple[Yaml, tuple[str, ...]]:
    """Like `load`, but quote plain values that are not valid YAML, such as `a: Use when: asked`.

    The open format asks clients to do so: see "adding skills support" in the repository
    https://github.com/agentskills/agentskills.

    Returns:
        The parsed document, and the keys of the values that had to be quoted.

    Raises:
        YamlError: The text is not valid YAML even then.
    """
    try:
        return load(text), ()
    except YamlError:
        quoted, keys = _quote_values(text)
        if not keys:
            raise
        return load(quoted), keys


def _quote_values(text: str) -> tuple[str, tuple[str, ...]]:
    """Put single quotes around each plain value that is not valid YAML by itself."""
    lines = text.split("\n")
    written: list[str] = []
    keys = []
    start = 0
    while start < len(lines):
        entry = _ENTRY.match(lines[start])
        end = _end_of_entry(lines, start, len(entry[1])) if entry else start + 1
        if entry and entry[3][0] not in _NOT_PLAIN and not _is_valid("\n".join(lines[start:end])):
            value = " ".join(
                _COMMENT.sub("", part).strip() for part in (entry[3], *lines[start + 1 : end])
            ).strip()
            escaped = value.replace("'", "''")
            written.append(f"{entry[1]}{entry[2]}: '{escaped}'")
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


def _is_valid(text: str) -> bool:
    try:
        load(text)
    except YamlError:
        return False
    return True
