"""Skill bundles: decode, check and create the zip archives of skills."""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import json
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import attrs

from vlmrun import skills
from vlmrun.errors import VLMRunError
from vlmrun.testing.contract.request_validation import invalid_request

_SKILL_FILE = "SKILL.md"
# The earliest time that a zip can store; a fixed one makes equal skills equal bytes.
_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)

Location = tuple[str | int, ...]


@attrs.frozen
class SkillBundle:
    """The zip archive of a skill, and its contents.

    Attributes:
        name: The name in its SKILL.md, if any.
        description: The description in its SKILL.md, if any.
        files: The names of its files.
        schema: The content of its schema.json, if there is one and it is valid JSON.
        data: The archive.
    """

    name: str | None
    description: str | None
    files: tuple[str, ...]
    schema: Any
    data: bytes = attrs.field(repr=False)

    @property
    def sha256(self) -> str:
        """The SHA-256 of the archive in lower-case hex."""
        return hashlib.sha256(self.data).hexdigest()


def decode_bundle(text: str, location: Location) -> SkillBundle:
    """Decode a bundle that a request contains in base64.

    Raises:
        InvalidRequest: It is not base64, or `open_bundle` rejects it; `location` is its location
            in the request.
    """
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise invalid_request(location, f"The bundle is not base64: {error}") from None
    return open_bundle(data, location)


def open_bundle(data: bytes, location: Location) -> SkillBundle:
    """Unpack a bundle and read its SKILL.md and schema.json.

    Raises:
        InvalidRequest: It is not a zip archive, it is unsafe, or it has no SKILL.md at its root.
    """
    # Unpacked with the function that users call, which rejects unsafe paths and zip bombs.
    with TemporaryDirectory() as folder:
        root = Path(folder) / "skill"
        try:
            paths = skills.unpack(data, root)
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                names = {name.removeprefix("./") for name in archive.namelist()}
            if _SKILL_FILE not in names:
                message = f"The bundle has no {_SKILL_FILE} at its root"
                raise invalid_request(location, message)
            manifest = skills.read(root)
        except VLMRunError as error:
            message = f"The bundle cannot be used: {error}"
            raise invalid_request(location, message) from None
        files = sorted(path.relative_to(root.resolve()).as_posix() for path in paths)
        schema = _read_schema(root)
    return SkillBundle(manifest.name, manifest.description, tuple(files), schema, data)


def _read_schema(root: Path) -> Any:
    try:
        return json.loads((root / "schema.json").read_bytes())
    except (OSError, ValueError):
        return None


def create_bundle(name: str, description: str, body: str, schema: Any = None) -> SkillBundle:
    """Create a bundle with a SKILL.md and, if there is a schema, a schema.json."""
    # Every JSON string is a valid YAML scalar, so json.dumps does the quoting.
    head = f"---\nname: {json.dumps(name)}\ndescription: {json.dumps(description)}\n---\n\n"
    contents = {_SKILL_FILE: f"{head}{body}\n"}
    if schema is not None:
        contents["schema.json"] = json.dumps(schema, indent=2)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in contents.items():
            archive.writestr(zipfile.ZipInfo(path, _ZIP_EPOCH), text)
    return SkillBundle(name, description, tuple(contents), schema, buffer.getvalue())
