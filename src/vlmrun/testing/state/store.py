"""The state of a mock server: its settings, and everything that was created on it."""

from __future__ import annotations

import secrets
import threading
import uuid
from collections.abc import Callable
from datetime import datetime
from itertools import count
from time import monotonic
from typing import Any

import attrs
from starlette.exceptions import HTTPException

from vlmrun.testing.state.blobs import Blob
from vlmrun.testing.state.callbacks import CallbackDelivery, CallbackSettings
from vlmrun.testing.state.jobs import Job, Pace, now

# Versions of one second have equal timestamps, so lists are sorted by this number.
_serial = count(1)


def new_id() -> str:
    """Return a new id in the format of the service's ids."""
    return str(uuid.uuid4())


def new_token() -> str:
    """Return an unguessable part of a URL."""
    return secrets.token_urlsafe(16)


@attrs.frozen
class ServerSettings:
    """The settings of `vlmrun.testing.serve`, which documents them."""

    api_key: str | None = None
    reject_keys: frozenset[str] = frozenset()
    pace: Pace = attrs.field(factory=Pace)
    chat_polls: int | None = None
    queues_everything: bool = False
    callbacks: CallbackSettings = attrs.field(factory=CallbackSettings)
    strict: bool = True
    accept_unreadable: bool | None = None

    @property
    def refuses_unreadable(self) -> bool:
        """Whether to refuse files that cannot be read."""
        return self.strict if self.accept_unreadable is None else not self.accept_unreadable


@attrs.define(eq=False)
class File:
    """An uploaded file, or a reserved upload, which has no content yet and is not listed.

    Attributes:
        verified: Whether the upload is complete. Only then is it a file.
        lifetime: Seconds within which a reserved upload must arrive.
    """

    filename: str
    purpose: str
    media_type: str
    content: Blob | None = None
    verified: bool = False
    lifetime: int = 0
    id: str = attrs.field(factory=new_id)
    token: str = attrs.field(factory=new_token)
    created_at: datetime = attrs.field(factory=now)
    reserved_at: float = attrs.field(factory=monotonic)

    @property
    def has_expired(self) -> bool:
        """Whether the presigned URL of a reserved upload has expired."""
        return monotonic() - self.reserved_at > self.lifetime


@attrs.define(eq=False)
class SkillVersion:
    """One version of a skill, with its zip archive. Each version has an id of its own.

    Attributes:
        is_placeholder: Whether nobody stored it: a request referred to it.
    """

    version: str
    description: str
    archive: bytes
    files: tuple[str, ...]
    schema: Any = None
    is_placeholder: bool = False
    id: str = attrs.field(factory=new_id)
    created_at: datetime = attrs.field(factory=now)
    token: str = attrs.field(factory=new_token)
    serial: int = attrs.field(factory=lambda: next(_serial))


@attrs.define(eq=False)
class Skill:
    """A stored skill; its last version is the latest one."""

    name: str
    versions: list[SkillVersion]
    is_public: bool = False
    id: str = attrs.field(factory=new_id)


@attrs.define(eq=False)
class StoredAgent:
    """One version of an agent.

    Attributes:
        is_placeholder: Whether nobody created it: a request referred to it.
    """

    name: str
    version: str
    prompt: str
    json_schema: Any = None
    is_placeholder: bool = False
    id: str = attrs.field(factory=new_id)
    created_at: datetime = attrs.field(factory=now)


@attrs.define(eq=False)
class State:
    """Everything that was created, in order. Hold `lock` for each read and each change.

    A handler that starts a job calls `callbacks.watch`, which posts it when it ends.
    """

    settings: ServerSettings
    files: dict[str, File] = attrs.field(factory=dict)
    skills: dict[str, Skill] = attrs.field(factory=dict)
    agents: dict[str, StoredAgent] = attrs.field(factory=dict)
    executions: dict[str, Job] = attrs.field(factory=dict)
    predictions: dict[str, Job] = attrs.field(factory=dict)
    on_execute: Callable[..., Any] | None = None
    on_chat: Callable[..., Any] | None = None
    on_predict: Callable[..., Any] | None = None
    on_decide: Callable[..., Any] | None = None
    on_frame: Callable[..., Any] | None = None
    session_limits: Any = None
    # Reentrant: handlers hold it while they call methods that take it as well.
    lock: Any = attrs.field(factory=threading.RLock)
    callbacks: CallbackDelivery = attrs.field(
        init=False,
        default=attrs.Factory(
            lambda self: CallbackDelivery(self.settings.callbacks, self.lock), takes_self=True
        ),
    )
    # A new resource needs no change of this class.
    _tables: dict[str, dict[str, Any]] = attrs.field(factory=dict)

    def table(self, name: str) -> dict[str, Any]:
        """Return the objects of one handler module, by id and in order."""
        with self.lock:
            return self._tables.setdefault(name, {})

    def stored_files(self) -> list[File]:
        """Return all complete files, newest first."""
        with self.lock:
            return [file for file in reversed(self.files.values()) if file.verified]

    def stored_file(self, id: str, argument: str = "file_id") -> File:
        """Return a complete file.

        Raises:
            HTTPException: 404, no file has this id; `argument` names it in the message.
        """
        with self.lock:
            file = self.files.get(id)
        if file is None or not file.verified:
            raise HTTPException(404, f"No file has the {argument} {id!r}")
        return file

    def close(self) -> None:
        """Release all memory and temporary files, and cancel callbacks."""
        self.callbacks.close()
        with self.lock:
            for file in self.files.values():
                if file.content:
                    file.content.close()
            self.files.clear()
