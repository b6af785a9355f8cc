"""The low-level packages that the generator builds from two OpenAPI documents."""

from __future__ import annotations

import json
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import griffe
import yaml

from scripts.generate.environment import Environment, prepare
from scripts.openapi.document import mapping

PACKAGE = "vlmrun_api"

_GENERATOR = Path(__file__).resolve().parents[1] / "generate"


def build_packages(
    old: dict[str, Any], new: dict[str, Any], cache: Path
) -> tuple[griffe.Module, griffe.Module]:
    """Generate the packages of two documents, and load what they contain.

    Args:
        old: The document before.
        new: The document after.
        cache: The folder with the environment of the generator; see `make generate`.

    Raises:
        GenerationError: The generator cannot be installed, or refuses a document.
    """
    environment = prepare(cache)
    with tempfile.TemporaryDirectory(prefix="spec-diff-") as scratch:
        folders = [Path(scratch).resolve() / name for name in ("old", "new")]
        with ThreadPoolExecutor(2) as pool:
            jobs = [
                pool.submit(_generate, document, folder, environment)
                for document, folder in zip((old, new), folders, strict=True)
            ]
            for job in jobs:
                job.result()
        # In one thread: in some releases, threads that parse at the same time fail.
        # https://github.com/python/cpython/issues/106905
        before, after = map(_load, folders)
    return before, after


def _generate(document: dict[str, Any], folder: Path, environment: Environment) -> None:
    folder.mkdir()
    spec, config = folder / "openapi.json", folder / "config.json"
    spec.write_text(json.dumps(_for_generator(document)), "utf-8")
    settings = yaml.safe_load((_GENERATOR / "openapi_python_client.yaml").read_text("utf-8"))
    # Formatting takes most of the time, and does not change what is in the package.
    config.write_text(json.dumps({**settings, "post_hooks": []}), "utf-8")
    command: list[str | Path] = ["-m", "openapi_python_client", "generate", "--meta", "none"]
    command += ["--path", spec, "--output-path", folder / PACKAGE]
    command += ["--config", config, "--custom-template-path", _GENERATOR / "templates"]
    environment.run_python(command, "the generator refuses the document", cwd=folder)


def _load(folder: Path) -> griffe.Module:
    loader = griffe.GriffeLoader(search_paths=[str(folder)], allow_inspection=False)
    package = loader.load(PACKAGE)
    assert isinstance(package, griffe.Module)
    return package


def _for_generator(document: dict[str, Any]) -> dict[str, Any]:
    """Return a document with everything that the generator requires, and without error responses.

    The functions return the union of all responses. Code that reads a result handles errors
    separately, so another error response breaks nothing.
    """
    paths = {
        path: {key: _without_errors(value) for key, value in mapping(item).items()}
        for path, item in mapping(document.get("paths")).items()
    }
    return {**document, "info": {"title": "api", "version": "1"}, "paths": paths}


def _without_errors(operation: Any) -> Any:
    responses = mapping(mapping(operation).get("responses"))
    kept = {key: value for key, value in responses.items() if str(key)[0] in "2d"}
    return {**operation, "responses": kept} if kept else operation
