"""Chat completions of the openai package, with the service's own arguments."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar, overload
from uuid import UUID

import openai
from openai import AsyncOpenAI, AsyncStream

from vlmrun._async.http.openai_transport import openai_http_client
from vlmrun._chat.arguments import openai_arguments
from vlmrun._chat.errors import error_from_event
from vlmrun._chat.openai_classes import AsyncCompletions
from vlmrun._chat.openai_settings import chat_timeout, key_for_openai
from vlmrun._core.settings import Settings
from vlmrun._validation import unsendable_request_error
from vlmrun.errors import VLMRunError
from vlmrun.types.agent import AgentToolset

if TYPE_CHECKING:
    from openai.lib.streaming.chat import AsyncChatCompletionStreamManager
    from openai.types.chat import ChatCompletion, ChatCompletionChunk, ParsedChatCompletion
    from typing_extensions import Unpack

    from vlmrun._async.http.transport import Transport
    from vlmrun._chat.params import CreateParams, Messages, Skills, StreamParams

T = TypeVar("T")

# Arguments whose defaults the openai package reads from the environment. They are for OpenAI.
_OPENAI_ONLY_SETTINGS = ("organization", "project", "webhook_secret", "admin_api_key")


class OpenAIClient(AsyncOpenAI):
    """A client of the openai package that uses our transport, and no environment variables."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        for name in _OPENAI_ONLY_SETTINGS:
            setattr(self, name, settings.get(name))
        # With those of OPENAI_CUSTOM_HEADERS, which may hold another key.
        self._custom_headers = dict(settings.get("default_headers") or {})

    async def request(self, cast_to: Any, options: Any, *args: Any, **kwargs: Any) -> Any:
        """Send a request once: our transport knows which may be retried."""
        options.max_retries = 0
        try:
            result = await super().request(cast_to, options, *args, **kwargs)
        except openai.APIError as error:
            # Before openai 3, errors of a transport that are not httpx's are wrapped in another.
            is_wrapped = isinstance(error.__cause__, VLMRunError)
            original: Any = error.__cause__ if is_wrapped else error
            # The frames of the traceback hold the API key.
            raise original.with_traceback(None) from original.__cause__
        except UnicodeEncodeError as error:
            raise unsendable_request_error(error) from None
        if isinstance(result, AsyncStream):
            result._iterator = _with_mapped_errors(result._iterator)
        return result


async def _with_mapped_errors(events: AsyncIterator[T]) -> AsyncIterator[T]:
    try:
        async for event in events:
            yield event
    except openai.APIError as error:
        if isinstance(error, VLMRunError):
            raise
        raise error_from_event(error) from None


def openai_client(transport: Transport, settings: Settings) -> OpenAIClient:
    """Create the client of the openai package for `{base_url}/openai`."""
    return OpenAIClient(
        api_key=key_for_openai(settings),
        base_url=f"{settings.base_url}/openai",
        timeout=chat_timeout(settings),
        max_retries=settings.max_retries,
        default_headers=settings.headers,
        http_client=openai_http_client(transport, settings),
    )


class ChatCompletions(AsyncCompletions):
    """Chat completions of the openai package, with the service's own arguments.

    `create`, `parse` and `stream` accept everything that the openai package's methods accept, and:

        skills: `AgentSkill` objects, or dicts of their fields, for the agent to use.
        toolsets: Groups of tools the agent may use, such as "document".
        models: Models that the agent's tools may use.
        session_id: A session to continue; each response has its `session_id`.

    These override the same names in `extra_body`. Parts of messages may be `MessageContent`.

    A chat is sent again only if the connection failed before sending, or on 429 and on 503 with
    Retry-After. Its timeout is at least 600 s while the client has the default; in a stream, it
    limits the wait for each chunk. If the service continues a chat beyond its HTTP request, the
    completion is polled within the timeout; a stream then consists of one chunk.

    Raises:
        APIError: The class for the status or the failure, which is one of the openai package too:
            a 404 is a `vlmrun.errors.ResourceNotFoundError` and an `openai.NotFoundError`.
        InputError: A skill, toolset or session id is not valid; nothing was sent.

    Example:
        >>> response = await client.agent.completions.create(
        ...     model="vlmrun-orion-1:auto",
        ...     messages=[{"role": "user", "content": "What is a referral?"}],
        ...     skills=[AgentSkill(skill_name="patient-referral")],
        ... )
        >>> response.choices[0].message.content
    """

    if TYPE_CHECKING:

        @overload  # type: ignore[override]
        async def create(self, **params: Unpack[CreateParams]) -> ChatCompletion: ...

        @overload
        async def create(
            self, **params: Unpack[StreamParams]
        ) -> AsyncStream[ChatCompletionChunk]: ...

        @overload
        async def create(
            self,
            *,
            messages: Messages,
            model: str,
            stream: None = None,
            skills: Skills | None = None,
            toolsets: Sequence[AgentToolset] | None = None,
            models: Sequence[str] | None = None,
            session_id: str | UUID | None = None,
            **params: Any,
        ) -> ChatCompletion: ...

        @overload
        async def create(
            self,
            *,
            messages: Messages,
            model: str,
            stream: bool,
            skills: Skills | None = None,
            toolsets: Sequence[AgentToolset] | None = None,
            models: Sequence[str] | None = None,
            session_id: str | UUID | None = None,
            **params: Any,
        ) -> Any: ...

        async def create(  # pyright: ignore[reportIncompatibleMethodOverride]
            self, **params: Any
        ) -> Any: ...

        async def parse(  # type: ignore[override]
            self,
            *,
            messages: Messages,
            model: str,
            response_format: type[T] = ...,
            skills: Skills | None = None,
            toolsets: Sequence[AgentToolset] | None = None,
            models: Sequence[str] | None = None,
            session_id: str | UUID | None = None,
            **params: Any,
        ) -> ParsedChatCompletion[T]: ...

        def stream(  # type: ignore[override]
            self,
            *,
            messages: Messages,
            model: str,
            response_format: type[T] | Mapping[str, Any] = ...,
            skills: Skills | None = None,
            toolsets: Sequence[AgentToolset] | None = None,
            models: Sequence[str] | None = None,
            session_id: str | UUID | None = None,
            **params: Any,
        ) -> AsyncChatCompletionStreamManager[T]: ...

    else:

        async def create(self, *, messages, **params):
            """Create a completion; with `stream=True`, return an iterator over its chunks."""
            return await super().create(**openai_arguments(messages, **params))

        async def parse(self, *, messages, **params):
            """Create a completion whose `.choices[0].message.parsed` is a `response_format`."""
            return await super().parse(**openai_arguments(messages, **params))

        def stream(self, *, messages, **params):
            """Return a context manager over the events of a completion as they arrive."""
            return super().stream(**openai_arguments(messages, **params))
