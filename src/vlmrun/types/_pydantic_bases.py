"""The pydantic base classes and annotations of models that are built from a JSON schema.

Importing this module imports pydantic, which is not a dependency: import it inside functions.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, ClassVar, Union
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

# pydantic reads a str of digits as seconds since 1970 (a date and time) or since midnight:
# https://docs.pydantic.dev/latest/api/standard_library_types/#datetimes
_DIGITS = re.compile(r"[-+0-9.\s]*")
_SIGNED_DIGITS = re.compile(r"[-+]?[0-9.\s]*")


class AliasDumpMixin(BaseModel):
    """A model that dumps values under the names that they have in the schema."""

    def model_dump(self, **options: Any) -> dict[str, Any]:
        """Return the values under the names that they have in the schema."""
        dumped: dict[str, Any] = super().model_dump(**{"by_alias": True, **options})
        return dumped

    def model_dump_json(self, **options: Any) -> str:
        """Return `model_dump` as JSON."""
        return str(super().model_dump_json(**{"by_alias": True, **options}))


class ObjectModel(AliasDumpMixin):
    """The base of every object in a schema."""

    # protected_namespaces: a schema may well have a property "model_name".
    model_config = ConfigDict(extra="allow", populate_by_name=True, protected_namespaces=())


class SchemaModel(BaseModel):
    """The base of a whole schema: it returns the schema it was built from, and can be pickled."""

    _json_schema: ClassVar[Any] = None
    _restore: ClassVar[Callable[[Any, str, Any], Any] | None] = None

    @classmethod
    def model_json_schema(cls, *args: Any, **options: Any) -> dict[str, Any]:
        """Return the schema that the class was built from; subclasses have one of their own."""
        own = vars(cls).get("_json_schema")
        schema: dict[str, Any] = (
            super().model_json_schema(*args, **options) if own is None else copy.deepcopy(own)
        )
        return schema

    def __reduce_ex__(self, protocol: Any) -> Any:
        # No other process can import the class, but every process can build it from the schema.
        cls = type(self)
        own = vars(cls).get("_json_schema")
        if own is None:
            return super().__reduce_ex__(protocol)
        values = self.model_dump(by_alias=True, exclude_unset=True)
        return cls._restore, (own, cls.__name__, values)


# Fields of these names would replace methods of pydantic's classes.
RESERVED_NAMES = frozenset([*dir(BaseModel), *dir(type(BaseModel)), "Config"])


def union_of(*annotations: Any) -> Any:
    """Return the union of annotations."""
    return Union[annotations]  # noqa: UP007


def _unless(pattern: re.Pattern[str]) -> BeforeValidator:
    def check(value: Any) -> Any:
        if isinstance(value, (int, float)):
            raise ValueError("a number is not a str")
        if isinstance(value, str) and pattern.fullmatch(value):
            raise ValueError("not a str of this format")
        return value

    return BeforeValidator(check)


def _or_str(annotation: Any) -> Any:
    # Models are not always exact, so a str that does not have the format stays a str.
    return Annotated[union_of(annotation, str), Field(union_mode="left_to_right")]


FORMATS: dict[str, Any] = {
    "date-time": _or_str(Annotated[datetime, _unless(_DIGITS)]),
    "date": _or_str(Annotated[date, _unless(_SIGNED_DIGITS)]),
    "time": _or_str(Annotated[time, _unless(_SIGNED_DIGITS)]),
    "duration": _or_str(Annotated[timedelta, _unless(_SIGNED_DIGITS)]),
    "uuid": _or_str(Annotated[UUID, _unless(_SIGNED_DIGITS)]),
}
