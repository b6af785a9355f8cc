"""Options that several commands have, and what they stand for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta, timezone
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vlmrun.cli.problems import UsageProblem, check_choice
from vlmrun.cli.recent_ids import complete

if TYPE_CHECKING:
    from vlmrun import AgentSkill

TOOLSETS = ("core", "image", "image-gen", "world-gen", "viz", "document", "video", "web")
STATUSES = ("enqueued", "pending", "running", "completed", "failed", "paused")

# Seconds. The commands that wait have the same default.
DEFAULT_TIMEOUT = 300


def choice_option(*names: str, metavar: str, known: Iterable[str]) -> Any:
    """Return an option for one of several values, which its help lists and shells complete.

    Args:
        *names: The names of the option.
        metavar: What help calls the value.
        known: The values.
    """
    values = list(known)

    def complete_value(incomplete: str) -> list[str]:
        return [value for value in values if value.startswith(incomplete)]

    return typer.Option(
        *names,
        metavar=metavar,
        help=f"One of: {', '.join(values)}.",
        autocompletion=complete_value,
    )


def seconds_option(name: str, *, min: float, help: str) -> Any:
    """Return an option for a number of seconds, which is checked before anything is sent."""

    def check(value: float | None) -> float | None:
        if value == inf:
            raise UsageProblem(f"{name} cannot be inf", "Pass a number of seconds")
        return value

    return typer.Option(name, min=min, metavar="SECONDS", help=help, callback=check)


InputOption = Annotated[
    list[str] | None,
    typer.Option(
        "--input",
        "-i",
        metavar="FILE",
        help="A file, folder, glob, URL, @list.txt or -, sent with it; may be repeated.",
    ),
]
SkillOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--skill", "-k", metavar="DIR", help="A folder with SKILL.md, sent with the request."
    ),
]
SkillIdOption = Annotated[
    list[str] | None,
    typer.Option(
        "--skill-id",
        metavar="NAME[:VERSION]",
        help="A stored skill.",
        autocompletion=complete("skills"),
    ),
]
ToolsetOption = Annotated[
    list[str] | None,
    choice_option("--toolset", "-t", metavar="NAME", known=TOOLSETS),
]
ModelOption = Annotated[
    str | None,
    typer.Option(
        "--model", "-m", metavar="MODEL", help="The model; by default vlmrun-orion-1:auto."
    ),
]
SchemaOption = Annotated[
    Path | None,
    typer.Option("--schema", metavar="FILE", help="A JSON schema for the response."),
]
SkipOption = Annotated[int, typer.Option("--skip", min=0, metavar="N", help="How many to skip.")]
LimitOption = Annotated[int, typer.Option("--limit", min=1, metavar="N", help="How many to list.")]
AllOption = Annotated[bool, typer.Option("--all", help="List all, without a limit.")]
StatusOption = Annotated[str | None, choice_option("--status", metavar="STATUS", known=STATUSES)]
SinceOption = Annotated[
    str | None, typer.Option("--since", metavar="YYYY-MM-DD", help="From this day on, in UTC.")
]
UntilOption = Annotated[
    str | None, typer.Option("--until", metavar="YYYY-MM-DD", help="Up to and with this day.")
]
WaitTimeoutOption = Annotated[
    float, seconds_option("--timeout", min=0, help="How long to wait for each job.")
]
RequestTimeoutOption = Annotated[
    float | None, seconds_option("--timeout", min=0.001, help="The timeout of each request.")
]
PollIntervalOption = Annotated[
    float | None,
    seconds_option(
        "--poll-interval",
        min=0.01,
        help="The longest pause between two polls of a job (at most 12 by default).",
    ),
]


def check_folder(path: Path | None) -> None:
    """Check that `--output` can be a folder, before anything is paid for.

    Raises:
        UsageProblem: It is something else.
    """
    if path is not None and path.expanduser().exists() and not path.expanduser().is_dir():
        raise UsageProblem(f"--output {path} is not a folder", "Pass another one")


def skills_of(folders: Sequence[Path] | None, ids: Sequence[str] | None) -> list[AgentSkill]:
    """Return the skills of `--skill` and `--skill-id`.

    Raises:
        UsageProblem: Both are passed, or an id is empty.
        InputError: A folder has no usable SKILL.md.
    """
    if folders and ids:
        raise UsageProblem("--skill and --skill-id exclude each other", "Pass one of them")
    from vlmrun import AgentSkill

    inline = [AgentSkill.from_directory(_skill_folder(folder)) for folder in folders or []]
    return inline or [_stored_skill(value) for value in ids or []]


def _skill_folder(folder: Path) -> Path:
    path = folder.expanduser()
    if not path.is_dir():
        raise UsageProblem(f"--skill: {path} is not a folder", "Pass the folder with SKILL.md")
    if not (path / "SKILL.md").is_file():
        raise UsageProblem(f"--skill: {path} has no SKILL.md", "A skill begins with that file")
    return path


def _stored_skill(value: str) -> AgentSkill:
    from vlmrun import AgentSkill

    name, colon, version = value.rpartition(":")
    if not colon:
        name, version = value, "latest"
    if not name.strip() or not version.strip():
        raise UsageProblem(
            f"--skill-id cannot be {value!r}", "Pass NAME or NAME:VERSION, such as invoices:3"
        )
    return AgentSkill(skill_id=name, skill_version=version)


def toolsets_of(values: Sequence[str] | None) -> list[str] | None:
    """Return the toolsets of `--toolset`; None if there are none.

    Raises:
        UsageProblem: One does not exist.
    """
    return [check_choice("--toolset", value, TOOLSETS) for value in values or []] or None


def job_filter(status: str | None, since: str | None, until: str | None) -> Any:
    """Return a function that says whether a job has the status and was created in the time.

    Raises:
        UsageProblem: A status does not exist, or a date is not YYYY-MM-DD.
    """
    wanted = None if status is None else check_choice("--status", status, STATUSES)
    first = None if since is None else _day("--since", since)
    # The day itself is included.
    end = None if until is None else _day("--until", until) + timedelta(days=1)
    if first is not None and end is not None and first >= end:
        raise UsageProblem(f"--since {since} is after --until {until}")

    def matches(job: Any) -> bool:
        if wanted is not None and job.status != wanted:
            return False
        created = job.created_at
        if created is None:
            return first is None and end is None
        return (first is None or created >= first) and (end is None or created < end)

    return matches


def _day(option: str, value: str) -> datetime:
    try:
        day = datetime.strptime(value, "%Y-%m-%d").date()
    except ValueError:
        raise UsageProblem(f"{option} {value!r} is not a date", "Use YYYY-MM-DD") from None
    return datetime.combine(day, time(), timezone.utc)
