"""Reading a video frame by frame."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from math import floor
from operator import index as as_index
from typing import TYPE_CHECKING, Any, NamedTuple

from vlmrun._messages import short_repr
from vlmrun._validation import check_file, check_int, check_positive
from vlmrun.common.dependencies import require_cv2
from vlmrun.errors import InputError, InputTypeError

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

# Up to here, decoding the frames in between is faster than a seek, which starts at a key frame.
_NEAR = 64


class SampledFrame(NamedTuple):
    """A frame of `VideoReader.frames`: which it is, when it is shown, and the frame itself."""

    index: int  # type: ignore[assignment]
    timestamp_s: float
    frame: Any


class FrameIndexError(InputError, IndexError):
    """A video has no frame of this number."""


class BaseVideoReader(ABC):
    """What every reader of videos can do; a subclass says how to decode.

    Args:
        filename: The video file.

    Raises:
        MissingFileError: There is no such file (a `FileNotFoundError`).
    """

    def __init__(self, filename: str | os.PathLike[str]) -> None:
        self.filename = check_file("filename", filename)

    @abstractmethod
    def open(self) -> None:
        """Open the video at its first frame."""

    @abstractmethod
    def close(self) -> None:
        """Let the file go."""

    @abstractmethod
    def pos(self) -> int:
        """The number of the frame that iteration gives next."""

    @abstractmethod
    def seek(self, idx: int) -> None:
        """Let iteration go on at this frame."""

    @abstractmethod
    def __len__(self) -> int: ...

    @abstractmethod
    def __iter__(self) -> Iterator[Any]: ...

    @abstractmethod
    def __getitem__(self, idx: Any) -> Any: ...

    def reset(self) -> None:
        """Let iteration start over."""
        self.seek(0)

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
    """The frames of a video as RGB arrays of shape (height, width, 3).

    Iteration goes on where it stands, as with a file: `seek` moves it, `reset` starts over.
    Indexing and `frames` do not move it. `len` is what the file says, which some files get wrong;
    iteration ends where the frames do.

    Args:
        filename: The video file.
        transform: Called with each frame; what it returns is given instead.

    Raises:
        MissingFileError: There is no such file (a `FileNotFoundError`).
        InputError: It cannot be read as a video, or, when a frame is asked for, it is closed.
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
        self._transform = transform
        self._cv2 = require_cv2()
        self._capture: Any = None
        self.open()

    def open(self) -> None:
        """Open the video at its first frame, anew if it is open."""
        self.close()
        capture = self._cv2.VideoCapture(str(self.filename))
        if not capture.isOpened():
            raise InputError(f"filename: {self.filename} cannot be read as a video")
        self._capture = capture
        self._decoder: int | None = 0  # the frame that the decoder gives next, if known
        self._position = 0  # the frame that iteration gives next
        self._fps = max(0.0, float(capture.get(self._cv2.CAP_PROP_FPS)))
        self._length = max(0, int(capture.get(self._cv2.CAP_PROP_FRAME_COUNT)))

    def close(self) -> None:
        """Let the file go; closing again does nothing."""
        if self._capture is not None:
            self._capture.release()
        self._capture = None

    @property
    def fps(self) -> float:
        """Frames a second; 0 if the file does not say."""
        return self._fps

    @property
    def duration_s(self) -> float:
        """How long it is, in seconds; 0 if the file does not say."""
        return self._length / self._fps if self._fps else 0.0

    def pos(self) -> int:
        """The number of the frame that iteration gives next."""
        return self._position

    def seek(self, idx: int) -> None:
        """Let iteration go on at this frame.

        Raises:
            IndexError: There is no such frame.
        """
        self._check_open()
        if not 0 <= as_index(idx) < self._length:
            raise self._no_frame(idx)
        self._position = as_index(idx)

    def reset(self) -> None:
        """Let iteration start over."""
        self._check_open()
        self._position = 0

    def frames(self, fps: float, *, max_frames: int | None = None) -> Iterator[SampledFrame]:
        """Frames at a steady rate, from the first on: those on show at 0, 1/fps, 2/fps … seconds.

        A rate above the video's own gives every frame once.

        Args:
            fps: Frames for each second of the video.
            max_frames: How many at most.

        Raises:
            InputError: The rate is not above 0, the video is closed, or it does not say its own
                rate.
        """
        check_positive("fps", fps)
        if max_frames is not None:
            check_int("max_frames", max_frames, 1)
        self._check_open()
        if not self._fps:
            raise InputError(f"{self.filename} does not say how many frames a second it has")
        return self._sampled(max(1.0, self._fps / fps), max_frames)

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[Any]:
        self._check_open()
        return self._rest()

    def __getitem__(self, idx: int | slice | Sequence[int]) -> Any:
        if isinstance(idx, slice):
            return [self[number] for number in range(*idx.indices(self._length))]
        if isinstance(idx, (list, tuple)):
            return [self[number] for number in idx]
        try:
            number = as_index(idx)  # type: ignore[arg-type]
        except TypeError:
            raise InputTypeError(
                f"A frame's index must be a number, got {short_repr(idx)}"
            ) from None
        self._check_open()
        number += self._length if number < 0 else 0
        found, frame = self._read(number) if 0 <= number < self._length else (False, None)
        if not found:
            raise self._no_frame(idx)
        return frame

    def _rest(self) -> Iterator[Any]:
        while True:
            found, frame = self._read(self._position)
            if not found:
                return
            self._position += 1
            yield frame

    def _sampled(self, step: float, most: int | None) -> Iterator[SampledFrame]:
        taken = 0
        while most is None or taken < most:
            number = floor(taken * step + 1e-6)
            found, frame = self._read(number)
            if not found:
                return
            yield SampledFrame(number, number / self._fps, frame)
            taken += 1

    def _read(self, number: int) -> tuple[bool, Any]:
        """Frame `number` in RGB and transformed, and whether there is one."""
        self._check_open()
        if self._decoder is None or not 0 <= number - self._decoder <= _NEAR:
            self._capture.set(self._cv2.CAP_PROP_POS_FRAMES, number)
            self._decoder = number
        for _ in range(self._decoder, number):
            self._capture.grab()
        found, frame = self._capture.read()
        self._decoder = number + 1 if found else None
        if not found:
            return False, None
        frame = self._cv2.cvtColor(frame, self._cv2.COLOR_BGR2RGB)
        return True, frame if self._transform is None else self._transform(frame)

    def _check_open(self) -> None:
        if self._capture is None:
            raise InputError(
                f"{self.filename} is closed", suggestion="Open it again: reader.open()"
            )

    def _no_frame(self, idx: Any) -> FrameIndexError:
        return FrameIndexError(
            f"No frame {short_repr(idx)}: {self.filename.name} has {self._length}"
        )
