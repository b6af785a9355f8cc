"""Zips of skills: taken apart, checked, and made."""

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
from vlmrun.testing.validation import Invalid, problem

_SKILL_FILE = "SKILL.md"
_EPOCH = (1980, 1, 1, 0, 0, 0)

Place = tuple[str | int, ...]


@attrs.frozen
class Bundle:
    """A skill's zip, and what is in it.

    Attributes:
        name: What its SKILL.md says, if anything.
        description: Likewise.
        files: Names of its files.
        schema: Its schema.json, if it has a readable one.
        data: The zip.
    """

    name: str | None
    description: str | None
    files: tuple[str, ...]
    schema: Any
    data: bytes = attrs.field(repr=False)

    @property
    def sha256(self) -> str:
        """The zip's digest."""
        return hashlib.sha256(self.data).hexdigest()


def decode_bundle(text: str, place: Place) -> Bundle:
    """The bundle that a request carries in base64.

    Raises:
        Invalid: It is not base64, or whatever `open_bundle` refuses; `place` is where it stands.
    """
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Invalid([problem(place, f"The bundle is not base64: {error}")]) from None
    return open_bundle(data, place)


def open_bundle(data: bytes, place: Place) -> Bundle:
    """Unpack a bundle and see what is in it.

    Raises:
        Invalid: It is no zip, an unsafe one, or one without SKILL.md at its root.
    """
    with TemporaryDirectory() as folder:
        root = Path(folder) / "skill"
        try:
            paths = skills.unpack(data, root)
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                names = {name.removeprefix("./") for name in archive.namelist()}
            if _SKILL_FILE not in names:
                raise Invalid([problem(place, f"The bundle has no {_SKILL_FILE} at its root")])
            manifest = skills.read(root)
        except VLMRunError as error:
            raise Invalid([problem(place, f"The bundle cannot be used: {error}")]) from None
        files = sorted(path.relative_to(root.resolve()).as_posix() for path in paths)
        schema = _schema(root)
    return Bundle(manifest.name, manifest.description, tuple(files), schema, data)


def _schema(root: Path) -> Any:
    try:
        return json.loads((root / "schema.json").read_bytes())
    except (OSError, ValueError):
        return None


def write_bundle(name: str, description: str, body: str, schema: Any = None) -> Bundle:
    """A bundle of a SKILL.md and, where there is a schema, of a schema.json."""
    # A JSON string is YAML too, whatever stands in it.
    head = f"---\nname: {json.dumps(name)}\ndescription: {json.dumps(description)}\n---\n\n"
    contents = {_SKILL_FILE: f"{head}{body}\n"}
    if schema is not None:
        contents["schema.json"] = json.dumps(schema, indent=2)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in contents.items():
            archive.writestr(zipfile.ZipInfo(path, _EPOCH), text)
    return Bundle(name, description, tuple(contents), schema, buffer.getvalue())
