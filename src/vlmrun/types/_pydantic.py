"""What makes our types usable as fields of a user's pydantic model. Imported only by pydantic's calls."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, get_type_hints

import attrs

from vlmrun.errors import DependencyError, InputError


@lru_cache(maxsize=None)
def shadow(cls: type[Any]) -> Any:
    """A pydantic model with the fields of `cls`, from which its JSON schema is read."""
    try:
        import pydantic
    except ImportError as error:
        raise DependencyError(
            f"{cls.__name__}.model_json_schema and .model_fields need pydantic",
            suggestion="pip install pydantic",
        ) from error
    hints = get_type_hints(cls)
    extras = getattr(cls, "_json_schema_extras", {})
    fields: dict[str, Any] = {}
    for attribute in attrs.fields(cls):
        default: Any = attribute.default
        if default is attrs.NOTHING:
            default = ...
        elif isinstance(default, attrs.Factory):  # type: ignore[arg-type]
            default = None
        info = pydantic.Field(default, **extras.get(attribute.name, {}))
        fields[attribute.name] = (hints[attribute.name], info)
    return pydantic.create_model(
        cls.__name__,
        __doc__=cls.__doc__,
        __config__=pydantic.ConfigDict(protected_namespaces=(), arbitrary_types_allowed=True),
        **fields,
    )


def core_schema_of(cls: type[Any], handler: Any) -> Any:
    """How pydantic checks and dumps `cls`: our own constructor, and the dict that goes over the wire.

    The shadow model is never run; it is there so that a JSON schema lists the type in `$defs`.
    """
    from pydantic_core import PydanticCustomError, core_schema

    def validate(value: Any, _: Any) -> Any:
        try:
            return cls.model_validate(value)
        except InputError as error:
            raise PydanticCustomError(
                "vlmrun_input", "{problem}", {"problem": str(error)}
            ) from error

    return core_schema.no_info_wrap_validator_function(
        validate,
        handler.generate_schema(shadow(cls)),
        serialization=core_schema.plain_serializer_function_ser_schema(
            lambda value: value.to_dict() if hasattr(value, "to_dict") else value
        ),
    )
