"""docs/operations.md is up to date with openapi.yaml and the client."""

from __future__ import annotations

import re
from pathlib import Path

import vlmrun
from scripts.write_docs.__main__ import in_a_cell, render

ROOT = Path(__file__).parents[2]


def test_the_page_is_up_to_date() -> None:
    page = (ROOT / "docs/operations.md").read_text("utf-8")
    assert page == render(), "Run `make docs` and commit docs/operations.md"


def test_every_operation_is_listed_with_its_calls_or_a_reason() -> None:
    rows = re.findall(r"^\| `(\w+)` \| `(\w+) (\S+)` \| (.+?) \| .+ \|$", render(), re.M)
    found = {id: (method, path, calls) for id, method, path, calls in rows}
    assert len(rows) == len(found) == len(vlmrun.operations())
    for operation in vlmrun.operations():
        method, path, cell = found[operation.id]
        assert (method, path) == (operation.method, operation.path)
        calls = tuple(re.findall(r"`client\.([\w.]+)`", cell))
        assert calls == operation.calls or cell == operation.reason


def test_descriptions_are_shortened_to_one_line() -> None:
    text = "Either [this](/guides/this) or\n[that](https://example.com/that): a|b.\n\nAt length."
    expected = "Either this or [that](https://example.com/that): a\\|b."
    assert in_a_cell(text) == expected
