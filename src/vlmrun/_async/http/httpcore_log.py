"""Hide signatures in the headers of responses, which httpcore logs at level DEBUG."""

from __future__ import annotations

import logging
from collections.abc import MutableMapping
from typing import Any

from vlmrun._redaction import redact

_logger = logging.getLogger("httpcore.http11")


def without_signatures(extensions: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Return the extensions of a request whose response is logged without queries of URLs."""
    if not _logger.isEnabledFor(logging.DEBUG):
        return extensions
    return {**extensions, "trace": _hide_queries}


async def _hide_queries(event: str, info: dict[str, Any]) -> None:
    # https://www.encode.io/httpcore/extensions/#trace: what is logged next is `info`.
    returned = info.get("return_value")
    if event.endswith("receive_response_headers.complete") and isinstance(returned, tuple):
        info["return_value"] = tuple(map(_shown, returned))


def _shown(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    return [(name, redact(content.decode("latin-1")).encode()) for name, content in value]
