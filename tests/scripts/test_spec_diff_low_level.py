"""`spec_diff.py`: what the generator will make of a change, by its rules for names and types."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from fastapi import Body, FastAPI, Header, Query, UploadFile
from pydantic import BaseModel

from scripts.spec_diff.document import Document, load
from scripts.spec_diff.models import Class
from scripts.spec_diff.surface import Function, Surface
from tests.scripts.diff_documents import (
    PROJECT,
    changes,
    content,
    document,
    low_level,
    operation,
    receiving,
    sending,
)

S, I = {"type": "string"}, {"type": "integer"}  # noqa: E741
REF = {"$ref": "#/components/schemas/Thing"}
GENERATED = PROJECT / "generated" / "vlmrun_api"


def alternatives(annotation: ast.expr | None) -> set[str]:
    if isinstance(annotation, ast.BinOp):
        return alternatives(annotation.left) | alternatives(annotation.right)
    assert annotation is not None
    return {ast.unparse(annotation).replace("'", '"')}


def split(types: set[str] | frozenset[str]) -> set[str]:
    return {each.replace("'", '"') for each in types}


def annotated(body: list[ast.stmt]) -> dict[str, set[str]]:
    return {
        each.target.id: alternatives(each.annotation)
        for each in body
        if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name)
    }


def check_class(made: Class, package: Path) -> None:
    """A class is where it should be, with the fields or members that it should have."""
    tree = ast.parse((package / "models" / f"{made.module}.py").read_text("utf-8"))
    found = [each for each in tree.body if isinstance(each, ast.ClassDef)]
    assert [each.name for each in found] == [made.name]
    if made.members is not None:
        values = {
            ast.unparse(each.targets[0]): ast.literal_eval(each.value)
            for each in found[0].body
            if isinstance(each, ast.Assign)
        }
        assert values == made.members
        return
    fields = annotated(found[0].body)
    additional = fields.pop("additional_properties", None)
    assert fields == {each.name: split(each.all_types) for each in made.fields.values()}
    assert (additional is None) == (made.additional is None)


def check_function(made: Function, package: Path) -> None:
    """A module is where it should be, with the arguments and results that it should have."""
    path = package / "api" / f"{made.module.replace('.', '/')}.py"
    functions = {
        each.name: each
        for each in ast.parse(path.read_text("utf-8")).body
        if isinstance(each, ast.FunctionDef)
    }
    call = functions["sync_detailed"]
    arguments = {
        each.arg: alternatives(each.annotation) for each in (*call.args.args, *call.args.kwonlyargs)
    }
    assert ("Client" not in arguments.pop("client")) == made.secured
    assert arguments == {each.name: split(each.all_types) for each in made.arguments.values()}
    assert isinstance(call.returns, ast.Subscript)
    assert alternatives(call.returns.slice) == split(made.returns)
    assert ("sync" in functions) == (made.returns != {"Any"})


def check(surface: Surface, package: Path) -> None:
    modules = {path.stem for path in (package / "models").glob("*.py")} - {"__init__"}
    assert {made.module for made in surface.classes.values()} == modules
    for made in surface.classes.values():
        check_class(made, package)
    for function in surface.functions.values():
        check_function(function, package)


def test_the_rules_are_those_of_the_generator() -> None:
    check(Surface(load(PROJECT / "openapi.yaml")), GENERATED)


class Node(BaseModel):
    id: int
    children: list[Node] = []
    sizes: dict[str, int] | None = None
    value: int | str | None = None
    class_: str = "x"
    pair: tuple[int, str]


def fastapi_document() -> dict[str, Any]:
    app = FastAPI(title="Tree", separate_input_output_schemas=False)

    @app.get("/v1/nodes/{node_id}", tags=["some nodes"])
    def read(
        node_id: int,
        kinds: list[str] = Query([]),  # noqa: B008
        depth: int = 3,
        x_token: str | None = Header(None),
    ) -> Node: ...

    @app.post("/v1/nodes")
    def make(node: Node, weight: float = Body(1)) -> dict[str, Node]: ...

    @app.post("/v1/files")
    def upload(file: UploadFile) -> list[int]: ...

    @app.delete("/v1/nodes/{node_id}", status_code=204)
    def remove(node_id: int): ...

    return app.openapi()


@pytest.mark.slow
def test_the_rules_are_those_of_the_generator_for_a_document_of_fastapi(
    generate: Callable[..., Any], tmp_path: Path
) -> None:
    contract, package = tmp_path / "openapi.yaml", tmp_path / "tree_api"
    data = fastapi_document()
    contract.write_text(yaml.safe_dump(data), "utf-8")
    done = generate("--only", "package", "--contract", contract, "--package", package)
    assert done.returncode == 0, done.stdout + done.stderr
    check(Surface(Document(data, "tree")), package)


def obj(*required: str, **fields: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(required), "properties": fields}


def thing(side: Callable[..., Any], *required: str, **fields: Any) -> dict[str, Any]:
    return side(REF, schemas={"Thing": obj(*required, **fields)})


def test_fields_and_members() -> None:
    found = changes(thing(sending, class_=S), thing(sending, a=S))
    assert low_level(found) == {"vlmrun_api.models.Thing.class_ is gone"}
    found = changes(
        sending({"type": "string", "enum": ["a", "b b"]}),
        sending({"type": "string", "enum": ["a"]}),
    )
    assert low_level(found) == {"vlmrun_api.models.DoItBody.B_B is gone"}


@pytest.mark.parametrize(
    ("old", "new", "request_", "response"),
    [
        (S, {"type": ["string", "null"]}, set(), {"may be None now"}),
        ({"type": ["string", "null"]}, S, {"no longer takes None"}, set()),
        (S, I, {"no longer takes str"}, {"may be int now"}),
        (S, {}, set(), {"may be Any now"}),
        (I, {"type": "number"}, set(), {"may be float now"}),
        ({**S, "format": "date"}, S, {"no longer takes datetime.date"}, {"may be str now"}),
    ],
)
def test_types(old: Any, new: Any, request_: set[str], response: set[str]) -> None:
    for side, expected in ((sending, request_), (receiving, response)):
        found = low_level(changes(thing(side, "a", a=old), thing(side, "a", a=new)))
        assert found == {f"vlmrun_api.models.Thing.a {each}" for each in expected}


def test_what_may_be_missing() -> None:
    optional, needed = (thing(sending, *names, a=S) for names in ((), ("a",)))
    assert low_level(changes(optional, needed)) == {
        "vlmrun_api.models.Thing.a is a required argument"
    }
    optional, needed = (thing(receiving, *names, a=S) for names in ((), ("a",)))
    assert low_level(changes(needed, optional)) == {"vlmrun_api.models.Thing.a may be Unset now"}


def test_a_default_is_sent() -> None:
    found = changes(thing(sending, a=S), thing(sending, a={**S, "default": "x"}))
    assert low_level(found) == {'vlmrun_api.models.Thing: the default of a UNSET → "x"; it is sent'}


def test_a_new_value_of_a_closed_enum_in_a_response() -> None:
    old, new = ({"type": "string", "enum": list(values)} for values in ("ab", "abc"))
    assert len(low_level(changes(receiving(old), receiving(new)))) == 1
    opened = [receiving({"anyOf": [each, S]}) for each in (old, new)]
    assert low_level(changes(*opened)) == set()
    assert low_level(changes(sending(old), sending(new))) == set()


def test_an_operation_with_another_id_or_tag() -> None:
    old = document(operation())
    renamed = document(operation(operationId="doThat"))
    assert low_level(changes(old, renamed)) == {
        "vlmrun_api.api.things.do_it is vlmrun_api.api.things.do_that now"
    }
    moved = changes(old, document(operation(tags=["Other Things"])))
    assert low_level(moved) == {
        "vlmrun_api.api.things.do_it is vlmrun_api.api.other_things.do_it now"
    }
    assert [change.kind for change in moved] == ["low-level-changed"]


def test_arguments_and_results() -> None:
    old = document(operation(responses={"200": content(S), "404": content(I)}))
    new = document(operation(responses={"200": content(I), "404": content({"type": "number"})}))
    assert low_level(changes(old, new)) == {"vlmrun_api.api.things.do_it: may return int now"}
    nothing = document(operation(responses={"200": {}}))
    assert low_level(changes(old, nothing)) == {
        "vlmrun_api.api.things.do_it: sync() and asyncio() are gone"
    }
    login = document(operation(security=[{"key": []}]))
    assert "vlmrun_api.api.things.do_it: client must be an AuthenticatedClient" in low_level(
        changes(document(operation()), login)
    )


def test_a_renamed_schema_is_one_change_however_often_it_is_used() -> None:
    fields = {"a": S, "b": S, "c": I}
    old = receiving({"type": "array", "items": REF}, schemas={"Thing": obj("a", **fields)})
    new = receiving(
        {"type": "array", "items": {"$ref": "#/components/schemas/Item"}},
        schemas={"Item": obj("a", **fields)},
    )
    found = changes(old, new)
    assert [(change.kind, change.guess) for change in found] == [("schema-renamed", False)]
    assert low_level(found) == {"vlmrun_api.models.Thing is vlmrun_api.models.Item now"}


def test_a_schema_that_was_renamed_and_changed_is_a_guess() -> None:
    fields = {"a": S, "b": S, "c": I, "d": S}
    old = receiving(REF, schemas={"Thing": obj("a", **fields)})
    new = receiving(
        {"$ref": "#/components/schemas/Item"}, schemas={"Item": obj("a", **fields, e=S)}
    )
    found = {change.kind: change for change in changes(old, new)}
    assert sorted(found) == ["field-added", "schema-renamed"]
    assert found["schema-renamed"].guess


def test_an_inline_schema_that_gets_a_name() -> None:
    inline = obj("a", a=S, deep=obj("x", x=S))
    found = changes(receiving(inline), receiving(REF, schemas={"Thing": inline}))
    assert "vlmrun_api.api.things.do_it: may return Thing now" in low_level(found)
    assert {"vlmrun_api.models.DoItResponse200 is gone"} <= low_level(found)
