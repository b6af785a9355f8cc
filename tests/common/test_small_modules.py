"""Media types, optional packages, the logger: small modules of documented paths."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from vlmrun.common import dependencies, mime
from vlmrun.errors import DependencyError, MissingFileError


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (b"RIFF\0\0\0\0WAVEfmt ", "audio/wav"),
        (b"RIFF\0\0\0\0????", None),
        (b"%PDF-1.7", "application/pdf"),
        (b"\0\0\0\x18ftypmp42", "video/mp4"),
        (b"\0\0\0\x18ftypavif", "image/avif"),
        (b"\0\0\0\x18ftypqt  ", "video/quicktime"),
        (b"hello", None),
        (b"", None),
    ],
)
def test_first_bytes(data: bytes, expected: str | None) -> None:
    assert mime.sniff_mime(data) == expected


def test_content_goes_before_suffix(tmp_path: Path) -> None:
    path = tmp_path / "picture.JPG"
    path.write_bytes(b"%PDF-1.7")

    assert mime.guess_mime(path) == "application/pdf"
    assert mime.guess_mime(path, b"hello") == "image/jpeg"
    assert mime.guess_mime("none#1?.png", b"") == "image/png"
    assert mime.guess_mime("none", b"") == "application/octet-stream"
    assert mime.file_data_url(str(path)) == (
        "data:application/pdf;base64,JVBERi0xLjc=",
        "application/pdf",
        8,
    )
    with pytest.raises(MissingFileError):
        mime.guess_mime(tmp_path / "none.png")
    with pytest.raises(MissingFileError):
        mime.file_data_url(tmp_path / "none.png")


def test_urls_and_names_of_media_types() -> None:
    assert mime.mime_from_url("https://example.com/a.PNG?size=2#x") == "image/png"
    assert mime.mime_from_url("https://example.com/a") == "application/octet-stream"
    assert mime.suffix_from_url("https://example.com/a.tar.GZ?b.c") == ".gz"
    assert mime.suffix_from_url("https://example.com") == ""
    assert mime.is_http_url("HTTPS://example.com")
    assert not mime.is_http_url("file:///a")
    assert mime.normalize_mime(" Image/JPG ") == "image/jpeg"
    assert mime.data_url(b"x", "image/jpg") == "data:image/jpeg;base64,eA=="
    assert "image/png" in mime.IMAGE_MIME_TYPES


@pytest.mark.parametrize(
    ("require", "module", "extra"),
    [
        (dependencies.require_cv2, "cv2", "video"),
        (dependencies.require_ipython_html, "IPython.display", "viz"),
        (dependencies.require_numpy, "numpy", "video"),
        (dependencies.require_openai, "openai", "openai"),
        (dependencies.require_pandas, "pandas", "pandas"),
        (dependencies.require_pypdfium2, "pypdfium2", "pdf"),
    ],
)
def test_optional_packages(
    require: Callable[[], Any], module: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert require().__name__ in (module, "HTML")
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(DependencyError, match=rf"pip install 'vlmrun\[{extra}\]'"):
        require()


def test_p34_the_logger_is_the_standard_librarys_with_nothing_done_to_it() -> None:
    program = (
        "import logging; root = logging.getLogger(); root.addHandler(logging.NullHandler())\n"
        "before = root.handlers[:], root.level\n"
        "from vlmrun.common.logging import logger\n"
        "assert logger is logging.getLogger('vlmrun')\n"
        "assert (logger.handlers, logger.level, logger.propagate) == ([], 0, True)\n"
        "assert before == (root.handlers, root.level)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
    assert isinstance(logging.getLogger("vlmrun"), logging.Logger)


def test_helpers_import_their_packages_when_they_are_used() -> None:
    modules = ("dependencies", "image", "logging", "mime", "pdf", "pydantic", "video", "viz")
    imports = ", ".join(f"vlmrun.common.{module}" for module in modules)
    heavy = {"PIL", "cv2", "numpy", "pandas", "IPython", "pypdfium2", "pydantic", "openai", "httpx"}
    program = f"import sys, {imports}; print([name for name in {heavy} if name in sys.modules])"

    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)
    assert done.stdout.strip() == b"[]"
