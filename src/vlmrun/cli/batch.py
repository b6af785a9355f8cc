"""One execution for each of many inputs, with a journal, so that a second run resumes."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from vlmrun.cli.batch_inputs import BatchInput, batch_inputs
from vlmrun.cli.batch_progress import BatchDisplay
from vlmrun.cli.batch_results import BatchResult, check_table, write_table
from vlmrun.cli.execute_one import save_execution
from vlmrun.cli.exit_codes import FAILED, USAGE
from vlmrun.cli.formatting import count
from vlmrun.cli.problems import Problem, UsageProblem, one_line
from vlmrun.cli.run import Run
from vlmrun.cli.waiting import resume_command

_JOURNAL = ".vlmrun-journal.sqlite"


class BatchOptions(NamedTuple):
    """The options of a batch.

    Attributes:
        output: The folder for one JSON per input.
        table: The file with a row per input.
        artifacts: Whether to save the artifacts.
        journal: The path of the journal; by default it is next to the results.
        concurrency: The number of inputs at a time.
        budget: Credits after which nothing more is submitted.
        retry_failed: Whether to submit jobs again that failed before.
        resubmit_unknown: Whether to submit again what may be running.
        wait: Whether to wait for the results.
        timeout: Seconds to wait for each job.
        poll_interval: Seconds between two polls at most.
    """

    output: Path | None
    table: Path | None
    artifacts: bool
    journal: Path | None
    concurrency: int
    budget: float | None
    retry_failed: bool
    resubmit_unknown: bool
    wait: bool
    timeout: float
    poll_interval: float


def execute_batch(
    run: Run, arguments: Sequence[str], request: dict[str, Any], options: BatchOptions
) -> None:
    """Execute an agent for each input, and write the results.

    Args:
        run: The run of the command.
        arguments: What the inputs are; see `batch_inputs`.
        request: The arguments of `client.agent.execute_many`.
        options: The options.

    Raises:
        Problem: Some inputs failed; they are listed, and the others have results.
    """
    if options.artifacts and options.output is None:
        raise UsageProblem("--artifacts needs --output", "Pass the folder for the results")
    table = check_table(options.table)
    inputs = batch_inputs(arguments)
    _require_one_file(inputs)
    client = run.client  # the API key is checked before a folder is created
    if not options.wait:
        _submit_only(run, inputs, request)
        return
    journal = _journal_path(options)
    results: dict[int, BatchResult] = {}
    with BatchDisplay(run.output, len(inputs)) as display:
        items = client.agent.execute_many(
            [each.item for each in inputs],
            **request,
            max_concurrent=options.concurrency,
            in_order=False,
            journal=journal,
            on_progress=display.progress,
            budget=options.budget,
            retry_failed=options.retry_failed,
            resubmit_unknown=options.resubmit_unknown,
            wait_timeout=options.timeout,
        )
        try:
            for item in items:
                result = _result_of(run, inputs[item.index], item, options)
                results[item.index] = result
                display.finished(result)
        except KeyboardInterrupt as interruption:
            with suppress(KeyboardInterrupt):
                # If it was raised here, the iterator does not know, and adds the ids now.
                items.throw(interruption)
            _explain_interruption(interruption, journal)
            raise
        finally:
            ordered = [results[index] for index in sorted(results)]
            if table is not None and ordered:
                write_table(table, ordered)
    _show(run, ordered, options)
    _raise_failures(run, ordered, journal)


def _require_one_file(inputs: Sequence[BatchInput]) -> None:
    """Raise if no input exists: then it is a typing error rather than one missing file."""
    missing = [each for each in inputs if isinstance(each.item, Path) and not each.item.exists()]
    if len(missing) == len(inputs):
        labels = ", ".join(each.label for each in missing[:3])
        raise UsageProblem(f"No input exists: {labels}", "Check the paths")


def _journal_path(options: BatchOptions) -> Path | None:
    """Return the path of the journal, and create the folder of the results.

    Raises:
        Problem: The folder cannot be created.
    """
    path = options.journal
    if path is None and options.output is not None:
        path = options.output / _JOURNAL
    elif path is None and options.table is not None:
        path = options.table.with_name(f".{options.table.name}.journal.sqlite")
    if path is None:
        return None
    path = path.expanduser()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Problem(f"The folder {path.parent} cannot be created: {error.strerror}") from None
    return path


def _submit_only(run: Run, inputs: Sequence[BatchInput], request: dict[str, Any]) -> None:
    """Submit an execution for each input, and write only the ids."""
    from vlmrun.errors import APIError, InputError

    results = []
    for index, each in enumerate(inputs):
        try:
            execution = run.client.agent.execute(inputs={"file": _part_of(run, each)}, **request)
            results.append(BatchResult(index, None, each.label, id=execution.id))
        except (APIError, InputError) as error:
            results.append(BatchResult(index, None, each.label, error=one_line(error)))
    if run.output.is_json:
        run.output.rows(results, [], lambda _: [], empty="")
    else:
        run.output.lines(result.id for result in results if result.id is not None)
    _raise_failures(run, results, None)


def _part_of(run: Run, each: BatchInput) -> Any:
    if isinstance(each.item, tuple):
        name, data = each.item
        file = run.client.files.upload(data, filename=name, purpose="assistants")
        return {"type": "input_file", "file_id": file.id}
    if isinstance(each.item, str):
        return {"type": "file_url", "file_url": {"url": each.item}}
    return each.item


def _result_of(run: Run, each: BatchInput, item: Any, options: BatchOptions) -> BatchResult:
    from vlmrun.errors import WaitTimeoutError

    result = BatchResult(item.index, item, each.label, item.id, from_journal=item.from_journal)
    if item.error is not None:
        if isinstance(item.error, WaitTimeoutError) and item.id is not None:
            remedy = f"Wait for it: {resume_command('executions', item.id)}"
            return result._replace(error=f"not finished within {options.timeout:g} s. {remedy}")
        # The SDK says which argument has the file, which is always the same here.
        reason = one_line(item.error).removeprefix("inputs['file']: ")
        return result._replace(error=reason)
    result = result._replace(execution=item.result)
    if options.output is None:
        return result
    folder = options.output.expanduser()
    path = save_execution(folder, f"{each.name}.json", item.result, input=each.label)
    result = result._replace(path=path)
    return _with_artifacts(run, result, folder / each.name) if options.artifacts else result


def _with_artifacts(run: Run, result: BatchResult, folder: Path) -> BatchResult:
    from vlmrun.errors import VLMRunError

    try:
        paths = run.client.artifacts.download_all(result.execution, to=folder)
    except VLMRunError as error:
        # The execution has completed and is stored; only its artifacts are missing.
        return result._replace(error=f"its artifacts could not be saved: {one_line(error)}")
    if not paths:
        folder.rmdir()
    return result._replace(artifacts=tuple(paths))


def _explain_interruption(interruption: BaseException, journal: Path | None) -> None:
    ids = _ids_in_notes(interruption)
    notes = [f"These executions go on: {', '.join(ids)}"] if ids else []
    if journal is not None:
        notes.append("Run the same command again to resume; nothing is submitted twice")
    elif ids:
        notes.append(f"Wait for one: vlmrun executions get {ids[0]} --wait")
    vars(interruption)["__notes__"] = notes


def _ids_in_notes(interruption: BaseException) -> list[str]:
    import re

    text = " ".join(map(str, getattr(interruption, "__notes__", [])))
    return list(dict.fromkeys(re.findall(r"\b[0-9a-f]{8}-[0-9a-f-]{27}\b", text)))


def _show(run: Run, results: Sequence[BatchResult], options: BatchOptions) -> None:
    output = run.output
    if output.is_json:
        output.rows(results, [], lambda _: [], empty="")
    elif options.output is None and options.table is None:
        # Lines of JSON, so that the results of several inputs can be told apart.
        output.mode = "jsonl"
        output.rows([each for each in results if each.error is None], [], lambda _: [], empty="")
    done = sum(result.error is None for result in results)
    earlier = sum(result.from_journal for result in results)
    known = f", {earlier} of them earlier" if earlier else ""
    where = [str(path) for path in (options.output, options.table) if path is not None]
    target = f"; results are in {' and '.join(where)}" if where else ""
    output.note(f"{done} of {count(len(results), 'input')} completed{known}{target}")


def _raise_failures(run: Run, results: Sequence[BatchResult], journal: Path | None) -> None:
    failed = [result for result in results if result.error is not None]
    if not failed:
        return
    for result in itertools.islice(failed, 1000):
        run.output.warn(f"  {result.label}: {result.error}")
    remedy = "Run the same command again to try them again" if journal is not None else ""
    if journal is not None and any(result.from_journal for result in failed):
        remedy = "Jobs that have failed are submitted again with --retry-failed"
    status = USAGE if all(result.id is None for result in failed) and not results else FAILED
    raise Problem(f"{count(len(failed), 'input')} of {len(results)} failed", remedy, status)
