"""Validation of requests against the contract, with errors in the form that the service uses."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from vlmrun._messages import short_repr
from vlmrun.testing.contract.openapi import Contract, ContractOperation, Parameter, RequestBody

Problem = dict[str, Any]

# The service is built with FastAPI, so `type` has pydantic's names of errors:
# https://docs.pydantic.dev/latest/errors/validation_errors/
_ERROR_TYPES = {
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
_TYPE_ERRORS = {
    "string": "string_type",
    "integer": "int_type",
    "number": "float_type",
    "boolean": "bool_type",
    "array": "list_type",
    "object": "dict_type",
}
# At most 18 digits fit into the 64 bits that JSON readers of other languages use.
_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")
# json.loads accepts a lone surrogate, but the resulting str cannot be encoded as UTF-8:
# https://www.rfc-editor.org/rfc/rfc8259#section-8.2
_SURROGATE_ESCAPE = re.compile(rb"\\u[dD][89a-fA-F]")
_MAX_MESSAGE = 300


class InvalidRequest(Exception):
    """A request that is rejected with status 422."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(problems)
        self.problems = problems


def problem(loc: Iterable[str | int], msg: str, type: str = "value_error") -> Problem:
    """Return one entry of the `detail` list of a 422 response."""
    return {"loc": list(loc), "msg": msg, "type": type}


def invalid_request(
    loc: Iterable[str | int], msg: str, type: str = "value_error"
) -> InvalidRequest:
    """Return an `InvalidRequest` with one problem."""
    return InvalidRequest([problem(loc, msg, type)])


def check_parameters(
    contract: Contract, operation: ContractOperation, path: Mapping[str, str], query: Any
) -> tuple[dict[str, Any], list[Problem]]:
    """Convert the parameters of a request to their types; return the values and the problems.

    Args:
        contract: The contract with the schemas.
        operation: The requested operation.
        path: Path parameters.
        query: The query, as `starlette.datastructures.QueryParams`. Unknown names are ignored.
    """
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for parameter in operation.parameters:
        loc: list[str | int] = [parameter.location, parameter.name]
        if parameter.location not in ("path", "query"):
            continue
        source = path if parameter.location == "path" else query
        if parameter.name not in source:
            if parameter.required:
                problems.append(problem(loc, "Field required", "missing"))
            continue
        value = _read_parameter(parameter, source)
        values[parameter.name] = value
        problems += find_problems(contract, parameter.pointer, value, loc)
    return values, problems


def _read_parameter(parameter: Parameter, source: Any) -> Any:
    if "array" in parameter.types and hasattr(source, "getlist"):
        return [_convert(text, parameter.types) for text in source.getlist(parameter.name)]
    return _convert(source[parameter.name], parameter.types)


def _convert(text: str, types: frozenset[str]) -> Any:
    # A part of what pydantic accepts as bool; clients of the service send no other values.
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
    """Parse JSON; return the value, or None and the problem."""
    try:
        value = json.loads(data, parse_constant=_reject_constant)
        if _SURROGATE_ESCAPE.search(data):
            json.dumps(value, ensure_ascii=False).encode()
        return value, []
    except json.JSONDecodeError as error:
        return None, [
            problem(["body", error.pos], f"JSON decode error: {error.msg}", "json_invalid")
        ]
    except (ValueError, RecursionError) as error:
        return None, [problem(["body"], f"JSON decode error: {error}", "json_invalid")]


def _reject_constant(name: str) -> Any:
    # json.loads accepts NaN and Infinity, which are not JSON:
    # https://www.rfc-editor.org/rfc/rfc8259#section-6
    raise ValueError(f"{name} is not valid JSON")


def check_body(contract: Contract, body: RequestBody, value: Any) -> list[Problem]:
    """Return the problems of a request body: a JSON value, or a form as a dict."""
    return find_problems(contract, body.pointer, value, ["body"])


def find_problems(
    contract: Contract, pointer: str, value: Any, loc: list[str | int]
) -> list[Problem]:
    """Validate a value against the schema at a pointer; `loc` is the location of the value."""
    errors = contract.validator(pointer).iter_errors(value)
    found: list[Problem] = []
    for error in _most_specific(errors):
        # Each schema of an allOf reports the same type error.
        if (entry := _as_problem(error, loc)) not in found:
            found.append(entry)
    return found


def _most_specific(errors: Iterable[Any]) -> Iterator[Any]:
    """Replace the error of a union by those of its variant, if only one has the right type."""
    for error in errors:
        # A validator reports only that no variant matches. Like pydantic's, this report shows what
        # is wrong with the variant that was meant.
        variants = [list(_most_specific(each)) for each in getattr(error.kind, "context", [])]
        candidates = [
            variant for variant in variants if not any(_is_type_error(e, error) for e in variant)
        ]
        if len(candidates) == 1:
            yield from candidates[0]
        else:
            yield error


def _is_type_error(error: Any, union: Any) -> bool:
    return error.kind.name == "type" and len(error.instance_path) == len(union.instance_path)


def _as_problem(error: Any, loc: list[str | int]) -> Problem:
    keyword = error.kind.name
    location = [*loc, *error.instance_path]
    if keyword == "required":
        return problem([*location, error.kind.property], "Field required", "missing")
    if keyword == "additionalProperties":
        location = [*location, *error.kind.unexpected[:1]]
        return problem(location, "Extra inputs are not permitted", "extra_forbidden")
    if keyword == "type":
        known = [name for name in error.kind.types if name in _TYPE_ERRORS]
        msg = f"Input should be of type {' or '.join(known)}, not {short_repr(error.instance)}"
        return problem(location, msg, _TYPE_ERRORS[known[0]] if len(known) == 1 else "type_error")
    if keyword == "enum":
        msg = f"Input should be one of {error.kind.options}, not {short_repr(error.instance)}"
        return problem(location, msg, "enum")
    return problem(location, _shorten(error.message), _ERROR_TYPES.get(keyword, "value_error"))


def _shorten(text: str) -> str:
    return text if len(text) <= _MAX_MESSAGE else f"{text[: _MAX_MESSAGE - 1]}…"
