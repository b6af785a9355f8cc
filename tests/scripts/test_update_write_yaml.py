"""Writing of openapi.yaml: what stays the same keeps its lines, layout and comments."""

from __future__ import annotations

from copy import deepcopy
from difflib import unified_diff
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.openapi.strict_yaml import parse
from scripts.update.write_yaml import rewrite

TEXT = (Path(__file__).parents[2] / "openapi.yaml").read_text("utf-8")
SMALL = """\
# The first comment.
openapi: "3.1.0"
paths:
  # About things.
  /things: {get: {tags: [a, b]}}   # Listed.
  /more:
    get:
      description: >-
        A long
        description.
"""


def changed_lines(text: str, document: Any) -> list[str]:
    lines = unified_diff(text.splitlines(), rewrite(text, document).splitlines(), n=0, lineterm="")
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]


@pytest.mark.slow
@pytest.mark.parametrize("text", [TEXT, SMALL], ids=["openapi.yaml", "small"])
def test_the_same_document_is_byte_identical(text: str) -> None:
    assert rewrite(text, parse(text).value) == text


def test_new_values_are_written_on_one_line_if_they_fit() -> None:
    document = parse(SMALL).value
    responses = {"200": {"description": "No."}, "404": {"description": " ".join(["word"] * 30)}}
    document["paths"]["/more"]["get"]["responses"] = responses
    document["paths"]["/last"] = {"get": {"tags": ["no", "12:30", "is it?"]}}
    assert changed_lines(SMALL, document) == [
        "+      responses:",
        "+        '200': {description: No.}",
        "+        '404':",
        "+          description: >-",
        f"+            {' '.join(['word'] * 22)}",
        f"+            {' '.join(['word'] * 8)}",
        "+  /last: {get: {tags: ['no', '12:30', 'is it?']}}",
    ]


@pytest.mark.parametrize("number", [1e300, -2.5e-7, 1e16, 0.5, 2**70])
def test_numbers_are_written_without_an_exponent(number: float) -> None:
    written = parse(rewrite("a: 1\n", {"a": number}))
    assert written.value == {"a": number}
    assert not written.ambiguous


def test_removed_and_changed_values_leave_the_others_alone() -> None:
    document = parse(SMALL).value
    document["paths"]["/things"]["get"]["tags"] = ["a"]
    del document["paths"]["/more"]
    written = rewrite(SMALL, document)
    assert written.startswith('# The first comment.\nopenapi: "3.1.0"\npaths:\n  # About things.\n')
    assert yaml.safe_load(written) == document


@pytest.mark.slow
def test_the_order_of_new_keys_is_kept() -> None:
    document = parse(TEXT).value
    expected = {"info": document["info"], "x-new": 1, **deepcopy(document)}
    assert list(parse(rewrite(TEXT, expected)).value) == list(expected)


@pytest.mark.parametrize(
    "text",
    [
        *("a\n\x1b b", "\x85", "a\u2028b", ":b", "x\ty \n z", "\ufeff"),
        *("1e3", "0o17", "+.5", "no", "12:30", "2024-01-02", "5XX", "~"),
    ],
)
def test_every_string_can_be_written(text: str) -> None:
    document = parse(SMALL).value
    document["paths"]["/more"]["get"] |= {"description": text, "tags": [text], "x-of": {text: 1}}
    written = parse(rewrite(SMALL, document))
    assert written.value == document
    assert written.ambiguous == []
