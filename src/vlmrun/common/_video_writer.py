"""Writing a video frame by frame."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from vlmrun._files.paths import check_path
from vlmrun._messages import type_and_repr
from vlmrun._validation import check_positive
from vlmrun.common.dependencies import require_cv2, require_numpy
from vlmrun.errors import InputError, InputTypeError, MissingFileError

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

# For licensing reasons, the wheels of OpenCV have no H.264 encoder. MPEG-4 fits all containers but
# WebM, which allows VP8, VP9 and AV1 only: https://www.webmproject.org/docs/container/
_CODECS = {".webm": "VP80"}
_DEFAULT_CODEC = "mp4v"


class ExistingFileError(InputError, FileExistsError):
    """The file exists, and would be overwritten."""


class VideoWriter:
    """Write RGB frames to a video file; the suffix determines the format.

    The file is created when the first frame is written. All frames must have the same size.

    Args:
        filename: The path of the new file. Its suffix is `.mp4`, `.mov`, `.mkv`, `.avi` or `.webm`.
        fps: The frame rate in frames per second (default 30).

    Raises:
        FileExistsError: The file already exists.
        MissingFileError: The directory does not exist (also a `FileNotFoundError`).
        InputError: `fps` is not above 0 (also a `ValueError`).
        DependencyError: The extra `video` is not installed.

    Example:
        >>> from vlmrun.common.video import VideoReader
        >>> with VideoReader("talk.mp4") as video, VideoWriter("start.mp4", video.fps) as copy:
        ...     for frame in video[:100]:
        ...         copy.write(frame)
    """

    def __init__(self, filename: str | os.PathLike[str], fps: float = 30.0) -> None:
        self.fps = check_positive("fps", fps)
        self.filename = check_path("filename", filename)
        if os.path.lexists(self.filename):
            raise ExistingFileError(f"filename: {self.filename} already exists")
        if not self.filename.parent.is_dir():
            raise MissingFileError(f"filename: no such directory: {self.filename.parent}")
        self._cv2 = require_cv2()
        self._writer: Any = None
        self._shape: tuple[int, ...] = ()
        self._closed = False

    @property
    def writer(self) -> Any:
        """OpenCV's writer, once the first frame has been written; else None."""
        return self._writer

    def write(self, frame: Any) -> None:
        """Append a frame.

        Args:
            frame: An RGB array of shape (height, width, 3) and dtype uint8.

        Raises:
            InputError: It is not such an array, its size differs from that of the first frame, the
                file cannot be written, or the writer is closed.
        """
        numpy = require_numpy()
        if self._closed:
            raise InputError(f"{self.filename} is closed", suggestion="Write to another file")
        if not (
            isinstance(frame, numpy.ndarray)
            and frame.dtype == numpy.uint8
            and frame.ndim == 3
            and frame.shape[2] == 3
            and frame.size
        ):
            raise InputTypeError(
                f"frame must be an RGB array (height, width, 3) of uint8, got {_describe(frame)}"
            )
        writer = self._open(frame.shape) if self._writer is None else self._writer
        if frame.shape != self._shape:  # OpenCV would silently drop the frame
            raise InputError(
                f"frame has shape {frame.shape}, "
                f"but the first frame of {self.filename.name} has {self._shape}",
                suggestion="Resize it: all frames of a video have the same size",
            )
        writer.write(self._cv2.cvtColor(frame, self._cv2.COLOR_RGB2BGR))

    def close(self) -> None:
        """Finish and close the file; closing it again has no effect."""
        if self._writer is not None:
            self._writer.release()
        self._writer, self._closed = None, True

    def _open(self, shape: tuple[int, ...]) -> Any:
        codec = _CODECS.get(self.filename.suffix.lower(), _DEFAULT_CODEC)
        writer = self._cv2.VideoWriter(
            str(self.filename), self._cv2.VideoWriter_fourcc(*codec), self.fps, shape[1::-1]
        )
        if not writer.isOpened():
            raise InputError(
                f"filename: {self.filename} cannot be written as a video",
                suggestion="Use the suffix .mp4, .mov, .mkv, .avi or .webm",
            )
        self._writer, self._shape = writer, shape
        return writer

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(filename={str(self.filename)!r}, fps={self.fps})"


def _describe(frame: Any) -> str:
    if hasattr(frame, "shape") and hasattr(frame, "dtype"):
        return f"shape {frame.shape} of {frame.dtype}"
    return type_and_repr(frame)
