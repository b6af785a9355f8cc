"""Links in a skill's directory: those inside are followed, those that lead out are refused."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from vlmrun import skills
from vlmrun.errors import InputError

from .conftest import WriteFiles
from .files import write


def refusal(directory: Path) -> str:
    with pytest.raises(InputError) as caught:
        skills.bundle(directory)
    return caught.value.message


@pytest.mark.parametrize("absolute", [True, False])
def test_p20_a_link_that_leads_out_is_refused(absolute: bool, make_skill: WriteFiles) -> None:
    directory = make_skill()
    write(directory.parent / "private.txt", "secret")
    target = directory.parent / "private.txt" if absolute else Path("../private.txt")
    (directory / "notes.txt").symlink_to(target)

    assert "notes.txt is a link that leads out of the directory" in refusal(directory)
    assert skills.bundle(directory, exclude=["notes.txt"]).files == ("SKILL.md",)


def test_p20_a_linked_folder_outside_is_refused(make_skill: WriteFiles) -> None:
    directory = make_skill()
    write(directory.parent / "my-skill-private" / "a.txt", "secret")
    (directory / "resources").symlink_to("../my-skill-private")

    assert "resources is a link that leads out" in refusal(directory)


def test_p20_a_chain_of_links_that_ends_outside_is_refused(make_skill: WriteFiles) -> None:
    directory = make_skill()
    (directory / "b").symlink_to(directory.parent)
    (directory / "a").symlink_to("b")

    message = refusal(directory)

    assert "a is a link that leads out" in message
    assert "b is a link that leads out" in message


def test_p20_skill_md_must_not_be_a_link_to_the_outside(make_skill: WriteFiles) -> None:
    directory = make_skill({"SKILL.md": None})
    write(directory.parent / "other.md", "---\nname: my-skill\ndescription: d\n---\n")
    (directory / "SKILL.md").symlink_to("../other.md")

    assert "SKILL.md is a link that leads out" in refusal(directory)


def test_links_inside_are_replaced_by_their_targets(make_skill: WriteFiles) -> None:
    plain = make_skill({"a/x.md": "x", "b/x.md": "x", "c.md": "x"})
    linked = make_skill({"a/x.md": "x"}, folder="linked")
    (linked / "b").symlink_to("a")
    (linked / "c.md").symlink_to("b/x.md")

    assert skills.bundle(linked).data == skills.bundle(plain).data


def test_the_directory_itself_may_be_a_link(make_skill: WriteFiles) -> None:
    directory = make_skill()
    (directory.parent / "link").symlink_to(directory)

    assert skills.bundle(directory.parent / "link").data == skills.bundle(directory).data


def test_a_broken_link_is_refused(make_skill: WriteFiles) -> None:
    directory = make_skill()
    (directory / "gone").symlink_to("nowhere")
    (directory / "loop").symlink_to("loop")

    assert "gone is a broken link; loop is a broken link" in refusal(directory)


def test_a_link_to_a_folder_above_itself_is_left_out(make_skill: WriteFiles) -> None:
    directory = make_skill({"a/x.md": "x"})
    (directory / "a" / "up").symlink_to("..")

    bundled = skills.bundle(directory)

    assert bundled.files == ("SKILL.md", "a/x.md")
    assert bundled.left_out == (skills.LeftOut("a/up", "a link to a folder that it is in"),)


def test_p20_a_link_to_an_excluded_file_is_left_out(make_skill: WriteFiles) -> None:
    directory = make_skill({".env": "KEY=1", ".git/hooks/a": "x", "real-env/pyvenv.cfg": ""})
    (directory / "settings.txt").symlink_to(".env")
    (directory / "hooks").symlink_to(".git/hooks")
    (directory / "python").symlink_to("real-env")
    (directory / "python.cfg").symlink_to("real-env/pyvenv.cfg")

    bundled = skills.bundle(directory)

    assert bundled.files == ("SKILL.md",)
    assert skills.LeftOut("settings.txt", "a link to '.env': secrets") in bundled.left_out
    assert len(bundled.left_out) == 7


@pytest.mark.slow
def test_links_that_multiply_exponentially_are_refused(make_skill: WriteFiles) -> None:
    directory = make_skill({f"{name}/x.md": "x" for name in "abcdefgh"})
    for name in "abcdefgh":
        for other in "abcdefgh":
            (directory / name / f"to-{other}").symlink_to(f"../{other}")

    assert "is reached through links" in refusal(directory)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_left_out_and_never_opened(make_skill: WriteFiles) -> None:
    directory = make_skill()
    os.mkfifo(directory / "pipe")

    bundled = skills.bundle(directory)

    assert bundled.left_out == (skills.LeftOut("pipe", "not a regular file"),)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
@pytest.mark.parametrize("name", ["schema.json", "vlmrun.yaml", ".skillignore", "SKILL.md"])
def test_p53_a_pipe_in_the_place_of_a_file_is_not_waited_for(
    make_skill: WriteFiles, name: str
) -> None:
    directory = make_skill()
    (directory / name).unlink(missing_ok=True)
    os.mkfifo(directory / name)

    if name in ("schema.json", "vlmrun.yaml"):
        assert any("is a pipe" in str(each) for each in skills.validate(directory))
        assert name not in skills.bundle(directory).files
        return
    with pytest.raises(InputError, match=r"is a pipe|not a file"):
        skills.bundle(directory)
