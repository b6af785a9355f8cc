# Derived from _async/http/openai_transport.py by `make generate`. Do not edit.
"""The HTTP transport for the openai package: our connections, retries, deadlines and errors."""

from __future__ import annotations

from time import monotonic
from typing import Any, TypeVar

import httpx

from vlmrun._chat import long_running
from vlmrun._chat.errors import as_openai_error
from vlmrun._chat.openai_settings import has_own_key, headers_to_send, path_below_base_url
from vlmrun._chat.response_checks import as_events, may_be_text, problem_with
from vlmrun._core import error_mapping
from vlmrun._core.polling import PollSchedule
from vlmrun._core.request_context import RequestContext
from vlmrun._core.retry import retry_after
from vlmrun._core.settings import Settings
from vlmrun._runtime.sync_runtime import sleep
from vlmrun._sync.http.responses import (
    BufferedResponse,
    StreamingBody,
    decoded_headers,
    read_buffered,
)
from vlmrun._sync.http.transport import Transport
from vlmrun.errors import APIError

R = TypeVar("R", bound=httpx.Response)

_EVENT_STREAM = "text/event-stream"
_LAST_EVENT = b"[DONE]"


def openai_http_client(transport: Transport, settings: Settings) -> httpx.Client:
    """Create the HTTP client to pass to the openai package.

    It is httpx's, also for openai 3, which prefers the fork httpx2 but accepts httpx:
    https://github.com/openai/openai-python/tree/main/httpx2.md
    """
    # Proxies are for the transport's own client to apply; netrc's credentials for nobody.
    return httpx.Client(transport=OpenAITransport(transport, settings), trust_env=False)


class OpenAITransport(httpx.BaseTransport):
    """Sends the requests that the openai package builds through the transport of our client."""

    def __init__(self, transport: Transport, settings: Settings) -> None:
        self._transport = transport
        self._settings = settings

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request.

        Raises:
            APIError: The class of this package for it, which is one of the openai package too.
        """
        request.read()
        exchange = _Exchange(self._transport, self._settings, request)
        try:
            return exchange.response()
        except APIError as error:
            raise as_openai_error(error, request) from error.__cause__


class _Exchange:
    """One request of the openai package, and all that is needed to get a response to it."""

    def __init__(self, transport: Transport, settings: Settings, request: httpx.Request) -> None:
        # httpx tells four timeouts apart, this package one: the openai package sets all of them
        # for a call's `timeout`. The headers of the settings are in the request already.
        timeout = request.extensions["timeout"]["read"]
        self._transport = transport
        self._request = request
        self._own_key = has_own_key(request.headers, settings)
        self._context = RequestContext.begin(settings._replace(timeout=timeout, headers={}), None)
        self._wants_events = long_running.wants_events(request.content)

    def response(self) -> httpx.Response:
        """Send the request and return the response, checked and complete, or a stream."""
        kwargs: dict[str, Any] = {
            "method": self._request.method,
            "url": path_below_base_url(self._request.url, self._context.settings),
            "headers": headers_to_send(self._request.headers, self._own_key),
            "content": self._request.content or None,
        }
        # The timeout is for the whole chat, however many polls its completion takes.
        whole = self._context.within(self._context.settings.timeout)
        outgoing = self._transport.build(kwargs, self._context, authenticated=self._own_key)
        response = self._transport.send(
            outgoing, self._context, self._read, accepts=(long_running.SEE_OTHER,)
        )
        if isinstance(response, httpx.Response):
            return response
        if response.status == long_running.SEE_OTHER:
            response = self._poll_completion(response, whole)
        return self._checked(response)

    def _read(self, response: httpx.Response) -> httpx.Response | BufferedResponse:
        streams = self._wants_events or may_be_text(self._request.url.path)
        if not (streams and _is_event_stream(response.headers) and response.is_success):
            return read_buffered(response)
        body = StreamingBody(
            response,
            self._context,
            last_event=_LAST_EVENT,
            enforces_deadline=self._transport.enforces_deadlines,
            map_error=lambda error: as_openai_error(error, self._request),
        )
        return httpx.Response(
            response.status_code, headers=decoded_headers(response.headers), stream=body
        )

    def _checked(self, response: BufferedResponse) -> httpx.Response:
        """Return a response in which the openai package will find what it reads."""
        status, headers, content = response
        path = self._request.url.path
        if may_be_text(path) or (self._wants_events and _is_event_stream(headers)):
            return _complete(httpx.Response, status, headers, content)
        body = response.json()
        if self._wants_events:
            events = as_events(body, *response)
            headers = httpx.Headers({**headers, "content-type": _EVENT_STREAM})
            return _complete(httpx.Response, status, headers, events)
        problem = problem_with(path, body)
        if problem is not None:
            raise error_mapping.undecodable(problem, *response)
        decoded = _complete(_DecodedResponse, status, headers, content)
        decoded.body = body
        return decoded

    def _poll_completion(
        self, response: BufferedResponse, context: RequestContext
    ) -> BufferedResponse:
        """Poll the completion of a chat that the service continues, until it is there."""
        url = long_running.completion_url(response.headers, self._request.url)
        schedule = PollSchedule.start(None, None, context.expires)
        max_failures = max(context.settings.max_retries, long_running.MIN_FAILED_POLLS)
        failures = 0
        while True:
            started = monotonic()
            try:
                response = self._poll(url, context)
                if long_running.is_completion(response.status, response.content):
                    return response
                if response.status == long_running.SEE_OTHER:
                    url = long_running.completion_url(response.headers, url)
                at_least, failures = retry_after(response.headers), 0
            except APIError as error:
                if context.remaining() == 0:
                    raise long_running.not_ready_in_time(url) from error.__cause__
                failures += 1
                if failures > max_failures or not long_running.may_poll_again(error):
                    error.message = f"While waiting for the completion: {error.message}"
                    raise
                at_least = error.retry_after
            pause = schedule.next_pause(monotonic() - started, at_least)
            if pause is None:
                raise long_running.not_ready_in_time(url)
            sleep(pause)

    def _poll(self, url: httpx.URL, context: RequestContext) -> BufferedResponse:
        # The URL may be outside of the base path, but has its origin.
        origin = str(url.copy_with(raw_path=b"/", fragment=None)).rstrip("/")
        settings = context.settings._replace(base_url=origin, max_retries=0)
        kwargs: dict[str, Any] = {"method": "GET", "url": url.raw_path.decode("ascii")}
        if not self._own_key:
            kwargs["headers"] = {"Authorization": self._request.headers["Authorization"]}
        return self._transport.request(
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


def _complete(cls: type[R], status: int, headers: httpx.Headers, content: bytes) -> R:
    # As a stream, and not as `content`: httpx sets `elapsed` when a stream has ended.
    return cls(status, headers=decoded_headers(headers), stream=httpx.ByteStream(content))


def _is_event_stream(headers: httpx.Headers) -> bool:
    media_type: str = headers.get("content-type", "").partition(";")[0]
    return media_type.strip().lower() == _EVENT_STREAM
