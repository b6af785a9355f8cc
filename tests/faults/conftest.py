"""Fixtures of the tests with faults: retries without long pauses, and the billable calls."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from vlmrun.testing import Server


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retries follow at once; how long they really wait is tested in test_pauses.py."""
    monkeypatch.setattr("vlmrun._core.retry.FIRST_PAUSE", 0.005)


_URL = "https://example.com/a"


class Billable(NamedTuple):
    """A call that costs money, or makes something, each time it is carried out.

    Attributes:
        operation: What it does in the end.
        call: Makes the call.
        made: What was made by it and its like, as far as the service knows.
    """

    operation: str
    call: Callable[[Any], Any]
    made: Callable[[Any], list[Any]]


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
        ),
        "agent.create": Billable(
            "create_agent",
            lambda client: client.agent.create({"prompt": "Read invoices"}, name="invoices"),
            lambda client: client.agent.list(),
        ),
        "skills.create": Billable(
            "create_skill",
            lambda client: client.skills.create(prompt="Extract the total", name="totals"),
            lambda client: client.skills.list(),
        ),
        "from_directory": Billable(
            "create_skill",
            lambda client: client.skills.create_from_directory(skill_directory),
            lambda client: client.skills.list(),
        ),
        "skills.update": Billable("update_skill", _update, _described),
        "image.generate": Billable(
            "generate_image_prediction",
            lambda client: client.image.generate("image.caption", urls=[_URL]),
            lambda client: client.predictions.list(),
        ),
        "document.execute": Billable(
            "execute_document_agent",
            lambda client: client.document.execute("reader", url=_URL),
            lambda client: client.predictions.list(),
        ),
        "video.schema": Billable(
            "generate_video_schema",
            lambda client: client.video.schema(url=_URL),
            lambda client: client.predictions.list(),
        ),
    }
    return calls[request.param]


@pytest.fixture
def tries(server: Server) -> Callable[[str], int]:
    """How often an operation was asked for."""
    return lambda operation: [each.operation for each in server.requests].count(operation)
