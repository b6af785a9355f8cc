"""One job for each of many inputs, with a journal, so that a second run resumes."""

from __future__ import annotations

import sys
from collections.abc import Generator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from vlmrun.cli.batch_calls import BatchCall
from vlmrun.cli.batch_options import BatchOptions
from vlmrun.cli.batch_progress import BatchDisplay
from vlmrun.cli.batch_results import (
    BatchResult,
    check_files_of_all,
    reason_of_item,
    save_artifacts,
    save_job,
    show_results,
    write_files_of_all,
)
from vlmrun.cli.formatting import block_of, count, inline_list
from vlmrun.cli.inputs import Input
from vlmrun.cli.problems import Problem, UsageProblem, one_line
from vlmrun.cli.run import Run
from vlmrun.cli.streams import shown
from vlmrun.cli.waiting import explain_interruption, resume_command


def run_batch(run: Run, inputs: Sequence[Input], call: BatchCall, options: BatchOptions) -> None:
    """Submit a job for each input, wait for all, and write their results.

    Args:
        run: The run of the command.
        inputs: The inputs.
        call: What to do with each.
        options: The options.

    Raises:
        Problem: Some inputs failed; they are listed, and the others have results.
    """
    from vlmrun.errors import VLMRunError

    options.check()
    check_files_of_all(options)
    require_one_file(inputs)
    _ = run.client  # the API key is checked before a folder is created
    if not options.wait:
        _submit_only(run, inputs, call)
        return
    journal = _prepared_journal(options)
    results: dict[int, BatchResult] = {}

    def write() -> list[BatchResult]:
        ordered = [results[index] for index in sorted(results)]
        try:
            write_files_of_all(options, ordered)
        finally:  # what was paid for is shown, also if the table or the report cannot be written
            show_results(run, ordered, options, len(inputs))
        return ordered

    with BatchDisplay(run.output, len(inputs)) as display:
        items = _items(run, inputs, call, options, journal, display)
        try:
            for index, item in items:
                result = _result_of(run, inputs[index], item, call, options)
                results[index] = result
                display.finished(result)
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                with suppress(KeyboardInterrupt):
                    # If it was raised here, the iterator does not know, and adds the ids now.
                    items.throw(error)
                explain_interruption(error, call.kind, journal)
            if results:  # they are paid for
                try:
                    write()
                except VLMRunError as second:
                    run.output.warn(one_line(second))
            raise
    _raise_failures(run, write(), journal)


def check_poll_interval(value: float | None) -> None:
    """Refuse `--poll-interval`: the jobs of a batch share one poller, which chooses its pauses."""
    if value is not None:
        raise UsageProblem("--poll-interval is for one job", "Leave it out for several inputs")


def require_one_file(inputs: Sequence[Input]) -> None:
    """Raise if no input exists: then it is a typing error rather than one missing file."""
    missing = [each for each in inputs if each.path is not None and not each.path.exists()]
    if len(missing) == len(inputs):
        labels = inline_list(shown(each.label) for each in missing)
        raise UsageProblem(f"No input exists: {labels}", "Check the paths")


def _prepared_journal(options: BatchOptions) -> Path | None:
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


def _items(
    run: Run,
    inputs: Sequence[Input],
    call: BatchCall,
    options: BatchOptions,
    journal: Path | None,
    display: BatchDisplay,
) -> Generator[tuple[int, Any], None, None]:
    """Yield the number of each input, and its item of `execute_many` or `generate_many`."""
    for resource, members in call.groups_of(run.client, inputs):
        left = None if options.budget is None else max(options.budget - display.credits, 0)
        items = getattr(resource, call.method)(
            [inputs[index].item for index in members],
            **call.request,
            max_concurrent=options.concurrency,
            in_order=False,
            journal=journal,
            on_progress=display.progress,
            budget=left,
            retry_failed=options.retry_failed,
            resubmit_unknown=options.resubmit_unknown,
            wait_timeout=options.timeout,
        )
        try:
            for item in items:
                yield members[item.index], item
        except KeyboardInterrupt as interruption:
            with suppress(KeyboardInterrupt):
                items.throw(interruption)
            raise
        finally:
            items.close()
        display.next_group()


def _submit_only(run: Run, inputs: Sequence[Input], call: BatchCall) -> None:
    """Submit a job for each input, and write only the ids, as soon as they are known."""
    from vlmrun.errors import APIError, AuthenticationError, InputError

    results: list[BatchResult] = []
    try:
        for each in inputs:
            resource = call.resource_of(run.client, each)
            try:
                job = call.submit(resource, each, call.request)
            except AuthenticationError:
                raise  # it is the same for all
            except (APIError, InputError) as error:
                result = BatchResult(None, each.label, error=reason_of_item(error))
            else:
                result = BatchResult(None, each.label, id=job.id)
                if not run.output.is_json:
                    run.output.text(job.id)
                    sys.stdout.flush()
            results.append(result)
    finally:
        # Also after Ctrl-C: these jobs are paid for.
        if run.output.is_json and results:
            run.output.rows(results, [], lambda _: [], empty="")
    _raise_failures(run, results, None)


def _result_of(
    run: Run, each: Input, item: Any, call: BatchCall, options: BatchOptions
) -> BatchResult:
    from vlmrun.errors import WaitTimeoutError

    result = BatchResult(item, each.label, item.id, from_journal=item.from_journal)
    if item.error is not None:
        if isinstance(item.error, WaitTimeoutError) and item.id is not None:
            remedy = f"Wait for it: {resume_command(call.kind, item.id)}"
            return result._replace(error=f"not finished within {options.timeout:g} s. {remedy}")
        return result._replace(error=reason_of_item(item.error))
    result = result._replace(job=item.result)
    if options.output is None:
        return result
    folder = options.output.expanduser()
    pages = {} if each.is_plain_file or each.is_url else {"pages": each.item.pages}
    path = save_job(folder, f"{each.name}.json", item.result, input=each.label, **pages)
    result = result._replace(path=path)
    if not options.artifacts:
        return result
    from vlmrun.errors import VLMRunError

    try:
        paths = save_artifacts(run, call.kind, item.result, folder / each.name)
    except VLMRunError as error:
        # The job has completed and is stored; only its artifacts are missing.
        return result._replace(error=f"its artifacts could not be saved: {one_line(error)}")
    return result._replace(artifacts=tuple(paths))


def _raise_failures(run: Run, results: Sequence[BatchResult], journal: Path | None) -> None:
    failed = [result for result in results if result.error is not None]
    if not failed:
        return
    for line in block_of(f"{shown(result.label)}: {result.error}" for result in failed):
        run.output.warn(line)
    remedy = "Run the same command again to try them again" if journal is not None else ""
    if journal is not None and any(result.from_journal for result in failed):
        remedy = "Jobs that have failed are submitted again with --retry-failed"
    raise Problem(f"{count(len(failed), 'input')} of {len(results)} failed", remedy)
