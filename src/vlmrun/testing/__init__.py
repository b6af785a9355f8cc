"""A stand-in for the VLM Run service: for tests, for trying things out, where there is no key.

    import vlmrun.testing

    with vlmrun.testing.serve() as server:
        client = VLMRun(base_url=server.url, api_key="test")

`asgi_app()` is the same without sockets, `python -m vlmrun.testing --port 8000` the same as a
command, and in pytest the fixtures `vlmrun_server`, `vlmrun_client` and `vlmrun_async_client` are
there as soon as the extra `testing` is installed.

**What it does.** It holds each request against the OpenAPI contract that the client was generated
from, and answers as the service does: 401, 404, 422 with places and reasons. Files, skills, agents,
executions and predictions are kept until the server closes. Nothing leaves this machine: no URL is
fetched, and no `callback_url` of another host is called.

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
    server.on_execute(lambda run: Outcome({"cover": {"id": "img_0a1b2c"}},
                                          artifacts={"img_0a1b2c": png}))
    server.on_predict(lambda run: {"invoice_id": "7"})

**Chats** are answered in the same way: facts in words, or a sample where `response_format` has a
schema; the field `stand_in` says which. `server.on_chat(lambda chat: ...)` scripts them. The
gateway is there too: `VLMRun(base_url=server.url, gateway_url=server.url)`. Its embeddings come
from digests, its transcripts are placeholders, and tokens are words.

**Stock.** A skill, an agent or a prediction that a request refers to must be there:
`serve(skills=["patient-referral"])`, `server.add_skill(Path("my-skill"))`, `server.add_agent(...)`,
`server.add_prediction(...)`, `server.add_artifact(...)`. It makes no artifacts by itself.

**Callbacks.** A job with a `callback_url` on this machine (localhost or a loopback address) is
posted there when it ends, by its last poll or at its time; signed if there is a `webhook_secret`;
and again, at most twice, until a 2xx acknowledges it. `server.callbacks` has a record of each,
those for other hosts too, and `server.wait_for_callbacks()` waits without sleeping.

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
    from vlmrun.testing.callbacks import Callback
    from vlmrun.testing.chats import Chat
    from vlmrun.testing.faults import Fault
    from vlmrun.testing.jobs import Outcome
    from vlmrun.testing.recording import Request
    from vlmrun.testing.results import Run
    from vlmrun.testing.server import Server
    from vlmrun.testing.state import Settings

__all__ = ["Callback", "Chat", "Fault", "Outcome", "Request", "Run", "Server", "asgi_app", "serve"]

_HOMES = {
    "Callback": "callbacks",
    "Chat": "chats",
    "Fault": "faults",
    "Outcome": "jobs",
    "Request": "recording",
    "Run": "results",
    "Server": "server",
}
_EXTRA = frozenset(
    ["starlette", "uvicorn", "python_multipart", "jsonschema_rs", "pypdf", "anyio", "rstr"]
)


def serve(
    *,
    port: int = 0,
    api_key: str | None = None,
    reject_keys: Iterable[str] = (),
    polls: int = 2,
    completes_after: float | None = None,
    chat_polls: int | None = None,
    queues_everything: bool = False,
    skills: Iterable[str | os.PathLike[str]] = (),
    webhook_secret: str | None = None,
    webhook_pause: float = 0.05,
) -> AbstractContextManager[Server]:
    """Run the stand-in server on 127.0.0.1 for the length of a `with` block.

    Args:
        port: The port; any free one by default.
        api_key: The only key that is taken; by default any will do.
        reject_keys: Keys that are answered with 401.
        polls: How many looks at an execution take it from enqueued over running to completed; 0
            completes it at submission.
        completes_after: Seconds that this takes, in place of `polls`.
        chat_polls: How many looks at the place that a chat is answered with (303) bring its
            completion; by default it is answered at once.
        queues_everything: Queue jobs even where `batch` is false, as a busy service does.
        skills: Skills that are there from the start: names, or `Path`s of their directories.
        webhook_secret: What callbacks are signed with; by default they have no signature.
        webhook_pause: Seconds before a callback that was not acknowledged is sent a second time;
            twice as many before the third. The service's own are 1 and 2.

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

    settings = _settings(
        api_key,
        reject_keys,
        polls,
        completes_after,
        chat_polls,
        queues_everything,
        webhook_secret,
        webhook_pause,
    )
    return running(settings, port, skills)


def asgi_app(
    *,
    api_key: str | None = None,
    reject_keys: Iterable[str] = (),
    polls: int = 2,
    completes_after: float | None = None,
    chat_polls: int | None = None,
    queues_everything: bool = False,
    skills: Iterable[str | os.PathLike[str]] = (),
    webhook_secret: str | None = None,
    webhook_pause: float = 0.05,
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

    settings = _settings(
        api_key,
        reject_keys,
        polls,
        completes_after,
        chat_polls,
        queues_everything,
        webhook_secret,
        webhook_pause,
    )
    return Server(settings, skills=skills).app


def _settings(
    api_key: str | None,
    reject_keys: Iterable[str],
    polls: int,
    completes_after: float | None,
    chat_polls: int | None,
    queues_everything: bool,
    webhook_secret: str | None,
    webhook_pause: float,
) -> Settings:
    from vlmrun.errors import InputError
    from vlmrun.testing.callbacks import Delivery
    from vlmrun.testing.jobs import Pace
    from vlmrun.testing.state import Settings

    if chat_polls is not None and chat_polls < 0:
        raise InputError(f"chat_polls must be 0 or more, got {chat_polls}")
    return Settings(
        api_key,
        frozenset(reject_keys),
        Pace(polls, completes_after),
        chat_polls,
        queues_everything,
        Delivery(webhook_secret, webhook_pause),
    )


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
