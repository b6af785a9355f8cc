"""Chat completions of the openai package, with the service's own arguments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar, overload
from uuid import UUID

from vlmrun._async.resources._openai_client import ParsingStreamManager, local_errors
from vlmrun._chat.arguments import openai_arguments
from vlmrun._chat.openai_classes import AsyncCompletions
from vlmrun.types.agent import AgentToolset

if TYPE_CHECKING:
    from openai import AsyncStream
    from openai.lib.streaming.chat import AsyncChatCompletionStreamManager
    from openai.types.chat import ChatCompletion, ChatCompletionChunk, ParsedChatCompletion
    from typing_extensions import Unpack

    from vlmrun._chat.params import CreateParams, Messages, Skills, StreamParams

T = TypeVar("T")


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

    @overload  # type: ignore[override]
    async def create(self, **params: Unpack[CreateParams]) -> ChatCompletion: ...

    @overload
    async def create(self, **params: Unpack[StreamParams]) -> AsyncStream[ChatCompletionChunk]: ...

    @overload
    async def create(
        self,
        *,
        messages: Messages,
        model: str,
        stream: None = None,
        skills: Skills | None = None,
        toolsets: Sequence[AgentToolset | str] | None = None,
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
        toolsets: Sequence[AgentToolset | str] | None = None,
        models: Sequence[str] | None = None,
        session_id: str | UUID | None = None,
        **params: Any,
    ) -> Any: ...

    async def create(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, *, messages: Any, **params: Any
    ) -> Any:
        """Create a completion; with `stream=True`, return an iterator over its chunks.

        Args:
            messages: The conversation: a list of dicts with "role" and "content".
            model: The model, such as "vlmrun-orion-1:auto"; `client.agent.chat_models()` lists all.
            stream: Whether to return the chunks of the completion as they arrive.
            skills: `AgentSkill` objects, or dicts of their fields, for the agent to use.
            toolsets: Groups of tools that the agent may use, such as "document".
            models: Models that the agent's tools may use.
            session_id: A session to continue; each response has its `session_id`.
            **params: All further arguments of the openai package, such as `temperature`.

        Raises:
            APIError: The service refused the request or could not be reached.
            InputError: An argument is not valid; nothing was sent.

        Example:
            >>> completion = await client.agent.completions.create(
            ...     model="vlmrun-orion-1:auto",
            ...     messages=[{"role": "user", "content": "What is a referral?"}],
            ... )
            >>> print(completion.choices[0].message.content)
        """
        with local_errors():
            return await super().create(**openai_arguments(messages, **params))

    @overload  # type: ignore[override]
    async def parse(
        self,
        *,
        messages: Messages,
        model: str,
        response_format: type[T],
        skills: Skills | None = None,
        toolsets: Sequence[AgentToolset | str] | None = None,
        models: Sequence[str] | None = None,
        session_id: str | UUID | None = None,
        **params: Any,
    ) -> ParsedChatCompletion[T]: ...

    @overload
    async def parse(
        self,
        *,
        messages: Messages,
        model: str,
        response_format: None = None,
        skills: Skills | None = None,
        toolsets: Sequence[AgentToolset | str] | None = None,
        models: Sequence[str] | None = None,
        session_id: str | UUID | None = None,
        **params: Any,
    ) -> ParsedChatCompletion[None]: ...

    async def parse(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, *, messages: Any, **params: Any
    ) -> Any:
        """Create a completion whose `.choices[0].message.parsed` is a `response_format`.

        Args:
            messages: The conversation: a list of dicts with "role" and "content".
            model: The model, such as "vlmrun-orion-1:auto"; `client.agent.chat_models()` lists all.
            response_format: A pydantic class.
            skills: `AgentSkill` objects, or dicts of their fields, for the agent to use.
            toolsets: Groups of tools that the agent may use, such as "document".
            models: Models that the agent's tools may use.
            session_id: A session to continue; each response has its `session_id`.
            **params: All further arguments of the openai package, such as `temperature`.

        Raises:
            APIError: The service refused the request or could not be reached.
            InputError: An argument is not valid; nothing was sent.

        Example:
            >>> completion = await client.agent.completions.parse(
            ...     model="vlmrun-orion-1:auto",
            ...     messages=[{"role": "user", "content": "Invoice 44: 12.50 EUR"}],
            ...     response_format=Invoice,
            ... )
            >>> print(completion.choices[0].message.parsed)
        """
        with local_errors():
            return await super().parse(**openai_arguments(messages, **params))

    @overload  # type: ignore[override]
    def stream(
        self,
        *,
        messages: Messages,
        model: str,
        response_format: type[T],
        skills: Skills | None = None,
        toolsets: Sequence[AgentToolset | str] | None = None,
        models: Sequence[str] | None = None,
        session_id: str | UUID | None = None,
        **params: Any,
    ) -> AsyncChatCompletionStreamManager[T]: ...

    @overload
    def stream(
        self,
        *,
        messages: Messages,
        model: str,
        response_format: Mapping[str, Any] | None = None,
        skills: Skills | None = None,
        toolsets: Sequence[AgentToolset | str] | None = None,
        models: Sequence[str] | None = None,
        session_id: str | UUID | None = None,
        **params: Any,
    ) -> AsyncChatCompletionStreamManager[None]: ...

    def stream(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, *, messages: Any, **params: Any
    ) -> Any:
        """Return a context manager over the events of a completion as they arrive.

        Args:
            messages: The conversation: a list of dicts with "role" and "content".
            model: The model, such as "vlmrun-orion-1:auto"; `client.agent.chat_models()` lists all.
            response_format: A pydantic class, for the completion at the end.
            skills: `AgentSkill` objects, or dicts of their fields, for the agent to use.
            toolsets: Groups of tools that the agent may use, such as "document".
            models: Models that the agent's tools may use.
            session_id: A session to continue; each response has its `session_id`.
            **params: All further arguments of the openai package, such as `temperature`.

        Raises:
            APIError: The service refused the request or could not be reached.
            InputError: An argument is not valid; nothing was sent.

        Example:
            >>> messages = [{"role": "user", "content": "What is a referral?"}]
            >>> async with client.agent.completions.stream(
            ...     model="vlmrun-orion-1:auto", messages=messages
            ... ) as stream:
            ...     async for event in stream:
            ...         print(event.type)
        """
        with local_errors():
            manager = super().stream(**openai_arguments(messages, **params))
        client: Any = self._client  # ours, which has more methods than that of the openai package
        request = client.request_for("/chat/completions")
        return ParsingStreamManager(manager, request)
