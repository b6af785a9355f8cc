"""Calls that are cancelled at each moment at which a cancellation can arrive.

    python -m tests.faults.cancelled_calls [NAME ...]

runs the calls again and again, and cancels each of them one iteration of the event loop later. Each
of them is run with one client for all, and with a new client each.
"""

from __future__ import annotations

import asyncio
import gc
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import vlmrun.testing
from tests.faults.test_every_operation import assert_idle
from tests.many import batch_program
from vlmrun import AsyncVLMRun
from vlmrun.testing import Server

KEY = "test-key-0123456789"
MODEL = "vlmrun-orion-1:auto"
EXAMPLES = Path(__file__).parents[2] / "examples"
SKILL = EXAMPLES / "skills/patient-referral"
INPUTS = EXAMPLES / "inputs"
PDF = INPUTS / "referral.pdf"
IMAGE = (INPUTS / "invoice.png").read_bytes()

_CREATED = 201


class CancellingLoop(asyncio.SelectorEventLoop):
    """An event loop that cancels a task after so many of its own iterations.

    There is an iteration only if there is something to do, so these are all the moments at which a
    cancellation can arrive.
    """

    def __init__(self) -> None:
        super().__init__()
        self._left = 0
        self._task: asyncio.Task[Any] | None = None
        self.has_cancelled = False

    async def run(self, call: Coroutine[Any, Any, Any], iterations: int) -> asyncio.Task[Any]:
        """Run a call, cancel it after so many iterations, and return its task, which has ended."""
        self.has_cancelled = False
        self._left, self._task = iterations, asyncio.ensure_future(call)
        await asyncio.wait([self._task])
        return self._task

    def _run_once(self) -> None:
        super()._run_once()  # type: ignore[misc]
        self._left -= 1
        if self._left == 0 and self._task is not None:
            self.has_cancelled = self._task.cancel()


class Trial(NamedTuple):
    """One cancelled call.

    Attributes:
        client: The client.
        server: The server.
        folder: A folder for files.
        number: After how many iterations it is cancelled; the id of its job has this number.
        ended: The ids of jobs that the caller has the results of.
    """

    client: AsyncVLMRun
    server: Server
    folder: Path
    number: int
    ended: set[str]

    @property
    def id(self) -> str:
        """The id of the job."""
        return f"job-{self.number}"


async def execute(trial: Trial) -> None:
    await trial.client.agent.execute(prompt="Read it", id=trial.id, batch=False)


async def execute_with_file(trial: Trial) -> None:
    content = f"document {trial.number}".encode()
    inputs = {"file": ("a.txt", content), "other": ("b.txt", content + b"!")}
    await trial.client.agent.execute(inputs=inputs, prompt="Read it", id=trial.id)


async def generate(trial: Trial) -> None:
    url = "https://example.com/a.pdf"
    await trial.client.document.generate(url=url, domain="document.invoice", id=trial.id)


async def upload(trial: Trial) -> None:
    await trial.client.files.upload(PDF, force=True)


async def upload_to_storage(trial: Trial) -> None:
    await trial.client.files.upload(PDF, method="presigned-url", force=True)


async def wait(trial: Trial) -> None:
    await trial.client.executions.wait((await submitted(trial))[0])


async def wait_many(trial: Trial) -> None:
    await trial.client.executions.wait_many(await submitted(trial))


async def submitted(trial: Trial) -> list[str]:
    """Return the ids of jobs that were submitted before this call."""
    return [job.id for job in (await trial.client.executions.list(limit=3))]


async def execute_many(trial: Trial, journal: Path | None = None) -> None:
    inputs = [{"number": f"{trial.number}.{number}"} for number in range(4)]
    items = trial.client.agent.execute_many(inputs, prompt="Read it", journal=journal)
    async for item in items:
        assert item.error is None
        trial.ended.add(str(item.id))


async def execute_many_with_journal(trial: Trial) -> None:
    await execute_many(trial, trial.folder / f"{trial.number}.sqlite")


async def stream(trial: Trial) -> None:
    messages: Any = [{"role": "user", "content": "Hello"}]
    completions = trial.client.agent.completions
    async for _ in await completions.create(model=MODEL, messages=messages, stream=True):
        pass


async def stream_images(trial: Trial) -> None:
    questions = {"is_open": {"type": "noul"}}
    async with trial.client.gateway.systemone.stream(questions, transport="ws") as opened:
        async for _ in opened.map([IMAGE] * 3):
            pass


async def download(trial: Trial) -> None:
    (file,) = await trial.client.files.list(limit=1)
    target = trial.folder / f"copy-{trial.number}.pdf"
    await trial.client.files.get_content(str(file.id), to=target)


async def save(trial: Trial) -> None:
    await trial.client.executions.save("before-0", trial.folder / f"saved-{trial.number}")


async def download_skill(trial: Trial) -> None:
    (skill,) = await trial.client.skills.list(limit=1)
    await trial.client.skills.download(skill.id, to=trial.folder / f"skill-{trial.number}")


CALLS: dict[str, Callable[[Trial], Coroutine[Any, Any, None]]] = {
    call.__name__: call
    for call in (
        execute,
        execute_with_file,
        generate,
        upload,
        upload_to_storage,
        wait,
        wait_many,
        execute_many,
        execute_many_with_journal,
        stream,
        stream_images,
        download,
        save,
        download_skill,
    )
}


class Trials:
    """The calls of one kind, cancelled one after the other.

    Args:
        name: The name of the call.
        server: The server.
        folder: A folder for files.
        is_fresh: Whether each of them has a client of its own, which was not used before.
    """

    def __init__(self, name: str, server: Server, folder: Path, is_fresh: bool = False) -> None:
        self._call = CALLS[name]
        self._is_fresh = is_fresh
        self._server = server
        self._folder = folder
        self._loop = CancellingLoop()
        self._notes: list[str] = []
        # The ids of jobs that need no note.
        self._ended: set[str] = {f"before-{number}" for number in range(3)}

    def assert_nothing_is_lost(self, moments: Iterable[int]) -> int:
        """Run the trials, and check the jobs and the files that they leave.

        Args:
            moments: As for `run`.

        Returns:
            The number of calls that were cancelled.
        """
        count = self.run(moments)
        self.assert_no_job_is_lost()
        self.assert_files_are_complete()
        return count

    def run(self, moments: Iterable[int]) -> int:
        """Cancel the call at these moments, as long as it has not ended before.

        Returns:
            The number of calls that were cancelled.
        """
        try:
            return self._loop.run_until_complete(self._run(moments))
        finally:
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.run_until_complete(self._loop.shutdown_default_executor())
            self._loop.close()

    async def _run(self, moments: Iterable[int]) -> int:
        count = 0
        async with self._client() as client:
            await client.skills.create_from_directory(SKILL)
            await client.files.upload(PDF, force=True)
            for number in range(3):
                await client.agent.execute(prompt="Read it", id=f"before-{number}")
            await client.executions.wait("before-0")
            for moment in moments:
                used = self._client() if self._is_fresh else client
                trial = Trial(used, self._server, self._folder, moment, self._ended)
                if not await self._is_cancelled(trial):
                    break
                count += 1
                if self._is_fresh:
                    await used.close()
                if self._call is execute_many_with_journal:
                    await self._call(trial._replace(client=client))
        return count

    def _client(self) -> AsyncVLMRun:
        url, gateway_url = self._server.url, self._server.gateway_url
        return AsyncVLMRun(KEY, url, gateway_url=gateway_url, max_retries=0, timeout=60)

    async def _is_cancelled(self, trial: Trial) -> bool:
        task = await self._loop.run(self._call(trial), trial.number)
        if not self._loop.has_cancelled:
            task.result()
            self._ended.add(trial.id)
            return False
        where = f"{self._call.__name__} after {trial.number} iterations"
        assert task.cancelled(), f"the cancellation was lost: {where}"
        try:
            await task
        except asyncio.CancelledError as error:
            # On Python 3.10, a task raises another exception, with that of the call as its context.
            own = error if hasattr(error, "__notes__") else error.__context__
            self._notes.append("".join(getattr(own, "__notes__", ())))
        await _no_task_is_left(where)
        assert_idle(trial.client)
        for group in trial.client._context.shared._poll_groups.values():
            assert (group._jobs, group._waiting, group._leader) == ({}, {}, None), where
        return True

    def assert_files_are_complete(self) -> None:
        """Assert that each file or folder is complete, or does not exist."""
        for path in self._folder.iterdir():
            kind = path.name.partition("-")[0]
            if kind == "copy":
                assert path.read_bytes() == PDF.read_bytes()
            elif kind in ("saved", "skill"):
                last = "manifest.json" if kind == "saved" else "SKILL.md"
                assert (path / last).is_file(), path
            else:
                assert path.suffix == ".sqlite", path

    def assert_no_job_is_lost(self) -> None:
        """Assert that no item has two jobs, and that the exceptions have named the jobs.

        Those whose results the callers have got need not be named.
        """
        numbers: Counter[str] = Counter()
        for request in self._server.requests:
            if request.operation not in ("execute_agent", "generate_document_prediction"):
                continue
            id = request.json["id"]
            if request.status == _CREATED:
                numbers[(request.json.get("inputs") or {}).get("number", id)] += 1
            notes = [note for note in self._notes if id in note]
            assert notes or id in self._ended, f"{id} has reached the server"
            assert not any("so nothing was started" in note for note in notes), notes
        assert set(numbers.values()) == {1}, numbers


async def _no_task_is_left(where: str) -> None:
    """Wait until no other task is left; what is closed in the background ends by itself."""
    for _ in range(5000):
        if len(asyncio.all_tasks()) == 1:
            return
        await asyncio.sleep(0.001)
    raise AssertionError(f"tasks are left: {where}: {asyncio.all_tasks()}")


def main(names: list[str]) -> None:
    """Run the calls of these names, or all."""
    batch_program.shorten_pauses()
    for name, is_fresh in product(names or CALLS, (False, True)):
        started = time.monotonic()
        with vlmrun.testing.serve(polls=1) as server, tempfile.TemporaryDirectory() as folder:
            trials = Trials(name, server, Path(folder), is_fresh)
            count = trials.assert_nothing_is_lost(range(1, 1000))
        gc.collect()
        client = "a new client each" if is_fresh else "one client"
        print(f"{name}, {client}: {count} moments, {time.monotonic() - started:.1f} s", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
