"""P38: without an event loop of asyncio, the async client raises an error of ours."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest

from vlmrun import AsyncVLMRun
from vlmrun.errors import ConfigurationError
from vlmrun.testing import Server

ELSEWHERE: dict[str, Callable[[AsyncVLMRun], Any]] = {
    "open": lambda client: client.__aenter__(),
    "read": lambda client: client.models.list(),
    "paid": lambda client: client.agent.execute(prompt="Describe it"),
    "upload": lambda client: client.files.upload(io.BytesIO(b"a"), filename="a.txt"),
    "chat": lambda client: client.agent.completions.create(
        model="vlmrun-orion-1:auto", messages=[{"role": "user", "content": "Hello"}]
    ),
}


@pytest.mark.parametrize("call", ELSEWHERE)
def test_p38_event_loop_of_another_library_is_an_error_of_ours(call: str, server: Server) -> None:
    """trio, for example, runs coroutines without an event loop of asyncio."""
    coroutine = ELSEWHERE[call](AsyncVLMRun("test", server.url))
    with pytest.raises(ConfigurationError, match=r"asyncio.*such as in trio, call VLMRun"):
        coroutine.send(None)
    assert server.requests == []
