"""Pydantic classes built from JSON schemas, in memory: no code is written, run or fetched."""

from __future__ import annotations

import json
from collections import OrderedDict
from hashlib import sha256
from typing import Any

from vlmrun._fork_safe_locks import ForkSafeLock
from vlmrun.errors import DependencyError, InputError, InputTypeError


def require_pydantic() -> None:
    """Raise `DependencyError` if pydantic 2 is not installed. Releases from 2.4 on are tested."""
    try:
        from pydantic import TypeAdapter  # noqa: F401 - a name that pydantic 1 does not have
    except ImportError as error:
        raise DependencyError(
            "A class for a JSON schema needs pydantic 2",
            suggestion="pip install 'pydantic>=2.4'; the schema itself is in .json_schema",
        ) from error


class SchemaModelCache:
    """A thread-safe cache of the latest classes, so that equal schemas give the same class.

    Args:
        max_size: The number of classes to store. The least recently used one is dropped first.
    """

    def __init__(self, max_size: int = 128) -> None:
        self._max_size = max_size
        self._lock = ForkSafeLock()
        self._models: OrderedDict[bytes, Any] = OrderedDict()

    def model_of(self, schema: Any, name: str = "Response") -> Any:
        """Return the class of a JSON schema, named by the schema's title or else by `name`.

        It is tolerant: it keeps keys that the schema does not define, accepts null for what is not
        required, keeps a str that is not a valid date, time or UUID, and does not enforce bounds
        and patterns. A schema that is not an object gives a pydantic `RootModel`.
        `model_json_schema()` of the class returns the schema itself.

        Raises:
            DependencyError: pydantic 2 is not installed.
            InputError: The schema is not a JSON schema, or no class can be built from it.
        """
        require_pydantic()
        from vlmrun.types._schema_model_builder import build_model

        # Not the schema itself is cached: the caller may change it later.
        text = _to_json(schema)
        key = sha256(f"{name}\n{text}".encode(errors="surrogatepass")).digest()
        with self._lock.held:
            if key not in self._models:
                model = build_model(json.loads(text), name)
                model._restore = restore
                self._models[key] = model
            self._models.move_to_end(key)
            while len(self._models) > self._max_size:
                self._models.popitem(last=False)
            return self._models[key]


def _to_json(schema: Any) -> str:
    if not isinstance(schema, dict):
        raise InputTypeError(f"A JSON schema must be a dict, got {type(schema).__name__}")
    try:
        text = json.dumps(schema, ensure_ascii=False)
        text.encode()  # refuses lone surrogates, which json.dumps accepts
        return text
    except (TypeError, ValueError, RecursionError) as error:
        raise InputError(f"The JSON schema is not JSON: {error}") from None


default_cache = SchemaModelCache()
"""The cache of schemas and values that belong to no client, such as unpickled ones."""


def restore(schema: Any, name: str, values: Any) -> Any:
    """Return the instance of a schema's class that was pickled. Pickles refer to this function."""
    return default_cache.model_of(schema, name).model_validate(values)
