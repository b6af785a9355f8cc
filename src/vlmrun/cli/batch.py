"""One job for each of many inputs, with a journal, so that a second run resumes."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vlmrun.cli.batch_calls import BatchCall
from vlmrun.cli.batch_progress import BatchDisplay
from vlmrun.cli.batch_results import (
    BatchResult,
    check_files_of_all,
    save_artifacts,
    save_job,
    show_results,
    write_files_of_all,
)
from vlmrun.cli.dry_run import plans_of, show_plans
from vlmrun.cli.formatting import block_of, count, inline_list
from vlmrun.cli.inputs import Input
from vlmrun.cli.job_options import JobOptions
from vlmrun.cli.problems import Problem, UsageProblem, one_line
from vlmrun.cli.result_names import result_names
from vlmrun.cli.run import Run
from vlmrun.cli.streams import shown
from vlmrun.cli.waiting import (
    RESUME_BATCH,
    explain_interruption,
    may_be_submitted,
    reason_of_item,
    resumable,
    retrievable,
)

if TYPE_CHECKING:
    from vlmrun.types.usage import Usage


def run_batch(run: Run, inputs: Sequence[Input], call: BatchCall, options: JobOptions) -> None:
    """Submit a job for each input, wait for all, and write their results.

    Args:
        run: The run of the command.
        inputs: The inputs.
        call: What to do with each.
        options: The options; with `dry_run`, only what would be sent is written.

    Raises:
        Problem: Some inputs failed; they are listed, and the others have results.
    """
    _require_one_file(inputs)
    if options.dry_run:
        show_plans(run, plans_of(run, inputs, call, options.journal_path()))
        return
    check_files_of_all(options)
    client = run.client  # the API key is checked before a folder is created
    if not options.wait:
        _submit_only(run, inputs, call)
        return
    with client.usage(budget=options.budget) as usage:
        _Batch(run, inputs, call, options).run_all(usage)


class _Batch:
    """A batch that waits for its results."""

    def __init__(
        self, run: Run, inputs: Sequence[Input], call: BatchCall, options: JobOptions
    ) -> None:
        self._run = run
        self._inputs = inputs
        self._call = call
        self._options = options
        self._journal = _prepared_journal(options)
        self._folder = options.output and options.output.expanduser()
        self._names = [] if self._folder is None else result_names(self._folder, inputs)
        self._results: dict[int, BatchResult] = {}

    def run_all(self, usage: Usage) -> None:
        """Work through the inputs, and write their results.

        Args:
            usage: What the jobs have used.

        Raises:
            Problem: Some inputs failed.
        """
        from vlmrun.errors import VLMRunError

        with BatchDisplay(self._run.output, len(self._inputs), usage) as display:
            items = self._call.items(
                self._run.client,
                self._inputs,
                self._journal,
                max_concurrent=self._options.concurrency,
                in_order=False,
                retry_failed=self._options.retry_failed,
                resubmit_unknown=self._options.resubmit_unknown,
                wait_timeout=self._options.timeout,
            )
            try:
                for index, item in items:
                    self._results[index] = self._result_of(index, item)
                    display.finished(self._results[index])
            except BaseException as error:
                if isinstance(error, KeyboardInterrupt):
                    with suppress(KeyboardInterrupt):
                        # If it was raised here, the iterator does not know, and adds the ids now.
                        items.throw(error)
                    explain_interruption(error, self._call.kind, self._journal)
                items.close()  # nothing more is submitted
                if self._results:  # they are paid for
                    try:
                        self._write()
                    except VLMRunError as second:
                        self._run.output.warn(one_line(second))
                    if self._journal is not None and isinstance(error, VLMRunError):
                        self._run.output.note(RESUME_BATCH)
                raise
        _raise_failures(self._run, self._write(), self._journal)

    def _result_of(self, index: int, item: Any) -> BatchResult:
        from vlmrun.errors import DocumentPartsError, VLMRunError

        each, kind = self._inputs[index], self._call.kind
        result = BatchResult(item, each.label, item.id, from_journal=item.from_journal)
        if item.error is not None:
            if isinstance(item.error, DocumentPartsError):  # some of them may have a result
                result = result._replace(job=item.error.prediction)
            return result._replace(error=reason_of_item(item.error, kind, item.id))
        result = result._replace(job=item.result)
        if self._folder is None:
            return result
        name = self._names[index]
        path = save_job(self._folder, f"{name}.json", item.result, each.facts)
        result = result._replace(path=path)
        if not self._options.artifacts:
            return result
        try:
            paths = save_artifacts(self._run, kind, item.result, self._folder / name)
        except VLMRunError as error:
            # The job has completed and is stored; only its artifacts are missing.
            return result._replace(error=f"its artifacts could not be saved: {one_line(error)}")
        return result._replace(artifacts=tuple(paths))

    def _write(self) -> list[BatchResult]:
        """Write the results so far, in the order of the inputs."""
        ordered = [self._results[index] for index in sorted(self._results)]
        # What was paid for is shown, also if the table or the report cannot be written.
        written = self._options._replace(table=None, report=None)
        try:
            write_files_of_all(self._options, ordered)
            written = self._options
        finally:
            ids = [result.id for result in ordered if result.id is not None]
            with retrievable(self._call.kind, ids, self._journal):
                show_results(self._run, ordered, written, len(self._inputs))
        return ordered


def _require_one_file(inputs: Sequence[Input]) -> None:
    """Raise if no input exists: then it is a typing error rather than one missing file."""
    missing = [each for each in inputs if each.path is not None and not each.path.exists()]
    if len(missing) == len(inputs):
        labels = inline_list(shown(each.label) for each in missing)
        raise UsageProblem(f"No input exists: {labels}", "Check the paths")


def _prepared_journal(options: JobOptions) -> Path | None:
    """Return the path of the journal, whose folder is created.

    Raises:
        Problem: The folder cannot be created.
    """
    path = options.journal_path()
    if path is not None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Problem(f"The folder {path.parent} cannot be created: {error.strerror}") from None
    return path


def _submit_only(run: Run, inputs: Sequence[Input], call: BatchCall) -> None:
    """Submit a job for each input, and write only the ids, as soon as they are known."""
    from vlmrun.errors import APIError, AuthenticationError, InputError

    results: list[BatchResult] = []
    try:
        for each in inputs:
            try:
                job = call.submit(run.client, each)
            except AuthenticationError:
                raise  # it is the same for all
            except (APIError, InputError) as error:
                result = BatchResult(None, each.label, error=reason_of_item(error, call.kind))
            else:
                result = BatchResult(None, each.label, id=job.id)
                if not run.output.is_json:
                    with resumable(call.kind, job.id):
                        run.output.text(job.id)
            results.append(result)
    finally:
        # Also after Ctrl-C: these jobs are paid for.
        if run.output.is_json and results:
            with retrievable(call.kind, [each.id for each in results if each.id is not None]):
                run.output.rows(results, [], lambda _: [], empty="")
    _raise_failures(run, results, None)


def _raise_failures(run: Run, results: Sequence[BatchResult], journal: Path | None) -> None:
    from vlmrun.errors import WaitTimeoutError

    failed = [result for result in results if result.error is not None]
    if not failed:
        return
    for line in block_of(f"{shown(result.label)}: {result.error}" for result in failed):
        run.output.warn(line)
    errors = [each for result in failed for each in _errors_of(result.item)]
    if journal is None:
        remedy = ""
    elif any(map(may_be_submitted, errors)):
        remedy = "After these checks, --resubmit-unknown submits again what is not running"
    elif any(isinstance(error, WaitTimeoutError) for error in errors):
        remedy = RESUME_BATCH
    elif any(result.from_journal for result in failed):
        remedy = "Jobs that have failed are submitted again with --retry-failed"
    else:
        remedy = "Run the same command again to retry them"
    raise Problem(f"{count(len(failed), 'input')} of {len(results)} failed", remedy)


def _errors_of(item: Any) -> list[Any]:
    """Return the error of an item, or those of its parts."""
    error = getattr(item, "error", None)
    return [part.error for part in getattr(error, "parts", ())] or [error]
