"""A look at every answer that a stand-in server of these tests gives, against openapi.yaml."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope, Send

from vlmrun.testing import Server
from vlmrun.testing.app import App
from vlmrun.testing.contract import load_contract
from vlmrun.testing.validation import check_answer

_READ = ("application/json", "text/event-stream")


@contextmanager
def watch_servers() -> Iterator[list[str]]:
    """Watch all servers of this process; gives the list to which contract_violations are added.

    Answers that an injected fault has met are left out.
    """
    contract_violations: list[str] = []
    answer_plainly = App.__call__

    async def answer_watched(app: App, scope: Scope, receive: Receive, send: Send) -> None:
        seen = _Seen()

        async def send_seen(message: Message) -> None:
            if seen.is_whole_with(message):
                # Before the client has it, so that the test that asked is still running.
                contract_violations.extend(_complaints(app.server, seen))
            await send(message)

        await answer_plainly(app, scope, receive, send_seen)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(App, "__call__", answer_watched)
        yield contract_violations


class _Seen:
    """As much of an answer as the contract has a word on: of what is not JSON, the first bytes."""

    def __init__(self) -> None:
        self.status = 0
        self.headers = Headers()
        self.body = b""

    @property
    def media_type(self) -> str:
        return self.headers.get("content-type", "")

    def is_whole_with(self, message: Message) -> bool:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], Headers(raw=message["headers"])
            return False
        chunk: bytes = message.get("body", b"")
        self.body += chunk if self.media_type.startswith(_READ) else chunk[:1]
        return not message.get("more_body", False)


def _complaints(server: Server, seen: _Seen) -> Iterator[str]:
    id = seen.headers["x-request-id"]
    request: Any = next(each for each in reversed(server.requests) if each.id == id)
    operation = load_contract().operations.get(request.operation or "")
    if operation is None or request.fault:
        return
    for problem in check_answer(
        load_contract(), operation, seen.status, seen.media_type, seen.body
    ):
        yield f"{operation.id} {seen.status}: {problem['loc']} {problem['msg']}"
