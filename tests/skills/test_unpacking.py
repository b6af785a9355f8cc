"""`unpack`: archives, folders, and the files that are written."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from vlmrun import skills
from vlmrun.errors import InputError, InputTypeError, MissingFileError

from .archives import archive_of
from .conftest import GOOD, WriteFiles
from .files import everything, tree, write

FILES = {"schema.json": "{}", "resources/a.bin": bytes(range(256))}


def test_unpack_restores_what_was_bundled(make_skill: WriteFiles, tmp_path: Path) -> None:
    directory = make_skill({**FILES, ".git/config": "x"})
    bundled = skills.bundle(directory)

    paths = skills.unpack(bundled.data, tmp_path / "copy")

    assert paths == [tmp_path / "copy" / name for name in bundled.files]
    assert tree(tmp_path / "copy") == {name: tree(directory)[name] for name in bundled.files}
    assert skills.bundle(tmp_path / "copy").data == bundled.data


def test_an_archive_may_be_bytes_a_path_or_an_open_file(tmp_path: Path) -> None:
    data = archive_of(FILES)
    path = tmp_path / "skill.zip"
    path.write_bytes(data)

    with path.open("rb") as file:
        file.seek(7)  # where it stands does not matter
        archives = [data, bytearray(data), memoryview(data), path, str(path), file]
        archives.append(io.BytesIO(data))
        for number, archive in enumerate(archives):
            skills.unpack(archive, tmp_path / str(number))  # type: ignore[arg-type]
            assert tree(tmp_path / str(number)) == {"SKILL.md": GOOD.encode()} | {
                name: content.encode() if isinstance(content, str) else content
                for name, content in FILES.items()
            }
        assert not file.closed


@pytest.mark.parametrize("is_there", [True, False])
def test_the_folder_may_be_empty_or_missing(is_there: bool, tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    if is_there:
        folder.mkdir(parents=True)

    skills.unpack(archive_of({}), str(folder))

    assert everything(tmp_path) == ["a", "a/b", "a/b/SKILL.md"]


def test_a_single_folder_around_everything_is_removed(tmp_path: Path) -> None:
    files = {"my-skill/SKILL.md": GOOD, "my-skill/a/b.md": "x"}

    paths = skills.unpack(archive_of(files, with_skill=False), tmp_path / "copy")

    assert paths == [tmp_path / "copy" / "SKILL.md", tmp_path / "copy" / "a" / "b.md"]


def test_macos_metadata_is_not_unpacked(tmp_path: Path) -> None:
    files = {"my-skill/": "", "my-skill/SKILL.md": GOOD, "__MACOSX/my-skill/._SKILL.md": "x"}

    skills.unpack(archive_of(files, with_skill=False), tmp_path / "copy")

    assert everything(tmp_path / "copy") == ["SKILL.md"]


def test_names_may_start_with_a_dot_and_a_slash(tmp_path: Path) -> None:
    files = {"./": "", "./SKILL.md": GOOD, "./a/": "", "./a/b.md": "x"}

    skills.unpack(archive_of(files, with_skill=False), tmp_path / "copy")

    assert everything(tmp_path / "copy") == ["SKILL.md", "a", "a/b.md"]


def test_a_lower_case_skill_md_is_accepted(tmp_path: Path) -> None:
    skills.unpack(archive_of({"skill.md": GOOD}, with_skill=False), tmp_path / "copy")

    assert everything(tmp_path / "copy") == ["skill.md"]


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"README.md": "x"},
        {"a/b/SKILL.md": GOOD},
        {"a/SKILL.md": GOOD, "b/x.md": "x"},
        {"a/SKILL.md": GOOD, "b.md": "x"},
        {"SKILL.md/": ""},
    ],
)
def test_an_archive_needs_skill_md_at_its_root(files: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"archive has no SKILL\.md at its root"):
        skills.unpack(archive_of(files, with_skill=False), tmp_path / "copy")
    assert everything(tmp_path) == []


def test_unpacked_files_are_plain_files(tmp_path: Path) -> None:
    reference = tmp_path / "reference"
    write(reference, "x")

    (path,) = skills.unpack(archive_of({}), tmp_path / "copy")

    assert path.stat().st_mode == reference.stat().st_mode


def test_a_folder_that_is_not_empty_is_not_changed(tmp_path: Path) -> None:
    write(tmp_path / "copy" / "mine.md", "x")

    with pytest.raises(InputError, match=r"folder: .*copy is not empty"):
        skills.unpack(archive_of({}), tmp_path / "copy")
    assert everything(tmp_path) == ["copy", "copy/mine.md"]


def test_a_file_instead_of_the_folder_is_an_error(tmp_path: Path) -> None:
    write(tmp_path / "file", "x")
    (tmp_path / "dangling").symlink_to("loop")
    (tmp_path / "loop").symlink_to("dangling")

    for name in ("file", "dangling"):
        with pytest.raises(InputError, match=r"folder: .* is not a folder"):
            skills.unpack(archive_of({}), tmp_path / name)


@pytest.mark.parametrize("folder", ["file/below", "n" * 300])
def test_a_folder_that_cannot_be_written_is_an_error(folder: str, tmp_path: Path) -> None:
    write(tmp_path / "file", "x")

    with pytest.raises(InputError, match=r"folder: .* cannot be written: "):
        skills.unpack(archive_of({}), tmp_path / folder)
    assert everything(tmp_path) == ["file"]


@pytest.mark.parametrize(
    ("folder", "error", "message"),
    [
        ("", InputError, "folder is empty"),
        ("a\0b", InputError, "it has a NUL"),
        (None, InputTypeError, "folder must be a str or a Path, got NoneType"),
    ],
)
def test_an_invalid_folder_is_refused(folder: object, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        skills.unpack(archive_of({}), folder)  # type: ignore[arg-type]


@pytest.mark.parametrize("archive", ["no-such.zip", skills.Bundle(b"x" * 900, ()).base64])
def test_a_missing_archive_is_an_error(archive: str, tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match="archive: no such file: ") as caught:
        skills.unpack(archive, tmp_path / "copy")
    assert len(caught.value.message) < 500


def test_a_folder_instead_of_the_archive_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="archive: not a file: "):
        skills.unpack(tmp_path, tmp_path / "copy")


class _Pipe(io.RawIOBase):
    def readable(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("archive", "message"),
    [
        (7, "archive must be bytes, a path or a file open in binary mode, got int 7"),
        (io.StringIO("x"), "archive must be bytes, a path or a file open in binary mode"),
        (_Pipe(), "archive must be seekable"),
    ],
)
def test_an_invalid_archive_is_refused(archive: object, message: str, tmp_path: Path) -> None:
    with pytest.raises(InputTypeError, match=message):
        skills.unpack(archive, tmp_path / "copy")  # type: ignore[arg-type]


@pytest.mark.parametrize("limit", ["max_bytes", "max_files"])
def test_limits_must_be_positive_ints(limit: str, tmp_path: Path) -> None:
    for value in (0, -1):
        with pytest.raises(InputError, match=f"{limit} must be 1 or more, got {value}"):
            skills.unpack(archive_of({}), tmp_path / "copy", **{limit: value})
    for value in (1.5, "9", True, None):
        with pytest.raises(InputTypeError, match=f"{limit} must be an int"):
            skills.unpack(archive_of({}), tmp_path / "copy", **{limit: value})  # type: ignore[arg-type]


class _Meddling(io.BytesIO):
    """An archive during whose reading somebody else writes into the folder."""

    def __init__(self, data: bytes, place: Path) -> None:
        super().__init__(data)
        self.place = place

    def read(self, size: int | None = -1) -> bytes:
        self.place.write_text("mine")
        return super().read(size)


def test_a_file_that_appears_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    folder.mkdir()
    archive = _Meddling(archive_of({"a.md": "x", "b.md": "x"}), folder / "b.md")

    with pytest.raises(InputError, match=r"copy is no longer empty: b\.md is in it"):
        skills.unpack(archive, folder)
    assert tree(tmp_path) == {"copy/b.md": b"mine"}
