"""Presigned URLs of uploads, files and skills. `http/object_storage.py` serves them."""

from __future__ import annotations

from vlmrun.testing.state.store import File, SkillVersion, State


def upload_url(base_url: str, file: File) -> str:
    """Return the URL that accepts the PUT of a reserved upload."""
    return f"{base_url}storage/uploads/{file.token}"


def file_url(base_url: str, file: File) -> str:
    """Return the public URL of a file."""
    return f"{base_url}storage/files/{file.token}"


def skill_url(base_url: str, version: SkillVersion) -> str:
    """Return the public URL of the zip archive of a skill."""
    return f"{base_url}storage/skills/{version.token}"


def file_of_url(state: State, base_url: str, url: str) -> File | None:
    """Return the file of a URL from `file_url`, or None for any other URL."""
    token = url.removeprefix(f"{base_url}storage/files/")
    with state.lock:
        return next((file for file in state.stored_files() if file.token == token), None)
