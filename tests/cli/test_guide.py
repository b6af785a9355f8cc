"""The commands in docs/guides/command-line.md, run by a shell as they are."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import KEY
from tests.conftest import EXAMPLES
from vlmrun.testing import Server

pytestmark = pytest.mark.slow

GUIDE = EXAMPLES.parent / "docs/guides/command-line.md"


def commands() -> list[str]:
    blocks = re.findall(r"^```console\n(.*?)^```$", GUIDE.read_text("utf-8"), re.M | re.S)
    return [line[2:] for block in blocks for line in block.splitlines() if line[:2] == "$ "]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The files that the guide mentions, and `vlmrun` on the path."""
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin/vlmrun"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m vlmrun "$@"\n')
    program.chmod(0o755)
    for name in ("referral.pdf", "invoice.png"):
        shutil.copy(EXAMPLES / "inputs" / name, tmp_path)
    (tmp_path / "inputs").mkdir()
    shutil.copy(EXAMPLES / "inputs/referral.pdf", tmp_path / "inputs/a.pdf")
    shutil.copytree(EXAMPLES / "skills/patient-referral", tmp_path / "my-skill")
    (tmp_path / "prompt.txt").write_text("Who is referred?\n")
    (tmp_path / "schema.json").write_text('{"type": "object", "properties": {}}')
    return tmp_path


@pytest.mark.skipif(sys.platform == "win32", reason="the guide has commands of a POSIX shell")
def test_the_commands_of_the_guide_work_in_a_shell(server: Server, folder: Path) -> None:
    env = {
        **os.environ,
        "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "VLMRUN_BASE_URL": server.url,
    }
    # The first command stores the key, and the others use it.
    script = "\n".join(["set -e", f'echo "{KEY}" > key', *commands()])
    script = script.replace("--api-key -", "--api-key - < key")
    done = subprocess.run(
        ["sh", "-c", script],
        cwd=folder,
        env=env,
        check=False,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("exit code 4\n")
    assert (folder / "result.json").read_text().startswith("{\n")
    assert (folder / "out/a.json").exists()
    assert (folder / "out.csv").read_text().startswith("file,")
    assert len(commands()) > 12
    assert "Traceback" not in done.stderr
