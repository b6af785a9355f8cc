"""Uploads and downloads of one call run at the same time, bounded and in order."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import pytest
from starlette.types import Receive, Scope, Send

from vlmrun._async.http.uploader import MAX_CONCURRENT_TRANSFERS
from vlmrun.errors import ResponseDecodeError, ValidationError
from vlmrun.testing import Fault, Server
from vlmrun.testing.http.asgi_app import App

RUN = "6b2f0c1e-0000-4000-8000-000000000001"


class Gate:
    """Holds requests of one kind at the mock server until enough of them are there at once.

    Attributes:
        peak: The highest number of such requests that were in progress at the same time.
    """

    def __init__(self, method: str, path: str, parties: int) -> None:
        self._request = (method, path)
        self._parties = parties
        self._in_progress = 0
        self._opened: anyio.Event | None = None
        self.peak = 0

    def holds(self, scope: Scope) -> bool:
        return scope["type"] == "http" and (scope["method"], scope["path"]) == self._request

    async def enter(self) -> None:
        # Created here, because an event belongs to the server's event loop.
        self._opened = self._opened or anyio.Event()
        self._in_progress += 1
        self.peak = max(self.peak, self._in_progress)
        if self._in_progress == self._parties:
            self._opened.set()
        with anyio.fail_after(20):
            await self._opened.wait()

    def leave(self) -> None:
        self._in_progress -= 1


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Gate]:
    """Install a gate in front of the mock server."""

    def install(method: str, path: str, parties: int) -> Gate:
        gate = Gate(method, path, parties)
        handle = App.__call__

        async def handle_gated(app: App, scope: Scope, receive: Receive, send: Send) -> None:
            if not gate.holds(scope):
                await handle(app, scope, receive, send)
                return
            await gate.enter()
            try:
                await handle(app, scope, receive, send)
            finally:
                gate.leave()

        monkeypatch.setattr(App, "__call__", handle_gated)
        return gate

    return install


@pytest.fixture
def paths(tmp_path: Path) -> list[Path]:
    """Twelve files with different contents, more than run at the same time."""
    paths = [tmp_path / f"{number}.txt" for number in range(MAX_CONCURRENT_TRANSFERS + 4)]
    for path in paths:
        path.write_text(path.name)
    return paths


def count(server: Server, operation: str) -> int:
    return sum(each.operation == operation for each in server.requests)


def test_inputs_are_uploaded_concurrently_and_each_takes_the_place_of_its_path(
    client: Any, server: Server, gate: Callable[..., Gate], paths: list[Path]
) -> None:
    uploads = gate("POST", "/v1/files", MAX_CONCURRENT_TRANSFERS)
    client.agent.execute(prompt="Read it", inputs={"files": paths, "again": {"first": paths[0]}})
    assert uploads.peak == MAX_CONCURRENT_TRANSFERS
    assert count(server, "upload_file") == len(paths)
    inputs = server.requests[-1].json["inputs"]
    names = [client.files.get(part["file_id"]).filename for part in inputs["files"]]
    assert names == [path.name for path in paths]
    assert inputs["again"] == {"first": inputs["files"][0]}


def test_equal_files_of_one_call_are_uploaded_once(
    client: Any, server: Server, tmp_path: Path
) -> None:
    copies = [tmp_path / name for name in ("a.txt", "b.txt", "c.txt")]
    for copy in copies:
        copy.write_text("the same")
    client.agent.execute(prompt="Read it", inputs={"files": copies})
    assert count(server, "upload_file") == 1
    first, *others = server.requests[-1].json["inputs"]["files"]
    assert others == [first, first]
    assert client.files.get(first["file_id"]).filename == "a.txt"


def test_after_a_failed_upload_no_other_starts_and_nothing_is_executed(
    client: Any, server: Server, gate: Callable[..., Gate], paths: list[Path]
) -> None:
    gate("POST", "/v1/files", MAX_CONCURRENT_TRANSFERS)
    server.inject(Fault("upload_file", status=422, times=None))
    with pytest.raises(ValidationError):
        client.agent.execute(prompt="Read it", inputs={"files": paths})
    assert count(server, "upload_file") == MAX_CONCURRENT_TRANSFERS
    assert count(server, "execute_agent") == 0


def test_all_artifacts_are_downloaded_concurrently_and_named_in_the_order_of_the_list(
    client: Any, server: Server, gate: Callable[..., Gate], tmp_path: Path
) -> None:
    numbers = range(MAX_CONCURRENT_TRANSFERS + 4)
    for number in numbers:
        server.add_artifact(RUN, f"{number}".encode(), f"doc_{number:06d}", filename="page.txt")
    downloads = gate("GET", "/v1/artifacts", MAX_CONCURRENT_TRANSFERS)
    paths = client.artifacts.download_all(RUN, to=tmp_path / "out")
    assert downloads.peak == MAX_CONCURRENT_TRANSFERS
    assert [path.read_text() for path in paths] == [str(number) for number in numbers]
    assert [path.name for path in paths[:3]] == ["page.txt", "page-2.txt", "page-3.txt"]
    assert sorted(paths) == sorted((tmp_path / "out").iterdir())


def test_artifacts_before_a_failed_one_are_stored_and_later_ones_are_not(
    client: Any, server: Server, tmp_path: Path
) -> None:
    for number in (0, 1, 3):
        server.add_artifact(RUN, b"%PDF", f"doc_{number:06d}")
    # What a `url_` artifact holds must be a URL; this one is found out after its download.
    items = [{"object_id": id, "filename": None} for id in ("doc_000000", "doc_000001")]
    items += [{"object_id": "url_000002", "filename": None}]
    items += [{"object_id": "doc_000003", "filename": None}]
    server.add_artifact(RUN, "no link", "url_000002")
    listing = {"namespace_id": RUN, "items": items}
    server.inject(Fault("list_artifacts", status=200, body=listing))
    with pytest.raises(ResponseDecodeError):
        client.artifacts.download_all(RUN, to=tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["doc_000000.pdf", "doc_000001.pdf"]
