"""Every entry that takes a file refuses anything but a whole file, and names argument and path."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from tests.files import bad_files
from vlmrun import VLMRun
from vlmrun._files.selection import SelectedFile
from vlmrun._files.upload_source import Source
from vlmrun._index.resources_sync import Resources
from vlmrun.errors import InputError, MissingFileError, VLMRunError
from vlmrun.testing import Server
from vlmrun.types import AgentSkill

Call = Callable[[Any, Path], Any]

SUFFIXES = {"document": ".pdf", "audio": ".mp3", "video": ".mp4", "image": ".png"}
GENERATION = {"prompt": "Read it", "json_schema": {"type": "object"}}


def raise_error(items: Iterator[Any]) -> None:
    """Raise the error of the only item of a batch."""
    (item,) = items
    raise item.error


# By resource, method and parameter: the suffix of a file, its name in errors, and the call.
ENTRIES: dict[tuple[str, str, str], tuple[str, str, Call]] = {
    ("files", "upload", "file"): (".pdf", "file", lambda c, f: c.files.upload(f)),
    ("files", "get_cached_file", "file"): (".pdf", "file", lambda c, f: c.files.get_cached_file(f)),
    ("agent", "execute", "inputs"): (
        ".pdf",
        "inputs['a'][0]",
        lambda c, f: c.agent.execute(prompt="Read it", inputs={"a": [f]}),
    ),
    ("agent", "execute_many", "inputs"): (
        ".pdf",
        "inputs['file']",
        lambda c, f: raise_error(c.agent.execute_many([f], prompt="Read it")),
    ),
    ("agent", "create", "inputs"): (
        ".pdf",
        "inputs['a']",
        lambda c, f: c.agent.create({"prompt": "Read it"}, inputs={"a": f}),
    ),
    ("fine_tuning", "create", "training_file"): (
        ".jsonl",
        "training_file",
        lambda c, f: c.fine_tuning.create("vlm-1", f),
    ),
    ("fine_tuning", "create", "validation_file"): (
        ".jsonl",
        "validation_file",
        lambda c, f: c.fine_tuning.create("vlm-1", "0f0f", f),
    ),
    ("fine_tuning", "generate", "images"): (
        ".png",
        "images[0]",
        lambda c, f: c.fine_tuning.generate("mine", images=[f], config=GENERATION),
    ),
    ("fine_tuning", "generate", "videos"): (
        ".mp4",
        "videos[0]",
        lambda c, f: c.fine_tuning.generate("mine", videos=[f], config=GENERATION),
    ),
}
for resource, suffix in SUFFIXES.items():
    for method, arguments in {
        "generate": {"domain": "document.invoice"},
        "execute": {"name": "a"},
        "schema": {},
    }.items():

        def call(client: Any, file: Any, path: Any = (resource, method, arguments)) -> Any:
            resource, method, arguments = path
            return getattr(getattr(client, resource), method)(**arguments, file=file)

        def call_with_images(client: Any, file: Any, path: Any = (method, arguments)) -> Any:
            method, arguments = path
            return getattr(client.image, method)(**arguments, images=[file])

        ENTRIES[resource, method, "file"] = (suffix, "file", call)
        if resource == "image":
            ENTRIES[resource, method, "images"] = (suffix, "images[0]", call_with_images)

    def call_many(client: Any, file: Any, resource: str = resource) -> Any:
        generate_many = getattr(client, resource).generate_many
        raise_error(generate_many([file], domain="document.invoice"))

    ENTRIES[resource, "generate_many", "inputs"] = (suffix, "file", call_many)

DIRECTORIES = {
    ("datasets", "create", "dataset_directory"),
    ("skills", "create_from_directory", "directory"),
}
TARGETS = {("artifacts", method, "to") for method in ("get", "download", "download_all")} | {
    ("skills", "download", "to"),
    ("files", "get_content", "to"),
}
JOURNALS = {
    ("agent", "execute_many", "journal"),
    *((resource, "generate_many", "journal") for resource in ("document", "audio", "video")),
    ("image", "generate_many", "journal"),
    ("document", "generate", "journal"),
}
MEDIA = tuple(SUFFIXES)
SAVED = {
    *(("agent", method, "save_to") for method in ("execute", "execute_many")),
    *(
        (resource, method, "save_to")
        for resource in MEDIA
        for method in ("generate", "generate_many", "execute")
    ),
    *((resource, "save", "folder") for resource in ("executions", "predictions", *MEDIA)),
}
READ_ONCE = {("files", "get_cached_file", "file"), ("fine_tuning", "generate", "videos")}
UPLOADS = [key for key in ENTRIES if "image" not in (key[0], key[2][:5]) and key not in READ_ONCE]


def file_parameters() -> Iterator[tuple[str, str, str]]:
    """Yield every parameter of the client that a local file or folder can be passed to."""
    client = VLMRun("key")
    for name, member in vars(Resources).items():
        if not isinstance(member, cached_property) or name == "low_level":
            continue
        for method, function in inspect.getmembers(getattr(client, name), inspect.ismethod):
            for parameter in inspect.signature(function).parameters.values():
                kinds = ("PathLike", "BinaryIO", "FileInput", "ImageInput")
                is_file = any(kind in str(parameter.annotation) for kind in kinds)
                if not method.startswith("_") and (is_file or parameter.name == "inputs"):
                    yield name, method, parameter.name


def test_p60_every_entry_that_takes_a_file_is_tested() -> None:
    assert set(file_parameters()) == ENTRIES.keys() | DIRECTORIES | TARGETS | JOURNALS | SAVED


def ids(key: Any) -> str:
    return key.__name__ if callable(key) else ".".join(key)


@pytest.fixture
def path(request: pytest.FixtureRequest) -> Iterator[Path]:
    with bad_files.public_folder() as folder:
        yield folder / "invoice"


def expect_refusal(client: Any, call: Call, file: Path, argument: str) -> str:
    with pytest.raises(VLMRunError) as caught:
        call(client, file)
    assert isinstance(caught.value, InputError)
    assert caught.value.message.startswith(argument)
    assert file.name[:40] in caught.value.message
    return caught.value.message


@pytest.mark.parametrize("entry", ENTRIES, ids=ids)
def test_p60_what_is_no_whole_file_is_refused(
    client: Any, server: Server, path: Path, entry: tuple[str, str, str]
) -> None:
    suffix, argument, call = ENTRIES[entry]
    for kind in bad_files.KINDS:
        file = kind(path.with_name(f"{kind.__name__}{suffix}"))
        with bad_files.as_ordinary_user() if kind is bad_files.unreadable else nullcontext():
            expect_refusal(client, call, file, argument)
        assert server.requests == [], file


@pytest.mark.parametrize("entry", UPLOADS, ids=ids)
@pytest.mark.parametrize("change", ["longer", "shorter", "other", "replaced", "deleted", "a pipe"])
def test_p60_a_file_that_changes_after_its_digest_was_computed_is_not_sent(
    client: Any,
    server: Server,
    path: Path,
    entry: tuple[str, str, str],
    change: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if change == "a pipe" and not hasattr(os, "mkfifo"):
        pytest.skip("this system has no named pipes")
    suffix, argument, call = ENTRIES[entry]
    file = path.with_suffix(suffix)
    file.write_bytes(b"The first version")
    scan = Source.scan

    def scan_and_change(source: Source, *args: Any) -> Any:
        scanned = scan(source, *args)
        if change in ("deleted", "a pipe"):
            file.unlink()
            if change == "a pipe":
                os.mkfifo(file)
        elif change == "replaced":
            file.rename(file.with_name("old"))
            file.write_bytes(b"The other version")
        else:
            new = {"longer": b"The first version, and more", "shorter": b"The", "other": b"X" * 17}
            file.write_bytes(new[change])
            # Clocks of file systems may not have moved on within a test.
            os.utime(file, ns=(1, 1))
        return scanned

    monkeypatch.setattr(Source, "scan", scan_and_change)
    message = expect_refusal(client, call, file, argument)
    assert {"deleted": "no such file", "a pipe": "is a pipe"}.get(
        change, "while it was sent"
    ) in message
    assert {request.operation for request in server.requests} == {"get_file_by_hash"}


def test_p60_a_deleted_file_is_a_file_not_found_error(client: Any, path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"file: no such file: .*invoice") as caught:
        client.files.upload(path)
    assert isinstance(caught.value, MissingFileError)


FOLDER_CALLS: dict[tuple[str, str, str], Call] = {
    ("datasets", "create", "dataset_directory"): lambda c, f: c.datasets.create(
        "document.invoice", f, "invoices", "documents"
    ),
    ("skills", "create_from_directory", "directory"): lambda c, f: c.skills.create_from_directory(
        f
    ),
    ("AgentSkill", "from_directory", "path"): lambda c, f: AgentSkill.from_directory(f),
}


def a_file(path: Path) -> Path:
    path.write_bytes(b"x")
    return path


def unreadable_folder(path: Path) -> Path:
    path.mkdir()
    (path / "SKILL.md").write_bytes(b"x")
    path.chmod(0)
    return path


def folder_with_an_unreadable_file(path: Path) -> Path:
    path.mkdir()
    (path / "SKILL.md").write_bytes(b"---\nname: a\ndescription: b\n---\n")
    bad_files.unreadable(path / f"{path.name}.md")
    return path


FOLDER_KINDS = [
    *(bad_files.missing, bad_files.pipe, bad_files.link_to_nothing, bad_files.link_to_itself),
    *(bad_files.below_a_file, bad_files.too_long, bad_files.without_a_home, bad_files.folder),
    *(a_file, unreadable_folder, folder_with_an_unreadable_file),
]


@pytest.mark.parametrize("kind", FOLDER_KINDS, ids=ids)
@pytest.mark.parametrize("entry", FOLDER_CALLS, ids=ids)
def test_p60_what_cannot_be_packed_is_refused(
    client: Any, server: Server, path: Path, entry: tuple[str, str, str], kind: Any
) -> None:
    folder = kind(path)
    is_unreadable = kind in (unreadable_folder, folder_with_an_unreadable_file)
    with bad_files.as_ordinary_user() if is_unreadable else nullcontext():
        expect_refusal(client, FOLDER_CALLS[entry], folder, entry[2])
    assert server.requests == []


@pytest.mark.parametrize("entry", FOLDER_CALLS, ids=ids)
def test_p60_a_file_that_vanishes_while_it_is_packed_is_an_error(
    client: Any,
    server: Server,
    path: Path,
    entry: tuple[str, str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path.mkdir()
    (path / "SKILL.md").write_bytes(b"---\nname: a\ndescription: b\n---\n")
    (path / "invoice.md").write_bytes(b"x")
    to_source = SelectedFile.to_source

    def remove_first(selected: SelectedFile) -> Source:
        (path / "invoice.md").unlink(missing_ok=True)
        return to_source(selected)

    monkeypatch.setattr(SelectedFile, "to_source", remove_first)
    expect_refusal(client, FOLDER_CALLS[entry], path, entry[2])
    assert server.requests == []
