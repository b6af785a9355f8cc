"""`make update` with documents that cannot be merged: one message, and no file is changed."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scripts.generate.failure import GenerationError
from scripts.lint_spec.rules import lint
from scripts.openapi.load_document import UnusableError
from scripts.openapi.strict_yaml import parse
from scripts.update import __main__ as command
from scripts.update.next_contract import build_next_contract
from tests.scripts.conftest import OVERLAY, ROOT, SMALL_CONTRACT

HEAD = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\n"

Document = dict[str, Any]
Message = Callable[[str], str]


@pytest.fixture
def message(tmp_path: Path) -> Message:
    """Return the error message for a text."""

    def run(text: str) -> str:
        spec = tmp_path / "spec"
        spec.write_text(text, "utf-8")
        with pytest.raises((GenerationError, UnusableError)) as caught:
            build_next_contract(spec, ROOT / "openapi.yaml", OVERLAY)
        return str(caught.value).replace(str(tmp_path), "")

    return run


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            f"{HEAD}x-a: &a {{}}\nx-b: *a\n",
            "/spec:4: #/x-b: an alias is used; write out what it stands for",
        ),
        (
            f"{HEAD}paths: {{/a: {{get: {{responses: {{200: {{description: Good.}}}}}}}}}}\n",
            "/spec:3: #/paths/~1a/get/responses/200: the key 200 is not a string; write '200'",
        ),
        (
            "openapi: 3.1.0\npaths: {}\n",
            '/spec:1: #: "info" is a required property; correct it as OpenAPI 3.1 has it',
        ),
        (
            f"{HEAD}paths: {{/a: {{get: {{tags: 5}}}}}}\n",
            '/spec:3: #/paths/~1a/get/tags: 5 is not of type "array"',
        ),
        (
            f"{HEAD}paths: {{/a: {{}}}}\ncomponents: {{schemas: {{A: {{required: [{{}}]}}}}}}\n",
            '/spec:4: #/components/schemas/A/required/0: {} is not of type "string"; '
            "correct it as JSON Schema has it",
        ),
        (f"{HEAD}paths: {{}}\n", "/spec:3: #/paths: there are no paths; is it the right file?"),
    ],
)
def test_documents_that_cannot_be_merged(message: Message, text: str, expected: str) -> None:
    error = message(text)
    assert error.startswith(expected)
    assert "\n" not in error


def test_an_extension_among_the_paths_is_not_a_path(tmp_path: Path) -> None:
    operation = "{get: {operationId: a, responses: {'200': {description: Good.}}}}"
    (tmp_path / "spec").write_text(f"{HEAD}paths: {{/a: {operation}, x-b: {operation}}}\n")
    contract = build_next_contract(tmp_path / "spec", SMALL_CONTRACT, OVERLAY)
    assert "/a" in parse(contract.text).value["paths"]
    assert "x-b" not in contract.text


def test_keys_of_an_example_may_be_numbers(tmp_path: Path) -> None:
    spec = tmp_path / "spec.yaml"
    schema = "{type: object, example: {1: a}}"
    response = f"{{description: Good., content: {{application/json: {{schema: {schema}}}}}}}"
    spec.write_text(f"{HEAD}paths: {{/a: {{get: {{responses: {{'200': {response}}}}}}}}}\n")
    contract = build_next_contract(spec, SMALL_CONTRACT, OVERLAY)
    assert contract.report.added == ["get_a: GET /a, tag a"]
    assert list(lint(parse(contract.text).value)) == []


@pytest.mark.slow
def test_the_command_changes_nothing(tmp_path: Path) -> None:
    before = (ROOT / "openapi.yaml").read_bytes()
    spec = tmp_path / "swagger.yaml"
    spec.write_text("swagger: '2.0'\n")
    command = [sys.executable, "-m", "scripts.update", str(spec)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        f"{spec}:1: #/swagger: this is Swagger 2.0, not OpenAPI 3.1; convert it first, "
        "with swagger2openapi for example",
        "Nothing was changed.",
    ]
    assert (ROOT / "openapi.yaml").read_bytes() == before


def test_a_fault_of_the_program_is_one_message(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: Any) -> int:
        raise KeyError("examples")

    monkeypatch.setattr(command, "update", fail)
    assert command.main(["spec.json"]) == 2
    [first, last] = capsys.readouterr().err.splitlines()
    assert re.fullmatch(
        r"spec\.json: cannot be merged \(KeyError: 'examples' in test_update_input\.py:\d+\); "
        "please report this",
        first,
    )
    assert last == "Nothing was changed."
