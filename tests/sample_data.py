"""Sample objects for API calls (files, skills, agents, jobs), and access to all `CALLS` tables.

Each module of `tests/client` lists in `CALLS`, by operationId, a call that sends the operation:

    CALLS = {"get_file": lambda client, data: client.files.get(data.file)}

`tests/contract/test_operations.py` runs all of them with both the sync and the async client.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any

import vlmrun.testing
from tests.sync_async import ClientFactory
from vlmrun.testing import Request, Server

EXAMPLES = Path(__file__).parent.parent / "examples"
CLIENT_TESTS = Path(__file__).parent / "client"


class SampleData:
    """Paths of sample files, and objects that are created on the mock server at first access."""

    pdf = EXAMPLES / "inputs/referral.pdf"
    image = EXAMPLES / "inputs/invoice.png"
    skill_directory = EXAMPLES / "skills/patient-referral"

    def __init__(self, client: Any, server: Server) -> None:
        self._client = client
        self.server = server

    @cached_property
    def file(self) -> str:
        """The id of an uploaded file."""
        return str(self._client.files.upload(self.pdf).id)

    @cached_property
    def skill(self) -> str:
        """The id of a stored skill."""
        return str(self._client.skills.create_from_directory(self.skill_directory).skill_id)

    @cached_property
    def agent(self) -> str:
        """The id of an agent named "reader"."""
        return self.server.add_agent("reader", "Read it")

    @cached_property
    def execution(self) -> str:
        """The id of an execution."""
        return str(self._client.agent.execute(prompt="Read it").id)

    @cached_property
    def prediction(self) -> str:
        """The id of a prediction."""
        return self.server.add_prediction({"total": 12.5})


def all_calls() -> dict[str, Any]:
    """Return the calls of all modules of `tests/client`, by operationId."""
    found: dict[str, Any] = {}
    for path in sorted(CLIENT_TESTS.glob("test_*.py")):
        calls = getattr(import_module(f"tests.client.{path.stem}"), "CALLS", {})
        assert not found.keys() & calls.keys(), path
        found |= calls
    return found


def requests_sent_by(
    call: Any, factory: ClientFactory, prepare: Callable[[Any], None] | None = None
) -> list[Request]:
    """Run a call against a new mock server and return the requests that it received.

    Args:
        call: A value of `CALLS`.
        factory: Creates the client; it is closed after the call.
        prepare: Called with the client itself before the call.
    """
    with vlmrun.testing.serve(polls=0) as server:
        urls = {"base_url": server.url, "gateway_url": server.gateway_url}
        client = factory.client(api_key="key-0123456789", **urls)
        data = SampleData(client, server)
        try:
            if prepare:
                prepare(factory.clients[-1])
            call(client, data)
        finally:
            factory.close()
        return server.requests
