"""A mock server of the VLM Run API, for tests and for trying things out without an API key.

    import vlmrun.testing

    with vlmrun.testing.serve() as server:
        client = VLMRun(base_url=server.url, api_key="test")

`asgi_app()` is the same server without sockets, and `python -m vlmrun.testing --port 8000` runs it
as a command. In pytest, the fixtures `vlmrun_server`, `vlmrun_client` and `vlmrun_async_client` are
available as soon as the extra `testing` is installed.

**What it does.** It validates each request against the OpenAPI contract that the client was
generated from, and responds like the service: 401, 404, 422 with locations and reasons. It stores
files, skills, agents, executions and predictions until it is closed. Nothing leaves this machine:
no URL is fetched, and no `callback_url` of another host is called.

**Executions** go from pending over running to completed as they are polled (`polls=`) or as time
passes (`completes_after=`). Since no model has read the inputs, their default result does not
pretend so:

- without a schema it has facts: digest, size, media type and page count of each file under
  `response["inputs"]`; name, description and files of each skill under `response["skills"]`;
- with a `json_schema` it is a value that conforms to the schema, and `usage.message` says that it
  is a sample. The facts are in the field `stand_in` of the execution's JSON.

**Predictions** of `image`, `document`, `audio` and `video` are finished immediately with
`batch: false` (unless `queues_everything=True`); otherwise they advance like executions. The
schema of a domain gets a sample, and so does `document.markdown`; `config.confidence` and
`config.grounding` add an `x_metadata` beside each field `x`. Some of the documented domains are
built in; `server.add_domain(name, json_schema)` adds more.

Tests can script the results:

    server.on_execute(lambda run: {"total": 12.5})
    server.on_execute(lambda run: Outcome(statuses=["pending", "running", "paused"]))
    server.on_execute(lambda run: Outcome.failure("the page is blank"))
    server.on_execute(lambda run: Outcome({"cover": {"id": "img_0a1b2c"}},
                                          artifacts={"img_0a1b2c": png}))
    server.on_predict(lambda run: {"invoice_id": "7"})

**Chats** work the same way: the content is the facts as text, or a sample if `response_format` has
a schema; the field `stand_in` says which. `server.on_chat(lambda chat: ...)` scripts them. The
gateway is included: `VLMRun(base_url=server.url, gateway_url=server.gateway_url)`. Its embeddings
are generated from digests, its transcriptions are placeholders, and words count as tokens. System
One answers with even odds; `server.on_decide(lambda decision: {"is_urgent": 0.9})` scripts it. In
sessions over WebSockets, `server.on_frame(...)` returns the results, or a `FrameOutcome` that drops
the frame, lets it fail or ends the session.

**Files.** Documents and images must be readable: PDFs are parsed, and images are decoded if Pillow
is installed (the extra `images`). Audio and video must not be empty. Tests with made-up contents
use `serve(accept_unreadable=True)`.

**Stored objects.** Skills, agents and predictions that a request refers to must exist, unless
`strict=False`:
`serve(skills=["patient-referral"])`, `server.add_skill(Path("my-skill"))`, `server.add_agent(...)`,
`server.add_prediction(...)`, `server.add_artifact(...)`. The server creates no artifacts by itself,
but one that is not strict returns a placeholder for each id.

**Callbacks.** A job with a `callback_url` on this machine (localhost or a loopback address) is
posted there when it ends, that is, at its last poll or at its time. The request is signed if there
is a `webhook_secret`, and retried at most twice until a 2xx acknowledges it. `server.callbacks` has
a record of each callback, including those to other hosts, and `server.wait_for_callbacks()` waits
without sleeping.

**Recorded requests** are in `server.requests`: `Request` objects, oldest first.

**Faults** are injected by operation, method or path: statuses, headers, delays, connection resets,
truncated or invalid bodies.

    server.inject(Fault("execute_agent", status=503, headers={"Retry-After": "1"}))
    server.inject(Fault("get_execution", reset="after_handling", times=2))
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vlmrun.testing.faults import Fault
    from vlmrun.testing.generation.chat_completions import Chat
    from vlmrun.testing.generation.decisions import Decision
    from vlmrun.testing.generation.job_outcomes import Run
    from vlmrun.testing.generation.session_frames import Frame, FrameOutcome
    from vlmrun.testing.recorded_requests import Request
    from vlmrun.testing.server import Server, ServerApp
    from vlmrun.testing.state.callbacks import Callback
    from vlmrun.testing.state.jobs import Outcome
    from vlmrun.testing.state.store import ServerSettings

__all__ = [
    "Callback",
    "Chat",
    "Decision",
    "Fault",
    "Frame",
    "FrameOutcome",
    "Outcome",
    "Request",
    "Run",
    "Server",
    "asgi_app",
    "serve",
]

# The pytest plugin imports this package in every test run, so the modules are imported lazily.
_MODULES = {
    "Callback": "state.callbacks",
    "Chat": "generation.chat_completions",
    "Decision": "generation.decisions",
    "Fault": "faults",
    "Frame": "generation.session_frames",
    "FrameOutcome": "generation.session_frames",
    "Outcome": "state.jobs",
    "Request": "recorded_requests",
    "Run": "generation.job_outcomes",
    "Server": "server",
}
_EXTRA_MODULES = frozenset(
    [
        "starlette",
        "uvicorn",
        "python_multipart",
        "jsonschema_rs",
        "pypdf",
        "anyio",
        "rstr",
        "wsproto",
    ]
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
    strict: bool = True,
    accept_unreadable: bool | None = None,
) -> AbstractContextManager[Server]:
    """Run the mock server on 127.0.0.1 for the duration of a `with` block.

    Args:
        port: The port; any free port by default.
        api_key: The only API key that is accepted; by default any key is.
        reject_keys: API keys that get a 401.
        polls: The number of polls that take an execution from pending over running to completed;
            0 completes it at submission.
        completes_after: The number of seconds until it completes, instead of `polls`.
        chat_polls: Respond to chats with a 303; the completion is at its Location after so many
            polls. By default chats are completed immediately.
        queues_everything: Queue jobs even if `batch` is false, as the service does under load.
        skills: Skills to store at the start: names, or paths of skill directories.
        webhook_secret: The secret that signs callbacks; by default they have no signature.
        webhook_pause: The number of seconds before the first retry of a callback that was not
            acknowledged; the second retry waits twice as long. The service waits 1 and 2 seconds.
        strict: Whether to refuse what the service would refuse: unknown skills, versions, agents,
            domains and models, a domain of another medium, pages that do not exist, and files that
            cannot be read. Otherwise they are accepted; the log, the header `x-mock-server-note`
            and the `usage.message` of a job say so.
        accept_unreadable: Whether to accept files that cannot be read, such as made-up bytes in
            tests: empty files, PDFs that cannot be parsed, images that cannot be decoded. By
            default only if `strict` is false.

    Raises:
        DependencyError: The extra `testing` is not installed.
        InputError: A setting is out of range.
        OSError: The port is in use.

    Example:
        >>> with serve(polls=1) as server:
        ...     client = VLMRun(base_url=server.url, api_key="test")
    """
    _require_extra()
    from vlmrun._validation import check_int
    from vlmrun.testing.server import run_server

    check_int("port", port, 0, 65_535)
    settings = _settings(
        api_key,
        reject_keys,
        polls,
        completes_after,
        chat_polls,
        queues_everything,
        webhook_secret,
        webhook_pause,
        strict,
        accept_unreadable,
    )
    return run_server(settings, port, _check_skills(skills))


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
    strict: bool = True,
    accept_unreadable: bool | None = None,
) -> ServerApp:
    """Return the mock server as an ASGI application, for use without sockets.

    Its attribute `server` is the `Server`; `app.server.close()` releases memory and temporary
    files. Faults that break the connection raise the httpx exceptions that a client would raise.

    Args:
        api_key: The only API key that is accepted; by default any key is.
        reject_keys: API keys that get a 401.
        polls: The number of polls that take an execution from pending over running to completed;
            0 completes it at submission.
        completes_after: The number of seconds until it completes, instead of `polls`.
        chat_polls: Respond to chats with a 303; the completion is at its Location after so many
            polls. By default chats are completed immediately.
        queues_everything: Queue jobs even if `batch` is false, as the service does under load.
        skills: Skills to store at the start: names, or paths of skill directories.
        webhook_secret: The secret that signs callbacks; by default they have no signature.
        webhook_pause: The number of seconds before the first retry of a callback that was not
            acknowledged; the second retry waits twice as long.
        strict: Whether to refuse what the service would refuse, such as unknown skills.
        accept_unreadable: Whether to accept files that cannot be read, such as made-up bytes in
            tests: empty files, PDFs that cannot be parsed, images that cannot be decoded. By
            default only if `strict` is false.

    Raises:
        DependencyError: The extra `testing` is not installed.
        InputError: A setting is out of range.

    Example:
        >>> import httpx
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
        strict,
        accept_unreadable,
    )
    return Server(settings, skills=_check_skills(skills)).app


def _check_skills(skills: Iterable[str | os.PathLike[str]]) -> Iterable[str | os.PathLike[str]]:
    from vlmrun.errors import InputTypeError

    # A str is an iterable, too, of names with one character.
    if isinstance(skills, (str, os.PathLike)):
        value = str(skills)
        raise InputTypeError(
            f"skills must be a list, got {value!r}", suggestion=f"Pass skills=[{value!r}]"
        )
    return skills


def _settings(
    api_key: str | None,
    reject_keys: Iterable[str],
    polls: int,
    completes_after: float | None,
    chat_polls: int | None,
    queues_everything: bool,
    webhook_secret: str | None,
    webhook_pause: float,
    strict: bool,
    accept_unreadable: bool | None,
) -> ServerSettings:
    from vlmrun.errors import InputError
    from vlmrun.testing.state.callbacks import CallbackSettings
    from vlmrun.testing.state.jobs import Pace
    from vlmrun.testing.state.store import ServerSettings

    if chat_polls is not None and chat_polls < 0:
        raise InputError(f"chat_polls must be 0 or more, got {chat_polls}")
    return ServerSettings(
        api_key,
        frozenset(reject_keys),
        Pace(polls, completes_after),
        chat_polls,
        queues_everything,
        CallbackSettings(webhook_secret, webhook_pause),
        strict,
        accept_unreadable,
    )


def _require_extra() -> None:
    import importlib.util

    from vlmrun.errors import DependencyError

    missing = sorted(name for name in _EXTRA_MODULES if importlib.util.find_spec(name) is None)
    if missing:
        raise DependencyError(
            f"The mock server needs {', '.join(missing)}",
            suggestion="Install the extra: pip install 'vlmrun[testing]'",
        )


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    _require_extra()
    import importlib

    return getattr(importlib.import_module(f"{__name__}.{_MODULES[name]}"), name)
