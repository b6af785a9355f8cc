"""Conversion of a `response_model` to a JSON schema, and of a response to its instance."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, cast

from vlmrun._messages import short_repr
from vlmrun.errors import DependencyError, InputError, InputTypeError, ResponseDecodeError

_SUPPORTED = (
    "Pass a pydantic model class, a JSON schema as a dict, or, with vlmrun[structured] installed, "
    "a dataclass, TypedDict or attrs class"
)


def check_response_model(response_model: Any) -> None:
    """Raise `InputTypeError` if the value is neither a class nor a JSON schema."""
    if not isinstance(response_model, (type, Mapping)):
        raise InputTypeError(
            f"response_model cannot be {short_repr(response_model)}", suggestion=_SUPPORTED
        )


def json_schema_of(response_model: Any) -> dict[str, Any]:
    """Return the JSON schema of a `response_model`.

    Raises:
        InputTypeError: The class has no JSON schema.
        DependencyError: It needs the extra `structured`, which is not installed.
    """
    check_response_model(response_model)
    if isinstance(response_model, Mapping):
        return dict(response_model)
    if hasattr(response_model, "model_json_schema"):
        return cast("dict[str, Any]", response_model.model_json_schema())
    msgspec = _msgspec(response_model)
    try:
        return _inlined(msgspec.json.schema(response_model))
    except (TypeError, NameError) as error:
        raise InputTypeError(
            f"response_model {response_model.__name__} has no JSON schema: {error}",
            suggestion=_SUPPORTED,
        ) from error


def parse_response(response_model: Any, response: Any) -> Any:
    """Create an instance of `response_model` from the JSON data of a response.

    For a JSON schema, which has no class, the data is returned as it is. A class that refuses the
    `x_metadata` of grounded results gets the data without it.

    Raises:
        ResponseDecodeError: The response does not fit; the error has it as `raw`.
    """
    if isinstance(response_model, Mapping):
        return response
    validate = getattr(response_model, "model_validate", None)
    if validate is None:
        validate = partial(_msgspec(response_model).convert, type=response_model)
    problem: Exception | None = None
    for data in (response, without_grounding(response)):
        try:
            return validate(data)
        except Exception as error:  # users' own validators may raise anything
            problem = error
    raise ResponseDecodeError(
        f"The response does not fit {response_model.__name__}: {problem}",
        suggestion="The response is in this error's `.raw`",
        raw=response,
    ) from problem


def without_grounding(value: Any) -> Any:
    """Return the data without the `x_metadata` next to a field `x`, at any depth."""
    if isinstance(value, list):
        return [without_grounding(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        key: without_grounding(inner)
        for key, inner in value.items()
        if not (key.endswith("_metadata") and key.removesuffix("_metadata") in value)
    }


def _msgspec(response_model: type) -> Any:
    try:
        import msgspec
    except ImportError as error:
        raise DependencyError(
            f"response_model={response_model.__name__} is not a pydantic class and needs msgspec",
            suggestion="pip install 'vlmrun[structured]'",
        ) from error
    return msgspec


def _inlined(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema of msgspec's with the root object in place of the `$ref` to it.

    The service requires `type: object` at the root. Other references stay, under `$defs`.
    """
    reference = schema.get("$ref", "")
    definitions = dict(schema.get("$defs", {}))
    name = reference.removeprefix("#/$defs/")
    root = definitions.get(name)
    if not isinstance(root, dict):
        raise InputError("response_model must describe an object")
    if _mentions(definitions, reference):
        return {**root, "$defs": definitions}
    del definitions[name]
    return {**root, "$defs": definitions} if definitions else root


def _mentions(node: Any, reference: str) -> bool:
    if isinstance(node, dict):
        return node.get("$ref") == reference or any(_mentions(n, reference) for n in node.values())
    return isinstance(node, list) and any(_mentions(item, reference) for item in node)
