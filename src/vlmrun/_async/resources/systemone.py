"""`client.gateway.systemone`: typed decisions about texts, images and PDFs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from time import perf_counter
from typing import Any, ClassVar, Literal, overload

from vlmrun_api.api.systemone import decide, list_systemone_models

from vlmrun._async.http.remote_images import fetch_image, fetch_images, media_type_at
from vlmrun._async.http.websocket_connector import SocketConnector
from vlmrun._async.resources._base import Resource
from vlmrun._async.streams.decision_stream import DecisionStream
from vlmrun._async.streams.image_stream import DEFAULT_CONCURRENCY
from vlmrun._async.streams.websocket_stream import WebSocketStream
from vlmrun._core.job_kinds import DECISION
from vlmrun._core.outcomes import explain, note_interruption, without_answers
from vlmrun._core.request_context import RequestContext
from vlmrun._core.request_options import RequestOptions
from vlmrun._messages import short_repr
from vlmrun._requests.decision import (
    DecisionRequest,
    DecisionSettings,
    build_decision,
    check_settings,
    default_model,
)
from vlmrun._requests.decision_media import remote_image
from vlmrun._runtime.async_client_class import check_callback
from vlmrun._runtime.async_runtime import in_thread
from vlmrun._validation import check_choice, check_str
from vlmrun.errors import APIError, InputError
from vlmrun.types.content import ImageDetail
from vlmrun.types.systemone import (
    ReasoningEffort,
    RequestTimings,
    SystemOneModel,
    SystemOneModels,
    SystemOneResponse,
)

# The path of each operation begins with it, and the base URL ends with it.
_PREFIX = "/typesafe"


class SystemOne(Resource):
    """Ask typed questions about a text, JSON, images or a PDF.

    The base URL is the environment variable `TYPESAFE_BASE_URL`, else that of the gateway with
    `/typesafe` for `/v1`.
    """

    _attribute = "gateway.systemone"
    _operations: ClassVar = {"decide": "decide", "list_systemone_models": "models"}

    @property
    def base_url(self) -> str:
        """The base URL, without a trailing slash."""
        return self._client_context.settings.of_systemone().base_url

    @property
    def model(self) -> str:
        """The model that is used by default: `TYPESAFE_DEFAULT_MODEL`, or else the service's."""
        return default_model()

    async def decide(
        self,
        state: Any,
        questions: Any,
        *,
        model: str | None = None,
        images: Sequence[Any] | None = None,
        document: Any = None,
        text: str | Sequence[str] | None = None,
        detail: ImageDetail | str = "auto",
        steps: int | None = None,
        samples: int | None = None,
        reasoning_effort: ReasoningEffort | str | None = None,
        timeout: float | None = None,
        extra_body: Mapping[str, Any] | None = None,
        extra_headers: Mapping[str, str] | None = None,
        options: RequestOptions | None = None,
    ) -> SystemOneResponse:
        """Answer questions about a state, images and a PDF.

        Args:
            state: What the questions are about: a str, a dict or a list; "" if it is images only.
            questions: A list of dicts with an `id`, or a dict from ids to questions. Each has a
                `type`: "noul" (yes or no), "choice" with `options` (2 to 128 labels), or "score"
                with `levels` (2 to 10, the lowest first); and optionally `instructions`.
            model: The model; `models()` lists them.
            images: At most 8 images of at most 5 MiB (JPEG, PNG, WebP, GIF): paths, URLs, data
                URLs, bytes, PIL images or arrays. The client fetches URLs, from public addresses
                only, unless the environment variable `VLMRUN_ALLOW_PRIVATE_URLS` is set.
            document: One PDF as a path, a URL or bytes; its first 8 pages are read.
            text: Further texts.
            detail: The detail in which images are read: "auto", "low" or "high".
            steps: The number of denoising steps, 1 to 8; the service's default is 1.
            samples: The number of draws to average, 1 to 32; each is billed.
            reasoning_effort: How much to reason before the answer: "none", "minimal", "low",
                "medium" or "high". For generative models only.
            timeout: Seconds that an attempt may take; by default the client's.
            extra_body: Further fields of the body.
            extra_headers: Further headers of the request.
            options: Options of this call: timeout, deadline, max_retries, headers.

        Raises:
            InputError: An argument is not valid, or an image cannot be used; nothing was sent.
            ResourceNotFoundError: There is no such model.
            OutcomeUnknownError: The request was sent, but there was no response. It was not sent
                again.

        Example:
            >>> result = await client.gateway.systemone.decide(
            ...     "Invoice 44 was charged twice",
            ...     {"is_urgent": {"type": "noul"},
            ...      "team": {"type": "choice", "options": ["billing", "sales"]}},
            ... )
            >>> result.nouls["is_urgent"].noul, result.choices["team"].choice
        """
        started = perf_counter()
        context = self._begin(_merged(options, timeout, extra_headers))
        settings = check_settings(
            questions,
            model=model,
            detail=detail,
            steps=steps,
            samples=samples,
            reasoning_effort=reasoning_effort,
            extra_body=extra_body,
        )

        def build() -> DecisionRequest:
            return build_decision(state, settings, images=images, document=document, text=text)

        # Reading files and encoding images takes time; a text does not.
        has_media = images is not None or document is not None
        request = await in_thread(build) if has_media else build()
        return await self._send_decision(request, context, started)

    def build_request(
        self,
        state: Any,
        questions: Any,
        *,
        model: str | None = None,
        images: Sequence[Any] | None = None,
        document: Any = None,
        text: str | Sequence[str] | None = None,
        detail: ImageDetail | str = "auto",
        steps: int | None = None,
        samples: int | None = None,
        reasoning_effort: ReasoningEffort | str | None = None,
        timeout: float | None = None,
        extra_body: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Return the body that `decide` would send, without sending or fetching anything.

        Images at URLs have their URL in it, which `decide` replaces by their content.

        Args:
            state: As for `decide`, and so are the others.
            questions: The questions.
            model: The model.
            images: The images; paths are read.
            document: A PDF.
            text: Further texts.
            detail: The detail in which images are read.
            steps: The number of denoising steps.
            samples: The number of draws.
            reasoning_effort: How much to reason before the answer.
            timeout: Has no effect here.
            extra_body: Further fields of the body.

        Raises:
            InputError: An argument is not valid.

        Example:
            >>> body = client.gateway.systemone.build_request("Hi", {"polite": {"type": "noul"}})
            >>> body["questions"]
            {'polite': {'type': 'noul'}}
        """
        settings = check_settings(
            questions,
            model=model,
            detail=detail,
            steps=steps,
            samples=samples,
            reasoning_effort=reasoning_effort,
            extra_body=extra_body,
        )
        request = build_decision(state, settings, images=images, document=document, text=text)
        return request.body

    @overload
    def stream(
        self,
        questions: Any,
        *,
        state: Any = "",
        model: str | None = None,
        detail: ImageDetail | str = "auto",
        steps: int | None = None,
        samples: int | None = None,
        reasoning_effort: ReasoningEffort | str | None = None,
        timeout: float | None = None,
        extra_body: Mapping[str, Any] | None = None,
        concurrency: int = DEFAULT_CONCURRENCY,
        quality: int = 85,
        transport: Literal["http"] = "http",
        on_event: Callable[[Any], Any] | None = None,
        options: RequestOptions | None = None,
    ) -> DecisionStream: ...
    @overload
    def stream(
        self,
        questions: Any,
        *,
        state: Any = "",
        model: str | None = None,
        detail: ImageDetail | str = "auto",
        steps: int | None = None,
        samples: int | None = None,
        reasoning_effort: ReasoningEffort | str | None = None,
        timeout: float | None = None,
        extra_body: Mapping[str, Any] | None = None,
        concurrency: int = DEFAULT_CONCURRENCY,
        quality: int = 85,
        transport: Literal["ws"],
        on_event: Callable[[Any], Any] | None = None,
        options: RequestOptions | None = None,
    ) -> WebSocketStream: ...

    def stream(
        self,
        questions: Any,
        *,
        state: Any = "",
        model: str | None = None,
        detail: ImageDetail | str = "auto",
        steps: int | None = None,
        samples: int | None = None,
        reasoning_effort: ReasoningEffort | str | None = None,
        timeout: float | None = None,
        extra_body: Mapping[str, Any] | None = None,
        concurrency: int = DEFAULT_CONCURRENCY,
        quality: int = 85,
        transport: Literal["http", "ws"] = "http",
        on_event: Callable[[Any], Any] | None = None,
        options: RequestOptions | None = None,
    ) -> DecisionStream | WebSocketStream:
        """Return a stream of decisions about many images, for a `with` statement.

        Args:
            questions: As for `decide`, and so are the others up to `extra_body`.
            state: What the questions are about.
            model: The model.
            detail: The detail in which images are read.
            steps: The number of denoising steps.
            samples: The number of draws.
            reasoning_effort: How much to reason before each answer.
            timeout: Seconds to wait for a decision; by default the client's timeout.
            extra_body: Further fields of the body, or of the first message of a session.
            concurrency: The number of images in flight (default 4); a session has at most 8.
            quality: The quality of the JPEG that pixels become, 1 to 100 (default 85).
            transport: "http" sends a request for each image. "ws" opens one session over a
                WebSocket, which needs the extra `ws`.
            on_event: Called with the events of a session that are not decisions: `FrameDropped`,
                `SessionError`, `SessionStats`, `SessionEnded`. Has no effect with "http".
            options: Options of each call: timeout, deadline, max_retries, headers.

        Raises:
            InputError: An argument is not valid.

        Example:
            >>> async with client.gateway.systemone.stream({"is_open": {"type": "noul"}}) as stream:
            ...     async for decision in stream.map(["a.jpg", "b.jpg"]):
            ...         print(decision.index, decision.response.nouls["is_open"].noul)
        """
        check_choice("transport", transport, ("http", "ws"))
        check_callback("on_event", on_event)
        settings = check_settings(
            questions,
            model=model,
            detail=detail,
            steps=steps,
            samples=samples,
            reasoning_effort=reasoning_effort,
            extra_body=extra_body,
        )
        merged = _merged(options, timeout, None)
        self._begin(merged)  # which checks the options
        sizes: dict[str, int] = {"concurrency": concurrency, "quality": quality}
        if transport == "http":
            decide_one = partial(self._decide_image, settings, merged)
            return DecisionStream(settings, state, decide_one, **sizes)
        connector = SocketConnector(self._transport, self._client_context.shared.connection)
        begin = partial(self._begin, merged)
        fetch = partial(fetch_image, self._transport, begin=begin)
        return WebSocketStream.create(
            connector, fetch, begin, settings, state, on_event=on_event, **sizes
        )

    async def models(self, *, options: RequestOptions | None = None) -> SystemOneModels:
        """List the models that answer typed questions.

        Args:
            options: Options of this call: timeout, deadline, max_retries, headers.

        Raises:
            APIError: The gateway refused the request or could not be reached.

        Example:
            >>> [model.name for model in await client.gateway.systemone.models()]
        """
        kwargs = _at_base_url(list_systemone_models._get_kwargs())
        page = await self._request_page(SystemOneModel, kwargs, self._begin(options), key="models")
        models = SystemOneModels(page)
        models.unreadable, models._response = page.unreadable, page._response
        return models

    async def close(self) -> None:
        """Do nothing: the connections are those of the client, which closes them."""

    async def _media_type_at(self, url: str, timeout: float) -> str | None:
        """Return the media type of what is at a URL, without fetching all of it."""
        remote = remote_image("url", check_str("url", url))
        if remote is None:
            raise InputError(f"url must start with http:// or https://, got {short_repr(url)}")
        context = self._begin({"timeout": timeout})
        return await media_type_at(self._transport, remote, context)

    async def _send_decision(
        self, request: DecisionRequest, context: RequestContext, started: float
    ) -> SystemOneResponse:
        """Fetch what is missing, and send the request; `started` is the start of the call."""
        if request.remote:
            await fetch_images(self._transport, request.remote, context)
        sent = perf_counter()
        try:
            response = await self._send_body(
                SystemOneResponse,
                _decide_kwargs,
                request.body,
                context,
                repeatable=False,
                check=without_answers,
            )
        except APIError as error:
            explain(error, DECISION)
            raise
        except BaseException as error:  # Ctrl-C, or a cancelled task
            note_interruption(error, DECISION)
            raise
        ended = perf_counter()
        response._hidden["_timings"] = RequestTimings(
            prep_ms=(sent - started) * 1000,
            api_ms=(ended - sent) * 1000,
            total_ms=(ended - started) * 1000,
        )
        return response

    async def _decide_image(
        self,
        settings: DecisionSettings,
        options: RequestOptions | None,
        state: Any,
        image: Any,
        where: str,
    ) -> SystemOneResponse:
        """Decide about an image of a stream; `where` is its location in error messages."""
        started = perf_counter()
        context = self._begin(options)
        build = partial(build_decision, state, settings, images=[image], where=where)
        return await self._send_decision(await in_thread(build), context, started)

    def _begin(self, options: RequestOptions | None) -> RequestContext:
        context = super()._begin(options)
        return context._replace(settings=context.settings.of_systemone())


def _decide_kwargs(*, body: Any) -> dict[str, Any]:
    return _at_base_url(decide._get_kwargs(body=body))


def _at_base_url(kwargs: dict[str, Any]) -> dict[str, Any]:
    """Return a request below the base URL, which has a part of the path."""
    return {**kwargs, "url": kwargs["url"].removeprefix(_PREFIX)}


def _merged(
    options: RequestOptions | None, timeout: float | None, headers: Mapping[str, str] | None
) -> RequestOptions | None:
    merged: dict[str, Any] = {**(options or {})}
    if timeout is not None:
        merged["timeout"] = timeout
    if headers is not None:
        merged["headers"] = {**merged.get("headers", {}), **headers}
    return merged  # type: ignore[return-value]
