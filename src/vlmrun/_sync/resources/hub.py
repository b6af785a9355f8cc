# Derived from _async/resources/hub.py by `make generate`. Do not edit.
"""`client.hub`: the catalog of schemas."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from vlmrun_api.api.hub import get_hub_info, list_hub_domains

from vlmrun._core.request_options import RequestOptions
from vlmrun._requests.common import optional_str
from vlmrun._sync.resources._base import Resource
from vlmrun._validation import check_str
from vlmrun.types._schema_model_cache import require_pydantic
from vlmrun.types.domains import HubDomainInfo, HubInfoResponse, HubSchemaResponse
from vlmrun.types.page import Page

if TYPE_CHECKING:
    from pydantic import BaseModel


class Hub(Resource):
    """The service's catalog of schemas."""

    _attribute = "hub"
    _operations: ClassVar = {
        "get_hub_info": "info",
        "list_hub_domains": "list_domains",
        "get_hub_schema": "get_schema",
    }

    def info(self, *, options: RequestOptions | None = None) -> HubInfoResponse:
        """Return the version of the hub.

        Args:
            options: Options of this call: timeout, deadline, max_retries, headers.

        Raises:
            APIError: The service refused the request or could not be reached.

        Example:
            >>> print((client.hub.info()).version)
        """
        return self._request(HubInfoResponse, get_hub_info._get_kwargs(), self._begin(options))

    def list_domains(self, *, options: RequestOptions | None = None) -> Page[HubDomainInfo]:
        """List the domains of the hub.

        Args:
            options: Options of this call: timeout, deadline, max_retries, headers.

        Raises:
            APIError: The service refused the request or could not be reached.

        Example:
            >>> for info in client.hub.list_domains():
            ...     print(info.domain)
        """
        kwargs = list_hub_domains._get_kwargs()
        return self._request_page(HubDomainInfo, kwargs, self._begin(options))

    def get_schema(
        self,
        domain: str,
        gql_stmt: str | None = None,
        *,
        options: RequestOptions | None = None,
    ) -> HubSchemaResponse:
        """Return the schema of a domain of the hub.

        Args:
            domain: For example "document.invoice".
            gql_stmt: A GraphQL selection of the fields that it should have; by default all.
            options: Options of this call: timeout, deadline, max_retries, headers.

        Raises:
            ResourceNotFoundError: The hub has no domain of this name.
            InputError: An argument is invalid; nothing was sent.

        Example:
            >>> schema = client.hub.get_schema("document.invoice")
            >>> print(schema.version, schema.hash)
        """
        check_str("domain", domain)
        optional_str("gql_stmt", gql_stmt)
        schemas = self._client_context.domain_schemas
        return schemas.fetch_from_hub(domain, gql_stmt, self._begin(options))

    def get_pydantic_model(
        self, domain: str, *, options: RequestOptions | None = None
    ) -> type[BaseModel]:
        """Return the schema of a domain of the hub as a pydantic class.

        Args:
            domain: For example "document.invoice".
            options: Options of this call: timeout, deadline, max_retries, headers.

        Returns:
            The same class as long as the schema is the same.

        Raises:
            DependencyError: pydantic is not installed; nothing was sent.
            ResourceNotFoundError: The hub has no domain of this name.

        Example:
            >>> Invoice = client.hub.get_pydantic_model("document.invoice")
        """
        require_pydantic()
        return (self.get_schema(domain, options=options)).response_model
