"""Values that cannot be sent are rejected by name, before anything is sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from vlmrun.errors import InputError
from vlmrun.testing import Server

HALF = "caf\udce9"
CHAT: dict[str, Any] = {"model": "m", "messages": [{"role": "user", "content": "Hello"}]}


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda client: client.agent.execute(prompt=HALF), "contains a lone surrogate"),
        (lambda client: client.get_schema(HALF), "contains a lone surrogate"),
        (lambda client: client.skills.get(name=HALF), "contains a lone surrogate"),
        (
            lambda client: client.artifacts.get(filename=HALF, execution_id="e"),
            "contains a lone surrogate",
        ),
        (
            lambda client: client.agent.completions.create(
                model="m", messages=[{"role": "user", "content": HALF}]
            ),
            "contains a lone surrogate",
        ),
        (
            lambda client: client.agent.completions.create(**CHAT, extra_headers={"a": HALF}),
            r"extra_headers\['a'\] contains '\\udce9', which no header may have",
        ),
        (
            lambda client: client.agent.completions.create(**CHAT, extra_headers={"a": "b\nc: d"}),
            r"extra_headers\['a'\] contains '\\n', which no header may have",
        ),
        (
            lambda client: client.agent.execute(
                config={"prompt": "p", "json_schema": {"maximum": float("nan")}}
            ),
            "not valid JSON",
        ),
        (
            lambda client: client.agent.execute(
                config={"prompt": "p", "json_schema": {"default": object()}}
            ),
            "is not JSON: object",
        ),
    ],
    ids=["prompt", "domain", "name", "query", "chat", "header", "split", "nan", "object"],
)
def test_p29_value_that_cannot_be_sent_is_an_input_error(
    client: Any, server: Server, call: Callable[[Any], Any], words: str
) -> None:
    with pytest.raises(InputError, match=words):
        call(client)
    assert server.requests == []
