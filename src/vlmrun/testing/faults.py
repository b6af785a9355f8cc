"""Faults to inject: which requests they meet, and what then happens to the answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any, Literal, get_args

import attrs

from vlmrun._messages import short_repr
from vlmrun.errors import InputError, InputTypeError
from vlmrun.testing.recording import Request

When = Literal["before_reading", "after_reading", "after_handling", "in_body"]


@attrs.define(eq=False)
class Fault:
    """Something that goes wrong with the next requests that it fits.

    Which requests: all that fit `operation`, `method` and `path`, where given; the first `skip` of
    them are spared, the next `times` are met. A request meets one fault at most, the one that was
    injected first.

    What happens, in this order: the server waits `delay` seconds; with `status` the operation is
    *not* carried out and the answer has that status, else it is carried out and the answer is the
    real one; `headers` are added to the answer and `body` takes the place of its body; then
    `truncate` and `reset` may break it off.

    Attributes:
        operation: An operationId of the contract, "put_object" or "get_object".
        method: An HTTP method.
        path: A glob of the whole path, such as "/v1/files/*".
        times: How many requests it meets; None for all.
        skip: How many it spares first.
        delay: Seconds to wait before anything else. Closing the server ends it.
        status: The status to answer with, 200 to 599.
        headers: Headers to add, such as {"Retry-After": "1"}.
        body: Text or bytes as they are; anything else as JSON. With `status` and without this, the
            body is {"detail": …}.
        reset: Cut the connection (TCP reset): "before_reading" the body, "after_reading" it but
            before the operation is carried out, "after_handling" it, or "in_body" of the answer.
        truncate: Send so many bytes of the body, though Content-Length promises all, and close.

    Example:
        >>> server.inject(Fault("execute_agent", status=503, headers={"Retry-After": "1"}))
        >>> server.inject(Fault("get_execution", reset="after_handling", times=2))
    """

    operation: str | None = None
    method: str | None = attrs.field(default=None, kw_only=True)
    path: str | None = attrs.field(default=None, kw_only=True)
    times: int | None = attrs.field(default=1, kw_only=True)
    skip: int = attrs.field(default=0, kw_only=True)
    delay: float = attrs.field(default=0, kw_only=True)
    status: int | None = attrs.field(default=None, kw_only=True)
    headers: Mapping[str, str] = attrs.field(factory=dict, kw_only=True)
    body: Any = attrs.field(default=None, kw_only=True)
    reset: When | None = attrs.field(default=None, kw_only=True)
    truncate: int | None = attrs.field(default=None, kw_only=True)
    _seen: int = attrs.field(default=0, init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        if self.reset is not None and self.reset not in get_args(When):
            known = ", ".join(get_args(When))
            raise InputError(f"reset must be one of {known}, got {short_repr(self.reset)}")
        if self.status is not None and not 200 <= self.status <= 599:
            raise InputError(f"status must be 200 to 599, got {short_repr(self.status)}")
        for name, value, least in (
            ("times", self.times, 1),
            ("skip", self.skip, 0),
            ("delay", self.delay, 0),
            ("truncate", self.truncate, 0),
        ):
            if value is not None and value < least:
                raise InputError(f"{name} must be {least} or more, got {short_repr(value)}")
        if not isinstance(self.headers, Mapping):
            raise InputTypeError(f"headers must be a mapping, got {short_repr(self.headers)}")

    def meets(self, request: Request) -> bool:
        """Whether it meets this request; counts it if it fits."""
        if not self._fits(request):
            return False
        self._seen += 1
        spent = self.times is not None and self._seen > self.skip + self.times
        return self._seen > self.skip and not spent

    def _fits(self, request: Request) -> bool:
        return (
            self.operation in (None, request.operation)
            and (self.method is None or self.method.upper() == request.method)
            and (self.path is None or fnmatchcase(request.path, self.path))
        )

    @property
    def touches_answer(self) -> bool:
        """Whether the whole answer must be at hand before it is sent."""
        return bool(
            self.headers
            or self.body is not None
            or self.truncate is not None
            or self.reset in ("after_handling", "in_body")
        )

    def content(self) -> tuple[bytes, str]:
        """The body to answer with, and its media type."""
        if isinstance(self.body, bytes):
            return self.body, "application/octet-stream"
        if isinstance(self.body, str):
            return self.body.encode(), "text/plain; charset=utf-8"
        value = self.body
        if value is None and self.status in (204, 304):
            return b"", "application/json"
        if value is None:
            value = {"detail": f"Injected fault: status {self.status}"}
        return json.dumps(value).encode(), "application/json"
