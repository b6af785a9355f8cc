"""`lint_spec.py`, the command: reading YAML strictly, findings as lines, exit status."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from lint_spec import main, read

SMALL = Path(__file__).with_name("small.yaml")
COMMAND = Path(__file__).parents[2] / "scripts" / "lint_spec.py"


def test_a_clean_contract_and_the_exit_status_of_the_process() -> None:
    done = subprocess.run(
        [sys.executable, COMMAND, SMALL], capture_output=True, encoding="utf-8", check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "small.yaml: no findings\n", "")


def test_each_finding_is_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "api.yaml"
    path.write_text(SMALL.read_text("utf-8").replace("operationId: list_things", "summary: x"))
    assert main([str(path)]) == 1
    assert capsys.readouterr().out == (
        "api.yaml#/paths/~1v1~1things/get: operation_id: there is no operationId; "
        "give it a snake_case operationId that reads well as a function's name\n"
    )


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("openapi: 3.1.0", "openapi: 3.2.0", 'api.yaml#/openapi: openapi: "3.2.0" does not match'),
        ("type: integer", "type: number of", "'number of' is not valid"),
        ("  /v1/health:", "  /v1/{id}:", "Path parameter 'id' for 'get' operation in '/v1/{id}'"),
    ],
)
def test_the_standard_is_checked_too(
    old: str, new: str, expected: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "api.yaml"
    path.write_text(SMALL.read_text("utf-8").replace(old, new, 1))
    assert main([str(path)]) == 1
    [line] = capsys.readouterr().out.splitlines()
    assert expected in line


def test_a_file_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "api.yaml")]) == 1
    assert "No such file" in capsys.readouterr().out


def test_a_key_that_is_given_twice_is_named_with_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "api.yaml"
    path.write_text("info:\n  title: One\n  version: '1'\n  title: Two\n")
    assert main([str(path)]) == 1
    assert "the key 'title' is given twice" in (out := capsys.readouterr().out)
    assert "line 4" in out


@pytest.mark.parametrize("text", ["a: 1\nb: {c: 1, c: 2}\n", "- {a: 1, a: 1}\n", "? [1]\n: x\n"])
def test_yaml_that_would_lose_a_key(text: str) -> None:
    with pytest.raises(yaml.YAMLError):
        read(text)


def test_a_date_stays_text() -> None:
    assert read("version: 2024-01-02\n") == {"version": "2024-01-02"}
