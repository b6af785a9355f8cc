"""Files are read before they are sent: within the deadline, and only as long as someone waits."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from vlmrun import AsyncVLMRun, VLMRun
from vlmrun.errors import RequestTimeoutError
from vlmrun.testing import Server

KEY = "test-key-0123456789"
TERABYTE = 2**40


class SlowFile:
    """An open file of a terabyte, of which each read returns a byte.

    Attributes:
        begun: Set once it is read for its content.
        is_read: Whether it is read at this moment.
    """

    name = "a.pdf"

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.is_read = False
        self._position = 0

    def read(self, size: int = -1) -> bytes:
        if size == 0:
            return b""
        self.is_read = True
        self.begun.set()
        self._position += 1
        self.is_read = False
        return b"x"

    def seek(self, offset: int, whence: int = 0) -> int:
        self._position = offset + (TERABYTE if whence == 2 else 0)
        return self._position

    def tell(self) -> int:
        return self._position


CALLS: dict[str, Callable[[Any, Any, Path], Any]] = {
    "upload": lambda client, file, _: client.files.upload(file),
    "get_cached_file": lambda client, file, _: client.files.get_cached_file(file),
    "execute": lambda client, file, _: client.agent.execute(prompt="Read", inputs={"a": file}),
    "batch": lambda client, file, _: next(iter(client.agent.execute_many([file], prompt="Read"))),
    "journal": lambda client, file, path: next(
        iter(client.agent.execute_many([file], prompt="Read", journal=path))
    ),
}


@pytest.mark.parametrize("call", CALLS)
def test_p27_the_deadline_limits_the_reading_of_files(
    connect: Any, server: Server, tmp_path: Path, call: str
) -> None:
    client = connect(deadline=0.05)
    try:
        error = CALLS[call](client, SlowFile(), tmp_path / "runs.sqlite").error
    except RequestTimeoutError as raised:
        error = raised
    assert isinstance(error, RequestTimeoutError)
    assert "while a file was read, and nothing was sent" in str(error)
    assert server.requests == []


def test_a_batch_that_is_closed_reads_no_file_to_its_end(server: Server, tmp_path: Path) -> None:
    file = SlowFile()
    with VLMRun(KEY, base_url=server.url) as client:
        items = client.agent.execute_many(
            [{}, file], prompt="Read", in_order=False, journal=tmp_path / "runs.sqlite"
        )
        next(items)
        assert file.begun.wait(30)
        items.close()
    assert (file.is_read, file.tell()) == (False, 0)


def test_a_cancelled_upload_gives_the_file_back(server: Server) -> None:
    file: Any = SlowFile()

    async def main() -> None:
        async with AsyncVLMRun(KEY, base_url=server.url) as client:
            task = asyncio.ensure_future(client.files.upload(file))
            assert await asyncio.to_thread(file.begun.wait, 30)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            # Nothing else may move its position any more.
            assert (file.is_read, file.tell()) == (False, 0)

    asyncio.run(main())


def test_a_cancelled_upload_does_not_wait_for_threads_that_are_busy(server: Server) -> None:
    file: Any = SlowFile()
    free = threading.Event()

    async def main() -> None:
        loop = asyncio.get_running_loop()
        async with AsyncVLMRun(KEY, base_url=server.url) as client:
            await client.models.list()
            # More than the loop has threads for.
            busy = [loop.run_in_executor(None, free.wait) for _ in range(64)]
            task = asyncio.ensure_future(client.files.upload(file))
            for _ in range(10):
                await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            free.set()
            await asyncio.gather(*busy)

    asyncio.run(main())
    assert not file.begun.is_set()
