"""Reading a video frame by frame."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from math import floor
from operator import index as as_index
from typing import TYPE_CHECKING, Any, NamedTuple

from vlmrun._files.paths import check_file
from vlmrun._messages import short_repr
from vlmrun._optional_imports import import_optional
from vlmrun._validation import check_int, check_positive
from vlmrun.errors import InputError, InputTypeError

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

# OpenCV seeks to the key frame before a position and decodes from there, so that decoding the next
# frames is faster up to this distance. It is also exact, while seeking is not in all files:
# https://github.com/opencv/opencv/issues/9053
_MAX_FRAMES_TO_SKIP = 64


class SampledFrame(NamedTuple):
    """A frame of `VideoReader.frames`, with its index and its position in seconds."""

    index: int  # type: ignore[assignment]
    timestamp_s: float
    frame: Any


class FrameIndexError(InputError, IndexError):
    """A video has no frame with this index."""


class BaseVideoReader(ABC):
    """The interface of video readers; subclasses implement the decoding.

    Args:
        filename: The path of the video file.

    Raises:
        MissingFileError: There is no file at the path (also a `FileNotFoundError`).
    """

    def __init__(self, filename: str | os.PathLike[str]) -> None:
        self.filename = check_file("filename", filename)

    @abstractmethod
    def open(self) -> None:
        """Open the video and start at its first frame."""

    @abstractmethod
    def close(self) -> None:
        """Close the video file."""

    @abstractmethod
    def pos(self) -> int:
        """Return the index of the frame that iteration yields next."""

    @abstractmethod
    def seek(self, idx: int) -> None:
        """Continue iteration at this frame."""

    @abstractmethod
    def __len__(self) -> int: ...

    @abstractmethod
    def __iter__(self) -> Iterator[Any]: ...

    @abstractmethod
    def __getitem__(self, idx: Any) -> Any: ...

    def reset(self) -> None:
        """Restart iteration at the first frame."""
        self.seek(0)

    def __next__(self) -> Any:
        """Return the frame at the position, and move on to the next one."""
        return next(iter(self))

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
        return f"{type(self).__name__}(filename={str(self.filename)!r})"


class VideoReader(BaseVideoReader):
    """The frames of a video file as RGB arrays of shape (height, width, 3).

    A reader has a position, like a file: iteration and `next` continue at it, `seek` and `reset`
    move it, indexing and `frames` do not. A `with` block opens a reader again if it was closed.
    `len` is the number of frames according to the file's metadata; iteration yields the frames that
    the file really has.

    Args:
        filename: The path of the video file.
        transform: A function that is applied to each frame before it is returned.

    Raises:
        MissingFileError: There is no file at the path (also a `FileNotFoundError`).
        InputError: The file is not a video, or a frame is requested after the reader was closed.
        DependencyError: The extra `video` is not installed.

    Example:
        >>> with VideoReader("talk.mp4") as video:
        ...     first, last = video[[0, -1]]
        ...     for index, seconds, frame in video.frames(fps=1, max_frames=10):
        ...         print(seconds, frame.shape)
    """

    def __init__(
        self, filename: str | os.PathLike[str], transform: Callable[[Any], Any] | None = None
    ) -> None:
        super().__init__(filename)
        self.transform = transform
        self._cv2: Any = import_optional("cv2", "video", "Reading and writing videos")
        self._capture: Any = None
        self.open()

    def open(self) -> None:
        """Open the video, or reopen it, and start at its first frame."""
        self.close()
        capture = self._cv2.VideoCapture(str(self.filename))
        if not capture.isOpened():  # OpenCV logs the reason to stderr, but does not raise
            raise InputError(f"filename: {self.filename} cannot be read as a video")
        self._capture = capture
        self._decoder_position: int | None = 0  # the frame that OpenCV decodes next, if known
        self._position = 0
        # Without metadata, OpenCV returns 0 or, for some containers, a negative number.
        self._fps = max(0.0, float(capture.get(self._cv2.CAP_PROP_FPS)))
        self._length = max(0, int(capture.get(self._cv2.CAP_PROP_FRAME_COUNT)))

    def __enter__(self) -> Self:
        # A second `with` block begins at the first frame again.
        if self._capture is None:
            self.open()
        return self

    def close(self) -> None:
        """Close the video file; closing it again has no effect."""
        if self._capture is not None:
            self._capture.release()
        self._capture = None

    @property
    def fps(self) -> float:
        """The frame rate in frames per second; 0 if the file does not specify it."""
        return self._fps

    @property
    def duration_s(self) -> float:
        """The duration in seconds; 0 if the file does not specify it."""
        return self._length / self._fps if self._fps else 0.0

    def pos(self) -> int:
        """Return the index of the frame that iteration yields next."""
        return self._position

    def seek(self, idx: int) -> None:
        """Continue iteration at this frame.

        Args:
            idx: The index of the frame, counting from 0.

        Raises:
            IndexError: There is no frame with this index.
        """
        self._check_open()
        if not 0 <= as_index(idx) < self._length:
            raise self._no_frame(idx)
        self._position = as_index(idx)

    def reset(self) -> None:
        """Restart iteration at the first frame."""
        self._check_open()  # not `seek(0)`, which fails if the metadata claims no frames
        self._position = 0

    def frames(self, fps: float, *, max_frames: int | None = None) -> Iterator[SampledFrame]:
        """Iterate over the frames that are visible at 0, 1/fps, 2/fps, … seconds.

        If `fps` exceeds the frame rate of the video, every frame is yielded once.

        Args:
            fps: The number of frames to yield per second of the video.
            max_frames: The maximum number of frames. Default: no limit.

        Raises:
            InputError: `fps` is not above 0, the reader is closed, or the file does not specify the
                frame rate of the video.

        Example:
            >>> with VideoReader("talk.mp4") as video:
            ...     for index, seconds, frame in video.frames(fps=0.5):
            ...         print(f"{seconds:.1f} s: frame {index}")
        """
        check_positive("fps", fps)
        if max_frames is not None:
            check_int("max_frames", max_frames, 1)
        self._check_open()
        if not self._fps:
            raise InputError(f"{self.filename} does not specify its frame rate")
        # A generator of its own, so that the checks above run now, not at the first frame.
        return self._sample(max(1.0, self._fps / fps), max_frames)

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[Any]:
        self._check_open()
        return self._remaining_frames()

    def __getitem__(self, idx: int | slice | Sequence[int]) -> Any:
        if isinstance(idx, slice):
            return [self[number] for number in range(*idx.indices(self._length))]
        if isinstance(idx, (list, tuple)):
            return [self[number] for number in idx]
        try:
            number = as_index(idx)  # type: ignore[arg-type]
        except TypeError:
            raise InputTypeError(f"frame index must be an int, got {short_repr(idx)}") from None
        self._check_open()
        number += self._length if number < 0 else 0
        found, frame = self._read(number) if 0 <= number < self._length else (False, None)
        if not found:
            raise self._no_frame(idx)
        return frame

    def _remaining_frames(self) -> Iterator[Any]:
        while True:
            found, frame = self._read(self._position)
            if not found:
                return
            self._position += 1
            yield frame

    def _sample(self, step: float, max_frames: int | None) -> Iterator[SampledFrame]:
        count = 0
        while max_frames is None or count < max_frames:
            # The products of a fractional step may fall just below the integer that is meant.
            number = floor(count * step + 1e-6)
            found, frame = self._read(number)
            if not found:
                return
            yield SampledFrame(number, number / self._fps, frame)
            count += 1

    def _read(self, number: int) -> tuple[bool, Any]:
        """Return whether there is a frame with this index, and the frame in RGB, transformed."""
        self._check_open()
        position = self._decoder_position
        if position is None or not 0 <= number - position <= _MAX_FRAMES_TO_SKIP:
            self._capture.set(self._cv2.CAP_PROP_POS_FRAMES, number)
            position = number
        for _ in range(position, number):
            self._capture.grab()
        found, frame = self._capture.read()
        self._decoder_position = number + 1 if found else None
        if not found:
            return False, None
        # OpenCV decodes to BGR, which other libraries would show with red and blue swapped.
        frame = self._cv2.cvtColor(frame, self._cv2.COLOR_BGR2RGB)
        return True, frame if self.transform is None else self.transform(frame)

    def _check_open(self) -> None:
        if self._capture is None:
            raise InputError(f"{self.filename} is closed", suggestion="Reopen it: reader.open()")

    def _no_frame(self, idx: Any) -> FrameIndexError:
        return FrameIndexError(
            f"No frame {short_repr(idx)}: {self.filename.name} has {self._length} frames"
        )
