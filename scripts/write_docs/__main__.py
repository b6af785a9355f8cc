"""Write docs/operations.md, the operations of the API and their methods, and docs/cli.md.

    python -m scripts.write_docs

The package itself has to be installed, as it is in `.venv`.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from functools import reduce
from pathlib import Path
from typing import Any

import vlmrun
from scripts.write_docs import command_line
from vlmrun._contract import load_document

_LINK = re.compile(r"\[([^\]]+)\]\((?!https?://)[^)]*\)")
PAGE = Path(__file__).resolve().parents[2] / "docs/operations.md"

_HEAD = """\
<!-- Written by `make docs` from openapi.yaml and the client. Do not edit. -->

# Operations

Every operation of the service's API, and the calls of `VLMRun` and `AsyncVLMRun` that send it.
`vlmrun.operations()` returns the same as data. Whatever has no call of its own can be sent with
`client.low_level` and the generated functions of `vlmrun_api`.

- **Cost**: `free` operations only read. `stores` creates or changes something. `deletes`
  cannot be undone. `paid` starts a job or calls a model; such a request is sent a second time only
  if the first one was refused or did not arrive
  ([calls that cost money](guides/errors-and-logging.md#calls-that-cost-money)).
- **Arguments** are those of the call, with their defaults; those after `*` are passed by keyword.
  All calls also take `options=`. The [reference](reference/sync-client.md) describes them.
- **Errors** are those that the call documents. All calls can raise `AuthenticationError`,
  `InsufficientCreditsError`, `PermissionDeniedError`, `RateLimitError`, `ServerError`,
  `NetworkError` and `RequestTimeoutError`, which are described in
  [errors and logging](guides/errors-and-logging.md).
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
    client = vlmrun.VLMRun(require_api_key=False)
    for tag in document["tags"]:
        yield f"## {tag['name']}\n\n{tag['description']}\n"
        for operation in vlmrun.operations():
            if tag["name"] in described[operation.id]["tags"]:
                yield from _section(client, operation, described[operation.id]["description"])


def _section(client: Any, operation: Any, description: str) -> Iterator[str]:
    calls = ", ".join(f"`client.{call}`" for call in operation.calls)
    yield f"### {operation.id}\n\n{first_paragraph(description)}\n"
    yield f"- **Request**: `{operation.method} {operation.path}`\n- **Cost**: {operation.cost}"
    yield f"- **Call**: {calls or operation.reason or 'none yet'}"
    if operation.calls:
        path = operation.calls[0].split(".")
        call = reduce(getattr, path, client)
        yield f"- **Arguments**: {_arguments(call) or 'none'}"
        text = inspect.getdoc(call) or ""
        if "Example:" not in text:  # a method of the openai package; the attribute documents it
            resource = reduce(getattr, path[:-2], client)
            text = inspect.getdoc(inspect.getattr_static(type(resource), path[-2])) or ""
        errors = re.findall(r"^    (\w+): ", _part(text, "Raises"), re.MULTILINE)
        yield f"- **Errors**: {', '.join(f'`{name}`' for name in errors)}\n"
        yield f"```python\n{_code(_part(text, 'Example'))}```"
    yield ""


def _arguments(call: Any) -> str:
    parameters = inspect.signature(call).parameters.values()
    names = [str(each.replace(annotation=each.empty)) for each in parameters]
    by_keyword = [each.kind is each.KEYWORD_ONLY for each in parameters]
    if True in by_keyword:
        names.insert(by_keyword.index(True), "*")
    names = [name for name in names if name != "options=None"]
    return ", ".join(f"`{name}`" for name in (names[:-1] if names[-1:] == ["*"] else names))


def _part(docstring: str, title: str) -> str:
    """Return the lines of a section of a docstring."""
    found = re.search(rf"^{title}:\n((?: +.*\n)*)", docstring + "\n", re.MULTILINE)
    return found[1] if found else ""


def _code(example: str) -> str:
    """Return an interactive session as code, with its output in comments."""
    output = re.sub(r"^    (?!>>>|[.]{3})", "# ", example, flags=re.MULTILINE)
    return re.sub(r"^    (>>>|[.]{3}) ?", "", output, flags=re.MULTILINE)


def first_paragraph(description: str) -> str:
    """Return the first paragraph, without links that are relative to another page."""
    return _LINK.sub(r"\1", " ".join(description.strip().partition("\n\n")[0].split()))


if __name__ == "__main__":
    PAGE.write_text(render(), "utf-8", newline="\n")
    command_line.PAGE.write_text(command_line.render(), "utf-8", newline="\n")
