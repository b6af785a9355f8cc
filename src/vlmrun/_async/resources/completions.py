"""Chat completions: the openai package's, with the service's own arguments."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar, overload
from uuid import UUID

import openai
from openai import AsyncOpenAI, AsyncStream

from vlmrun._async.http.openai_transport import OpenAIHTTP
from vlmrun._chat.bases import AsyncCompletions
from vlmrun._chat.errors import of_event
from vlmrun._chat.requests import (
    ANONYMOUS,
    HiddenKey,
    chat_timeout,
    extended,
    messages_as_data,
)
from vlmrun._core.options import Settings
from vlmrun._validation import unsendable_request_error
from vlmrun.errors import VLMRunError
from vlmrun.types.common import AgentToolset
from vlmrun.types.skills import AgentSkill

if TYPE_CHECKING:
    from openai.lib.streaming.chat import AsyncChatCompletionStreamManager
    from openai.types.chat import ChatCompletion, ChatCompletionChunk, ParsedChatCompletion
    from typing_extensions import Unpack

    from vlmrun._async.http.transport import Transport
    from vlmrun._chat.params import CreateParams, Messages, Skills, StreamParams

T = TypeVar("T")

# What the openai package would take from variables that are meant for another service.
_OF_ANOTHER_SERVICE = ("organization", "project", "webhook_secret", "admin_api_key")


class OpenAIClient(AsyncOpenAI):
    """The openai package's client, on our connections, without its environment."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        for name in _OF_ANOTHER_SERVICE:
            setattr(self, name, given.get(name))
        self._custom_headers = dict(given.get("default_headers") or {})

    async def request(self, cast_to: Any, options: Any, *args: Any, **kwargs: Any) -> Any:
        """Send a request once: what may be sent again is our transport's to know."""
        options.max_retries = 0
        try:
            result = await super().request(cast_to, options, *args, **kwargs)
        except openai.APIError as error:
            # Releases before 3 wrap what they do not know. The frames below hold the key.
            wrapped = isinstance(error.__cause__, VLMRunError)
            told: Any = error.__cause__ if wrapped else error
            raise told.with_traceback(None) from told.__cause__
        except UnicodeEncodeError as error:
            raise unsendable_request_error(error) from None
        if isinstance(result, AsyncStream):
            result._iterator = _in_both_families(result._iterator)
        return result


async def _in_both_families(events: AsyncIterator[T]) -> AsyncIterator[T]:
    try:
        async for event in events:
            yield event
    except openai.APIError as error:
        if isinstance(error, VLMRunError):
            raise
        raise of_event(error) from None


def openai_client(transport: Transport, settings: Settings) -> OpenAIClient:
    """A client of the openai package for `{base_url}/openai`, which only this package uses."""
    key = ANONYMOUS if settings.api_key is None else settings.api_key.reveal()
    return OpenAIClient(
        api_key=HiddenKey(key),
        base_url=f"{settings.base_url}/openai",
        timeout=chat_timeout(settings),
        max_retries=settings.max_retries,
        default_headers=settings.headers,
        http_client=OpenAIHTTP(transport, settings),
    )


class ChatCompletions(AsyncCompletions):
    """Chat in the form of the openai package, with the service's own arguments.

    `create`, `parse` and `stream` take all that the openai package's take, and:

        skills: `AgentSkill` objects, or dicts of their fields, for the agent to use.
        toolsets: Groups of tools the agent may use, such as "document".
        models: Models that the agent's tools may use.
        session_id: A session to go on with; each answer has its `session_id`.

    They stand over the same names in `extra_body`. Parts of messages may be `MessageContent`.

    A chat is sent again only where it was surely never delivered, or was throttled. Its timeout is
    at least 600 s while the client has the default; in a stream it bounds the wait for each piece.
    A chat that the service goes on with for longer is waited for, within the timeout; asked for as
    a stream, it then comes in one piece.

    Raises:
        APIError: In a class that is one of the openai package too: a 404 can be caught as
            `vlmrun.errors.ResourceNotFoundError` and as `openai.NotFoundError`.
        InputError: A skill, toolset or session id that cannot be sent.

    Example:
        >>> answer = await client.agent.completions.create(
        ...     model="vlmrun-orion-1:auto",
        ...     messages=[{"role": "user", "content": "What is a referral?"}],
        ...     skills=[AgentSkill(skill_name="patient-referral")],
        ... )
        >>> answer.choices[0].message.content
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
            """A completion; with `stream=True` an iterator over its pieces, as they come."""
            return await super().create(**_plain(messages, **params))

        async def parse(self, *, messages, **params):
            """A completion whose `.choices[0].message.parsed` is of the `response_format`."""
            return await super().parse(**_plain(messages, **params))

        def stream(self, *, messages, **params):
            """A context manager over the events of a completion as it comes."""
            return super().stream(**_plain(messages, **params))


def _plain(
    messages: Iterable[Any],
    *,
    skills: AgentSkill | Sequence[AgentSkill | Mapping[str, Any]] | None = None,
    toolsets: Sequence[AgentToolset] | None = None,
    models: Sequence[str] | None = None,
    session_id: str | UUID | None = None,
    extra_body: object = None,
    **params: Any,
) -> dict[str, Any]:
    """The arguments as the openai package takes them."""
    body = extended(
        extra_body, skills=skills, toolsets=toolsets, models=models, session_id=session_id
    )
    return {**params, "messages": messages_as_data(messages), "extra_body": body}
