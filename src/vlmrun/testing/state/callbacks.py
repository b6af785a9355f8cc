"""Webhook callbacks: finished jobs are posted to their `callback_url`, to loopback hosts only."""

from __future__ import annotations

import asyncio
import ipaddress
import threading
from collections.abc import Coroutine
from time import monotonic
from typing import Any

import attrs
import httpx
from anyio import fail_after, sleep
from starlette.responses import JSONResponse

from vlmrun.errors import InputError, WaitTimeoutError
from vlmrun.testing.state.jobs import Job
from vlmrun.webhooks import SIGNATURE_HEADER, sign_for_test

RETRIES = 2
ATTEMPT_TIMEOUT = 30.0
# The service waits 1 and 2 seconds; tests should not.
DEFAULT_PAUSE = 0.05
MAX_RECORDS = 10_000

_NOT_CALLED = "not called: the host is not a loopback address"


@attrs.define(eq=False)
class Callback:
    """A finished job that the server posted, or will post.

    Attributes:
        url: The `callback_url` of the job.
        job: The JSON of the job.
        body: The same as the bytes of the request body.
        headers: The request headers: the content type, and the signature if there is a secret.
        statuses: The response status of each attempt, at most three; None without a response.
        problem: Why the last attempt got no response, or why no attempt was made.
        is_over: Whether the callback was acknowledged or given up.
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
        """The response status of the last attempt."""
        return self.statuses[-1] if self.statuses else None

    @property
    def is_acknowledged(self) -> bool:
        """Whether the last attempt got a 2xx response."""
        return self.status is not None and 200 <= self.status < 300


@attrs.frozen
class CallbackSettings:
    """Signature and retry schedule of callbacks.

    Attributes:
        secret: The webhook secret; None omits the signature.
        pause: Seconds before the first retry; the second one waits twice as long.
    """

    secret: str | None = None
    pause: float = DEFAULT_PAUSE

    def __attrs_post_init__(self) -> None:
        if self.secret == "":
            raise InputError("webhook_secret is empty; pass None to omit the signature")
        if self.pause < 0:
            raise InputError(f"webhook_pause must be 0 or more, got {self.pause}")


class CallbackDelivery:
    """Posts jobs when they end, in a thread of its own, and records each callback."""

    def __init__(self, settings: CallbackSettings, state_lock: Any) -> None:
        self._settings = settings
        self._state_lock = state_lock
        self._changed = threading.Condition()
        self._records: list[Callback] = []
        self._loop: _LoopThread | None = None
        self._is_closed = False

    def watch(self, job: Job, url: str | None) -> None:
        """Post a job to a URL, if there is one, as soon as it ends.

        It ends when a poll finds it finished, or when its time has passed. Call this with the
        state locked, before the first poll.
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
        """Wait until `count` callbacks are over, and return all that are.

        Raises:
            WaitTimeoutError: The timeout expired, or the server was closed.
        """
        deadline = monotonic() + timeout
        with self._changed:
            while True:
                over = [record for record in self._records if record.is_over]
                if len(over) >= count:
                    return over
                left = deadline - monotonic()
                if left <= 0 or self._is_closed:
                    pending = [record.url for record in self._records if not record.is_over]
                    raise WaitTimeoutError(
                        f"{len(over)} of {count} callbacks are over; still pending: {pending}"
                    )
                self._changed.wait(left)

    def close(self) -> None:
        """Cancel all pending callbacks."""
        with self._changed:
            self._is_closed = True
            loop, self._loop = self._loop, None
            self._changed.notify_all()
        # Outside of the lock, which the thread needs in order to end.
        if loop is not None:
            loop.close()

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        with self._changed:
            if self._is_closed:
                work.close()
                return
            if self._loop is None:
                self._loop = _LoopThread()
            self._loop.start(work)

    async def _end_in_time(self, job: Job) -> None:
        # The loop's clock may wake it slightly too early, so the rest is slept in another turn.
        while left := job.seconds_left():  # noqa: ASYNC110
            await sleep(left)
        with self._state_lock:
            job.as_json()

    def _send(self, url: str, job: dict[str, Any]) -> None:
        body = bytes(JSONResponse(job).body)
        headers = {"Content-Type": "application/json"}
        if self._settings.secret is not None:
            headers[SIGNATURE_HEADER] = sign_for_test(body, self._settings.secret)
        record = Callback(url, job, body, headers)
        with self._changed:
            self._records.append(record)
            del self._records[:-MAX_RECORDS]
        # Test data often contains real URLs. Calling them would send test data to strangers.
        if is_loopback_url(url):
            self._start(self._deliver(record))
        else:
            self._update(record, problem=_NOT_CALLED, is_over=True)

    async def _deliver(self, record: Callback) -> None:
        # trust_env=False ignores the proxy settings of the environment: a proxy would carry the
        # request to another machine.
        # verify=False skips loading the CA certificates, which takes longer than the request.
        # timeout=None since each request has a timeout of its own.
        async with httpx.AsyncClient(
            verify=False,  # noqa: S501
            trust_env=False,
            timeout=None,  # noqa: S113
        ) as http:
            for attempt in range(1 + RETRIES):
                if attempt:
                    await sleep(self._settings.pause * attempt)
                status, problem = await _post(http, record)
                statuses = [*record.statuses, status]
                self._update(record, statuses=statuses, problem=problem)
                if record.is_acknowledged:
                    break
        self._update(record, is_over=True)

    def _update(self, record: Callback, **changes: Any) -> None:
        with self._changed:
            for name, value in changes.items():
                setattr(record, name, value)
            self._changed.notify_all()


class _LoopThread:
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
        """Cancel all work and end the thread."""
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    async def _run(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        self._is_ready.set()
        await self._stop.wait()


async def _post(http: httpx.AsyncClient, record: Callback) -> tuple[int | None, str | None]:
    """Send one attempt; return the status of the response, or None and the error."""
    try:
        with fail_after(ATTEMPT_TIMEOUT):
            response = await http.post(record.url, content=record.body, headers=record.headers)
    except Exception as error:  # an arbitrary URL can cause an arbitrary error
        return None, str(error) or type(error).__name__
    return response.status_code, None


def is_loopback_url(url: str) -> bool:
    """Return whether the host of an HTTP URL is localhost or a loopback address."""
    try:
        parsed = httpx.URL(url)
        host = parsed.host
        return parsed.scheme in ("http", "https") and (
            host == "localhost" or ipaddress.ip_address(host).is_loopback
        )
    except (httpx.InvalidURL, ValueError):
        return False
