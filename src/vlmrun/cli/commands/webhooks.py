"""`vlmrun webhooks`: callbacks of finished jobs, received on this machine."""

from __future__ import annotations

import queue
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vlmrun.cli.exit_codes import FAILED
from vlmrun.cli.problems import Problem, UsageProblem
from vlmrun.cli.registration import command, group
from vlmrun.cli.run import Run
from vlmrun.cli.streams import printable
from vlmrun.cli.text_arguments import read_stdin

if TYPE_CHECKING:
    from vlmrun.cli.webhook_listener import Received, WebhookListener

app = group("webhooks", "Receive callbacks on this machine.")

_KINDS = {
    "AgentExecutionResponse": "execution",
    "PredictionResponse": "prediction",
    "FinetuningResponse": "fine-tuning",
}

# Python notices Ctrl-C between the waits only, on some systems.
_PAUSE = 0.2


@command(app, "listen", is_list=True)
def listen(
    run: Run,
    port: Annotated[
        int,
        typer.Option(
            "--port", min=0, max=65535, metavar="PORT", help="The port; 0 for any free port."
        ),
    ] = 8787,
    secret: Annotated[
        str | None,
        typer.Option(
            "--secret",
            metavar="SECRET",
            envvar="VLMRUN_WEBHOOK_SECRET",
            show_envvar=False,
            help="The webhook secret, by default VLMRUN_WEBHOOK_SECRET; - reads it from stdin.",
        ),
    ] = None,
    is_unverified: Annotated[
        bool, typer.Option("--unverified", help="Accept callbacks without a signature.")
    ] = False,
    limit: Annotated[
        int | None,
        typer.Option("--count", min=1, metavar="N", help="End after this number of callbacks."),
    ] = None,
    timeout: Annotated[
        float | None,
        typer.Option("--timeout", min=0, metavar="SECONDS", help="End after this time."),
    ] = None,
) -> None:
    """Print the callbacks of finished jobs, after verifying their signatures.

    It listens on 127.0.0.1 only: a tunnel that you run brings callbacks of the service here. Pass
    its URL, or the one that is printed for jobs of the mock server, as callback_url.
    """
    from vlmrun.cli.webhook_listener import HOST, WebhookListener

    checked = _checked_secret(secret, is_unverified)
    try:
        listener = WebhookListener(checked, port)
    except OSError as error:
        raise Problem(f"--port {port}: {error.strerror} on {HOST}", "Use --port 0") from None
    with listener:
        run.output.note(f"Listening on {listener.url}")
        if checked is None:
            run.output.note("Warning: signatures are not verified")
        _print_callbacks(run, listener, limit, timeout)


def _checked_secret(secret: str | None, is_unverified: bool) -> str | None:
    """Return the secret; None for `--unverified`.

    Raises:
        UsageProblem: There is none, or both are passed.
    """
    if secret == "-":  # noqa: S105
        secret = read_stdin("The webhook secret").strip()
    if is_unverified:
        return None
    if not secret:
        raise UsageProblem(
            "There is no webhook secret",
            "Set VLMRUN_WEBHOOK_SECRET, or accept callbacks from anyone with --unverified",
        )
    return secret


def _print_callbacks(
    run: Run, listener: WebhookListener, limit: int | None, timeout: float | None
) -> None:
    """Print callbacks until there are enough, the time is over, or the user presses Ctrl-C.

    Raises:
        Problem: There were not enough in time.
        KeyboardInterrupt: Nor when the user pressed Ctrl-C.
    """
    jobs: list[dict[str, Any]] = []
    try:
        for received in _requests(listener, timeout):
            if received.job is None:
                run.output.warn(f"Refused with status {received.status}: {received.problem}")
                continue
            jobs.append(received.job.to_dict())
            _print(run, received)
            if len(jobs) == limit:
                return
        if limit is not None:
            raise Problem(f"{len(jobs)} of {limit} callbacks within {timeout:g} s", "", FAILED)
    except KeyboardInterrupt:
        if limit is not None:
            raise
    finally:
        if run.output.mode == "json":
            run.output.json(jobs)


def _requests(listener: WebhookListener, timeout: float | None) -> Iterator[Received]:
    """Return the requests until the time is over."""
    end = None if timeout is None else time.monotonic() + timeout
    while end is None or time.monotonic() < end:
        with suppress(queue.Empty):
            yield listener.requests.get(timeout=_PAUSE)


def _print(run: Run, received: Received) -> None:
    """Print a callback as it is received; in the mode "json", all are printed at the end."""
    job = received.job
    assert job is not None
    if run.output.mode == "jsonl":
        run.output.json(job.to_dict())
    elif run.output.mode == "text":
        repeated = " (repeated)" if received.is_repeated else ""
        line = f"{time.strftime('%H:%M:%S')} {_KINDS[type(job).__name__]} {job.id} {job.status}"
        run.output.lines([printable(line) + repeated])
    # A pipe would otherwise get it when its buffer is full.
    sys.stdout.flush()
