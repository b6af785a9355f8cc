"""From what a caller passes as `inputs` to the JSON that is sent.

The conversion goes in two steps, so that every mistake is found before any I/O: `prepare` turns
everything but paths into plain JSON, `fill` puts the typed part of an upload in place of each path.
"""

from __future__ import annotations

import dataclasses
import math
import os
from collections.abc import Callable, Mapping
from datetime import date, time
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any
from uuid import UUID

import attrs

from vlmrun._messages import short_repr, type_and_repr
from vlmrun._requests.pydantic_inputs import dump_pydantic, is_pydantic
from vlmrun._validation import check_file
from vlmrun.errors import InputError, InputTypeError
from vlmrun.types._base import Model

_REMEDY = (
    "Values may be plain JSON, MessageContent, datetime, UUID, a Path to upload, "
    "or pydantic, attrs and dataclass instances of these"
)


def prepare(inputs: Any) -> dict[str, Any] | None:
    """The inputs as plain JSON, in which the paths of files to upload are still `Path` objects.

    Raises:
        InputTypeError: A value that cannot be sent; the message says where it stands.
        InputError: A number that JSON has no word for, or a structure that contains itself.
        MissingFileError: A path that is not there.
    """
    if inputs is None:
        return None
    if isinstance(inputs, (Model, os.PathLike, str)):
        raise _without_names(inputs)
    try:
        tree = _convert(inputs, "inputs")
    except RecursionError:
        raise InputError("inputs contains itself, or is nested too deeply") from None
    if not isinstance(tree, dict):
        raise _without_names(inputs)
    return tree


def _without_names(inputs: Any) -> InputTypeError:
    return InputTypeError(
        f"inputs must be a dict or an object with fields, got {type(inputs).__name__}",
        suggestion="Give each input a name, for example inputs={'file': Path('a.pdf')}",
    )


def as_object(name: str, value: Any) -> dict[str, Any]:
    """An argument that is sent as a JSON object, with which no files travel.

    Args:
        name: The argument.
        value: A dict, or an instance of a public type, or of pydantic, attrs or a dataclass.

    Raises:
        InputTypeError: It is none of these, or holds what cannot be sent; the message says where.
        InputError: A number that JSON has no word for, or a structure that contains itself.
    """
    try:
        tree = None if isinstance(value, os.PathLike) else _convert(value, name)
    except RecursionError:
        raise InputError(f"{name} contains itself, or is nested too deeply") from None
    if not isinstance(tree, dict):
        raise InputTypeError(
            f"{name} must be a dict or an object with fields, got {type_and_repr(value)}"
        )
    for path in paths_in(tree):
        raise InputTypeError(f"{name} holds the path {path}, but no file travels with it")
    return tree


def paths_in(tree: Any) -> list[Path]:
    """The paths in a prepared tree, each once, in order."""
    found: dict[Path, None] = {}

    def collect(path: Path) -> None:
        found[path] = None

    fill(tree, collect)
    return list(found)


def fill(tree: Any, part_of: Callable[[Path], Any]) -> Any:
    """The tree with `part_of(path)` in place of each path."""
    if isinstance(tree, Path):
        return part_of(tree)
    if isinstance(tree, dict):
        return {key: fill(value, part_of) for key, value in tree.items()}
    if isinstance(tree, list):
        return [fill(value, part_of) for value in tree]
    return tree


def _convert(value: Any, where: str) -> Any:
    """The value as plain JSON, its paths checked and kept; `where` is for messages."""
    if isinstance(value, Enum):
        value = value.value
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            raise InputError(f"{where} is {value}, which JSON has no word for")
        return value
    if isinstance(value, Mapping):
        return {
            _key(key, where): _convert(item, f"{where}[{key!r}]") for key, item in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [_convert(item, f"{where}[{index}]") for index, item in enumerate(value)]
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, (UUID, Decimal)):
        return str(value)
    if isinstance(value, os.PathLike):
        return check_file(where, value)
    if isinstance(value, Model):
        return value.to_dict()
    return _convert(_fields_of(value, where), where)


def _key(key: Any, where: str) -> str:
    name = key.value if isinstance(key, Enum) else key
    if not isinstance(name, str):
        raise InputTypeError(f"{where} has the key {short_repr(key)}; keys must be str")
    return name


def _fields_of(value: Any, where: str) -> Any:
    if isinstance(value, type):
        raise InputTypeError(
            f"{where} is the class {value.__name__}, not an instance of it",
            suggestion=f"Pass {value.__name__}(...)",
        )
    if is_pydantic(value):
        return dump_pydantic(value, where)
    if attrs.has(type(value)) or dataclasses.is_dataclass(value):
        return _set_fields(value)
    raise InputTypeError(f"{where} cannot be sent: {type_and_repr(value)}", suggestion=_REMEDY)


def _set_fields(instance: Any) -> dict[str, Any]:
    """The fields of an attrs or dataclass instance, less the None that is only their default."""
    cls = type(instance)
    fields: Any = attrs.fields(cls) if attrs.has(cls) else dataclasses.fields(instance)
    values = {field.name: getattr(instance, field.name) for field in fields}
    optional = {field.name for field in fields if field.default is None}
    return {
        name: value for name, value in values.items() if not (value is None and name in optional)
    }
