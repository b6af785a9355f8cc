"""A SKILL.md as text: where its front matter begins and ends, what stands in it, and the body."""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import Any

import attrs

from vlmrun.errors import InputError
from vlmrun.skills.directory import FALLBACK_FILE, SKILL_FILE
from vlmrun.skills.findings import Finding, kind
from vlmrun.skills.yaml_text import YamlFault, load_leniently

_FENCE = "---"


@attrs.frozen
class SkillText:
    """A SKILL.md, taken apart.

    Attributes:
        values: The front matter; None where there is none that can be read.
        body: What follows it, without blank lines around.
        faults: What was wrong with the file and with the front matter as a whole.
        quoted: Keys whose values are YAML only once they are quoted.
    """

    values: dict[str, Any] | None
    body: str
    faults: tuple[Finding, ...] = ()
    quoted: tuple[str, ...] = ()


def read_text(file: Path) -> SkillText:
    """Read a SKILL.md. Nothing in its contents raises; what is wrong is among `faults`.

    Raises:
        InputError: The system does not let it be read.
    """
    try:
        data = file.read_bytes()
    except OSError as error:
        raise InputError(
            f"{file} cannot be read: {error.strerror or error}", suggestion="Check its permissions"
        ) from error
    faults = []
    if file.name == FALLBACK_FILE:
        faults.append(
            Finding("warning", SKILL_FILE, f"is named {file.name}; a bundle stores it as SKILL.md")
        )
    if data.startswith(codecs.BOM_UTF8):
        data = data[len(codecs.BOM_UTF8) :]
        faults.append(
            Finding(
                "warning", SKILL_FILE, "starts with a byte-order mark, which other tools refuse"
            )
        )
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        text = data.decode(errors="replace")
        faults.append(
            Finding("error", SKILL_FILE, f"is not UTF-8 at byte {error.start}; save it as UTF-8")
        )
    taken = _take_apart(text.replace("\r\n", "\n").replace("\r", "\n"))
    return attrs.evolve(taken, faults=(*faults, *taken.faults))


def _take_apart(text: str) -> SkillText:
    lines = text.split("\n")
    if lines[0].rstrip() != _FENCE:
        first = next((line for line in lines if line.strip()), "")
        where = "must start on the first line" if first.rstrip() == _FENCE else "is missing"
        return _unreadable(f"{where}: begin SKILL.md with ---, name:, description:, ---", text)
    end = next((n for n in range(1, len(lines)) if lines[n].rstrip() == _FENCE), None)
    if end is None:
        return _unreadable("is not closed: end it with a line that is just ---", "")
    return _read_values("\n".join(lines[1:end]), "\n".join(lines[end + 1 :]))


def _read_values(text: str, body: str) -> SkillText:
    try:
        yaml, quoted = load_leniently(text)
    except YamlFault as fault:
        line = f" (line {fault.line + 1} of SKILL.md)" if fault.line else ""
        return _unreadable(f"is not YAML: {fault}{line}", body)
    if yaml.value is None or yaml.value == "":
        return _unreadable("is empty: it needs name: and description:", body)
    if not isinstance(yaml.value, dict):
        return _unreadable(f"must be a mapping of keys to values, not {kind(yaml.value)}", body)
    faults = tuple(
        Finding("error", "frontmatter", f"has the key {key!r} more than once; keep one of them")
        for key in dict.fromkeys(yaml.duplicates)
    )
    return SkillText(yaml.value, body.strip(), faults, quoted)


def _unreadable(message: str, body: str) -> SkillText:
    return SkillText(None, body.strip(), (Finding("error", "frontmatter", message),))
