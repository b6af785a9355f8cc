"""`spec_diff`: discriminators, the encoding of forms, servers, and paths that move together."""

from __future__ import annotations

from typing import Any

import pytest

from scripts.spec_diff.change import Change
from tests.scripts.diff_documents import (
    S,
    changes,
    content,
    document,
    kinds,
    marked,
    obj,
    on_wire,
    operation,
    receiving,
    ref,
    sending,
)


def pets(mapping: dict[str, str] | None, dog: str = "Dog", fixed: bool = False) -> dict[str, Any]:
    """A union of two schemas, the second of which can have another name."""
    kinds_of = {"Cat": {"const": "cat"}, dog: {"const": "dog"}} if fixed else {}
    schemas = {
        "Cat": obj("kind", kind=kinds_of.get("Cat", S), claws=S),
        dog: obj("kind", kind=kinds_of.get(dog, S), tail=S),
    }
    selecting = {"propertyName": "kind"} | ({"mapping": mapping} if mapping else {})
    union = {"oneOf": [ref("Cat"), ref(dog)], "discriminator": selecting}
    return {"schemas": schemas, "schema": union}


CAT_AND_DOG = {"cat": "Cat", "dog": "#/components/schemas/Dog"}
# What selects a variant before and after, the text, and whether it breaks requests or responses.
DISCRIMINATORS: dict[str, tuple[Any, Any, str, bool, bool]] = {
    "a renamed value": (
        pets(CAT_AND_DOG),
        pets({"kitten": "Cat", "dog": "Dog"}),
        '"cat" removed (of Cat), "kitten" added (of Cat)',
        True,
        True,
    ),
    "swapped values": (
        pets(CAT_AND_DOG),
        pets({"cat": "Dog", "dog": "Cat"}),
        '"cat": Cat → Dog, "dog": Dog → Cat',
        True,
        True,
    ),
    "a removed value": (
        pets({**CAT_AND_DOG, "puppy": "Dog"}),
        pets(CAT_AND_DOG),
        '"puppy" removed (of Dog)',
        True,
        False,
    ),
    "a new value": (
        pets(CAT_AND_DOG),
        pets({**CAT_AND_DOG, "puppy": "Dog"}),
        '"puppy" added (of Dog)',
        False,
        True,
    ),
    "no mapping any more": (
        pets(CAT_AND_DOG),
        pets(None),
        '"Cat" added (of Cat), "Dog" added (of Dog), "cat" removed (of Cat), "dog" removed',
        True,
        True,
    ),
    "no mapping, but constants": (
        pets(CAT_AND_DOG, fixed=True),
        pets(None, fixed=True),
        "the mapping of the discriminator changed, but not its values",
        False,
        False,
    ),
    "a schema that is selected by its name": (
        pets(None),
        pets(None, "Hound"),
        '"Dog" removed (of Hound), "Hound" added (of Hound)',
        True,
        True,
    ),
}


@pytest.mark.parametrize(
    ("old", "new", "text", "request_", "response"), DISCRIMINATORS.values(), ids=DISCRIMINATORS
)
def test_discriminator(old: Any, new: Any, text: str, request_: bool, response: bool) -> None:
    for side, breaks in ((sending, request_), (receiving, response)):
        found = changes(side(**old), side(**new))
        matching = [each for each in found if each.kind == "discriminator-changed"]
        assert [text in each.text for each in matching] == [True], found
        assert ("discriminator-changed" in on_wire(found)) is breaks


def test_a_mapping_that_follows_a_renamed_schema_is_no_change() -> None:
    old, new = pets(CAT_AND_DOG), pets({"cat": "Cat", "dog": "Hound"}, "Hound")
    assert kinds(changes(sending(**old), sending(**new))) == ["schema-renamed"]


def form(encoding: Any, media: str = "multipart/form-data", field: Any = None) -> dict[str, Any]:
    fields = {"photo": field or {**S, "format": "binary"}, "tags": {"type": "array", "items": S}}
    body = content({"type": "object", "properties": fields}, media)
    body["content"][media]["encoding"] = encoding
    return document(operation(requestBody=body))


PNG, IMAGES = {"contentType": "image/png"}, {"contentType": "image/png, image/jpeg"}
# The encoding of a form before and after, and the kinds of changes; those that break have a mark.
ENCODINGS: dict[str, tuple[Any, Any, str]] = {
    "introduced": ({}, {"photo": PNG}, "!encoding-changed"),
    "wider": ({"photo": PNG}, {"photo": IMAGES}, "encoding-changed"),
    "narrower": ({"photo": IMAGES}, {"photo": PNG}, "!encoding-changed"),
    "a range": ({"photo": PNG}, {"photo": {"contentType": "image/*"}}, "encoding-changed"),
    "the default": ({}, {"photo": {"contentType": "application/octet-stream"}}, ""),
    "of strings": ({}, {"tags": {"contentType": "text/plain; charset=utf-8"}}, ""),
    "of no field": ({}, {"other": PNG}, ""),
    "of a list": ({}, {"tags": {"explode": False}}, "!explode-changed"),
    "the default of a list": ({}, {"tags": {"style": "form", "explode": True}}, ""),
    "a header": (
        {"photo": {}},
        {"photo": {"headers": {"X-Size": {"required": True, "schema": S}}}},
        "!header-added",
    ),
}


@pytest.mark.parametrize(("old", "new", "expected"), ENCODINGS.values(), ids=ENCODINGS)
def test_encoding(old: Any, new: Any, expected: str) -> None:
    for media in ("multipart/form-data", "application/x-www-form-urlencoded"):
        assert marked(changes(form(old, media), form(new, media))) == expected
    assert changes(form(old, "application/json"), form(new, "application/json")) == []


def server(url: str, **variables: Any) -> dict[str, Any]:
    return {"url": url, "variables": variables} if variables else {"url": url}


def listed(*values: str, default: str = "") -> dict[str, Any]:
    return {"default": default or values[0], "enum": list(values)}


A, B = server("https://a/v1"), server("https://b/v1")
# The servers before and after, and the changes, with a mark for those that break.
SERVERS: dict[str, tuple[Any, Any, list[str]]] = {
    "another path": (
        [A],
        [server("https://a/v2")],
        ["!removed https://a/v1", "added https://a/v2"],
    ),
    "the same with a slash": ([A], [server("https://a/v1/")], []),
    "a variable with one value": ([A], [server("https://a/{v}", v=listed("v1"))], []),
    "a new value of a variable": (
        [server("https://{r}/v1", r=listed("a"))],
        [A, B],
        ["added https://b/v1"],
    ),
    "another default": (
        [server("https://{r}/v1", r=listed("a", "b"))],
        [server("https://{r}/v1", r=listed("a", "b", default="b"))],
        ["order-changed https://a/v1"],
    ),
    "a renamed variable": (
        [server("https://{r}/v1", r=listed("a", "b"))],
        [server("https://{region}/v1", region=listed("a", "b"))],
        [],
    ),
    "a free variable": (
        [server("https://{r}/v1", r={"default": "a"})],
        [server("https://{r}/v1", r=listed("a"))],
        ["!removed https://{}/v1"],
    ),
}


def server_changes(found: list[Change]) -> list[str]:
    assert all(each.kind.startswith("server-") for each in found)
    return [
        f"{'!' if each.is_breaking else ''}{each.kind.removeprefix('server-')} {each.subject}"
        for each in found
    ]


@pytest.mark.parametrize(("old", "new", "expected"), SERVERS.values(), ids=SERVERS)
def test_servers_at_every_level(old: Any, new: Any, expected: list[str]) -> None:
    assert server_changes(changes(document(servers=old), document(servers=new))) == expected
    before, after = (operation(servers=each) for each in (old, new))
    for items in (
        [{"/a": {"post": each}} for each in (before, after)],
        [{"/a": {"servers": each["servers"], "post": operation()}} for each in (before, after)],
    ):
        found = server_changes(changes(*(document(paths=each) for each in items)))
        assert found == [each.replace(" ", " do_it: ") for each in expected]


def test_servers_of_its_own_replace_those_of_the_document() -> None:
    old = document(servers=[A])
    new = document(operation(servers=[B]), servers=[A])
    found = changes(old, new)
    assert server_changes(found) == ["!removed do_it: https://a/v1", "added do_it: https://b/v1"]


def moved(prefix: str, base: str, *more: str) -> dict[str, Any]:
    item = {"get": operation(), "post": operation()}
    paths = {f"{prefix}{path}": item for path in ("/a", "/a/{id}", "/b")}
    named = {
        path: {method: {**each, "operationId": f"{method}_{path}"} for method, each in item.items()}
        for path, item in {**paths, **dict.fromkeys(more, item)}.items()
    }
    return document(paths=named, servers=[server(f"https://a{base}")])


@pytest.mark.parametrize(("old", "new"), [("", "/v2"), ("/v1", ""), ("/v1", "/api/v2")])
def test_paths_that_moved_below_another_prefix_are_one_change(old: str, new: str) -> None:
    found = changes(moved(old, "", "/old"), moved(new, "", "/c/d"))
    (move,) = (each for each in found if each.kind == "paths-moved")
    assert move.text == f"6 operations moved from {old or '/'} to {new or '/'}"
    assert len(move.operations) == 6
    assert on_wire([move]) == {"paths-moved"}
    rest = {each.kind for each in found if each is not move}
    assert rest == {"operation-renamed", "operation-added", "operation-removed"}


def test_a_prefix_that_moved_into_the_base_url_has_no_effect() -> None:
    found = changes(moved("/v1", ""), moved("", "/v1"))
    assert {each.kind for each in found} == {"operation-renamed", "paths-moved"}
    assert on_wire(found) == set()
    found = changes(moved("/v1", ""), moved("", "/v2"))
    assert on_wire(found) == {"paths-moved", "server-removed"}


def test_path_items_behind_references() -> None:
    def shared(required: bool) -> dict[str, Any]:
        parameter = {"name": "p", "in": "query", "required": required, "schema": S}
        item = {
            "parameters": [parameter],
            "get": operation(parameters=[{**parameter, "in": "header"}]),
        }
        value = document(paths={"/a": {"$ref": "#/components/pathItems/Thing"}})
        value["components"]["pathItems"] = {"Thing": item}
        return value

    found = changes(shared(False), shared(True))
    assert [(each.subject, each.kind) for each in found] == [
        ("Thing: query p", "parameter-became-required"),
        ("do_it: header p", "parameter-became-required"),
    ]
    inline = document(paths={"/a": shared(True)["components"]["pathItems"]["Thing"]})
    assert changes(shared(True), inline) == []
