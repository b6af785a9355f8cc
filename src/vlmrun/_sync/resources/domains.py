# Derived from _async/resources/domains.py by `make generate`. Do not edit.
"""`client.domains`: the domains of predictions, and the schemas of their responses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from vlmrun_api.api.domains import list_domains

from vlmrun._core.request_options import RequestOptions
from vlmrun._requests.common import coerce
from vlmrun._sync.resources._base import Resource
from vlmrun._validation import check_str
from vlmrun.types._schema_model_cache import require_pydantic
from vlmrun.types.agent import GenerationConfig
from vlmrun.types.domains import DomainInfo, SchemaResponse
from vlmrun.types.page import Page

if TYPE_CHECKING:
    from pydantic import BaseModel


class Domains(Resource):
    """List domains and get their schemas; the client has the same methods."""

    _attribute = "domains"
    _operations: ClassVar = {
        "list_domains": "list",
        "get_domain_schema": "get_schema",
    }

    def list(self, *, options: RequestOptions | None = None) -> Page[DomainInfo]:
        """List the domains that predictions can be made for.

        Args:
            options: Options of this call: timeout, deadline, max_retries, headers.

        Raises:
            APIError: The service refused the request or could not be reached.

        Example:
            >>> for info in client.domains.list():
            ...     print(info.domain)
        """
        return self._request_page(DomainInfo, list_domains._get_kwargs(), self._begin(options))

    def get_schema(
        self,
        domain: str,
        config: GenerationConfig | Mapping[str, Any] | None = None,
        *,
        options: RequestOptions | None = None,
    ) -> SchemaResponse:
        """Return the schema of a domain's responses.

        Args:
            domain: For example "document.invoice".
            config: Its `gql_stmt` or `json_schema` narrows the schema; may be a dict.
            options: Options of this call: timeout, deadline, max_retries, headers.

        Raises:
            ResourceNotFoundError: No domain has this name.
            InputError: An argument is invalid; nothing was sent.

        Example:
            >>> schema = client.domains.get_schema("document.invoice")
            >>> print(schema.json_schema["properties"].keys())
        """
        checked = coerce("config", config, GenerationConfig)
        check_str("domain", domain)
        narrowing = None if checked is None else checked.to_dict()
        schemas = self._client_context.domain_schemas
        return schemas.fetch(domain, narrowing, self._begin(options))

    def get_type(
        self,
        domain: str,
        config: GenerationConfig | Mapping[str, Any] | None = None,
        *,
        options: RequestOptions | None = None,
    ) -> type[BaseModel]:
        """Return the schema of a domain's responses as a pydantic class.

        Args:
            domain: For example "document.invoice".
            config: Its `gql_stmt` or `json_schema` narrows the schema; may be a dict.
            options: Options of this call: timeout, deadline, max_retries, headers.

        Returns:
            The `response_model` of the schema: the same class as long as the schema is the same.

        Raises:
            DependencyError: pydantic is not installed; nothing was sent.
            ResourceNotFoundError: No domain has this name.
            InputError: An argument is invalid; nothing was sent.

        Example:
            >>> Invoice = client.domains.get_type("document.invoice")
            >>> invoice = Invoice(**prediction.response)
        """
        require_pydantic()
        return (self.get_schema(domain, config, options=options)).response_model
