"""Fixtures for all tests: a mock server, and clients of both kinds behind one interface."""

from __future__ import annotations

import asyncio
import gc
import os
import re
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

import vlmrun.testing
from tests import pauses
from tests.contract_watch import watch_servers
from tests.sync_async import AsyncClientFactory, ClientFactory, SyncClientFactory
from tests.waiting.simulated_time import SimulatedTime, install
from vlmrun._runtime import async_aiohttp

# The time of an example is that of a busy machine. Without `make faults`, the examples are the same
# in each run, so that nobody's change fails because of somebody else's.
hypothesis.settings.register_profile(
    "vlmrun",
    deadline=None,
    derandomize="VLMRUN_FAULTS" not in os.environ,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("vlmrun")

EXAMPLES = Path(__file__).parent.parent / "examples"

_ALL_SLOW = re.compile(r"^pytestmark = \[?\s*pytest\.mark\.slow\b", re.MULTILINE)

# The thousands of objects that pytest collects remain until the end: to look for garbage among them
# takes a quarter of the time of the collection, and a part of that of each `gc.collect()` later.
gc.disable()


def pytest_collection_finish() -> None:
    """Enable the garbage collector, for what the tests create."""
    gc.freeze()
    gc.enable()


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Do not import modules of which all tests are slow, in a run of the fast ones.

    They are a quarter of all tests, and every worker of pytest-xdist would collect them.
    """
    if config.option.markexpr != "not slow" or collection_path.suffix != ".py":
        return None
    return True if _ALL_SLOW.search(collection_path.read_text("utf-8")) else None


# Whether the async client sends through aiohttp: `make faults` runs the tests with and without it.
USES_AIOHTTP = os.environ.get("VLMRUN_TEST_AIOHTTP") == "1"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests of the sync client where the transport of the other one is tested."""
    if not USES_AIOHTTP:
        return
    kept: list[pytest.Item] = []
    sync_only: list[pytest.Item] = []
    for item in items:
        parameters = getattr(getattr(item, "callspec", None), "params", {})
        is_sync = parameters.get("factory_type") is SyncClientFactory
        (sync_only if is_sync else kept).append(item)
    config.hook.pytest_deselected(items=sync_only)
    items[:] = kept


@pytest.fixture(autouse=True, scope="session")
def choose_transport() -> Iterator[None]:
    """Let the async client use or not use aiohttp, which is installed where the tests run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(async_aiohttp, "is_installed", lambda: USES_AIOHTTP)
        yield


@pytest.fixture(autouse=True, scope="session")
def short_pauses() -> Iterator[None]:
    """Let the clients of this process poll and retry almost immediately."""
    with pytest.MonkeyPatch.context() as patch:
        pauses.shorten(patch)
        yield


@pytest.fixture
def real_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the clients pause as they do for users, in a test that is about pauses."""
    pauses.restore(monkeypatch)


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch, real_pauses: None) -> SimulatedTime:
    """A simulated clock, which moves on when all `time.running` waits (1 by default) pause."""
    simulated = SimulatedTime()
    install(simulated, monkeypatch)
    return simulated


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide the API key, base URLs and proxies of whoever runs the tests."""
    for name in (
        "VLMRUN_API_KEY",
        "VLMRUN_BASE_URL",
        "VLMRUN_GATEWAY_BASE_URL",
        "VLMRUN_GATEWAY_URL",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
    ):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture(autouse=True)
def contract_violations() -> Iterator[list[str]]:
    """Fail a test if a response of a mock server does not conform to openapi.yaml."""
    with watch_servers() as violations:
        yield violations
    assert violations == []


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Iterator[vlmrun.testing.Server]:
    """Run an empty mock server on a port of its own, with the settings of the plugin's marker."""
    marker = request.node.get_closest_marker("vlmrun_server")
    with vlmrun.testing.serve(**(marker.kwargs if marker else {})) as server:
        yield server


@pytest.fixture(params=[SyncClientFactory, AsyncClientFactory], ids=["sync", "async"])
def factory_type(request: pytest.FixtureRequest) -> type[ClientFactory]:
    """Run the test once with the sync and once with the async client."""
    factory_type: type[ClientFactory] = request.param
    return factory_type


@pytest.fixture
def connect(
    factory_type: type[ClientFactory], server: vlmrun.testing.Server
) -> Iterator[Callable[..., Any]]:
    """Create sync or async clients of the mock server; they are closed after the test."""
    factory = factory_type()

    def create_client(**settings: Any) -> Any:
        urls = {"base_url": server.url, "gateway_url": server.gateway_url}
        return factory.client(**{"api_key": "test-key-0123456789", **urls, **settings})

    yield create_client
    factory.close()


@pytest.fixture
def client(connect: Callable[..., Any]) -> Any:
    """A sync client, then an async one; both are called like `VLMRun`."""
    return connect()


@pytest.fixture
def pdf() -> Path:
    """A real PDF of two pages."""
    return EXAMPLES / "inputs/referral.pdf"


@pytest.fixture
def skill_directory() -> Path:
    """A real skill directory."""
    return EXAMPLES / "skills/patient-referral"


@pytest.fixture
def run() -> Callable[[Any], Any]:
    """Run a coroutine in a new event loop."""
    return asyncio.run


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Restore SIGINT, which the background jobs of a shell ignore, and SIGHUP, as with `nohup`.

    Child processes ignore what their parent does.
    """
    handlers: dict[int, Any] = {signal.SIGINT: signal.default_int_handler}
    if sys.platform != "win32":
        handlers[signal.SIGHUP] = signal.SIG_DFL
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def without_pydantic(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make `import pydantic` fail."""
    monkeypatch.setitem(sys.modules, "pydantic", None)
