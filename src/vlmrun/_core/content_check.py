"""Comparing a downloaded file with the digests in the headers of its response."""

from __future__ import annotations

import hashlib
import re
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Mapping
from typing import Any

# https://www.rfc-editor.org/rfc/rfc9530#section-2, and the x-goog-hash of Google Cloud Storage.
_ENTRY = re.compile(r"([a-z0-9-]+)=:?([A-Za-z0-9+/]+={0,2}):?")
_ALGORITHMS = {"sha-512": "sha512", "sha-256": "sha256", "md5": "md5"}


class ContentCheck:
    """Computes the digest of a body while it arrives, if its headers have one.

    Args:
        headers: The headers of the response.

    Attributes:
        received: The number of bytes so far.
        size: The number of bytes that the response announced; None if it did not, or if they are
            compressed.
    """

    def __init__(self, headers: Mapping[str, str]) -> None:
        self.received = 0
        length = headers.get("content-length", "")
        # The digests and the length are those of the body as it is sent.
        is_plain = headers.get("content-encoding", "identity") == "identity"
        self.size = int(length) if is_plain and length.isdecimal() and len(length) < 20 else None
        name, self._expected = _digest_in(headers) if is_plain else ("", b"")
        self._digest: Any = hashlib.new(name, usedforsecurity=False) if name else None

    def update(self, chunk: bytes) -> None:
        """Take a chunk of the body."""
        self.received += len(chunk)
        if self._digest is not None:
            self._digest.update(chunk)

    def problem(self) -> str | None:
        """Return why the body that has ended is not the one the headers describe, or None."""
        if self._digest is None or self._digest.digest() == self._expected:
            return None
        return f"The {self._digest.name} of the file is not the one that its headers have"


def _digest_in(headers: Mapping[str, str]) -> tuple[str, bytes]:
    """Return the name of an algorithm and the digest, or two empty values."""
    entries = dict(_ENTRY.findall(headers.get("x-goog-hash", "")))
    entries["sha-256"] = headers.get("x-amz-checksum-sha256", "")
    entries["md5"] = headers.get("content-md5", entries.get("md5", ""))
    entries.update(_ENTRY.findall(headers.get("content-digest", "")))
    for label, name in _ALGORITHMS.items():
        try:
            digest = b64decode(entries.get(label, ""), validate=True)
        except Base64Error:
            continue
        if len(digest) == hashlib.new(name, usedforsecurity=False).digest_size:
            return name, digest
    return "", b""
