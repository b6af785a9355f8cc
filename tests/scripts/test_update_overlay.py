"""The overlay: its actions, and the errors in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.generate.failure import GenerationError
from scripts.update import overlay
from tests.scripts.conftest import OVERLAY

PATHS = {
    "/v1/files": {"get": {"tags": ["files"], "parameters": [{"name": "skip"}, {"name": "take"}]}}
}
DOCUMENT = {"openapi": "3.1.0", "paths": PATHS}
GET = "$.paths['/v1/files'].get"

Apply = Callable[..., tuple[dict[str, Any], list[str]]]


@pytest.fixture
def apply(tmp_path: Path) -> Apply:
    """Apply an overlay with these actions to the document."""

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


def test_an_update_is_appended_to_a_list(apply: Apply) -> None:
    document, _ = apply(action(f"{GET}.parameters", update={"name": "order"}))
    names = [each["name"] for each in document["paths"]["/v1/files"]["get"]["parameters"]]
    assert names == ["skip", "take", "order"]


def test_all_matches_are_removed(apply: Apply) -> None:
    document, _ = apply(action("$.paths.*.get.parameters[*]", remove=True))
    assert document["paths"]["/v1/files"]["get"]["parameters"] == []


def test_actions_are_applied_in_order(apply: Apply) -> None:
    document, _ = apply(
        action("$.paths", update={"/v1/new": {"get": {}}}),
        action("$.paths['/v1/new'].get", update={"tags": ["new"]}),
        action("$.paths['/v1/files']", remove=True),
    )
    assert document["paths"] == {"/v1/new": {"get": {"tags": ["new"]}}}


def test_an_action_for_other_documents_is_skipped(apply: Apply) -> None:
    document, skipped = apply(
        action("$.paths['/v2']", remove=True, **{"x-when": "$.paths['/v2']"}),
    )
    assert document == DOCUMENT
    assert len(skipped) == 1
    assert "actions/0" in skipped[0]


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
        (action("paths.get", remove=True), "actions/0/target: 'paths.get' is not a JSONPath"),
        (action("$.paths[", remove=True), "is not a JSONPath"),
        (action("", remove=True), "must be a JSONPath, such as"),
        (action(GET, remove=True, **{"x-when": "nonsense"}), "actions/0/x-when"),
        (action("$", remove=True), "the whole document cannot be removed"),
        (action("$.openapi", update={"a": 1}), "is not an object, so an update cannot be merged"),
        (action(GET, update="text"), "is not an object, so an update cannot be merged"),
        ("remove it", "an action is an object"),
    ],
)
def test_errors_in_actions(apply: Apply, wrong: Any, message: str) -> None:
    with pytest.raises(GenerationError, match=message):
        apply(wrong)


@pytest.mark.parametrize(
    ("top", "message"),
    [
        ({"overlay": "1.1.0"}, "begin it with `overlay: 1.0.0`"),
        ({"info": {"title": "Test"}}, "#/info: an overlay needs a title and a version"),
        ({"actions": []}, "#/actions: must be a list with at least one"),
        ({"action": []}, "no 'action' here: did you mean actions"),
    ],
)
def test_errors_in_overlays(apply: Apply, top: dict[str, Any], message: str) -> None:
    with pytest.raises(GenerationError, match=message):
        apply(action(GET, remove=True), **top)


def test_our_overlay_has_reasons() -> None:
    actions = overlay.load(OVERLAY)
    assert all(len(each.reason) > 40 for each in actions)
