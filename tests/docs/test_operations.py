"""docs/operations.md is what `make docs` would write."""

from __future__ import annotations

import re
from pathlib import Path

import vlmrun
from scripts.write_docs.__main__ import in_a_cell, render

ROOT = Path(__file__).parents[2]


def test_the_page_is_up_to_date() -> None:
    page = (ROOT / "docs/operations.md").read_text("utf-8")
    assert page == render(), "Run `make docs` and commit docs/operations.md"


def test_the_page_has_each_operation_once_with_its_calls_or_the_reason() -> None:
    rows = re.findall(r"^\| `(\w+)` \| `(\w+) (\S+)` \| (.+?) \| .+ \|$", render(), re.M)
    found = {id: (method, path, said) for id, method, path, said in rows}
    assert len(rows) == len(found) == len(vlmrun.operations())
    for operation in vlmrun.operations():
        method, path, said = found[operation.id]
        assert (method, path) == (operation.method, operation.path)
        calls = tuple(re.findall(r"`client\.([\w.]+)`", said))
        assert calls == operation.calls or said == operation.reason


def test_a_description_fits_into_its_cell() -> None:
    said = "Either [this](/guides/this) or\n[that](https://example.com/that): a|b.\n\nAt length."
    expected = "Either this or [that](https://example.com/that): a\\|b."
    assert in_a_cell(said) == expected
