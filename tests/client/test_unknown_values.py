"""Values that this version does not know are sent: the service decides which exist."""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import vlmrun.testing
from tests.sync_async import ClientFactory
from vlmrun.errors import ValidationError
from vlmrun.testing import Request, Server
from vlmrun.types import ImageUrl, MessageContent

URL = "https://example.com/a.pdf"


class Argument(NamedTuple):
    """An argument with values that the service knows.

    Attributes:
        call: Passes a value for it.
        sent: Where the request has the value.
        misspelt: A value that looks like one of those known.
        meant: The known one.
    """

    call: Callable[[Any, Any], Any]
    sent: Callable[[Request], Any]
    misspelt: str
    meant: str


def execute(**arguments: Any) -> Callable[[Any, Any], Any]:
    """Return a call of `execute`; VALUE stands for the value."""

    def call(client: Any, value: Any) -> Any:
        return client.agent.execute(**{"prompt": "a", **filled(arguments, value)})

    return call


def filled(node: Any, value: Any) -> Any:
    if isinstance(node, dict):
        return {key: filled(each, value) for key, each in node.items()}
    if isinstance(node, list):
        return [filled(each, value) for each in node]
    return value if node == "VALUE" else node


def image_detail(client: Any, value: Any) -> Any:
    image = MessageContent(type="image_url", image_url=ImageUrl(url=URL, detail=value))
    return client.agent.execute(prompt="a", inputs={"image": image})


ARGUMENTS = {
    "toolsets": Argument(
        execute(toolsets=["VALUE"]), lambda sent: sent.json["toolsets"][0], "documents", "document"
    ),
    "toolsets of a chat": Argument(
        lambda client, value: client.agent.completions.create(
            model="vlmrun-orion-1:auto",
            messages=[{"role": "user", "content": "a"}],
            toolsets=[value],
        ),
        lambda sent: sent.json["toolsets"][0],
        "world_gen",
        "world-gen",
    ),
    "priority": Argument(
        execute(priority="VALUE"), lambda sent: sent.json["priority"], "normals", "normal"
    ),
    "mode": Argument(
        execute(config={"mode": "VALUE"}), lambda sent: sent.json["config"]["mode"], "agnt", "agent"
    ),
    "service_tier": Argument(
        execute(config={"service_tier": "VALUE"}),
        lambda sent: sent.json["config"]["service_tier"],
        "priority2",
        "priority",
    ),
    "environment": Argument(
        execute(metadata={"environment": "VALUE"}),
        lambda sent: sent.json["metadata"]["environment"],
        "stagging",
        "staging",
    ),
    "detail": Argument(
        lambda client, value: client.document.generate(
            url=URL, domain="document.invoice", config={"detail": value}
        ),
        lambda sent: sent.json["config"]["detail"],
        "autos",
        "auto",
    ),
    "detail of an image": Argument(
        image_detail,
        lambda sent: sent.json["inputs"]["image"]["image_url"]["detail"],
        "highs",
        "high",
    ),
    "purpose": Argument(
        lambda client, value: client.files.upload(Path(__file__), purpose=value, force=True),
        lambda sent: sent.query["purpose"],
        "visions",
        "vision",
    ),
    "order_by": Argument(
        lambda client, value: client.skills.list(order_by=value),
        lambda sent: sent.query["order_by"],
        "createdat",
        "created_at",
    ),
    "feedback": Argument(
        lambda client, value: client.feedback.get("id", type=value),
        lambda sent: sent.query["type"],
        "agent_executon",
        "agent_execution",
    ),
}


@pytest.fixture
def lenient(factory_type: type[ClientFactory]) -> Iterator[tuple[Any, Server]]:
    with vlmrun.testing.serve(strict=False) as server:
        factory = factory_type()
        yield factory.client(base_url=server.url, api_key="test", max_retries=0), server
        factory.close()


def refusal(call: Callable[[], Any]) -> str:
    """Make a call, and return the message if the service refuses the value."""
    try:
        call()
    except ValidationError as error:
        return error.message
    return ""


@pytest.mark.parametrize("name", ARGUMENTS)
def test_a_value_that_is_not_known_is_sent_and_the_service_decides(
    lenient: tuple[Any, Server], name: str
) -> None:
    client, server = lenient
    argument = ARGUMENTS[name]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        message = refusal(lambda: argument.call(client, "robotics-3"))
    assert "'robotics-3'" in message or not message
    assert argument.sent(server.requests[-1]) == "robotics-3"


@pytest.mark.parametrize("name", ARGUMENTS)
def test_a_value_that_looks_misspelt_is_sent_with_a_warning(
    lenient: tuple[Any, Server], name: str
) -> None:
    client, server = lenient
    argument = ARGUMENTS[name]
    with pytest.warns(UserWarning, match=rf"'{argument.misspelt}'.*mean '{argument.meant}'"):
        message = refusal(lambda: argument.call(client, argument.misspelt))
    assert f"'{argument.meant}'" in message or not message
    assert argument.sent(server.requests[-1]) == argument.misspelt


def test_the_warning_has_the_line_of_the_caller(server: Server) -> None:
    async def execute() -> None:
        async with vlmrun.AsyncVLMRun(base_url=server.url, api_key="test") as client:
            await client.agent.execute(prompt="a", priority="normals")

    with pytest.warns(UserWarning, match="priority is 'normals'") as caught:
        asyncio.run(execute())
    with (
        vlmrun.VLMRun(base_url=server.url, api_key="test") as client,
        pytest.warns(UserWarning, match="priority is 'normals'") as caught_too,
    ):
        client.agent.execute(prompt="a", priority="normals")
    assert {each.filename for each in (*caught, *caught_too)} == {__file__}


def test_the_configuration_may_be_built_with_a_value_that_is_not_known() -> None:
    config = vlmrun.types.GenerationConfig(detail="ultra")
    assert config.to_dict() == {"detail": "ultra"}
