# Derived from _async/resources/agent.py by `make generate`. Do not edit.
"""`client.agent`: agents and their executions."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from vlmrun_api.api.agent import create_agent, execute_agent
from vlmrun_api.api.chat import get_chat_model, list_chat_models

from vlmrun._cached_properties import cached_property, of_class, resource_property
from vlmrun._core.outcomes import before_submission
from vlmrun._core.polling import DEFAULT_SETTLE, DEFAULT_WAIT
from vlmrun._core.request_context import RequestContext
from vlmrun._core.request_options import RequestOptions
from vlmrun._messages import short_repr
from vlmrun._requests.agent import creation_body, execution_body, resolve_config
from vlmrun._requests.inputs import PreparedInputs, prepare
from vlmrun._runtime.sync_client_class import async_chat_class, async_counterpart
from vlmrun._sync.resources._agent_batches import ExecutionBatches
from vlmrun._sync.resources._chat import chat_class, chat_completions
from vlmrun._sync.resources._named_agents import NamedAgents
from vlmrun._sync.resources.executions import Executions
from vlmrun._sync.waiting import WaitOptions
from vlmrun._validation import check_id
from vlmrun.errors import APIError, JobError, ResourceNotFoundError
from vlmrun.types._saving import check_save_to
from vlmrun.types.agent import (
    AgentCreationConfig,
    AgentCreationResponse,
    AgentExecutionConfig,
    AgentModel,
    AgentToolset,
    ExecutionPriority,
)
from vlmrun.types.chat import ChatModel
from vlmrun.types.content import MessageContent
from vlmrun.types.executions import AgentExecutionResponse
from vlmrun.types.jobs import ParsedT, ResultT
from vlmrun.types.metadata import RequestMetadata
from vlmrun.types.page import Page
from vlmrun.types.reconciliation import Reconciliation
from vlmrun.types.skills import AgentSkill

if TYPE_CHECKING:
    from vlmrun._chat.async_types import CoroutineCompletions
    from vlmrun._sync.resources.completions import ChatCompletions
    from vlmrun._sync.resources.skills import Skills


class Agent(ExecutionBatches, NamedAgents):
    """Execute agents, and create and look up named ones."""

    _attribute = "agent"
    _operations: ClassVar = {
        "execute_agent": "execute",
        "create_agent": "create",
        "lookup_agent": "get",
        "get_agent": "get_by_id",
        "list_agents": "list",
        "create_chat_completion": "completions.create",
        "list_chat_models": "chat_models",
        "get_chat_model": "chat_model",
    }

    @resource_property
    def skills(self) -> Skills:
        """The same as `client.skills`."""
        # Imported here: most clients never use it, and its imports take time.
        from vlmrun._sync.resources.skills import Skills

        return Skills(self._client_context)

    @cached_property
    @of_class(chat_class)
    def completions(self) -> ChatCompletions:
        """Chat with an agent, with the interface of the openai package.

        `ChatCompletions` documents the additional arguments.

        Raises:
            DependencyError: The extra `openai` is not installed.
            InputError: An argument of a call is invalid; nothing was sent.
            OutcomeUnknownError: A call got no response, and may be billed.

        Example:
            >>> response = client.agent.completions.create(
            ...     model="vlmrun-orion-1:auto",
            ...     messages=[{"role": "user", "content": "What is a referral?"}],
            ... )
        """
        return chat_completions(self._transport, self._client_context.settings)

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

    def chat_models(self, *, options: RequestOptions | None = None) -> Page[ChatModel]:
        """List the models for chat and executions.

        Args:
            options: Options of this call: timeout, deadline, max_retries, headers.

        Raises:
            APIError: The service refused the request or could not be reached.

        Example:
            >>> [model.id for model in client.agent.chat_models()]
        """
        return self._request_page(
            ChatModel, list_chat_models._get_kwargs(), self._begin(options), key="data"
        )

    def chat_model(self, id: str, *, options: RequestOptions | None = None) -> ChatModel:
        """Return a model for chat.

        Args:
            id: For example "vlmrun-orion-1:auto".
            options: Options of this call: timeout, deadline, max_retries, headers.

        Raises:
            ResourceNotFoundError: No model has this id.

        Example:
            >>> model = client.agent.chat_model("vlmrun-orion-1:auto")
        """
        kwargs = get_chat_model._get_kwargs(check_id("id", id))
        return self._request(ChatModel, kwargs, self._begin(options))

    def execute(
        self,
        name: str | None = None,
        inputs: Any = None,
        batch: bool = True,
        config: AgentExecutionConfig[ParsedT] | Mapping[str, Any] | None = None,
        metadata: RequestMetadata | Mapping[str, Any] | None = None,
        callback_url: str | None = None,
        model: AgentModel | str | None = None,
        toolsets: Sequence[AgentToolset | str] | None = None,
        *,
        prompt: str | None = None,
        skills: AgentSkill | Sequence[AgentSkill | Mapping[str, Any]] | None = None,
        response_model: type[ResultT] | Mapping[str, Any] | None = None,
        priority: ExecutionPriority | str | None = None,
        id: str | None = None,
        created_at: datetime | str | None = None,
        wait_timeout: float | None = DEFAULT_WAIT,
        on_update: Callable[[AgentExecutionResponse], Any] | None = None,
        through_pause: bool = False,
        save_to: str | os.PathLike[str] | None = None,
        options: RequestOptions | None = None,
    ) -> AgentExecutionResponse[ResultT]:
        """Execute an agent.

        Args:
            name: `agent` or `agent:version`. Without a name, pass a prompt or skills.
            inputs: A dict, or a pydantic, attrs or dataclass instance. Its values, at any depth:
                `MessageContent`, plain JSON, datetime, UUID, or the `Path` of a file, which is
                uploaded and replaced by its typed part.
            batch: True (default) returns at once, with an id to poll. False waits until the
                execution is completed.
            config: Prompt, skills, schema of the response and more; may be a dict of its fields.
            metadata: Tags; may be a dict.
            callback_url: The URL that the service posts the completed execution to.
            model: For example "vlmrun-orion-1:pro"; the service's default is "vlmrun-orion-1:auto".
            toolsets: The groups of tools that the agent may use.
            prompt: Shortcut for `config.prompt`.
            skills: Shortcut for `config.skills`; may be a single one.
            response_model: Shortcut for `config.response_model`.
            priority: "low", "normal" (the service's default) or "high".
            id: Your own id for the job; by default a new UUID, created before the first attempt.
            created_at: The time of the request; by default the service uses its own clock.
            wait_timeout: With `batch=False`, seconds to wait (default 600); None for no limit.
            on_update: With `batch=False`, called with the execution after each poll.
            through_pause: With `batch=False`, keep waiting while the execution is paused.
            save_to: With `batch=False`, a folder to save the result to, as `save` does. It must not
                exist yet, or be empty.
            options: Options of this call. `deadline` covers uploads, submission and waiting.

        Returns:
            The execution: just accepted (`batch=True`), or completed, with `.response` and, with a
            `response_model`, `.parsed`.

        Raises:
            InputError: An argument is invalid (a `ValueError`); nothing was sent.
            MissingFileError: A path does not exist; nothing was sent.
            OutcomeUnknownError: The execution was submitted, but there was no response. It may be
                running and was not submitted again; `client.agent.reconcile(error)` tells
                what became of it.
            ExecutionFailedError: With `batch=False`: it failed; `execution` has it.
            WaitTimeoutError: With `batch=False`: it is still running; the message has its id.

        Example:
            >>> execution = client.agent.execute(
            ...     inputs={"file": Path("referral.pdf")},
            ...     skills=[AgentSkill(skill_name="patient-referral")],
            ...     batch=False,
            ... )
            >>> print(execution.response)
        """
        config = resolve_config(AgentExecutionConfig, config, prompt, skills, response_model)
        body = execution_body(
            name=name,
            config=config,
            metadata=metadata,
            callback_url=callback_url,
            model=model,
            toolsets=toolsets,
            priority=priority,
            id=id,
            created_at=created_at,
        )
        # Everything that can fail locally comes before the first byte is sent.
        prepared = prepare(inputs)
        wait_options = WaitOptions.unless(batch, wait_timeout, on_update, through_pause)
        check_save_to(save_to, batch)
        context = self._begin(options)
        with before_submission(AgentExecutionResponse, body):
            self._add_inputs(body, prepared, context)
        advice: dict[type[APIError], str] = {}
        if name and " " in name:
            prompt_instead = f"If this is a prompt, pass prompt={short_repr(name)}"
            advice[ResourceNotFoundError] = prompt_instead
        executions = Executions(self._client_context)
        execution = self._run_job(
            executions._source(config and config.response_model),
            execute_agent._get_kwargs,
            body,
            context,
            wait_options,
            sent=prepared.sent,
            advice=advice,
        )
        executions._save_to(execution, save_to, context)
        return execution

    def reconcile(
        self,
        error: APIError | JobError | str,
        *,
        since: datetime | None = None,
        settle: float | None = DEFAULT_SETTLE,
        options: RequestOptions | None = None,
    ) -> Reconciliation[AgentExecutionResponse]:
        """Find out what became of an execution whose submission had no usable response.

        The same as `client.executions.reconcile`.

        Args:
            error: The error of `execute`, or the execution's id.
            since: When the execution was submitted; an error knows it.
            settle: Seconds after the last attempt (default 5) during which an execution that is
                not there is looked up again.
            options: Options of each request; a deadline is that of the whole call.

        Returns:
            `Reconciliation`, whose `state` is "submitted", "not_submitted" or "unknown".

        Raises:
            InputError: The error is not about a job, or `since` is not a time in the past.
            APIError: The service refused a request or could not be reached.

        Example:
            >>> found = client.agent.reconcile(submitted.id)
            >>> print(found.state)
            submitted
        """
        executions = Executions(self._client_context)
        return executions.reconcile(error, since=since, settle=settle, options=options)

    def create(
        self,
        config: AgentCreationConfig | Mapping[str, Any],
        name: str | None = None,
        inputs: Any = None,
        callback_url: str | None = None,
        *,
        options: RequestOptions | None = None,
    ) -> AgentCreationResponse:
        """Create a named agent.

        Args:
            config: Its configuration; the prompt is required.
            name: The agent's name; by default the service creates one.
            inputs: Sample inputs: a dict, or a pydantic, attrs or dataclass instance. Its values,
                at any depth: `MessageContent`, plain JSON, datetime, UUID, or the `Path` of a file,
                which is uploaded and replaced by its typed part.
            callback_url: The URL that the service posts the finished agent to.
            options: Options of this call: timeout, deadline, max_retries, headers.

        Raises:
            InputError: The prompt is missing, or an argument is invalid; nothing was sent.
            OutcomeUnknownError: The request was sent, but there was no response. It was not sent
                again.

        Example:
            >>> agent = client.agent.create(
            ...     AgentCreationConfig(prompt="Read invoices"), name="invoices"
            ... )
        """
        body = creation_body(config=config, name=name, callback_url=callback_url)
        prepared = prepare(inputs)
        context = self._begin(options)
        self._add_inputs(body, prepared, context)
        return self._submit(AgentCreationResponse, create_agent._get_kwargs, body, context)

    @classmethod
    def _resource_of_jobs(cls) -> type[Any] | None:
        return Executions

    def _add_inputs(
        self, body: dict[str, Any], inputs: PreparedInputs, context: RequestContext
    ) -> None:
        """Add inputs to a body, after uploading their files and filling in the typed parts."""
        if inputs.tree is None:
            return
        files = self._client_context.uploader.upload_all(inputs.sources, context)
        for part, file in zip(inputs.parts.values(), files, strict=True):
            part.update(MessageContent(type="input_file", file_id=file.id).to_dict())
        body["inputs"] = inputs.tree
