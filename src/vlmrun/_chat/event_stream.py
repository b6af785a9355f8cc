"""Server-sent events of a chat: parsed, checked, and passed on in one form.

The openai package decodes each event without checks, and takes the end of the connection for the
end of the completion. A broken event would be an error of `json` in the user's code, and half of a
completion would pass for all of it.

https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from vlmrun._redaction import redact, without_data

_LINE_END = re.compile(rb"\r\n|\n|\r")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_END = b"[DONE]"
_ERROR = b"error"

# Names of events that only keep the connection open.
_KEEP_ALIVE = frozenset({b"ping", b"heartbeat", b"keepalive", b"keep-alive"})

# Characters to keep of an error that is not an object.
_MAX_MESSAGE = 2000

# Levels of nesting. Code that copies or dumps an object recurses, and Python allows some 1,000.
_MAX_DEPTH = 100


class BadEvent(Exception):
    """An event that cannot be read, or a stream that ends too early.

    Attributes:
        problem: What is wrong.
        piece: The data of the event; None if the stream ended.
    """

    def __init__(self, problem: str, piece: bytes | None = None) -> None:
        super().__init__(problem)
        self.problem = problem
        self.piece = piece


class EventStream:
    """Parses the events of one response.

    Args:
        is_chat: Whether the events are chunks of a completion; otherwise, those of a transcription.
        secrets: Values of the request that the service may repeat, and no error may show.

    Attributes:
        is_over: Whether the last event has arrived; what follows it does not matter.
        usage: The `usage` of the completion, if a chunk had it.
    """

    def __init__(self, is_chat: bool = True, secrets: Sequence[str] = ()) -> None:
        self._is_chat = is_chat
        self._secrets = secrets
        self._pieces: list[bytes] = []  # of a line that has not ended
        self._is_first_line = True
        self._after_return = False
        self._data: list[bytes] = []
        self._name = b""
        self._finished: dict[int, bool] = {}
        self.is_over = False
        self.usage: Any = None

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Yield the events that a chunk completes, each in the form "data: ...".

        Raises:
            BadEvent: An event cannot be read. Those before it have been yielded.
        """
        for line in self._lines(chunk):
            if line:
                self._read_field(line)
                continue
            event = self._event()
            if event is not None:
                yield event
            if self.is_over:
                return

    def end(self) -> None:
        """Check that the stream was complete when the connection was closed.

        Raises:
            BadEvent: It was not.
        """
        if not (self.is_over or (self._finished and all(self._finished.values()))):
            raise BadEvent("The stream ended before the completion did")

    def _lines(self, chunk: bytes) -> Iterator[bytes]:
        if self._after_return and chunk.startswith(b"\n"):
            chunk = chunk[1:]
        if not chunk:
            return
        self._after_return = chunk.endswith(b"\r")
        *ended, rest = _LINE_END.split(chunk)
        for line in ended:
            line = b"".join([*self._pieces, line])
            self._pieces.clear()
            if self._is_first_line:
                line = line.removeprefix(_BYTE_ORDER_MARK)
                self._is_first_line = False
            yield line
        if rest:
            self._pieces.append(rest)

    def _read_field(self, line: bytes) -> None:
        name, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        # A comment has no name; `id` and `retry` are about reconnecting, which a chat cannot.
        if name == b"data":
            self._data.append(value)
        elif name == b"event":
            self._name = value

    def _event(self) -> bytes | None:
        """Return the event whose last line was read; None if it has no content."""
        name, lines = self._name, self._data
        self._name, self._data = b"", []
        data = b"\n".join(lines)
        if not data.strip() or name in _KEEP_ALIVE:
            return None
        if data.startswith(_END):
            self.is_over = True
            return b"data: [DONE]\n\n"
        body = _error_in(data) if name == _ERROR else _decoded(data)
        if body == {}:
            return None
        if isinstance(body, dict) and body.get("error"):
            body["error"] = redact(_as_object(body["error"]), self._secrets)
        else:
            try:
                self._check(body)
            except (TypeError, ValueError) as error:
                raise BadEvent(f"An event of the stream is not valid: {error}", data) from None
        return b"data: " + json.dumps(body).encode() + b"\n\n"

    def _check(self, body: Any) -> None:
        if not isinstance(body, dict):
            raise TypeError("it is not an object")
        if self._is_chat:
            self._check_chunk(body)
        elif str(body.get("type", "")).endswith(".done"):
            self._finished[0] = True

    def _check_chunk(self, chunk: dict[str, Any]) -> None:
        """Check the fields that the openai package reads without checks, and fill missing ones."""
        self.usage = chunk.get("usage") or self.usage
        if chunk.get("choices") is None:
            chunk["choices"] = []
        for position, choice in enumerate(_objects("choices", chunk["choices"])):
            index = choice.setdefault("index", position)
            delta = choice["delta"] = choice.get("delta") or {}
            reason = choice.setdefault("finish_reason", None)
            _require("index", index, int)
            _require("delta", delta, dict)
            _require("content", delta.get("content"), str, type(None))
            _require("finish_reason", reason, str, type(None))
            check_tool_calls(delta.get("tool_calls"), has_index=True)
            self._finished[index] = self._finished.get(index, False) or reason is not None


def check_tool_calls(calls: Any, *, has_index: bool = False) -> None:
    """Check the tool calls of a message, or of a part of it.

    Raises:
        TypeError: One has another type than the openai package expects.
    """
    for call in _objects("tool_calls", [] if calls is None else calls):
        if has_index:
            _require("tool_calls.index", call.get("index"), int)
        function = call.get("function")
        _require("tool_calls.function", function, dict, type(None))
        for name in ("name", "arguments"):
            _require(f"tool_calls.function.{name}", (function or {}).get(name), str, type(None))


def events_in(content: bytes, secrets: Sequence[str] = ()) -> tuple[bytes, Any]:
    """Return the events of a whole completion, checked, and its `usage`.

    Raises:
        BadEvent: One cannot be read, or there are too few.
    """
    stream = EventStream(secrets=secrets)
    events = b"".join(stream.feed(content))
    stream.end()
    return events, stream.usage


def _decoded(data: bytes) -> Any:
    try:
        body = json.loads(data.decode())
    except (ValueError, RecursionError) as error:
        raise BadEvent(f"An event of the stream is not valid JSON: {error}", data) from None
    # Few events have enough brackets to be worth a closer look.
    if data.count(b"[") + data.count(b"{") > _MAX_DEPTH and is_too_deep(body):
        raise BadEvent("An event of the stream is nested too deeply", data)
    return body


def _error_in(data: bytes) -> dict[str, Any]:
    """Return an event of the name `error`, which may also be the error itself, or its message."""
    try:
        body = _decoded(data)
    except BadEvent:
        body = data.decode(errors="replace")
    if isinstance(body, dict) and body.get("error"):
        return body
    return {"error": body or "an error without a message"}


def _as_object(error: Any) -> dict[str, Any]:
    """Return an error in the form that the openai package reads its message from."""
    if not isinstance(error, dict):
        return {"message": without_data(str(error)[:_MAX_MESSAGE])}
    message = error.get("message")
    return {**error, "message": without_data(message)} if isinstance(message, str) else error


def is_too_deep(value: Any) -> bool:
    """Return whether decoded JSON has more levels than can be copied or dumped safely."""
    level = [value]
    for _ in range(_MAX_DEPTH):
        level = [
            inner
            for each in level
            if isinstance(each, (dict, list))
            for inner in (each.values() if isinstance(each, dict) else each)
        ]
    return bool(level)


def _objects(name: str, value: Any) -> list[dict[str, Any]]:
    _require(name, value, list)
    for each in value:
        _require(name, each, dict)
    return list(value)


def _require(name: str, value: Any, *types: type) -> None:
    if not isinstance(value, types) or isinstance(value, bool):
        expected = " or ".join(cls.__name__ for cls in types if cls is not type(None))
        raise TypeError(f"{name} must be {expected}, got {type(value).__name__}")
