"""pytest fixtures, available as soon as the package is installed.

`vlmrun_server` is a new `vlmrun.testing.Server`, `vlmrun_client` a client of it, and
`vlmrun_async_client` an async client, which the test closes (`async with`). A marker changes the
settings of the server: `@pytest.mark.vlmrun_server(polls=0)`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from vlmrun.testing import Server


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker."""
    config.addinivalue_line(
        "markers", "vlmrun_server(**settings): arguments for vlmrun.testing.serve"
    )


@pytest.fixture
def vlmrun_server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A mock server of the VLM Run API, for one test."""
    # Imported here: pytest loads this plugin in all projects of an environment, also in those
    # that do not use it.
    from vlmrun.testing import serve

    marker = request.node.get_closest_marker("vlmrun_server")
    with serve(**(marker.kwargs if marker else {})) as server:
        yield server


@pytest.fixture
def vlmrun_client(vlmrun_server: Server) -> Iterator[Any]:
    """A `vlmrun.VLMRun` client of the mock server."""
    from vlmrun import VLMRun

    with VLMRun(
        api_key="test", base_url=vlmrun_server.url, gateway_url=vlmrun_server.gateway_url
    ) as client:
        yield client


@pytest.fixture
def vlmrun_async_client(vlmrun_server: Server) -> Any:
    """A `vlmrun.AsyncVLMRun` client of the mock server, to be used with `async with`."""
    from vlmrun import AsyncVLMRun

    return AsyncVLMRun(
        api_key="test", base_url=vlmrun_server.url, gateway_url=vlmrun_server.gateway_url
    )
