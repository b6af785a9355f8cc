"""The events of a chat as they arrive, checked, for the openai package to decode."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx

from vlmrun._async.http.request_builder import secrets_of
from vlmrun._async.http.responses import StreamingBody
from vlmrun._chat.errors import as_openai_error
from vlmrun._chat.event_stream import BadEvent, EventStream
from vlmrun._core import error_mapping
from vlmrun._core.job_kinds import Kind
from vlmrun._core.outcomes import explain, interrupted
from vlmrun._core.request_context import RequestContext
from vlmrun._core.usage import add_chat
from vlmrun.errors import APIError

_LAST_EVENT = b"[DONE]"


class ChatEvents(httpx.AsyncByteStream):
    """The body of an open response with events.

    It ends with the event `[DONE]`; a connection that breaks after it does no harm. Until then, a
    stream that breaks off, stalls or cannot be read is an error which says that the chat began.

    Args:
        response: The open response.
        context: The settings and the deadline of the call.
        kind: What was requested, for error messages.
        is_chat: Whether the events are chunks of a completion.
        enforces_deadlines: Whether the connection enforces a deadline that is changed meanwhile.
    """

    def __init__(
        self,
        response: httpx.Response,
        context: RequestContext,
        kind: Kind,
        *,
        is_chat: bool,
        enforces_deadlines: bool,
    ) -> None:
        self._response = response
        self._kind = kind
        self._settings = context.settings
        self._is_counted = not is_chat
        self._events = EventStream(is_chat, secrets_of(response.request))
        self._body = StreamingBody(
            response,
            context,
            last_event=_LAST_EVENT,
            enforces_deadline=enforces_deadlines,
            map_error=self._broken_off,
        )

    async def __aiter__(self) -> AsyncIterator[bytes]:
        # The openai package may iterate again after the end, to drain the body.
        if self._events.is_over:
            return
        try:
            async for chunk in self._body:
                for event in self._events.feed(chunk):
                    yield event
                if self._events.is_over:
                    self._count()
                    return
            self._events.end()
            self._count()
            return
        except BadEvent as cause:
            error = self._unreadable(cause)
        raise error

    async def aclose(self) -> None:
        """Return the connection to the pool, or close it if there is more to read."""
        self._count()
        await self._body.aclose()

    def _count(self) -> None:
        """Count the cost of the chat; it is unknown if the stream was closed before its end."""
        if not self._is_counted:
            self._is_counted = True
            add_chat(self._events.usage, self._settings)

    def _broken_off(self, error: APIError) -> Exception:
        return self._as_openai(interrupted(error))

    def _unreadable(self, cause: BadEvent) -> Exception:
        if cause.piece is None:
            return self._broken_off(APIError(cause.problem))
        response = self._response
        error = error_mapping.undecodable(
            cause.problem,
            response.status_code,
            response.headers,
            cause.piece,
            secrets=secrets_of(response.request),
        )
        return self._as_openai(error)

    def _as_openai(self, error: APIError) -> Exception:
        return as_openai_error(explain(error, self._kind), self._response.request)
