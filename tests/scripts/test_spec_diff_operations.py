"""`spec_diff`: operations, parameters, bodies, responses, security and servers."""

from __future__ import annotations

from typing import Any

import pytest

from tests.scripts.diff_documents import (
    I,
    S,
    asking,
    changes,
    content,
    document,
    kinds,
    marked,
    on_wire,
    operation,
    ref,
)

OBJECT = {"type": "object", "properties": {"a": S}}
BEARER = {"type": "http", "scheme": "bearer"}


def with_(**parts: Any) -> dict[str, Any]:
    return document(operation(**parts))


def body(schema: Any = OBJECT, media: str = "application/json", **parts: Any) -> dict[str, Any]:
    return with_(requestBody={**content(schema, media), **parts})


def responding(**responses: Any) -> dict[str, Any]:
    return with_(responses={key.removeprefix("s"): value for key, value in responses.items()})


def at(path: str, method: str = "post", **parts: Any) -> dict[str, Any]:
    return document(paths={path: {method: operation(**parts)}})


def secured(*requirements: Any, **schemes: Any) -> dict[str, Any]:
    value = with_(security=list(requirements))
    value["components"]["securitySchemes"] = schemes or {
        "key": BEARER,
        "login": oauth2(),
    }
    return value


def oauth2(*scopes: str) -> dict[str, Any]:
    flows = {"password": {"tokenUrl": "/token", "scopes": dict.fromkeys(scopes, "")}}
    return {"type": "oauth2", "flows": flows if scopes else {}}


BY_PATH = {"name": "id", "in": "path", "required": True, "schema": S}
OTHER = {**BY_PATH, "name": "thing_id"}
KEY, LOGIN = {"key": []}, {"login": ["read"]}
NO_KEY = {"key": {"type": "apiKey", "in": "header", "name": "X"}}
HEADER = {"headers": {"X-Left": {"schema": I, "required": True}}}
LIST = {"type": "array", "items": S}

# The change, and its kinds; those that break on the wire have a mark.
CASES: dict[str, tuple[Any, Any, str]] = {
    "another path": (at("/a"), at("/b"), "!path-changed"),
    "another method": (at("/a"), at("/a", "put"), "!path-changed"),
    "another id": (at("/a"), at("/a", operationId="do_that"), "operation-renamed"),
    "deprecated": (at("/a"), at("/a", deprecated=True), "deprecation-changed"),
    "a name in the path": (
        at("/a/{id}", parameters=[BY_PATH]),
        at("/a/{thing_id}", parameters=[OTHER]),
        "path-parameter-renamed",
    ),
    "parameter added": (with_(), asking({}), "parameter-added"),
    "required parameter added": (with_(), asking({"required": True}), "!required-parameter-added"),
    "parameter removed": (asking({}), with_(), "!parameter-removed"),
    "parameter moved": (asking({}), asking({"in": "header"}), "!parameter-moved"),
    "parameter became required": (
        asking({}),
        asking({"required": True}),
        "!parameter-became-required",
    ),
    "parameter became optional": (
        asking({"required": True}),
        asking({}),
        "parameter-became-optional",
    ),
    "number to string in a query": (asking({"schema": I}), asking({}), "type-changed"),
    "string to number in a query": (asking({}), asking({"schema": I}), "!type-changed"),
    "one to several in a query": (asking({}), asking({"schema": LIST}), "type-changed"),
    "one to at least two": (
        asking({}),
        asking({"schema": {**LIST, "minItems": 2}}),
        "!type-changed",
    ),
    "parameter's default": (
        asking({}),
        asking({"schema": {**S, "default": "x"}}),
        "default-changed",
    ),
    "other serialization of a list": (
        asking({"schema": LIST}),
        asking({"schema": LIST, "explode": False}),
        "!explode-changed",
    ),
    "body added": (with_(), body(), "request-body-added"),
    "required body added": (with_(), body(required=True), "!required-request-body-added"),
    "body removed": (body(), with_(), "!request-body-removed"),
    "body became required": (body(), body(required=True), "!request-body-became-required"),
    "another media type": (
        body(),
        body(media="multipart/form-data"),
        "request-media-type-added !request-media-type-removed",
    ),
    "charset of a media type": (body(), body(media="application/json; charset=utf-8"), ""),
    "error added": (responding(s200={}), responding(s200={}, s404={}), "error-added"),
    "error removed": (responding(s200={}, s404={}), responding(s200={}), "error-removed"),
    "other success": (responding(s200={}), responding(s201={}), "success-added !success-removed"),
    "success in a range": (
        responding(s200=content(S)),
        responding(s2XX=content(I)),
        "success-added success-removed !type-changed",
    ),
    "response in another media type": (
        responding(s200=content(S)),
        responding(s200=content(S, "text/plain")),
        "response-media-type-added !response-media-type-removed",
    ),
    "header removed": (responding(s200=HEADER), responding(s200={}), "!header-removed"),
    "security added": (secured(), secured(KEY), "!security-changed"),
    "security removed": (secured(KEY), secured(), "security-changed"),
    "another accepted credential": (secured(KEY), secured(KEY, LOGIN), "security-changed"),
    "a credential that is no longer accepted": (
        secured(KEY, LOGIN),
        secured(KEY),
        "!security-changed",
    ),
    "more scopes": (secured(LOGIN), secured({"login": ["read", "write"]}), "!security-changed"),
    "fewer scopes": (secured({"login": ["read", "write"]}), secured(LOGIN), "security-changed"),
    "another kind of API key": (
        secured(KEY),
        secured(KEY, **NO_KEY),
        "!security-scheme-changed security-scheme-removed",
    ),
    "a security scheme has another name only": (
        secured({"login": ["read"]}, login={"type": "oauth2", "flows": {}}),
        secured({"oauth": ["read"]}, oauth={"type": "oauth2", "flows": {}}),
        "security-scheme-renamed",
    ),
    "a security scheme that no operation requires": (
        secured(KEY, key=BEARER, other=BEARER),
        secured(KEY, key=BEARER, other=NO_KEY["key"]),
        "security-scheme-changed",
    ),
    "a new scope": (
        secured(LOGIN, login=oauth2("read")),
        secured(LOGIN, login=oauth2("read", "write")),
        "security-scheme-changed",
    ),
    "a scope that was removed": (
        secured(LOGIN, login=oauth2("read", "write")),
        secured(LOGIN, login=oauth2("read")),
        "!security-scheme-changed",
    ),
    "serialization without effect on a single value": (
        asking({}),
        asking({"explode": False, "style": "form"}),
        "",
    ),
    "content in a parameter": (
        asking({}),
        with_(parameters=[{"name": "p", "in": "query", **content(S)}]),
        "!content-changed",
    ),
    "parameter of a media type": (
        body(media="application/vnd.a+json; version=1"),
        body(media="application/vnd.a+json; version=2"),
        "request-media-type-added !request-media-type-removed",
    ),
    "media type in a range": (
        body(media="image/png"),
        body(media="image/*"),
        "request-media-type-added",
    ),
    "success under default": (
        responding(default=content(S)),
        responding(s200=content(I)),
        "success-added success-removed !type-changed",
    ),
    "an error apart from default": (
        responding(s200={}, default=content(S)),
        responding(s200={}, default=content(S), s404=content(I)),
        "error-added !type-changed",
    ),
    "another success than that beside default": (
        responding(s200={}, default=content(S)),
        responding(s201={}, default=content(S)),
        "success-added !success-removed",
    ),
    "server removed": (
        document(servers=[{"url": "https://a"}, {"url": "https://b"}]),
        document(servers=[{"url": "https://a"}]),
        "!server-removed",
    ),
    "another server first": (
        document(servers=[{"url": "https://a"}, {"url": "https://b"}]),
        document(servers=[{"url": "https://b"}, {"url": "https://a"}]),
        "server-order-changed",
    ),
}


@pytest.mark.parametrize(("old", "new", "expected"), CASES.values(), ids=CASES)
def test_change(old: Any, new: Any, expected: str) -> None:
    assert marked(changes(old, new)) == expected


def test_an_operation_is_removed_and_another_one_added() -> None:
    new = at("/b", "get", operationId="look", tags=["other"])
    found = changes(at("/a", deprecated=True), new)
    assert kinds(found) == ["operation-added", "operation-removed"]
    assert on_wire(found) == {"operation-removed"}
    assert found[0].text == "POST /a was removed; it was deprecated"


def test_a_parameter_that_was_probably_renamed() -> None:
    found = changes(asking({"name": "page_size"}), asking({"name": "pagesize"}))
    assert [each.text for each in found] == [
        "removed; a guess: it is pagesize now",
        "new; a guess: it was page_size",
    ]


def test_a_path_and_an_id_that_both_changed_are_a_guess() -> None:
    parts = {"responses": {"200": content(ref("Thing"))}, "parameters": [BY_PATH]}
    old, new = (
        document(
            paths={path: {"post": operation(operationId=id, **parts)}}, schemas={"Thing": OBJECT}
        )
        for path, id in (("/v1/things/{id}", "start_thing"), ("/v2/things/{id}", "start_thing_now"))
    )
    found = changes(old, new)
    assert kinds(found) == ["operation-guessed", "operation-renamed", "path-changed"]
    assert [change.subject for change in found if change.guess] == ["start_thing_now"]


def test_two_paths_that_differ_in_the_names_of_parameters_only() -> None:
    paths = {
        "/a/{id}": {"post": operation(operationId="by_id", parameters=[BY_PATH])},
        "/a/{thing_id}": {"post": operation(operationId="by_thing", parameters=[OTHER])},
    }
    assert changes(document(paths=paths), document(paths=dict(reversed(paths.items())))) == []


def test_a_shared_parameter_is_one_change_of_all_its_operations() -> None:
    def shared(**parts: Any) -> dict[str, Any]:
        used = [{"$ref": "#/components/parameters/P"}]
        paths = {f"/{id}": {"get": operation(operationId=id, parameters=used)} for id in "ab"}
        value = document(paths=paths)
        value["components"]["parameters"] = {
            "P": {"name": "p", "in": "query", "schema": S, **parts}
        }
        return value

    found = changes(shared(), shared(required=True))
    assert [(change.subject, change.operations) for change in found] == [
        ("query p of components", ["a", "b"])
    ]


def test_a_parameter_of_a_path_is_named_with_it() -> None:
    item = {"parameters": [{"name": "p", "in": "query", "schema": S}], "get": operation()}
    found = changes(document(paths={"/a": item}), document(paths={"/a": {"get": operation()}}))
    assert [change.subject for change in found] == ["/a: query p"]


def test_requests_of_the_service_are_responses_for_the_client() -> None:
    def hooks(schema: Any) -> dict[str, Any]:
        sent = {"post": {"requestBody": content(schema), "responses": {}}}
        called = operation(callbacks={"done": {"{$request.body#/url}": sent}})
        return document(called, webhooks={"happened": sent})

    wider = {**OBJECT, "required": ["a"]}
    assert on_wire(changes(hooks(OBJECT), hooks(wider))) == set()
    assert on_wire(changes(hooks(wider), hooks(OBJECT))) == {"field-became-optional"}
    secured_hooks = [{**hooks(OBJECT), "security": each} for each in ([], [KEY])]
    (change,) = (each for each in changes(*secured_hooks) if each.kind == "security-changed")
    assert change.operations == ["do_it"]
    removed = changes(hooks(OBJECT), document(operation()))
    assert on_wire(removed) == {"webhook-removed"}
