"""Whether a call is documented.

It is if docs/operations.md names it in the row of its operation, and it has an example: its
docstring has a section `Example:`, or that of the property through which it is reached, where the
method itself is another package's (`client.gateway.embeddings` of `.embeddings.create`).
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from functools import reduce
from typing import Any

import vlmrun

_ROW = re.compile(r"^\| `(\w+)` \|[^|]+\|([^|]+)\|", re.MULTILINE)


def calls_on_page(page: str) -> dict[str, tuple[str, ...]]:
    """The calls that docs/operations.md has for each operation: "agent.execute"."""
    return {id: tuple(re.findall(r"`client\.([\w.]+)`", cell)) for id, cell in _ROW.findall(page)}


def has_example(call: str, client: Any = None) -> bool:
    """Whether the docstring of a call, or of a property on the way to it, has an example.

    Args:
        call: Such as "agent.execute".
        client: Where to look; by default a `VLMRun`.
    """
    client = client or vlmrun.VLMRun("unused")
    return any("Example:" in doc for doc in _docstrings(client, call.split(".")))


def _docstrings(client: Any, path: list[str]) -> Iterator[str]:
    yield inspect.getdoc(reduce(getattr, path, client)) or ""
    if len(path) > 2:
        resource = reduce(getattr, path[:-2], client)
        yield inspect.getdoc(getattr(type(resource), path[-2], None)) or ""
