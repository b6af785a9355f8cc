"""The requests that reached the server, as they were on the wire."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import attrs

KEPT_BODY = 4 * 1024 * 1024


@attrs.define(eq=False)
class Request:
    """A request that the stand-in server got. Not the server's own: a record of it.

    Attributes:
        id: The `x-request-id` of its answer.
        method: GET, POST, …
        path: The path as it was decoded, with the `/v1` of the base URL.
        query: The query's values; of a name that occurs twice, the last.
        headers: Names in lower case; of a name that occurs twice, the values joined by ", ".
        operation: The contract's operationId, such as "execute_agent"; "put_object" and
            "get_object" for the storage behind presigned URLs; None for an unknown path.
        connection: A number that the requests of one connection share; it says nothing
            without sockets.
        size: How many bytes of body came.
        status: The status of the answer; None while there is none.
        fault: Whether an injected fault met it.
    """

    id: str
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    operation: str | None = None
    connection: int | None = None
    size: int = 0
    status: int | None = None
    fault: bool = False
    _body: bytearray = attrs.field(factory=bytearray, repr=False)
    _digest: Any = attrs.field(factory=hashlib.sha256, repr=False)

    @property
    def body(self) -> bytes | None:
        """The body; None if it is larger than 4 MiB, of which only size and digest are kept."""
        return bytes(self._body) if self.size <= KEPT_BODY else None

    @property
    def sha256(self) -> str:
        """The SHA-256 of the body in lower-case hex."""
        return str(self._digest.hexdigest())

    @property
    def json(self) -> Any:
        """The body's JSON value; None where it is not JSON."""
        try:
            return json.loads(self.body or b"")
        except ValueError:
            return None

    def feed(self, data: bytes) -> None:
        """Take note of a piece of the body."""
        self.size += len(data)
        self._digest.update(data)
        if self.size <= KEPT_BODY:
            self._body += data
        else:
            self._body.clear()


def record_of(scope: Mapping[str, Any], id: str) -> Request:
    """The record of a request whose body is still to come."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    query = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
    client = scope.get("client")
    return Request(
        id,
        scope["method"],
        scope["path"],
        query,
        headers,
        connection=client[1] if client else None,
    )
