# Derived from _async/http/deadline_backend.py by `make generate`. Do not edit.
"""Network streams that end at a moment, however slowly the other side sends or takes bytes."""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from time import monotonic
from typing import Any

import httpcore
import httpx

_LEAST = 0.001


class TimeLeft(dict[str, float]):
    """The time bounds of one attempt, as httpcore asks for them stage by stage.

    Each stage (connect, write, read) gets what is left of the attempt, so that they do not add up.

    Attributes:
        expires: The moment (monotonic seconds) of its end; it may be moved while a stream comes.
    """

    def __init__(self, expires: float) -> None:
        self.expires = expires
        left = self.left()
        super().__init__(connect=left, read=left, write=left, pool=left)

    def get(self, key: str, default: Any = None) -> Any:
        return _Left(self) if key in self else default

    def left(self) -> float:
        """Seconds until the attempt must be over, never nothing."""
        return max(self.expires - monotonic(), _LEAST)


class _Left(float):
    """Seconds that were left when it was made; `again` counts anew."""

    __slots__ = ("_bounds",)

    _bounds: TimeLeft

    def __new__(cls, bounds: TimeLeft) -> _Left:
        left = super().__new__(cls, bounds.left())
        left._bounds = bounds
        return left

    def again(self) -> float:
        """What is left now."""
        return self._bounds.left()


def keep_to_the_moment(client: httpx.Client) -> None:
    """Make the connections of a client keep to the `TimeLeft` of their requests.

    httpcore fixes a time once for all reads of a head or a body, so a server that drips bytes
    would never run out of it. httpx offers no way to set a pool's network backend and to keep the
    proxies of the environment, hence the private names; without them the times are httpcore's.
    """
    for transport in (client._transport, *client._mounts.values()):
        pool: Any = getattr(transport, "_pool", None)
        backend = getattr(pool, "_network_backend", None)
        if backend is not None:
            pool._network_backend = _Backend(backend)


class _Backend(httpcore.NetworkBackend):
    def __init__(self, inner: httpcore.NetworkBackend) -> None:
        self._inner = inner

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        return _Stream(self._inner.connect_tcp(host, port, timeout, local_address, socket_options))

    def sleep(self, seconds: float) -> None:
        self._inner.sleep(seconds)


class _Stream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _anew(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, _anew(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, _anew(timeout)))

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def _anew(timeout: float | None) -> float | None:
    return timeout.again() if isinstance(timeout, _Left) else timeout
