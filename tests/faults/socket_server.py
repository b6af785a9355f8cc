"""A WebSocket server that a test scripts message by message."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from websockets.sync.server import ServerConnection, serve


@contextmanager
def socket_server(script: Callable[[ServerConnection], Any]) -> Iterator[str]:
    """Run a function for each connection; yields the base URL of the gateway."""
    with serve(script, "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.socket.getsockname()[1]}/v1"
        finally:
            server.shutdown()
            thread.join()
