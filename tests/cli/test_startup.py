"""The start of the command: what it does not import. `benchmarks/` has the time."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

CODE = """
import sys
from vlmrun.cli import main
sys.argv = ["vlmrun", *{arguments!r}]
try:
    main()
except SystemExit as end:
    assert not end.code
print(*sys.modules, file=sys.stderr)
"""


def modules_after(arguments: list[str]) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", CODE.format(arguments=arguments)],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert done.stdout
    return set(done.stderr.split())


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        pytest.param(["config", "show", "--json"], marks=pytest.mark.slow),
        pytest.param(["files", "--help"], marks=pytest.mark.slow),
    ],
)
def test_what_is_slow_is_not_imported(home: Path, arguments: list[str]) -> None:
    slow = {"httpx", "attr", "openai", "tomlkit", "yaml", "vlmrun.errors", "vlmrun.types"}
    assert modules_after(arguments) & slow == set()


def test_the_version_needs_nothing(home: Path) -> None:
    assert "typer" not in modules_after(["--version"])
