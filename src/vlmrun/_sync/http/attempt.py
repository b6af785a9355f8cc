# Derived from _async/http/attempt.py by `make generate`. Do not edit.
"""One attempt to send a request."""

from __future__ import annotations

import logging
from collections.abc import Callable
from time import monotonic, time

import httpx

from vlmrun._attempts import RequestAttempt
from vlmrun._core import error_mapping
from vlmrun._core.request_context import RequestContext
from vlmrun._sync.http.client_pool import PooledClient
from vlmrun._sync.http.deadline_backend import DeadlineTimeout
from vlmrun._sync.http.failures import FailedAttempt
from vlmrun._sync.http.request_builder import is_external, is_idna_error, path_or_host
from vlmrun.errors import RequestTimeoutError, ResponseDecodeError, VLMRunError

logger = logging.getLogger("vlmrun")


class Attempt:
    """One attempt, with its connection and its time.

    Args:
        pooled: The client to send it with.
        context: The settings and the deadline of the call.

    Attributes:
        http_client: The client.
        started: When it began (monotonic seconds).
    """

    def __init__(self, pooled: PooledClient, context: RequestContext) -> None:
        self.http_client = pooled.http_client
        self.started = monotonic()
        self._started_at = time()
        self._response: httpx.Response | None = None
        self._slots = pooled.slots
        self._in_use = pooled.in_use
        self._context = context
        self._timeout = DeadlineTimeout(context.attempt_expires(), self._slots is not None)

    @property
    def abort(self) -> Callable[[], None] | None:
        """Ends the attempt; None if only a cancellation does, in a user's HTTP client."""
        return None if self._slots is None else self._timeout.abort

    def exchange(self, request: httpx.Request) -> httpx.Response:
        """Send a request and return the response as soon as its head has arrived."""
        timeout = self._timeout
        if self._context.remaining() == 0:
            raise FailedAttempt(
                RequestTimeoutError("The deadline has passed, and nothing was sent"),
                never_delivered=True,
            )
        request.extensions["timeout"] = timeout
        if self._slots is not None:
            self._slots.acquire(timeout.remaining(), timeout.use)
            self._in_use[id(timeout)] = timeout
            timeout.on_close = self._release
        started = monotonic()
        self._response = None
        try:
            response = self._response = self._send(request)
        except BaseException:
            timeout.close()
            raise
        if logger.isEnabledFor(logging.DEBUG):
            logger.debug(
                "%s %s: %d in %.0f ms (request id %s)",
                request.method,
                path_or_host(request.url, is_external(request)),
                response.status_code,
                (monotonic() - started) * 1000,
                error_mapping.request_id_of(response.headers),
            )
        return response

    def _release(self) -> None:
        self._in_use.pop(id(self._timeout), None)
        if self._slots is not None:
            self._slots.release()

    def record(self, error: VLMRunError | None = None) -> RequestAttempt:
        """Return what became of the attempt, which has ended with the error, if any."""
        response = self._response
        return RequestAttempt(
            self._started_at,
            monotonic() - self.started,
            None if response is None else response.status_code,
            None if error is None else f"{type(error).__name__}: {error.message}",
            None if response is None else error_mapping.raw_request_id(response.headers.raw),
        )

    def _send(self, request: httpx.Request) -> httpx.Response:
        try:
            # auth=None: the user's client may have credentials for another service.
            return self.http_client.send(request, stream=True, auth=None, follow_redirects=False)
        except VLMRunError:  # raised while a file was read to be sent
            raise
        except httpx.InvalidURL as error:
            raise _invalid_redirect(error) from None
        except httpx.RemoteProtocolError as error:
            if "location header" not in str(error):
                raise
            raise _invalid_redirect(error) from None
        except (OSError, RuntimeError, ValueError) as error:
            if is_idna_error(error):
                raise _invalid_redirect(error) from None
            # What httpx does not translate, or the transport of a user's HTTP client raises.
            raise httpx.NetworkError(f"{type(error).__name__}: {error}") from error


def _invalid_redirect(error: Exception) -> ResponseDecodeError:
    # httpx parses the Location even of a redirect that it does not follow.
    return ResponseDecodeError(f"The service responded with a redirect to an invalid URL: {error}")
