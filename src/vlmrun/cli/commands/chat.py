"""`vlmrun chat`."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID, uuid4

import typer

from vlmrun.cli.chat_answers import ChatAnswer, receive
from vlmrun.cli.chat_artifacts import save_artifacts
from vlmrun.cli.formatting import count, credits_text, footer, seconds_text
from vlmrun.cli.inputs import find_files
from vlmrun.cli.options import (
    InputOption,
    ModelOption,
    RequestTimeoutOption,
    SkillIdOption,
    SkillOption,
    ToolsetOption,
    check_folder,
    skills_of,
    toolsets_of,
)
from vlmrun.cli.problems import Problem, UsageProblem
from vlmrun.cli.recent_ids import complete
from vlmrun.cli.registration import command, single
from vlmrun.cli.run import Run
from vlmrun.cli.settings import check_base_url
from vlmrun.cli.text_arguments import chat_prompt
from vlmrun.cli.uploads import parts_of

DEFAULT_MODEL = "vlmrun-orion-1:auto"

EXAMPLES = (
    "vlmrun chat 'What is in this image?' -i photo.jpg",
    "vlmrun chat -p prompt.txt -i scan.pdf -f json",
    "cat prompt.txt | vlmrun chat - -k ./my-skill",
)

app = single()


@command(app, "chat", examples=EXAMPLES)
def chat(
    run: Run,
    prompt_argument: Annotated[
        str | None, typer.Argument(metavar="PROMPT", help="The prompt; - reads stdin.")
    ] = None,
    prompt: Annotated[
        str | None,
        typer.Option("--prompt", "-p", metavar="TEXT|FILE|stdin", help="The prompt, or its file."),
    ] = None,
    input: InputOption = None,
    skill: SkillOption = None,
    skill_id: SkillIdOption = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="DIR",
            help="A folder for artifacts; created if there is none.",
        ),
    ] = None,
    model: ModelOption = None,
    no_stream: Annotated[
        bool, typer.Option("--no-stream", "-ns", help="Show the answer when it is complete.")
    ] = False,
    no_download: Annotated[
        bool, typer.Option("--no-download", "-nd", help="Do not save artifacts.")
    ] = False,
    toolset: ToolsetOption = None,
    session_id: Annotated[
        str | None,
        typer.Option(
            "--session-id",
            "-s",
            metavar="UUID",
            help="A session to continue.",
            autocompletion=complete("sessions"),
        ),
    ] = None,
    timeout: RequestTimeoutOption = None,
    base_url: Annotated[
        str | None,
        typer.Option("--base-url", metavar="URL", callback=check_base_url, help="The API's URL."),
    ] = None,
) -> None:
    """Talk to the agent: with a prompt, files and skills.

    The prompt is the argument, -p, or what is piped to standard input.
    """
    _use_agent_host(run)
    text = chat_prompt(prompt_argument, prompt, takes_stdin=not {"-", "@-"} & {*(input or [])})
    files = find_files(input)
    check_folder(output)
    session = _session(session_id)
    request: dict[str, Any] = {
        "model": model or DEFAULT_MODEL,
        "session_id": session,
        "skills": skills_of(skill, skill_id) or None,
        "toolsets": toolsets_of(toolset),
        "timeout": timeout,
        "stream": not no_stream,
    }
    sent = {name: value for name, value in request.items() if value is not None}
    completions = run.client.agent.completions  # before uploads: the extra may be missing
    content = [*parts_of(run, files), {"type": "text", "text": text}]
    started = time.monotonic()
    messages = [{"role": "user", "content": content}]
    with _naming(session):
        answer = receive(run, completions, {"messages": messages, **sent})
        answer.session_id = answer.session_id or session
        run.output.recent.add([{"id": answer.session_id, "model": answer.model}])
        _finish(run, answer, time.monotonic() - started, output, no_download)


@contextmanager
def _naming(session: str) -> Iterator[None]:
    """Print the session of a chat after Ctrl-C, or if stdout cannot be written."""
    try:
        yield
    except (KeyboardInterrupt, OSError) as error:
        notes = getattr(error, "__notes__", ())
        vars(error)["__notes__"] = [*notes, f"Continue it: vlmrun chat --session-id {session}"]
        raise


def _use_agent_host(run: Run) -> None:
    """Use the host of `VLMRUN_AGENT_BASE_URL`, which older documentation names, if it is set."""
    url = os.environ.get("VLMRUN_AGENT_BASE_URL", "").strip()
    if url and not (run.settings.base_url or run.settings.profile):
        run.settings = run.settings._replace(base_url=url)


def _session(value: str | None) -> str:
    if value is None:
        return str(uuid4())
    try:
        return str(UUID(value))
    except ValueError:
        raise UsageProblem(f"--session-id {value!r} is not a UUID") from None


def _finish(
    run: Run, answer: ChatAnswer, latency: float, output: Path | None, no_download: bool
) -> None:
    """Save the artifacts, and write what is left of the result."""
    saved = save_artifacts(run, answer, output) if not no_download else None
    if run.output.is_json:
        paths = [] if saved is None else saved.paths
        run.output.json(answer.to_dict(latency, [str(path) for path in paths]))
    credits = answer.usage.get("credits_used")
    session = f"session {answer.session_id}"
    run.output.dim(footer(answer.model, credits_text(credits), seconds_text(latency), session))
    if saved is not None and saved.failed:
        names = ", ".join(saved.failed)
        raise Problem(
            f"{count(len(saved.failed), 'artifact')} could not be saved: {names}",
            f"Try again: vlmrun artifacts get {saved.failed[0]} --session-id {answer.session_id}",
        )
