"""Domains, and the schemas of their answers."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, ClassVar

from vlmrun.errors import ResponseDecodeError
from vlmrun.types._base import Received
from vlmrun.types._classes import Classes

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
    """A domain that predictions can be made for."""

    domain: str
    name: str | None = None
    description: str | None = None


class HubDomainInfo(Received):
    """A domain of the hub.

    Attributes:
        supported_inputs: Such as "image" and "document".
        sample_data: URLs of inputs for example.
    """

    domain: str
    name: str | None = None
    description: str | None = None
    supported_inputs: list[str] | None = None
    tags: list[str] | None = None
    sample_data: list[str] | None = None


class HubInfoResponse(Received):
    """Which version of the hub is in use."""

    version: str


class _OwnSchema:
    """`model_json_schema()`: of an instance the schema that it carries, of the class its own."""

    def __get__(self, instance: Any, owner: type[SchemaResponse]) -> Any:
        if instance is None:
            return super(SchemaResponse, owner).model_json_schema
        return lambda **_: copy.deepcopy(instance.json_schema)


class SchemaResponse(Received):
    """The schema of a domain's answers.

    Attributes:
        domain: The domain.
        schema_version: Also as `version`.
        schema_hash: Also as `hash`.
        gql_stmt: All fields, as a GraphQL selection.
        json_schema: The JSON schema.

    Example:
        >>> schema = await client.get_schema("document.invoice")
        >>> invoice = schema.response_model(**prediction.response)
    """

    domain: str
    description: str | None = None
    schema_version: str
    schema_hash: str
    gql_stmt: str
    json_schema: dict[str, Any]

    model_json_schema: ClassVar[Any] = _OwnSchema()
    _classes: ClassVar[Classes | None] = None

    @property
    def response_model(self) -> type[BaseModel]:
        """The schema as a pydantic class, named by the schema's title.

        The class is made in memory and tolerant: it keeps keys that the schema does not know, such
        as the `x_metadata` of grounded results, and takes null for what is not required. Of one
        client, equal schemas give the same class.

        Raises:
            DependencyError: pydantic is not installed.
            ResponseDecodeError: The service sent no schema.
        """
        if not isinstance(self.json_schema, dict):
            raise ResponseDecodeError(f"There is no JSON schema for {self.domain}", raw=self.raw)
        classes = self._classes or self.__dict__.setdefault("_classes", Classes())
        made: type[BaseModel] = classes.of(self.json_schema, class_name(self.domain))
        return made

    def _sharing(self, classes: Classes) -> Self:
        """The same, whose class is one of these."""
        twin = copy.copy(self)
        twin.__dict__["_classes"] = classes
        return twin

    def __getstate__(self) -> dict[str, Any]:
        # Classes are made anew from the schema; what keeps them belongs to its client.
        return {name: value for name, value in self.__dict__.items() if name != "_classes"}

    @property
    def version(self) -> str:
        """The same as `schema_version`."""
        return self.schema_version

    @property
    def hash(self) -> str:
        """The same as `schema_hash`."""
        return self.schema_hash


class HubSchemaResponse(SchemaResponse):
    """The schema of a domain of the hub; `json_sample`, if given, is an answer for example."""

    json_sample: Any = None


def class_name(domain: Any) -> str:
    """A name for the class of a schema without a title: "Invoice" for document.invoice."""
    words = (
        (domain if isinstance(domain, str) else "").rpartition(".")[2].replace("_", "-").split("-")
    )
    return "".join(word.capitalize() for word in words) or "Response"
