"""The stand-in server in a test's hands: what it was asked, and what it shall do."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from vlmrun._messages import did_you_mean, short_repr
from vlmrun.errors import InputError, InputTypeError
from vlmrun.skills import bundle as bundle_of
from vlmrun.testing.app import App
from vlmrun.testing.bundles import open_bundle, write_bundle
from vlmrun.testing.callbacks import Callback
from vlmrun.testing.chats import Chat
from vlmrun.testing.contract import load_contract
from vlmrun.testing.domains import Domain
from vlmrun.testing.endpoints import PREFIX, make_application
from vlmrun.testing.faults import Fault
from vlmrun.testing.handlers.agents import store_agent
from vlmrun.testing.handlers.artifacts import make_artifact, store_artifact
from vlmrun.testing.handlers.skills import store_skill
from vlmrun.testing.jobs import COMPLETING, Job, Outcome
from vlmrun.testing.recording import Request
from vlmrun.testing.results import Run
from vlmrun.testing.state import Settings, State, new_id

F = TypeVar("F", bound=Callable[[Run], Any])
C = TypeVar("C", bound=Callable[[Chat], Any])

_STORAGE_OPERATIONS = ("put_object", "get_object")
_IN_PROCESS = "http://vlmrun.test"
_KEPT_REQUESTS = 10_000


class Server:
    """A running stand-in server. All methods may be called from any thread.

    Made by `vlmrun.testing.serve()`; for `vlmrun.testing.asgi_app()` it is the app's `server`.

    Attributes:
        url: What a client takes as its base URL; ends in `/v1`.
        app: The ASGI application.
    """

    def __init__(
        self,
        settings: Settings,
        root_url: str = _IN_PROCESS,
        skills: Iterable[str | os.PathLike[str]] = (),
    ) -> None:
        self._state = State(settings)
        self._contract = load_contract()
        self._lock = threading.Lock()
        self._requests: list[Request] = []
        self._faults: list[Fault] = []
        self.url = root_url + PREFIX
        self.app = App(make_application(self._contract, self._state), self._begin, self)
        for skill in skills:
            self.add_skill(skill)

    @property
    def requests(self) -> list[Request]:
        """The requests that came, oldest first; at most the last 10,000."""
        with self._lock:
            return list(self._requests)

    @property
    def callbacks(self) -> list[Callback]:
        """What was, or would be, posted to a `callback_url`: the last 10,000, oldest first."""
        return self._state.callbacks.records

    def wait_for_callbacks(self, count: int = 1, timeout: float = 10) -> list[Callback]:
        """Wait for callbacks to be acknowledged or given up.

        Args:
            count: How many.
            timeout: Seconds to wait at most.

        Returns:
            All that are over by then, oldest first: `count` or more.

        Raises:
            WaitTimeoutError: Time is up, or the server closes.

        Example:
            >>> execution = client.agent.execute(prompt="Read it", callback_url=url)
            >>> client.executions.wait(execution.id)
            >>> server.wait_for_callbacks()[0].status
            200
        """
        return self._state.callbacks.wait_for(count, timeout)

    def clear(self) -> None:
        """Forget requests, callbacks and the faults that were injected. What was created stays."""
        self._state.callbacks.clear()
        with self._lock:
            self._requests.clear()
            self._faults.clear()

    def inject(self, *faults: Fault) -> None:
        """Let requests that come from now on meet faults.

        Raises:
            InputError: A fault is for an operation that does not exist.
            InputTypeError: Not a `Fault`.

        Example:
            >>> server.inject(Fault("get_execution", status=503, times=2))
        """
        known = [*self._contract.operations, *_STORAGE_OPERATIONS]
        for fault in faults:
            if not isinstance(fault, Fault):
                raise InputTypeError(f"inject takes Fault(...), got {short_repr(fault)}")
            if fault.operation is not None and fault.operation not in known:
                hint = did_you_mean(fault.operation, known)
                raise InputError(f"No operation is named {fault.operation!r}.{hint}")
        with self._lock:
            self._faults += faults

    def on_execute(self, script: F | None) -> F | None:
        """Let a function say what executions answer with, from now on. Also for use as a decorator.

        Args:
            script: Gets the `Run`, in a thread of its own, when it is submitted. What it returns is
                the response; an `Outcome` is that and more; what it raises fails the execution.
                None brings the default back.

        Example:
            >>> server.on_execute(lambda run: {"total": 12.5})
            >>> server.on_execute(lambda run: Outcome(statuses=["enqueued", "paused"]))
        """
        self._state.on_execute = _checked_script("on_execute", script)
        return script

    def on_chat(self, script: C | None) -> C | None:
        """Let a function say what chats answer with, from now on. Also for use as a decorator.

        Args:
            script: Gets the `Chat`, in a thread of its own. A text that it returns is the answer's
                content, anything else becomes its JSON. What it raises is a 500, a starlette
                `HTTPException` its status. None brings the default back.

        Example:
            >>> server.on_chat(lambda chat: {"total": 12.5})
        """
        self._state.on_chat = _checked_script("on_chat", script)
        return script

    def on_predict(self, script: F | None) -> F | None:
        """Let a function say what predictions answer with; the same as `on_execute` for them.

        Args:
            script: Gets the `Run` of each generate, execute and schema of images, documents, sound
                and videos.

        Example:
            >>> server.on_predict(lambda run: {"invoice_id": "7"})
        """
        self._state.on_predict = _checked_script("on_predict", script)
        return script

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
            name: Such as "document.contract".
            json_schema: The schema of its answers.
            description: What it is for.
            inputs: What it reads: "image", "document", "audio", "video".

        Example:
            >>> server.add_domain("document.contract", Contract.model_json_schema())
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
            skill: A name, for a skill that consists of its SKILL.md alone; or a `Path` to the
                skill's directory.
            version: Such as "20260219-abc123"; by default one is made in this form.
            name: In place of the directory's SKILL.md's.
            description: Likewise.

        Returns:
            The version.

        Raises:
            MissingFileError: The directory is not there, or has no SKILL.md.
        """
        if isinstance(skill, str):
            text = description or f"The skill {skill}"
            bundle = write_bundle(skill, text, f"# {skill}")
        else:
            bundle = open_bundle(bundle_of(skill).data, ("skill",))
        named = name or bundle.name or os.path.basename(os.path.abspath(skill))
        text = description or bundle.description or ""
        return store_skill(self._state, named, text, bundle, version).versions[-1].version

    def add_agent(self, name: str, prompt: str = "", json_schema: Any = None) -> str:
        """Create an agent, and return its id."""
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
        """Create a prediction, and return its id.

        Args:
            response: What it answers with once it is completed; any JSON.
            statuses: What it goes through as it is polled; the last stays.
            domain: Its domain.
            message: Its `usage.message` at its end.
            usage: Further fields of its usage at its end.
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
        """Store an artifact of an execution or a session, and return its id.

        Args:
            namespace_id: The id of the execution or the session; there need not be one.
            content: Its bytes; a text for the URL of a `url_` artifact.
            object_id: Such as "img_0a1b2c"; by default made of the content.
            filename: Its name in the agent's workspace.
            source: Where it is said to be kept.
            media_type: How it is served; by default by its id and first bytes.
        """
        artifact = make_artifact(namespace_id, content, object_id, filename, source, media_type)
        return store_artifact(self._state, namespace_id, artifact)

    def close(self) -> None:
        """Give memory and temporary files back, and break callbacks off."""
        self._state.close()

    def _begin(self, request: Request) -> Fault | None:
        with self._lock:
            self._requests.append(request)
            del self._requests[:-_KEPT_REQUESTS]
            return next((fault for fault in self._faults if fault.meets(request)), None)


def _checked_script(name: str, script: Any) -> Any:
    if script is not None and not callable(script):
        raise InputTypeError(f"{name} takes a function or None, got {short_repr(script)}")
    return script
