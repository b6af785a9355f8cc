"""`python -m vlmrun.testing --port 8000`: run the mock server until it is interrupted."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
from datetime import datetime
from pathlib import Path
from typing import Any

from vlmrun.errors import InputError, VLMRunError
from vlmrun.testing import Fault, Request, Server, serve


def main(arguments: list[str] | None = None) -> int:
    """Run the server; return 0 after an interrupt, 2 for invalid arguments or a used port."""
    parser = _parser()
    options = parser.parse_args(arguments)
    interrupted = threading.Event()
    # SIGTERM must not skip the cleanup of temporary files, so it is handled like SIGINT.
    # Waiting for an event instead of sleeping makes both take effect immediately.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: interrupted.set())
    try:
        with serve(
            port=options.port,
            api_key=options.api_key,
            polls=options.polls,
            completes_after=options.completes_after,
            webhook_secret=options.webhook_secret,
            strict=options.strict,
        ) as server:
            _fill(server, options)
            if not options.quiet:
                server.on_response = log_request
            print_variables(server, options.api_key)
            interrupted.wait()
    except (VLMRunError, OSError) as error:
        parser.error(str(error))
    return 0


def print_variables(server: Server, api_key: str | None) -> None:
    """Print the environment variables that let a client use the server, as shell commands."""
    print(f"export VLMRUN_BASE_URL={server.url}")
    print(f"export VLMRUN_GATEWAY_URL={server.url}")
    # Flushed, since programs that start the server wait for this line in a pipe.
    print(f"export VLMRUN_API_KEY={api_key or 'test'}", flush=True)


def log_request(request: Request) -> None:
    """Write one line about a request, and one for each of its notes, to standard error."""
    status = "no response" if request.status is None else request.status
    duration = (request.duration or 0) * 1000
    fault = " (injected fault)" if request.fault else ""
    lines = [
        f"{datetime.now():%H:%M:%S} {request.method} {_printable(request.path)} "
        f"{request.operation or 'no operation'}: {status} in {duration:.0f} ms{fault}"
    ]
    lines += [f"         note: {_printable(note)}" for note in request.notes]
    # One call, so that the lines of concurrent requests do not mix.
    print("\n".join(lines), file=sys.stderr, flush=True)


def _printable(text: str) -> str:
    # A path may contain control characters, which a terminal would execute.
    return "".join(each if each.isprintable() else repr(each)[1:-1] for each in text)


def _fill(server: Server, options: argparse.Namespace) -> None:
    """Store the objects, and inject the faults, that the options ask for."""
    for skill in options.skill:
        if _is_path(skill):
            server.add_skill(Path(skill))
        else:
            name, _, version = skill.partition(":")
            server.add_skill(name, version or None)
    for agent in options.agent:
        server.add_agent(agent)
    for domain in options.domain:
        name, _, schema = domain.partition("=")
        server.add_domain(name, _read_schema(schema) if schema else None)
    for fault in options.fault:
        server.inject(_fault(fault))


def _is_path(skill: str) -> bool:
    # The name of a skill has no separator, so a missing directory is not taken for a name.
    return os.sep in skill or "/" in skill or skill.startswith(".") or os.path.isdir(skill)


def _read_schema(path: str) -> Any:
    try:
        return json.loads(Path(path).read_bytes())
    except OSError as error:
        raise InputError(f"--domain: the schema {path} cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise InputError(f"--domain: the schema {path} is not valid JSON: {error}") from None


def _fault(text: str) -> Fault:
    operation, *numbers = text.split(":")
    if not 1 <= len(numbers) <= 2 or not all(number.isdecimal() for number in numbers):
        raise InputError(
            f"--fault must be OPERATION:STATUS or OPERATION:STATUS:TIMES, got {text!r}",
            suggestion="For example --fault execute_agent:503:2",
        )
    status, *times = map(int, numbers)
    return Fault(operation, status=status, times=times[0] if times else 1)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m vlmrun.testing",
        description="A mock server of the VLM Run API on 127.0.0.1. It accepts any API key.",
        epilog="It prints the environment variables that let a client use it, and logs each "
        "request to standard error.",
    )
    add = parser.add_argument
    add("--port", type=int, default=8000, help="0 for any free port (default 8000)")
    add("--api-key", help="the only API key to accept")
    add(
        "--strict",
        action="store_true",
        help="refuse unknown skills, versions, agents, domains and models, and documents that "
        "cannot be read, as the service does",
    )
    add("--quiet", action="store_true", help="do not log requests")
    add("--polls", type=int, default=2, help="polls until an execution completes (default 2)")
    add(
        "--completes-after",
        type=float,
        metavar="SECONDS",
        help="time until it completes, instead of polls",
    )
    add("--webhook-secret", help="the secret that signs callbacks")
    for option, metavar, help_text in (
        ("--skill", "NAME[:VERSION]|DIRECTORY", "a skill to store at the start"),
        ("--agent", "NAME", "an agent to create at the start"),
        ("--domain", "NAME[=SCHEMA.json]", "a domain to add at the start"),
        ("--fault", "OPERATION:STATUS[:TIMES]", "a status to respond with, once by default"),
    ):
        add(
            option,
            action="append",
            default=[],
            metavar=metavar,
            help=f"{help_text}; may be repeated",
        )
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
