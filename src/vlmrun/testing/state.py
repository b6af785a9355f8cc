"""What the stand-in server remembers, and the settings that it runs by."""

from __future__ import annotations

import secrets
import threading
import uuid
from collections.abc import Callable
from datetime import datetime
from itertools import count
from time import monotonic
from typing import Any, TypeVar

import attrs
from starlette.exceptions import HTTPException

from vlmrun.testing.blobs import Blob
from vlmrun.testing.callbacks import Callbacks, Delivery
from vlmrun.testing.jobs import Job, Pace, now

T = TypeVar("T")
_serial = count(1)


def new_id() -> str:
    """An id in the form of the service's."""
    return str(uuid.uuid4())


def new_token() -> str:
    """A part of a URL that nobody can guess."""
    return secrets.token_urlsafe(16)


@attrs.frozen
class Settings:
    """What `vlmrun.testing.serve` was called with; its docstring says what each does."""

    api_key: str | None = None
    reject_keys: frozenset[str] = frozenset()
    pace: Pace = attrs.field(factory=Pace)
    chat_polls: int | None = None
    queues_everything: bool = False
    delivery: Delivery = attrs.field(factory=Delivery)


@attrs.define(eq=False)
class File:
    """An upload; one that was only reserved has no content yet and is not listed.

    Attributes:
        verified: Whether it is a file by now.
        lifetime: Seconds that a reserved upload may take to come.
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
    def has_lapsed(self) -> bool:
        """Whether the time for its upload is over."""
        return monotonic() - self.reserved_at > self.lifetime


@attrs.define(eq=False)
class SkillVersion:
    """One version of a skill, with its zip."""

    version: str
    description: str
    archive: bytes
    files: tuple[str, ...]
    schema: Any = None
    created_at: datetime = attrs.field(factory=now)
    token: str = attrs.field(factory=new_token)
    serial: int = attrs.field(factory=lambda: next(_serial))


@attrs.define(eq=False)
class Skill:
    """A stored skill; the last version is the latest."""

    name: str
    versions: list[SkillVersion]
    is_public: bool = False
    id: str = attrs.field(factory=new_id)


@attrs.define(eq=False)
class Agent:
    """One version of an agent."""

    name: str
    version: int
    prompt: str
    json_schema: Any = None
    id: str = attrs.field(factory=new_id)
    created_at: datetime = attrs.field(factory=now)


@attrs.define(eq=False)
class State:
    """All that was created, in order. `lock` guards each look at it and each change.

    A handler that starts a job has `callbacks.watch` post it where its request wants that.
    """

    settings: Settings
    files: dict[str, File] = attrs.field(factory=dict)
    skills: dict[str, Skill] = attrs.field(factory=dict)
    agents: dict[str, Agent] = attrs.field(factory=dict)
    executions: dict[str, Job] = attrs.field(factory=dict)
    predictions: dict[str, Job] = attrs.field(factory=dict)
    on_execute: Callable[..., Any] | None = None
    on_chat: Callable[..., Any] | None = None
    on_predict: Callable[..., Any] | None = None
    lock: Any = attrs.field(factory=threading.RLock)
    callbacks: Callbacks = attrs.field(
        init=False,
        default=attrs.Factory(
            lambda self: Callbacks(self.settings.delivery, self.lock), takes_self=True
        ),
    )
    _tables: dict[str, dict[str, Any]] = attrs.field(factory=dict)

    def table(self, name: str) -> dict[str, Any]:
        """What one handler module alone remembers, by id and in order."""
        with self.lock:
            return self._tables.setdefault(name, {})

    def stored_files(self) -> list[File]:
        """The files that are wholly there, the newest first."""
        with self.lock:
            return [file for file in reversed(self.files.values()) if file.verified]

    def stored_file(self, id: str, name: str = "file_id") -> File:
        """A file that is wholly there.

        Raises:
            HTTPException: 404: there is none; `name` is the argument that asked for it.
        """
        with self.lock:
            file = self.files.get(id)
        if file is None or not file.verified:
            raise HTTPException(404, f"No file has the {name} {id!r}")
        return file

    def close(self) -> None:
        """Give all memory and temporary files back, and break callbacks off."""
        self.callbacks.close()
        with self.lock:
            for file in self.files.values():
                if file.content:
                    file.content.close()
            self.files.clear()


def page(items: list[T], skip: int, limit: int) -> list[T]:
    """A piece of a list."""
    return items[skip : skip + limit]
