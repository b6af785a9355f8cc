"""From a JSON schema to a pydantic class, in memory: no code is written, run or fetched."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from hashlib import sha256
from typing import Any

from vlmrun.errors import InputError, InputTypeError
from vlmrun.types._class_builder import build
from vlmrun.types._class_parts import parts

_KEPT = 128


class Classes:
    """Makes classes of schemas, and keeps the latest, so that equal schemas give the same class.

    May be used from any thread.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[bytes, Any] = OrderedDict()

    def of(self, schema: Any, name: str = "Response") -> Any:
        """The class of a JSON schema, named by the schema's title, else by `name`.

        It is tolerant: it keeps keys that the schema does not know, takes null for what is not
        required, keeps the text where a date, time or UUID is none, and does not enforce bounds
        and patterns. A schema of no object gives a pydantic `RootModel`. `model_json_schema()` of
        the class is the schema itself.

        Raises:
            DependencyError: pydantic 2 is not installed.
            InputError: It is no JSON schema that a class can be made of.
        """
        made = parts()
        text = _as_text(schema)
        key = sha256(f"{name}\n{text}".encode()).digest()
        with self._lock:
            if key not in self._kept:
                self._kept[key] = build(json.loads(text), name, made)
            self._kept.move_to_end(key)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
            return self._kept[key]


def _as_text(schema: Any) -> str:
    if not isinstance(schema, dict):
        raise InputTypeError(f"A JSON schema must be a dict, got {type(schema).__name__}")
    try:
        text = json.dumps(schema, ensure_ascii=False)
        text.encode()
        return text
    except (TypeError, ValueError, RecursionError) as error:
        raise InputError(f"The JSON schema is not JSON: {error}") from None


_revived = Classes()


def revived(schema: Any, name: str, values: Any) -> Any:
    """What an instance of a schema's class was before it was pickled."""
    return _revived.of(schema, name).model_validate(values)
