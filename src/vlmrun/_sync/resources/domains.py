# Derived from _async/resources/domains.py by `make generate`. Do not edit.
"""`client.domains`: what predictions can be made for, and the schemas of their answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from vlmrun_api.api.domains import list_domains

from vlmrun._core.options import RequestOptions
from vlmrun._requests.common import coerce
from vlmrun._sync.resources._base import Resource
from vlmrun._validation import check_str
from vlmrun.types._schema_models import require_pydantic
from vlmrun.types.agent import GenerationConfig
from vlmrun.types.domains import DomainInfo, SchemaResponse
from vlmrun.types.page import Page

if TYPE_CHECKING:
    from pydantic import BaseModel


class Domains(Resource):
    """Domains, and the schemas of their answers; the client has the same calls as methods."""

    attribute = "domains"
    operations: ClassVar = {
        "list_domains": "list",
        "get_domain_schema": "get_schema",
    }

    def list(self, *, options: RequestOptions | None = None) -> Page[DomainInfo]:
        """List the domains that predictions can be made for.

        Raises:
            APIError: The service refused or could not be reached.

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
        """The schema of a domain's answers.

        Args:
            domain: Such as "document.invoice".
            config: Its `gql_stmt` or `json_schema` narrows the schema; a dict will do.
            options: For this call alone: timeout, deadline, max_retries, headers.

        Raises:
            ResourceNotFoundError: There is no such domain.
            InputError: An argument that cannot be sent; nothing was sent.

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
        """The schema of a domain's answers as a pydantic class: `SchemaResponse.response_model`.

        Args:
            domain: Such as "document.invoice".
            config: Its `gql_stmt` or `json_schema` narrows the schema; a dict will do.
            options: For this call alone: timeout, deadline, max_retries, headers.

        Returns:
            A class; the same one as long as the schema stays the same.

        Raises:
            DependencyError: pydantic is not installed; nothing was sent.
            ResourceNotFoundError: There is no such domain.
            InputError: An argument that cannot be sent; nothing was sent.

        Example:
            >>> Invoice = client.domains.get_type("document.invoice")
            >>> invoice = Invoice(**prediction.response)
        """
        require_pydantic()
        return (self.get_schema(domain, config, options=options)).response_model
