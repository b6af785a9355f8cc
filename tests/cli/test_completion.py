"""The completion of shells: commands, options, profiles, and ids that were shown recently."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.cli.conftest import Command
from vlmrun.cli import app, recent_ids

RECENT = ".vlmrun/recent_ids.json"


def asked(vlm: Command, instruction: str, **variables: str) -> str:
    """Return what the program prints when the completion of a shell runs it."""
    env = {**vlm.env, "_VLMRUN_COMPLETE": instruction, **variables}
    result = CliRunner().invoke(app, [], env=env, prog_name="vlmrun")
    assert result.exit_code == 0
    return result.stdout


def completed(vlm: Command, line: str) -> list[str]:
    """Return what bash would offer at the end of a line."""
    words = shlex.split(line)
    position = len(words) if line.endswith(" ") else len(words) - 1
    return asked(vlm, "complete_bash", COMP_WORDS=line, COMP_CWORD=str(position)).split()


SHELLS = ["bash", "zsh", "fish", "powershell"]


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_of_each_shell_is_valid(vlm: Command, shell: str) -> None:
    script = asked(vlm, f"source_{shell}")
    assert "_VLMRUN_COMPLETE" in script
    if (program := shutil.which(shell)) is not None:
        checked = subprocess.run(
            [program, "-n"],
            check=False,
            input=script,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert (checked.returncode, checked.stderr) == (0, "")


@pytest.mark.parametrize("shell", SHELLS)
def test_each_shell_gets_recent_ids_with_their_names(
    vlm: Command, at_a_terminal: None, shell: str
) -> None:
    recent_ids.remember("executions", [("0f1e2d3c", "invoices 'completed' $(x)")])
    line = "vlmrun executions get "
    text = asked(
        vlm,
        f"complete_{shell}",
        COMP_WORDS=line,
        COMP_CWORD="3",
        _TYPER_COMPLETE_ARGS=line,
        _TYPER_COMPLETE_FISH_ACTION="get-args",
        _TYPER_COMPLETE_WORD_TO_COMPLETE="",
    )
    expected = {
        "bash": "0f1e2d3c",
        "zsh": """_arguments '*: :(("0f1e2d3c":"invoices completed x"))'""",
        "fish": "0f1e2d3c\tinvoices completed x",
        "powershell": "0f1e2d3c:::invoices completed x",
    }
    assert text.strip() == expected[shell]


@pytest.fixture
def at_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recent_ids, "is_terminal", lambda stream: True)


def test_commands_options_and_profiles(vlm: Command) -> None:
    assert completed(vlm, "vlmrun exec") == ["execute", "executions"]
    assert "validate" in completed(vlm, "vlmrun skills ")
    assert completed(vlm, "vlmrun files list --li") == ["--limit"]
    vlm.ok("config", "set", "--profile", "staging", "--api-key", "a-key")
    assert completed(vlm, "vlmrun --profile s") == ["staging"]
    assert completed(vlm, "vlmrun files list --profile ") == ["default", "staging"]
    assert completed(vlm, "vlmrun config use st") == ["staging"]
    assert completed(vlm, "vlmrun executions list --status p") == ["pending", "paused"]


def test_recent_ids(vlm: Command, at_a_terminal: None, pdf: Path, skill_directory: Path) -> None:
    vlm.server.add_skill(skill_directory)
    execution = vlm.json("execute", "-p", "Read it", "-i", pdf, "--no-wait")["id"]
    prediction = vlm.json("generate", "-i", pdf, "--domain", "document.invoice", "--no-wait")["id"]
    first, second = (
        vlm.json("files", "list")[0]["id"],
        vlm.json("files", "upload", __file__)["id"],
    )
    vlm.ok("skills", "list")
    session = vlm.json("chat", "Hello", "--no-download")["session_id"]
    requests = len(vlm.server.requests)
    assert completed(vlm, "vlmrun executions get ") == [execution]
    assert completed(vlm, f"vlmrun predictions get {prediction[:4]}") == [prediction]
    assert completed(vlm, "vlmrun predictions get -") != [prediction]
    assert completed(vlm, "vlmrun files get ") == [second, first]
    assert completed(vlm, "vlmrun skills diff . ") == ["patient-referral"]
    assert completed(vlm, "vlmrun execute --skill-id pat") == ["patient-referral"]
    assert completed(vlm, "vlmrun artifacts list -e ") == [execution]
    assert completed(vlm, "vlmrun artifacts list -s ") == [session]
    assert completed(vlm, "vlmrun chat Go -s ") == [session]
    assert len(vlm.server.requests) == requests
    vlm.ok("files", "delete", second)
    assert completed(vlm, "vlmrun files get ") == [first]


def test_domains_that_were_listed_or_used(vlm: Command, at_a_terminal: None, pdf: Path) -> None:
    assert completed(vlm, "vlmrun generate -d ") == []
    vlm.server.add_domain("document.mine", {"type": "object", "properties": {}})
    vlm.ok("generate", "-i", pdf, "--domain", "document.mine", "--no-wait")
    assert completed(vlm, "vlmrun generate -d ") == ["document.mine"]
    domains = [each["domain"] for each in vlm.json("hub", "list")]
    assert set(completed(vlm, "vlmrun generate -d ")) == {"document.mine", *domains}
    assert completed(vlm, "vlmrun hub schema document.inv") == ["document.invoice"]
    assert completed(vlm, "vlmrun datasets create --domain document.mi") == ["document.mine"]
    assert completed(vlm, "vlmrun predictions get ") != []


def test_models_list_has_domains_too(vlm: Command, at_a_terminal: None) -> None:
    vlm.ok("models", "list")
    assert "document.invoice" in completed(vlm, "vlmrun generate -d ")


def test_an_interrupted_wait_can_be_completed(
    vlm: Command, at_a_terminal: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = vlm("execute", "-p", "Read it", "--timeout", "0")
    assert result.exit_code == 1
    (id,) = completed(vlm, "vlmrun executions get ")
    assert id in result.stderr


def test_nothing_is_stored_without_a_terminal(vlm: Command, home: Path) -> None:
    vlm.ok("execute", "-p", "Read it", "--no-wait")
    vlm.ok("executions", "list")
    assert not (home / ".vlmrun").exists()


def test_what_is_stored_has_no_content_of_jobs(
    vlm: Command, at_a_terminal: None, home: Path
) -> None:
    vlm.ok("execute", "-p", "a very secret prompt", "--json")
    text = (home / RECENT).read_text()
    assert "secret" not in text
    assert [entry[0] for entry in json.loads(text)] == ["executions"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_the_scripts_of_shells(vlm: Command, monkeypatch: pytest.MonkeyPatch, shell: str) -> None:
    # The shell that has started the tests may be one without completion, as in `make`.
    monkeypatch.setattr("shellingham.detect_shell", lambda: (shell, f"/bin/{shell}"))
    assert f"complete_{shell}" in vlm.ok("--show-completion")


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="needs bash")
def test_bash_completes_a_command(
    vlm: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("shellingham.detect_shell", lambda: ("bash", "/bin/bash"))
    program = tmp_path / "vlmrun"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m vlmrun "$@"\n')
    program.chmod(0o755)
    script = vlm.ok("--show-completion")
    call = """
    COMP_WORDS=(vlmrun files dow) COMP_CWORD=2
    _vlmrun_completion vlmrun files dow
    echo "${COMPREPLY[@]}"
    """
    path = f"PATH={tmp_path}:$PATH\n"
    done = subprocess.run(
        ["bash", "-c", path + script + call.replace("dow", "del")],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("delete\n", "")
