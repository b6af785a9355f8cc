"""A YAML reader that leaves every scalar a str: `1.10`, `no` and `2026-01-01` are not converted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import attrs
import yaml

# A key with its value on the same line.
_ENTRY = re.compile(r"^( *)([A-Za-z_][\w.-]*):[ \t]+(\S.*)$")
_BLOCK_HEADER = re.compile(r"[|>][-+1-9]{0,2}\s*(?:#.*)?$")
# Quoted values and flow collections may continue on lines that are not indented.
_MULTILINE = ("'", '"', "[", "{")
# Words after the end of what looks quoted or like a collection, as in `"MIT" or "BSD"`, a quote
# that never ends, as in `'Tis`, and a placeholder, as in `{{name}}`: it was not meant as one then.
_WORDS_BEHIND = re.compile(
    r"""(?:"[^"]*"|'[^']*'|\[[^][]*\]|\{[^{}]*\})\s*(?!\s|\#|$)|"[^"]*$|'[^']*$|\{\{"""
)
# A tag such as `!important` and an anchor such as `&co` are words to whoever writes them. Those of
# the YAML core begin with two exclamation marks.
_TAG = re.compile(r"!(?!!)\S*")
_ANCHOR = re.compile(r"&(\S+)")
_COMMENT = re.compile(r"(?:^|\s)#(?:\s.*)?$")
# No blank after the sign: rather a number, a hashtag or a color than a comment.
_UNLIKELY_COMMENT = re.compile(r"\s#\S")


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
    """Like `load`, but quote values that YAML would not read as they are written.

    These are values that are not valid YAML, such as `a: Use when: asked` or `b: [x] [y]`, and
    those whose first word is a tag or an anchor to YAML, such as `c: !important`.

    The open format asks clients to do so: see "adding skills support" in the repository
    https://github.com/agentskills/agentskills.

    Returns:
        The parsed document, and the keys of the values that had to be quoted.

    Raises:
        YamlError: The text is not valid YAML even then.
    """
    quoted, keys = _quote_values(text, also_invalid=not _is_valid(text))
    return load(quoted), keys


def keys_with_comments(text: str) -> tuple[str, ...]:
    """Return the keys of plain values that end in what YAML takes for a comment, such as `#12`."""
    lines = text.split("\n")
    return tuple(
        entry[2]
        for start, end, entry in _entries(lines)
        if entry
        and not entry[3].startswith(_MULTILINE)
        and not _BLOCK_HEADER.match(entry[3])
        and any(_UNLIKELY_COMMENT.search(line) for line in lines[start:end])
    )


def _quote_values(text: str, also_invalid: bool) -> tuple[str, tuple[str, ...]]:
    """Put single quotes around each value that begins like a tag, or is not valid by itself."""
    lines = text.split("\n")
    written: list[str] = []
    keys = []
    for start, end, entry in _entries(lines):
        if entry and (
            _begins_with_a_word_of_yaml(entry[3], text)
            or (also_invalid and _is_broken(entry[3], lines[start:end]))
        ):
            value = " ".join(
                _COMMENT.sub("", part).strip() for part in (entry[3], *lines[start + 1 : end])
            ).strip()
            escaped = value.replace("'", "''")
            written.append(f"{entry[1]}{entry[2]}: '{escaped}'")
            keys.append(entry[2])
        else:
            written.extend(lines[start:end])
    return "\n".join(written), tuple(keys)


def _begins_with_a_word_of_yaml(value: str, text: str) -> bool:
    anchor = _ANCHOR.match(value)
    if anchor:
        return f"*{anchor[1]}" not in text
    return bool(_TAG.match(value))


def _is_broken(value: str, lines: list[str]) -> bool:
    if _BLOCK_HEADER.match(value) or _is_valid("\n".join(lines)):
        return False
    joined = " ".join([value, *map(str.strip, lines[1:])])
    return not value.startswith(_MULTILINE) or bool(_WORDS_BEHIND.match(joined))


def _entries(lines: list[str]) -> Iterator[tuple[int, int, re.Match[str] | None]]:
    """Yield the bounds of each entry, and the match of its first line; None for other lines."""
    start = 0
    while start < len(lines):
        entry = _ENTRY.match(lines[start])
        end = _end_of_entry(lines, start, len(entry[1])) if entry else start + 1
        if entry and entry[3].startswith(_MULTILINE):
            end = _end_of_multiline(lines, start, end)
        yield start, end, entry
        start = end


def _end_of_multiline(lines: list[str], start: int, end: int) -> int:
    for later in range(end, len(lines) + 1):
        if _is_valid("\n".join(lines[start:later])):
            return later
        if later < len(lines) and _ENTRY.match(lines[later]):
            break
    return end


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
