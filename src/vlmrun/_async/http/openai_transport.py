"""The HTTP transport for the openai package: our connections, retries, deadlines and errors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any, TypeVar

import httpx

from vlmrun._async.http.chat_events import ChatEvents
from vlmrun._async.http.responses import BufferedResponse, decoded_headers, read_buffered
from vlmrun._async.http.transport import Transport
from vlmrun._chat import long_running, response_checks
from vlmrun._chat.arguments import check_numbers
from vlmrun._chat.errors import as_openai_error
from vlmrun._chat.event_stream import BadEvent, events_in
from vlmrun._chat.openai_settings import (
    has_own_key,
    headers_to_send,
    path_below_base_url,
)
from vlmrun._core.job_kinds import CHAT, REQUEST
from vlmrun._core.outcomes import add_note, after_attempt, explain, note_interruption
from vlmrun._core.polling import PollSchedule, may_poll_again
from vlmrun._core.request_context import RequestContext
from vlmrun._core.retry import retry_after
from vlmrun._core.settings import Settings
from vlmrun._core.usage import add_chat, check_budgets
from vlmrun._runtime.async_runtime import sleep
from vlmrun._validation import check_timeout
from vlmrun.errors import APIError, NetworkError, VLMRunError

R = TypeVar("R", bound=httpx.Response)

_EVENT_STREAM = "text/event-stream"
_JSON = "application/json"


def openai_http_client(transport: Transport, settings: Settings) -> httpx.AsyncClient:
    """Create the HTTP client to pass to the openai package.

    It is httpx's, also for openai 3, which prefers the fork httpx2 but accepts httpx:
    https://github.com/openai/openai-python/tree/main/httpx2.md
    """
    # The transport's own client applies proxies; credentials in netrc are never used.
    return httpx.AsyncClient(transport=OpenAITransport(transport, settings), trust_env=False)


class OpenAITransport(httpx.AsyncBaseTransport):
    """Sends the requests that the openai package builds through the transport of our client."""

    def __init__(self, transport: Transport, settings: Settings) -> None:
        self._transport = transport
        self._settings = settings

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request.

        Raises:
            APIError: The class of this package for it, which is one of the openai package too.
        """
        await request.aread()
        exchange = _Exchange(self._transport, self._settings, request)
        try:
            return await exchange.response()
        except APIError as error:
            failed = as_openai_error(error, request)
        except VLMRunError:
            raise
        except Exception as error:
            # Nothing that happens here may pass for a request that could not be built.
            failed = as_openai_error(exchange.unexpected(error), request)
        # Raised out here, it does not refer to the error before, whose frames hold the API key.
        del request, exchange
        raise failed


class _Exchange:
    """One request of the openai package, and all that is needed to get a response to it."""

    def __init__(self, transport: Transport, settings: Settings, request: httpx.Request) -> None:
        # httpx has four timeouts, this package one: the openai package sets all of them
        # for a call's `timeout`. The headers of the settings are in the request already.
        timeout = check_timeout("timeout", request.extensions["timeout"]["read"])
        self._transport = transport
        self._request = request
        check_numbers(request.headers, request.content)
        self._own_key = has_own_key(request.headers, settings)
        self._context = RequestContext.begin(settings._replace(timeout=timeout, headers={}))
        self._wants_events = long_running.wants_events(request.content)
        self._is_chat = response_checks.is_completion_path(request.url.path)
        self._kind = CHAT if self._is_chat else REQUEST

    async def response(self) -> httpx.Response:
        """Send the request and return the response, checked and complete, or a stream."""
        # The timeout is for the whole chat, however many polls its completion takes.
        whole = self._context.within(self._context.settings.timeout)
        if self._is_chat:
            check_budgets(self._context.settings)
        with self._explained():
            response = await self._send()
        if isinstance(response, httpx.Response):
            return response
        if response.status == long_running.SEE_OTHER:
            response = await self._completion_of(response, whole)
        with self._explained():
            return self._checked(response)

    def unexpected(self, cause: Exception) -> APIError:
        """Return the error for any failure after the request may have been sent."""
        error = after_attempt(NetworkError(f"{type(cause).__name__}: {cause}"), False)
        return explain(error, self._kind)

    async def _send(self) -> httpx.Response | BufferedResponse:
        kwargs: dict[str, Any] = {
            "method": self._request.method,
            "url": path_below_base_url(self._request.url, self._context.settings),
            "headers": headers_to_send(self._request.headers, self._own_key),
            "content": self._request.content or None,
        }
        outgoing = await self._transport.build(kwargs, self._context, authenticated=self._own_key)
        return await self._transport.send(
            outgoing, self._context, self._read, accepts=(long_running.SEE_OTHER,)
        )

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Make errors of a POST say whether it may have been carried out and billed."""
        try:
            yield
        except APIError as error:
            if self._request.method == "POST":
                explain(error, self._kind)
            raise
        except BaseException as error:
            note_interruption(error, self._kind)
            raise

    async def _read(self, response: httpx.Response) -> httpx.Response | BufferedResponse:
        streams = self._wants_events or response_checks.may_be_events(self._request.url.path)
        if not (streams and _is_event_stream(response.headers) and response.is_success):
            return await read_buffered(response, self._context.settings.max_response_size)
        events = ChatEvents(
            response,
            self._context,
            self._kind,
            is_chat=self._is_chat,
            enforces_deadlines=self._transport.enforces_deadlines,
        )
        return httpx.Response(
            response.status_code, headers=decoded_headers(response.headers), stream=events
        )

    def _checked(self, response: BufferedResponse) -> httpx.Response:
        """Return a response in which the openai package will find what it reads."""
        path = self._request.url.path
        if response_checks.is_text_requested(path, self._request.content):
            if response_checks.is_page(response.headers):
                raise response.undecodable("The response is a page, not a transcription")
            return _complete(httpx.Response, response)
        if self._wants_events and response_checks.may_hold_events(response.content):
            try:
                events, usage = events_in(response.content, response.secrets)
            except BadEvent as error:
                raise response.undecodable(error.problem) from None
            self._count(usage)
            return _complete(httpx.Response, response, _EVENT_STREAM, events)
        body = response.json()
        problem = response_checks.problem_with(path, body)
        if problem is not None:
            raise response.undecodable(problem)
        self._count(body.get("usage") if isinstance(body, dict) else None)
        if self._wants_events:
            events = response_checks.as_events(body)
            return _complete(httpx.Response, response, _EVENT_STREAM, events)
        decoded = _complete(_DecodedResponse, response, _JSON)
        decoded.body = body
        return decoded

    def _count(self, usage: Any) -> None:
        if self._is_chat:
            add_chat(usage, self._context.settings)

    async def _completion_of(
        self, response: BufferedResponse, context: RequestContext
    ) -> BufferedResponse:
        """Return the completion of a chat that the service continues at another URL."""
        try:
            url = long_running.completion_url(response.headers, self._request.url)
            return await self._poll_completion(url, context)
        except APIError as error:
            # Whatever became of the polls, the chat itself was accepted.
            error.outcome = "accepted"
            raise
        except VLMRunError:
            raise
        except BaseException as error:  # Ctrl-C, or a cancelled task
            add_note(error, long_running.accepted(response.headers.get("location", "")))
            raise

    async def _poll_completion(self, url: httpx.URL, context: RequestContext) -> BufferedResponse:
        """Poll until the completion is there."""
        schedule = PollSchedule.start(None, context.expires)
        max_failures = long_running.max_failed_polls(context.settings.max_retries)
        failures = 0
        failure: APIError | None = None
        while True:
            started = monotonic()
            try:
                response = await self._poll(url, context)
                if long_running.is_completion(response.status, response.content):
                    return response
                if response.status == long_running.SEE_OTHER:
                    url = long_running.completion_url(response.headers, url)
                at_least, failures, failure = retry_after(response.headers), 0, None
            except APIError as error:
                if context.remaining() == 0:
                    raise long_running.not_ready_in_time(url) from error.__cause__
                failures += 1
                if failures > max_failures or not may_poll_again(error, failure):
                    error.message = f"While waiting for the completion: {error.message}"
                    error.suggestion = long_running.accepted(url.path)
                    raise
                at_least, failure = error.retry_after, error
            pause = schedule.next_pause(monotonic() - started, at_least)
            if pause is None:
                raise long_running.not_ready_in_time(url)
            await sleep(pause)

    async def _poll(self, url: httpx.URL, context: RequestContext) -> BufferedResponse:
        # The URL may be outside of the base path, but has its origin.
        origin = str(url.copy_with(raw_path=b"/", fragment=None)).rstrip("/")
        settings = context.settings._replace(base_url=origin, max_retries=0)
        kwargs: dict[str, Any] = {"method": "GET", "url": url.raw_path.decode("ascii")}
        if not self._own_key:
            kwargs["headers"] = {"Authorization": self._request.headers["Authorization"]}
        return await self._transport.request(
            kwargs,
            context._replace(settings=settings),
            authenticated=self._own_key,
            accepts=(long_running.SEE_OTHER,),
        )


class _DecodedResponse(httpx.Response):
    """A response whose JSON has been decoded to check it, and need not be decoded again."""

    body: Any

    def json(self, **kwargs: Any) -> Any:
        return super().json(**kwargs) if kwargs else self.body


def _complete(
    cls: type[R],
    response: BufferedResponse,
    media_type: str | None = None,
    content: bytes | None = None,
) -> R:
    headers = httpx.Headers(decoded_headers(response.headers))
    if media_type is not None:
        headers["content-type"] = media_type
    if content is None:
        content = response.content
    # As a stream, and not as `content`: httpx sets `elapsed` when a stream has ended.
    return cls(response.status, headers=headers, stream=httpx.ByteStream(content))


def _is_event_stream(headers: httpx.Headers) -> bool:
    return response_checks.media_type_of(headers) == _EVENT_STREAM
