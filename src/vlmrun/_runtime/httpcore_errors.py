"""Errors of httpcore, as those of httpx."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import httpcore
import httpx

_ERRORS = (
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.ProxyError,
    httpcore.TimeoutException,
    httpcore.UnsupportedProtocol,
)


@contextmanager
def translated_errors() -> Iterator[None]:
    """Raise the error of httpx that has the same name as one of httpcore."""
    try:
        yield
    except _ERRORS as error:
        raise getattr(httpx, type(error).__name__)(str(error)) from error
    except Exception as error:
        # httpcore does not translate those of socksio, which need not be installed.
        if not type(error).__module__.startswith("socksio."):
            raise
        raise httpx.ProxyError(f"its reply is not one of SOCKS5 ({error})") from error
