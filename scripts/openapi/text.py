"""From the text of a document to its data and the line of each part; strict where YAML is not.

What it takes is JSON, and the YAML that JSON's data can be written in: a key given twice, a tag, a
merge key, a number that JSON does not have, or aliases that grow without bound are errors. A date
stays text, and `no` stays the word it is, so that every reader finds the same.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import yaml

from scripts.openapi.composer import Composer
from scripts.openapi.marks import (
    MOST_DEPTH,
    Marks,
    Parsed,
    TextError,
    key_twice,
    too_deep,
    too_long,
)

# A mapping of YAML may begin with a brace too, but hardly with a quoted key.
_JSON = re.compile(r'\s*\{\s*"')
_JSON_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:\n]')

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def parse(text: str) -> Parsed:
    """The data of a JSON or YAML text.

    Raises:
        TextError: It is neither, or not strictly.
    """
    if _JSON.match(text):
        return _parse_json(text)
    composer = Composer()
    try:
        for event in yaml.parse(text, Loader=_Loader):
            composer.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        reason = f"not YAML: {error.problem or error.context} (column {column})"
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


def _parse_json(text: str) -> Parsed:
    try:
        value = json.loads(text, parse_constant=_no_constant)
    except RecursionError:
        raise too_deep(1) from None
    except json.JSONDecodeError as error:
        reason = f"not JSON: {error.msg} (column {error.colno})"
        raise TextError(error.lineno, reason, _mend(text, error.lineno)) from error
    except TextError:
        raise
    except ValueError as error:
        raise too_long(1) from error
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
                raise too_deep(line)
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
                raise key_twice(keys[-1], line, first.line)
            marks.inside[keys[-1]] = Marks(line)
            expects_key = False
    return root


def _tokens(text: str) -> Iterator[str]:
    return (found[0] for found in _JSON_TOKEN.finditer(text))
