"""`update.py` on input that cannot be taken: one message, status 2, and no file touched."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from codegen.failure import GenerationError
from specupdate.candidate import make_candidate

from tests.scripts import vendor_app

ROOT = Path(__file__).parents[2]
OVERLAY = ROOT / "scripts/codegen/overlay.yaml"
HEAD = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\n"

Document = dict[str, Any]


@pytest.fixture
def message(tmp_path: Path) -> Callable[[str | bytes], str]:
    """What is said of a text."""

    def run(text: str | bytes) -> str:
        spec = tmp_path / "spec"
        spec.write_bytes(text.encode() if isinstance(text, str) else text)
        with pytest.raises(GenerationError) as caught:
            make_candidate(spec, ROOT / "openapi.yaml", OVERLAY)
        return str(caught.value).replace(str(tmp_path), "")

    return run


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("openapi: [3.1.0\n", "/spec:2: column 1: not YAML"),
        ('{"openapi": "3.1.0",\n "info": }', "/spec:2: column 10: not JSON: Expecting value"),
        (
            '{"openapi": "3.1.0",\n\t"openapi": 1}',
            "/spec:2: the key 'openapi' is there twice, in line 1",
        ),
        (f"{HEAD}info: {{}}\n", "/spec:3: the key 'info' is there twice, in line 2 too: keep one"),
        (f"{HEAD}x-a: &a {{}}\nx-b: *a\n", "an anchor is used again"),
        (f"{HEAD}? [a, b]\n: c\n", "a key that is no text"),
        ("a: 1\n---\nb: 2\n", "/spec:2: column 1: not YAML"),
        ("", "/spec: not an OpenAPI document"),
        ("just text", "/spec: not an OpenAPI document"),
        ("[1, 2]", "/spec: not an OpenAPI document"),
        (b"openapi: \xff", "/spec: byte 9 is not UTF-8"),
        ("[" * 5000, "/spec: "),
        ("swagger: '2.0'\n", "/spec#/swagger: Swagger 2.0: convert it to OpenAPI 3.1 first"),
        ("openapi: 3.2.0\n", "/spec#/openapi: '3.2.0' is a version that is not known here"),
        ("openapi: 3.1\n", "/spec#/openapi: 3.1 is a version that is not known here"),
        ("openapi: 3.1.0\npaths: {}\n", '/spec#: "info" is a required property'),
        (f"{HEAD}paths: {{}}\n", "/spec#/paths: there are no paths"),
        (f"{HEAD}paths: {{/a: {{get: 5}}}}\n", '/spec#/paths/~1a/get: 5 is not of type "object"'),
    ],
)
def test_what_is_no_document(
    message: Callable[[str | bytes], str], text: str | bytes, expected: str
) -> None:
    said = message(text)
    assert said.startswith(expected) or expected in said
    assert "\n" not in said


def remote_reference(document: Document) -> None:
    document["components"]["schemas"]["Usage"] = {"$ref": "https://example.com/usage.json"}


def dangling_reference(document: Document) -> None:
    del document["components"]["schemas"]["Usage"]


def one_id_twice(document: Document) -> None:
    document["paths"]["/v1/health"]["get"]["operationId"] = "get_files_v1_files_get"


def contains_itself(document: Document) -> None:
    reference = {"$ref": "#/components/schemas/Usage/properties/steps"}
    document["components"]["schemas"]["Usage"]["properties"]["steps"] = reference


@pytest.mark.parametrize(
    ("harm", "expected"),
    [
        (
            remote_reference,
            r"#/components/schemas/Usage/$ref: 'https://example.com/usage.json' is in",
        ),
        (dangling_reference, r"/$ref: '#/components/schemas/Usage' leads nowhere: add the target"),
        (one_id_twice, "'get_files_v1_files_get' is also that of /paths/~1v1~1"),
        (contains_itself, "a schema contains itself"),
    ],
)
def test_what_does_not_hold_together(
    message: Callable[[str | bytes], str], harm: Callable[[Document], None], expected: str
) -> None:
    assert expected in message(json.dumps(vendor_app.document(harm)))


@pytest.mark.parametrize("name", ["missing.yaml", "."])
def test_what_is_no_file(tmp_path: Path, name: str) -> None:
    with pytest.raises(GenerationError, match="cannot be read: "):
        make_candidate(tmp_path / name, ROOT / "openapi.yaml", OVERLAY)


def test_the_command_says_so_and_leaves_everything(tmp_path: Path) -> None:
    before = (ROOT / "openapi.yaml").read_bytes()
    spec = tmp_path / "swagger.yaml"
    spec.write_text("swagger: '2.0'\n")
    command = [sys.executable, str(ROOT / "scripts/update.py"), str(spec)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        f"{spec}#/swagger: Swagger 2.0: convert it to OpenAPI 3.1 first",
        "Nothing was changed.",
    ]
    assert (ROOT / "openapi.yaml").read_bytes() == before
