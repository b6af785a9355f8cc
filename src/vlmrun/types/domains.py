"""Domains, and the schemas of their responses."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, ClassVar

from vlmrun.errors import ResponseDecodeError
from vlmrun.types._base import Hidden, Received
from vlmrun.types._schema_model_cache import SchemaModelCache, default_cache

if TYPE_CHECKING:
    from pydantic import BaseModel
    from typing_extensions import Self

__all__ = [
    "DomainInfo",
    "HubDomainInfo",
    "HubInfoResponse",
    "HubSchemaResponse",
    "SchemaResponse",
]


class DomainInfo(Received):
    """A domain for which predictions can be created."""

    domain: str
    name: str | None = None
    description: str | None = None


class HubDomainInfo(Received):
    """A domain of the hub.

    Attributes:
        supported_inputs: Kinds of input, such as "image" and "document".
        sample_data: URLs of example inputs.
    """

    domain: str
    name: str | None = None
    description: str | None = None
    supported_inputs: list[str] | None = None
    tags: list[str] | None = None
    sample_data: list[str] | None = None


class HubInfoResponse(Received):
    """The version of the hub in use."""

    version: str


class _ModelJsonSchema:
    """`model_json_schema()`: on an instance the domain's schema, on the class its own."""

    def __get__(self, instance: Any, owner: type[SchemaResponse]) -> Any:
        if instance is None:
            return super(SchemaResponse, owner).model_json_schema
        return lambda **_: copy.deepcopy(instance.json_schema)


class SchemaResponse(Received):
    """The schema of a domain's responses.

    Attributes:
        domain: The domain.
        schema_version: Also available as `version`.
        schema_hash: Also available as `hash`.
        gql_stmt: A GraphQL selection of all fields.
        json_schema: The JSON schema.

    Example:
        >>> schema = client.get_schema("document.invoice")
        >>> invoice = schema.response_model(**prediction.response)
    """

    domain: str
    description: str | None = None
    schema_version: str
    schema_hash: str
    gql_stmt: str
    json_schema: dict[str, Any]

    model_json_schema: ClassVar[Any] = _ModelJsonSchema()
    _models: ClassVar[Any] = Hidden(default_cache)

    @property
    def response_model(self) -> type[BaseModel]:
        """The schema as a pydantic class, named by the schema's title.

        The class is built in memory. It is tolerant: it keeps keys that the schema does not define,
        such as the `x_metadata` of grounded results, and accepts null for what is not required.
        Equal schemas from one client give the same class.

        Raises:
            DependencyError: pydantic is not installed.
            ResponseDecodeError: The service sent no schema.
        """
        if not isinstance(self.json_schema, dict):
            raise ResponseDecodeError(f"There is no JSON schema for {self.domain}", raw=self.raw)
        model: type[BaseModel] = self._models.model_of(self.json_schema, class_name(self.domain))
        return model

    def _with_model_cache(self, models: SchemaModelCache) -> Self:
        """Return the same schema, with a `response_model` from a client's cache."""
        return self._replaced(_models=models)

    def __getstate__(self) -> dict[str, Any]:
        # The cache belongs to the client, and its lock cannot be pickled.
        return {name: value for name, value in super().__getstate__().items() if name != "_models"}

    @property
    def version(self) -> str:
        """The same as `schema_version`."""
        return self.schema_version

    @property
    def hash(self) -> str:
        """The same as `schema_hash`."""
        return self.schema_hash


class HubSchemaResponse(SchemaResponse):
    """The schema of a domain of the hub; `json_sample`, if there is one, is an example response."""

    json_sample: Any = None


def class_name(domain: Any) -> str:
    """Return the name of the class of a schema without a title: "Invoice" for document.invoice."""
    words = (
        (domain if isinstance(domain, str) else "").rpartition(".")[2].replace("_", "-").split("-")
    )
    return "".join(word.capitalize() for word in words) or "Response"
