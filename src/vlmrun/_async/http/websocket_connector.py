"""Opening WebSockets with the URL, the API key, the proxy and the certificates of a client."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from time import monotonic
from typing import Any

import httpx

from vlmrun._async.http.authorization import authorize
from vlmrun._async.http.failures import FailedAttempt
from vlmrun._async.http.request_builder import secrets_of
from vlmrun._async.http.transport import Transport
from vlmrun._core import retry
from vlmrun._core.connection import Connection
from vlmrun._core.request_context import RequestContext
from vlmrun._runtime.async_runtime import in_thread, sleep
from vlmrun._runtime.async_websocket import Socket, connect_socket
from vlmrun._runtime.tls_context import tls_context
from vlmrun._runtime.websocket_errors import opening_error
from vlmrun._runtime.websocket_options import SocketOptions, proxy_of_environment
from vlmrun.errors import APIError, ConfigurationError, VLMRunError

logger = logging.getLogger("vlmrun")

# Headers of other requests, which the handshake does without, or has its own of.
_NOT_OF_HANDSHAKES = frozenset(
    {"accept", "accept-encoding", "connection", "content-length", "content-type", "host"}
)


class SocketConnector:
    """Opens WebSockets.

    Args:
        transport: Builds requests, from which the handshakes take URL and headers.
        connection: The proxy and the certificates.

    Attributes:
        close_with_client: As of `Transport`.

    Raises:
        ConfigurationError: The client has an `http_client`.
    """

    def __init__(self, transport: Transport, connection: Connection) -> None:
        if connection.http_client is not None:
            raise ConfigurationError(
                "http_client cannot open WebSockets",
                suggestion='Use a client without it, or transport="http"',
            )
        self._transport = transport
        self.close_with_client = transport.close_with_client
        self._connection = connection

    async def open(self, path: str, context: RequestContext, timeout: float) -> Socket:
        """Open a WebSocket, and try again if that may help: nothing is billed before it is open.

        Args:
            path: Its path below the base URL of the settings.
            context: The settings, and the deadline of the call.
            timeout: Seconds for each attempt.

        Raises:
            APIError: The server refused it, or could not be reached.
            ConfigurationError: The client is closed, or its proxy cannot be used.
            DependencyError: The extra `ws` is not installed.
        """
        retries = 0
        while True:
            socket, error = await self._attempt(path, context, timeout)
            if socket is not None:
                return socket
            pause = _pause(error, retries, context)
            if pause is None:
                raise error
            logger.info("retrying in %.2f s after %s", pause, type(error).__name__)
            await sleep(pause)
            retries += 1

    async def _attempt(
        self, path: str, context: RequestContext, timeout: float
    ) -> tuple[Socket | None, Any]:
        """Return an open socket, or the error to raise for it: this frame has the API key."""
        request = await self._transport.build({"method": "GET", "url": path}, context)
        remaining = context.remaining()
        seconds = timeout if remaining is None else min(timeout, remaining)
        try:
            await authorize(request, monotonic() + seconds)
        except FailedAttempt as failed:
            return None, failed.error
        options = await self._options(request, context, seconds)
        secrets = secrets_of(request)
        try:
            socket = await connect_socket(options)
        except Exception as error:
            return None, opening_error(error, secrets, options.proxy)
        socket.secrets = secrets
        return socket, None

    async def _options(
        self, request: httpx.Request, context: RequestContext, timeout: float
    ) -> SocketOptions:
        url = str(request.url)
        is_secure = url.startswith("https:")
        verify, own = self._connection.verify, self._connection.proxy
        proxy = await in_thread(proxy_of_environment, url) if own is None else own.reveal()
        needs_tls = is_secure or (proxy or "").startswith("https:")
        tls = await in_thread(tls_context, verify) if needs_tls else None
        return SocketOptions(
            url="ws" + url.removeprefix("http"),
            headers={
                name: value
                for name, value in request.headers.items()
                if name not in _NOT_OF_HANDSHAKES
            },
            tls=tls,
            proxy=proxy,
            proxy_tls=tls,
            timeout=timeout,
            max_size=context.settings.max_response_size,
        )


def is_absent(error: VLMRunError, statuses: Sequence[int] = (403, 404, 405, 426, 501)) -> bool:
    """Return whether an error may mean that there is no WebSocket at this path.

    Servers of ASGI respond to the handshake for an unknown path with 403.
    """
    return isinstance(error, APIError) and error.http_status in statuses


def _pause(error: VLMRunError, retries: int, context: RequestContext) -> float | None:
    is_worth_it = isinstance(error, APIError) and retry.may_repeat(error, True)
    if not is_worth_it or retries >= context.settings.max_retries:
        return None
    assert isinstance(error, APIError)
    remaining = context.remaining()
    pause = retry.pause_before_retry(error, retries, has_deadline=remaining is not None)
    return None if pause is not None and remaining is not None and pause >= remaining else pause
