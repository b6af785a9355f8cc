"""Write docs/operations.md: the operations of the API, and the methods that send them.

    python -m scripts.write_docs

The package itself has to be installed, as it is in `.venv`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import vlmrun
from vlmrun._contract import load_document

_LINK = re.compile(r"\[([^\]]+)\]\((?!https?://)[^)]*\)")
PAGE = Path(__file__).resolve().parents[2] / "docs/operations.md"

_HEAD = """\
<!-- Written by `make docs` from openapi.yaml and the client. Do not edit. -->

# Operations

Every operation of the service's API, and the calls of `VLMRun` and `AsyncVLMRun` that send it.
`vlmrun.operations()` returns the same as data. Whatever has no call of its own can be sent with
`client.low_level` and the generated functions of `vlmrun_api`.
"""


def render() -> str:
    """Return the text of the page."""
    return "\n".join([_HEAD, *_sections(load_document())])


def _sections(document: dict[str, Any]) -> Iterator[str]:
    described = {
        operation["operationId"]: operation
        for item in document["paths"].values()
        for operation in item.values()
        if isinstance(operation, dict)
    }
    operations = vlmrun.operations()
    for tag in document["tags"]:
        yield f"## {tag['name']}\n\n{tag['description']}\n"
        yield "| Operation | Request | Call | What it does |\n|---|---|---|---|"
        for operation in operations:
            if tag["name"] in described[operation.id]["tags"]:
                yield _row(operation, described[operation.id]["description"])
        yield ""


def _row(operation: Any, description: str) -> str:
    calls = ", ".join(f"`client.{call}`" for call in operation.calls)
    cells = [
        f"`{operation.id}`",
        f"`{operation.method} {operation.path}`",
        calls or operation.reason or "none yet",
        in_a_cell(description),
    ]
    return f"| {' | '.join(cells)} |"


def in_a_cell(description: str) -> str:
    """Return the first paragraph, without links that are relative to another page."""
    line = " ".join(description.strip().partition("\n\n")[0].split())
    return _LINK.sub(r"\1", line).replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(render(), "utf-8", newline="\n")
