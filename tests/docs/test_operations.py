"""docs/operations.md is up to date with openapi.yaml and the client."""

from __future__ import annotations

import re
from pathlib import Path

import vlmrun
from scripts.write_docs.__main__ import first_paragraph, render

ROOT = Path(__file__).parents[2]


def test_the_page_is_up_to_date() -> None:
    page = (ROOT / "docs/operations.md").read_text("utf-8")
    assert page == render(), "Run `make docs` and commit docs/operations.md"


SECTION = re.compile(
    r"^### (\w+)\n\n.+\n\n- \*\*Request\*\*: `(\w+) (\S+)`\n- \*\*Cost\*\*: (\w+)\n"
    r"- \*\*Call\*\*: (.+)\n((?:.*\n)*?)(?=\n?##|\Z)",
    re.MULTILINE,
)


def test_every_operation_is_listed_with_its_cost_and_its_calls_or_a_reason() -> None:
    found = {each[1]: each for each in SECTION.finditer(render())}
    assert found.keys() == {each.id for each in vlmrun.operations()}
    for operation in vlmrun.operations():
        _, method, path, cost, cell, _ = found[operation.id].groups()
        assert (method, path, cost) == (operation.method, operation.path, operation.cost)
        calls = tuple(re.findall(r"`client\.([\w.]+)`", cell))
        assert calls == operation.calls or cell == operation.reason


def test_every_call_has_arguments_errors_and_the_example_of_its_docstring() -> None:
    rest = {each[1]: each[6] for each in SECTION.finditer(render())}
    for operation in vlmrun.operations():
        if operation.calls:
            pattern = r"- \*\*Arguments\*\*: .+\n- \*\*Errors\*\*: `.+`\n\n```python\n(.+?)```\n"
            example = re.fullmatch(pattern, rest[operation.id].rstrip("\n") + "\n", re.DOTALL)
            assert example, operation.id
            assert "client." in example[1]
    assert "- **Arguments**: `file_id`, `*`, `generate_public_url=None`\n" in rest["get_file"]
    assert rest["check_health"].endswith("client.healthcheck()\n# True\n```\n")


def test_descriptions_are_shortened_to_one_line() -> None:
    text = "Either [this](/guides/this) or\n[that](https://example.com/that): a|b.\n\nAt length."
    expected = "Either this or [that](https://example.com/that): a|b."
    assert first_paragraph(text) == expected
