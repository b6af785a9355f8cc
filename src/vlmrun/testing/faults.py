"""Faults: which requests they apply to, and how they change the response."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Mapping
from fnmatch import fnmatchcase
from time import monotonic
from typing import Any, Literal, get_args

import attrs

from vlmrun._core.rate_limiter import RateLimit
from vlmrun._messages import short_repr
from vlmrun._validation import check_int, check_optional, check_seconds
from vlmrun.errors import InputError, InputTypeError
from vlmrun.testing.recorded_requests import Request

ResetPoint = Literal["before_reading", "after_reading", "after_handling", "in_body"]


@attrs.define(eq=False)
class Fault:
    """An error to inject into the next matching requests.

    A fault matches requests by `operation`, `method` and `path`, as far as they are set, and with
    `above` only those beyond a rate. It skips the first `skip` matching requests and applies to the
    next `times`. At most one fault applies to a request: the one that was injected first.

    These steps follow in order. The server waits `delay` seconds. With `status`, the operation is
    *not* executed and the response has that status; otherwise it is executed and the response is
    the real one. `headers` are added to the response and `body` replaces its body. `truncate` and
    `reset` may then break it off.

    Attributes:
        operation: An operationId of the contract, "put_object" or "get_object".
        method: An HTTP method.
        path: A glob pattern for the whole path, for example `/v1/files/*`.
        above: A rate such as "5/second", up to which requests do not match: the rate limit of a
            service, with `status=429` and `times=None`.
        times: The number of requests to apply to; None for all.
        skip: The number of matching requests to skip first.
        delay: Seconds to wait before anything else. Closing the server ends the delay.
        status: The status of the response, 200 to 599.
        headers: Headers to add, for example {"Retry-After": "1"}.
        body: The body of the response: str or bytes are sent as they are, anything else as JSON.
            With `status` and without `body`, the body is {"detail": …}.
        reset: Reset the TCP connection: "before_reading" the body, "after_reading" it but before
            the operation is executed, "after_handling" it, or "in_body" of the response.
        truncate: Send only this number of bytes of the body, although Content-Length has the
            full number, and close the connection.

    Example:
        >>> server.inject(Fault("execute_agent", status=503, headers={"Retry-After": "1"}))
        >>> server.inject(Fault("get_execution", reset="after_handling", times=2))
        >>> server.inject(Fault("execute_agent", status=429, above="5/second", times=None))
    """

    operation: str | None = None
    method: str | None = attrs.field(default=None, kw_only=True)
    path: str | None = attrs.field(default=None, kw_only=True)
    above: str | None = attrs.field(default=None, kw_only=True)
    times: int | None = attrs.field(default=1, kw_only=True)
    skip: int = attrs.field(default=0, kw_only=True)
    delay: float = attrs.field(default=0, kw_only=True)
    status: int | None = attrs.field(default=None, kw_only=True)
    headers: Mapping[str, str] = attrs.field(factory=dict, kw_only=True)
    body: Any = attrs.field(default=None, kw_only=True)
    reset: ResetPoint | None = attrs.field(default=None, kw_only=True)
    truncate: int | None = attrs.field(default=None, kw_only=True)
    _matched: int = attrs.field(default=0, init=False, repr=False)
    _rate: RateLimit | None = attrs.field(default=None, init=False, repr=False)
    _served: deque[float] = attrs.field(factory=deque, init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        self._rate = RateLimit.parse("above", self.above)
        if self.reset is not None and self.reset not in get_args(ResetPoint):
            known = ", ".join(get_args(ResetPoint))
            raise InputError(f"reset must be one of {known}, got {short_repr(self.reset)}")
        check_optional(check_int, "status", self.status, 200, 599)
        check_optional(check_int, "times", self.times, 1)
        check_optional(check_int, "truncate", self.truncate)
        check_int("skip", self.skip)
        check_seconds("delay", self.delay)
        effects = (self.status, self.reset, self.body, self.truncate)
        if not (self.delay or self.headers or any(each is not None for each in effects)):
            raise InputError(
                f"A fault of {self.operation or 'all operations'} has no effect",
                suggestion="Pass status=503, delay=5, reset='after_reading', or another effect",
            )
        if not isinstance(self.headers, Mapping):
            raise InputTypeError(f"headers must be a mapping, got {short_repr(self.headers)}")

    def applies_to(self, request: Request) -> bool:
        """Return whether to apply to this request; counts it if it matches."""
        if not self._matches(request):
            return False
        # Skipped requests count as well; the caller holds a lock.
        self._matched += 1
        is_used_up = self.times is not None and self._matched > self.skip + self.times
        return self._matched > self.skip and not is_used_up

    def _matches(self, request: Request) -> bool:
        return (
            self.operation in (None, request.operation)
            and (self.method is None or self.method.upper() == request.method)
            and (self.path is None or fnmatchcase(request.path, self.path))
            and (self._rate is None or self._is_above(self._rate))
        )

    def _is_above(self, rate: RateLimit) -> bool:
        """Return whether a request is beyond the rate; counts it if it is not."""
        now = monotonic()
        while self._served and self._served[0] <= now - rate.period:
            self._served.popleft()
        if len(self._served) >= rate.requests:
            return True
        self._served.append(now)
        return False

    @property
    def changes_response(self) -> bool:
        """Whether the response must be complete before it is sent."""
        return bool(
            self.headers
            or self.body is not None
            or self.truncate is not None
            or self.reset in ("after_handling", "in_body")
        )

    def content(self) -> tuple[bytes, str]:
        """Return the body of the response and its media type."""
        if isinstance(self.body, bytes):
            return self.body, "application/octet-stream"
        if isinstance(self.body, str):
            return self.body.encode(), "text/plain; charset=utf-8"
        value = self.body
        # These statuses never have a body
        # (https://www.rfc-editor.org/rfc/rfc9110#section-6.4.1).
        if value is None and self.status in (204, 304):
            return b"", "application/json"
        if value is None:
            value = {"detail": f"Injected fault: status {self.status}"}
        return json.dumps(value).encode(), "application/json"
