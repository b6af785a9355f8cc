"""`api_diff`: changes of the public names of a small package like `vlmrun`."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from scripts.api_diff.__main__ import main
from scripts.api_diff.api_changes import ApiChange, compare
from scripts.api_diff.public_names import CLIENTS, PublicNames
from tests.scripts.api_package import FILES
from tests.scripts.project_copy import ROOT, git, write_files
from vlmrun._index.resources_sync import Resources


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The small package, with a changelog."""
    root = tmp_path / "project"
    write_files(root / "src" / "vlmrun", FILES)
    (root / "CHANGELOG.md").write_text("# Changelog\n\n## 0.1.0\n\nThe first version.\n", "utf-8")
    return root


@pytest.fixture
def repository(project: Path) -> Path:
    """The same as a repository with one commit, without tags."""
    for command in (["init", "-q"], ["add", "--all"], ["commit", "-qm", "First"]):
        git(project, *command)
    return project


def edit(root: Path, file: str, old: str, new: str) -> None:
    path = root / "src" / "vlmrun" / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


CLIENT, RESOURCE, TYPES = "_sync/client.py", "_sync/files.py", "types/files.py"
INDEX = "    from vlmrun.types.files import FilePurpose as FilePurpose\n"

# The change, with a mark if it breaks: the file, the old text and the new.
CASES: dict[str, tuple[str, str, str]] = {
    "!client.files.get: was removed": (RESOURCE, "def get(", "def _get("),
    "!client.files.list: was removed": (RESOURCE, "def list(", "def _list("),
    "client.files.delete: is new": (
        RESOURCE,
        "    def get(",
        "    def delete(self) -> None: ...\n\n    def get(",
    ),
    "!client.files.list: the parameter skip was removed": (RESOURCE, "skip: int = 0, ", ""),
    "client.files.list: a new parameter after": (
        RESOURCE,
        "limit: int = 10",
        "limit: int = 10, after: str = ''",
    ),
    "!client.files.get: a new required parameter version": (
        RESOURCE,
        "self, id: str",
        "self, id: str, version: str",
    ),
    "!client.files.list: the default of limit is 20, was 10": (
        RESOURCE,
        "limit: int = 10",
        "limit: int = 20",
    ),
    "!client.files.upload: the parameter purpose is keyword-only, was positional or keyword": (
        RESOURCE,
        'purpose: str = "assistants", *,',
        '*, purpose: str = "assistants",',
    ),
    "!client.files.list: the parameter skip was moved": (
        RESOURCE,
        "skip: int = 0, limit: int = 10",
        "limit: int = 10, skip: int = 0",
    ),
    "!vlmrun.VLMRun.__init__: the parameter api_key no longer takes None": (
        CLIENT,
        "api_key: str | None = None",
        "api_key: str = ''",
    ),
    "client.files.upload: the parameter tags takes Iterable[str] | None, was Sequence[str]": (
        RESOURCE,
        "Sequence[str] = ()",
        "Iterable[str] | None = ()",
    ),
    "!client.files.get: returns FileResponse | None, was FileResponse": (
        RESOURCE,
        "id: str) -> FileResponse",
        "id: str) -> FileResponse | None",
    ),
    "!vlmrun.FileResponse.bytes: was removed": (TYPES, "    bytes: int | None = None\n", ""),
    "!vlmrun.FileResponse.bytes: is str | None, was int | None": (
        TYPES,
        "bytes: int | None",
        "bytes: str | None",
    ),
    "!vlmrun.FileResponse.bytes: is now required": (
        TYPES,
        "bytes: int | None = None",
        "bytes: int | None",
    ),
    "!vlmrun.FileResponse.names: is now required": (
        TYPES,
        "attrs.field(factory=list)",
        "attrs.field()",
    ),
    "vlmrun.FileResponse.size: is new": (
        TYPES,
        "    id: str\n",
        "    id: str\n    size: int | None = None\n",
    ),
    "!vlmrun.types.FilePurpose: no longer has 'vision'": (TYPES, ', "vision"]', "]"),
    "vlmrun.types.FilePurpose: now has 'batch'": (TYPES, ', "vision"]', ', "vision", "batch"]'),
    "!vlmrun.types.FilePurpose: was removed": ("_index/types.py", INDEX, ""),
    "!vlmrun.FileResponse: was removed": ("__init__.py", '"FileResponse", ', ""),
    "!vlmrun.errors.InputError: is no longer a ValueError": (
        "errors.py",
        "VLMRunError, ValueError",
        "VLMRunError",
    ),
    "!vlmrun.errors.InputError: was of the kind class and is now of the kind function": (
        "errors.py",
        "class InputError(VLMRunError, ValueError)",
        "def InputError()",
    ),
}


@pytest.mark.parametrize("change", CASES)
def test_change(change: str, project: Path) -> None:
    file, old, new = CASES[change]
    before = PublicNames(Path(shutil.copytree(project, project.with_name("before"))))
    edit(project, file, old, new)
    found = compare(before, PublicNames(project))
    places = {
        f"{'!' if each.breaking else ''}{name}: {each.text}": each.place
        for each in found
        for name in (each.name, *each.also)
    }
    assert change in places
    assert places[change].startswith("src/vlmrun/")


@pytest.mark.slow
def test_the_resources_of_our_clients_are_public() -> None:
    names = PublicNames(ROOT).surface.members.keys()
    resources = [name for name in vars(Resources) if not name.startswith("_")]
    assert {f"{client}.{name}" for client in CLIENTS for name in resources} <= names


def test_private_names_are_ignored(project: Path) -> None:
    before = PublicNames(project)
    edit(project, CLIENT, "def _private(self)", "def _other(self, x: int)")
    edit(project, "cli/output.py", "def write(", "def write_line(")
    (project / "src/vlmrun/_sync/more.py").write_text("X = 1\n", "utf-8")
    assert compare(before, PublicNames(project)) == []


def test_a_class_that_moves_to_another_private_module_stays(project: Path) -> None:
    before = PublicNames(project)
    folder = project / "src" / "vlmrun"
    (folder / "_sync/uploads.py").write_text((folder / RESOURCE).read_text("utf-8"), "utf-8")
    edit(project, CLIENT, "vlmrun._sync.files", "vlmrun._sync.uploads")
    assert compare(before, PublicNames(project)) == []


def test_a_removed_module_is_one_change(project: Path) -> None:
    before = PublicNames(project)
    (project / "src/vlmrun/client/types.py").unlink()
    assert compare(before, PublicNames(project)) == [
        ApiChange(
            "vlmrun.client.types", "the module was removed", "src/vlmrun/client/types.py:1", True
        )
    ]


def test_a_class_is_compared_once_and_its_other_names_are_listed(project: Path) -> None:
    before = PublicNames(project)
    edit(project, TYPES, "    bytes: int | None = None\n", "")
    (found,) = compare(before, PublicNames(project))
    assert (found.name, found.place) == (
        "vlmrun.FileResponse.bytes",
        "src/vlmrun/types/files.py:16",
    )
    assert found.also == (
        "vlmrun.client.types.FileResponse.bytes",
        "vlmrun.types.FileResponse.bytes",
        "vlmrun.types.files.FileResponse.bytes",
    )


def run(root: Path, *arguments: str) -> int:
    return main([*arguments, "--project", str(root)])


def test_without_a_tag_there_is_nothing_to_compare_with(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(repository) == 0
    assert "No release has a tag yet" in capsys.readouterr().out


def test_since_the_latest_tag(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    git(repository, "tag", "v0.1.0")
    assert run(repository) == 0
    assert "Since v0.1.0: 0 breaking, 0 compatible." in capsys.readouterr().out
    edit(repository, RESOURCE, "def get(", "def fetch(")
    assert run(repository) == 1
    text = capsys.readouterr().out
    assert "Since v0.1.0: 1 breaking, 1 compatible." in text
    assert "  src/vlmrun/_sync/files.py:16: client.files.get was removed" in text
    assert "announce it on top of CHANGELOG.md: - Breaking (api): …" in text


@pytest.mark.parametrize(
    "line",
    [
        "- Breaking (api): `client.files.get` is `fetch` now.",
        "- Breaking (api): nothing of\n  `client.files` stays.",
        "- Breaking (api): `client.files.get(id=)` was removed.",
    ],
)
def test_an_announced_change_passes(
    line: str, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(repository, RESOURCE, "def get(", "def fetch(")
    changelog = repository / "CHANGELOG.md"
    changelog.write_text(f"# Changelog\n\n## 0.2.0\n\n{line}\n\n## 0.1.0\n\nOld.\n", "utf-8")
    assert run(repository, "HEAD") == 0
    assert "client.files.get was removed  [announced]" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("heading", "line"),
    [
        ("0.2.0", "- Breaking (api): `client.files.ge` was removed."),
        ("0.2.0", "- Changed: `client.files.get` was removed."),
        ("0.2.0", "- Breaking (api): client.files.get was removed."),
        ("0.2.0", "Nothing.\n\n## 0.1.5\n\n- Breaking (api): `client.files.get` was removed."),
        ("0.1.0", "- Breaking (api): `client.files.get` was removed."),
    ],
)
def test_not_an_announcement(
    heading: str, line: str, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(repository, RESOURCE, "def get(", "def fetch(")
    (repository / "CHANGELOG.md").write_text(f"# Changelog\n\n## {heading}\n\n{line}\n", "utf-8")
    assert run(repository, "HEAD") == 1
    note = "is about 0.1.0, as HEAD was: start another"
    assert (note in capsys.readouterr().out) is (heading == "0.1.0")


@pytest.mark.parametrize("base", ["v9.9.9", "--upload-pack=x", "HEAD:src"])
def test_not_a_revision(base: str, repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if base.startswith("-"):
        with pytest.raises(SystemExit) as stopped:
            run(repository, base)
        assert stopped.value.code == 2
    else:
        assert run(repository, base) == 2
        assert capsys.readouterr().err.startswith(f"{base}: git has no sources of it: ")


def test_sources_that_cannot_be_read(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(repository, "errors.py", "class VLMRunError", "klass VLMRunError")
    assert run(repository, "HEAD") == 2
    message = "src/vlmrun/errors.py:2: the sources cannot be read: "
    assert capsys.readouterr().err.startswith(message)
