"""`vlmrun serve`: the mock server as a command, with the options of `python -m vlmrun.testing`."""

from __future__ import annotations

import json
import runpy
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import vlmrun.testing
from tests.cli.conftest import Command
from vlmrun import VLMRun
from vlmrun.cli.commands import serve as serve_command
from vlmrun.errors import ServerError
from vlmrun.testing import __main__ as testing_command
from vlmrun.testing.command_options import OPTIONS

Start = Callable[..., "subprocess.Popen[str]"]


def test_both_commands_have_the_same_options(vlm: Command) -> None:
    shown = vlm.ok("serve", "--help")
    other = testing_command._parser().format_help()
    for option in OPTIONS:
        assert option.flag in shown
        assert option.flag in other
        assert " ".join(option.help.split()) in " ".join(shown.split())
        assert " ".join(option.help.split()) in " ".join(other.split())


def test_both_commands_pass_the_same_values(vlm: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    passed: list[dict[str, Any]] = []

    def record(options: dict[str, Any], is_quiet: bool, on_start: object) -> None:
        values = {option.name: options[option.name] for option in OPTIONS}
        values |= {name: list(value) for name, value in values.items() if isinstance(value, tuple)}
        passed.append({**values, "quiet": is_quiet})

    monkeypatch.setattr(serve_command, "run_server", record)
    monkeypatch.setattr(testing_command, "run_server", record)
    for arguments in (
        [],
        [
            "--port",
            "0",
            "--polls",
            "1",
            "--skill",
            "a",
            "--skill",
            "b:2",
            "--strict",
            "--quiet",
            "--completes-after",
            "0.5",
        ],
        ["--api-key", "k", "--agent", "x", "--domain", "d=s.json", "--fault", "list_files:503:2"],
    ):
        vlm.ok("serve", *arguments)
        assert testing_command.main(arguments) == 0
    assert passed[0::2] == passed[1::2]
    assert passed[2]["skill"] == ["a", "b:2"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--port", "99999"], "port must be 0 to 65535"),
        (["--polls", "-1"], "polls must be 0 or more"),
        (["--fault", "list_fils:503"], "Did you mean 'list_files'"),
        (["--fault", "list_files"], "OPERATION:STATUS"),
        (["--skill", "./missing"], "missing"),
        (["--domain", "x=missing.json"], "missing.json"),
    ],
)
def test_mistakes_are_one_line(vlm: Command, arguments: list[str], words: str) -> None:
    result = vlm("serve", "--port", "0", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert words in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_port_that_is_in_use_is_named(vlm: Command) -> None:
    port = vlm.server.url.rpartition(":")[2].partition("/")[0]
    result = vlm("serve", "--port", port)
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert f"--port {port}: " in result.stderr


def test_without_the_extra_it_is_named(vlm: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vlmrun.testing, "_EXTRA_MODULES", frozenset(["no_such_module"]))
    result = vlm("serve", "--port", "0")
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (1, "", 1)
    assert "vlmrun[testing]" in result.stderr
    assert "--fault" in vlm.ok("serve", "--help")


def test_without_the_extra_the_module_names_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(vlmrun.testing, "_EXTRA_MODULES", frozenset(["no_such_module"]))
    monkeypatch.setattr(sys, "argv", ["vlmrun.testing", "--port", "0"])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(testing_command.__file__, run_name="__main__")
    assert ended.value.code == 2
    assert "needs no_such_module. Install the extra" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_it_serves_until_it_is_interrupted(
    start: Start, interruptible: None, skill_directory: Path, name: str
) -> None:
    options = ["--skill", skill_directory, "--fault", "list_files:503", "--domain", "document.x"]
    process = start("serve", "--port", 0, *options, "--json")
    try:
        assert process.stdout is not None
        text = ""
        while not text.rstrip().endswith("}"):
            line = process.stdout.readline()
            assert line
            text += line
        variables = json.loads(text)
        with VLMRun(
            api_key=variables["VLMRUN_API_KEY"], base_url=variables["VLMRUN_BASE_URL"]
        ).with_options(max_retries=0) as client:
            assert client.skills.get("patient-referral").name == "patient-referral"
            with pytest.raises(ServerError):
                client.files.list()
    finally:
        process.send_signal(getattr(signal, name))
        stdout, stderr = process.communicate(timeout=120)
    assert (process.returncode, stdout) == (0, "")
    assert "GET /v1/files list_files: 503" in stderr
