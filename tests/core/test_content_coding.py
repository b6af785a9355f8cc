"""P41: a compressed body is decoded completely, or it is an error."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable

import pytest

from vlmrun._core.content_coding import CodingError, Decoder

TEXT = b"The patient is NOT allergic. " * 20_000


def raw_deflate(data: bytes) -> bytes:
    compressor = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return compressor.compress(data) + compressor.flush()


BODIES = {
    "": TEXT,
    "identity": TEXT,
    "utf-8": TEXT,
    "aws-chunked, none": TEXT,
    "gzip": gzip.compress(TEXT),
    "x-gzip": gzip.compress(TEXT),
    "GZIP, identity": gzip.compress(TEXT),
    "deflate": zlib.compress(TEXT),
    "deflate, gzip": gzip.compress(zlib.compress(TEXT)),
}


def decode(coding: str, pieces: Iterable[bytes]) -> bytes:
    decoder = Decoder(coding)
    decoded = b"".join(chunk for piece in pieces for chunk in decoder.decode(piece))
    decoder.finish()
    return decoded


def split(body: bytes, size: int) -> list[bytes]:
    return [body[start : start + size] for start in range(0, len(body), size)]


@pytest.mark.parametrize("size", [7, 1000, 10**9])
@pytest.mark.parametrize("coding", BODIES)
def test_p41_body_is_decoded_however_it_is_split(coding: str, size: int) -> None:
    assert decode(coding, split(BODIES[coding], size)) == TEXT


@pytest.mark.parametrize("size", [1, 10**9])
def test_p41_all_members_of_gzip_are_decoded(size: int) -> None:
    body = gzip.compress(b"one, ") + gzip.compress(b"two, ") + b"\0" * 9 + gzip.compress(b"three")
    assert decode("gzip", split(body + b"\0" * 3, size)) == b"one, two, three"


def test_deflate_without_the_header_of_zlib_is_decoded() -> None:
    assert decode("deflate", split(raw_deflate(TEXT), 1)) == TEXT


@pytest.mark.parametrize("cut", [1, 8, 20, 500])
@pytest.mark.parametrize("coding", ["gzip", "deflate", "deflate, gzip"])
def test_p41_stream_that_was_cut_is_an_error(coding: str, cut: int) -> None:
    with pytest.raises(CodingError, match="middle"):
        decode(coding, [BODIES[coding][:-cut]])


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_p41_empty_stream_is_an_error(coding: str) -> None:
    with pytest.raises(CodingError):
        decode(coding, [])


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", TEXT),
        ("gzip", gzip.compress(TEXT) + b"more"),
        ("deflate", zlib.compress(TEXT) + b"more"),
        ("gzip", gzip.compress(TEXT)[:-8] + b"\0" * 8),
    ],
    ids=["not gzip", "garbage after gzip", "garbage after deflate", "wrong checksum"],
)
def test_p41_damaged_body_is_an_error(coding: str, body: bytes) -> None:
    with pytest.raises(CodingError):
        decode(coding, [body])


@pytest.mark.parametrize("coding", ["br", "zstd", "compress", "aes128gcm", "gzip, br", "?"])
def test_p41_coding_that_was_not_requested_is_an_error(coding: str) -> None:
    with pytest.raises(CodingError, match="cannot be decoded"):
        Decoder(coding)


def test_p41_memory_does_not_grow_with_the_ratio_of_compression() -> None:
    bomb = gzip.compress(gzip.compress(bytes(50_000_000)))
    chunks = Decoder("gzip, gzip").decode(bomb)
    assert all(len(chunk) <= 256 * 1024 for chunk in chunks)
