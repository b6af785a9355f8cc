"""What classes made of JSON schemas consist of; imports pydantic when it is first asked for."""

from __future__ import annotations

import copy
import re
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Annotated, Any, ClassVar, NamedTuple, Union
from uuid import UUID

from vlmrun.errors import DependencyError

# pydantic would take these texts for seconds since 1970, or for midnight.
_NO_DAY = re.compile(r"[-+0-9.\s]*")
_NO_TIME = re.compile(r"[-+]?[0-9.\s]*")


class Parts(NamedTuple):
    """pydantic, and what is made of it.

    Attributes:
        pydantic: The package.
        part: The base of the classes of inner objects.
        whole: The bases of the class of a whole schema, which gives the schema back.
        bare: The same for the class of a schema of no object, a `RootModel` besides.
        formats: By the format of a text, its annotation.
        taken: Names that no field may have.
    """

    pydantic: Any
    part: Any
    whole: Any
    bare: Any
    formats: dict[str, Any]
    taken: frozenset[str]


@cache
def parts() -> Parts:
    """The parts, the same each time.

    Raises:
        DependencyError: pydantic 2 is not installed. Releases from 2.4 on are tried.
    """
    try:
        import pydantic
        from pydantic import BaseModel, ConfigDict
    except ImportError as error:
        raise DependencyError(
            "A class for a JSON schema needs pydantic 2",
            suggestion="pip install 'pydantic>=2.4'; the schema itself is in .json_schema",
        ) from error

    class Named(BaseModel):
        def model_dump(self, **options: Any) -> dict[str, Any]:
            """The values, under the names that they have in the schema."""
            dumped: dict[str, Any] = super().model_dump(**{"by_alias": True, **options})
            return dumped

        def model_dump_json(self, **options: Any) -> str:
            """`model_dump` as JSON text."""
            return str(super().model_dump_json(**{"by_alias": True, **options}))

    class Part(Named):
        model_config = ConfigDict(extra="allow", populate_by_name=True, protected_namespaces=())

    class Whole(BaseModel):
        _json_schema: ClassVar[Any] = None

        @classmethod
        def model_json_schema(cls, *args: Any, **options: Any) -> dict[str, Any]:
            """The schema that the class was made of; a subclass has one of its own."""
            own = vars(cls).get("_json_schema")
            schema: dict[str, Any] = (
                super().model_json_schema(*args, **options) if own is None else copy.deepcopy(own)
            )
            return schema

        def __reduce_ex__(self, protocol: Any) -> Any:
            # No other process can import the class, but it can make it anew.
            from vlmrun.types._classes import revived

            own = vars(type(self)).get("_json_schema")
            if own is None:
                return super().__reduce_ex__(protocol)
            values = self.model_dump(by_alias=True, exclude_unset=True)
            return revived, (own, type(self).__name__, values)

    taken = frozenset([*dir(BaseModel), *dir(type(BaseModel)), "Config"])
    return Parts(pydantic, Part, (Whole, Part), (Whole, Named), _formats(pydantic), taken)


def _formats(pydantic: Any) -> dict[str, Any]:
    """A text of a format becomes what it stands for, or stays a text where it is none of these."""

    def unless(pattern: re.Pattern[str]) -> Any:
        def check(value: Any) -> Any:
            if isinstance(value, (int, float)):
                raise ValueError("a number is no text")
            if isinstance(value, str) and pattern.fullmatch(value):
                raise ValueError("no text of this format")
            return value

        return pydantic.BeforeValidator(check)

    def or_text(annotation: Any) -> Any:
        return Annotated[either(annotation, str), pydantic.Field(union_mode="left_to_right")]

    return {
        "date-time": or_text(Annotated[datetime, unless(_NO_DAY)]),
        "date": or_text(Annotated[date, unless(_NO_TIME)]),
        "time": or_text(Annotated[time, unless(_NO_TIME)]),
        "duration": or_text(Annotated[timedelta, unless(_NO_TIME)]),
        "uuid": or_text(Annotated[UUID, unless(_NO_TIME)]),
    }


def either(*annotations: Any) -> Any:
    """The union of annotations."""
    return Union[annotations]  # noqa: UP007
