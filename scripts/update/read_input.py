"""Reading of what `make update` merges: no aliases, and valid as OpenAPI 3.1.

References and operationIds are checked later, because an overlay can fix them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from jsonschema_rs import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from scripts.lint_spec.operation_rules import status_text
from scripts.openapi.document import Finding, join, root_schemas, with_string_keys
from scripts.openapi.load_document import Document, not_openapi, read_any

_MAX_MESSAGE = 120

# Limits that older FastAPI versions wrote as OpenAPI 3.0 has them.
_LIMITS = ("exclusiveMinimum", "exclusiveMaximum")
_SCHEMAS = Draft202012Validator({"$ref": "https://json-schema.org/draft/2020-12/schema"})


def read_without_aliases(path: Path) -> Document:
    """Read a document or an overlay.

    Raises:
        UnusableError: It is not strict YAML or JSON, or repeats a value with an alias: changing
            the value in one place would change it in the other.
    """
    document = read_any(path)
    fix = "write out what it stands for"
    document.refuse(Finding(at, "an alias is used", fix) for at in document.parsed.aliases)
    return document


def check_form(document: Document, value: Any) -> None:
    """Check that data, read from the document or derived from it, is valid OpenAPI.

    Raises:
        UnusableError: It is not.
    """
    document.refuse(not_openapi(value))
    document.refuse(status_text(value))
    document.refuse(_schema_errors(value))


def _schema_errors(value: dict[str, Any]) -> Iterator[Finding]:
    # Older FastAPI versions wrote "3.0.2" into documents that are valid as 3.1 only.
    form = with_string_keys({**value, "openapi": "3.1.0"})
    for error in OpenAPIV31SpecValidator.schema_validator.iter_errors(form):
        while error.context:
            error = max(error.context, key=lambda each: len(each.absolute_path))
        yield _finding("", error.absolute_path, error.message, "OpenAPI 3.1")
        # Further errors are consequences of the first, and less specific.
        return
    for schema in root_schemas(form):
        for wrong in _SCHEMAS.iter_errors(schema.value):
            if not wrong.instance_path or wrong.instance_path[-1] not in _LIMITS:
                yield _finding(schema.pointer, wrong.instance_path, wrong.message, "JSON Schema")
                return
    if not value["paths"]:
        yield Finding("/paths", "there are no paths", "is it the right file?")


def _finding(pointer: str, path: Iterable[object], message: object, form: str) -> Finding:
    line = str(message).splitlines()[0][:_MAX_MESSAGE]
    return Finding(join(pointer, *path), line, f"correct it as {form} has it")
