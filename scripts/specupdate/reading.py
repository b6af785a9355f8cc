"""Read a document that somebody else wrote; whatever is wrong with it is said in one line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from codegen.failure import GenerationError
from openapi_spec_validator import OpenAPIV31SpecValidator
from speclint.document import join, mapping, nodes, operations

_VERSION = re.compile(r"3\.[01]\.\d+")
_MOST_TEXT = 120


class _Loader(yaml.CSafeLoader):
    """Dates stay text: JSON has no other."""


_Loader.add_constructor("tag:yaml.org,2002:timestamp", lambda _, node: str(node.value))


def construct(text: str) -> Any:
    """The value that a YAML text holds; for texts of which it is known that they are YAML."""
    return yaml.load(text, _Loader)


def read(path: Path) -> Any:
    """The value that a file holds, JSON or YAML.

    Raises:
        GenerationError: It cannot be read, is neither, or has a key twice; the message has the
            file, the line, and the mend.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise GenerationError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise GenerationError(
            f"{path}: byte {error.start} is not UTF-8: save it as UTF-8"
        ) from None
    try:
        if text.lstrip()[:1] in ("{", "["):
            twice: list[str] = []
            value = json.loads(text, object_pairs_hook=lambda pairs: _object(pairs, twice))
            if not twice:
                return value
            # YAML knows the lines, but not tabs, which no text in JSON has as they are.
            text = text.replace("\t", " ")
        problem = next(_mistakes(yaml.compose(text, Loader=yaml.CSafeLoader)), None)
        if problem:
            raise GenerationError(f"{path}:{problem}")
        return construct(text)
    except json.JSONDecodeError as error:
        place = f"{path}:{error.lineno}: column {error.colno}"
        raise GenerationError(f"{place}: not JSON: {error.msg}: correct it there") from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"{path}:{mark.line + 1}: column {mark.column + 1}" if mark else str(path)
        said = (error.problem or error.context or "").strip()
        raise GenerationError(f"{place}: not YAML: {said}: correct it there") from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        said = str(error).splitlines()[0][:_MOST_TEXT]
        raise GenerationError(f"{path}: neither JSON nor YAML that can be read: {said}") from None


def _object(pairs: list[tuple[str, Any]], twice: list[str]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        twice += made
    return made


def _mistakes(root: Any) -> Iterator[str]:
    """What YAML would pass over in silence; each with its line."""
    seen: set[int] = set()
    waiting = [root] if root else []
    while waiting:
        node = waiting.pop()
        line = node.start_mark.line + 1
        if not isinstance(node, yaml.CollectionNode):
            continue
        if id(node) in seen:
            yield f"{line}: an anchor is used again: write out what the alias stands for"
            continue
        seen.add(id(node))
        keys: dict[str, int] = {}
        for entry in node.value:
            if isinstance(node, yaml.MappingNode):
                key, value = entry
                at = key.start_mark.line + 1
                if not isinstance(key, yaml.ScalarNode) or key.tag == "tag:yaml.org,2002:merge":
                    yield f"{at}: a key that is no text: write the entries out"
                elif key.value in keys:
                    twice = f"the key {key.value!r} is there twice, in line {keys[key.value]} too"
                    yield f"{at}: {twice}: keep one"
                else:
                    keys[key.value] = at
                waiting.append(value)
            else:
                waiting.append(entry)


def check_form(document: Any, path: Path) -> None:
    """Whether a value is an OpenAPI document that this project can work with.

    Raises:
        GenerationError: It is not; the message says why, where, and what to do.
    """
    if not isinstance(document, dict) or not {"openapi", "swagger"} & document.keys():
        raise GenerationError(
            f"{path}: not an OpenAPI document: the key `openapi` is missing at its top"
        )
    if "swagger" in document:
        raise GenerationError(f"{path}#/swagger: Swagger 2.0: convert it to OpenAPI 3.1 first")
    if not isinstance(document["openapi"], str) or not _VERSION.fullmatch(document["openapi"]):
        raise GenerationError(
            f"{path}#/openapi: {document['openapi']!r} is a version that is not known here: "
            "convert it to 3.1.0 (3.0.x and 3.1.x can be read)"
        )
    # FastAPI wrote 3.0.2 over what is 3.1, so that 3.0 itself would refuse it.
    form = {**document, "openapi": "3.1.0"}
    for error in OpenAPIV31SpecValidator.schema_validator.iter_errors(form):
        while error.context:
            error = max(error.context, key=lambda each: len(each.absolute_path))
        pointer = join("", *error.absolute_path)
        said = str(error.message).splitlines()[0][:_MOST_TEXT]
        raise GenerationError(f"{path}#{pointer}: {said}: correct it as OpenAPI has it")
    if not mapping(document.get("paths")):
        raise GenerationError(f"{path}#/paths: there are no paths: is it the right document?")


def check_names(document: dict[str, Any], path: Path) -> None:
    """Whether every reference leads somewhere, and every operationId is given once.

    Raises:
        GenerationError: One does not, or is not.
    """
    for pointer, node in nodes(document):
        ref = node.get("$ref")
        if not isinstance(ref, str) or pointer.endswith("/properties"):
            continue
        if not ref.startswith("#/"):
            raise GenerationError(
                f"{path}#{pointer}/$ref: {ref!r} is in another document: "
                "bring it into this one, under components"
            )
        if not _leads_somewhere(document, ref):
            raise GenerationError(
                f"{path}#{pointer}/$ref: {ref!r} leads nowhere: add the target or correct the name"
            )
    seen: dict[str, str] = {}
    for operation in operations(document):
        id = operation.value.get("operationId")
        if id in seen:
            raise GenerationError(
                f"{path}#{operation.pointer}/operationId: {id!r} is also that of {seen[id]}: "
                "give one of them another, in the document or in the overlay"
            )
        if isinstance(id, str):
            seen[id] = operation.pointer


def _leads_somewhere(document: Any, ref: str) -> bool:
    for part in ref.removeprefix("#/").split("/"):
        name = part.replace("~1", "/").replace("~0", "~")
        if isinstance(document, list) and name.isdigit() and int(name) < len(document):
            document = document[int(name)]
        elif isinstance(document, dict) and name in document:
            document = document[name]
        else:
            return False
    return True
