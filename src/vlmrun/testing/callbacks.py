"""Finished jobs, posted to their `callback_url` as the service does it, on this machine alone."""

from __future__ import annotations

import asyncio
import ipaddress
import threading
from collections.abc import Coroutine
from time import monotonic
from typing import Any

import anyio
import attrs
import httpx
from starlette.responses import JSONResponse

from vlmrun.errors import InputError, WaitTimeoutError
from vlmrun.testing.jobs import Job
from vlmrun.webhooks import SIGNATURE_HEADER, sign_for_test

RETRIES = 2
SECONDS_PER_TRY = 30.0
FIRST_PAUSE = 0.05
KEPT = 10_000


@attrs.define(eq=False)
class Callback:
    """A finished job that the server has posted, or is about to.

    Attributes:
        url: The job's `callback_url`.
        job: The job's JSON.
        body: The same as the bytes of the request.
        headers: The request's headers: its content type, and the signature if there is a secret.
        statuses: What each try was answered with, at most three; None where no answer came.
        problem: Why the last try found no answer, or why there was none.
        is_over: Whether it was acknowledged or given up.
    """

    url: str
    job: dict[str, Any] = attrs.field(repr=False)
    body: bytes = attrs.field(repr=False)
    headers: dict[str, str] = attrs.field(repr=False)
    statuses: list[int | None] = attrs.field(factory=list)
    problem: str | None = None
    is_over: bool = False

    @property
    def status(self) -> int | None:
        """What the last try was answered with."""
        return self.statuses[-1] if self.statuses else None

    @property
    def is_acknowledged(self) -> bool:
        """Whether a try was answered with a 2xx."""
        return self.status is not None and 200 <= self.status < 300


@attrs.frozen
class Delivery:
    """How callbacks are delivered.

    Attributes:
        secret: What they are signed with; None leaves the signature out.
        pause: Seconds before the second try; before the third it is twice as long.
    """

    secret: str | None = None
    pause: float = FIRST_PAUSE

    def __attrs_post_init__(self) -> None:
        if self.secret == "":
            raise InputError("webhook_secret is empty; None leaves the signature out")
        if self.pause < 0:
            raise InputError(f"webhook_pause must be 0 or more, got {self.pause}")


class Callbacks:
    """Posts jobs when they end, in a thread of its own, and keeps a record of each."""

    def __init__(self, delivery: Delivery, state_lock: Any) -> None:
        self._delivery = delivery
        self._state_lock = state_lock
        self._changed = threading.Condition()
        self._records: list[Callback] = []
        self._loop: _Loop | None = None
        self._is_closed = False

    def watch(self, job: Job, url: str | None) -> None:
        """Have a job posted to a URL, if there is one, as soon as it ends.

        It ends when a look finds it so, or at its time. To be called while the state is locked, and
        before the job is first looked at.
        """
        if not url:
            return
        job.on_end = lambda value: self._send(url, value)
        if job.seconds_left():
            self._start(self._end_in_time(job))

    @property
    def records(self) -> list[Callback]:
        """All callbacks so far, oldest first."""
        with self._changed:
            return list(self._records)

    def clear(self) -> None:
        """Forget all callbacks so far."""
        with self._changed:
            self._records.clear()

    def wait_for(self, count: int, timeout: float) -> list[Callback]:
        """The callbacks that are over, once there are as many as `count`.

        Raises:
            WaitTimeoutError: Time is up, or the server closes.
        """
        expires = monotonic() + timeout
        with self._changed:
            while True:
                over = [record for record in self._records if record.is_over]
                if len(over) >= count:
                    return over
                left = expires - monotonic()
                if left <= 0 or self._is_closed:
                    going_on = [record.url for record in self._records if not record.is_over]
                    raise WaitTimeoutError(
                        f"{len(over)} of {count} callbacks are over; still going on: {going_on}"
                    )
                self._changed.wait(left)

    def close(self) -> None:
        """Break off what is going on."""
        with self._changed:
            self._is_closed = True
            loop, self._loop = self._loop, None
            self._changed.notify_all()
        if loop is not None:
            loop.close()

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        with self._changed:
            if self._is_closed:
                work.close()
                return
            if self._loop is None:
                self._loop = _Loop()
            self._loop.start(work)

    async def _end_in_time(self, job: Job) -> None:
        # A clock may wake it a moment early.
        while left := job.seconds_left():  # noqa: ASYNC110
            await anyio.sleep(left)
        with self._state_lock:
            job.as_json()

    def _send(self, url: str, job: dict[str, Any]) -> None:
        body = bytes(JSONResponse(job).body)
        headers = {"Content-Type": "application/json"}
        if self._delivery.secret is not None:
            headers[SIGNATURE_HEADER] = sign_for_test(body, self._delivery.secret)
        record = Callback(url, job, body, headers)
        with self._changed:
            self._records.append(record)
            del self._records[:-KEPT]
        if is_on_this_machine(url):
            self._start(self._deliver(record))
        else:
            self._note(record, problem="not called: only this machine is", is_over=True)

    async def _deliver(self, record: Callback) -> None:
        # Without the proxies of this machine's settings, which would lead away from it.
        async with httpx.AsyncClient(verify=False, trust_env=False, timeout=None) as http:
            for attempt in range(1 + RETRIES):
                if attempt:
                    await anyio.sleep(self._delivery.pause * attempt)
                status, problem = await _post(http, record)
                statuses = [*record.statuses, status]
                self._note(record, statuses=statuses, problem=problem)
                if record.is_acknowledged:
                    break
        self._note(record, is_over=True)

    def _note(self, record: Callback, **changes: Any) -> None:
        with self._changed:
            for name, value in changes.items():
                setattr(record, name, value)
            self._changed.notify_all()


class _Loop:
    """An event loop in a thread of its own."""

    def __init__(self) -> None:
        self._is_ready = threading.Event()
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._run()), name="vlmrun-callbacks", daemon=True
        )
        self._thread.start()
        self._is_ready.wait()

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop)

    def close(self) -> None:
        """End all work, and the thread."""
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    async def _run(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        self._is_ready.set()
        await self._stop.wait()


async def _post(http: httpx.AsyncClient, record: Callback) -> tuple[int | None, str | None]:
    """The status of the answer, or what went wrong."""
    try:
        with anyio.fail_after(SECONDS_PER_TRY):
            answer = await http.post(record.url, content=record.body, headers=record.headers)
    except Exception as error:  # whatever a URL can bring about
        return None, str(error) or type(error).__name__
    return answer.status_code, None


def is_on_this_machine(url: str) -> bool:
    """Whether a URL's host is localhost or a loopback address."""
    try:
        parsed = httpx.URL(url)
        host = parsed.host
        return parsed.scheme in ("http", "https") and (
            host == "localhost" or ipaddress.ip_address(host).is_loopback
        )
    except (httpx.InvalidURL, ValueError):
        return False
