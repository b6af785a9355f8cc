# Derived from _async/_domain_methods.py by `make generate`. Do not edit.
"""The calls of `client.domains` under the names that the client itself has for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from vlmrun._index.resources_sync import Resources

if TYPE_CHECKING:
    from pydantic import BaseModel

    from vlmrun._core.options import RequestOptions
    from vlmrun.types.agent import GenerationConfig
    from vlmrun.types.domains import DomainInfo, SchemaResponse
    from vlmrun.types.page import Page


class DomainCalls(Resources):
    """Methods of a client about domains."""

    _domain_operations: ClassVar = {
        "list_domains": "list_domains",
        "get_domain_schema": "get_schema",
    }

    def list_domains(self, *, options: RequestOptions | None = None) -> Page[DomainInfo]:
        """List the domains that predictions can be made for; the same as `domains.list`.

        Raises:
            APIError: The service refused or could not be reached.

        Example:
            >>> for info in client.list_domains():
            ...     print(info.domain)
        """
        return self.domains.list(options=options)

    def get_schema(
        self,
        domain: str,
        config: GenerationConfig | Mapping[str, Any] | None = None,
        *,
        options: RequestOptions | None = None,
    ) -> SchemaResponse:
        """The schema of a domain's answers; the same as `domains.get_schema`, which says more.

        Raises:
            ResourceNotFoundError: There is no such domain.
            InputError: An argument that cannot be sent; nothing was sent.

        Example:
            >>> schema = client.get_schema("document.invoice")
            >>> print(schema.json_schema["properties"].keys())
        """
        return self.domains.get_schema(domain, config, options=options)

    def get_type(
        self,
        domain: str,
        config: GenerationConfig | Mapping[str, Any] | None = None,
        *,
        options: RequestOptions | None = None,
    ) -> type[BaseModel]:
        """A domain's schema as a pydantic class; the same as `domains.get_type`, which says more.

        Raises:
            DependencyError: pydantic is not installed; nothing was sent.
            ResourceNotFoundError: There is no such domain.
            InputError: An argument that cannot be sent; nothing was sent.

        Example:
            >>> Invoice = client.get_type("document.invoice")
            >>> invoice = Invoice(**prediction.response)
        """
        return self.domains.get_type(domain, config, options=options)
