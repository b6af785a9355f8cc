"""Decoding compressed bodies, and finding out whether they are complete.

httpx decodes too, but it reads only the first member of a gzip body, accepts a stream that is cut
short, and does not decode a coding that it does not know.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator

# The codings to ask for. https://www.rfc-editor.org/rfc/rfc9110#section-8.4.1
ACCEPTED = "gzip, deflate"

# What servers and uploads to storages name by mistake, though nothing is encoded.
_NOT_CODINGS = frozenset({"", "identity", "none", "utf-8", "binary", "aws-chunked"})

# Bytes to decompress at a time, so that memory does not grow with the ratio of compression.
_PIECE = 256 * 1024

# Values for zlib, which reads the format from them.
_GZIP = zlib.MAX_WBITS | 16
_ZLIB = zlib.MAX_WBITS
_RAW = -zlib.MAX_WBITS


class CodingError(Exception):
    """A body is not what its Content-Encoding says, or ends too early."""


class Decoder:
    """Decodes a body piece by piece.

    Args:
        header: The Content-Encoding of the response.

    Raises:
        CodingError: There is no decoder for a coding.
    """

    def __init__(self, header: str) -> None:
        names = [name.strip().lower() for name in header.split(",")]
        applied = [name for name in names if name not in _NOT_CODINGS]
        for name in applied:
            if name not in _CODINGS:
                raise CodingError(
                    f"The response has the coding {name!r}, which was not requested and cannot be "
                    "decoded"
                )
        # The last coding was applied last, so it is decoded first.
        self._stages = [_CODINGS[name]() for name in reversed(applied)]

    def decode(self, data: bytes) -> Iterator[bytes]:
        """Yield the decoded bytes of the next piece.

        Raises:
            CodingError: The body is damaged.
        """
        if not self._stages:
            return iter((data,))
        return self._through(data, 0)

    def finish(self) -> None:
        """Check that the body has ended where it should.

        Raises:
            CodingError: It was cut off.
        """
        for stage in self._stages:
            stage.finish()

    def _through(self, data: bytes, index: int) -> Iterator[bytes]:
        if index == len(self._stages):
            yield data
            return
        for piece in self._stages[index].decode(data):
            yield from self._through(piece, index + 1)


class _Inflater:
    """Decodes one coding of zlib's."""

    name: str

    def __init__(self) -> None:
        self._inflater: zlib._Decompress | None = None

    def decode(self, data: bytes) -> Iterator[bytes]:
        while data:
            if self._inflater is None or self._inflater.eof:
                data = self._begin(data)
                if self._inflater is None or self._inflater.eof:
                    return
            try:
                piece = self._inflater.decompress(data, _PIECE)
            except zlib.error as error:
                raise CodingError(f"The response cannot be decompressed: {error}") from None
            if piece:
                yield piece
            data = self._inflater.unused_data or self._inflater.unconsumed_tail
            # The output of the last bytes may be longer than a piece.
            while not data and len(piece) == _PIECE and not self._inflater.eof:
                piece = self._inflater.decompress(b"", _PIECE)
                yield piece

    def finish(self) -> None:
        if self._inflater is None or not self._inflater.eof:
            raise CodingError(f"The response ends in the middle of its {self.name} stream")

    def _begin(self, data: bytes) -> bytes:
        """Start to read a stream, and return what there is to read."""
        raise NotImplementedError


class _Gzip(_Inflater):
    name = "gzip"

    def _begin(self, data: bytes) -> bytes:
        if self._inflater is not None:
            # Members follow each other without a mark, or after zeros that fill up a block:
            # https://www.rfc-editor.org/rfc/rfc1952#page-5
            data = data.lstrip(b"\0")
        if data:
            self._inflater = zlib.decompressobj(_GZIP)
        return data


class _Deflate(_Inflater):
    name = "deflate"

    def __init__(self) -> None:
        super().__init__()
        self._start = b""

    def _begin(self, data: bytes) -> bytes:
        if self._inflater is not None:
            raise CodingError("The response goes on after the end of its deflate stream")
        self._start += data
        if len(self._start) >= 2:
            # Some servers leave out zlib's header, which is a multiple of 31 and names the method:
            # https://www.rfc-editor.org/rfc/rfc1950#section-2.2
            first, second = self._start[:2]
            has_header = first & 0x0F == 8 and (first << 8 | second) % 31 == 0
            self._inflater = zlib.decompressobj(_ZLIB if has_header else _RAW)
        return self._start


_CODINGS: dict[str, Callable[[], _Inflater]] = {
    "gzip": _Gzip,
    "x-gzip": _Gzip,
    "deflate": _Deflate,
}
