"""Requests and answers against the contract, with errors in the service's own form."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from vlmrun._messages import short_repr
from vlmrun.testing.contract import Contract, Operation, Parameter, RequestBody

Problem = dict[str, Any]

# The words that the service's framework has for the same faults.
_WORDS = {
    "required": "missing",
    "additionalProperties": "extra_forbidden",
    "enum": "enum",
    "const": "literal_error",
    "minimum": "greater_than_equal",
    "maximum": "less_than_equal",
    "exclusiveMinimum": "greater_than",
    "exclusiveMaximum": "less_than",
    "minLength": "string_too_short",
    "maxLength": "string_too_long",
    "pattern": "string_pattern_mismatch",
    "minItems": "too_short",
    "maxItems": "too_long",
}
_TYPES = {
    "string": "string_type",
    "integer": "int_type",
    "number": "float_type",
    "boolean": "bool_type",
    "array": "list_type",
    "object": "dict_type",
}
# No longer than an integer that JSON readers agree on.
_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")
# Half of a surrogate pair passes the parser, but is no text that could be sent on.
_HALF_CHARACTER = re.compile(rb"\\u[dD][89a-fA-F]")
_MESSAGE_LIMIT = 300
_JSON = "application/json"


class Invalid(Exception):
    """A request that is answered with 422."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(problems)
        self.problems = problems


def problem(loc: Iterable[str | int], msg: str, type: str = "value_error") -> Problem:
    """One entry of a 422's `detail`."""
    return {"loc": list(loc), "msg": msg, "type": type}


def check_parameters(
    contract: Contract, operation: Operation, path: Mapping[str, str], query: Any
) -> tuple[dict[str, Any], list[Problem]]:
    """The parameters as values of their types, and what is wrong with them.

    Args:
        contract: Where the schemas are.
        operation: The operation that the request is for.
        path: The parts of the path that stand for parameters.
        query: The query, as `starlette.datastructures.QueryParams`. Unknown names are ignored.
    """
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for parameter in operation.parameters:
        loc: list[str | int] = [parameter.location, parameter.name]
        if parameter.location not in ("path", "query"):
            continue
        given = path if parameter.location == "path" else query
        if parameter.name not in given:
            if parameter.required:
                problems.append(problem(loc, "Field required", "missing"))
            continue
        value = _read_parameter(parameter, given)
        values[parameter.name] = value
        problems += find_problems(contract, parameter.pointer, value, loc)
    return values, problems


def _read_parameter(parameter: Parameter, given: Any) -> Any:
    if "array" in parameter.types and hasattr(given, "getlist"):
        return [_read_text(text, parameter.types) for text in given.getlist(parameter.name)]
    return _read_text(given[parameter.name], parameter.types)


def _read_text(text: str, types: frozenset[str]) -> Any:
    if "boolean" in types and text.lower() in ("true", "false", "1", "0"):
        return text.lower() in ("true", "1")
    if "integer" in types and _INTEGER.fullmatch(text):
        return int(text)
    if "number" in types:
        try:
            return float(text)
        except ValueError:
            return text
    return text


def parse_json(data: bytes) -> tuple[Any, list[Problem]]:
    """The value of a JSON text, and what is wrong with the text."""
    try:
        value = json.loads(data, parse_constant=_no_constant)
        if _HALF_CHARACTER.search(data):
            json.dumps(value, ensure_ascii=False).encode()
        return value, []
    except json.JSONDecodeError as error:
        return None, [
            problem(["body", error.pos], f"JSON decode error: {error.msg}", "json_invalid")
        ]
    except (ValueError, RecursionError) as error:
        return None, [problem(["body"], f"JSON decode error: {error}", "json_invalid")]


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def check_body(contract: Contract, body: RequestBody, value: Any) -> list[Problem]:
    """What is wrong with a body: a JSON value, or a form as a dict."""
    return find_problems(contract, body.pointer, value, ["body"])


def check_answer(
    contract: Contract, operation: Operation, status: int, media_type: str, content: bytes
) -> list[Problem]:
    """What is wrong with an answer, by the contract's word; also for use in tests.

    Of a stream, each event is held against the schema of the answer in one piece.
    """
    media_types = operation.response_for(status)
    if media_types is None:
        return [problem(["response"], f"{operation.id} has no status {status} in the contract")]
    if not media_types:
        return [problem(["response"], "must be empty")] if content else []
    pointer = media_types.get(media_type.partition(";")[0].strip())
    if pointer is None:
        return [problem(["response"], f"has the content type {media_type!r}")]
    if media_type.startswith("text/event-stream") and _JSON in media_types:
        pieces = [line[6:] for line in content.splitlines() if line.startswith(b"data: ")]
        texts, pointer = [each for each in pieces if each != b"[DONE]"], media_types[_JSON]
    else:
        texts = [content] if media_type.startswith(_JSON) else []
    found: list[Problem] = []
    for text in texts:
        value, problems = parse_json(text)
        found += problems or find_problems(contract, pointer, value, ["response"])
    return found


def find_problems(
    contract: Contract, pointer: str, value: Any, loc: list[str | int]
) -> list[Problem]:
    """What is wrong with a value by the schema at a pointer; `loc` is where the value stands."""
    errors = contract.validator(pointer).iter_errors(value)
    found: list[Problem] = []
    for error in _innermost(errors):
        # Schemas joined by allOf report a wrong type once each.
        if (entry := _as_problem(error, loc)) not in found:
            found.append(entry)
    return found


def _innermost(errors: Iterable[Any]) -> Iterator[Any]:
    """Errors with unions taken apart, wherever one arm alone is for values of this type."""
    for error in errors:
        arms = [list(_innermost(arm)) for arm in getattr(error.kind, "context", [])]
        fitting = [arm for arm in arms if not any(_is_of_type(each, error) for each in arm)]
        if len(fitting) == 1:
            yield from fitting[0]
        else:
            yield error


def _is_of_type(error: Any, union: Any) -> bool:
    return error.kind.name == "type" and len(error.instance_path) == len(union.instance_path)


def _as_problem(error: Any, loc: list[str | int]) -> Problem:
    keyword = error.kind.name
    place = [*loc, *error.instance_path]
    if keyword == "required":
        return problem([*place, error.kind.property], "Field required", "missing")
    if keyword == "additionalProperties":
        place = [*place, *error.kind.unexpected[:1]]
        return problem(place, "Extra inputs are not permitted", "extra_forbidden")
    if keyword == "type":
        known = [name for name in error.kind.types if name in _TYPES]
        msg = f"Input should be of type {' or '.join(known)}, not {short_repr(error.instance)}"
        return problem(place, msg, _TYPES[known[0]] if len(known) == 1 else "type_error")
    if keyword == "enum":
        msg = f"Input should be one of {error.kind.options}, not {short_repr(error.instance)}"
        return problem(place, msg, "enum")
    return problem(place, _shortened(error.message), _WORDS.get(keyword, "value_error"))


def _shortened(text: str) -> str:
    return text if len(text) <= _MESSAGE_LIMIT else f"{text[: _MESSAGE_LIMIT - 1]}…"
