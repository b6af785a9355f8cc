"""Conversion of a user's pydantic models in `inputs`."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import date, time
from decimal import Decimal
from enum import Enum
from typing import Any

from vlmrun._validation import check_finite
from vlmrun.errors import InputError, InputTypeError
from vlmrun.types._base import Model

Convert = Callable[[Any, str], Any]


def is_pydantic(value: Any) -> bool:
    """Return whether the value is an instance of a pydantic model."""
    # pydantic is optional, so its classes are recognized without importing it.
    return hasattr(value, "model_dump") and hasattr(type(value), "__pydantic_validator__")


def dump_pydantic(instance: Any, where: str, convert: Convert) -> Any:
    """Convert a model to JSON, without the None of fields that were not set.

    pydantic dumps the model, so that its serializers, aliases and computed fields apply. Then the
    dump is compared with the model, because pydantic writes paths as str and NaN as null: the first
    are files to upload, the second must be an error.

    Args:
        instance: The model.
        where: Its location in error messages.
        convert: Converts any other value.

    Raises:
        InputTypeError: A value that pydantic cannot serialize.
        InputError: A model that contains itself.
    """
    try:
        dumped = instance.model_dump(mode="json", by_alias=True)
    except (ValueError, TypeError) as error:
        kind = InputError if "Circular" in str(error) else InputTypeError
        raise kind(f"{where} ({type(instance).__name__}) cannot be sent: {error}") from error
    return _restore(instance, dumped, where, convert)


def _restore(value: Any, dumped: Any, where: str, convert: Convert) -> Any:
    """Convert a dumped value, taking from the original what the dump has lost."""
    if isinstance(value, Model):
        return value.to_dict()
    if is_pydantic(value):
        return _restore_model(value, dumped, where, convert)
    if isinstance(value, os.PathLike) and dumped == str(value):
        return convert(value, where)
    plain = value.value if isinstance(value, Enum) else value
    if isinstance(plain, (float, Decimal, date, time)):
        check_finite(where, plain)
    # A serializer may have changed the type or the length; then nothing can be matched.
    if isinstance(dumped, list) and isinstance(value, (list, tuple)) and len(value) == len(dumped):
        pairs = enumerate(zip(value, dumped, strict=True))
        return [_restore(item, each, f"{where}[{i}]", convert) for i, (item, each) in pairs]
    if not isinstance(dumped, dict):
        return convert(dumped, where)
    if isinstance(value, Mapping):
        originals: Any = {str(key): item for key, item in value.items()}
    else:
        originals = {key: getattr(value, key, None) for key in dumped}
    return {
        key: _restore(originals.get(key), each, f"{where}[{key!r}]", convert)
        for key, each in dumped.items()
    }


def _restore_model(instance: Any, dumped: Any, where: str, convert: Convert) -> Any:
    if getattr(type(instance), "__pydantic_root_model__", False):
        return _restore(instance.root, dumped, where, convert)
    if not isinstance(dumped, dict):
        return convert(dumped, where)
    originals = dict(instance.model_extra or {})
    unset = set()
    for name, field in type(instance).model_fields.items():
        alias = field.serialization_alias or field.alias or name
        originals[alias] = getattr(instance, name, None)
        if name not in instance.model_fields_set:
            unset.add(alias)
    return {
        key: _restore(originals.get(key), each, f"{where}[{key!r}]", convert)
        for key, each in dumped.items()
        if not (each is None and key in unset)
    }
