"""`validate`: all findings at once, as data, and for the whole directory."""

from __future__ import annotations

from pathlib import Path

import pytest

from vlmrun import skills

from .conftest import GOOD, WriteFiles

EXAMPLES = Path(__file__).parents[2] / "examples" / "skills"


def test_the_examples_are_valid() -> None:
    assert skills.validate(EXAMPLES / "invoice-extraction", strict=True) == []
    # The one key of VLM Run's own that the example shows.
    (finding,) = skills.validate(EXAMPLES / "patient-referral", strict=True)
    assert (finding.level, finding.field) == ("warning", "skill_version")


def test_all_findings_are_returned_at_once(make_skill: WriteFiles) -> None:
    directory = make_skill(
        {
            "SKILL.md": "---\nname: My_Skill-\ndescription: ' '\nversion: 1\n---\n",
            "schema.json": "[]",
            "vlmrun.yaml": "model: a",
            "a\\b.md": "x",
        }
    )

    found = [(finding.level, finding.field) for finding in skills.validate(directory)]

    assert found == [
        ("error", "name"),  # upper case
        ("error", "name"),  # the underscore
        ("error", "name"),  # the hyphen at the end
        ("error", "description"),
        ("warning", "version"),
        ("warning", "name"),  # not the directory's
        ("error", "schema.json"),
        ("error", "vlmrun.yaml: apiVersion"),
        ("error", "vlmrun.yaml: toolsets"),
        ("error", "vlmrun.yaml: graph"),
        ("error", "a\\b.md"),
    ]


def test_a_finding_is_data(make_skill: WriteFiles) -> None:
    (finding,) = skills.validate(make_skill({"SKILL.md": "---\nname: my-skill\n---\n"}))

    assert finding == skills.Finding("error", "description", "is missing")
    assert str(finding) == "error: description: is missing"


def test_a_misspelt_key_is_suggested(make_skill: WriteFiles) -> None:
    text = "---\nname: my-skill\ndescripton: Reads\n---\n"

    (finding,) = skills.validate(make_skill({"SKILL.md": text}))

    assert finding.message == "is missing; is 'descripton' misspelt?"


@pytest.mark.parametrize("target", ["../other/guide.md", "<../../x.md>", "resources/../../x.md"])
def test_a_link_out_of_the_directory_is_a_warning(target: str, make_skill: WriteFiles) -> None:
    (finding,) = skills.validate(make_skill({"SKILL.md": f"{GOOD}\nSee [it]({target}).\n"}))

    assert (finding.level, finding.field) == ("warning", "SKILL.md")
    assert target.strip("<>") in finding.message


@pytest.mark.parametrize(
    "text",
    [
        "[it](resources/guide.md)",
        "[it](resources/../guide.md)",
        "[it](https://example.com/../a)",
        "[it](..guide.md)",
        "`[it](../x.md)`",
        "```\n[it](../x.md)\n```",
    ],
)
def test_a_link_inside_the_directory_is_no_finding(text: str, make_skill: WriteFiles) -> None:
    assert skills.validate(make_skill({"SKILL.md": f"{GOOD}\n{text}\n"})) == []


def test_files_that_cannot_be_bundled_are_findings(make_skill: WriteFiles) -> None:
    directory = make_skill()
    (directory / "out.md").symlink_to("/etc/hostname")

    (finding,) = skills.validate(directory)

    assert (finding.level, finding.field) == ("error", "out.md")


def test_an_invalid_ignore_file_is_a_finding(make_skill: WriteFiles) -> None:
    (finding,) = skills.validate(make_skill({".skillignore": "!keep.md\n"}))

    assert (finding.level, finding.field) == ("error", ".skillignore")


def test_an_ignore_file_that_leaves_out_skill_md_is_a_finding(make_skill: WriteFiles) -> None:
    (finding,) = skills.validate(make_skill({".skillignore": "*.md\n"}))

    assert (finding.level, finding.field) == ("error", ".skillignore")


def test_the_name_may_be_that_of_a_link_to_the_directory(make_skill: WriteFiles) -> None:
    directory = make_skill(folder="checkout-2931")
    link = directory.parent / "my-skill"
    link.symlink_to(directory)

    assert skills.validate(link, strict=True) == []
    assert skills.validate(link / "SKILL.md", strict=True) == []
