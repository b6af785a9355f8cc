"""Artifacts: those that a test added, or that are part of the outcome of an execution."""

from __future__ import annotations

import hashlib
import mimetypes
import re
from collections.abc import Mapping
from typing import Any

import attrs
from starlette.exceptions import HTTPException
from starlette.responses import Response

from vlmrun.testing.contract.request_validation import invalid_request
from vlmrun.testing.generation.placeholder_files import placeholder_for
from vlmrun.testing.handlers.request import HandlerRequest
from vlmrun.testing.state.store import State
from vlmrun.types.jobs import IS_FINAL

__all__ = ["get_artifact", "list_artifacts"]

# The prefix of an id says what kind of object it is.
_TYPES = {"vid": "video/mp4", "aud": "audio/mpeg", "doc": "application/pdf", "url": "text/plain"}
_DEFAULT_TYPE = "application/octet-stream"


@attrs.frozen(eq=False)
class StoredArtifact:
    """An artifact of a session or an execution."""

    object_id: str
    content: bytes
    filename: str | None = None
    source: str = "store"
    media_type: str = _DEFAULT_TYPE

    def as_json(self) -> dict[str, Any]:
        """Return the JSON of an artifact in a list."""
        return {"object_id": self.object_id, "filename": self.filename, "source": self.source}


def get_artifact(request: HandlerRequest) -> Response:
    """Return the content of an artifact; 404 until the execution that creates it is completed.

    A server that is not strict returns a placeholder for an unknown artifact.
    """
    namespace = _namespace(request)
    key = _only_one(request, "object_id", "filename")
    value = request.parameters[key]
    for artifact in _artifacts(request.state, namespace):
        if getattr(artifact, key) == value:
            return _response(artifact)
    if _is_final(request.state, namespace) and request.accepts_unknown(f"The artifact {value!r}"):
        prefix = value.partition("_")[0] if key == "object_id" else ""
        return _response(create_artifact(namespace, placeholder_for(prefix), value))
    raise HTTPException(404, f"{namespace!r} has no artifact with the {key} {value!r}, or not yet")


def list_artifacts(request: HandlerRequest) -> dict[str, Any]:
    """List the artifacts of an execution or of a session. Any session id is valid."""
    namespace = _namespace(request)
    items = [artifact.as_json() for artifact in _artifacts(request.state, namespace)]
    if not items and "execution_id" in request.parameters:
        with request.state.lock:
            if namespace not in request.state.executions:
                raise HTTPException(404, f"No execution has the id {namespace!r}")
    return {"namespace_id": namespace, "items": items}


def store_artifact(state: State, namespace: str, artifact: StoredArtifact) -> str:
    """Store an artifact and return its id."""
    with state.lock:
        state.table("artifacts").setdefault(namespace, []).append(artifact)
    return artifact.object_id


def create_artifact(
    namespace: str,
    content: bytes | str,
    object_id: str | None = None,
    filename: str | None = None,
    source: str = "store",
    media_type: str | None = None,
) -> StoredArtifact:
    """Create an artifact; the id and media type are derived from the content by default."""
    data = content.encode() if isinstance(content, str) else bytes(content)
    if object_id is None:
        guess = media_type or mimetypes.guess_type(filename or "")[0] or _media_type("", data)
        seed = f"{namespace} {filename}".encode()
        object_id = f"{_prefix(guess)}_{hashlib.sha256(seed + data).hexdigest()[:6]}"
    prefix = object_id.partition("_")[0]
    return StoredArtifact(
        object_id, data, filename, source, media_type or _media_type(prefix, data)
    )


def _response(artifact: StoredArtifact) -> Response:
    return Response(artifact.content, headers={"Content-Type": artifact.media_type})


def _is_final(state: State, namespace: str) -> bool:
    """Return whether no execution is running that could still create the artifact."""
    with state.lock:
        job = state.executions.get(namespace)
        return job is None or bool(IS_FINAL.get(job.as_json()["status"]))


def _artifacts(state: State, namespace: str) -> list[StoredArtifact]:
    with state.lock:
        stored = list(state.table("artifacts").get(namespace, []))
        job = state.executions.get(namespace)
        created: Mapping[str, bytes | str] = {}
        # `as_json` does not count as a poll.
        if job is not None and job.as_json()["status"] == "completed":
            created = job.outcome.artifacts
    for name, content in created.items():
        is_id = re.fullmatch(r"[a-z]+_\w{6}", name)
        names = {"object_id": name} if is_id else {"filename": name, "source": "workspace"}
        stored.append(create_artifact(namespace, content, **names))
    return stored


def _namespace(request: HandlerRequest) -> str:
    return str(request.parameters[_only_one(request, "session_id", "execution_id")])


def _only_one(request: HandlerRequest, *names: str) -> str:
    present = [name for name in names if name in request.parameters]
    if len(present) != 1:
        raise invalid_request(["query"], f"Pass exactly one of {' and '.join(names)}")
    return present[0]


def _media_type(prefix: str, data: bytes) -> str:
    if data.startswith(b"\x89PNG"):
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    return _TYPES.get(prefix, _DEFAULT_TYPE)


def _prefix(media_type: str) -> str:
    main_type = media_type.partition("/")[0]
    return {"image": "img", "video": "vid", "audio": "aud"}.get(main_type, "doc")
