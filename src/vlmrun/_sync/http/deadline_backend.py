# Derived from _async/http/deadline_backend.py by `make generate`. Do not edit.
"""A network backend for httpcore that enforces a deadline, however slowly bytes arrive or leave."""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from time import monotonic
from typing import Any

import httpcore
import httpx

from vlmrun._runtime.sync_connect import connect_to_any, resolve

# A timeout of zero means "do not block" to a socket, and would be another error than a timeout.
_MIN_TIMEOUT = 0.001

# Sockets and event loops cannot count the seconds of centuries.
_MAX_TIMEOUT = 1_000_000.0


class DeadlineTimeout(dict[str, float]):
    """The `timeout` extension of a request that must end at a deadline.

    httpcore looks the timeouts of connect, read, write and pool up, each when its stage begins.
    The time that is left then is the timeout of the stage, so that they do not add up.

    Attributes:
        expires: The deadline (monotonic seconds); it may be moved while a body arrives.
    """

    def __init__(self, expires: float) -> None:
        self.expires = expires
        remaining = self.remaining()
        super().__init__(connect=remaining, read=remaining, write=remaining, pool=remaining)

    def get(self, key: str, default: Any = None) -> Any:
        return _Remaining(self) if key in self else default

    def remaining(self) -> float:
        """Return the seconds left, at least a millisecond and at most some days."""
        return min(max(self.expires - monotonic(), _MIN_TIMEOUT), _MAX_TIMEOUT)


class _Remaining(float):
    """The seconds that were left when it was created, which knows how many are left now."""

    __slots__ = ("_timeout",)

    _timeout: DeadlineTimeout

    def __new__(cls, timeout: DeadlineTimeout) -> _Remaining:
        seconds = super().__new__(cls, timeout.remaining())
        seconds._timeout = timeout
        return seconds

    def now(self) -> float:
        """Return the seconds left now."""
        return self._timeout.remaining()


def enforce_deadlines(client: httpx.Client) -> None:
    """Make the connections of a client enforce the `DeadlineTimeout` of their requests.

    httpcore looks the read timeout up once for all reads of a head, and once for those of a body,
    so that a server which sends a byte at a time would never exceed it.
    """
    # httpx has no public way to set the network backend of a pool and still use the proxies of the
    # environment. Where a later release has other private names, httpcore's timeouts remain.
    for transport in (client._transport, *client._mounts.values()):
        pool: Any = getattr(transport, "_pool", None)
        backend = getattr(pool, "_network_backend", None)
        if backend is not None:
            pool._network_backend = _DeadlineBackend(backend)


class _DeadlineBackend(httpcore.NetworkBackend):
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
        # httpcore would resolve the name without a timeout, and the sync client would apply the
        # timeout to each address of the host.
        expires = None if timeout is None else monotonic() + timeout

        def remaining() -> float | None:
            return None if expires is None else max(expires - monotonic(), _MIN_TIMEOUT)

        def connect(address: str, seconds: float | None) -> httpcore.NetworkStream:
            return self._inner.connect_tcp(address, port, seconds, local_address, socket_options)

        addresses = resolve(host, port, timeout)
        return _DeadlineStream(connect_to_any(connect, addresses, remaining))

    def sleep(self, seconds: float) -> None:
        self._inner.sleep(seconds)


class _DeadlineStream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _remaining(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, _remaining(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        return _DeadlineStream(
            self._inner.start_tls(ssl_context, server_hostname, _remaining(timeout))
        )

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def _remaining(timeout: float | None) -> float | None:
    return timeout.now() if isinstance(timeout, _Remaining) else timeout
