"""A stand-in for the VLM Run service: for tests, for trying things out, where there is no key.

    import vlmrun.testing

    with vlmrun.testing.serve() as server:
        client = VLMRun(base_url=server.url, api_key="test")

`asgi_app()` is the same without sockets, `python -m vlmrun.testing --port 8000` the same as a
command, and in pytest the fixtures `vlmrun_server`, `vlmrun_client` and `vlmrun_async_client` are
there as soon as the extra `testing` is installed.

**What it does.** It holds each request against the OpenAPI contract that the client was generated
from, and answers as the service does: 401, 404, 422 with places and reasons. Files, skills, agents,
executions and predictions are kept until the server closes. Operations that it does not have answer
501. Nothing leaves this machine: no URL is fetched and no `callback_url` is called.

**Executions** go from enqueued over running to completed as they are looked at (`polls=`) or as
time goes by (`completes_after=`). Their default result is honest, since nothing was understood:

- without a schema, the facts: digest, size, media type and page count of each file under
  `response["inputs"]`, name, description and files of each skill under `response["skills"]`;
- with a `json_schema`, a value that conforms to it, and `usage.message` says that it is a sample.
  The facts are then beside it, in the field `stand_in` of the execution's JSON.

**Predictions** of `image`, `document`, `audio` and `video` are finished at once with `batch: false`
(unless `queues_everything=True`) and move like executions otherwise. A domain's schema gets a
sample, and so does `document.markdown`; `config.confidence` and `config.grounding` put an
`x_metadata` beside each field. There are some of the documented domains; `server.add_domain(name,
json_schema)` adds one.

A test gives results of its own:

    server.on_execute(lambda run: {"total": 12.5})
    server.on_execute(lambda run: Outcome(statuses=["enqueued", "running", "paused"]))
    server.on_execute(lambda run: Outcome.failure("the page is blank"))
    server.on_predict(lambda run: {"invoice_id": "7"})

**Stock.** A skill, an agent or a prediction that a request refers to must be there:
`serve(skills=["patient-referral"])`, `server.add_skill(Path("my-skill"))`, `server.add_agent(...)`,
`server.add_prediction(...)`.

**What was asked** is in `server.requests`: `Request` objects, the oldest first.

**Faults** are injected by operation, method or path: statuses, headers, delays, resets, bodies that
are cut off or garbage.

    server.inject(Fault("execute_agent", status=503, headers={"Retry-After": "1"}))
    server.inject(Fault("get_execution", reset="after_handling", times=2))
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vlmrun.testing.app import App
    from vlmrun.testing.faults import Fault
    from vlmrun.testing.jobs import Outcome
    from vlmrun.testing.recording import Request
    from vlmrun.testing.results import Run
    from vlmrun.testing.server import Server
    from vlmrun.testing.state import Settings

__all__ = ["Fault", "Outcome", "Request", "Run", "Server", "asgi_app", "serve"]

_HOMES = {
    "Fault": "faults",
    "Outcome": "jobs",
    "Request": "recording",
    "Run": "results",
    "Server": "server",
}
_EXTRA = frozenset(["starlette", "uvicorn", "python_multipart", "jsonschema_rs", "pypdf", "anyio"])


def serve(
    *,
    port: int = 0,
    api_key: str | None = None,
    reject_keys: Iterable[str] = (),
    polls: int = 2,
    completes_after: float | None = None,
    queues_everything: bool = False,
    skills: Iterable[str | os.PathLike[str]] = (),
) -> AbstractContextManager[Server]:
    """Run the stand-in server on 127.0.0.1 for the length of a `with` block.

    Args:
        port: The port; any free one by default.
        api_key: The only key that is taken; by default any will do.
        reject_keys: Keys that are answered with 401.
        polls: How many looks at an execution take it from enqueued over running to completed; 0
            completes it at submission.
        completes_after: Seconds that this takes, in place of `polls`.
        queues_everything: Queue jobs even where `batch` is false, as a busy service does.
        skills: Skills that are there from the start: names, or `Path`s of their directories.

    Raises:
        DependencyError: The extra `testing` is not installed.
        InputError: A setting is out of bounds.
        OSError: The port is taken.

    Example:
        >>> with serve(polls=1) as server:
        ...     client = VLMRun(base_url=server.url, api_key="test")
    """
    _require_extra()
    from vlmrun.testing.serving import running

    return running(
        _settings(api_key, reject_keys, polls, completes_after, queues_everything), port, skills
    )


def asgi_app(
    *,
    api_key: str | None = None,
    reject_keys: Iterable[str] = (),
    polls: int = 2,
    completes_after: float | None = None,
    queues_everything: bool = False,
    skills: Iterable[str | os.PathLike[str]] = (),
) -> App:
    """The stand-in server as an ASGI application, for use without sockets.

    Its `server` is the `Server`; `app.server.close()` gives memory and temporary files back. Faults
    that break a connection off raise httpx's errors out of it.
    Settings and errors are those of `serve`.

    Example:
        >>> app = asgi_app()
        >>> http = httpx.AsyncClient(transport=httpx.ASGITransport(app))
        >>> client = AsyncVLMRun(base_url=app.server.url, api_key="test", http_client=http)
    """
    _require_extra()
    from vlmrun.testing.server import Server

    return Server(
        _settings(api_key, reject_keys, polls, completes_after, queues_everything), skills=skills
    ).app


def _settings(
    api_key: str | None,
    reject_keys: Iterable[str],
    polls: int,
    completes_after: float | None,
    queues_everything: bool,
) -> Settings:
    from vlmrun.testing.jobs import Pace
    from vlmrun.testing.state import Settings

    pace = Pace(polls, completes_after)
    return Settings(api_key, frozenset(reject_keys), pace, queues_everything)


def _require_extra() -> None:
    import importlib.util

    from vlmrun.errors import DependencyError

    missing = sorted(name for name in _EXTRA if importlib.util.find_spec(name) is None)
    if missing:
        raise DependencyError(
            f"The stand-in server needs {', '.join(missing)}",
            suggestion="Install the extra: pip install 'vlmrun[testing]'",
        )


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    _require_extra()
    import importlib

    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
