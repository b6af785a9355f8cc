# Derived from _async/http/deadline_backend.py by `make generate`. Do not edit.
"""A network backend for httpcore that enforces a deadline, however slowly bytes arrive or leave."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterable
from contextlib import suppress
from time import monotonic
from typing import Any

import httpcore

from vlmrun._runtime.sync_connect import (
    connect_to_any,
    interruptible,
    network_backend,
    resolve,
)
from vlmrun._sync.http.address_checks import check_addresses

# A timeout of zero means "do not block" to a socket, and would be another error than a timeout.
_MIN_TIMEOUT = 0.001

# Sockets and event loops cannot count the seconds of centuries.
_MAX_TIMEOUT = 1_000_000.0

# Routers forget connections on which nothing is sent for some minutes, as while a job runs. The
# system sends probes after a minute, and notices a server that vanished. On macOS, TCP_KEEPALIVE is
# what others call TCP_KEEPIDLE.
_TCP_KEEP_ALIVE = {"TCP_KEEPIDLE": 60, "TCP_KEEPALIVE": 60, "TCP_KEEPINTVL": 60, "TCP_KEEPCNT": 5}
_SOCKET_OPTIONS = [(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)] + [
    (socket.IPPROTO_TCP, getattr(socket, name), value)
    for name, value in _TCP_KEEP_ALIVE.items()
    if hasattr(socket, name)
]


# How writes begin that ask a proxy for a tunnel: of HTTP, SOCKS, and the password of SOCKS.
_OPENING_TUNNEL = (b"CONNECT ", b"\x05", b"\x01")


class DeadlineTimeout(dict[str, float]):
    """The `timeout` extension of a request that must end at a deadline, or when it is aborted.

    httpcore looks the timeouts of connect, read, write and pool up, each when its stage begins.
    The time that is left then is the timeout of the stage, so that they do not add up.

    Args:
        expires: The deadline (monotonic seconds); None for no limit.
        can_abort: Whether the connections are those of `DeadlineBackend`.

    Attributes:
        expires: The deadline, which may be moved while a body arrives.
        can_abort: Whether `abort` has an effect.
        is_aborted: Whether the attempt must end.
        is_overdue: Whether the latest read began after the deadline.
        is_opening_tunnel: Whether a proxy was asked for a tunnel, and nothing was sent through it.
        opened: The connection that was opened for the request; None if it had one already.
        on_close: Called once when the response is closed, or there is none.
    """

    def __init__(self, expires: float | None, can_abort: bool = True) -> None:
        self.can_abort = can_abort
        self.expires = float("inf") if expires is None else expires
        self.is_aborted = False
        self.is_overdue = False
        self.is_opening_tunnel = False
        self.opened: httpcore.NetworkStream | None = None
        self.on_close: Callable[[], None] | None = None
        self._interrupt: Callable[[], Any] | None = None
        remaining = self.remaining()
        super().__init__(connect=remaining, read=remaining, write=remaining, pool=remaining)

    def get(self, key: str, default: Any = None) -> Any:
        return _Remaining(self) if key in self else default

    def remaining(self) -> float:
        """Return the seconds left, at least a millisecond and at most some days."""
        return min(max(self.expires - monotonic(), _MIN_TIMEOUT), _MAX_TIMEOUT)

    def abort(self) -> None:
        """Let the network fail, so that httpcore ends the attempt and closes the connection.

        It does so reliably after an error, and not after a cancellation: some of its states are
        left to no one then, and the pool never uses their connections again.
        """
        self.is_aborted = True
        if self._interrupt is not None:
            self._interrupt()

    def use(self, interrupt: Callable[[], Any]) -> None:
        """Remember what interrupts the operation that begins now."""
        if self.is_aborted:
            raise httpcore.ReadError("the attempt was aborted")
        self._interrupt = interrupt

    def close(self) -> None:
        """Report that the connection is not used any more."""
        on_close, self.on_close = self.on_close, None
        if on_close is not None:
            on_close()


class _Remaining(float):
    """The seconds that were left when it was created, which knows how many are left now."""

    __slots__ = ("_timeout",)

    _timeout: DeadlineTimeout

    def __new__(cls, timeout: DeadlineTimeout) -> _Remaining:
        seconds = super().__new__(cls, timeout.remaining())
        seconds._timeout = timeout
        return seconds

    def may_read(self) -> bool:
        """Return whether to read; after the deadline once, for what may have arrived before it."""
        timeout = self._timeout
        was_overdue, timeout.is_overdue = timeout.is_overdue, monotonic() > timeout.expires
        return not (was_overdue and timeout.is_overdue)

    def note_write(self, buffer: bytes) -> None:
        """Note whether a write is the request, or asks a proxy for a tunnel to the service.

        httpcore asks with the extensions of the actual request, and raises the same errors for
        both: https://www.rfc-editor.org/rfc/rfc9110#section-9.3.6
        """
        if buffer:
            self._timeout.is_opening_tunnel = buffer.startswith(_OPENING_TUNNEL)

    def opened(self, connected: httpcore.NetworkStream) -> _DeadlineStream:
        """Return the stream of a connection that was opened for the request."""
        stream = self._timeout.opened = _DeadlineStream(connected, self._timeout)
        return stream

    def begin(self, interrupt: Callable[[], Any]) -> float:
        """Begin an operation, and return the seconds left for it.

        Args:
            interrupt: Lets the operation fail.

        Raises:
            httpcore.ReadError: The attempt was aborted.
        """
        self._timeout.use(interrupt)
        return self._timeout.remaining()


class DeadlineBackend(httpcore.NetworkBackend):
    """Opens connections that enforce the `DeadlineTimeout` of their requests.

    httpcore looks the read timeout up once for all reads of a head, and once for those of a body,
    so that a server which sends a byte at a time would never exceed it.

    Args:
        is_direct: Whether the connections obey `public_addresses_only`.
    """

    def __init__(self, *, is_direct: bool) -> None:
        self._inner = network_backend()
        self._is_direct = is_direct

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
            options = [*_SOCKET_OPTIONS, *(socket_options or ())]
            return self._inner.connect_tcp(address, port, seconds, local_address, options)

        def connect_to_host() -> httpcore.NetworkStream:
            addresses = resolve(host, port, timeout)
            if self._is_direct:
                check_addresses(addresses, host)
            try:
                return connect_to_any(connect, addresses, remaining)
            except (OverflowError, ValueError) as error:  # a port that is too large
                raise httpcore.ConnectError(str(error)) from error

        connected = interruptible(connect_to_host, _user_of(timeout))
        if not isinstance(timeout, _Remaining):
            return _DeadlineStream(connected)
        return timeout.opened(connected)

    def sleep(self, seconds: float) -> None:
        self._inner.sleep(seconds)


class _DeadlineStream(httpcore.NetworkStream):
    """A connection that enforces deadlines.

    Args:
        inner: The connection.
        default: The timeout of operations without one: httpcore has none while it asks a SOCKS
            proxy for a tunnel.
    """

    def __init__(
        self, inner: httpcore.NetworkStream, default: DeadlineTimeout | None = None
    ) -> None:
        self._inner = inner
        self._default = default

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        timeout = self._or_default(timeout)
        # Reading what has arrived already takes no time, so a server that never stops sending, such
        # as responses of 103, would never exceed a timeout.
        if isinstance(timeout, _Remaining) and not timeout.may_read():
            raise httpcore.ReadTimeout("the response did not end in time")
        return self._inner.read(max_bytes, self._begin(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        timeout = self._or_default(timeout)
        if isinstance(timeout, _Remaining):
            timeout.note_write(buffer)
        self._inner.write(buffer, self._begin(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        return _DeadlineStream(
            self._inner.start_tls(ssl_context, server_hostname, self._begin(timeout))
        )

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)

    def _or_default(self, timeout: float | None) -> float | None:
        if timeout is None and self._default is not None:
            return _Remaining(self._default)
        return timeout

    def _begin(self, timeout: float | None) -> float | None:
        return timeout.begin(self._shut_down) if isinstance(timeout, _Remaining) else timeout

    def _shut_down(self) -> None:
        # As if the server had closed the connection.
        with suppress(OSError):
            self._inner.get_extra_info("socket").shutdown(socket.SHUT_RDWR)


def _user_of(timeout: float | None) -> Callable[[Callable[[], Any]], Any] | None:
    """Return what to pass the function to that interrupts an operation."""
    return timeout.begin if isinstance(timeout, _Remaining) else None
