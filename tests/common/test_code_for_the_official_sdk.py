"""Calls of `vlmrun.common` and of clients in public code for the official SDK."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy
import pytest
from PIL import Image

from vlmrun.common.utils import download_artifact
from vlmrun.common.video import VideoReader, VideoWriter
from vlmrun.common.viz import DisplayOptions, format_json_html, show_results
from vlmrun.errors import InputError


@pytest.fixture
def video(tmp_path: Path) -> Path:
    path = tmp_path / "a.mp4"
    with VideoWriter(path, fps=5) as writer:
        assert writer.writer is None
        for level in range(4):
            writer.write(numpy.full((32, 32, 3), level * 60, numpy.uint8))
        assert writer.writer.isOpened()
    return path


def test_next_returns_the_next_frame(video: Path) -> None:
    with VideoReader(video) as reader:
        levels = [int(next(reader).mean()) for _ in range(2)]
        assert levels == sorted(levels)
        assert reader.pos() == 2
        assert len(list(reader)) == 2
        with pytest.raises(StopIteration):
            next(reader)


def test_a_reader_can_be_opened_again(video: Path) -> None:
    reader = VideoReader(video, transform=lambda frame: frame.mean())
    assert reader.transform is not None
    counts = []
    for _ in range(2):
        with reader:
            counts.append(len(list(reader)))
    assert counts == [4, 4]


@pytest.mark.parametrize("name", ["a.mp4", "~no-such-user/a.mp4"])
def test_a_writer_names_its_argument(video: Path, name: str) -> None:
    path = video if name == "a.mp4" else name
    with pytest.raises(InputError, match=r"^filename: "):
        VideoWriter(path)


def test_display_options_have_the_checks_of_the_official_sdk() -> None:
    options = DisplayOptions(render_type="bboxes", image_width=5)
    assert options.is_valid_render_type
    options.validate_image_width()
    with pytest.raises(ValueError, match="image_width must be 1 or more"):
        DisplayOptions(image_width=0)


def test_a_missing_result_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"result is None.*Wait for the job"):
        show_results(None, Image.new("RGB", (2, 2)))


def test_quotes_inside_an_element_stay_as_they_are() -> None:
    shown = format_json_html({"a": "<b> & 'c'"})
    assert '"a": "&lt;b&gt; &amp; \'c\'"' in shown


def test_a_downloaded_file_has_its_own_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, client: Any
) -> None:
    monkeypatch.setenv("VLMRUN_CACHE_DIR", str(tmp_path))
    url = client.files.upload(__file__, filename="a.py").public_url
    path = download_artifact(url, "file")
    assert path.parent.parent == tmp_path / "downloads"
    assert path.read_bytes() == Path(__file__).read_bytes()
    assert path.name == url.rpartition("/")[2]


@pytest.mark.parametrize(
    ("name", "value", "remedy"),
    [
        ("timeout", 5, r"client\.with_options\(timeout=5\)"),
        ("max_retries", 0, r"client\.with_options\(max_retries=0\)"),
        ("deadline", None, r"client\.with_options\(deadline=None\)"),
        ("base_url", "https://a.b", "Create another client"),
        ("api_key", "key", "Create another client"),
    ],
)
def test_an_assigned_setting_says_what_to_do_instead(
    factory_type: Any, name: str, value: Any, remedy: str
) -> None:
    factory = factory_type()
    factory.client(api_key="test-key-0123456789")
    with pytest.raises(AttributeError, match=rf"client\.{name} cannot be changed.*{remedy}"):
        setattr(factory.clients[0], name, value)
    factory.close()
