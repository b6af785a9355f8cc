"""`vlmrun skills`: the stored skills of the account."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any

import typer

from vlmrun.cli.formatting import count, short_time, time_text
from vlmrun.cli.options import SchemaOption, choice_option
from vlmrun.cli.problems import UsageProblem, check_choice
from vlmrun.cli.recent_ids import complete
from vlmrun.cli.registration import command, group
from vlmrun.cli.run import Run
from vlmrun.cli.skill_folders import bundle_folder, download_skill, keep_archive, tree_of
from vlmrun.cli.tables import Column, lines_of_details
from vlmrun.cli.text_arguments import read_schema, read_text

app = group("skills", "Store, check, compare and download skills.")

ORDERS = ("created_at", "updated_at", "name")

_FIELDS = (
    "id",
    "name",
    "description",
    "skill_version",
    "created_at",
    "updated_at",
    "status",
    "is_public",
)

# 32 or more hexadecimal digits, with or without hyphens.
_ID = re.compile(r"(?=(?:-*[0-9a-fA-F]){32})[0-9a-fA-F-]+")

NameOrId = Annotated[
    str,
    typer.Argument(
        metavar="NAME_OR_ID",
        help="The name of a skill, or its id.",
        autocompletion=complete("skills"),
    ),
]
VersionOption = Annotated[
    str | None,
    typer.Option(
        "--version",
        "-V",
        metavar="VERSION",
        help="With a name: the version; by default the latest.",
    ),
]
NameOption = Annotated[
    str | None, typer.Option("--name", "-n", metavar="NAME", help="The name of the skill.")
]
DescriptionOption = Annotated[
    str | None, typer.Option("--description", "-d", metavar="TEXT", help="What the skill is for.")
]


@command(app, "list", is_list=True)
def list_skills(
    run: Run,
    limit: Annotated[
        int, typer.Option("--limit", "-n", min=1, max=1000, metavar="N", help="How many to list.")
    ] = 25,
    offset: Annotated[
        int, typer.Option("--offset", min=0, metavar="N", help="How many to skip.")
    ] = 0,
    order_by: Annotated[
        str, choice_option("--order-by", metavar="FIELD", known=ORDERS)
    ] = "created_at",
    descending: Annotated[
        bool,
        typer.Option(
            "--desc/--asc", help="Descending order (the newest, or Z, first) or ascending."
        ),
    ] = True,
    grouped: Annotated[
        bool, typer.Option("--grouped", "-g", help="Only the newest version of each name.")
    ] = False,
) -> None:
    """List skills."""
    found = run.client.skills.list(
        limit=limit,
        offset=offset,
        order_by=check_choice("--order-by", order_by, ORDERS),
        descending=descending,
        grouped=grouped,
    )
    run.output.rows(
        found,
        [
            Column("NAME"),
            Column("VERSION"),
            Column("DESCRIPTION", flexible=True),
            Column("PUB", optional=True),
            Column("CREATED", compact=short_time, optional=True),
        ],
        lambda skill: [
            skill.name,
            skill.skill_version,
            skill.description,
            "y" if skill.is_public else "n",
            time_text(skill.created_at),
        ],
        empty="No skills found",
        data=skill_data,
    )


@command(app, "get")
def get(run: Run, name_or_id: NameOrId, version: VersionOption = None) -> None:
    """Show a skill."""
    skill = find_skill(run, name_or_id, version)
    run.output.show(skill_data(skill), lambda: skill_lines(skill))


@command(app, "create", taken="f")
def create(
    run: Run,
    prompt: Annotated[
        str | None, typer.Option("--prompt", "-p", metavar="TEXT", help="What the skill should do.")
    ] = None,
    prompt_file: Annotated[
        Path | None,
        typer.Option("--prompt-file", "-f", metavar="PATH", help="A file with the prompt."),
    ] = None,
    file_id: Annotated[
        str | None, typer.Option("--file-id", metavar="ID", help="An uploaded zip with SKILL.md.")
    ] = None,
    session_id: Annotated[
        str | None, typer.Option("--session-id", metavar="UUID", help="A chat to learn from.")
    ] = None,
    schema: SchemaOption = None,
    name: NameOption = None,
    description: DescriptionOption = None,
) -> None:
    """Create a skill from a prompt, a chat or an uploaded zip."""
    sources = {
        "--prompt": prompt,
        "--prompt-file": prompt_file,
        "--file-id": file_id,
        "--session-id": session_id,
    }
    passed = [option for option, value in sources.items() if value is not None]
    if len(passed) != 1:
        got = " and ".join(passed) or "none"
        raise UsageProblem(f"Pass exactly one of {', '.join(sources)}, got {got}")
    if file_id is not None and name is None:
        raise UsageProblem("--name is missing", "A skill from --file-id needs one")
    if prompt_file is not None:
        prompt = read_text("--prompt-file", prompt_file.expanduser())
    if file_id is not None and description is None:
        description = ""
    skill = run.client.skills.create(
        prompt=prompt,
        json_schema=read_schema(schema),
        session_id=session_id,
        file_id=file_id,
        name=name,
        description=description,
    )
    run.output.show(skill_data(skill), lambda: skill_lines(skill))


@command(app, "upload")
def upload(
    run: Run,
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="The folder with SKILL.md.")],
    name: NameOption = None,
    description: DescriptionOption = None,
) -> None:
    """Store a folder with SKILL.md as a skill."""
    folder = bundle_folder(directory, name, description)
    client = run.client
    archive = keep_archive(folder)
    run.output.note(f"Bundled {count(len(folder.files), 'file')} into {archive}")
    file = client.files.upload(folder.data, filename=f"{folder.name}.zip", purpose="assistants")
    run.output.note(f"Uploaded {file.id}")
    skill = client.skills.create(file_id=file.id, name=folder.name, description=folder.description)
    run.output.note(f"Created {skill.name}:{skill.skill_version}")
    run.output.show(
        {**skill_data(skill), "files": list(folder.files), "archive": str(archive)},
        lambda: [*tree_of(folder.name, folder.files), "", *skill_lines(skill)],
    )


@command(app, "update")
def update(
    run: Run,
    name_or_id: NameOrId,
    directory: Annotated[
        Path | None, typer.Argument(metavar="DIR", help="The folder with the new files.")
    ] = None,
    description: DescriptionOption = None,
) -> None:
    """Store a new version of a skill, with other files, another description, or both."""
    if directory is None and description is None:
        raise UsageProblem("Nothing to update", "Pass DIR, --description, or both")
    folder = None if directory is None else bundle_folder(directory, None, description)
    client = run.client
    id = name_or_id if is_id(name_or_id) else client.skills.get(name=name_or_id).id
    file_id = None
    if folder is not None:
        archive = f"{folder.name}.zip"
        file_id = client.files.upload(folder.data, filename=archive, purpose="assistants").id
    skill = client.skills.update(id, file_id=file_id, description=description)
    run.output.show(skill_data(skill), lambda: skill_lines(skill))


@command(app, "download")
def download(
    run: Run,
    name_or_id: NameOrId,
    version: VersionOption = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="DIR",
            help="The parent folder; by default ~/.vlmrun/skills.",
        ),
    ] = None,
) -> None:
    """Download a skill into a folder with the skill's name.

    Files that are part of the skill are replaced; other files in the folder are kept.
    """
    skill = find_skill(run, name_or_id, version)
    target, files = download_skill(run, skill, output)
    run.output.show(
        {**skill_data(skill), "path": str(target), "files": files},
        lambda: [*tree_of(str(target), files), "", *skill_lines(skill)],
    )


def is_id(value: str) -> bool:
    """Return whether a value is the id of a skill, rather than a name."""
    return _ID.fullmatch(value) is not None


def find_skill(run: Run, name_or_id: str, version: str | None) -> Any:
    """Return a skill by its id, or by its name and version.

    Raises:
        UsageProblem: A version is passed with an id.
    """
    if is_id(name_or_id):
        if version is not None:
            raise UsageProblem("--version needs a name, got an id", "An id is one version")
        return run.client.skills.get(id=name_or_id)
    return run.client.skills.get(name=name_or_id, skill_version=version)


def skill_data(skill: Any) -> dict[str, Any]:
    """Return the JSON of a skill."""
    data = skill.model_dump(mode="json")
    return {name: data[name] for name in _FIELDS}


def skill_lines(skill: Any) -> list[str]:
    """Return the lines about a skill for people."""
    return lines_of_details(
        {
            "ID": skill.id,
            "Name": skill.name,
            "Version": skill.skill_version,
            "Description": " ".join((skill.description or "").split()) or None,
            "Public": "yes" if skill.is_public else "no",
            "Created": time_text(skill.created_at),
            "Updated": time_text(skill.updated_at),
        }
    )
