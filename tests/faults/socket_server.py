"""A WebSocket server that a test scripts message by message."""

from __future__ import annotations

import json
import threading
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from websockets.sync.server import ServerConnection, serve

OPEN = {"is_open": {"type": "noul"}}
TINY = b64decode("R0lGODlhAQABAAAAACwAAAAAAQABAAACAkQBADs=")
CREATED = json.dumps({"type": "session.created", "max_inflight": 4})


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


def says(*messages: str | bytes) -> Callable[[Any], None]:
    """Return a script that sends messages after the first one of the client, and waits."""

    def script(connection: Any) -> None:
        connection.recv()
        for message in messages:
            connection.send(message)
        until_closed(connection)

    return script


def says_after(frames: int, *messages: str, created: str = CREATED) -> Callable[[Any], None]:
    """Return a script that opens a session, and sends messages after so many frames."""

    def script(connection: Any) -> None:
        connection.recv()
        connection.send(created)
        for _ in range(frames):
            connection.recv()
        for message in messages:
            connection.send(message)
        until_closed(connection)

    return script


def decision(**about: Any) -> str:
    """Return the message with the answer to the question of `OPEN`."""
    answers = {"is_open": {"type": "noul", "noul": 1}}
    return json.dumps({"type": "decision", "answers": answers, **about})


def until_closed(connection: Any) -> None:
    """Receive messages until the client ends the session."""
    for message in connection:
        if isinstance(message, str) and "session.close" in message:
            connection.send('{"type": "session.stats"}')
            return
