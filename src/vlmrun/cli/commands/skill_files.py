"""`vlmrun skills validate|bundle|diff|pull`: skills as folders of this machine."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from vlmrun.cli.commands.skills import VersionOption, app, find_skill, is_id
from vlmrun.cli.exit_codes import FAILED
from vlmrun.cli.formatting import count
from vlmrun.cli.problems import UsageProblem
from vlmrun.cli.recent_ids import complete
from vlmrun.cli.registration import command
from vlmrun.cli.run import Run
from vlmrun.cli.skill_folders import safe_name
from vlmrun.cli.streams import has_color, printable

_COLORS = {"+": "\x1b[32m", "-": "\x1b[31m", "@": "\x1b[36m"}

# What `pull` does with a file that only the folder has ("added"), and so on.
_ACTIONS = {"added": "removed", "removed": "added", "changed": "changed", "mode": "changed"}

Directory = Annotated[Path, typer.Argument(metavar="DIR", help="The folder with SKILL.md.")]
ExcludeOption = Annotated[
    list[str] | None,
    typer.Option("--exclude", metavar="GLOB", help="Further files to leave out; may be repeated."),
]
Reference = Annotated[
    str,
    typer.Argument(
        metavar="NAME_OR_ID[:VERSION]", help="The stored skill.", autocompletion=complete("skills")
    ),
]


@command(app, "validate", is_list=True)
def validate(
    run: Run,
    directories: Annotated[
        list[Path], typer.Argument(metavar="DIR", help="Folders with SKILL.md.")
    ],
    strict: Annotated[
        bool, typer.Option("--strict", help="Judge like the reference validator of the format.")
    ] = False,
) -> None:
    """Check skills, without sending anything.

    The exit code is 1 if there are errors.
    """
    rows: list[dict[str, str]] = []
    codes = set()
    for directory in directories:
        found, code = _findings(directory, strict)
        rows += found
        codes.add(code)
        if not run.output.is_json:
            shown = [f"{row['path']}: {row['level']}: {row['message']}" for row in found]
            run.output.text("\n".join(shown or [f"{directory}: valid"]))
    if run.output.is_json:
        run.output.rows(rows, [], lambda row: [], "", data=lambda row: row)
    if worst := max(codes):
        raise typer.Exit(worst)


def _findings(directory: Path, strict: bool) -> tuple[list[dict[str, str]], int]:
    """Return the findings about a skill, and the exit code that they stand for."""
    from vlmrun import skills
    from vlmrun.cli.exit_codes import exit_code_of
    from vlmrun.errors import InputError

    path = str(directory)
    try:
        found = skills.validate(directory.expanduser(), strict=strict)
    except InputError as error:
        return [_row(path, "error", "", error.message)], exit_code_of(error)
    rows = [_row(path, each.level, each.field, f"{each.field}: {each.message}") for each in found]
    return rows, FAILED if any(each.level == "error" for each in found) else 0


def _row(path: str, level: str, field: str, message: str) -> dict[str, str]:
    return {"path": path, "level": level, "field": field, "message": message}


@command(app, "bundle")
def bundle(
    run: Run,
    directory: Directory,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="By default NAME.zip; - is stdout."),
    ] = None,
    exclude: ExcludeOption = None,
    is_listed: Annotated[
        bool, typer.Option("--list", help="Only list the files; write nothing.")
    ] = False,
) -> None:
    """Write the zip file that `skills upload` sends.

    Equal files result in equal bytes. Files that are left out are listed on stderr.
    """
    from vlmrun import skills
    from vlmrun._files.staging import write_file

    folder = directory.expanduser()
    bundled = skills.bundle(folder, exclude=exclude or ())
    for left in bundled.left_out:
        run.output.note(f"Left out: {left.path} ({left.reason})")
    data: dict[str, Any] = {
        "sha256": bundled.sha256,
        "bytes": len(bundled.data),
        "files": list(bundled.files),
        "left_out": [{"path": each.path, "reason": each.reason} for each in bundled.left_out],
    }
    if is_listed:
        run.output.show(data, "\n".join(bundled.files))
        return
    if output is not None and str(output) == "-":
        if run.output.is_json:
            raise UsageProblem("--output - and --json exclude each other", "Pass one of them")
        run.output.binary(bundled.data)
        return
    path = _bundle_path(folder, output)
    write_file(path, bundled.data)
    run.output.note(f"{count(len(bundled.files), 'file')}, sha256 {bundled.sha256}")
    run.output.show({"path": str(path), **data}, str(path))


def _bundle_path(folder: Path, output: Path | None) -> Path:
    """Return the path of the zip.

    Raises:
        UsageProblem: It would be a part of the skill the next time, or is a folder.
    """
    from vlmrun import skills

    name = skills.read(folder).name or folder.resolve().name
    path = Path(f"{safe_name(name)}.zip") if output is None else output.expanduser()
    if path.is_dir():
        path /= f"{safe_name(name)}.zip"
    if path.resolve().is_relative_to(folder.resolve()):
        remedy = f"Pass a path outside of it, such as --output {os.path.join('..', path.name)}"
        raise UsageProblem(f"The zip {path} would be in the skill itself", remedy)
    return path


@command(app, "diff")
def diff(
    run: Run,
    directory: Directory,
    reference: Annotated[
        str | None,
        typer.Argument(
            metavar="NAME_OR_ID[:VERSION]",
            help="The stored skill; by default that of this name.",
            autocompletion=complete("skills"),
        ),
    ] = None,
    version: VersionOption = None,
    exclude: ExcludeOption = None,
    is_short: Annotated[
        bool, typer.Option("--name-only", help="Only list the files that differ.")
    ] = False,
) -> None:
    """Compare a folder with the stored skill.

    The exit code is 1 if they differ.
    """
    from vlmrun.cli.skill_diff import compare, local_files

    folder = directory.expanduser()
    local = local_files(folder, exclude or ())
    skill, stored = _download(run, reference or _name_of(folder), version)
    found = compare(stored, local)
    data = {
        "id": skill.id,
        "name": skill.name,
        "skill_version": skill.skill_version,
        "is_equal": not found,
        "files": [each.to_dict() for each in found],
    }
    if run.output.is_json:
        run.output.json(data)
    elif found:
        lines = [each.lines()[:1] if is_short else each.lines() for each in found]
        run.output.lines(_colored([line for each in lines for line in each]))
    label = f"{skill.name}:{skill.skill_version}"
    run.output.note(
        f"{count(len(found), 'difference')} from {label}" if found else f"The same as {label}"
    )
    if found:
        raise typer.Exit(FAILED)


@command(app, "pull")
def pull(
    run: Run,
    reference: Reference,
    directory: Annotated[
        Path | None,
        typer.Argument(metavar="DIR", help="The folder; by default one of the skill's name."),
    ] = None,
    version: VersionOption = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace and remove files that differ.")
    ] = False,
) -> None:
    """Bring a folder to the state of a stored skill.

    Without --force, no file that differs is overwritten or removed. Files that bundles leave out,
    such as .env, always stay.
    """
    from vlmrun.cli.skill_pull import apply, check_lost, differences

    skill, stored = _download(run, reference, version)
    folder = Path(safe_name(skill.name or skill.id)) if directory is None else directory
    folder = folder.expanduser()
    found = differences(folder, stored)
    if not force:
        check_lost(folder, found, reference)
    apply(folder, found)
    done = [{"path": each.path, "action": _ACTIONS[each.change]} for each in found]
    label = f"{skill.name}:{skill.skill_version}"
    run.output.note(f"{folder} is {label}, {count(len(done), 'file')} changed")
    run.output.show(
        {"path": str(folder), "id": skill.id, "skill_version": skill.skill_version, "files": done},
        str(folder),
    )


def _download(run: Run, reference: str, version: str | None) -> tuple[Any, Any]:
    """Return a stored skill, and its files."""
    from vlmrun.cli.skill_pull import stored_files

    name, colon, given = reference.rpartition(":")
    if colon and version is None and not is_id(reference):
        reference, version = name, given
    skill = find_skill(run, reference, version)
    return skill, stored_files(run, skill)


def _name_of(folder: Path) -> str:
    from vlmrun import skills

    name = skills.read(folder).name
    if name is None:
        raise UsageProblem(f"{folder}/SKILL.md has no name", "Pass the stored skill: NAME_OR_ID")
    return name


def _colored(lines: Sequence[str]) -> list[str]:
    """Return the lines of a diff as a terminal can show them; unchanged for a file or a pipe."""
    from vlmrun.cli.streams import is_terminal

    if not is_terminal(sys.stdout):
        return list(lines)
    escaped = [printable(line) for line in lines]
    if not has_color(sys.stdout):
        return escaped
    return [f"{_COLORS[line[0]]}{line}\x1b[0m" if line[:1] in _COLORS else line for line in escaped]
