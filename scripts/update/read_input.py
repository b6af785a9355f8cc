"""Read what somebody else wrote: what the strict reader takes, less what cannot be merged.

What an overlay may mend, references and operationIds, is looked at when it has been applied.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from openapi_spec_validator import OpenAPIV31SpecValidator

from scripts.lint_spec.operation_rules import status_text
from scripts.openapi.document import Finding, join
from scripts.openapi.load_document import Document, not_openapi, read_any

_MOST_TEXT = 120


def read(path: Path) -> Document:
    """Read a contract, or an overlay.

    Raises:
        UnusableError: It is not strict YAML or JSON, or has a part in two places, where changing
            one would change the other.
    """
    document = read_any(path)
    mend = "write out what it stands for"
    document.refuse(Finding(at, "an alias is used", mend) for at in document.parsed.aliases)
    return document


def check_form(document: Document, value: Any) -> None:
    """Whether a value, the document's own or what became of it, is OpenAPI that can be merged.

    Raises:
        UnusableError: It is not.
    """
    document.refuse(not_openapi(value))
    document.refuse(status_text(value))
    document.refuse(_against_the_standard(value))


def _against_the_standard(value: dict[str, Any]) -> Iterator[Finding]:
    # FastAPI wrote 3.0.2 over what is 3.1, so that 3.0 itself would refuse it.
    form = {**value, "openapi": "3.1.0"}
    for error in OpenAPIV31SpecValidator.schema_validator.iter_errors(form):
        while error.context:
            error = max(error.context, key=lambda each: len(each.absolute_path))
        said = str(error.message).splitlines()[0][:_MOST_TEXT]
        yield Finding(join("", *error.absolute_path), said, "correct it as OpenAPI 3.1 has it")
        # What is wrong around it, or because of it, is found too, and says less.
        return
    if not value["paths"]:
        yield Finding("/paths", "there are no paths", "is it the right file?")
