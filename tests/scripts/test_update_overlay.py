"""The overlay: what its actions do, and what is wrong with one that cannot be done."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.generate.failure import GenerationError
from scripts.update import overlay

ROOT = Path(__file__).parents[2]
PATHS = {
    "/v1/files": {"get": {"tags": ["files"], "parameters": [{"name": "skip"}, {"name": "take"}]}}
}
DOCUMENT = {"openapi": "3.1.0", "paths": PATHS}
GET = "$.paths['/v1/files'].get"

Apply = Callable[..., tuple[dict[str, Any], list[str]]]


@pytest.fixture
def apply(tmp_path: Path) -> Apply:
    """What an overlay of these actions makes of the document."""

    def run(*actions: Any, **top: Any) -> tuple[dict[str, Any], list[str]]:
        path = tmp_path / "overlay.yaml"
        said = {
            "overlay": "1.0.0",
            "info": {"title": "Test", "version": "1"},
            "actions": [*actions],
        }
        path.write_text(yaml.safe_dump({**said, **top}), "utf-8")
        return overlay.apply(DOCUMENT, overlay.load(path))

    return run


def action(target: str, **what: Any) -> dict[str, Any]:
    return {"target": target, "description": "Because.", **what}


def test_objects_are_merged_and_lists_extended(apply: Apply) -> None:
    update = {"tags": ["upload"], "responses": {"200": {"description": "Good."}}}
    document, _ = apply(action(GET, update=update))
    operation = document["paths"]["/v1/files"]["get"]
    assert operation["tags"] == ["files", "upload"]
    assert operation["responses"] == update["responses"]
    assert DOCUMENT["paths"] is PATHS
    assert PATHS["/v1/files"]["get"]["tags"] == ["files"]


def test_a_list_gets_one_entry_more(apply: Apply) -> None:
    document, _ = apply(action(f"{GET}.parameters", update={"name": "order"}))
    names = [each["name"] for each in document["paths"]["/v1/files"]["get"]["parameters"]]
    assert names == ["skip", "take", "order"]


def test_all_that_match_are_removed(apply: Apply) -> None:
    document, _ = apply(action("$.paths.*.get.parameters[*]", remove=True))
    assert document["paths"]["/v1/files"]["get"]["parameters"] == []


def test_actions_come_one_after_the_other(apply: Apply) -> None:
    document, _ = apply(
        action("$.paths", update={"/v1/new": {"get": {}}}),
        action("$.paths['/v1/new'].get", update={"tags": ["new"]}),
        action("$.paths['/v1/files']", remove=True),
    )
    assert document["paths"] == {"/v1/new": {"get": {"tags": ["new"]}}}


def test_an_action_for_other_documents_is_passed_over_and_told(apply: Apply) -> None:
    document, passed = apply(
        action("$.paths['/v2']", remove=True, **{"x-when": "$.paths['/v2']"}),
    )
    assert document == DOCUMENT
    assert len(passed) == 1
    assert "actions/0" in passed[0]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (
            action("$.paths['/v1/file'].get", remove=True),
            r"actions/0: .* matches nothing \(Because",
        ),
        (action("$.paths['/v1/file'].get", remove=True), r"\$\['paths'\] does match; .*/v1/files"),
        (
            action(f"{GET}.parameters[?@.name=='sort']", remove=True),
            "below it there is a list of 2",
        ),
        ({"target": GET, "remove": True}, "actions/0: there is no reason"),
        ({"target": GET, "remove": True, "description": " "}, "there is no reason"),
        (action(GET), "either `update` or `remove: true`"),
        (action(GET, remove=False), "either `update` or `remove: true`"),
        (action(GET, remove=True, update={}), "either `update` or `remove: true`"),
        (action(GET, updates={}), "no 'updates' here: did you mean update"),
        (action("paths.get", remove=True), "actions/0/target: 'paths.get' is no JSONPath"),
        (action("$.paths[", remove=True), "is no JSONPath"),
        (action("", remove=True), "a JSONPath is missing"),
        (action(GET, remove=True, **{"x-when": "nonsense"}), "actions/0/x-when"),
        (action("$", remove=True), "the whole document cannot be removed"),
        (action("$.openapi", update={"a": 1}), "no object that an update could be merged into"),
        (action(GET, update="text"), "no object that an update could be merged into"),
        ("remove it", "an action is an object"),
    ],
)
def test_what_is_wrong_with_an_action(apply: Apply, wrong: Any, message: str) -> None:
    with pytest.raises(GenerationError, match=message):
        apply(wrong)


@pytest.mark.parametrize(
    ("top", "message"),
    [
        ({"overlay": "1.1.0"}, "begin it with `overlay: 1.0.0`"),
        ({"info": {"title": "Test"}}, "#/info: an overlay says its title and version"),
        ({"actions": []}, "#/actions: there is none"),
        ({"action": []}, "no 'action' here: did you mean actions"),
    ],
)
def test_what_is_wrong_with_an_overlay(apply: Apply, top: dict[str, Any], message: str) -> None:
    with pytest.raises(GenerationError, match=message):
        apply(action(GET, remove=True), **top)


def test_each_action_of_ours_has_its_reason_and_can_be_read() -> None:
    actions = overlay.load(ROOT / "scripts/update/overlay.yaml")
    assert all(len(each.reason) > 40 for each in actions)
