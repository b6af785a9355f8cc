"""Base class of the resources."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from vlmrun._async.http.operation_sender import OperationSender
from vlmrun._core.request_context import RequestContext

if TYPE_CHECKING:
    from vlmrun._async.context import ClientContext
    from vlmrun._core.settings import RequestOptions


class Resource(OperationSender):
    """A group of operations of one client.

    Attributes:
        attribute: The client's attribute for it; `make generate` collects these in `_index`.
        operations: By operationId of openapi.yaml, the method that sends it.
    """

    attribute: ClassVar[str]
    operations: ClassVar[Mapping[str, str]]

    def __init__(self, client: Any) -> None:
        # The official SDK constructs resources from a client, so that must work here, too.
        self._client_context: ClientContext = getattr(client, "_context", client)
        super().__init__(self._client_context.transport)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._client_context!r}>"

    def _begin(self, options: RequestOptions | None) -> RequestContext:
        return self._client_context.begin(options)
