"""Name resolution that a caller can stop waiting for."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from itertools import chain, zip_longest
from typing import Any


class Resolution:
    """The addresses of a host, looked up in a thread.

    The resolver of the operating system cannot be interrupted, and may take half a minute. The
    thread is a daemon, which neither the end of the program nor that of an event loop waits for.

    Args:
        host: A name, or an address.
        port: The port to connect to.
        on_end: Called in that thread when the attributes are set.

    Attributes:
        addresses: The addresses in the order in which to try them.
        error: What the resolver raised, if it failed.
    """

    def __init__(self, host: str, port: int, on_end: Callable[[], Any]) -> None:
        self._host = host
        self._port = port
        self._on_end = on_end
        self.addresses: list[str] = []
        self.error: Exception | None = None

    def start(self) -> None:
        """Start the thread."""
        try:
            threading.Thread(target=self._run, name="vlmrun-resolver", daemon=True).start()
        except RuntimeError:  # at exit of the interpreter, no thread can be started any more
            self._run()

    def _run(self) -> None:
        try:
            # Looked up at the call, because tests and other libraries replace it.
            found = socket.getaddrinfo(self._host, self._port, type=socket.SOCK_STREAM)
            self.addresses = _in_order(found)
            if not self.addresses:
                raise OSError("the name has no address")
        except Exception as error:  # a port that is too large is an OverflowError, for example
            self.error = error
        self._on_end()


def is_address(host: str) -> bool:
    """Return whether a host is an IP address, which needs no resolution."""
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            socket.inet_pton(family, host)
        except (OSError, ValueError):
            continue
        return True
    return False


def _in_order(found: list[Any]) -> list[str]:
    """Return addresses so that the families take turns, as one of them may not work at all."""
    by_family: dict[int, list[str]] = {}
    for family, _, _, _, target in found:
        address = str(target[0])
        if len(target) == 4 and target[3]:  # of a link-local address of IPv6
            address = f"{address}%{target[3]}"
        addresses = by_family.setdefault(family, [])
        if address not in addresses:
            addresses.append(address)
    # https://www.rfc-editor.org/rfc/rfc8305#section-4
    return [each for each in chain(*zip_longest(*by_family.values())) if each is not None]
