"""Conversion of a `response_model` to a JSON schema, and of a response to its instance."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from enum import Enum
from functools import partial
from os import PathLike
from types import UnionType
from typing import Annotated, Any, Union, cast, get_args, get_origin

from vlmrun._messages import short_repr
from vlmrun.errors import DependencyError, InputError, InputTypeError, ResponseDecodeError
from vlmrun.types._schema_checks import check_json_schema, field_without_schema

_MAX_ERRORS = 5
# Types that users pass in the hope of a result of this type.
_NOT_OBJECTS = (dict, list, tuple, set, str, bytes, int, float, bool, object, Any)
_SUPPORTED = (
    "Pass a pydantic model class, a JSON schema as a dict, or, with vlmrun[structured] installed, "
    "a dataclass, TypedDict or attrs class"
)


def check_response_model(response_model: Any, name: str = "response_model") -> None:
    """Raise `InputTypeError` if the value is neither a class nor a JSON schema.

    Args:
        response_model: The value.
        name: The name of the argument, for error messages.
    """
    # list[int] is an instance of type in Python 3.10.
    is_generic = get_origin(response_model) is not None
    if is_generic or _is_no_object(response_model):
        raise _not_an_object(response_model, name)
    if isinstance(response_model, (type, Mapping)):
        return
    # An instance is not shown: it may hold the data of a document.
    marks = ("model_json_schema", "__dataclass_fields__", "__attrs_attrs__")
    if any(hasattr(response_model, mark) for mark in marks):
        cls = type(response_model).__name__
        raise InputTypeError(
            f"{name} is an instance of {cls}, not the class",
            suggestion=f"Pass {name}={cls}",
        )
    raise InputTypeError(
        f"{name} cannot be {short_repr(response_model)}",
        suggestion=_how_to_pass(name, response_model),
    )


def _is_no_object(value: Any) -> bool:
    if not isinstance(value, type):
        return value is Any  # a class only since Python 3.11
    # A NamedTuple is an array in JSON, and an Enum one of its values.
    return value in _NOT_OBJECTS or issubclass(value, (tuple, Enum))


def _not_an_object(response_model: Any, name: str) -> InputTypeError:
    shown = re.sub(r"[\w.]+\.", "", _type_name(response_model))
    remedy = f"Wrap it in a class: class Result(BaseModel): value: {shown}"
    if get_origin(response_model) in (Union, UnionType, Annotated):
        classes = [each for each in get_args(response_model) if isinstance(each, type)]
        inner = [each for each in classes if each is not type(None)]
        if len(inner) == 1:
            remedy = f"Pass {name}={inner[0].__name__}"
    return InputTypeError(f"{name} must describe an object, got {shown}", suggestion=remedy)


def _how_to_pass(name: str, value: Any) -> str:
    if isinstance(value, (list, tuple)) and len(value) == 1 and isinstance(value[0], type):
        shown = f"list[{value[0].__name__}]"
        return f"Wrap it in a class: class Result(BaseModel): items: {shown}"
    if isinstance(value, (str, bytes)):
        return f"Pass the class itself, or a JSON schema as a dict: {name}=json.loads(x)"
    if isinstance(value, PathLike):
        return f"Pass its content as a dict: {name}=json.loads(path.read_text())"
    if callable(getattr(value, "json_schema", None)):
        return f"Pass its schema: {name}=x.json_schema()"
    return _SUPPORTED


def json_schema_of(response_model: Any, name: str = "response_model") -> dict[str, Any]:
    """Return the JSON schema of a `response_model`.

    Args:
        response_model: A class or a JSON schema.
        name: The name of the argument, for error messages.

    Raises:
        InputTypeError: The class has no JSON schema.
        InputError: It is a dict, but not a JSON schema.
        DependencyError: It needs the extra `structured`, which is not installed.
    """
    check_response_model(response_model, name)
    if isinstance(response_model, Mapping):
        return check_json_schema(name, response_model)
    if hasattr(response_model, "model_json_schema"):
        return _pydantic_schema(response_model, name)
    if _is_pydantic_1(response_model):
        raise InputTypeError(
            f"{name} {response_model.__name__} is a model of pydantic 1",
            suggestion="Derive it from pydantic.BaseModel of pydantic 2",
        )
    msgspec = _msgspec(response_model)
    try:
        schema = msgspec.json.schema(response_model)
    except Exception as error:  # such as a KeyError for an attrs class without annotations
        raise _without_schema(response_model, name, error, msgspec.json.schema) from error
    return _inlined(schema)


def _pydantic_schema(cls: Any, name: str) -> dict[str, Any]:
    import pydantic

    if cls in (pydantic.BaseModel, pydantic.RootModel):
        raise InputTypeError(
            f"{name} is {cls.__name__} itself, which has no fields",
            suggestion="Pass a subclass of it",
        )
    try:
        schema = cast("dict[str, Any]", cls.model_json_schema())
    except Exception as error:  # pydantic's errors for this have no common base class
        raise _without_schema(
            cls, name, error, lambda annotation: pydantic.TypeAdapter(annotation).json_schema()
        ) from error
    if schema.get("type", "object") != "object":  # of a RootModel
        raise _not_an_object(cls, name)
    return schema


def _without_schema(cls: Any, name: str, error: Exception, schema_of: Any) -> InputTypeError:
    field = field_without_schema(cls, schema_of)
    reason = str(error).partition("\n")[0]
    if reason.endswith(":"):  # msgspec's introduction to a list of what its own users can do
        reason = "it is of a class whose fields are unknown"
    return InputTypeError(
        f"{name} {cls.__name__} has no JSON schema{f': its field {field}' if field else ''}: "
        f"{reason}",
        suggestion=(
            f"Give {field} a type that JSON has, such as str, float, list or a model, or leave it "
            "out"
            if field
            else _SUPPORTED
        ),
    )


def _is_pydantic_1(cls: type) -> bool:
    bases = {(base.__module__.partition(".")[0], base.__name__) for base in cls.__mro__}
    return ("pydantic", "BaseModel") in bases


def _type_name(value: Any) -> str:
    is_class = isinstance(value, type) and get_origin(value) is None
    return value.__name__ if is_class else str(value)


def parse_response(response_model: Any, response: Any, *, keep_metadata: bool = False) -> Any:
    """Create an instance of `response_model` from the JSON data of a response.

    For a JSON schema, which has no class, the data is returned as it is. A class gets the data
    without the `x_metadata` of grounded results, unless it has fields for it.

    Args:
        response_model: A class, or a JSON schema.
        response: JSON data.
        keep_metadata: Give the class all of the data, if it accepts it.

    Raises:
        ResponseDecodeError: The response does not fit; the error has it as `raw`.
        InputError: The class was lost when the job was pickled.
    """
    if isinstance(response_model, Mapping):
        return response
    if isinstance(response_model, LostModel):
        raise response_model.error()
    validate = getattr(response_model, "model_validate", None)
    if validate is None:
        validate = partial(_msgspec(response_model).convert, type=response_model)
    problem = ""
    for data in _candidates(response_model, response, keep_metadata):
        try:
            return validate(data)
        except Exception as error:  # users' own validators may raise anything
            problem = describe_misfit(error)
    # Raised out here, the error does not refer to that of the library, which shows the data.
    raise ResponseDecodeError(
        f"The response does not fit {response_model.__name__}: {problem}",
        suggestion="The response is in this error's `.raw`",
        raw=response,
    )


def _candidates(response_model: Any, response: Any, keep_metadata: bool) -> list[Any]:
    """Return the forms of a response to try, with and without its evidence."""
    from vlmrun.types._evidence_shapes import without_grounding

    plain = without_grounding(response)
    if plain == response:
        return [response]
    # A class that accepts any field would have the metadata among them.
    if not keep_metadata:
        keep_metadata = "_metadata" in json.dumps(json_schema_of(response_model))
    return [response, plain] if keep_metadata else [plain, response]


class LostModel:
    """A response model that could not be pickled.

    Args:
        name: Its name.
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def error(self) -> InputError:
        """Return the error for its use."""
        return InputError(
            f"The response_model {self._name} was lost when the job was pickled, because another "
            "process cannot import it",
            suggestion="Define it at the top level of a module, or pass it again: "
            "job.with_response_model(...)",
        )


def portable_model(response_model: Any) -> Any:
    """Return a response model that can be pickled: the same one, or a `LostModel`."""
    import pickle

    try:
        pickle.dumps(response_model)
    except Exception:  # of a local class, or by a metaclass of the user's
        return LostModel(getattr(response_model, "__name__", _type_name(response_model)))
    return response_model


def describe_misfit(error: Exception) -> str:
    """Describe why data does not fit a class, without anything of the data.

    Args:
        error: What pydantic, msgspec or a validator of the user's raised.
    """
    list_errors: Any = getattr(error, "errors", None)
    if callable(list_errors) and hasattr(error, "error_count"):
        found: Any = list_errors(include_url=False)
        shown = [_describe_error(each) for each in found[:_MAX_ERRORS]]
        if more := max(0, len(found) - _MAX_ERRORS):
            shown.append(f"{more} more")
        return "; ".join(shown)
    if type(error).__module__.partition(".")[0] == "msgspec":
        # The only one of its messages that has a value in it.
        return re.sub(r"(Invalid enum value) .*?( - at |$)", r"\1\2", str(error), flags=re.DOTALL)
    return f"{type(error).__name__} in a validator"


def _describe_error(error: Any) -> str:
    where = ".".join(map(str, error["loc"])) or "the response"
    from pydantic_core.core_schema import ErrorType

    # The messages of validators, those of this package's types included, may repeat the value.
    is_own = error["type"] in ("value_error", "assertion_error")
    is_known = error["type"] in get_args(ErrorType) and not is_own
    return f"{where}: {error['msg'] if is_known else 'refused by a validator'}"


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
        raise InputError(f"response_model must describe an object, got {short_repr(schema)}")
    if _mentions(definitions, reference):
        return {**root, "$defs": definitions}
    del definitions[name]
    return {**root, "$defs": definitions} if definitions else root


def _mentions(node: Any, reference: str) -> bool:
    if isinstance(node, dict):
        return node.get("$ref") == reference or any(_mentions(n, reference) for n in node.values())
    return isinstance(node, list) and any(_mentions(item, reference) for item in node)
