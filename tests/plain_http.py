"""Plain HTTP requests to the mock server, without a client of this package."""

from __future__ import annotations

from typing import Any

import httpx

# Without these, each call loads the certificates and reads the proxy settings of the machine.
PLAIN: dict[str, Any] = {"verify": False, "trust_env": False}


def download(url: str) -> bytes:
    """Return what is stored at a URL."""
    return httpx.get(url, **PLAIN).raise_for_status().content
