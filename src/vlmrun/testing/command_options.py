"""The options of the mock server as a command: `python -m vlmrun.testing` and `vlmrun serve`."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from vlmrun.errors import InputError

if TYPE_CHECKING:
    from vlmrun.testing.faults import Fault
    from vlmrun.testing.recorded_requests import Request
    from vlmrun.testing.server import Server

__all__ = ["OPTIONS", "Option", "run_server", "variables_of"]


class Option(NamedTuple):
    """An option of the command.

    Attributes:
        name: Its name, as the key of its value: "api_key" for `--api-key`.
        type: The type of its value; bool for a flag.
        default: Its default; a tuple if it may be repeated.
        help: What it is for, without a full stop.
        metavar: What its value is; None for a flag.
    """

    name: str
    type: type[str] | type[int] | type[float] | type[bool]
    default: Any
    help: str
    metavar: str | None = None

    @property
    def flag(self) -> str:
        """The option as it is written, such as "--api-key"."""
        return f"--{self.name.replace('_', '-')}"


OPTIONS = (
    Option("port", int, 8000, "The port; 0 for any free port", "PORT"),
    Option("api_key", str, None, "The only API key to accept; by default any key", "KEY"),
    Option(
        "strict",
        bool,
        False,
        "Refuse unknown skills, versions, agents, domains and models, and documents that cannot be "
        "read, as the service does",
    ),
    Option("polls", int, 2, "Polls until an execution completes", "NUMBER"),
    Option("completes_after", float, None, "Time until it completes, instead of polls", "SECONDS"),
    Option("webhook_secret", str, None, "The secret that signs callbacks", "SECRET"),
    Option(
        "skill",
        str,
        (),
        "A skill to store at the start; may be repeated",
        "NAME[:VERSION]|DIRECTORY",
    ),
    Option("agent", str, (), "An agent to create at the start; may be repeated", "NAME"),
    Option("domain", str, (), "A domain to add; may be repeated", "NAME[=SCHEMA.json]"),
    Option(
        "fault",
        str,
        (),
        "A status to respond with, once by default; may be repeated",
        "OPERATION:STATUS[:TIMES]",
    ),
)


def run_server(
    options: Mapping[str, Any], is_quiet: bool, on_start: Callable[[Server], object]
) -> None:
    """Run the mock server until the process is interrupted or terminated.

    Args:
        options: The values of all `OPTIONS` by name.
        is_quiet: Whether to log no requests to stderr.
        on_start: Called with the server when it accepts requests.

    Raises:
        DependencyError: The extra `testing` is not installed.
        InputError: A value is invalid.
        OSError: The port is in use.
    """
    from vlmrun.testing import serve

    interrupted = threading.Event()
    # SIGTERM and SIGHUP must not skip the cleanup of temporary files, so they are handled like
    # SIGINT. Waiting for an event instead of sleeping makes them take effect immediately.
    before = {
        number: signal.signal(number, lambda *_: interrupted.set())
        for number in _stopping_signals()
    }
    try:
        with serve(
            port=options["port"],
            api_key=options["api_key"],
            polls=options["polls"],
            completes_after=options["completes_after"],
            webhook_secret=options["webhook_secret"],
            strict=options["strict"],
        ) as server:
            _fill(server, options)
            if not is_quiet:
                server.on_response = log_request
            on_start(server)
            interrupted.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _stopping_signals() -> Iterator[int]:
    yield from (signal.SIGINT, signal.SIGTERM)
    # With nohup, the server goes on without its terminal. Windows has no SIGHUP.
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
        yield signal.SIGHUP


def variables_of(server: Server, api_key: str | None) -> dict[str, str]:
    """Return the environment variables that let a client use the server."""
    return {
        "VLMRUN_BASE_URL": server.url,
        "VLMRUN_GATEWAY_URL": server.gateway_url,
        "VLMRUN_API_KEY": api_key or "test",
    }


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


def _fill(server: Server, options: Mapping[str, Iterable[str]]) -> None:
    """Store the objects, and inject the faults, that the options ask for."""
    for skill in options["skill"]:
        if _is_path(skill):
            server.add_skill(Path(skill))
        else:
            name, _, version = skill.partition(":")
            server.add_skill(name, version or None)
    for agent in options["agent"]:
        server.add_agent(agent)
    for domain in options["domain"]:
        name, _, schema = domain.partition("=")
        server.add_domain(name, _read_schema(schema) if schema else None)
    for fault in options["fault"]:
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
    from vlmrun.testing.faults import Fault

    operation, *numbers = text.split(":")
    if not 1 <= len(numbers) <= 2 or not all(number.isdecimal() for number in numbers):
        raise InputError(
            f"--fault must be OPERATION:STATUS or OPERATION:STATUS:TIMES, got {text!r}",
            suggestion="For example --fault execute_agent:503:2",
        )
    status, *times = map(int, numbers)
    return Fault(operation, status=status, times=times[0] if times else 1)
