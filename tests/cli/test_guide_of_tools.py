"""The commands in docs/guides/command-line-tools.md."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import KEY, Command
from tests.conftest import EXAMPLES

GUIDE = EXAMPLES.parent / "docs/guides/command-line-tools.md"

# These run until they are interrupted, or change the settings of the shell.
ENDLESS = ("serve", "webhooks", "--install-completion")
EXIT_CODES = {"skills diff my-skill patient-referral:20260219-abc123": 1}


def commands() -> list[str]:
    blocks = re.findall(r"^```console\n(.*?)^```$", GUIDE.read_text("utf-8"), re.M | re.S)
    return [line[9:] for block in blocks for line in block.splitlines() if line[:9] == "$ vlmrun "]


def test_the_commands_of_the_guide_run_in_this_order(
    vlm: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("my-skill", "other-skill"):
        shutil.copytree(EXAMPLES / "skills/invoice-extraction", name)
    text = (tmp_path / "other-skill/SKILL.md").read_text()
    (tmp_path / "other-skill/SKILL.md").write_text(
        text.replace("invoice-extraction", "other-skill")
    )
    (tmp_path / "my-skill").rename("invoice-extraction")
    (tmp_path / "my-skill").symlink_to("invoice-extraction")
    vlm.server.add_skill("patient-referral", "20260219-abc123")
    assert len(commands()) > 15
    for line in commands():
        if not line.startswith(ENDLESS):
            result = vlm(*shlex.split(line), input=KEY)
            assert result.exit_code == EXIT_CODES.get(line, 0), f"{line}: {result.output}"


def test_the_options_of_endless_commands_exist(vlm: Command) -> None:
    for line in commands():
        if line.startswith(("serve", "webhooks")):
            name, *arguments = shlex.split(line)
            command = [name, *arguments[: name == "webhooks"]]
            shown = vlm.ok(*command, "--help")
            assert all(each in shown for each in arguments if each.startswith("--"))
