"""The WebSockets that clients have opened, and what is left of them."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from websockets.protocol import State

from vlmrun._runtime import async_websocket, sync_websocket


class OpenedSockets:
    """Records the connections of both clients from now on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.connections: list[Any] = []
        for cls in (sync_websocket.Socket, async_websocket.Socket):
            self._record(monkeypatch, cls)

    def _record(self, monkeypatch: pytest.MonkeyPatch, cls: Any) -> None:
        create = cls.__init__

        def create_recorded(socket: Any, connection: Any) -> None:
            self.connections.append(connection)
            create(socket, connection)

        monkeypatch.setattr(cls, "__init__", create_recorded)

    def assert_nothing_is_left(self) -> None:
        """Check that there was a connection, and that no socket, thread or task is left of any."""
        assert self.connections
        for each in self.connections:
            assert each.protocol.state is State.CLOSED
            thread = getattr(each, "recv_events_thread", None)
            if thread is None:
                assert each.transport.is_closing()
                assert asyncio.all_tasks(each.loop) == set()
            else:
                assert not thread.is_alive()
                assert each.socket.fileno() == -1
