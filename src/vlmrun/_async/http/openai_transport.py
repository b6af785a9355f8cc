"""What the openai package takes for its HTTP client: our transport, with our rules."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from time import monotonic
from typing import Any

import httpx

from vlmrun._async.http.responses import BufferedResponse, StreamingResponse, without_coding
from vlmrun._async.http.transport import Transport
from vlmrun._chat import long_running
from vlmrun._chat.errors import in_both_families
from vlmrun._chat.forms import fault_of, may_be_text
from vlmrun._chat.requests import settings_of, wire_form
from vlmrun._core import error_mapping
from vlmrun._core.options import Settings
from vlmrun._core.polling import PollSchedule
from vlmrun._core.request_context import RequestContext
from vlmrun._core.retry import LONGEST_RETRY_AFTER, retry_after
from vlmrun._runtime.async_runtime import sleep
from vlmrun.errors import APIError

_ACCEPTED = (long_running.SEE_OTHER,)
_EVENTS = "text/event-stream"
_LAST_EVENT = b"[DONE]"


class OpenAIHTTP(httpx.AsyncClient):
    """An HTTP client whose connections, retries, key and errors are a client's of ours.

    The openai package only builds requests with it and sends them; nothing else is supported.
    """

    def __init__(self, sender: Transport, settings: Settings) -> None:
        super().__init__(transport=httpx.AsyncBaseTransport(), trust_env=False)
        self._sender = sender
        self._settings = settings

    async def send(
        self, request: httpx.Request, *, stream: bool = False, **_: Any
    ) -> httpx.Response:
        """Send a request of the openai package; redirects and its authentication do not apply.

        Raises:
            APIError: In the class that is one of the openai package too.
        """
        started = monotonic()
        content = await request.aread()
        settings = settings_of(request, self._settings)
        context = RequestContext.begin(settings, None)
        try:
            if stream:
                response = await self._begun(request, content, context)
            else:
                response = (await self._finished(request, content, context)).response(request)
        except APIError as error:
            raise in_both_families(error, request) from error.__cause__
        response.elapsed = timedelta(seconds=monotonic() - started)
        return response

    async def _finished(
        self, request: httpx.Request, content: bytes, context: RequestContext
    ) -> BufferedResponse:
        kwargs, is_ours = wire_form(request, content, self._settings)
        # The timeout is the caller's for the chat, however often it takes to look for its end.
        whole = context.within(context.settings.timeout)
        answer = await self._sender.request(
            kwargs, context, authenticated=is_ours, accepts=_ACCEPTED
        )
        if answer.status == long_running.SEE_OTHER:
            answer = await self._awaited(answer.headers, request, is_ours, whole)
        path = request.url.path
        fault = None if may_be_text(path) else fault_of(path, answer.json())
        if fault is not None:
            raise error_mapping.undecodable(fault, *answer)
        return answer

    async def _begun(
        self, request: httpx.Request, content: bytes, context: RequestContext
    ) -> httpx.Response:
        kwargs, is_ours = wire_form(request, content, self._settings)
        whole = context.within(context.settings.timeout)
        coming = await self._sender.stream(
            kwargs, context, authenticated=is_ours, accepts=_ACCEPTED
        )
        kind = coming.headers.get("content-type", "").partition(";")[0].strip().lower()
        events = long_running.wants_events(content)
        is_elsewhere = coming.status == long_running.SEE_OTHER
        if not is_elsewhere and (kind == _EVENTS or not events):
            return httpx.Response(
                coming.status,
                headers=without_coding(coming.headers),
                stream=_Body(coming, request),
                request=request,
            )
        try:
            answer = await coming.whole()
        finally:
            await coming.aclose()
        if is_elsewhere:
            answer = await self._awaited(answer.headers, request, is_ours, whole)
        if events and not answer.headers.get("content-type", "").startswith(_EVENTS):
            made = long_running.as_events(answer.json(), *answer)
            headers = httpx.Headers({**answer.headers, "content-type": _EVENTS})
            answer = BufferedResponse(answer.status, headers, made)
        return answer.response(request)

    async def _awaited(
        self, headers: httpx.Headers, request: httpx.Request, is_ours: bool, context: RequestContext
    ) -> BufferedResponse:
        """The completion of a chat that the service goes on with, once it is there."""
        place = long_running.place_of(headers, request.url)
        schedule = PollSchedule.start(None, None, context.expires)
        most = max(context.settings.max_retries, long_running.LEAST_PATIENCE)
        failed = 0
        while True:
            started = monotonic()
            asked: float | None = None
            try:
                answer = await self._look(place, request, is_ours, context)
                if long_running.is_there(answer.status, answer.content):
                    return answer
                if answer.status == long_running.SEE_OTHER:
                    place = long_running.place_of(answer.headers, place)
                asked, failed = retry_after(answer.headers), 0
            except APIError as error:
                if context.remaining() == 0:
                    raise long_running.not_in_time(place) from error.__cause__
                failed += 1
                if failed > most or not long_running.is_passing(error):
                    error.message = f"While waiting for the completion: {error.message}"
                    raise
                asked = error.retry_after
            pause = schedule.next_pause(monotonic() - started)
            wish = min(asked or 0, LONGEST_RETRY_AFTER)
            left = context.remaining()
            if pause is None or (left is not None and wish >= left):
                raise long_running.not_in_time(place)
            await sleep(max(pause, wish))

    async def _look(
        self, place: httpx.URL, request: httpx.Request, is_ours: bool, context: RequestContext
    ) -> BufferedResponse:
        origin = str(place.copy_with(raw_path=b"/", fragment=None)).rstrip("/")
        settings = context.settings._replace(base_url=origin, max_retries=0)
        kwargs: dict[str, Any] = {"method": "GET", "url": place.raw_path.decode("ascii")}
        if not is_ours:
            kwargs["headers"] = {"Authorization": request.headers["Authorization"]}
        return await self._sender.request(
            kwargs, context._replace(settings=settings), authenticated=is_ours, accepts=_ACCEPTED
        )


class _Body(httpx.AsyncByteStream):
    """The body of a stream, whose errors are of both families."""

    def __init__(self, coming: StreamingResponse, request: httpx.Request) -> None:
        self._coming = coming
        self._request = request
        self._is_over = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for piece in self._coming.pieces():
                self._is_over = piece.rstrip().endswith(_LAST_EVENT)
                yield piece
        except APIError as error:
            raise in_both_families(error, self._request) from error.__cause__

    async def aclose(self) -> None:
        # A body that broke off is given up; there is nobody to tell of a second failure.
        with suppress(httpx.HTTPError, httpx.StreamError):
            if self._is_over:
                await self._coming.drain()
        with suppress(httpx.HTTPError):
            await self._coming.aclose()
