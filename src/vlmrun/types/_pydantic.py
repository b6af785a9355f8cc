"""What pydantic asks of our types, so that a user's models can have them as fields.

pydantic is not a dependency: it is imported by calls that only its users make.
"""

from __future__ import annotations

from typing import Any, ClassVar, get_type_hints

import attrs

from vlmrun.errors import DependencyError, InputError


class _ModelFields:
    def __get__(self, instance: Any, owner: type[Any]) -> dict[str, Any]:
        fields: dict[str, Any] = shadow(owner).model_fields
        return fields


class _Serializer:
    def __get__(self, instance: Any, owner: type[Any]) -> Any:
        try:
            return serializer_of(owner)
        except ImportError as error:
            raise AttributeError("without pydantic there is no serializer of its own") from error


class PydanticFace:
    """The names by which pydantic finds out how to check, dump and describe a type."""

    # By field name, pydantic's description of each field.
    model_fields: ClassVar[Any] = _ModelFields()
    # Used where a user's field is `Any` and the value is one of our types.
    __pydantic_serializer__: ClassVar[Any] = _Serializer()

    @classmethod
    def model_json_schema(cls, **options: Any) -> dict[str, Any]:
        """The JSON schema of this type, made by pydantic.

        Raises:
            DependencyError: pydantic is not installed.
        """
        schema: dict[str, Any] = shadow(cls).model_json_schema(**options)
        return schema

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        return core_schema_of(cls)

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: Any, handler: Any) -> Any:
        schema = dict(shadow(cls).__pydantic_core_schema__)
        # `core_schema_of` has the reference; a second would be listed under `$defs` beside it.
        schema.pop("ref", None)
        return {"title": cls.__name__, "description": shadow(cls).__doc__, **handler(schema)}

    @classmethod
    def _schema_extras(cls) -> dict[str, dict[str, Any]]:
        """By field, what its JSON schema says beyond the type."""
        return {}


def shadow(cls: type[Any]) -> Any:
    """A pydantic model with the fields of `cls`. It is never run: its JSON schema is read."""
    known = cls.__dict__.get("_shadow")
    if known is None:
        known = cls._shadow = _shadow_of(cls)
    return known


def _shadow_of(cls: type[Any]) -> Any:
    try:
        import pydantic
    except ImportError as error:
        raise DependencyError(
            f"{cls.__name__}.model_json_schema and .model_fields need pydantic",
            suggestion="pip install pydantic",
        ) from error
    hints = get_type_hints(cls)
    extras = cls._schema_extras()
    fields: dict[str, Any] = {}
    for attribute in attrs.fields(cls):
        options = dict(extras.get(attribute.name, {}))
        if isinstance(attribute.default, attrs.Factory):  # type: ignore[arg-type]
            options["default_factory"] = attribute.default.factory
        elif attribute.default is not attrs.NOTHING:
            options["default"] = attribute.default
        fields[attribute.name] = (hints[attribute.name], pydantic.Field(**options))
    model: Any = pydantic.create_model(
        cls.__name__,
        __module__=cls.__module__,
        __config__=pydantic.ConfigDict(protected_namespaces=(), arbitrary_types_allowed=True),
        **fields,
    )
    model.__doc__ = (cls.__doc__ or "").partition("\n")[0]
    return model


def core_schema_of(cls: type[Any]) -> Any:
    """How pydantic checks and dumps `cls`: by our own constructor and our own `model_dump`."""
    from pydantic_core import PydanticCustomError, core_schema

    def validate(value: Any) -> Any:
        try:
            return cls.model_validate(value)
        except InputError as error:
            raise PydanticCustomError(
                "vlmrun_input", "{problem}", {"problem": str(error)}
            ) from error

    def dump(value: Any, info: Any) -> Any:
        if not isinstance(value, cls):
            return value
        return value.model_dump(
            mode=info.mode,
            exclude_none=info.exclude_none,
            exclude_unset=info.exclude_unset,
            exclude_defaults=info.exclude_defaults,
        )

    return core_schema.no_info_plain_validator_function(
        validate,
        # pydantic lists what has a reference under `$defs`, by the name that it begins with.
        ref=f"{cls.__module__}.{cls.__qualname__}:{id(cls)}",
        serialization=core_schema.plain_serializer_function_ser_schema(dump, info_arg=True),
    )


def serializer_of(cls: type[Any]) -> Any:
    """pydantic's serializer of `cls`."""
    known = cls.__dict__.get("_serializer")
    if known is None:
        from pydantic_core import SchemaSerializer

        known = cls._serializer = SchemaSerializer(core_schema_of(cls))
    return known
