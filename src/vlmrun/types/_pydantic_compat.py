"""Compatibility with pydantic: users' models can have our types as fields.

pydantic is not a dependency. It is imported inside functions that only its users call.
https://docs.pydantic.dev/latest/concepts/types/#customizing-validation-with-__get_pydantic_core_schema__
"""

from __future__ import annotations

from typing import Any, ClassVar, get_type_hints

import attrs

from vlmrun.errors import DependencyError, InputError


class _ModelFields:
    def __get__(self, instance: Any, owner: type[Any]) -> dict[str, Any]:
        fields: dict[str, Any] = schema_model_of(owner).model_fields
        return fields


class _Serializer:
    def __get__(self, instance: Any, owner: type[Any]) -> Any:
        try:
            return serializer_of(owner)
        except ImportError as error:
            raise AttributeError("__pydantic_serializer__ needs pydantic") from error


class PydanticCompatMixin:
    """The hooks by which pydantic validates, dumps and describes a type."""

    # Descriptors rather than values, because computing these imports pydantic.
    model_fields: ClassVar[Any] = _ModelFields()
    # Used if a user's field is annotated as `Any` and its value is one of our types.
    __pydantic_serializer__: ClassVar[Any] = _Serializer()

    @classmethod
    def model_json_schema(cls, **options: Any) -> dict[str, Any]:
        """Return the JSON schema of this type, as pydantic generates it.

        Raises:
            DependencyError: pydantic is not installed.
        """
        schema: dict[str, Any] = schema_model_of(cls).model_json_schema(**options)
        return schema

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        return core_schema_of(cls)

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: Any, handler: Any) -> Any:
        model = schema_model_of(cls)
        schema = dict(model.__pydantic_core_schema__)
        # `core_schema_of` has a reference already; a second one would be another entry in `$defs`.
        schema.pop("ref", None)
        described = {"title": cls.__name__, **handler(schema)}
        # The docstring of this package would be sent in the schemas of users' classes.
        described.pop("description", None)
        return described

    @classmethod
    def _schema_extras(cls) -> dict[str, dict[str, Any]]:
        """Return, for each field, keywords of its JSON schema that its type does not imply."""
        return {}


def schema_model_of(cls: type[Any]) -> Any:
    """Return a pydantic model with the fields of `cls`, which is used for its JSON schema only."""
    # Looked up in the class's own __dict__, so that no subclass inherits it.
    cached = cls.__dict__.get("_schema_model")
    if cached is None:
        cached = cls._schema_model = _build_schema_model(cls)
    return cached


def _build_schema_model(cls: type[Any]) -> Any:
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
    """Return a core schema that validates by our `model_validate` and dumps by our `model_dump`."""
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
        # Types with a reference are listed in `$defs`, by the last segment before the colon.
        ref=f"{cls.__module__}.{cls.__qualname__}:{id(cls)}",
        serialization=core_schema.plain_serializer_function_ser_schema(dump, info_arg=True),
    )


def serializer_of(cls: type[Any]) -> Any:
    """Return pydantic's serializer for `cls`."""
    cached = cls.__dict__.get("_serializer")
    if cached is None:
        from pydantic_core import SchemaSerializer

        cached = cls._serializer = SchemaSerializer(core_schema_of(cls))
    return cached
