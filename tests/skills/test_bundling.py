"""`bundle`: reproducible archives and their contents."""

from __future__ import annotations

import base64
import hashlib
import io
import os
import shutil
import time
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from vlmrun import skills
from vlmrun.errors import InputError
from vlmrun.skills.bundling import MAX_STORED_BYTES

from .conftest import GOOD, WriteFiles
from .files import refuse_to_open, tree, write

FILES = {
    "schema.json": '{"type": "object"}',
    "resources/a.txt": "a\n" * 500,
    "resources/B.bin": b"\0",
}
# Of the bundle and of the directory that FILES and GOOD make, on every machine.
BUNDLE_SHA_256 = "16bdcb749202a18f8331f741516ab78cffa3b9a7bc9c2032d328c48566a31bdd"
DIRECTORY_SHA_256 = "c99e3abbf0eecedbc3595ee8a76678abe323fe121c408a68595e33764b979b0c"


def touched(directory: Path) -> None:
    for path in directory.rglob("*"):
        os.utime(path, (0, time.time() + 86_400))


def from_1970(directory: Path) -> None:
    for path in directory.rglob("*"):
        os.utime(path, (0, 0))


def from_2128(directory: Path) -> None:
    for path in directory.rglob("*"):
        os.utime(path, (5_000_000_000, 5_000_000_000))


def other_modes(directory: Path) -> None:
    for path in directory.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o500)


def created_in_another_order(directory: Path) -> None:
    content = tree(directory)
    shutil.rmtree(directory)
    for name in reversed(content):
        write(directory / name, content[name])


def with_an_empty_folder(directory: Path) -> None:
    (directory / "empty").mkdir()


def moved(directory: Path) -> None:
    elsewhere = directory.parent / "another" / "place"
    elsewhere.parent.mkdir()
    directory.rename(elsewhere)
    directory.symlink_to(elsewhere)


@pytest.mark.parametrize(
    "change",
    [
        touched,
        from_1970,
        from_2128,
        other_modes,
        created_in_another_order,
        with_an_empty_folder,
        moved,
    ],
)
def test_p36_equal_contents_give_equal_bytes(
    change: Callable[[Path], None], make_skill: WriteFiles
) -> None:
    directory = make_skill(FILES)
    before = skills.bundle(directory).data

    change(directory)

    assert skills.bundle(directory).data == before


def test_p36_the_bytes_do_not_depend_on_the_machine(make_skill: WriteFiles) -> None:
    bundled = skills.bundle(make_skill(FILES))

    assert bundled.sha256 == BUNDLE_SHA_256
    assert bundled.sha256 == hashlib.sha256(bundled.data).hexdigest()


def test_p36_small_skills_are_not_compressed(make_skill: WriteFiles) -> None:
    # Builds of zlib give different bytes for the same text.
    with zipfile.ZipFile(io.BytesIO(skills.bundle(make_skill(FILES)).data)) as archive:
        assert {entry.compress_type for entry in archive.infolist()} == {zipfile.ZIP_STORED}


def test_large_skills_are_compressed(make_skill: WriteFiles) -> None:
    text = b"An invoice line.\n" * (MAX_STORED_BYTES // 17 + 1)
    directory = make_skill({"resources/large.txt": text})

    bundled = skills.bundle(directory)

    assert len(bundled.data) < len(text) / 50
    assert skills.bundle(directory).data == bundled.data


def test_different_contents_give_different_bytes(make_skill: WriteFiles) -> None:
    directory = make_skill(FILES)
    before = skills.bundle(directory)

    (directory / "schema.json").write_text('{"type":  "object"}')

    assert skills.bundle(directory).sha256 != before.sha256


def test_the_archive_has_the_files_byte_for_byte(make_skill: WriteFiles) -> None:
    directory = make_skill({"a.txt": "one\r\ntwo", "b/c.bin": bytes(range(256)), "empty.txt": ""})

    bundled = skills.bundle(directory)

    with zipfile.ZipFile(io.BytesIO(bundled.data)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == tree(directory)
        assert archive.testzip() is None
    assert bundled.files == ("SKILL.md", "a.txt", "b/c.bin", "empty.txt")
    assert bundled.left_out == ()
    assert base64.b64decode(bundled.base64) == bundled.data


def test_bundle_from_directory_is_the_archive_in_base64(make_skill: WriteFiles) -> None:
    directory = make_skill(FILES)

    for path in (directory, str(directory)):
        assert skills.bundle_from_directory(path) == skills.bundle(directory).base64


def test_names_are_stored_in_composed_unicode_form(make_skill: WriteFiles) -> None:
    name = unicodedata.normalize("NFD", "été.md")

    assert skills.bundle(make_skill({name: "x"})).files == ("SKILL.md", "été.md")


def test_a_lower_case_skill_md_gives_the_same_bytes(make_skill: WriteFiles) -> None:
    usual = make_skill(FILES)
    lower = make_skill({**FILES, "SKILL.md": None, "skill.md": GOOD}, folder="lower")

    assert skills.bundle(lower).data == skills.bundle(usual).data
    assert skills.hash_directory(lower) == skills.hash_directory(usual)


def test_hash_directory_depends_on_names_and_contents(make_skill: WriteFiles) -> None:
    directory = make_skill(FILES)
    before = skills.hash_directory(directory)

    from_2128(directory)
    assert skills.hash_directory(directory) == before
    assert skills.hash_directory(directory, exclude=["resources/"]) != before
    (directory / "schema.json").rename(directory / "schema-2.json")
    assert skills.hash_directory(directory) != before
    assert len(before) == 64


def test_p36_the_hash_does_not_depend_on_the_machine(make_skill: WriteFiles) -> None:
    assert skills.hash_directory(make_skill(FILES)) == DIRECTORY_SHA_256


@pytest.mark.parametrize(
    ("names", "problem"),
    [
        (["a.md", "A.md"], "is the same file as 'A.md' on some systems"),
        (["x/a", "X"], "is the same file as 'X' on some systems"),
        (["a:b.md"], "it has a colon"),
        (["a\\b.md"], "it has a backslash"),
        (["a\nb.md"], "it has control characters"),
        (["a\udcff.md"], "or bytes that are not valid UTF-8"),
        (["con.md"], "names a device on Windows"),
        (["a."], "ends in a dot or a blank"),
        (["d" * 250 + "/" + "é" * 126 + "/" + "f" * 250 + "/" + "g" * 250 + "/" + "h" * 250],
         "longer than 1024 bytes"),
    ],
)  # fmt: skip
def test_names_that_are_invalid_on_some_system_are_refused(
    names: list[str], problem: str, make_skill: WriteFiles
) -> None:
    directory = make_skill(dict.fromkeys(names, "x"))

    with pytest.raises(InputError, match="cannot be bundled: .*" + problem) as caught:
        skills.bundle(directory)
    assert "exclude" in str(caught.value.suggestion)
    assert skills.bundle(directory, exclude=[name.partition("/")[0] for name in names[:1]])


def test_only_the_first_problems_are_listed(make_skill: WriteFiles) -> None:
    directory = make_skill({f"{number}:x": "" for number in range(9)})

    with pytest.raises(InputError, match="; 4 more"):
        skills.bundle(directory)


def test_a_file_that_cannot_be_read_is_named(
    make_skill: WriteFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = make_skill({"secret.md": "x"})

    refuse_to_open("secret.md", monkeypatch)

    for use in (skills.bundle, skills.hash_directory):
        with pytest.raises(InputError, match=r"secret\.md cannot be read: Permission denied"):
            use(directory)
