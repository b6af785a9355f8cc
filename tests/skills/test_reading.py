"""`read` and `parse_skill_frontmatter`: values, which are not converted, and paths."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from vlmrun import skills
from vlmrun.errors import InputError, InputTypeError, MissingFileError

from .conftest import WriteFiles

FRONT = "---\nname: my-skill\ndescription: Reads invoices\n{}\n---\n"


def read_with(make_skill: WriteFiles, *lines: str) -> skills.SkillManifest:
    return skills.read(make_skill({"SKILL.md": FRONT.format("\n".join(lines))}))


@pytest.mark.parametrize(
    "value", ["1.10", "1e3", "0x10", "no", "true", "null", "2026-01-01", "12:30:45", "~"]
)
def test_p37_values_are_not_converted(value: str, make_skill: WriteFiles) -> None:
    manifest = read_with(make_skill, f"skill_version: {value}", "metadata:", f"  key: {value}")

    assert manifest.skill_version == value
    assert manifest.metadata == {"key": value}


@pytest.mark.parametrize("word", ["no", "123", "1.10", "null"])
def test_p37_a_name_that_looks_like_a_number_is_a_str(word: str, make_skill: WriteFiles) -> None:
    text = f"---\nname: {word}\ndescription: {word}\n---\n"

    manifest = skills.read(make_skill({"SKILL.md": text}, folder=word))

    assert (manifest.name, manifest.description) == (word, word)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("description: |\n  One\n  two", "One\ntwo"),
        ("description: |-\n  One\n  two", "One\ntwo"),
        ("description: >\n  One\n  two\n\n  three", "One two\nthree"),
        ("description: >-\n  One: two # three", "One: two # three"),
        ("description: One\n  two\n  three", "One two three"),
    ],
)
def test_p37_long_values_are_read_completely(
    lines: str, expected: str, make_skill: WriteFiles
) -> None:
    text = f"---\nname: my-skill\n{lines}\n---\n"

    assert skills.read(make_skill({"SKILL.md": text})).description == expected


def test_p37_a_byte_order_mark_is_ignored(make_skill: WriteFiles) -> None:
    directory = make_skill({"SKILL.md": b"\xef\xbb\xbf" + FRONT.format("").encode()})

    assert skills.parse_skill_frontmatter(directory) == ("my-skill", "Reads invoices")


def test_p37_the_path_dot_has_the_name_of_the_directory(
    make_skill: WriteFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(make_skill())

    assert skills.validate(".", strict=True) == []
    assert skills.validate("SKILL.md", strict=True) == []


def test_all_fields(make_skill: WriteFiles) -> None:
    manifest = read_with(
        make_skill,
        "license: Apache-2.0",
        "compatibility: Needs git",
        "allowed-tools: Read, Bash(git add:*) Write",
        "version: '2'",
    )

    assert manifest.license == "Apache-2.0"
    assert manifest.compatibility == "Needs git"
    assert manifest.allowed_tools == ("Read", "Bash(git add:*)", "Write")
    assert manifest.skill_version == "2"


def test_skill_version_takes_precedence_over_version(make_skill: WriteFiles) -> None:
    assert read_with(make_skill, "version: '1'", "skill_version: '2'").skill_version == "2"


def test_the_first_of_duplicate_keys_is_used(make_skill: WriteFiles) -> None:
    manifest = read_with(make_skill, "name: other")

    assert manifest.name == "my-skill"
    assert [problem.field for problem in manifest.problems] == ["frontmatter"]


def test_the_body_is_what_follows_the_closing_line(make_skill: WriteFiles) -> None:
    text = FRONT.format("license: a --- b") + "\n# Steps\n\n---\n\nOne\n\n"

    assert skills.read(make_skill({"SKILL.md": text})).body == "# Steps\n\n---\n\nOne"


def test_without_front_matter_everything_is_the_body(make_skill: WriteFiles) -> None:
    assert skills.read(make_skill({"SKILL.md": "# Steps\n"})).body == "# Steps"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("description: Use when: asked # soon", "Use when: asked"),
        ("description: It's: so", "It's: so"),
        ("description: One: two\n  three: four", "One: two three: four"),
        ("description: @mention", "@mention"),
        ("description: %percent: `tick`", "%percent: `tick`"),
    ],
)
def test_a_value_that_lacks_quotes_is_read_as_quoted(
    line: str, expected: str, make_skill: WriteFiles
) -> None:
    directory = make_skill({"SKILL.md": f"---\nname: my-skill\n{line}\nlicense: MIT\n---\n"})

    manifest = skills.read(directory)

    assert (manifest.description, manifest.license) == (expected, "MIT")
    assert [str(problem) for problem in manifest.problems] == [
        "warning: description: must be quoted: it is not valid YAML as it is (a colon?)"
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: [", "is not YAML"),
        ("a: [&x [*x]]", "is not YAML"),
        ("? [a]\n: b", "keys must be strings"),
        ("a: " + "[" * 1000, "is not YAML"),
        ("a: b\x00", "is not YAML"),
        (r'a: "\UFFFFFFFF"', "is not YAML"),
        ("a: b\n\tc: d", r"is not YAML: .*line \d of SKILL\.md"),
    ],
)
def test_invalid_yaml_is_a_finding(text: str, message: str, make_skill: WriteFiles) -> None:
    (finding,) = skills.validate(make_skill({"SKILL.md": f"---\n{text}\n---\n"}))

    assert finding.field == "frontmatter"
    assert re.search(message, finding.message)


def test_yaml_tags_create_no_objects(make_skill: WriteFiles) -> None:
    manifest = read_with(make_skill, "license: !!python/object/apply:os.getcwd []")

    assert manifest.license is None


def test_text_that_is_not_utf_8_is_a_finding(make_skill: WriteFiles) -> None:
    directory = make_skill({"SKILL.md": FRONT.format("license: caf\xe9").encode("latin-1")})

    (finding,) = skills.validate(directory)

    assert str(finding) == "error: SKILL.md: is not UTF-8 at byte 59; save it as UTF-8"
    assert skills.read(directory).name == "my-skill"


@pytest.mark.skipif(
    not Path("/proc/self/mem").exists(), reason="needs a file that reading fails on"
)
def test_a_file_that_cannot_be_read_is_an_error(make_skill: WriteFiles) -> None:
    directory = make_skill({"SKILL.md": None})
    (directory / "SKILL.md").symlink_to("/proc/self/mem")

    with pytest.raises(InputError, match=r"SKILL\.md cannot be read: Input/output error"):
        skills.read(directory)


def test_parse_skill_frontmatter_accepts_the_file_and_the_directory(make_skill: WriteFiles) -> None:
    directory = make_skill()

    for path in (directory, str(directory), directory / "SKILL.md", str(directory / "SKILL.md")):
        assert skills.parse_skill_frontmatter(path) == ("my-skill", "Reads invoices")


def test_parse_skill_frontmatter_returns_none_for_missing_fields(make_skill: WriteFiles) -> None:
    assert skills.parse_skill_frontmatter(make_skill({"SKILL.md": "# Steps"})) == (None, None)


def test_the_error_for_a_file_in_another_case_says_what_to_rename(make_skill: WriteFiles) -> None:
    directory = make_skill({"SKILL.md": None, "Skill.MD": FRONT.format("")})

    for path in (directory, directory / "Skill.MD"):
        with pytest.raises(MissingFileError) as caught:
            skills.read(path)
        assert caught.value.suggestion == "Rename Skill.MD to SKILL.md"


def test_skill_md_takes_precedence_over_lower_case_skill_md(make_skill: WriteFiles) -> None:
    directory = make_skill({"skill.md": "---\nname: other\n---\n"})

    assert skills.read(directory).name == "my-skill"


@pytest.mark.parametrize("path", ["no-such-folder", "no-such-folder/SKILL.md", "n" * 1000])
def test_a_missing_path_is_an_error(path: str) -> None:
    with pytest.raises(MissingFileError, match=r"path: no such directory: '?n"):
        skills.read(path)


def test_a_file_instead_of_the_directory_is_an_error(make_skill: WriteFiles) -> None:
    with pytest.raises(InputError, match="path: not a directory"):
        skills.read(make_skill({"notes.md": "x"}) / "notes.md")


@pytest.mark.parametrize(
    ("path", "error", "message"),
    [
        ("", InputError, "path is empty"),
        ("a\0b", InputError, "it has a NUL character"),
        (b"bytes", InputTypeError, "path must be a str or a Path, got bytes"),
        (None, InputTypeError, "path must be a str or a Path, got NoneType"),
    ],
)
def test_an_invalid_path_is_refused(path: object, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        skills.read(path)  # type: ignore[arg-type]


def test_the_home_directory_may_be_written_as_a_tilde(
    make_skill: WriteFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    home: Path = make_skill().parent
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))

    assert skills.read("~/my-skill").name == "my-skill"
