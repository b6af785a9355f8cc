"""Placeholders for artifacts that nobody has stored: a white pixel, a blank page, a text."""

from __future__ import annotations

import base64

_PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mP4DwABAQEAHLCMmQAAAABJRU5ErkJggg=="
)
_PDF = b"""%PDF-1.4
1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj
2 0 obj <</Type /Pages /Kids [3 0 R] /Count 1>> endobj
3 0 obj <</Type /Page /Parent 2 0 R /MediaBox [0 0 612 792]>> endobj
xref
0 4
0000000000 65535 f\x20
0000000009 00000 n\x20
0000000056 00000 n\x20
0000000111 00000 n\x20
trailer <</Size 4 /Root 1 0 R>>
startxref
180
%%EOF
"""
_TEXT = b"Placeholder by the mock server: no agent has created this artifact\n"


def placeholder_for(prefix: str) -> bytes:
    """Return the content of a placeholder; `prefix` is that of an artifact's id, such as "img"."""
    return {"img": _PNG, "doc": _PDF}.get(prefix, _TEXT)
