"""`make update` reports every difference between a document and the merge, or refuses it."""

from __future__ import annotations

import re
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.generate.failure import GenerationError
from scripts.lint_spec.rules import lint
from scripts.openapi.document import resolve, split
from scripts.openapi.load_document import UnusableError
from scripts.openapi.strict_yaml import parse
from tests.scripts.conftest import SMALL_CONTRACT, Merge
from tests.scripts.diff_documents import obj, ref

pytestmark = pytest.mark.slow

DATA = yaml.safe_load(Path(__file__).with_name("update_cases.yaml").read_text("utf-8"))
CASES = DATA["cases"]


def expanded(pointer: str) -> str:
    first, slash, rest = pointer.partition("/")
    return f"{DATA['abbreviations'].get(first, first)}{slash}{rest}"


def document(changes: dict[str, Any]) -> Any:
    made = deepcopy(DATA["document"])
    for pointer, value in changes.items():
        *parents, last = split(expanded(pointer))
        here = made
        for part in parents:
            here = here[int(part)] if isinstance(here, list) else here.setdefault(part, {})
        if isinstance(here, list):
            here.insert(int(last), value)
        else:
            here[last] = value
    return made


@pytest.mark.parametrize("name", CASES)
def test_a_difference_is_expressed_reported_or_refused(name: str, merge: Merge) -> None:
    case = CASES[name]
    if "error" in case:
        with pytest.raises((UnusableError, GenerationError), match=case["error"]):
            merge(document(case["set"]))
        return
    contract = merge(document(case["set"]))
    merged = parse(contract.text).value
    assert list(lint(merged)) == []
    for pointer, value in case.get("merged", {}).items():
        assert resolve(merged, expanded(pointer)) == value, pointer
    for section, expected in case.get("report", {}).items():
        entries = getattr(contract.report, section)
        if isinstance(entries, dict):
            entries = [f"{text}: {', '.join(names)}" for text, names in entries.items()]
        for each in expected:
            assert any(re.search(each, entry) for entry in entries), (each, entries)


def test_a_long_chain_of_references(merge: Merge) -> None:
    chain = {
        f"Link{at}": obj(next={"type": "array", "items": ref(f"Link{at + 1}")}) for at in range(600)
    }
    changes = {f"SCHEMAS/{name}": schema for name, schema in chain.items()}
    changes |= {"SCHEMAS/Link600": obj(), "JOB/properties/first": ref("Link0")}
    schemas = parse(merge(document(changes)).text).value["components"]["schemas"]
    assert chain.keys() <= schemas.keys()


def at(prefix: str, *servers: str) -> Any:
    """Return a document with two of the small contract's operations below a prefix."""
    made = document({"/servers": [{"url": url} for url in servers]})
    listed = made["paths"].pop("/v1/things")
    made["paths"] = {f"{prefix}/things": listed, f"{prefix}/health": {"get": listed["get"]}}
    made["paths"][f"{prefix}/health"]["get"] = {**listed["get"], "operationId": "check_health"}
    return made


@pytest.mark.parametrize(
    ("prefix", "servers", "url", "moved"),
    [
        ("/v1", [], "https://api.example.com/v1", False),
        ("", ["https://api.example.com/v1"], "https://api.example.com/v1", False),
        ("/v2", [], "https://api.example.com/v2", True),
        ("/api/v1", [], "https://api.example.com/api/v1", True),
    ],
)
def test_a_moved_prefix_is_a_new_base_url(
    prefix: str, servers: list[str], url: str, moved: bool, merge: Merge
) -> None:
    current = SMALL_CONTRACT.read_text("utf-8").replace("/v1/", "/")
    current = current.replace("https://api.example.com", "https://api.example.com/v1")
    contract = merge(at(prefix, *servers), current)
    merged, report = parse(contract.text).value, contract.report
    assert merged["servers"] == [{"url": url}]
    assert list(merged["paths"]) == ["/things", "/health"]
    assert (report.found, report.total, report.added) == (2, 3, [])
    assert next(report.lines()) == "The document contains 2 of our 3 operations."
    expected = f"The operations have moved from /v1 to {prefix}: the base URL is now {url}."
    assert report.moved == (expected if moved else "")
    assert "servers that openapi.yaml does not have" not in report.left_out
