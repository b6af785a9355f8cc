"""Fetching the schemas of domains, whose pydantic classes all resources share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from vlmrun_api.api.domains import get_domain_schema
from vlmrun_api.api.hub import get_hub_schema

from vlmrun._async.http.operation_sender import OperationSender, TransportOwner
from vlmrun._core.request_context import RequestContext
from vlmrun._validation import without_none
from vlmrun.types._schema_model_cache import require_pydantic
from vlmrun.types.domains import HubSchemaResponse, SchemaResponse

if TYPE_CHECKING:
    from pydantic import BaseModel

    from vlmrun.types._schema_model_cache import SchemaModelCache

S = TypeVar("S", bound=SchemaResponse)


class DomainSchemas(OperationSender):
    """Fetches schemas; equal ones of the same client give the same pydantic class."""

    def __init__(self, owner: TransportOwner, classes: SchemaModelCache) -> None:
        super().__init__(owner)
        self._classes = classes

    async def fetch(
        self, domain: str, config: Mapping[str, Any] | None, context: RequestContext
    ) -> SchemaResponse:
        """Return the schema of a domain, narrowed by what a configuration says about it."""
        body = without_none(domain=domain, config=config or None)
        return await self._fetch(SchemaResponse, get_domain_schema._get_kwargs, body, context)

    async def fetch_from_hub(
        self, domain: str, gql_stmt: str | None, context: RequestContext
    ) -> HubSchemaResponse:
        """Return the schema of a domain of the hub, with the fields of a GraphQL selection."""
        body = without_none(domain=domain, gql_stmt=gql_stmt)
        return await self._fetch(HubSchemaResponse, get_hub_schema._get_kwargs, body, context)

    async def fetch_class(
        self, domain: str, config: Mapping[str, Any] | None, context: RequestContext
    ) -> type[BaseModel]:
        """Return the schema of a domain as a pydantic class.

        Raises:
            DependencyError: pydantic is not installed; nothing was sent.
        """
        require_pydantic()
        return (await self.fetch(domain, config, context)).response_model

    def prepare(self, schema: dict[str, Any] | None) -> None:
        """Build the class of a schema, if there is one, and import what classes need.

        Raises:
            DependencyError: pydantic is not installed.
            InputError: No class can be built from the schema.
        """
        # Building and validating an object imports all that any other schema will need.
        self._classes.model_of({"type": "object"}).model_validate({})
        if schema is not None:
            self._classes.model_of(schema)

    def share_classes(self, schema: S) -> S:
        """Return a schema whose `response_model` comes from this client's classes."""
        return schema._with_model_cache(self._classes)

    async def _fetch(
        self,
        cls: type[S],
        get_kwargs: Callable[..., dict[str, Any]],
        body: dict[str, Any],
        context: RequestContext,
    ) -> S:
        # These operations use POST but only read, so a retry does no harm.
        schema = await self._send_body(cls, get_kwargs, body, context, repeatable=True)
        return self.share_classes(schema)
