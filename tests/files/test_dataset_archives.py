"""Archives of directories: reproducible, and without excluded files."""

from __future__ import annotations

import errno
import gzip
import hashlib
import io
import os
import random
import shutil
import tarfile
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from tests.skills.files import tree, write
from vlmrun._files import dataset_archives as archives
from vlmrun.errors import InputError, InputTypeError, MissingFileError

FILES: dict[str, str | bytes] = {
    "annotations.jsonl": '{"image": "a.jpg"}\n' * 20,
    "images/a.jpg": random.Random(1).randbytes(40_000),
    "images/Überschrift 2024-01-01T12:00.jpg": b"x",
    "images/empty": b"",
    f"deep/{'n' * 120}/{'m' * 120}.txt": "long",
}

# Of what is compressed: that must be the same with every Python and every build of zlib.
TAR_SHA_256 = "4a74f24eb72c3b826e3e626e2acde52493d5c957739fb7114213955430e8a3c0"


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """A directory with files of several kinds."""
    for name, content in FILES.items():
        write(tmp_path / "data" / name, content)
    return tmp_path / "data"


def pack(directory: Path, name: str = "invoices", exclude: Any = ()) -> bytes:
    target = io.BytesIO()
    archives.write_archive(archives.select_files("directory", directory, exclude), name, target)
    return target.getvalue()


def unpacked(data: bytes) -> dict[str, bytes]:
    contents = {}
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        for member in archive:
            file = archive.extractfile(member)
            assert file is not None, f"{member.name} is not a file"
            contents[member.name] = file.read()
    return contents


def test_all_files_are_in_one_folder_of_that_name(directory: Path) -> None:
    expected = {f"invoices/{name}": content for name, content in tree(directory).items()}
    assert unpacked(pack(directory)) == expected


def touched(directory: Path) -> None:
    for number, path in enumerate(sorted(directory.rglob("*"))):
        os.utime(path, (number * 10**8, number * 10**8))


def other_modes(directory: Path) -> None:
    for path in directory.rglob("*"):
        path.chmod(0o700)


def created_in_another_order(directory: Path) -> None:
    contents = list(tree(directory).items())[::-1]
    shutil.rmtree(directory)
    for name, content in contents:
        write(directory / name, content)


def with_an_empty_folder(directory: Path) -> None:
    (directory / "empty folder").mkdir()


def moved_behind_a_link(directory: Path) -> None:
    directory.rename(directory.with_name("elsewhere"))
    directory.symlink_to(directory.with_name("elsewhere"))


def with_excluded_files(directory: Path) -> None:
    for name in (".env", ".git/config", ".DS_Store", ".venv/pyvenv.cfg", "__pycache__/a.pyc"):
        write(directory / name, "excluded")


@pytest.mark.parametrize(
    "change",
    [
        touched,
        other_modes,
        created_in_another_order,
        with_an_empty_folder,
        moved_behind_a_link,
        with_excluded_files,
    ],
)
def test_p36_equal_contents_give_equal_bytes(
    change: Callable[[Path], None], directory: Path
) -> None:
    before = pack(directory)
    change(directory)
    assert pack(directory) == before


def test_p36_the_content_does_not_depend_on_the_machine(directory: Path) -> None:
    digest = hashlib.sha256(gzip.decompress(pack(directory))).hexdigest()
    assert digest == TAR_SHA_256


def test_p36_archives_contain_nothing_about_the_machine(directory: Path) -> None:
    data = pack(directory)
    # Neither a time nor a name, whatever the name of the file that it is written to.
    assert data[:10] == b"\x1f\x8b\x08\x00" + bytes(5) + b"\xff"
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        for entry in archive:
            assert (entry.uid, entry.gid, entry.uname, entry.gname) == (0, 0, "", "")
            assert entry.mode == 0o644
            assert entry.mtime == datetime(1980, 1, 1, tzinfo=timezone.utc).timestamp()


def test_different_contents_or_names_give_different_bytes(directory: Path) -> None:
    made = {pack(directory), pack(directory, "receipts"), pack(directory, exclude=["*.jsonl"])}
    write(directory / "images/empty", "no more")
    assert len(made | {pack(directory)}) == 4


@pytest.mark.parametrize(
    "name", [".env", ".env.local", ".git/config", ".DS_Store", "node_modules/a.js", "a/.ssh/id"]
)
def test_p20_excluded_files_are_left_out(directory: Path, name: str) -> None:
    write(directory / name, "secret")
    assert unpacked(pack(directory)).keys() == {f"invoices/{each}" for each in FILES}


def test_p20_a_link_that_leads_out_is_refused(directory: Path, tmp_path: Path) -> None:
    write(tmp_path / "outside.txt", "private")
    (directory / "images/link.txt").symlink_to(tmp_path / "outside.txt")
    with pytest.raises(InputError, match=r"images/link.txt is a link that leads out"):
        pack(directory)
    assert unpacked(pack(directory, exclude=["link.txt"])).keys() == {
        f"invoices/{each}" for each in FILES
    }


def test_a_link_inside_is_replaced_by_its_target(directory: Path) -> None:
    (directory / "first.jpg").symlink_to("images/a.jpg")
    assert unpacked(pack(directory))["invoices/first.jpg"] == FILES["images/a.jpg"]


def test_names_that_are_valid_on_some_systems_are_packed(directory: Path) -> None:
    for name in ("A.TXT", "a.txt", "a:b", "aux", "c\\d"):
        write(directory / name, name)
    assert unpacked(pack(directory))["invoices/a.txt"] == b"a.txt"


@pytest.mark.parametrize("name", ["a\nb", os.fsdecode(b"\xff")])
def test_a_name_that_is_not_utf_8_is_refused(directory: Path, name: str) -> None:
    write(directory / name, "x")
    with pytest.raises(InputError, match="cannot be a name in an archive"):
        pack(directory)


def test_two_unicode_forms_of_one_name_are_refused(directory: Path) -> None:
    write(directory / "\u00fc", "composed")
    write(directory / "u\u0308", "decomposed")
    with pytest.raises(InputError, match="is the name of two files"):
        pack(directory)


def test_a_directory_without_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data/folder").mkdir(parents=True)
    with pytest.raises(InputError, match=r"no file to pack in .*data$"):
        pack(tmp_path / "data")
    write(tmp_path / "data/.env", "KEY=1")
    with pytest.raises(InputError, match=r"left out: .env \(secrets\)"):
        pack(tmp_path / "data")


def test_an_invalid_directory_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "file", "x")
    with pytest.raises(MissingFileError, match="directory: no such directory"):
        pack(tmp_path / "nothing")
    with pytest.raises(InputError, match="directory: not a directory"):
        pack(tmp_path / "file")
    with pytest.raises(InputTypeError, match="directory must be a str or a Path, got int"):
        archives.select_files("directory", 7)


def test_a_file_that_disappears_before_it_is_packed(directory: Path) -> None:
    files = archives.select_files("directory", directory)
    (directory / "annotations.jsonl").unlink()
    with pytest.raises(InputError, match=r"directory: no such file: .*annotations.jsonl"):
        archives.write_archive(files, "invoices", io.BytesIO())


class Truncating(io.BytesIO):
    """A target that empties a file as soon as much has been written to it."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    def write(self, data: Any) -> int:
        if self.tell() > 100_000:
            os.truncate(self._path, 0)
        return super().write(data)


def test_a_file_that_becomes_shorter_while_it_is_packed(directory: Path) -> None:
    large = directory / "large.bin"
    large.write_bytes(random.Random(2).randbytes(2_000_000))
    files = archives.select_files("directory", directory)
    with pytest.raises(InputError, match=r"large\.bin became shorter"):
        archives.write_archive(files, "invoices", Truncating(large))


def test_create_archive_adds_the_date_to_the_name(
    directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    days = [f"{datetime.now(timezone.utc):%Y%m%d}"]
    path = archives.create_archive(directory, "invoices")
    days.append(f"{datetime.now(timezone.utc):%Y%m%d}")
    name = path.name.removesuffix(".tar.gz")
    assert name in {f"invoices_{day}" for day in days}
    assert path.read_bytes() == pack(directory, name)
    assert os.listdir(path.parent) == [path.name]


def test_p06_create_archive_packs_changed_files_again(
    directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    before = archives.create_archive(directory, "invoices").read_bytes()
    write(directory / "new.txt", "new")
    after = archives.create_archive(directory, "invoices").read_bytes()
    assert b"new" in unpacked(after).values()
    assert before != after


def test_create_archive_that_fails_leaves_nothing_behind(
    directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    path = archives.create_archive(directory, "invoices")
    before = path.read_bytes()
    monkeypatch.setattr(tarfile.TarFile, "addfile", full_disk)
    with pytest.raises(OSError, match="No space left"):
        archives.create_archive(directory, "invoices")
    assert os.listdir(path.parent) == [path.name]
    assert path.read_bytes() == before


def full_disk(*_: Any) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        ".",
        "..",
        "../x",
        "/x",
        "a/b",
        "a\\b",
        "c:x",
        "a\0b",
        "nul",
        "x.",
        "n" * 240,
        7,
        None,
    ],
)
def test_p21_a_name_with_several_segments_is_refused(directory: Path, name: Any) -> None:
    with pytest.raises(InputError, match="name"):
        archives.create_archive(directory, name)
