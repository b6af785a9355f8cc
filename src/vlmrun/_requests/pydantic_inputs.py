"""A user's pydantic model as `inputs`: what pydantic would write as JSON, less what nobody set."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from typing import Any

from vlmrun.errors import InputError, InputTypeError
from vlmrun.types._base import Model


def is_pydantic(value: Any) -> bool:
    """Whether the value is an instance of a pydantic model."""
    return hasattr(value, "model_dump") and hasattr(type(value), "__pydantic_validator__")


def dump_pydantic(instance: Any, where: str) -> Any:
    """What the model serialises to, under the names it serialises its fields under.

    pydantic dumps, so that its serialisers, aliases and computed fields count. Then a None that
    nobody set is left out (what the caller did not set is not sent), and what pydantic cannot know
    is put back: paths, for files to upload, and numbers that JSON has no word for, to be refused.

    Raises:
        InputTypeError: A value that pydantic cannot serialise.
        InputError: A model that contains itself.
    """
    try:
        dumped = instance.model_dump(mode="json", by_alias=True)
    except (ValueError, TypeError) as error:
        kind = InputError if "Circular" in str(error) else InputTypeError
        raise kind(f"{where} ({type(instance).__name__}) cannot be sent: {error}") from error
    return _restored(instance, dumped)


def _restored(value: Any, dumped: Any) -> Any:
    """What was dumped of a value, with what was lost put back and what was not set left out."""
    if isinstance(value, Model):
        return value.to_dict()
    if is_pydantic(value):
        return _restored_model(value, dumped)
    if isinstance(value, os.PathLike):
        return value if dumped == str(value) else dumped
    if isinstance(value, float) and not math.isfinite(value):
        return value
    if isinstance(dumped, list) and isinstance(value, (list, tuple)) and len(value) == len(dumped):
        return [_restored(item, each) for item, each in zip(value, dumped, strict=True)]
    if not isinstance(dumped, dict):
        return dumped
    if isinstance(value, Mapping):
        texts = {str(key): item for key, item in value.items()}
        return {key: _restored(texts.get(key), each) for key, each in dumped.items()}
    return {key: _restored(getattr(value, key, None), each) for key, each in dumped.items()}


def _restored_model(instance: Any, dumped: Any) -> Any:
    if getattr(type(instance), "__pydantic_root_model__", False):
        return _restored(instance.root, dumped)
    if not isinstance(dumped, dict):
        return dumped
    fields = type(instance).model_fields
    extras = instance.model_extra or {}
    restored = {key: _restored(extras.get(key), each) for key, each in dumped.items()}
    for name, field in fields.items():
        alias = field.serialization_alias or field.alias or name
        if alias not in restored:
            continue
        if dumped[alias] is None and name not in instance.model_fields_set:
            del restored[alias]
        else:
            restored[alias] = _restored(getattr(instance, name), dumped[alias])
    return restored
