"""Files that are left out of bundles, and the reasons that `bundle` reports."""

from __future__ import annotations

import pytest

from vlmrun import skills
from vlmrun.errors import InputError, InputTypeError

from .conftest import WriteFiles

SYSTEM_FILES = {
    "version control": [".git/config", ".hg/store", ".svn/entries", "sub/.git"],
    "secrets": [".env", ".env.local", "sub/.envrc", ".netrc", ".aws/credentials", ".ssh/id"],
    "virtual environment": [".venv/bin/python", "venv/bin/python", "sub/my-env/pyvenv.cfg"],
    "installed packages": ["node_modules/a/index.js", "sub/node_modules/b.js"],
    "cache": [
        "__pycache__/a.cpython-311.pyc",
        "sub/old.pyc",
        ".pytest_cache/README.md",
        ".mypy_cache/a",
        ".ruff_cache/a",
        ".ipynb_checkpoints/a.ipynb",
    ],
    "operating-system files": [
        ".DS_Store",
        "sub/.ds_store",
        "._SKILL.md",
        "__MACOSX/a",
        "Thumbs.db",
        "desktop.ini",
    ],
    "editor files": ["SKILL.md~", ".SKILL.md.swp", ".idea/a.xml", ".vscode/settings.json"],
}
KEPT = ("SKILL.md", "environment.md", "git.md", "resources/.hidden", "scripts/env.py")


def test_p20_default_excludes_are_left_out(make_skill: WriteFiles) -> None:
    files = {name: "x" for names in SYSTEM_FILES.values() for name in names}
    directory = make_skill({**files, **dict.fromkeys(KEPT[1:], "x")})

    bundled = skills.bundle(directory)

    assert bundled.files == KEPT
    reasons = {left.path: left.reason for left in bundled.left_out}
    for reason, names in SYSTEM_FILES.items():
        for name in names:
            covering = [path for path in reasons if name == path or name.startswith(f"{path}/")]
            assert [reasons[path] for path in covering] == [reason], name


def test_the_defaults_are_public_data() -> None:
    assert (".env*", "secrets") in skills.DEFAULT_EXCLUDES
    assert all(glob and reason for glob, reason in skills.DEFAULT_EXCLUDES)


def test_a_folder_is_left_out_with_its_content(make_skill: WriteFiles) -> None:
    bundled = skills.bundle(make_skill({".git/a": "x", ".git/b/c": "x"}))

    assert bundled.left_out == (skills.LeftOut(".git", "version control"),)


FILES = ["a.psd", "drafts/a.md", "drafts/b/c.md", "resources/drafts/d.md", "resources/x.psd"]


@pytest.mark.parametrize(
    ("glob", "kept"),
    [
        ("*.psd", ["drafts/a.md", "drafts/b/c.md", "resources/drafts/d.md"]),
        ("drafts", ["a.psd", "resources/x.psd"]),
        ("drafts/", ["a.psd", "resources/x.psd"]),
        ("/drafts/", ["a.psd", "resources/drafts/d.md", "resources/x.psd"]),
        ("./drafts", ["a.psd", "resources/drafts/d.md", "resources/x.psd"]),
        ("/*.psd", ["drafts/a.md", "drafts/b/c.md", "resources/drafts/d.md"]),
        ("drafts/*", ["a.psd", "resources/drafts/d.md", "resources/x.psd"]),
        ("drafts/**", ["a.psd", "resources/drafts/d.md", "resources/x.psd"]),
        ("**/drafts", ["a.psd", "resources/x.psd"]),
        ("drafts/**/*.md", ["a.psd", "resources/drafts/d.md", "resources/x.psd"]),
        ("resources/x.psd", FILES[:4]),
        ("a.psd/", FILES),
        ("*.PSD", FILES),
        ("[ab].psd", FILES[1:]),
        ("?.md", ["a.psd", "resources/x.psd"]),
    ],
)
def test_globs(glob: str, kept: list[str], make_skill: WriteFiles) -> None:
    by_argument = make_skill(dict.fromkeys(FILES, "x"))
    by_file = make_skill({**dict.fromkeys(FILES, "x"), ".skillignore": glob}, folder="other")

    bundled = skills.bundle(by_argument, exclude=[glob])

    assert list(bundled.files) == ["SKILL.md", *kept]
    assert {left.reason for left in bundled.left_out} <= {f"exclude {glob!r}"}
    assert skills.bundle(by_file).data == bundled.data


def test_the_ignore_file_may_have_comments_and_blank_lines(make_skill: WriteFiles) -> None:
    lines = "\ufeff# Not for the agent\n\n  drafts/  \r\n*.psd\n"
    directory = make_skill({**dict.fromkeys(FILES, "x"), ".skillignore": lines})

    bundled = skills.bundle(directory)

    assert bundled.files == ("SKILL.md",)
    assert skills.LeftOut(".skillignore", "the ignore file") in bundled.left_out
    assert skills.LeftOut("a.psd", ".skillignore '*.psd'") in bundled.left_out


def test_an_ignore_file_may_be_a_link(make_skill: WriteFiles) -> None:
    directory = make_skill({"secret.md": "x"})
    (directory.parent / "shared-ignore").write_text("secret.md\n")
    (directory / ".skillignore").symlink_to("../shared-ignore")

    assert skills.bundle(directory).files == ("SKILL.md",)


def test_an_ignore_file_that_cannot_be_read_is_an_error(make_skill: WriteFiles) -> None:
    broken = make_skill({".skillignore": b"\xff"})
    dangling = make_skill(folder="dangling")
    (dangling / ".skillignore").symlink_to("nowhere")
    folder = make_skill({".skillignore/a": "x"}, folder="folder")

    for directory in (broken, dangling, folder):
        with pytest.raises(InputError, match=r"\.skillignore cannot be read as UTF-8"):
            skills.bundle(directory)


@pytest.mark.parametrize("glob", ["*", "*.md", "SKILL.md", "/SKILL.md", "?KILL.md"])
def test_excluding_skill_md_is_an_error(glob: str, make_skill: WriteFiles) -> None:
    with pytest.raises(InputError, match=r"exclude or the ignore file leaves out SKILL\.md"):
        skills.bundle(make_skill(), exclude=[glob])


@pytest.mark.parametrize(
    ("exclude", "error", "message"),
    [
        ("drafts", InputTypeError, "exclude must be a list of globs, got 'drafts'"),
        (b"drafts", InputTypeError, "exclude must be a list of globs, got b'drafts'"),
        (7, InputTypeError, "exclude must be a list of globs, got 7"),
        ([7], InputTypeError, "exclude has 7, which is not a glob"),
        ([""], InputError, "exclude has the glob '', which is empty or matches everything"),
        (["/"], InputError, "exclude has the glob '/'"),
        (["!a"], InputError, "what a glob excludes cannot be included again"),
    ],
)
def test_an_invalid_exclude_is_refused(
    exclude: object, error: type[Exception], message: str, make_skill: WriteFiles
) -> None:
    with pytest.raises(error, match=message.replace("(", r"\(")):
        skills.bundle(make_skill(), exclude=exclude)  # type: ignore[arg-type]


def test_exclude_may_be_any_iterable(make_skill: WriteFiles) -> None:
    bundled = skills.bundle(make_skill({"a.md": "x"}), exclude=(glob for glob in ["a.md"]))

    assert bundled.files == ("SKILL.md",)
