# Derived from _async/transport.py by `make generate`. Do not edit.
"""Where requests leave and answers arrive: the adapter between operations and httpx."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from time import monotonic
from typing import Any, BinaryIO, NamedTuple, TypeVar

import httpx

from vlmrun._core import failures, retry
from vlmrun._core.call import Call
from vlmrun._core.runtime_sync import sleep
from vlmrun._sync.connections import Connections
from vlmrun.errors import (
    APIError,
    ConfigurationError,
    NetworkError,
    OutcomeUnknownError,
    RequestTimeoutError,
)
from vlmrun.version import __version__

T = TypeVar("T")

logger = logging.getLogger("vlmrun")

USER_AGENT = f"vlmrun-python/{__version__}"

# httpx reports these before a byte of the request has left.
_NEVER_DELIVERED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)

Kwargs = Mapping[str, Any]


class Answer(NamedTuple):
    """A successful answer, read to its end."""

    status: int
    headers: httpx.Headers
    content: bytes

    def json(self) -> Any:
        """Its JSON; `ResponseDecodeError` if it is none."""
        return failures.decode_json(self.status, self.headers, self.content)


class _TimeLeft(dict[str, float]):
    """The time bounds of one attempt, as httpcore asks for them stage by stage.

    Each stage (connect, write, read) gets what is left of the attempt, so that they do not add up.
    """

    def __init__(self, expires: float) -> None:
        left = max(expires - monotonic(), 0.001)
        super().__init__(connect=left, read=left, write=left, pool=left)
        self._expires = expires

    def get(self, key: str, default: Any = None) -> Any:
        return max(self._expires - monotonic(), 0.001) if key in self else default


class _Failure(NamedTuple):
    error: APIError
    never_delivered: bool = False


class Transport:
    """Sends requests over one connection pool, repeats what may be repeated, maps errors.

    It is shared by all resources of a client and by its `with_options` copies.
    """

    def __init__(self, http_client: Any = None) -> None:
        self._connections = Connections(http_client)

    def request(
        self,
        kwargs: Kwargs | Callable[[], Kwargs],
        call: Call,
        *,
        repeatable: bool | None = None,
        authenticated: bool = True,
    ) -> Answer:
        """Send a request and return the answer.

        Args:
            kwargs: What httpx's `build_request` takes, with the path as `url`; a function makes
                them anew for each attempt, where a body can be read only once.
            call: The settings, and the deadline over all attempts and pauses.
            repeatable: Whether a repetition does no harm; by default the method tells.
            authenticated: Whether to send the key; never to another host than the base URL's.

        Raises:
            APIError: The class that the status or the failure stands for.
        """

        def attempt() -> Answer | _Failure:
            made = kwargs() if callable(kwargs) else kwargs
            return self._attempt(made, call, authenticated)

        if repeatable is None:
            made = kwargs() if callable(kwargs) else kwargs
            repeatable = made["method"].upper() in retry.REPEATABLE_METHODS
        return self._persist(attempt, call, repeatable)

    def download(self, url: str, target: BinaryIO, call: Call) -> None:
        """Write what a URL of the storage host holds into `target`, piece by piece, without a key.

        Raises:
            APIError: As `request`; `target` then holds nothing of use.
        """

        def attempt() -> bool | _Failure:
            return self._fetch(url, target, call)

        self._persist(attempt, call, repeatable=True)

    def _persist(self, attempt: Callable[[], T | _Failure], call: Call, repeatable: bool) -> T:
        """Try until it succeeds, or must not, need not or cannot be tried again."""
        tries = 0
        while True:
            outcome = attempt()
            if not isinstance(outcome, _Failure):
                return outcome
            final = self._final(outcome, repeatable)
            if final is not None or tries >= call.settings.max_retries:
                raise final or outcome.error
            pause = retry.pause_before_retry(outcome.error, tries)
            left = call.remaining()
            if pause is None or (left is not None and pause >= left):
                raise outcome.error
            logger.debug("retrying in %.2f s after %s", pause, outcome.error.error_type)
            sleep(pause)
            tries += 1

    @staticmethod
    def _final(failure: _Failure, repeatable: bool) -> APIError | None:
        """The error to raise at once, or None where the request may be sent again."""
        error = failure.error
        if failure.never_delivered or retry.is_throttled(error):
            return None
        if repeatable:
            return None if retry.is_transient(error.http_status) else error
        if error.http_status is not None:
            return error
        unknown = OutcomeUnknownError(f"The request was sent, but no answer came: {error.message}")
        unknown.__cause__ = error.__cause__
        return unknown

    def _attempt(self, kwargs: Kwargs, call: Call, authenticated: bool) -> Answer | _Failure:
        try:
            with self._exchange(kwargs, call, authenticated) as (response, expires):
                content = self._read(response, expires)
        except httpx.HTTPError as cause:
            return self._unanswered(cause, call)
        error = failures.failure_of(response.status_code, response.headers, content)
        if error is not None:
            return _Failure(error)
        return Answer(response.status_code, response.headers, content)

    @contextmanager
    def _exchange(
        self, kwargs: Kwargs, call: Call, authenticated: bool
    ) -> Iterator[tuple[httpx.Response, float | None]]:
        """Send one request; the response, its body still to be read, and when it must be over."""
        expires = call.attempt_expires()
        if call.expires is not None and call.expires <= monotonic():
            raise httpx.PoolTimeout("the deadline has passed")
        http = self._connections.get()
        request = self._build(http, kwargs, call, expires, authenticated)
        started = monotonic()
        response = http.send(request, stream=True, auth=None, follow_redirects=False)
        try:
            logger.debug(
                "%s %s: %d in %.0f ms (request id %s)",
                request.method,
                request.url.path,
                response.status_code,
                (monotonic() - started) * 1000,
                failures.request_id_of(response.headers),
            )
            yield response, expires
        finally:
            response.close()

    @staticmethod
    def _build(
        http: httpx.Client,
        kwargs: Kwargs,
        call: Call,
        expires: float | None,
        authenticated: bool,
    ) -> httpx.Request:
        settings = call.settings
        options = dict(kwargs)
        url = options.pop("url")
        relative = "://" not in url
        limits: Any = httpx.Timeout(None).as_dict() if expires is None else _TimeLeft(expires)
        try:
            request = http.build_request(
                options.pop("method"),
                settings.base_url + url if relative else url,
                extensions={"timeout": limits},
                **options,
            )
        except httpx.InvalidURL as error:
            raise ConfigurationError(f"Not a usable URL: {error}") from None
        request.headers["User-Agent"] = USER_AGENT
        if relative:
            request.headers.update(settings.headers)
        key = settings.api_key
        if authenticated and relative and key is not None:
            request.headers["Authorization"] = f"Bearer {key.reveal()}"
        elif not relative:
            request.headers.pop("Authorization", None)
        return request

    @staticmethod
    def _read(response: httpx.Response, expires: float | None) -> bytes:
        pieces = []
        for piece in response.iter_bytes():
            pieces.append(piece)
            if expires is not None and monotonic() > expires:
                raise httpx.ReadTimeout("the answer did not end in time")
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    @staticmethod
    def _unanswered(cause: httpx.HTTPError, call: Call) -> _Failure:
        never = isinstance(cause, _NEVER_DELIVERED)
        what = str(cause) or type(cause).__name__
        error: APIError
        if isinstance(cause, httpx.TimeoutException):
            limit = "deadline" if call.remaining() == 0.0 else "timeout"
            error = RequestTimeoutError(f"No answer within the {limit}: {what}")
        elif isinstance(cause, httpx.DecodingError):
            error = NetworkError(f"The answer is broken: {what}")
        else:
            error = NetworkError(f"The connection failed: {what}")
        error.__cause__ = cause
        return _Failure(error, never)

    def _fetch(self, url: str, target: BinaryIO, call: Call) -> bool | _Failure:
        target.seek(0)
        target.truncate()
        kwargs = {"method": "GET", "url": url}
        try:
            with self._exchange(kwargs, call, False) as (response, expires):
                if not response.is_success:
                    content = self._read(response, expires)
                    error = failures.failure_of(response.status_code, response.headers, content)
                    return _Failure(error or NetworkError())
                for piece in response.iter_bytes():
                    target.write(piece)
                    if expires is not None and monotonic() > expires:
                        raise httpx.ReadTimeout("the download did not end in time")
        except httpx.HTTPError as cause:
            return self._unanswered(cause, call)
        return True

    def close(self) -> None:
        """Close the connections that are this transport's own; a caller's client stays open."""
        self._connections.close()
