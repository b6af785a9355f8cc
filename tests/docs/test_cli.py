"""docs/cli.md is up to date with the commands, and the commands are complete."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import typer.main

from scripts.write_docs.command_line import render
from vlmrun.cli import app
from vlmrun.cli.application import COMMANDS
from vlmrun.cli.exit_codes import EXIT_CODES

ROOT = Path(__file__).parents[2]

# The documented commands, which scripts use.
DOCUMENTED = """
chat execute generate report doctor
executions: list get
predictions: list get
files: upload list get delete
hub: version list schema
models: list
skills: list get create upload download update validate bundle diff pull
artifacts: list get
config: init show set unset
gateway: health models chat embed transcribe systemone
gw: health models chat embed transcribe systemone s1
datasets: create list
fine-tuning: create list get cancel provision
"""


def documented() -> list[list[str]]:
    first, *groups = DOCUMENTED.strip().splitlines()
    paths = [[name] for name in first.split()]
    for line in groups:
        group, _, names = line.partition(":")
        paths += [[group, name] for name in names.split()]
    return paths


def find(path: list[str]) -> tuple[Any, Any]:
    """Return a command and its context."""
    command: Any = typer.main.get_command(app)
    ctx = command.make_context("vlmrun", [], resilient_parsing=True)
    for name in path:
        command = command.get_command(ctx, name)
        assert command is not None, path
        ctx = command.make_context(name, [], parent=ctx, resilient_parsing=True)
    return command, ctx


def test_the_page_is_up_to_date() -> None:
    page = (ROOT / "docs/cli.md").read_text("utf-8")
    assert page == render(), "Run `make docs` and commit docs/cli.md"


def test_the_page_has_the_exit_codes() -> None:
    page = (ROOT / "docs/cli.md").read_text("utf-8")
    assert all(f"\n{each.code:>4}  " in page for each in EXIT_CODES)


@pytest.mark.parametrize("path", documented(), ids=" ".join)
def test_every_documented_command_has_json_and_help_for_each_option(path: list[str]) -> None:
    command, ctx = find(path)
    parameters = {each.name: each for each in command.get_params(ctx)}
    assert "--json" in parameters["json_"].opts
    assert "-j" in parameters["json_"].opts
    assert "--format" in parameters["format_"].opts
    without = [
        name
        for name, each in parameters.items()
        if not getattr(each, "hidden", False) and not getattr(each, "help", None)
    ]
    assert without == []
    assert command.help


def test_commands_that_wait_have_the_same_defaults() -> None:
    for path in ("execute", "generate", "executions get", "predictions get"):
        command, ctx = find(path.split())
        parameters = {each.name: each for each in command.get_params(ctx)}
        assert parameters["timeout"].default == 300
        assert parameters["timeout"].show_default
        assert parameters["poll_interval"].default is None
        assert "by default" in parameters["poll_interval"].help


def test_lists_have_lines_of_json() -> None:
    for path in documented():
        if path[-1] == "list":
            command, ctx = find(path)
            assert "jsonl" in {each.name for each in command.get_params(ctx)}, path


def test_every_command_of_the_root_has_a_line_of_help() -> None:
    assert all(each.help.endswith(".") for each in COMMANDS.values())
