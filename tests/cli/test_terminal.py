"""`vlmrun` in a real terminal: widths, colors, Ctrl-C, and what another shell can resume."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import KEY, Command
from tests.cli.terminal import Terminal
from vlmrun.testing import Fault, Outcome, Server

pytestmark = pytest.mark.slow

ESCAPE = "\x1b"


@pytest.fixture
def open_terminal(server: Server) -> Callable[..., Terminal]:
    def open_terminal(*arguments: Any, columns: int = 80, **env: str) -> Terminal:
        variables = {
            "VLMRUN_API_KEY": KEY,
            "VLMRUN_BASE_URL": server.url,
            "VLMRUN_GATEWAY_BASE_URL": server.gateway_url,
            **env,
        }
        return Terminal(*arguments, columns=columns, env=variables)

    return open_terminal


def screen(terminal: Terminal) -> list[str]:
    assert terminal.end() == 0, terminal.received
    return terminal.lines


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_tables_fit_the_terminal(
    open_terminal: Callable[..., Terminal], vlm: Command, columns: int
) -> None:
    ids = [vlm.ok("execute", "-p", "x", "--no-wait").strip() for _ in range(2)]
    vlm.server.add_skill("a-skill-with-a-rather-long-name")
    lines = screen(open_terminal("executions", "list", columns=columns))
    text = "\n".join(lines)
    titles = ["ID", "NAME", "STATUS", "CREATED", "DURATION"]
    if columns == 40:
        assert [line for line in lines if not line.startswith(" ")] == ids[::-1]
        assert lines[1].split()[0] == "NAME"
    else:
        assert lines[0].split() == titles[: len(lines[0].split())]
        assert len(lines) == 3
        assert columns == 80 or lines[0].split() == titles
    assert all(id in text for id in ids)
    skills = "\n".join(screen(open_terminal("skills", "list", columns=columns)))
    assert "a-skill-with-a-rather-long-name" in skills


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_help_fits_the_terminal(open_terminal: Callable[..., Terminal], columns: int) -> None:
    terminal = open_terminal("execute", "--help", columns=columns)
    lines = screen(terminal)
    # Examples are not folded where they fit 80 columns, so that they can be copied.
    text = terminal.received.partition("Examples:")[0] if columns < 80 else terminal.received
    assert max(len(line) for line in text.splitlines()) <= columns
    assert any("--retry-failed" in line for line in lines)


@pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_plain_terminals_get_plain_text(
    open_terminal: Callable[..., Terminal], server: Server, env: dict[str, str]
) -> None:
    server.on_chat(lambda chat: "The **answer**")
    terminal = open_terminal("chat", "Hi", **env)
    assert screen(terminal)[0] == "The **answer**"
    assert ESCAPE not in terminal.received


@pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_plain_terminals_get_no_live_display(
    open_terminal: Callable[..., Terminal], pdf: Path, env: dict[str, str]
) -> None:
    for inputs in (["-i", pdf], [pdf, pdf.with_name("invoice.png")]):
        terminal = open_terminal("execute", "-p", "x", *inputs, **env)
        assert any("completed" in line for line in screen(terminal))
        assert ESCAPE not in terminal.received


def test_answers_cannot_control_the_terminal(
    open_terminal: Callable[..., Terminal], server: Server
) -> None:
    server.on_chat(lambda chat: "before\x1b[2J\x1b]0;title\x07after")
    terminal = open_terminal("chat", "Hi")
    assert screen(terminal)[0] == r"before\x1b[2J\x1b]0;title\x07after"
    assert "\x1b[2J" not in terminal.received


def test_markdown_is_rendered_and_markup_is_not_interpreted(
    open_terminal: Callable[..., Terminal], server: Server
) -> None:
    server.on_chat(lambda chat: "The **answer** is [bold]x[/bold] [/nope]\n\n```\na  b\n```\n")
    lines = screen(open_terminal("chat", "Hi"))
    assert lines[0] == "The answer is [bold]x[/bold] [/nope]"
    assert lines[2].strip() == "a  b"


def test_ctrl_c_prints_the_command_that_resumes(
    open_terminal: Callable[..., Terminal], vlm: Command, server: Server
) -> None:
    server.on_execute(lambda run: Outcome({"total": 1}, statuses=["pending"] * 100_000))
    terminal = open_terminal("execute", "-p", "x")
    terminal.wait_for("pending")
    terminal.interrupt()
    assert terminal.end() == 130
    text = " ".join(terminal.received.split())
    found = re.search(r"vlmrun executions get (\S+) --wait", text)
    assert found is not None, text
    assert "Traceback" not in text
    assert vlm.json("executions", "get", found[1])["status"] == "pending"


def test_ctrl_c_in_a_batch_and_another_shell_resumes(
    open_terminal: Callable[..., Terminal],
    vlm: Command,
    server: Server,
    pdf: Path,
    tmp_path: Path,
) -> None:
    for name in "abc":
        (tmp_path / f"{name}.pdf").write_bytes(pdf.read_bytes() + name.encode())
    numbers = itertools.count()

    def script(run: Any) -> Outcome:
        statuses = ["completed"] if next(numbers) == 0 else ["pending"] * 100_000
        return Outcome({"n": 1}, statuses=statuses)

    server.on_execute(script)
    command = ("execute", str(tmp_path / "*.pdf"), "-p", "x", "-o", str(tmp_path / "out"))
    terminal = open_terminal(*command)
    terminal.wait_for("[1/3]")
    while sum(each.operation == "execute_agent" for each in server.requests) < 3:
        terminal.process.expect([r"\[", r".", r"$"])
    terminal.interrupt()
    assert terminal.end() == 130
    text = " ".join(terminal.received.split())
    assert "Run the same command again to resume" in text
    ids = {job["id"] for job in vlm.json("executions", "list")}
    shown = text[text.index("These executions go on") :]
    assert len([id for id in ids if id in shown]) == 2
    again = vlm(*command, "--timeout", "0", "--json")
    assert again.exit_code == 1
    assert {each["id"] for each in json.loads(again.stdout)} == ids
    assert sum(each.operation == "execute_agent" for each in server.requests) == 3


@pytest.mark.parametrize(
    "arguments", [["chat", "Hi", "-i"], ["execute", "-p", "x", "-i"], ["files", "upload"]]
)
def test_ctrl_c_ends_an_upload(
    open_terminal: Callable[..., Terminal], server: Server, tmp_path: Path, arguments: list[str]
) -> None:
    large = tmp_path / "large.mp4"
    large.write_bytes(bytes(3_000_000))
    # Longer than a terminal is waited for: closing the server ends the delay.
    server.inject(Fault("upload_file", delay=300))
    terminal = open_terminal(*arguments, large)
    terminal.wait_for("large.mp4")
    terminal.interrupt()
    assert terminal.end() == 130
    assert "Interrupted" in terminal.received
    assert "Traceback" not in terminal.received
    assert "attempt 2" not in terminal.received


def test_the_key_is_asked_for_and_not_shown(
    open_terminal: Callable[..., Terminal], home: Path
) -> None:
    terminal = open_terminal("config", "set", "--api-key", "-")
    terminal.wait_for("API key")
    terminal.process.waitnoecho()
    terminal.process.sendline("secret-key-0123456789")
    assert terminal.end() == 0
    assert "secret" not in terminal.received
    assert "secret-key-0123456789" in (home / ".vlmrun/config.toml").read_text()


def test_uploads_show_their_progress(
    open_terminal: Callable[..., Terminal], server: Server, tmp_path: Path
) -> None:
    large = tmp_path / "large.mp4"
    large.write_bytes(bytes(3_000_000))
    server.on_chat(lambda chat: "ok")
    terminal = open_terminal("files", "upload", large, columns=100)
    terminal.wait_for("large.mp4")
    terminal.wait_for("MB")
    assert terminal.end() == 0
