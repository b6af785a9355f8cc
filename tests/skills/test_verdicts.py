"""Findings of `validate`, and values of `read`, for one SKILL.md after another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import pytest

from vlmrun import skills

from .conftest import WriteFiles


class Row(NamedTuple):
    """A SKILL.md, its findings as "level field", and what is read of it."""

    case: str
    text: str | bytes
    lenient: Sequence[str] = ()
    strict: Sequence[str] | None = None  # None: the same as lenient
    name: str | None = "my-skill"
    description: str | None = "Reads invoices"


def front(*lines: str) -> str:
    """A SKILL.md with these lines of front matter."""
    return "\n".join(["---", *lines, "---", "", "# Steps", ""])


def named(name: str) -> str:
    return front(f"name: {name}", "description: Reads invoices")


def described(*lines: str) -> str:
    return front("name: my-skill", *lines)


def also(*lines: str) -> str:
    return described("description: Reads invoices", *lines)


NO_FRONTMATTER = ["error frontmatter"]
NAME, DESCRIPTION = ["error name"], ["error description"]

TABLE = [
    # Accepted as it is.
    Row("minimal", also()),
    Row("no body", "---\nname: my-skill\ndescription: Reads invoices\n---"),
    Row(
        "all optional fields",
        also(
            "license: MIT",
            "compatibility: Needs git",
            "metadata:",
            "  author: us",
            "allowed-tools: Read Bash(git add:*)",
        ),
    ),
    Row("CRLF", also().replace("\n", "\r\n")),
    Row(
        "folded description",
        described("description: >", "  Reads", "  invoices", "", "  and bills"),
        description="Reads invoices\nand bills",
    ),
    Row(
        "literal description",
        described("description: |", "  Reads", "  invoices"),
        description="Reads\ninvoices",
    ),
    Row("plain scalar over two lines", described("description: Reads", "  invoices")),
    Row("doubled quote", described("description: 'it''s'"), description="it's"),
    Row("comment after a value", described("description: Reads invoices # and bills")),
    Row(
        "metadata.name before name",
        front("metadata:", "  name: other", "name: my-skill", "description: Reads invoices"),
    ),
    Row(
        "--- inside a value",
        described("description: Reads --- invoices", "license: a---b"),
        description="Reads --- invoices",
    ),
    Row("1024 characters", described(f"description: {'d' * 1024}"), description="d" * 1024),
    Row("allowed-tools as a block list", also("allowed-tools:", "  - Read", "  - Write")),
    Row("flow list", also("allowed-tools: [Read, Write]")),
    Row("flow mapping", also("metadata: {author: us}")),
    Row("compatibility of 500", also(f"compatibility: {'c' * 500}")),
    # Accepted, with a warning.
    Row(
        "unquoted colon",
        described("description: Reads: invoices"),
        ["warning description"],
        DESCRIPTION,
        description="Reads: invoices",
    ),
    Row("byte-order mark", b"\xef\xbb\xbf" + also().encode(), ["warning SKILL.md"]),
    Row(
        "description with a tag",
        described("description: Reads <b>"),
        ["warning description"],
        description="Reads <b>",
    ),
    Row("skill_version", also("skill_version: 1.10"), ["warning skill_version"]),
    Row("version", also("version: 1.10"), ["warning version"]),
    Row("unknown key", also("color: red"), [], ["error color"]),
    Row("metadata is a text", also("metadata: us"), ["warning metadata"]),
    Row("nested metadata", also("metadata:", "  a:", "    b: c"), ["warning metadata"]),
    Row("empty compatibility", also("compatibility: ''"), ["warning compatibility"]),
    Row("license is a list", also("license: [MIT]"), ["warning license"]),
    Row("allowed-tools is a mapping", also("allowed-tools: {a: b}"), ["warning allowed-tools"]),
    # One warning for the key, one for its value.
    Row("version is a list", also("version: [1]"), ["warning version", "warning version"]),
    # Rejected.
    Row("compatibility is a list", also("compatibility: [git]"), ["error compatibility"]),
    Row("compatibility of 501", also(f"compatibility: {'c' * 501}"), ["error compatibility"]),
    Row("duplicate key", also("name: other"), NO_FRONTMATTER),
    Row("blank line first", "\n" + also(), NO_FRONTMATTER, name=None, description=None),
    Row("no front matter", "# Steps\n", NO_FRONTMATTER, name=None, description=None),
    Row("empty file", "", NO_FRONTMATTER, name=None, description=None),
    Row("not closed", "---\nname: my-skill\n", NO_FRONTMATTER, name=None, description=None),
    Row("empty front matter", "---\n---\n", NO_FRONTMATTER, name=None, description=None),
    Row("front matter is a list", front("- name"), NO_FRONTMATTER, name=None, description=None),
    Row("front matter is not YAML", front("name: [a"), NO_FRONTMATTER, name=None, description=None),
    Row("name missing", front("description: Reads invoices"), NAME, name=None),
    Row("description missing", described(), DESCRIPTION, description=None),
    Row("description empty", described("description:"), DESCRIPTION, description=None),
    Row("description a list", described("description: [a]"), DESCRIPTION, description=None),
    Row("description blank", described("description: '  '"), DESCRIPTION, description=None),
    Row(
        "1025 characters",
        described(f"description: {'d' * 1025}"),
        DESCRIPTION,
        description="d" * 1025,
    ),
]

# The directory has the name's own name here, so that only the name itself is judged.
NAMES = [
    ("a", [], "a"),
    ("n" * 64, [], "n" * 64),
    ("n" * 65, NAME, "n" * 65),
    ("123", [], "123"),
    ("été", ["warning name"], "été"),
    ("My-Skill", NAME, "My-Skill"),
    ("my_skill", NAME, "my_skill"),
    ("my skill", NAME, "my skill"),
    ("-skill", NAME, "-skill"),
    ("skill-", NAME, "skill-"),
    ("my--skill", NAME, "my--skill"),
]


def brief(found: Sequence[skills.Finding]) -> list[str]:
    return [f"{finding.level} {finding.field}" for finding in found]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.case)
def test_verdict(row: Row, make_skill: WriteFiles) -> None:
    directory = make_skill({"SKILL.md": row.text})

    assert brief(skills.validate(directory)) == list(row.lenient)
    strict = row.lenient if row.strict is None else row.strict
    assert brief(skills.validate(directory, strict=True)) == list(strict)
    manifest = skills.read(directory)
    assert (manifest.name, manifest.description) == (row.name, row.description)


@pytest.mark.parametrize(("name", "expected", "read"), NAMES, ids=lambda value: str(value)[:12])
def test_verdict_on_a_name(
    name: str, expected: list[str], read: str, make_skill: WriteFiles
) -> None:
    directory = make_skill({"SKILL.md": named(name)}, folder=name)

    assert brief(skills.validate(directory)) == expected
    assert brief(skills.validate(directory, strict=True)) == expected
    assert skills.read(directory).name == read


def test_a_name_that_is_a_path_is_rejected(make_skill: WriteFiles) -> None:
    found = skills.validate(make_skill({"SKILL.md": named("../x")}))

    assert "may have letters, digits and hyphens only; it has '. /'" in found[0].message
    assert found[0].level == "error"


def test_directory_differs_from_name(make_skill: WriteFiles) -> None:
    directory = make_skill(folder="other")

    assert brief(skills.validate(directory)) == ["warning name"]
    assert brief(skills.validate(directory, strict=True)) == ["error name"]


def test_directory_is_compared_in_compatible_unicode_form(make_skill: WriteFiles) -> None:
    decomposed = "e\u0301te\u0301"
    directory = make_skill({"SKILL.md": named("été")}, folder=decomposed)

    assert brief(skills.validate(directory, strict=True)) == ["warning name"]


def test_only_lower_case_skill_md(make_skill: WriteFiles) -> None:
    directory = make_skill({"SKILL.md": None, "skill.md": also()})

    assert brief(skills.validate(directory, strict=True)) == ["warning SKILL.md"]
    assert skills.read(directory).name == "my-skill"
    assert skills.bundle(directory).files == ("SKILL.md",)


def test_no_skill_md(make_skill: WriteFiles) -> None:
    directory = make_skill({"SKILL.md": None, "README.md": "# Not a skill"})

    for use in (skills.validate, skills.read, skills.bundle):
        with pytest.raises(FileNotFoundError, match=r"no SKILL\.md in the directory .*my-skill"):
            use(directory)
