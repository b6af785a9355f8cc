"""Values of the front matter that YAML does not read as they are written, and lost words."""

from __future__ import annotations

import pytest

from vlmrun import skills

from .conftest import WriteFiles
from .files import refuse_to_open

FRONT = "---\nname: my-skill\n{}\nlicense: MIT\n---\n"


@pytest.mark.parametrize(
    "value",
    [
        "[filename] [format]",
        "[filename]: [format]",
        '"MIT" or "BSD"',
        '"Quoted" words',
        "'Quoted' words",
        "'Tis the season",
        '"Unfinished',
        ">=3.10",
        ">= 3.10, < 4",
        "|pipes| and more",
        "| a | b |",
        "{name} of {date}",
        "{{name}} of {{date}}",
        "{{ name }}",
        "!important",
        "!important words",
        "! words",
        "&co",
        "&co and more",
        "*bold* words",
        "%d items",
        "@mention",
        "`code`",
        "a: b",
        "- a: b",
        "? a",
        "Say: 'it' # not \"that\"",
    ],
)
def test_p66_a_value_is_read_as_it_is_written(value: str, make_skill: WriteFiles) -> None:
    directory = make_skill({"SKILL.md": FRONT.format(f"description: {value}")})

    manifest = skills.read(directory)

    assert manifest.description == value.removesuffix(' # not "that"')
    assert (manifest.name, manifest.license) == ("my-skill", "MIT")
    assert "description: must be quoted" in str(manifest.problems[0])
    with pytest.warns(skills.SkillWarning):
        assert skills.inline_parts(directory)[1] == manifest.description


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("description: [a,\n  b]: c", "[a, b]: c"),
        ('description: "a\n  b" c', '"a b" c'),
        ("description: >=3\n  or: more", ">=3 or: more"),
    ],
)
def test_p66_a_value_of_several_lines_is_joined(
    lines: str, expected: str, make_skill: WriteFiles
) -> None:
    directory = make_skill({"SKILL.md": FRONT.format(lines)})

    assert skills.read(directory).description == expected
    assert skills.read(directory).name == "my-skill"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("description: >\n  a: b\n  [c] d", "a: b [c] d"),
        ("description: |-\n  a: b #12\n  c", "a: b #12\nc"),
        ('description: "a # b"', "a # b"),
        ("description: 'it''s [x] y'", "it's [x] y"),
        ('description: "a\nb"', "a b"),
        ("description: a # a comment", "a"),
        ("description: &x a\nmetadata:\n  b: *x", "a"),
        ("description: !!str 1.0", "1.0"),
    ],
)
def test_p66_valid_yaml_is_not_changed(lines: str, expected: str, make_skill: WriteFiles) -> None:
    directory = make_skill({"SKILL.md": FRONT.format(lines)})

    assert skills.read(directory).description == expected
    assert skills.read(directory).problems == ()


@pytest.mark.parametrize(
    "lines", ["description: reads #12", "description: uses #hashtags and\n  more", "version: 1 #2"]
)
def test_p66_words_that_yaml_takes_for_a_comment_are_reported(
    lines: str, make_skill: WriteFiles
) -> None:
    front = lines if lines.startswith("description") else f"description: a\n{lines}"
    directory = make_skill({"SKILL.md": FRONT.format(front)})

    findings = [str(finding) for finding in skills.validate(directory)]

    key = lines.partition(":")[0]
    assert any(finding.startswith(f"warning: {key}: must be quoted") for finding in findings)


def test_p66_an_unreadable_file_is_a_finding(
    make_skill: WriteFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = make_skill({"secret.md": "x"})
    refuse_to_open("secret.md", monkeypatch)
    (finding,) = skills.validate(directory)
    assert str(finding) == "error: secret.md: cannot be read: Permission denied"
