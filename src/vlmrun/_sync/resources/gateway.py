# Derived from _async/resources/gateway.py by `make generate`. Do not edit.
"""`client.gateway`: calls to single models, without an agent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from vlmrun_api.api.chat import list_chat_models
from vlmrun_api.api.gateway import get_completion
from vlmrun_api.api.health import check_health

from vlmrun._cached_properties import cached_property, of_class
from vlmrun._core.request_context import RequestContext
from vlmrun._core.request_options import RequestOptions
from vlmrun._core.retry import is_transient
from vlmrun._requests.inputs import as_object
from vlmrun._runtime.sync_client_class import async_chat_class, async_counterpart, check_callback
from vlmrun._sync.resources._base import Resource
from vlmrun._sync.resources._chat import (
    chat_class,
    chat_completions,
    embeddings_class,
    transcriptions_class,
)
from vlmrun._validation import check_id, check_int, check_str, without_none
from vlmrun.errors import APIError, ResourceNotFoundError
from vlmrun.types.chat import ChatModel, CompletionRecord
from vlmrun.types.page import Page

if TYPE_CHECKING:
    from openai.resources.audio import Transcriptions
    from openai.resources.embeddings import Embeddings

    from vlmrun._chat.async_types import CoroutineCompletions
    from vlmrun._sync.resources.completions import ChatCompletions
    from vlmrun._sync.resources.systemone import SystemOne
    from vlmrun._sync.streams.realtime_session import RealtimeSession


def systemone_class() -> type[SystemOne]:
    """Return the class of System One."""
    from vlmrun._sync.resources.systemone import SystemOne

    return SystemOne


class Gateway(Resource):
    """Call single models: OCR, vision, speech to text, embeddings.

    The gateway has its own base URL: `VLMRun(gateway_url=...)`, else the environment variables
    `VLMRUN_GATEWAY_BASE_URL` or `VLMRUN_GATEWAY_URL`, else `https://gateway.vlm.run/v1`. The API
    key is sent there too. Without one (`require_api_key=False`), calls are anonymous, with a lower
    rate limit.
    """

    _attribute = "gateway"
    _operations: ClassVar = {
        "create_chat_completion": "completions.create",
        "list_chat_models": "models",
        "create_embeddings": "embeddings.create",
        "create_transcription": "transcriptions.create",
        "get_completion": "completion",
        "check_health": "health",
    }
    _resources: ClassVar = ("systemone",)

    @property
    def base_url(self) -> str:
        """The gateway's base URL, without a trailing slash."""
        return self._client_context.settings.of_gateway().base_url

    @property
    def openai_base_url(self) -> str:
        """The base URL for other clients of the OpenAI API."""
        return f"{self.base_url}/openai"

    @cached_property
    @of_class(chat_class)
    def completions(self) -> ChatCompletions:
        """Chat completions of a model, with the interface of the openai package.

        Pass the gateway's own arguments (`method`, `method_params`, `document_pages`, ...) in
        `extra_body`.

        Raises:
            DependencyError: The extra `openai` is not installed.
            InputError: An argument of a call is invalid; nothing was sent.
            OutcomeUnknownError: A call got no response, and may be billed.

        Example:
            >>> response = client.gateway.completions.create(
            ...     model="zai-org/glm-ocr",
            ...     messages=[{"role": "user", "content": [
            ...         {"type": "document_url", "document_url": {"url": url}}]}],
            ...     extra_body={"method": "markdown"},
            ... )
        """
        return chat_completions(self._transport, self._client_context.settings.of_gateway())

    @cached_property
    @of_class(async_chat_class(chat_class))
    def async_completions(self) -> CoroutineCompletions:
        """`completions` with coroutines, for any event loop; the synchronous client has it too.

        Raises:
            DependencyError: The extra `openai` is not installed.
            InputError: An argument of a call is invalid; nothing was sent.
            OutcomeUnknownError: A call got no response, and may be billed.
            ConfigurationError: A sync client uses an `http_client` of yours.
        """
        completions: CoroutineCompletions = async_counterpart(self).completions
        return completions

    @cached_property
    @of_class(embeddings_class)
    def embeddings(self) -> Embeddings:
        """The openai package's resource for embeddings of text, images and videos.

        Raises:
            DependencyError: The extra `openai` is not installed.
            InputError: An argument of a call is invalid; nothing was sent.
            OutcomeUnknownError: A call got no response, and may be billed.

        Example:
            >>> response = client.gateway.embeddings.create(
            ...     model="qwen/qwen3-vl-embedding-2b", input=["a cat", "a dog"]
            ... )
            >>> len(response.data[0].embedding)
        """
        client = self.completions._client  # raises DependencyError without openai
        from vlmrun._sync.resources._openai_client import GatewayEmbeddings

        return GatewayEmbeddings(client)

    @cached_property
    @of_class(transcriptions_class)
    def transcriptions(self) -> Transcriptions:
        """The openai package's resource for speech to text.

        Raises:
            DependencyError: The extra `openai` is not installed.
            InputError: An argument of a call is invalid; nothing was sent.
            OutcomeUnknownError: A call got no response, and may be billed.

        Example:
            >>> with open("call.mp3", "rb") as file:
            ...     transcription = client.gateway.transcriptions.create(
            ...         model="nvidia/parakeet-tdt-0.6b-v3", file=file
            ...     )
            >>> transcription.text
        """
        client = self.completions._client  # raises DependencyError without openai
        from vlmrun._sync.resources._openai_client import GatewayTranscriptions

        return GatewayTranscriptions(client)

    @cached_property
    @of_class(systemone_class)
    def systemone(self) -> SystemOne:
        """System One: typed questions about texts, images and PDFs.

        Example:
            >>> result = client.gateway.systemone.decide(
            ...     "The server is down!", {"is_urgent": {"type": "noul"}}
            ... )
            >>> result.nouls["is_urgent"].noul
        """
        return systemone_class()(self._client_context)

    def realtime(
        self,
        model: str,
        *,
        method: str | None = None,
        timeout: float | None = None,
        extra_body: Mapping[str, Any] | None = None,
        concurrency: int = 4,
        quality: int = 85,
        on_event: Callable[[Any], Any] | None = None,
        options: RequestOptions | None = None,
    ) -> RealtimeSession:
        """Return a session over a WebSocket with a result for each image, for a `with` statement.

        It needs the extra `ws`, and an API key. Sessions are billed by the second.

        Args:
            model: The model.
            method: The operation of the model, such as "markdown"; it has a default.
            timeout: Seconds to wait for a result; by default the client's timeout.
            extra_body: Further fields of the first message.
            concurrency: The number of images in flight, if the server allows so many.
            quality: The quality of the JPEG that pixels become, 1 to 100 (default 85).
            on_event: Called with the events that are not results: `FrameDropped`, `SessionError`,
                `SessionStats`, `SessionEnded`.
            options: Options of the call that opens it: timeout, deadline, max_retries, headers.

        Raises:
            InputError: An argument is not valid.

        Example:
            >>> with client.gateway.realtime("zai-org/glm-ocr") as session:
            ...     for result in session.map(["a.jpg", "b.jpg"]):
            ...         print(result.index, result.response and result.response.text)
        """
        from vlmrun._sync.http.remote_images import fetch_image
        from vlmrun._sync.http.websocket_connector import SocketConnector
        from vlmrun._sync.streams.opening import Opening, Route
        from vlmrun._sync.streams.realtime_session import RealtimeSession

        check_callback("on_event", on_event)
        fields = {"model": check_str("model", model)}
        if method is not None:
            fields["method"] = check_str("method", method)
        fields.update({} if extra_body is None else as_object("extra_body", extra_body))
        begin = partial(self._begin, options, without_none(timeout=timeout))
        return RealtimeSession(
            SocketConnector(self._transport, self._client_context.shared.connection),
            partial(fetch_image, self._transport, begin=begin),
            lambda: [Route("/ws", begin(), takes_frames=True)],
            Opening(fields, check_int("concurrency", concurrency, 1), on_event),
            timeout=begin().settings.timeout,
            quality=quality,
        )

    def models(self, *, options: RequestOptions | None = None) -> Page[ChatModel]:
        """List the models, with their tasks and input types.

        Args:
            options: Options of this call: timeout, deadline, max_retries, headers.

        Raises:
            APIError: The gateway refused the request or could not be reached.

        Example:
            >>> [model.id for model in client.gateway.models() if model.task == "embed"]
        """
        return self._request_page(
            ChatModel, list_chat_models._get_kwargs(), self._begin(options), key="data"
        )

    def health(self, *, options: RequestOptions | None = None) -> bool:
        """Return whether the gateway is up, without retries unless `options` has `max_retries`.

        Args:
            options: Options of this call: timeout, deadline, max_retries, headers.

        Returns:
            False if it cannot be reached, is overloaded or fails.

        Raises:
            APIError: It is up and refuses the request, for example because of a wrong API key.

        Example:
            >>> if client.gateway.health():
            ...     print("up")
        """
        context = self._begin({"max_retries": 0}, options)
        try:
            try:
                self._transport.request(check_health._get_kwargs(), context)
            except ResourceNotFoundError:
                self._transport.request(list_chat_models._get_kwargs(), context)
        except APIError as error:
            if not is_transient(error.http_status) and (error.http_status or 0) < 500:
                raise
            return False
        return True

    def completion(self, id: str, *, options: RequestOptions | None = None) -> CompletionRecord:
        """Get the record of one call of the gateway, with its cost.

        Args:
            id: The `id` of a completion. Records of anonymous calls expire after some 15 minutes.
            options: Options of this call: timeout, deadline, max_retries, headers.

        Raises:
            ResourceNotFoundError: There is no record of it, or it has expired.

        Example:
            >>> record = client.gateway.completion(response.id)
            >>> record.cost
        """
        kwargs = get_completion._get_kwargs(check_id("id", id))
        return self._request(CompletionRecord, kwargs, self._begin(options))

    def _begin(self, *options: Mapping[str, Any] | None) -> RequestContext:
        context = super()._begin(*options)
        return context._replace(settings=context.settings.of_gateway())
