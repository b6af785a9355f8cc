"""Records of the requests that the server received, as they were on the wire."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import attrs

# Tests upload files of hundreds of megabytes, which must not stay in memory.
MAX_BODY = 4 * 1024 * 1024

# Nor must all messages of a long session.
MAX_MESSAGES = 1000

# The key of the notes of a request in its ASGI scope.
NOTES_KEY = "vlmrun.notes"


@attrs.define(eq=False)
class Request:
    """A request that the mock server received.

    Attributes:
        id: The `x-request-id` of the response.
        method: GET, POST, …; GET for the handshake of a WebSocket.
        path: The decoded path, with the `/v1` of the base URL.
        query: The query parameters; the last value of a repeated name.
        headers: Names in lower case; the values of a repeated name are joined by ", ".
        operation: The operationId of the contract, for example "execute_agent"; "put_object" and
            "get_object" for the storage behind presigned URLs; None for an unknown path.
        connection: A number that all requests of one connection share; without sockets it has no
            meaning.
        size: The number of bytes of the body that were received.
        status: The status of the response; None until there is one.
        duration: Seconds until the response was sent; None until then.
        fault: Whether an injected fault applied to it.
        notes: What the service might have refused, and this server accepted.
        messages: The first 1,000 messages of a WebSocket: JSON as it was received, and the size of
            each binary frame as {"bytes": ...}.
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
    duration: float | None = None
    fault: bool = False
    notes: list[str] = attrs.field(factory=list)
    messages: list[Any] = attrs.field(factory=list, repr=False)
    _body: bytearray = attrs.field(factory=bytearray, repr=False)
    _digest: Any = attrs.field(factory=hashlib.sha256, repr=False)

    @property
    def body(self) -> bytes | None:
        """The body; None if it has more than 4 MiB, since only size and digest are stored then."""
        return bytes(self._body) if self.size <= MAX_BODY else None

    @property
    def sha256(self) -> str:
        """The SHA-256 of the body in lower-case hex."""
        return str(self._digest.hexdigest())

    @property
    def json(self) -> Any:
        """The JSON value of the body; None if it is not JSON."""
        try:
            return json.loads(self.body or b"")
        except ValueError:
            return None

    def feed(self, data: bytes) -> None:
        """Record a part of the body."""
        self.size += len(data)
        self._digest.update(data)
        if self.size <= MAX_BODY:
            self._body += data
        else:
            self._body.clear()

    def feed_message(self, text: str | None, data: bytes | None) -> None:
        """Record a message of a WebSocket."""
        if len(self.messages) >= MAX_MESSAGES:
            return
        if data is not None:
            self.messages.append({"bytes": len(data)})
            return
        try:
            self.messages.append(json.loads(text or ""))
        except ValueError:
            self.messages.append(text)


def record_of(scope: Mapping[str, Any], id: str) -> Request:
    """Create the record of a request whose body has not been received yet."""
    headers: dict[str, str] = {}
    # Latin-1 decodes any bytes, as header values may have
    # (https://www.rfc-editor.org/rfc/rfc9110#section-5.5).
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    query = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
    client = scope.get("client")
    return Request(
        id,
        scope.get("method", "GET"),  # the handshake of a WebSocket
        scope["path"],
        query,
        headers,
        connection=client[1] if client else None,
    )
