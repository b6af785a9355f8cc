"""Properties of the generated package that the ergonomic layer relies on."""

from __future__ import annotations

import ast
import inspect
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import vlmrun_api

from vlmrun._contract import METHODS, load_document

PACKAGE = Path(vlmrun_api.__file__).parent
MODULES = sorted(path for path in PACKAGE.glob("api/*/*.py") if path.stem != "__init__")
ADAPTER = {"get_httpx_client", "get_async_httpx_client", "raise_on_unexpected_status"}
FORMS = ("sync_detailed", "asyncio_detailed", "_get_kwargs")


def operations() -> list[dict[str, Any]]:
    return [
        operation
        for item in load_document()["paths"].values()
        for method, operation in item.items()
        if method in METHODS
    ]


def test_each_operation_has_its_module() -> None:
    made = {f"{path.parent.name}.{path.stem}" for path in MODULES}
    assert made == {f"{each['tags'][0]}.{each['operationId']}" for each in operations()}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_operation_uses_of_its_client_only_what_the_adapter_has(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    used = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "client"
    }
    assert used == ADAPTER
    calls = {
        node.func.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Call)
        and ast.unparse(node.func.value.func).startswith("client.get_")
    }
    assert calls == {"request"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_operation_has_the_functions_that_are_called(path: Path) -> None:
    module = import_module(f"vlmrun_api.api.{path.parent.name}.{path.stem}")
    for form in FORMS:
        assert callable(getattr(module, form))
    returned = {
        ast.unparse(node.slice)
        for node in ast.walk(ast.parse(inspect.getsource(module._get_kwargs)))
        if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "_kwargs"
    }
    assert returned <= {"'json'", "'files'", "'data'", "'content'", "'headers'"}


def test_p25_no_form_has_a_boundary_that_a_file_could_contain() -> None:
    sources = [path.read_text("utf-8") for path in MODULES]
    assert any("files" in source for source in sources)
    assert not any("multipart/form-data; boundary=" in source for source in sources)


def test_p24_no_request_model_has_a_default_that_would_be_sent() -> None:
    from vlmrun_api.models import AgentExecutionRequest, GenerationConfig, RequestMetadata

    for model in (AgentExecutionRequest, GenerationConfig, RequestMetadata):
        assert model().to_dict() == {}
