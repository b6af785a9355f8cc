"""`client.low_level`: what the generated functions take in place of the generated client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx

    from vlmrun._async.client import AsyncVLMRun


class LowLevel:
    """Stands in for `vlmrun_api.AuthenticatedClient` in any function of `vlmrun_api.api`.

    Key, retries, deadline and error classes are the ergonomic client's; what a function returns is
    the generated model.

    Example:
        >>> from vlmrun_api.api.hub import get_hub_info
        >>> info = await get_hub_info.asyncio(client=client.low_level)
    """

    attribute = "low_level"

    raise_on_unexpected_status = False

    def __init__(self, client: Any) -> None:
        self._client: AsyncVLMRun = client

    def get_async_httpx_client(self) -> LowLevel:
        """Itself: the functions call `request` on what this returns."""
        return self

    async def request(self, **kwargs: Any) -> httpx.Response:
        """Send what a generated function made, and return the answer for it to parse."""
        client = self._client
        content: Any = kwargs.get("content")
        if hasattr(content, "read"):
            # A file can be sent once; what is sent again has to be there again.
            kwargs["content"] = content.read()
        answer = await client._transport.request(kwargs, client._begin(None))
        return answer.to_httpx()
