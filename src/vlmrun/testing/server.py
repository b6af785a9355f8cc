"""`Server`, the control object of a mock server: requests, faults, scripts, stored data."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

import attrs

from vlmrun._messages import did_you_mean, short_repr
from vlmrun.errors import InputError, InputTypeError
from vlmrun.skills import bundle as bundle_directory
from vlmrun.testing.contract.openapi import load_contract
from vlmrun.testing.faults import Fault
from vlmrun.testing.generation.chat_completions import Chat
from vlmrun.testing.generation.decisions import Decision
from vlmrun.testing.generation.job_outcomes import Run
from vlmrun.testing.generation.session_frames import Frame, SessionLimits
from vlmrun.testing.handlers.agents import store_agent
from vlmrun.testing.handlers.artifacts import create_artifact, store_artifact
from vlmrun.testing.handlers.skills import store_skill
from vlmrun.testing.http.asgi_app import App
from vlmrun.testing.http.router import create_router
from vlmrun.testing.http.session_routes import SESSION_OPERATIONS
from vlmrun.testing.http.uvicorn_server import HOST, listen, serve_app
from vlmrun.testing.recorded_requests import Request
from vlmrun.testing.state.callbacks import Callback
from vlmrun.testing.state.domains import Domain
from vlmrun.testing.state.jobs import COMPLETING, Job, Outcome
from vlmrun.testing.state.skill_bundles import create_bundle, open_bundle
from vlmrun.testing.state.store import ServerSettings, State, new_id

F = TypeVar("F", bound=Callable[[Run], Any])
C = TypeVar("C", bound=Callable[[Chat], Any])
D = TypeVar("D", bound=Callable[[Decision], Any])
G = TypeVar("G", bound=Callable[[Frame], Any])

_STORAGE_OPERATIONS = ("put_object", "get_object")
# The top-level domain .test is reserved and never resolves
# (https://www.rfc-editor.org/rfc/rfc6761#section-6.2).
_IN_PROCESS_URL = "http://vlmrun.test"
_MAX_REQUESTS = 10_000


class ServerApp(App):
    """The mock server as an ASGI application.

    Attributes:
        server: Its `vlmrun.testing.Server`, with requests, faults and scripts.
    """

    server: Server


class Server:
    """A running mock server. All methods may be called from any thread.

    `vlmrun.testing.serve()` returns it; for `vlmrun.testing.asgi_app()` it is `app.server`.

    Attributes:
        url: The base URL for clients; ends with the path of the contract's server, `/v1`.
        gateway_url: The gateway's base URL for clients.
        app: The ASGI application.
        on_response: Called with each `Request` after its response, in the thread of the server;
            None by default.
    """

    def __init__(
        self,
        settings: ServerSettings,
        root_url: str = _IN_PROCESS_URL,
        skills: Iterable[str | os.PathLike[str]] = (),
    ) -> None:
        self._state = State(settings, session_limits=SessionLimits())
        self._contract = load_contract()
        self._lock = threading.Lock()
        self._requests: list[Request] = []
        self._faults: list[Fault] = []
        self.url = root_url + self._contract.path
        self.gateway_url = root_url + self._contract.gateway_path
        self.on_response: Callable[[Request], Any] | None = None
        self.app = ServerApp(create_router(self._contract, self._state), self._begin, self._end)
        self.app.server = self
        for skill in skills:
            self.add_skill(skill)

    @property
    def requests(self) -> list[Request]:
        """The received requests, oldest first; at most the last 10,000."""
        with self._lock:
            return list(self._requests)

    @property
    def callbacks(self) -> list[Callback]:
        """The callbacks of finished jobs, oldest first; at most the last 10,000."""
        return self._state.callbacks.records

    def wait_for_callbacks(self, count: int = 1, timeout: float = 10) -> list[Callback]:
        """Wait for callbacks to be acknowledged or given up.

        Args:
            count: The number of callbacks.
            timeout: The maximum number of seconds to wait.

        Returns:
            All callbacks that are over by then, oldest first: `count` or more.

        Raises:
            WaitTimeoutError: The timeout expired, or the server was closed.

        Example:
            >>> execution = client.agent.execute(prompt="Read it", callback_url=url)
            >>> client.executions.wait(execution.id)
            >>> print(server.wait_for_callbacks()[0].status)
        """
        return self._state.callbacks.wait_for(count, timeout)

    def clear(self) -> None:
        """Forget requests, callbacks and injected faults. Created objects remain."""
        self._state.callbacks.clear()
        with self._lock:
            self._requests.clear()
            self._faults.clear()

    def inject(self, *faults: Fault) -> None:
        """Inject faults into requests from now on.

        Raises:
            InputError: The operation of a fault does not exist.
            InputTypeError: An argument is not a `Fault`.

        Example:
            >>> server.inject(Fault("get_execution", status=503, times=2))
        """
        known = [*self._contract.operations, *_STORAGE_OPERATIONS, *SESSION_OPERATIONS]
        for fault in faults:
            if not isinstance(fault, Fault):
                raise InputTypeError(f"inject takes Fault objects, got {short_repr(fault)}")
            if fault.operation is not None and fault.operation not in known:
                hint = did_you_mean(fault.operation, known)
                raise InputError(f"No operation is named {fault.operation!r}.{hint}")
        with self._lock:
            self._faults += faults

    def on_execute(self, script: F | None) -> F | None:
        """Let a function return the responses of executions from now on. Also a decorator.

        Args:
            script: Called with the `Run` in a worker thread when an execution is submitted. It
                returns the response, or an `Outcome`; an exception fails the execution. None
                restores the default.

        Example:
            >>> server.on_execute(lambda run: {"total": 12.5})
            >>> server.on_execute(lambda run: Outcome(statuses=["pending", "paused"]))
        """
        self._state.on_execute = _checked_script("on_execute", script)
        return script

    def on_chat(self, script: C | None) -> C | None:
        """Let a function return the content of chat completions from now on. Also a decorator.

        Args:
            script: Called with the `Chat` in a worker thread. It returns the content as a str, or
                any other JSON value, which is serialized. A starlette `HTTPException` sets the
                status of the response, any other exception results in a 500. None restores the
                default.

        Example:
            >>> server.on_chat(lambda chat: {"total": 12.5})
        """
        self._state.on_chat = _checked_script("on_chat", script)
        return script

    def on_predict(self, script: F | None) -> F | None:
        """Let a function return the responses of predictions, as `on_execute` for executions.

        Args:
            script: Called with the `Run` of each generate, execute and schema request for images,
                documents, audio and video.

        Example:
            >>> server.on_predict(lambda run: {"invoice_id": "7"})
        """
        self._state.on_predict = _checked_script("on_predict", script)
        return script

    def on_decide(self, script: D | None) -> D | None:
        """Let a function answer the questions to System One from now on. Also a decorator.

        Args:
            script: Called with the `Decision` in a worker thread. It returns answers by the ids of
                the questions: the probability of yes, the label or the score, or the JSON of an
                answer; questions that it leaves out get even odds. A starlette `HTTPException`
                sets the status of the response, any other exception results in a 500. None
                restores the default.

        Example:
            >>> server.on_decide(lambda decision: {"is_urgent": 0.9, "team": "billing"})
        """
        self._state.on_decide = _checked_script("on_decide", script)
        return script

    def on_frame(self, script: G | None) -> G | None:
        """Let a function return the results of frames of sessions from now on. Also a decorator.

        Args:
            script: Called with the `Frame` in a worker thread. For System One it returns answers as
                the script of `on_decide`, for other models the content of the result; None for the
                default. A `FrameOutcome` drops the frame, lets it fail, or ends the session. None
                restores the default: `on_decide`, or facts.

        Example:
            >>> server.on_frame(lambda frame: {"is_open": frame.number / 100})
            >>> server.on_frame(lambda frame: FrameOutcome.dropped("rate"))
        """
        self._state.on_frame = _checked_script("on_frame", script)
        return script

    def limit_sessions(self, **limits: Any) -> None:
        """Set the limits of sessions that are opened from now on; the others have their defaults.

        Args:
            **limits: `max_inflight` (default 8), `max_frame_bytes` (5 MiB), `idle_timeout` (30
                seconds), `expires_in` (3600 seconds), `older_dialect` (False).

        Raises:
            InputTypeError: There is no such limit.

        Example:
            >>> server.limit_sessions(max_inflight=1, expires_in=5)
        """
        known = [field.name for field in attrs.fields(SessionLimits)]
        for name in limits:
            if name not in known:
                hint = did_you_mean(name, known)
                raise InputTypeError(f"limit_sessions has no argument {name!r}.{hint}")
        self._state.session_limits = SessionLimits(**limits)

    def add_domain(
        self,
        name: str,
        json_schema: Any,
        *,
        description: str = "",
        inputs: Iterable[str] = (),
    ) -> None:
        """Add a domain, or replace one.

        Args:
            name: For example "document.contract".
            json_schema: The schema of its predictions.
            description: A short description.
            inputs: The supported inputs: "image", "document", "audio", "video".

        Example:
            >>> server.add_domain("document.contract", {"type": "object", "properties": {}})
        """
        domain = Domain(name, json_schema, description, tuple(inputs))
        with self._state.lock:
            self._state.table("domains")[name] = domain

    def add_skill(
        self,
        skill: str | os.PathLike[str],
        version: str | None = None,
        *,
        name: str | None = None,
        description: str = "",
    ) -> str:
        """Store a skill, so that requests can refer to it.

        Args:
            skill: A name, to create a skill with only a SKILL.md; or the `Path` of a skill
                directory.
            version: For example "20260219-abc123"; by default one is generated in this format.
            name: Overrides the name in SKILL.md.
            description: Overrides the description in SKILL.md.

        Returns:
            The version.

        Raises:
            MissingFileError: The directory does not exist, or has no SKILL.md.
        """
        if isinstance(skill, str):
            text = description or f"The skill {skill}"
            bundle = create_bundle(skill, text, f"# {skill}")
        else:
            bundle = open_bundle(bundle_directory(skill).data, ("skill",))
        stored_name = name or bundle.name or os.path.basename(os.path.abspath(skill))
        text = description or bundle.description or ""
        return store_skill(self._state, stored_name, text, bundle, version).versions[-1].version

    def add_agent(self, name: str, prompt: str = "", json_schema: Any = None) -> str:
        """Create an agent and return its id."""
        return store_agent(self._state, name, prompt, json_schema).id

    def add_prediction(
        self,
        response: Any = None,
        *,
        statuses: Iterable[str] = COMPLETING,
        domain: str | None = None,
        message: str | None = None,
        usage: Mapping[str, Any] | None = None,
        id: str | None = None,
    ) -> str:
        """Create a prediction and return its id.

        Args:
            response: The response of the completed prediction; any JSON value.
            statuses: The statuses that it goes through as it is polled; the last is final.
            domain: Its domain.
            message: The `usage.message` of the finished prediction.
            usage: More fields of its usage.
            id: Its id; a new one by default.
        """
        outcome = Outcome(response, list(statuses), message, dict(usage or {}))
        job = Job(id or new_id(), {"domain": domain}, outcome, self._state.settings.pace)
        with self._state.lock:
            self._state.predictions[job.id] = job
        return job.id

    def add_artifact(
        self,
        namespace_id: str,
        content: bytes | str,
        object_id: str | None = None,
        *,
        filename: str | None = None,
        source: str = "store",
        media_type: str | None = None,
    ) -> str:
        """Store an artifact of an execution or a session and return its id.

        Args:
            namespace_id: The id of the execution or session, which need not exist.
            content: The content; a str for the URL of a `url_` artifact.
            object_id: For example "img_0a1b2c"; derived from the content by default.
            filename: Its file name in the agent's workspace.
            source: The `source` in lists of artifacts.
            media_type: Its media type; derived from its id and first bytes by default.
        """
        artifact = create_artifact(namespace_id, content, object_id, filename, source, media_type)
        return store_artifact(self._state, namespace_id, artifact)

    def close(self) -> None:
        """Release memory and temporary files, and cancel callbacks."""
        self._state.close()

    def _begin(self, request: Request) -> Fault | None:
        # One lock for both, so that faults apply in the order of the recorded requests.
        with self._lock:
            self._requests.append(request)
            del self._requests[:-_MAX_REQUESTS]
            return next((fault for fault in self._faults if fault.applies_to(request)), None)

    def _end(self, request: Request) -> None:
        if self.on_response is not None:
            self.on_response(request)


@contextmanager
def run_server(
    settings: ServerSettings, port: int, skills: Iterable[str | os.PathLike[str]]
) -> Iterator[Server]:
    """Run a server on a port of 127.0.0.1, 0 for any free one, until the block ends."""
    # The socket is opened in the thread of the caller, who gets the error if the port is in
    # use, and before the server, whose URLs contain the port.
    with listen(port) as listener:
        server = Server(settings, f"http://{HOST}:{listener.getsockname()[1]}", skills)
        try:
            with serve_app(server.app, listener):
                yield server
        finally:
            server.close()


def _checked_script(name: str, script: Any) -> Any:
    if script is not None and not callable(script):
        raise InputTypeError(f"{name} takes a function or None, got {short_repr(script)}")
    return script
