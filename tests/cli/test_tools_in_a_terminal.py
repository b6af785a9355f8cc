"""The tools of the command line in a real pseudo-terminal, as people see them."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("Windows has no pseudo-terminals", allow_module_level=True)

from tests.cli.conftest import KEY
from tests.cli.terminal import Terminal
from vlmrun.testing import Server

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("interruptible")]

SECRET = "vlm-0123456789abcdef"
TEXT = "---\nname: totals\ndescription: Adds up.\n---\nAdd it up.\n"


@pytest.fixture
def env(server: Server) -> dict[str, str]:
    return {
        "VLMRUN_API_KEY": KEY,
        "VLMRUN_BASE_URL": server.url,
        "SSL_CERT_FILE": "",
        "SSL_CERT_DIR": "",
    }


def test_the_key_is_asked_for_without_being_shown(home: Path, env: dict[str, str]) -> None:
    terminal = Terminal("config", "set", "--api-key", "-", env=env)
    terminal.wait_for("API key: ")
    terminal.process.sendline(SECRET)
    assert terminal.end() == 0
    assert SECRET not in terminal.received
    assert SECRET in (home / ".vlmrun/config.toml").read_text()


def test_ctrl_c_at_the_prompt_changes_nothing(home: Path, env: dict[str, str]) -> None:
    terminal = Terminal("config", "set", "--api-key", "-", env=env)
    terminal.wait_for("API key: ")
    terminal.interrupt()
    assert terminal.end() == 130
    assert "Traceback" not in terminal.received
    assert not (home / ".vlmrun").exists()


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_the_report_of_doctor_fits(env: dict[str, str], columns: int) -> None:
    terminal = Terminal("doctor", columns=columns, env=env)
    assert terminal.end() == 0
    assert all(len(line) <= columns for line in terminal.lines)
    starts = [line for line in terminal.lines if line and not line.startswith(" ")]
    assert len(starts) == 11
    # The base URL is not that of VLM Run, whose gateway gets no key of another server.
    assert starts[-1].startswith("skipped  Gateway: ")


def test_a_diff_is_colored_and_its_content_harmless(
    server: Server, env: dict[str, str], tmp_path: Path
) -> None:
    folder = tmp_path / "totals"
    folder.mkdir()
    (folder / "SKILL.md").write_text(TEXT)
    server.add_skill(folder)
    (folder / "SKILL.md").write_text(TEXT + "\x1b]0;title\x07clear\x1b[2J\n")
    terminal = Terminal("skills", "diff", folder, env=env)
    assert terminal.end() == 1
    assert "\x1b[32m+" in terminal.received
    assert "\x1b[2J" not in terminal.received
    assert "+\\x1b]0;title\\x07clear\\x1b[2J" in terminal.lines
    plain = Terminal("skills", "diff", folder, env={**env, "NO_COLOR": "1"})
    assert plain.end() == 1
    assert "\x1b" not in plain.received
    assert plain.lines == terminal.lines


def test_what_is_shown_in_a_terminal_is_stored_for_completion(
    server: Server, env: dict[str, str], home: Path
) -> None:
    server.add_skill("patient-referral")
    assert Terminal("skills", "list", env=env).end() == 0
    ((kind, id, *_),) = json.loads((home / ".vlmrun/recent_ids.json").read_text())
    assert (kind, id) == ("skills", "patient-referral")


def test_listening_ends_with_ctrl_c(env: dict[str, str]) -> None:
    terminal = Terminal("webhooks", "listen", "--port", 0, "--unverified", env=env)
    terminal.wait_for("not verified")
    terminal.interrupt()
    assert terminal.end() == 0
    assert "Traceback" not in terminal.received


def test_serving_ends_with_ctrl_c(env: dict[str, str]) -> None:
    terminal = Terminal("serve", "--port", 0, env=env)
    terminal.wait_for("export VLMRUN_API_KEY=test")
    terminal.interrupt()
    assert terminal.end() == 0
    assert "Traceback" not in terminal.received
