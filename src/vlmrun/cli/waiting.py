"""Waiting for jobs, with progress; after Ctrl-C, a message says how to continue."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from vlmrun.cli.formatting import block_of, credits_text, duration_of, footer, seconds_text
from vlmrun.cli.problems import Problem, one_line
from vlmrun.cli.progress import JobProgress
from vlmrun.cli.run import Run
from vlmrun.cli.streams import is_about_stdout

Kind = Literal["executions", "predictions"]

_ID = re.compile(r"\b[0-9a-f]{8}-[0-9a-f-]{27}\b")

RESUME_BATCH = "Run the same command again to resume; nothing is submitted twice"

TITLES: dict[str, str] = {"executions": "Execution", "predictions": "Prediction"}


def resume_command(kind: Kind, id: str) -> str:
    """Return the command that waits for a job."""
    return f"vlmrun {kind} get {id} --wait"


@contextmanager
def resumable(kind: Kind, id: str) -> Iterator[None]:
    """Print after Ctrl-C, or if stdout cannot be written, how to get a job that was submitted.

    Args:
        kind: The resource.
        id: The id of the job.
    """
    try:
        yield
    except KeyboardInterrupt as interruption:
        note = f"{TITLES[kind]} {id} goes on. Wait for it: {resume_command(kind, id)}"
        # In place of notes of the SDK, which name Python code.
        vars(interruption)["__notes__"] = [note]
        raise
    except OSError as error:
        if is_about_stdout(error):
            note = f"{TITLES[kind]} {id} was submitted. Get it: {resume_command(kind, id)}"
            vars(error)["__notes__"] = [note]
        raise


@contextmanager
def retrievable(kind: Kind, ids: Iterable[str], journal: Path | None = None) -> Iterator[None]:
    """Print, if stdout cannot be written, how to get the results of several jobs.

    Args:
        kind: The resource.
        ids: The ids of the jobs.
        journal: The journal, if the same command gets them.
    """
    try:
        yield
    except OSError as error:
        if is_about_stdout(error):
            notes = [f"These {kind} were submitted:", *block_of(ids)]
            get = f"Get one: {resume_command(kind, 'ID')}"
            vars(error)["__notes__"] = [*notes, get if journal is None else RESUME_BATCH]
        raise


def explain_interruption(
    interruption: BaseException, kind: Kind, journal: Path | None = None
) -> None:
    """Print after Ctrl-C how to continue with several jobs, whose ids the SDK has added.

    Args:
        interruption: The exception.
        kind: The resource.
        journal: The journal, if the same command resumes.
    """
    text = " ".join(map(str, getattr(interruption, "__notes__", [])))
    ids = list(dict.fromkeys(_ID.findall(text)))
    notes = [f"These {kind} go on:", *block_of(ids)] if ids else []
    if journal is not None:
        notes.append(RESUME_BATCH)
    elif ids:
        notes.append(f"Wait for one: {resume_command(kind, ids[0])}")
    if notes:  # in place of those of the SDK, which name Python code
        vars(interruption)["__notes__"] = notes


def wait_for_job(
    run: Run, kind: Kind, id: str, timeout: float, poll_interval: float | None = None
) -> Any:
    """Wait for a job, and return it; one that has failed is returned, too.

    Args:
        run: The run of the command.
        kind: The resource.
        id: The id of the job.
        timeout: Seconds to wait at most.
        poll_interval: Seconds between two polls at most; None for the default of the SDK.

    Raises:
        Problem: The wait timed out.
        KeyboardInterrupt: Its note has the command that waits for the job.
    """
    resource: Any = getattr(run.client, kind)

    def wait(on_update: Callable[[Any], None]) -> Any:
        return resource.wait(id, timeout=timeout, sleep=poll_interval, on_update=on_update)

    with resumable(kind, id):
        return finished_job(run, kind, f"{TITLES[kind]} {id}", timeout, wait, id)


def finished_job(
    run: Run,
    kind: Kind,
    subject: str,
    timeout: float,
    wait: Callable[[Callable[..., None]], Any],
    id: str | None = None,
) -> Any:
    """Return the job that a call waits for, and show its progress.

    Args:
        run: The run of the command.
        kind: The resource.
        subject: What progress calls the job.
        timeout: The seconds that the call waits at most.
        wait: The call, which is passed its `on_update`.
        id: The id of the job, if it is known before.

    Raises:
        Problem: The wait timed out.
        KeyboardInterrupt: Its note has the command that waits for the job.
    """
    from vlmrun.errors import JobFailedError, JobPausedError, WaitTimeoutError

    with JobProgress(run.output, subject) as progress:
        try:
            return wait(progress.update)
        except (JobFailedError, JobPausedError) as error:
            return error.job
        except WaitTimeoutError as error:
            id = str(id or error.job.id)
            status = getattr(error.job, "status", "unknown")  # no poll may have succeeded
            raise Problem(
                f"{TITLES[kind]} {id} was not finished within {timeout:g} s and goes on "
                f"(status {status})",
                f"Wait for it: {resume_command(kind, id)}",
            ) from None
        except KeyboardInterrupt as interruption:
            explain_interruption(interruption, kind)
            raise


def show_job(run: Run, kind: Kind, job: Any, text: Callable[[], list[str]]) -> None:
    """Write a finished job, and raise if it has not completed.

    Args:
        run: The run of the command.
        kind: The resource.
        job: The execution or prediction.
        text: The lines for people.

    Raises:
        Problem: The job failed or is paused; its JSON was written.
    """
    output = run.output
    if job.status == "completed":
        output.show(job_data(job), text)
    elif output.is_json:
        output.json(job_data(job))
    raise_unless_completed(kind, job)


def raise_unless_completed(kind: Kind, job: Any) -> None:
    """Raise for a job that has failed or is paused.

    Raises:
        Problem: With the reason that the service gave.
    """
    subject = f"{TITLES[kind]} {job.id}"
    if job.status == "failed":
        reason = reason_of(job)
        raise Problem(f"{subject} failed" + (f": {reason}" if reason else ""))
    if job.status == "paused":
        raise Problem(f"{subject} is paused", f"Wait for it: {resume_command(kind, job.id)}")


def reason_of(job: Any) -> str:
    """Return why a job failed, as far as the service says it."""
    raw = job.raw or {}
    response = raw.get("response")
    if isinstance(response, str) and response.strip():
        return response.strip()
    places = [raw, *([response] if isinstance(response, dict) else [])]
    for place in places:
        for name in ("error", "message", "detail", "reason"):
            value = place.get(name)
            if isinstance(value, dict):
                value = value.get("message")
            if isinstance(value, str) and value.strip():
                return value.strip()
    return str(job.usage.message or "").strip() if job.usage is not None else ""


def reason_of_item(error: BaseException, kind: Kind, id: str | None = None) -> str:
    """Return why an input or a part has no result, without the argument and the file.

    Args:
        error: The error.
        kind: The resource of the jobs.
        id: The id of the job, if there is one.
    """
    from vlmrun.errors import DocumentPartsError, WaitTimeoutError

    if isinstance(error, DocumentPartsError):
        failed = [part for part in error.parts if part.error is not None]
        reasons = "; ".join(f"pages {part.pages}: {reason_of_part(part)}" for part in failed)
        return f"{len(failed)} of {len(error.parts)} parts failed: {reasons}"
    if isinstance(error, WaitTimeoutError):
        id = id or getattr(error.job, "id", None)
        if id is not None:
            return f"not finished within --timeout. Wait for it: {resume_command(kind, id)}"
    reason = one_line(error).removeprefix("inputs['file']: ").removeprefix("FILE: ")
    # The name of the file is in front of it.
    return "no such file" if reason.startswith("no such file: ") else reason


def reason_of_part(part: Any) -> str:
    """Return why a part of a document has no prediction."""
    return reason_of_item(part.error, "predictions")


def may_be_running(error: BaseException | None) -> bool:
    """Return whether a job may be running in spite of an error."""
    from vlmrun.errors import WaitTimeoutError

    return may_be_submitted(error) or isinstance(error, WaitTimeoutError)


def may_be_submitted(error: BaseException | None) -> bool:
    """Return whether an error leaves open if a job was submitted."""
    return getattr(error, "outcome", None) in ("unknown", "accepted")


def job_data(job: Any) -> dict[str, Any]:
    """Return the JSON of a job, with the seconds that it took, and its parts if it has some."""
    data: dict[str, Any] = {**job.to_dict(), **parts_data(job)}
    seconds = duration_of(job)
    return data if seconds is None else {**data, "elapsed_s": round(seconds, 3)}


def parts_data(job: Any) -> dict[str, Any]:
    """Return the JSON of the parts of a document that was split, or nothing."""
    parts = [
        {
            "pages": part.pages,
            "id": None if part.prediction is None else part.prediction.id,
            "error": None if part.error is None else reason_of_part(part),
        }
        for part in getattr(job, "parts", ())
    ]
    return {"parts": parts} if parts else {}


def job_footer(job: Any) -> str:
    """Return the line below the response of a job."""
    usage = job.usage
    credits = None if usage is None else usage.credits_used
    steps = None if usage is None else usage.steps
    return footer(
        f"{job.id}",
        str(job.status),
        credits_text(credits),
        None if not steps else f"{steps} steps",
        seconds_text(duration_of(job)),
    )
