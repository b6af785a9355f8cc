"""Targets of downloads: what they may replace, full disks, a missing home directory."""

from __future__ import annotations

import os
import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from vlmrun.common.utils import create_archive
from vlmrun.errors import FileAccessError, InputError
from vlmrun.testing import Server

RUN = "run-1"
LARGE = b"%PDF-1.7" + bytes(300_000)


@pytest.fixture
def stored(server: Server) -> None:
    server.add_artifact(RUN, LARGE, "doc_0a1b2c")


@contextmanager
def full_disk() -> Iterator[None]:
    """Refuse to write more than 100,000 bytes to a file, as a full disk does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, ignored)


def devices(folder: Path) -> dict[str, Path]:
    pipe, link = folder / "pipe", folder / "link"
    os.mkfifo(pipe)
    link.symlink_to(pipe)
    null = folder / "null"
    null.symlink_to("/dev/null")
    return {"pipe": pipe, "link": link, "null": null}


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize("kind", ["pipe", "link", "null"])
def test_p63_a_download_does_not_replace_a_pipe_or_a_device(
    client: Any, server: Server, tmp_path: Path, kind: str
) -> None:
    path = devices(tmp_path)[kind]
    before = os.lstat(path).st_ino
    for use in (client.artifacts.download, client.artifacts.get):
        with pytest.raises(InputError, match=f"to: {path} is a pipe, a socket or a device"):
            use("doc_0a1b2c", execution_id=RUN, to=path)
    assert os.lstat(path).st_ino == before
    assert server.requests == []


@pytest.mark.usefixtures("stored")
def test_p63_a_pipe_with_the_name_of_an_artifact_is_not_replaced(
    client: Any, tmp_path: Path
) -> None:
    os.mkfifo(tmp_path / "doc_0a1b2c.pdf")
    with pytest.raises(InputError, match="is a pipe"):
        client.artifacts.download("doc_0a1b2c", execution_id=RUN, to=tmp_path)
    (path,) = client.artifacts.download_all(RUN, to=tmp_path)
    assert path.name == "doc_0a1b2c-2.pdf"
    assert sorted(os.listdir(tmp_path)) == ["doc_0a1b2c-2.pdf", "doc_0a1b2c.pdf"]


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize("use", ["download", "get", "download_all"])
def test_p63_a_full_disk_is_an_error_with_the_path(client: Any, tmp_path: Path, use: str) -> None:
    arguments: Any = {"to": f"{tmp_path}/out/"}
    if use != "download_all":
        arguments |= {"object_id": "doc_0a1b2c"}
    execution: Any = {"execution": RUN} if use == "download_all" else {"execution_id": RUN}
    with full_disk(), pytest.raises(FileAccessError, match=r"to: .*out cannot be written") as error:
        getattr(client.artifacts, use)(**execution, **arguments)
    assert isinstance(error.value, OSError)
    assert os.listdir(tmp_path) == []


def test_p63_a_full_disk_while_a_result_is_saved(
    client: Any, server: Server, tmp_path: Path
) -> None:
    execution = client.agent.execute(prompt="Read it", batch=False)
    server.add_artifact(execution.id, LARGE, "doc_0a1b2c")
    with full_disk(), pytest.raises(FileAccessError, match=r"folder: .* cannot be written"):
        client.executions.save(execution, tmp_path / "out" / "first")
    assert os.listdir(tmp_path) == []


def test_p63_a_full_disk_while_a_directory_is_packed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "data").mkdir()
    (tmp_path / "data/noise").write_bytes(os.urandom(300_000))
    with full_disk(), pytest.raises(FileAccessError, match=r"VLMRUN_TMP_DIR: .* cannot be written"):
        create_archive(tmp_path / "data", "data")


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize("to", ["~no-such-user/x", "~no-such-user/x/"])
def test_p63_a_home_directory_that_does_not_exist_is_no_folder(
    client: Any, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, to: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=r"to: ~no-such-user/x.* has no home directory"):
        client.artifacts.download("doc_0a1b2c", execution_id=RUN, to=to)
    assert os.listdir(tmp_path) == []
    assert server.requests == []


@pytest.mark.usefixtures("stored")
def test_p63_without_a_home_directory_the_error_says_what_to_set(
    client: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_home(_: Any) -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("VLMRUN_CACHE_DIR", raising=False)
    monkeypatch.setattr(Path, "home", classmethod(no_home))
    with pytest.raises(InputError, match=r"VLMRUN_ARTIFACTS_CACHE_DIR: Could not .*Set HOME or"):
        client.artifacts.download("doc_0a1b2c", execution_id=RUN)
    with pytest.raises(InputError, match="VLMRUN_TMP_DIR: Could not determine"):
        create_archive(Path(__file__).parent, "files")
    monkeypatch.setenv("VLMRUN_CACHE_DIR", str(tmp_path))
    assert client.artifacts.download("doc_0a1b2c", execution_id=RUN).is_file()
