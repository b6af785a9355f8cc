"""Decoding of compressed request bodies, which typesafe-sdk sends by default where it can."""

from __future__ import annotations

import gzip
import zlib
from importlib import import_module

from starlette.exceptions import HTTPException

# From Python 3.14 on, and from a package for earlier versions.
_ZSTD_MODULES = ("compression.zstd", "backports.zstd")


def decoded(coding: str, data: bytes) -> bytes:
    """Return a request body as it was before it was compressed.

    Args:
        coding: The Content-Encoding header; empty if there is none.
        data: The body.

    Raises:
        HTTPException: 415, the coding is not known here; or 400, the body is not in it.
    """
    coding = coding.strip().lower()
    try:
        if coding in ("", "identity"):
            return data
        if coding in ("gzip", "x-gzip"):
            return gzip.decompress(data)
        if coding == "deflate":
            return zlib.decompress(data)
        if coding == "zstd":
            return _decode_zstd(data)
    except (OSError, EOFError, zlib.error) as error:
        raise HTTPException(400, f"The body is not {coding}: {error}") from None
    raise HTTPException(415, f"The mock server does not decode the coding {coding!r}")


def _decode_zstd(data: bytes) -> bytes:
    for name in _ZSTD_MODULES:
        try:
            zstd = import_module(name)
        except ImportError:
            continue
        try:
            content: bytes = zstd.decompress(data)
        except zstd.ZstdError as error:
            raise OSError(error) from None
        return content
    raise HTTPException(415, "The mock server needs the package backports.zstd to decode zstd")
