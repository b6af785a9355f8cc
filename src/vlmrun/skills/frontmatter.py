"""The parts of a SKILL.md: the front matter's values and the body.

https://github.com/agentskills/agentskills/blob/main/docs/specification.mdx
"""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import Any

import attrs

from vlmrun._files.paths import file_errors
from vlmrun.skills.directory import FALLBACK_FILE, SKILL_FILE
from vlmrun.skills.findings import Finding, type_name
from vlmrun.skills.yaml_reader import YamlError, keys_with_comments, load_leniently

_FENCE = "---"


@attrs.frozen
class SkillText:
    """A parsed SKILL.md.

    Attributes:
        values: The front matter, or None if it is missing or cannot be read.
        body: The rest, without blank lines at its start and end.
        findings: What is wrong with the file and with the front matter as a whole.
        quoted: Keys whose values are valid YAML only after quoting them.
        commented: Keys of values that end in what may be no comment, such as `#12`.
    """

    values: dict[str, Any] | None
    body: str
    findings: tuple[Finding, ...] = ()
    quoted: tuple[str, ...] = ()
    commented: tuple[str, ...] = ()


def read_skill_file(file: Path, argument: str = "path") -> SkillText:
    """Parse a SKILL.md. Its content never raises; what is wrong with it is in `findings`.

    Raises:
        InputError: The file cannot be read from disk.
    """
    with file_errors(argument, file, suggestion="Check its permissions"):
        data = file.read_bytes()
    findings = []
    if file.name == FALLBACK_FILE:
        message = f"is named {file.name}; a bundle stores it as SKILL.md"
        findings.append(Finding("warning", SKILL_FILE, message))
    if data.startswith(codecs.BOM_UTF8):
        data = data[len(codecs.BOM_UTF8) :]
        message = "starts with a byte-order mark, which other tools refuse"
        findings.append(Finding("warning", SKILL_FILE, message))
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        text = data.decode(errors="replace")
        message = f"is not UTF-8 at byte {error.start}; save it as UTF-8"
        findings.append(Finding("error", SKILL_FILE, message))
    # Not str.splitlines, which also splits at characters that are content in YAML: \x0b, \u2028.
    skill = _split(text.replace("\r\n", "\n").replace("\r", "\n"))
    return attrs.evolve(skill, findings=(*findings, *skill.findings))


def _split(text: str) -> SkillText:
    lines = text.split("\n")
    if lines[0].rstrip() != _FENCE:
        first = next((line for line in lines if line.strip()), "")
        problem = "must start on the first line" if first.rstrip() == _FENCE else "is missing"
        return _unreadable(f"{problem}: begin SKILL.md with ---, name:, description:, ---", text)
    # Only a line that is exactly the fence ends the front matter; a value may contain "---".
    end = next((n for n in range(1, len(lines)) if lines[n].rstrip() == _FENCE), None)
    if end is None:
        return _unreadable("is not closed: end it with a line that is just ---", "")
    return _parse("\n".join(lines[1:end]), "\n".join(lines[end + 1 :]))


def _parse(front_matter: str, body: str) -> SkillText:
    try:
        yaml, quoted = load_leniently(front_matter)
    except YamlError as error:
        line = f" (line {error.line + 1} of SKILL.md)" if error.line else ""
        return _unreadable(f"is not YAML: {error}{line}", body)
    if yaml.value is None or yaml.value == "":
        return _unreadable("is empty: it needs name: and description:", body)
    if not isinstance(yaml.value, dict):
        message = f"must be a mapping of keys to values, not {type_name(yaml.value)}"
        return _unreadable(message, body)
    duplicates = tuple(
        Finding("error", "frontmatter", f"has the key {key!r} more than once; keep one of them")
        for key in dict.fromkeys(yaml.duplicates)
    )
    commented = tuple(key for key in keys_with_comments(front_matter) if key not in quoted)
    return SkillText(yaml.value, body.strip(), duplicates, quoted, commented)


def _unreadable(message: str, body: str) -> SkillText:
    return SkillText(None, body.strip(), (Finding("error", "frontmatter", message),))
