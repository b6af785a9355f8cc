"""Pages of images, PDFs, videos and several images, opened one at a time.

All pages are upright: see `vlmrun._image_pages`.
"""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from vlmrun._files.media_types import HEAD, sniff
from vlmrun._files.paths import check_file, file_errors, format_path
from vlmrun._files.pdf_file import PdfFile, Resolution
from vlmrun._files.recent_pdf import PathPdf
from vlmrun._image_pages import import_pil, page_frames, unreadable, upright
from vlmrun._images import flatten, is_image, read_open_file, to_eight_bits
from vlmrun._validation import is_http_url
from vlmrun.constants import SUPPORTED_VIDEO_FILETYPES
from vlmrun.errors import InputError

if TYPE_CHECKING:
    from types import TracebackType

    from PIL import Image

_DEFAULT = Resolution()
_FORMS = "a path, bytes, a PIL image, a list of these"


class Place(NamedTuple):
    """The file that a page is in.

    Attributes:
        names: The name and the path of the file; empty if it has none.
        page: The number of the page in it, from 0.
        total: The number of its pages.
    """

    names: frozenset[str]
    page: int
    total: int


class Pages(ABC):
    """The pages of a source, in a `with` block.

    Attributes:
        label: What error messages call the source.
        is_one_image: Whether it is a single image, which can stand for any page of a document.
        names: The name and the path of the file, if it is one.
    """

    is_one_image = False
    names: frozenset[str] = frozenset()

    def __init__(self, label: str) -> None:
        self.label = label

    @abstractmethod
    def __len__(self) -> int: ...

    def place(self, page: int) -> Place:
        """Return the file that a page is in."""
        return Place(self.names, page, len(self))

    def has_pixels(self, page: int) -> bool:
        """Return whether a page has pixels of its own; those of a PDF depend on the resolution."""
        return True

    @abstractmethod
    def _load(self, page: int) -> Image.Image:
        """Return a page as an image that nobody else has."""

    def image(self, page: int) -> Image.Image:
        """Return a page, from 0, as an upright RGB image that belongs to the caller.

        Raises:
            InputError: There is no such page, or it cannot be read.
        """
        if not 0 <= page < len(self):
            raise InputError(
                f"{self.label} has no page {page}; "
                + (f"its last page is {len(self) - 1}" if len(self) else "it has no pages")
            )
        try:
            flat: Image.Image = flatten(to_eight_bits(self._load(page)))
        except InputError:
            raise
        except Exception as error:  # PIL's decoders raise many types for a broken file
            raise InputError(f"page {page} of {self.label} cannot be read: {error}") from None
        return flat

    def close(self) -> None:  # noqa: B027
        """Close the files that were opened."""

    def __enter__(self) -> Pages:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def open_pages(
    source: Any, *, resolution: Resolution = _DEFAULT, at: float | None = None, name: str = "source"
) -> Pages:
    """Open the pages of a source.

    Args:
        source: An image, a PDF or a video as a path, bytes, open file or PIL image; or a list of
            these, whose pages follow each other.
        resolution: The resolution of the pages of a PDF.
        at: The position in a video in seconds; it has one page, the frame that is visible then.
        name: The argument that errors refer to.

    Raises:
        MissingFileError: There is no file at a path.
        InputError: It is of another kind, damaged, encrypted, or a video without a position.
        DependencyError: The extra `images`, `pdf` or `video` is not installed.
    """
    import_pil()
    if isinstance(source, (list, tuple)):
        if not source:
            raise InputError(f"{name} is empty", suggestion=f"Pass {_FORMS} or an open file")
        return _PageList(source, resolution, name)
    if is_image(source):
        return _ImagePages(source, name)
    if isinstance(source, str) and is_http_url(source):
        raise InputError(
            f"{name} is a URL, which is not downloaded here",
            suggestion="Download it first, for example with vlmrun.common.utils.download_artifact",
        )
    if isinstance(source, (str, os.PathLike)):
        path = check_file(name, source)
        pages = _open_path(path, resolution, at, name)
        pages.names = frozenset({path.name, os.path.abspath(path)})
        return pages
    if isinstance(source, (bytes, bytearray, memoryview)):
        return _open_content(bytes(source), resolution, name, f"{name}: the content")
    content = read_open_file(name, source, _FORMS)
    return _open_content(content, resolution, name, f"{name}: the open file")


def _open_path(path: Path, resolution: Resolution, at: float | None, name: str) -> Pages:
    label = f"{name}: {format_path(path)}"
    if path.suffix.lower() in SUPPORTED_VIDEO_FILETYPES:
        return _VideoFrame(path, at, label, name)
    with file_errors(name, path), path.open("rb") as file:
        kind = sniff(file.read(HEAD))
    if kind == "application/pdf":
        return _PdfPages(path, resolution, name, format_path(path))
    if (kind or "").startswith("video/"):
        return _VideoFrame(path, at, label, name)
    with file_errors(name, path):
        return _open_image(path.open("rb"), label, name)


def _open_content(content: bytes, resolution: Resolution, name: str, label: str) -> Pages:
    kind = sniff(content[:HEAD])
    if kind == "application/pdf":
        return _PdfPages(content, resolution, name, label.partition(": ")[2])
    if (kind or "").startswith("video/"):
        raise InputError(f"{label} is a video, which must be a file", suggestion="Pass its path")
    return _open_image(BytesIO(content), label, name)


def _open_image(file: Any, label: str, name: str) -> Pages:
    try:
        # The number of frames is read here, from a file that may be damaged.
        return _ImagePages(import_pil().open(file), label, file)
    except Exception as error:  # PIL's decoders raise many types for a broken file
        file.seek(0)
        head = file.read(HEAD)
        file.close()
        if not head:
            raise InputError(f"{label} is empty") from None
        problem = f"{label} cannot be read as an image, a PDF or a video"
        raise unreadable(problem, error, head) from None


class _ImagePages(Pages):
    """An image: a single one, or the pages of a TIFF, or the frames of an animation."""

    def __init__(self, image: Any, label: str, file: Any = None) -> None:
        super().__init__(label)
        self._image, self._file = image, file
        self._frames = page_frames(image)
        self.is_one_image = len(self._frames) == 1

    def __len__(self) -> int:
        return len(self._frames)

    def _load(self, page: int) -> Image.Image:
        if self.is_one_image:
            only: Image.Image = upright(self._image, self.label)
            return only.copy() if only is self._image else only
        position = self._image.tell()
        self._image.seek(self._frames[page])
        try:
            turned: Image.Image = upright(self._image, self.label)
            # `seek` replaces the pixels of the image.
            return turned.copy()
        finally:
            self._image.seek(position)

    def close(self) -> None:
        # An image without a file is the caller's. Pillow leaves files open that it did not open.
        if self._file is not None:
            self._image.close()
            self._file.close()


class _PdfPages(Pages):
    def __init__(
        self, content: Path | bytes, resolution: Resolution, name: str, label: str
    ) -> None:
        super().__init__(f"{name}: {label}")
        self._resolution = resolution
        self._file = None if isinstance(content, bytes) else PathPdf(content, name, label)
        self._pdf = PdfFile(content, name, label) if self._file is None else self._file.pdf

    def __len__(self) -> int:
        return self._pdf.page_count

    def has_pixels(self, page: int) -> bool:
        return False

    def _load(self, page: int) -> Image.Image:
        return self._pdf.render(page, self._resolution)  # type: ignore[no-any-return]

    def close(self) -> None:
        (self._file or self._pdf).close()


class _VideoFrame(Pages):
    """The frame of a video that is visible at a position."""

    is_one_image = True

    def __init__(self, path: Path, at: float | None, label: str, name: str) -> None:
        super().__init__(label)
        if at is None:
            raise InputError(
                f"{label} is a video", suggestion="Pass the position in seconds, such as at=2.5"
            )
        from vlmrun._pictures.video_reader import VideoReader

        with VideoReader(path) as video:
            index = int(at * video.fps + 1e-6)
            if not 0 <= index < len(video):
                raise InputError(f"at: {path.name} ends at {video.duration_s:.3f} s, got {at}")
            self._frame = import_pil().fromarray(video[index])

    def __len__(self) -> int:
        return 1

    def _load(self, page: int) -> Image.Image:
        return self._frame.copy()  # type: ignore[no-any-return]


class _PageList(Pages):
    """The pages of several sources, one after the other, with one source open at a time."""

    def __init__(self, sources: Sequence[Any], resolution: Resolution, name: str) -> None:
        super().__init__(name)
        self._sources, self._resolution = sources, resolution
        self._open: Pages | None = None
        self._open_index = -1
        # The source of each page, its place in that, and whether it has pixels.
        self._places: list[tuple[int, Place, bool]] = []
        for index in range(len(sources)):
            with self._pages(index) as pages:
                numbers = range(len(pages))
                self._places += [(index, pages.place(n), pages.has_pixels(n)) for n in numbers]

    def _pages(self, index: int) -> Pages:
        return open_pages(
            self._sources[index], resolution=self._resolution, name=f"{self.label}[{index}]"
        )

    def __len__(self) -> int:
        return len(self._places)

    def place(self, page: int) -> Place:
        return self._places[page][1]

    def has_pixels(self, page: int) -> bool:
        return self._places[page][2]

    def _load(self, page: int) -> Image.Image:
        index, (_, inner, _), _ = self._places[page]
        if self._open is None or self._open_index != index:
            self.close()
            self._open, self._open_index = self._pages(index), index
        return self._open.image(inner)

    def close(self) -> None:
        if self._open is not None:
            self._open.close()
        self._open = None
