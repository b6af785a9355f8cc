"""Reading and writing of videos."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from vlmrun.common.video import BaseVideoReader, SampledFrame, VideoReader, VideoWriter
from vlmrun.errors import InputError, InputTypeError, MissingFileError

FRAMES = 20


def frame(number: int, width: int = 64, height: int = 48) -> Any:
    """Create a frame that encodes its number in red, with a constant blue."""
    return np.full((height, width, 3), (number * 12, 0, 200), np.uint8)


def number_of(frame: Any) -> int:
    return round(float(frame[..., 0].mean()) / 12)


@pytest.fixture
def video(tmp_path: Path) -> Path:
    """A video of two seconds with ten frames per second."""
    path = tmp_path / "video.mp4"
    with VideoWriter(path, fps=10) as writer:
        for number in range(FRAMES):
            writer.write(frame(number))
    return path


@pytest.fixture
def reader(video: Path) -> Iterator[VideoReader]:
    with VideoReader(video) as reader:
        yield reader


def test_frames_are_rgb_arrays(reader: VideoReader) -> None:
    first = reader[0]

    assert isinstance(first, np.ndarray)
    assert (first.shape, first.dtype) == ((48, 64, 3), np.uint8)
    assert first[..., 2].mean() == pytest.approx(200, abs=10)
    assert first[..., 0].mean() < 10


def test_a_reader_has_length_rate_duration_and_filename(reader: VideoReader, video: Path) -> None:
    assert len(reader) == FRAMES
    assert reader.fps == 10
    assert reader.duration_s == 2
    assert reader.filename == video
    assert repr(reader) == f"VideoReader(filename={str(video)!r})"
    assert isinstance(reader, BaseVideoReader)


def test_iteration_continues_at_the_position_and_reset_restarts_it(reader: VideoReader) -> None:
    assert list(map(number_of, itertools.islice(reader, 3))) == [0, 1, 2]
    assert reader.pos() == 3
    assert list(map(number_of, reader)) == list(range(3, FRAMES))
    assert list(reader) == []
    reader.reset()
    assert reader.pos() == 0
    assert len(list(reader)) == FRAMES


def test_seek_sets_the_position_of_iteration(reader: VideoReader) -> None:
    reader.seek(15)

    assert reader.pos() == 15
    assert list(map(number_of, reader)) == [15, 16, 17, 18, 19]


def test_indexing_does_not_change_the_position_of_iteration(reader: VideoReader) -> None:
    seen = [(number_of(each), number_of(reader[19])) for each in reader]

    assert seen == [(number, 19) for number in range(FRAMES)]


def test_frames_are_indexed_by_int_list_and_slice(reader: VideoReader) -> None:
    int_like: Any = np.int64(5)
    assert [number_of(reader[number]) for number in (7, 3, -1, int_like)] == [7, 3, 19, 5]
    assert list(map(number_of, reader[[4, 0, -20]])) == [4, 0, 0]
    assert list(map(number_of, reader[5:8])) == [5, 6, 7]
    assert list(map(number_of, reader[::-9])) == [19, 10, 1]


@pytest.mark.parametrize("number", [20, -21, 10**9])
def test_an_index_out_of_range_raises_index_error(reader: VideoReader, number: int) -> None:
    with pytest.raises(IndexError, match=rf"No frame {number}: video.mp4 has 20"):
        reader[number]
    with pytest.raises(IndexError):
        reader[[0, number]]
    with pytest.raises(IndexError):
        reader.seek(number)


def test_invalid_indices_raise_errors_of_this_package(reader: VideoReader) -> None:
    with pytest.raises(InputError):
        reader[20]
    with pytest.raises(InputTypeError, match="index must be an int, got 'a'"):
        reader["a"]  # type: ignore[index]


@pytest.mark.parametrize(
    ("fps", "max_frames", "numbers"),
    [
        (2, None, [0, 5, 10, 15]),
        (3, None, [0, 3, 6, 10, 13, 16]),
        (0.5, None, [0]),
        (10, 3, [0, 1, 2]),
        (1000, None, list(range(FRAMES))),
        (5, 100, list(range(0, FRAMES, 2))),
    ],
)
def test_frames_are_sampled_at_the_requested_rate(
    reader: VideoReader, fps: float, max_frames: int | None, numbers: list[int]
) -> None:
    reader.seek(9)
    sampled = list(reader.frames(fps, max_frames=max_frames))

    assert all(isinstance(each, SampledFrame) for each in sampled)
    assert [each.index for each in sampled] == numbers
    assert [number_of(each.frame) for each in sampled] == numbers
    assert [each.timestamp_s for each in sampled] == pytest.approx([n / 10 for n in numbers])
    assert reader.pos() == 9


@pytest.mark.parametrize("arguments", [(0,), (-1,), ("2",), (float("nan"),)])
def test_an_invalid_rate_raises_before_the_first_frame(reader: VideoReader, arguments: Any) -> None:
    with pytest.raises(InputError, match="fps must be"):
        reader.frames(*arguments)
    with pytest.raises(InputError, match="max_frames must be 1 or more"):
        reader.frames(1, max_frames=0)


def test_transform_is_applied_to_each_frame(video: Path) -> None:
    with VideoReader(video, transform=number_of) as reader:
        assert reader[4] == 4
        assert list(reader) == list(range(FRAMES))
        assert next(reader.frames(1)).frame == 0


def test_a_closed_reader_raises_until_it_is_reopened(reader: VideoReader) -> None:
    sampled = reader.frames(1)
    reader.close()
    reader.close()

    for read in (
        lambda: reader[0],
        lambda: list(reader),
        lambda: reader.seek(0),
        lambda: reader.frames(1),
        lambda: next(sampled),
        reader.reset,
    ):
        with pytest.raises(InputError, match=r"video\.mp4 is closed"):
            read()
    assert (len(reader), reader.fps) == (FRAMES, 10)
    reader.open()
    assert number_of(reader[2]) == 2


def test_a_missing_or_invalid_video_file_raises(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(MissingFileError):
        VideoReader(tmp_path / "none.mp4")
    (tmp_path / "broken.mp4").write_bytes(b"\0" * 100)
    with pytest.raises(InputError, match=r"broken\.mp4 cannot be read as a video"):
        VideoReader(tmp_path / "broken.mp4")
    capfd.readouterr()


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv", ".avi", ".webm"])
def test_each_supported_suffix_can_be_written_and_read_back(
    tmp_path: Path, suffix: str, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / f"video{suffix}"
    with VideoWriter(str(path)) as writer:
        for number in range(3):
            writer.write(frame(number))
    with VideoReader(path) as reader:
        assert len(list(reader)) == 3
        assert reader.fps == pytest.approx(30)
    capfd.readouterr()


def test_an_existing_file_is_not_overwritten(video: Path) -> None:
    content = video.read_bytes()

    with pytest.raises(FileExistsError, match=r"video\.mp4 already exists"):
        VideoWriter(video)
    assert video.read_bytes() == content


def test_an_invalid_path_rate_or_suffix_raises(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(FileNotFoundError, match="no such directory"):
        VideoWriter(tmp_path / "none/video.mp4")
    with pytest.raises(InputError, match="fps must be above 0"):
        VideoWriter(tmp_path / "video.mp4", fps=0)
    with pytest.raises(InputError, match=r"video\.txt cannot be written as a video"):
        VideoWriter(tmp_path / "video.txt").write(frame(0))
    capfd.readouterr()


@pytest.mark.parametrize(
    "wrong",
    [
        "a frame",
        np.zeros((4, 4), np.uint8),
        np.zeros((4, 4, 4), np.uint8),
        np.zeros((4, 4, 3)),
        np.zeros((0, 4, 3), np.uint8),
    ],
    ids=str,
)
def test_a_value_that_is_not_an_rgb_array_raises(tmp_path: Path, wrong: Any) -> None:
    with pytest.raises(InputTypeError, match="frame must be an RGB array"):
        VideoWriter(tmp_path / "video.mp4").write(wrong)
    assert not (tmp_path / "video.mp4").exists()


def test_a_frame_of_another_size_or_after_close_raises(tmp_path: Path) -> None:
    writer = VideoWriter(tmp_path / "video.mp4")
    writer.write(frame(0))

    with pytest.raises(InputError, match=r"frame has shape \(24, 32, 3\), but the first .*48, 64"):
        writer.write(frame(1, 32, 24))
    writer.close()
    with pytest.raises(InputError, match=r"video\.mp4 is closed"):
        writer.write(frame(1))
