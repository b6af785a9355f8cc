"""`client.agent.execute_many`."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from vlmrun_api.api.agent import execute_agent

from vlmrun._async.resources._batches import Batches
from vlmrun._async.resources._submission import JobSubmission
from vlmrun._async.resources.executions import Executions
from vlmrun._async.waiting import WaitOptions
from vlmrun._core.polling import DEFAULT_WAIT
from vlmrun._core.request_context import RequestContext
from vlmrun._core.request_options import RequestOptions
from vlmrun._requests.agent import check_instructions, execution_body, resolve_config
from vlmrun._requests.inputs import prepare
from vlmrun.types.agent import (
    AgentExecutionConfig,
    AgentModel,
    AgentToolset,
    ExecutionPriority,
)
from vlmrun.types.content import MessageContent
from vlmrun.types.executions import AgentExecutionResponse
from vlmrun.types.files import FileResponse
from vlmrun.types.jobs import ParsedT, ResultT
from vlmrun.types.metadata import RequestMetadata
from vlmrun.types.skills import AgentSkill

if TYPE_CHECKING:
    from vlmrun._async.many.operation import BatchOperation, PreparedItem
    from vlmrun._runtime.async_batching import BatchInputs, BatchItems
    from vlmrun.types.batches import BatchProgress


class ExecutionBatches(JobSubmission, Batches):
    """Mixin of `client.agent`: executions for many inputs."""

    def execute_many(
        self,
        inputs: BatchInputs,
        name: str | None = None,
        *,
        config: AgentExecutionConfig[ParsedT] | Mapping[str, Any] | None = None,
        prompt: str | None = None,
        response_model: type[ResultT] | Mapping[str, Any] | None = None,
        skills: AgentSkill | Sequence[AgentSkill | Mapping[str, Any]] | None = None,
        model: AgentModel | str | None = None,
        toolsets: Sequence[AgentToolset | str] | None = None,
        metadata: RequestMetadata | Mapping[str, Any] | None = None,
        callback_url: str | None = None,
        priority: ExecutionPriority | str | None = None,
        max_concurrent: int = 8,
        in_order: bool = True,
        journal: str | os.PathLike[str] | None = None,
        on_progress: Callable[[BatchProgress], Any] | None = None,
        budget: float | None = None,
        dry_run: bool = False,
        retry_failed: bool = False,
        resubmit_unknown: bool = False,
        save_to: str | os.PathLike[str] | None = None,
        wait_timeout: float | None = DEFAULT_WAIT,
        through_pause: bool = False,
        options: RequestOptions | None = None,
    ) -> BatchItems[ResultT]:
        """Execute an agent for each of many inputs, and yield their results.

        `inputs` is consumed lazily, and may be endless. An error that affects a single item is its
        `.error`. One that affects all items, such as an invalid API key, is raised after the
        requests and jobs in progress are completed. Closing the iterator does not stop jobs.

        Args:
            inputs: An iterable of items, a directory (its files, without hidden ones), or a glob.
                An item that is a dict or a model is the `inputs` of one execution; a path, a URL,
                the id of a file, `(name, bytes)`, a PIL image or an open file is its
                `{"file": ...}`.
            name: `agent` or `agent:version`. Required unless there is a prompt or skills.
            prompt: The instructions for all items.
            response_model: The type of each `.result.parsed`.
            skills: Shortcut for `config.skills`; may be a single one.
            config: Prompt, skills, schema of the response and more; may be a dict of its fields.
            model: For example "vlmrun-orion-1:pro".
            toolsets: The groups of tools that the agent may use.
            metadata: Tags; may be a dict.
            callback_url: The URL that the service posts each completed execution to.
            priority: "low", "normal" or "high".
            max_concurrent: The number of items to work on at a time (default 8).
            in_order: False yields items as they finish, rather than in the order of the inputs.
            journal: The path of a SQLite file that makes the batch durable: run again after a
                crash, the same call submits only what was never submitted, and yields all results.
                Items with equal parameters and contents of files share one execution.
            on_progress: Called with a `BatchProgress` before each item is yielded.
            budget: Credits after which nothing more is submitted. What runs is finished and
                yielded, and then `BudgetExceededError` is raised.
            dry_run: Send nothing: each item has a `.plan` with files, bytes and pages.
            retry_failed: Submit an item again if its job failed in an earlier run with this
                journal. By default, its error is yielded again.
            resubmit_unknown: Submit an item again if an earlier request for it has an unknown
                outcome. The item may then be executed and billed twice. By default, its error is an
                `OutcomeUnknownError`.
            save_to: A folder, in which each result is saved as soon as its job has completed, in a
                folder of its own (`.saved_to`): completely, or not at all. Its name has the name of
                the input and the id of the job. With a journal, a later run saves only what is
                missing. If a result cannot be saved, the error is a `ResultNotSavedError`; if
                nothing can be written any more, it also ends the batch.
            wait_timeout: Seconds to wait for each job (default 600); None for no limit.
            through_pause: Keep waiting while an execution is paused.
            options: Options for each item; `deadline` covers its upload, submission, waiting and
                saving.

        Yields:
            A `BatchItem` for each input.

        Raises:
            InputError: An argument is invalid (a `ValueError`); nothing was sent.
            JournalError: The journal cannot be used.
            AuthenticationError: The API key is wrong.
            BudgetExceededError: The budget is used up.
            FileWriteError: The folder `save_to` cannot be written.

        Example:
            >>> items = client.agent.execute_many(
            ...     "*.pdf", prompt="Read it", response_model=Invoice, journal="runs.sqlite"
            ... )
            >>> async for item in items:
            ...     print(item.input, item.error or item.result.parsed)
        """
        from vlmrun._async.many.options import BatchOptions

        config = resolve_config(AgentExecutionConfig, config, prompt, skills, response_model)
        check_instructions(name, config)
        body = execution_body(
            name=name,
            config=config,
            metadata=metadata,
            callback_url=callback_url,
            model=model,
            toolsets=toolsets,
            priority=priority,
            id=None,
            created_at=None,
        )
        batch = BatchOptions(
            max_concurrent=max_concurrent,
            in_order=in_order,
            journal=journal,
            on_progress=on_progress,
            budget=budget,
            dry_run=dry_run,
            retry_failed=retry_failed,
            resubmit_unknown=resubmit_unknown,
            save_to=save_to,
            wait_options=WaitOptions.of_submit(wait_timeout, None, through_pause),
            options=options,
        )
        return self._start_batch(self._batch_operation(body, config), inputs, batch)

    def _batch_operation(
        self, body: dict[str, Any], config: AgentExecutionConfig[Any] | None
    ) -> BatchOperation[AgentExecutionResponse]:
        from vlmrun._async.many.operation import BatchOperation
        from vlmrun._async.resources._saving import save_job

        async def submit(body: dict[str, Any], context: RequestContext) -> AgentExecutionResponse:
            return await self._submit(
                AgentExecutionResponse, execute_agent._get_kwargs, body, context
            )

        return BatchOperation(
            name="execute_agent",
            context=self._client_context,
            body=body,
            response_model=config and config.response_model,
            prepare=_prepare,
            part_of=_part_of,
            submit=submit,
            bound=self._bound,
            save=save_job,
            source=Executions(self._client_context)._source(),
        )


def _prepare(item: Any) -> PreparedItem:
    from vlmrun._async.many.operation import PreparedItem
    from vlmrun._requests.batch_inputs import execution_inputs

    prepared = prepare(execution_inputs(item))
    return PreparedItem(
        {"inputs": prepared.tree},
        list(prepared.parts.values()),
        prepared.sources,
        prepared.others,
    )


def _part_of(file: FileResponse) -> dict[str, Any]:
    return MessageContent(type="input_file", file_id=file.id).to_dict()
