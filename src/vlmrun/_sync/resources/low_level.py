# Derived from _async/resources/low_level.py by `make generate`. Do not edit.
"""`client.low_level`: our transport for the functions of the generated package."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx

    from vlmrun._sync.context import ClientContext


class LowLevel:
    """Replaces `vlmrun_api.AuthenticatedClient` in calls of the functions in `vlmrun_api.api`.

    API key, retries, deadline and error classes are those of the client; the functions return
    generated models.

    Example:
        >>> from vlmrun_api.api.hub import get_hub_info
        >>> info = get_hub_info.sync(client=client.low_level)
    """

    _attribute = "low_level"

    raise_on_unexpected_status = False

    def __init__(self, client_context: ClientContext) -> None:
        self._client_context = client_context

    def get_httpx_client(self) -> LowLevel:
        """Return this object: the functions call `request` on what they get here."""
        return self

    def request(self, **kwargs: Any) -> httpx.Response:
        """Send the request of a generated function, and return the response for it to parse.

        Args:
            **kwargs: What the function's `_get_kwargs` returned.
        """
        client_context = self._client_context
        content: Any = kwargs.get("content")
        if hasattr(content, "read"):
            # httpx reads an open file once; a retry would send an empty body.
            kwargs["content"] = content.read()
        response = client_context.transport.request(kwargs, client_context.begin(None))
        return response.to_httpx()
