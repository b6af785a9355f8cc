"""`client.gateway.systemone`: typed decisions about texts, images and PDFs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from time import perf_counter
from typing import Any, ClassVar

from vlmrun_api.api.systemone import list_systemone_models

from vlmrun._async.http.remote_images import fetch_images, media_type_at
from vlmrun._async.resources._streamed_decisions import (
    StreamedDecisions,
    at_base_url,
)
from vlmrun._core.request_options import RequestOptions
from vlmrun._messages import short_repr
from vlmrun._requests.decision import (
    DecisionRequest,
    build_decision,
    check_settings,
    default_model,
)
from vlmrun._requests.decision_media import RemoteImage, remote_image
from vlmrun._runtime.async_runtime import in_thread
from vlmrun._validation import check_str, without_none
from vlmrun.errors import InputError
from vlmrun.types.content import ImageDetail
from vlmrun.types.systemone import (
    ReasoningEffort,
    SystemOneModel,
    SystemOneModels,
    SystemOneResponse,
)


class SystemOne(StreamedDecisions):
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
        assets: Mapping[str, Any] | None = None,
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
                `type`: "noul" (yes or no), "choice" with `options` (2 to 128 labels), "score" with
                `levels` (2 to 10, the lowest first), or "box" (where something is); and optionally
                `instructions`.
            model: The model; `models()` lists them.
            images: At most 8 images of at most 5 MiB (JPEG, PNG, WebP, GIF): paths, URLs, data
                URLs, bytes, PIL images or arrays. The client fetches URLs, from public addresses
                only, unless the environment variable `VLMRUN_ALLOW_PRIVATE_URLS` is 1.
            document: One PDF as a path, a URL or bytes; its first 8 pages are read.
            text: Further texts.
            assets: By a name, an image (JPEG or PNG) that takes the place of this name in the state
                and in the questions, in all forms of `images`. The documentation of TypeSafe has
                them; the gateway refuses them if its models do not.
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
        context = self._begin(options, without_none(timeout=timeout, headers=extra_headers))
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
            return build_decision(
                state, settings, images=images, document=document, text=text, assets=assets
            )

        # Reading files and encoding images takes time; a text does not.
        has_media = any(each is not None for each in (images, document, assets))
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
        assets: Mapping[str, Any] | None = None,
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
            state: What the questions are about: a str, a dict or a list; "" if it is images only.
            questions: A list of dicts with an `id`, or a dict from ids to questions. Each has a
                `type`: "noul" (yes or no), "choice" with `options`, "score" with `levels`, or "box"
                (where something is); and optionally `instructions`.
            model: The model.
            images: The images; paths are read.
            document: A PDF.
            text: Further texts.
            assets: The images that names in the state and the questions stand for.
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
        request = build_decision(
            state, settings, images=images, document=document, text=text, assets=assets
        )
        return request.body

    async def models(self, *, options: RequestOptions | None = None) -> SystemOneModels:
        """List the models that answer typed questions.

        Args:
            options: Options of this call: timeout, deadline, max_retries, headers.

        Raises:
            APIError: The gateway refused the request or could not be reached.

        Example:
            >>> [model.name for model in await client.gateway.systemone.models()]
        """
        kwargs = at_base_url(list_systemone_models._get_kwargs())
        page = await self._request_page(SystemOneModel, kwargs, self._begin(options), key="models")
        models = SystemOneModels(page)
        models.unreadable, models._response = page.unreadable, page._response
        return models

    async def close(self) -> None:
        """Do nothing: the connections are those of the client, which closes them."""

    async def _fetch(self, images: Sequence[RemoteImage], timeout: float) -> None:
        """Fetch images, and put them in their places."""
        await fetch_images(self._transport, images, self._begin({"timeout": timeout}))

    async def _media_type_at(self, url: str, timeout: float) -> str | None:
        """Return the media type of what is at a URL, without fetching all of it."""
        remote = remote_image("url", check_str("url", url))
        if remote is None:
            raise InputError(f"url must start with http:// or https://, got {short_repr(url)}")
        context = self._begin({"timeout": timeout})
        return await media_type_at(self._transport, remote, context)
