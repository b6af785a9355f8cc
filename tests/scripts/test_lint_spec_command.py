"""The command `python -m scripts.lint_spec`: findings as lines, and the exit status."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from scripts.lint_spec.__main__ import main
from scripts.lint_spec.rules import RULES
from tests.scripts.conftest import SMALL_CONTRACT as SMALL

COMMAND = ("-m", "scripts.lint_spec")


@pytest.mark.slow
def test_a_contract_without_findings() -> None:
    done = subprocess.run(
        [sys.executable, *COMMAND, SMALL], capture_output=True, encoding="utf-8", check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "small.yaml: no findings\n", "")


def test_a_finding_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = Path.cwd() / "api.yaml"
    path.write_text(SMALL.read_text("utf-8").replace("operationId: list_things", "summary: x"))
    assert main([str(path)]) == 1
    assert capsys.readouterr().out == (
        "api.yaml:6: #/paths/~1v1~1things/get: operation_id: there is no operationId; "
        "write a snake_case operationId that reads well as the name of a function\n"
    )


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("title: Small, ", "", "api.yaml:2: #/info: openapi: "),
        ("type: integer", "type: number of", "'number of' is not valid"),
    ],
)
def test_the_openapi_standard_is_checked(
    old: str, new: str, expected: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "api.yaml"
    path.write_text(SMALL.read_text("utf-8").replace(old, new, 1))
    assert main([str(path)]) == 1
    [line] = capsys.readouterr().out.splitlines()
    assert expected in line


def test_rules_lists_all_rules(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--rules"]) == 0
    listed = dict(line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines())
    assert listed.keys() == {*RULES, "plain_word", "waiver"}
    assert listed["no_default"] == "A default is sent with every request, and ignored in responses."


@pytest.mark.slow
def test_the_contract_has_no_findings(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    assert capsys.readouterr().out == "openapi.yaml: no findings\n"
