"""Values that cannot be sent are refused by chat as they are by `execute`, before sending."""

from __future__ import annotations

from datetime import datetime, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import openai
import pytest
from openai.types.chat import ChatCompletionMessage

from vlmrun.errors import InputError, InputTypeError, MissingFileError
from vlmrun.testing import Server

MODEL = "vlmrun-orion-1:auto"
HELLO: Any = [{"role": "user", "content": "Hello"}]
CYCLE: dict[str, Any] = {}
CYCLE["again"] = CYCLE
NAN = float("nan")
METHODS = ("create", "parse", "stream")


def ask(client: Any, method: str = "create", **arguments: Any) -> Any:
    arguments = {"model": MODEL, "messages": HELLO, **arguments}
    answer = getattr(client.agent.completions, method)(**arguments)
    return answer.__enter__() if method == "stream" and hasattr(answer, "__enter__") else answer


BAD_PARTS = [b"bytes", {1, 2}, NAN, float("-inf"), CYCLE, object(), Path(__file__), int, 5j]


@pytest.mark.parametrize("method", ["create", "parse"])
@pytest.mark.parametrize("part", BAD_PARTS, ids=lambda part: type(part).__name__)
def test_p57_value_that_json_cannot_hold_is_refused_with_its_place(
    client: Any, server: Server, part: Any, method: str
) -> None:
    message = {"role": "user", "content": [{"type": "text", "text": part}]}
    with pytest.raises(InputError, match="messages"):
        ask(client, method, messages=[message])
    with pytest.raises(InputError, match="extra_body"):
        ask(client, method, extra_body={"options": [part]})
    assert server.requests == []


class NaT(datetime):
    """A date like pandas.NaT."""

    def isoformat(self, *_: Any, **__: Any) -> str:
        return "NaT"

    def __eq__(self, other: object) -> bool:
        return False

    __hash__ = None  # type: ignore[assignment]


UNSENDABLE = [b"bytes", {1, 2}, NAN, CYCLE, 5j, Decimal("NaN"), NaT(2026, 1, 1)]


@pytest.mark.parametrize("part", UNSENDABLE, ids=lambda part: type(part).__name__)
@pytest.mark.parametrize("name", ["metadata", "stop", "temperature", "tools"])
def test_p57_other_arguments_that_cannot_be_sent_are_refused(
    client: Any, server: Server, part: Any, name: str
) -> None:
    with pytest.raises(InputError):
        ask(client, **{name: part if name == "temperature" else [part]})
    assert server.requests == []


def test_p57_path_in_a_message_says_how_to_pass_a_file(client: Any, server: Server) -> None:
    part = {"type": "input_file", "file": Path(__file__)}
    with pytest.raises(InputTypeError, match=r"client\.files\.upload"):
        ask(client, messages=[{"role": "user", "content": [part]}])
    assert server.requests == []


def test_values_that_execute_sends_are_sent_by_chat_in_the_same_form(
    client: Any, server: Server
) -> None:
    values = {
        "at": datetime(2026, 1, 2, tzinfo=timezone.utc),
        "id": UUID(int=7),
        "amount": Decimal("12.50"),
    }
    ask(client, extra_body={"options": values})
    client.agent.execute(prompt="p", inputs=values)
    chat, execution = (request.json for request in server.requests)
    assert chat["options"] == execution["inputs"]


def test_messages_of_the_openai_package_are_sent_as_it_sends_them(
    client: Any, server: Server
) -> None:
    answer = ask(client)
    seen = ChatCompletionMessage(role="assistant", content="Hi")
    ask(client, messages=[*HELLO, answer.choices[0].message, seen, *HELLO])
    messages = server.requests[-1].json["messages"]
    assert messages[2] == {"role": "assistant", "content": "Hi"}
    assert messages[1]["content"] == answer.choices[0].message.content


@pytest.mark.parametrize(
    "timeout", [-1, 0, 0.0, NAN, float("inf"), "5", True, httpx.Timeout(-1), httpx.Timeout(0)]
)
@pytest.mark.parametrize("stream", [False, True])
def test_p57_timeout_that_would_drop_a_billed_response_is_refused(
    client: Any, server: Server, timeout: Any, stream: bool
) -> None:
    with pytest.raises(InputError, match="timeout"):
        ask(client, timeout=timeout, stream=stream)
    assert server.requests == []


@pytest.mark.parametrize("timeout", [None, 5, 0.5, httpx.Timeout(5), openai.NOT_GIVEN])
def test_valid_timeouts_are_accepted(client: Any, timeout: Any) -> None:
    assert ask(client, timeout=timeout).id


@pytest.mark.parametrize("value", ["Prüfung", "a\nb", "\ud800", 7, b"x", None])
def test_p57_header_that_cannot_be_sent_is_refused_by_name(
    client: Any, server: Server, value: Any
) -> None:
    calls = [
        lambda: ask(client, extra_headers={"x-run": value}),
        lambda: client.gateway.embeddings.create(
            model="m", input="a", extra_headers={"x-run": value}
        ),
    ]
    for call in calls:
        with pytest.raises(InputError, match=r"extra_headers\['x-run'\]"):
            call()
    assert server.requests == []


def test_header_can_be_removed_as_the_openai_package_does(client: Any, server: Server) -> None:
    ask(client, extra_headers={"x-run": "7", "accept-language": openai.Omit()})
    assert server.requests[0].headers["x-run"] == "7"


@pytest.mark.parametrize(
    "file", ["x.mp3", None, 7, ["a"], Path("no/such/file.mp3"), ("a.mp3", Path("no/such.mp3"))]
)
def test_p57_transcription_of_no_file_is_refused(client: Any, server: Server, file: Any) -> None:
    with pytest.raises(InputError) as caught:
        client.gateway.transcriptions.create(model="nvidia/parakeet-tdt-0.6b-v3", file=file)
    assert isinstance(caught.value, MissingFileError) >= isinstance(file, Path)
    assert server.requests == []


@pytest.mark.parametrize("input", [[{1, 2}], b"a", CYCLE, [NAN]])
def test_p57_embeddings_of_what_json_cannot_hold_are_refused(
    client: Any, server: Server, input: Any
) -> None:
    with pytest.raises(InputError):
        client.gateway.embeddings.create(model="m", input=input, encoding_format="float")
    assert server.requests == []


@pytest.mark.parametrize("method", METHODS)
def test_unknown_or_missing_arguments_are_input_errors(
    client: Any, server: Server, method: str
) -> None:
    with pytest.raises(InputTypeError, match="top_q"):
        ask(client, method, top_q=0.5)
    assert server.requests == []
