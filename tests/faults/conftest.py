"""Fixtures for the tests with faults: recorded pauses, billable calls, and streams."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.faults.socket_server import OPEN
from vlmrun.testing import Server


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses before retries of both clients, which are recorded and skipped."""
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    monkeypatch.setattr("vlmrun._async.http.transport.sleep", sleep)
    monkeypatch.setattr("vlmrun._sync.http.transport.sleep", pauses.append)
    return pauses


_URL = "https://example.com/a"


class Billable(NamedTuple):
    """A call that costs money, or creates something, each time it is executed.

    Attributes:
        operation: The operation it sends last.
        call: Makes the call.
        made: Lists what such calls have created, as the service knows it.
        listing: The call that an error message names for it.
    """

    operation: str
    call: Callable[[Any], Any]
    made: Callable[[Any], list[Any]]
    listing: str


def _update(client: Any) -> Any:
    skill = client.skills.create(prompt="Extract the total", name="totals")
    return client.skills.update(skill.id, description="Extracts the total and the tax")


def _described(client: Any) -> list[Any]:
    return [each for each in client.skills.list() if "tax" in (each.description or "")]


@pytest.fixture(
    params=[
        "agent.execute",
        "agent.create",
        "skills.create",
        "from_directory",
        "skills.update",
        "image.generate",
        "document.execute",
        "video.schema",
    ]
)
def billable(request: pytest.FixtureRequest, server: Server, skill_directory: Path) -> Billable:
    """Each billable call in turn."""
    if request.param == "document.execute":
        server.add_agent("reader")
    calls = {
        "agent.execute": Billable(
            "execute_agent",
            lambda client: client.agent.execute(prompt="Describe it"),
            lambda client: client.executions.list(),
            "client.executions.list()",
        ),
        "agent.create": Billable(
            "create_agent",
            lambda client: client.agent.create({"prompt": "Read invoices"}, name="invoices"),
            lambda client: client.agent.list(),
            "client.agent.list()",
        ),
        "skills.create": Billable(
            "create_skill",
            lambda client: client.skills.create(prompt="Extract the total", name="totals"),
            lambda client: client.skills.list(),
            "client.skills.list()",
        ),
        "from_directory": Billable(
            "create_skill",
            lambda client: client.skills.create_from_directory(skill_directory),
            lambda client: client.skills.list(),
            "client.skills.list()",
        ),
        "skills.update": Billable("update_skill", _update, _described, "client.skills.list()"),
        "image.generate": Billable(
            "generate_image_prediction",
            lambda client: client.image.generate("image.caption", urls=[_URL]),
            lambda client: client.predictions.list(),
            "client.predictions.list()",
        ),
        "document.execute": Billable(
            "execute_document_agent",
            lambda client: client.document.execute("reader", url=_URL),
            lambda client: client.predictions.list(),
            "client.predictions.list()",
        ),
        "video.schema": Billable(
            "generate_video_schema",
            lambda client: client.video.schema(url=_URL),
            lambda client: client.predictions.list(),
            "client.predictions.list()",
        ),
    }
    return calls[request.param]


@pytest.fixture
def attempts(server: Server) -> Callable[[str], int]:
    """Count the requests for an operation."""
    return lambda operation: [each.operation for each in server.requests].count(operation)


@pytest.fixture
def opened(connect: Callable[..., Any]) -> Callable[[str], Any]:
    """Return what creates a stream of decisions over a WebSocket, which is not open yet."""

    def create(url: str, **arguments: Any) -> Any:
        client = connect(gateway_url=url, max_retries=0)
        return client.gateway.systemone.stream(OPEN, transport="ws", **arguments)

    return create
