"""Artifacts: those that a test put there, by itself or as part of a run's outcome."""

from __future__ import annotations

import hashlib
import mimetypes
import re
from collections.abc import Mapping
from typing import Any

import attrs
from starlette.exceptions import HTTPException
from starlette.responses import Response

from vlmrun.testing.handlers.call import Call
from vlmrun.testing.state import State
from vlmrun.testing.validation import Invalid, problem

__all__ = ["get_artifact", "list_artifacts"]

_TYPES = {"vid": "video/mp4", "aud": "audio/mpeg", "doc": "application/pdf", "url": "text/plain"}
_UNKNOWN_TYPE = "application/octet-stream"


@attrs.frozen(eq=False)
class Artifact:
    """An artifact of a session or an execution."""

    object_id: str
    content: bytes
    filename: str | None = None
    source: str = "store"
    media_type: str = _UNKNOWN_TYPE

    def as_json(self) -> dict[str, Any]:
        """Its JSON in a list."""
        return {"object_id": self.object_id, "filename": self.filename, "source": self.source}


def get_artifact(call: Call) -> Response:
    """The bytes of an artifact; 404 until the run that makes it has ended."""
    namespace = _namespace(call)
    key = _only(call, "object_id", "filename")
    value = call.parameters[key]
    for artifact in _artifacts(call.state, namespace):
        if getattr(artifact, key) == value:
            return Response(artifact.content, headers={"Content-Type": artifact.media_type})
    raise HTTPException(404, f"{namespace!r} has no artifact with the {key} {value!r}, or not yet")


def list_artifacts(call: Call) -> dict[str, Any]:
    """The artifacts of an execution, or of a session: of these any id is taken."""
    namespace = _namespace(call)
    items = [artifact.as_json() for artifact in _artifacts(call.state, namespace)]
    if not items and "execution_id" in call.parameters:
        with call.state.lock:
            if namespace not in call.state.executions:
                raise HTTPException(404, f"No execution has the id {namespace!r}")
    return {"namespace_id": namespace, "items": items}


def store_artifact(state: State, namespace: str, artifact: Artifact) -> str:
    """Keep an artifact, and return its id."""
    with state.lock:
        state.table("artifacts").setdefault(namespace, []).append(artifact)
    return artifact.object_id


def make_artifact(
    namespace: str,
    content: bytes | str,
    object_id: str | None = None,
    filename: str | None = None,
    source: str = "store",
    media_type: str | None = None,
) -> Artifact:
    """An artifact, with what was not given made of what was."""
    data = content.encode() if isinstance(content, str) else bytes(content)
    if object_id is None:
        kind = media_type or mimetypes.guess_type(filename or "")[0] or _media_type("", data)
        text = f"{namespace} {filename}".encode()
        object_id = f"{_prefix(kind)}_{hashlib.sha256(text + data).hexdigest()[:6]}"
    prefix = object_id.partition("_")[0]
    return Artifact(object_id, data, filename, source, media_type or _media_type(prefix, data))


def _artifacts(state: State, namespace: str) -> list[Artifact]:
    with state.lock:
        stored = list(state.table("artifacts").get(namespace, []))
        job = state.executions.get(namespace)
        made: Mapping[str, bytes | str] = {}
        if job is not None and job.as_json()["status"] == "completed":
            made = job.outcome.artifacts
    for name, content in made.items():
        is_id = re.fullmatch(r"[a-z]+_\w{6}", name)
        names = {"object_id": name} if is_id else {"filename": name, "source": "workspace"}
        stored.append(make_artifact(namespace, content, **names))
    return stored


def _namespace(call: Call) -> str:
    return str(call.parameters[_only(call, "session_id", "execution_id")])


def _only(call: Call, *names: str) -> str:
    given = [name for name in names if name in call.parameters]
    if len(given) != 1:
        raise Invalid([problem(["query"], f"Give exactly one of {' and '.join(names)}")])
    return given[0]


def _media_type(prefix: str, data: bytes) -> str:
    if data.startswith(b"\x89PNG"):
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    return _TYPES.get(prefix, _UNKNOWN_TYPE)


def _prefix(media_type: str) -> str:
    kind = media_type.partition("/")[0]
    return {"image": "img", "video": "vid", "audio": "aud"}.get(kind, "doc")
