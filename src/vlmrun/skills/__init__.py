"""Skills as directories: read a SKILL.md, validate, bundle and unpack. Nothing is sent.

Example:
    >>> from vlmrun import skills
    >>> skills.validate("examples/skills/invoice-extraction", strict=True)
    []
    >>> bundled = skills.bundle("examples/skills/invoice-extraction", exclude=["drafts/"])
    >>> bundled.files, bundled.left_out
    (('SKILL.md', 'schema.json'), ())
    >>> paths = skills.unpack(bundled.data, "copy-of-invoice-extraction")
"""

from __future__ import annotations

from vlmrun._files.excludes import DEFAULT_EXCLUDES
from vlmrun._files.selection import LeftOut
from vlmrun.skills.bundling import Bundle, bundle, hash_directory
from vlmrun.skills.findings import Finding, SkillWarning
from vlmrun.skills.manifest import SkillManifest, read
from vlmrun.skills.request_parts import (
    bundle_from_directory,
    inline_parts,
    parse_skill_frontmatter,
    stored_parts,
)
from vlmrun.skills.unpacking import check_target, unpack
from vlmrun.skills.validation import validate

__all__ = [
    "DEFAULT_EXCLUDES",
    "Bundle",
    "Finding",
    "LeftOut",
    "SkillManifest",
    "SkillWarning",
    "bundle",
    "bundle_from_directory",
    "check_target",
    "hash_directory",
    "inline_parts",
    "parse_skill_frontmatter",
    "read",
    "stored_parts",
    "unpack",
    "validate",
]
