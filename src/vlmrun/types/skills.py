"""Skills: references to stored skills, inline skills, and the stored skills of the service."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Literal

from vlmrun._displayed import Displayed
from vlmrun.errors import InputError
from vlmrun.types._base import Model, Received
from vlmrun.types._fields import secret
from vlmrun.types.jobs import JobStatus

if TYPE_CHECKING:
    from typing_extensions import Self

    from vlmrun._cards import Card

__all__ = [
    "AgentSkill",
    "InlineSkillSource",
    "SkillDownloadResponse",
    "SkillInfo",
    "SkillOrder",
]

SkillOrder = Literal["created_at", "updated_at", "name"]

_REFERENCE_REMEDY = (
    "Pass AgentSkill(skill_name=...), AgentSkill(skill_id=...) or from_directory(path)"
)


class InlineSkillSource(Model):
    """The files of an inline skill: a base64-encoded zip with SKILL.md at its root.

    Attributes:
        type: "base64", the only encoding.
        media_type: "application/zip", the only type of archive.
        data: The zip, in base64.
    """

    type: Literal["base64"] = "base64"
    media_type: Literal["application/zip"] = "application/zip"
    data: str = secret()

    def _verify(self) -> None:
        if not self.data:
            raise InputError("InlineSkillSource.data is empty; it must be a zip in base64")


class AgentSkill(Model, Displayed):
    """A skill for an agent: a reference to a stored skill, or an inline skill.

    Attributes:
        type: "skill_reference" or "inline"; by default derived from the other fields.
        skill_id: The id of a stored skill; takes precedence over `skill_name`.
        skill_name: The name of a stored skill.
        skill_version: The version of a stored skill; the service's default is the latest.
        name: The name of an inline skill.
        description: The description of an inline skill.
        source: The files of an inline skill.
        bundle: The old name of `source`: the zip in base64.

    `version=` is the old name of `skill_version=`, which takes precedence. Skills cannot be
    changed: an inline skill gets its `source` when it is created.

    Raises:
        InputError: There is neither id nor name, the skill is both a reference and inline, or an
            inline skill has no `source`.
        InputTypeError: A field does not exist; the message suggests a similar one.

    Example:
        >>> AgentSkill(skill_name="invoices", skill_version="20260219-abc123").to_dict()
        {'type': 'skill_reference', 'skill_name': 'invoices', 'skill_version': '20260219-abc123'}
    """

    type: Literal["skill_reference", "inline"] = "skill_reference"
    skill_id: str | None = None
    skill_name: str | None = None
    skill_version: str | None = None
    name: str | None = None
    description: str | None = None
    source: InlineSkillSource | None = None
    bundle: str | None = secret(default=None)

    @classmethod
    def from_directory(
        cls,
        path: str | os.PathLike[str],
        *,
        name: str | None = None,
        description: str | None = None,
        exclude: Iterable[str] = (),
    ) -> AgentSkill:
        """Create an inline skill from a directory with a SKILL.md.

        Args:
            path: The directory.
            name: Replaces the name in SKILL.md. If there is neither, the directory's name is used.
            description: Replaces the description in SKILL.md; empty if there is neither.
            exclude: Globs of further files to leave out. Version control, caches, virtual
                environments, `.env*` and others in `vlmrun.skills.DEFAULT_EXCLUDES` are always left
                out.

        Raises:
            MissingFileError: There is no such directory, or no SKILL.md in it (also a
                `FileNotFoundError`).
            InputError: A link leads out of the directory.

        Warns:
            vlmrun.skills.SkillWarning: The front matter has a problem; see
                `vlmrun.skills.validate(path)`.

        Example:
            >>> skill = AgentSkill.from_directory("examples/skills/patient-referral")
            >>> skill.name, skill.is_inline
            ('patient-referral', True)
        """
        from vlmrun.skills import inline_parts

        name, description, data = inline_parts(path, name, description, exclude)
        return cls(
            type="inline",
            name=name,
            description=description,
            source=InlineSkillSource(data=data),
        )

    @classmethod
    def _normalized(cls, values: dict[str, Any]) -> dict[str, Any]:
        values = super()._normalized(values)
        version = values.pop("version", None)
        # As in the official SDK, the new name takes precedence.
        if version is not None and values.get("skill_version") is None:
            values["skill_version"] = version
        if values.get("source") is not None or values.get("bundle") is not None:
            values.setdefault("type", "inline")
        if values.get("type") == "inline":
            # Only stored skills have versions, but dumps of the official SDK have "latest" here.
            values.pop("skill_version", None)
        return values

    def _verify(self) -> None:
        referenced = bool(self.skill_id or self.skill_name)
        if self.inline_data is not None and referenced:
            raise InputError(
                "AgentSkill is inline (source) and referenced "
                f"({self.skill_id or self.skill_name!r}) at once; pass one of the two"
            )
        if self.is_inline and self.inline_data is None:
            remedy = (
                "AgentSkill.from_directory(path) creates it; a skill cannot be changed later, so "
                "pass all of its fields at once"
            )
            raise InputError("AgentSkill(type='inline') needs source=...", suggestion=remedy)
        if not self.is_inline and self.inline_data is not None:
            raise InputError("AgentSkill with source=... must have type='inline'")
        if not self.is_inline and not referenced:
            message = "AgentSkill needs skill_id=... or skill_name=..."
            remedy = _REFERENCE_REMEDY
            if self.name:
                message += f", got name={self.name!r}, which is that of an inline skill"
                remedy = f"AgentSkill(skill_name={self.name!r}) refers to a stored skill"
            raise InputError(message, suggestion=remedy)

    @classmethod
    def _how_to_pass(cls, value: Any) -> str | None:
        if isinstance(value, os.PathLike) or (isinstance(value, str) and "/" in value):
            return f"Pass AgentSkill.from_directory({str(value)!r})"
        if isinstance(getattr(value, "id", None), str):  # a stored skill
            return "Pass AgentSkill(skill_id=x.id)"
        return super()._how_to_pass(value)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy.

        Args:
            update: Fields to replace; `version` is the old name of `skill_version` here, too.
            deep: Copy nested values too.
        """
        if update and "version" in update:
            update = {"skill_version": update["version"], **update}
        return super().model_copy(update=update, deep=deep)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON data that is sent: all fields that are set, with `bundle` as `source`."""
        sent = super().to_dict()
        if "bundle" in sent:
            source = InlineSkillSource(data=sent.pop("bundle"))
            sent.setdefault("source", source.to_dict())
        return sent

    @classmethod
    def _example_field(cls) -> str:
        return "skill_name"

    def _card(self) -> Card:
        from vlmrun._cards import Card

        names = ("type", "skill_id", "skill_version", "description")
        facts = [(name, getattr(self, name)) for name in names]
        if self.inline_data is not None:
            facts.append(("source", f"{len(self.inline_data)} characters of base64"))
        return Card(f"Skill {self.effective_name}", facts)

    @property
    def is_inline(self) -> bool:
        """Whether the skill's files are sent with the request."""
        return self.type == "inline"

    @property
    def inline_data(self) -> str | None:
        """The base64-encoded zip, or None for a reference."""
        return self.source.data if self.source else self.bundle

    @property
    def effective_skill_id(self) -> str | None:
        """The id or else the name; for an inline skill, an id derived from its content."""
        if self.is_inline:
            return f"inline_{sha256((self.inline_data or '').encode()).hexdigest()[:16]}"
        return self.skill_id or self.skill_name

    @property
    def effective_name(self) -> str | None:
        """The name to display: that of an inline skill, or else the reference."""
        return (self.name or "inline") if self.is_inline else (self.skill_name or self.skill_id)

    @property
    def effective_description(self) -> str:
        """The description, or an empty str."""
        return self.description or ""


class SkillInfo(Received, Displayed):
    """A stored skill. `skill_id` and `version` are other names of `id` and `skill_version`."""

    id: str
    name: str
    description: str | None = None
    skill_version: str | None = None
    skill_uri: str | None = None
    is_public: bool | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    status: JobStatus | str | None = None

    @classmethod
    def _normalized(cls, values: dict[str, Any]) -> dict[str, Any]:
        values = super()._normalized(values)
        version = values.pop("version", None)
        if version is not None:
            values.setdefault("skill_version", version)
        return values

    def _card(self) -> Card:
        from vlmrun._cards import Card

        names = ("id", "skill_version", "status", "is_public", "created_at", "description")
        return Card(f"Skill {self.name}", [(name, getattr(self, name)) for name in names])

    @property
    def skill_id(self) -> str:
        """The same as `id`, under the name that an `AgentSkill` has for it."""
        return self.id

    @property
    def version(self) -> str | None:
        """The old name of `skill_version`."""
        return self.skill_version


class SkillDownloadResponse(Received):
    """The URL of a stored skill's zip, and its lifetime in seconds."""

    download_url: str = secret()
    expires_in: int | None = None
    id: str | None = None
    name: str | None = None
    skill_version: str | None = None
