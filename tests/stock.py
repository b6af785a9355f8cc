"""What calls of the API need to refer to: files, skills, jobs, made when they are asked for.

Each module of `tests/client` says in `CALLS`, by operationId, a call that sends the operation:

    CALLS = {"get_file": lambda client, stock: client.files.get(stock.file)}

`tests/contract/test_operations.py` makes them all, on both twins, and so does `make coverage`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any

import vlmrun.testing
from tests.twins import Twin
from vlmrun.testing import Request, Server

EXAMPLES = Path(__file__).parent.parent / "examples"
CLIENT_TESTS = Path(__file__).parent / "client"


class Stock:
    """Things on a stand-in server, put there by a client of it."""

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
    """The calls of all modules, by operationId."""
    found: dict[str, Any] = {}
    for path in sorted(CLIENT_TESTS.glob("test_*.py")):
        calls = getattr(import_module(f"tests.client.{path.stem}"), "CALLS", {})
        assert not found.keys() & calls.keys(), path
        found |= calls
    return found


def sent(twin: Twin, call: Any, watch: Callable[[Any], None] | None = None) -> list[Request]:
    """The requests that a call sends, to a stand-in server of its own.

    Args:
        twin: Makes the client; it is closed after the call.
        call: A value of `CALLS`.
        watch: Is shown the client itself before the call.
    """
    with vlmrun.testing.serve(polls=0) as server:
        there = {"base_url": server.url, "gateway_url": server.url}
        client = twin.client(api_key="key-0123456789", **there)
        stock = Stock(client, server)
        try:
            if watch:
                watch(twin.made[-1])
            call(client, stock)
        finally:
            twin.close()
        return server.requests
