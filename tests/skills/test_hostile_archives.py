"""P21: malicious archives are refused, and nothing of them is unpacked."""

from __future__ import annotations

import tracemalloc
import zipfile
from pathlib import Path

import pytest

from vlmrun import skills
from vlmrun.errors import InputError

from . import archives
from .archives import archive_of, archive_with_mode, with_flag, with_method, with_raw_name
from .files import everything


def refusal(archive: bytes, tmp_path: Path, **limits: int) -> str:
    """Why the archive is not unpacked, neither into a new folder nor into an empty one."""
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError) as caught:
        skills.unpack(archive, tmp_path / "new" / "folder", **limits)
    with pytest.raises(InputError):
        skills.unpack(archive, tmp_path / "empty", **limits)
    assert everything(tmp_path) == ["empty"]
    return caught.value.message


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("/etc/passwd", "it is absolute"),
        ("//host/share", "it is absolute"),
        ("/", "it is empty"),
        ("../x.md", "it leads out of the folder"),
        ("a/../../x.md", "it leads out of the folder"),
        ("a/..", "it leads out of the folder"),
        ("..", "it leads out of the folder"),
        ("..\\x.md", "it has a backslash"),
        ("a\\b.md", "it has a backslash"),
        ("C:/x.md", "it has a colon"),
        ("C:x.md", "it has a colon"),
        ("a.md:stream", "it has a colon"),
        ("a//b.md", "it has an empty segment"),
        ("a/./b.md", "it has an empty segment"),
        ("a\nb.md", "it has control characters"),
        ("NUL", "names a device on Windows"),
        ("a/com1.txt", "names a device on Windows"),
        ("a./b.md", "ends in a dot or a blank"),
        ("... /x.md", "ends in a dot or a blank"),
        ("n" * 256, "longer than 255 bytes"),
        ("/".join(["n" * 200] * 6), "longer than 1024 bytes"),
    ],
)
def test_p21_names_that_leave_the_folder_are_refused(
    name: str, problem: str, tmp_path: Path
) -> None:
    assert problem in refusal(archive_of({name: "x"}), tmp_path)


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        (b"a.md\0..", "it has control characters"),
        (b"..\\..\\x1", "it has a backslash"),
        (b"C:\\x.txt", "it has a"),
    ],
)
def test_p21_names_that_zipfile_would_normalize_are_refused(
    name: bytes, problem: str, tmp_path: Path
) -> None:
    placeholder = "p" * len(name)

    archive = with_raw_name(archive_of({placeholder: "x"}), placeholder, name)

    assert problem in refusal(archive, tmp_path)


@pytest.mark.parametrize(
    "mode",
    [
        archives.LINK,
        archives.CHARACTER_DEVICE,
        archives.BLOCK_DEVICE,
        archives.PIPE,
        archives.SOCKET,
        archives.FOLDER,  # by its mode, not by its name
    ],
)
def test_p21_links_and_devices_are_refused(mode: int, tmp_path: Path) -> None:
    message = refusal(archive_with_mode("entry", mode), tmp_path)

    assert message == "archive: the entry 'entry' is a link or a special file"


def test_p21_a_link_does_not_become_a_folder_to_write_through(tmp_path: Path) -> None:
    message = refusal(archive_with_mode("entry/", archives.LINK, ""), tmp_path)

    assert message == "archive: the entry 'entry/' is a link or a special file"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("a.md", "A.md"),
        ("straße.md", "STRASSE.md"),
        ("\u00e9.md", "e\u0301.md"),
        ("a", "a/b.md"),
        ("a/b.md", "A"),
        ("a", "A/"),
        ("skill.md", "x.md"),  # SKILL.md is there already
    ],
)
def test_p21_names_that_collide_are_refused(first: str, second: str, tmp_path: Path) -> None:
    message = refusal(archive_of({first: "1", second: ""}), tmp_path)

    assert "is the same file as" in message


@pytest.mark.filterwarnings("ignore:Duplicate name")  # zipfile's, about how the archive is bundled
def test_p21_duplicate_names_are_refused(tmp_path: Path) -> None:
    archive = with_raw_name(archive_of({"a.md": "1", "b.md": "2"}), "b.md", b"a.md")

    assert "'a.md' is the same file as 'a.md'" in refusal(archive, tmp_path)


@pytest.mark.parametrize("flag", [0x1, 0x41, 0x2001])
def test_p21_encrypted_entries_are_refused(flag: int, tmp_path: Path) -> None:
    message = refusal(with_flag(archive_of({"a.md": "x"}), flag), tmp_path)

    assert message == "archive: the entry 'a.md' is encrypted"


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA, 93, 99])
def test_p21_other_compression_methods_are_refused(method: int, tmp_path: Path) -> None:
    message = refusal(with_method(archive_of({"a.md": "x"}), method), tmp_path)

    assert f"is compressed by method {method}, not deflated or stored" in message


@pytest.mark.slow
def test_p21_a_zip_bomb_is_refused_by_its_ratio(tmp_path: Path) -> None:
    archive = archive_of({"zeros": bytes(70 * 1024**2)})
    assert len(archive) < 100_000

    tracemalloc.start()
    message = refusal(archive, tmp_path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert "archive unpacks to more than" in message
    assert peak < 8 * 1024**2


def test_a_small_archive_may_unpack_to_much_more_than_itself(tmp_path: Path) -> None:
    paths = skills.unpack(archive_of({"zeros": bytes(5 * 1024**2)}), tmp_path / "copy")

    assert paths[1].stat().st_size == 5 * 1024**2


def test_p21_stated_sizes_beyond_max_bytes_are_refused(tmp_path: Path) -> None:
    message = refusal(archive_of({"a": "x" * 500}), tmp_path, max_bytes=400)

    assert "bytes, more than max_bytes=400" in message


@pytest.mark.parametrize("stated", [1, 100])
def test_p21_a_false_size_does_not_get_around_max_bytes(stated: int, tmp_path: Path) -> None:
    archive = archives.with_stated_size(archive_of({"a": "x" * 50_000}), stated)

    assert "archive: 'a' is corrupt" in refusal(archive, tmp_path, max_bytes=1000)


def test_p21_too_many_entries_are_refused(tmp_path: Path) -> None:
    archive = archive_of({f"{number}.md": "" for number in range(10)})

    assert "archive has 11 entries, more than max_files=10" in refusal(
        archive, tmp_path, max_files=10
    )
    assert len(skills.unpack(archive, tmp_path / "copy", max_files=11)) == 11


def test_p21_a_folder_entry_with_content_is_refused(tmp_path: Path) -> None:
    message = refusal(archive_of({"a/": "x"}), tmp_path)

    assert message == "archive: the entry 'a/' is a folder with content of its own"


def test_a_wrong_checksum_is_refused(tmp_path: Path) -> None:
    archive = archive_of({"a.md": "contents"}, compression=zipfile.ZIP_STORED)

    message = refusal(archive.replace(b"contents", b"CONTENTS"), tmp_path)

    assert message.startswith("archive: 'a.md' is corrupt: Bad CRC-32")


@pytest.mark.parametrize("archive", [b"", b"PK", b"no zip at all", b"PK\5\6" + bytes(18)])
def test_other_files_than_zips_are_refused(archive: bytes, tmp_path: Path) -> None:
    message = refusal(archive, tmp_path)

    assert message.startswith(("archive is not a zip file", "archive has no SKILL.md"))


def test_a_zip_cut_short_anywhere_is_refused(tmp_path: Path) -> None:
    archive = archive_of({"resources/a.md": "contents" * 40})

    for length in range(0, len(archive), 7):
        with pytest.raises(InputError):
            skills.unpack(archive[:length], tmp_path / "copy")
    assert everything(tmp_path) == []


def test_a_zip_with_any_byte_changed_is_refused_or_unpacked_whole(tmp_path: Path) -> None:
    archive = archive_of({"a.md": "contents"})

    for at in range(len(archive)):
        damaged = bytearray(archive)
        damaged[at] ^= 0xFF
        folder = tmp_path / str(at)
        try:
            paths = skills.unpack(bytes(damaged), folder)
        except InputError:
            assert not folder.exists()
        else:
            assert all(path.is_relative_to(folder) and path.is_file() for path in paths)
    assert {path.parent for path in tmp_path.iterdir()} <= {tmp_path}
