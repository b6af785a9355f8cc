"""From what a caller passes as `inputs` to the JSON that is sent.

The conversion goes in two steps, so that every mistake is found before any I/O: `prepare` turns
everything but paths into plain JSON, `fill` puts the typed part of an upload in place of each path.
"""

from __future__ import annotations

import dataclasses
import math
import os
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any
from uuid import UUID

import attrs

from vlmrun._core.checks import check_file
from vlmrun._wording import show
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
    try:
        tree = _convert(inputs, "inputs")
    except RecursionError:
        raise InputError("inputs contains itself, or is nested too deeply") from None
    if not isinstance(tree, dict):
        raise InputTypeError(
            f"inputs must be a dict or an object with fields, got {type(inputs).__name__}",
            suggestion="For example inputs={'file': Path('a.pdf')}",
        )
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
    if value is None or isinstance(value, (str, bool, int)):
        return value.value if isinstance(value, Enum) else value
    if isinstance(value, float):
        if not math.isfinite(value):
            raise InputError(f"{where} is {value}, which JSON has no word for")
        return value
    if isinstance(value, Model):
        return value.to_dict()
    if isinstance(value, Mapping):
        return {_key(key, where): _convert(item, f"{where}[{key!r}]") for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_convert(item, f"{where}[{index}]") for index, item in enumerate(value)]
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, (UUID, Decimal)):
        return str(value)
    if isinstance(value, Enum):
        return _convert(value.value, where)
    if isinstance(value, os.PathLike):
        return check_file(where, value)
    return _convert(_fields_of(value, where), where)


def _key(key: Any, where: str) -> str:
    if not isinstance(key, str):
        raise InputTypeError(f"{where} has the key {show(key)}; keys must be text")
    return key


def _fields_of(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, type):
        if hasattr(value, "model_dump") and hasattr(type(value), "model_fields"):
            return _dump_pydantic(value)
        if attrs.has(type(value)):
            return {field.name: getattr(value, field.name) for field in attrs.fields(type(value))}
        if dataclasses.is_dataclass(value):
            return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    raise InputTypeError(
        f"{where} cannot be sent: {type(value).__name__} {show(value)}", suggestion=_REMEDY
    )


def _dump_pydantic(instance: Any) -> dict[str, Any]:
    """The fields by the names that the model serialises them under.

    pydantic dumps, so that its serialisers and computed fields count. A None that nobody set is
    left out: what the caller did not set is not sent, but a None that was set is.
    """
    dumped: dict[str, Any] = instance.model_dump(by_alias=True)
    return _without_unset_none(instance, dumped)


def _without_unset_none(instance: Any, dumped: Any) -> Any:
    if isinstance(instance, (list, tuple)) and isinstance(dumped, (list, tuple)):
        return [_without_unset_none(a, b) for a, b in zip(instance, dumped, strict=True)]
    if isinstance(instance, Mapping) and isinstance(dumped, Mapping):
        return {key: _without_unset_none(instance.get(key), item) for key, item in dumped.items()}
    fields = getattr(type(instance), "model_fields", None)
    if fields is None or isinstance(instance, Model) or not isinstance(dumped, dict):
        return dumped
    kept = dict(dumped)
    for name, field in fields.items():
        alias = field.serialization_alias or field.alias or name
        if alias not in kept:
            continue
        if kept[alias] is None and name not in instance.model_fields_set:
            del kept[alias]
        else:
            kept[alias] = _without_unset_none(getattr(instance, name), kept[alias])
    return kept
