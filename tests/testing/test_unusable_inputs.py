"""Inputs that the service would refuse, sent to a strict and to a lenient mock server."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

import vlmrun.testing
from tests.plain_http import PLAIN
from tests.testing.conftest import upload
from vlmrun import MessageContent, VLMRun
from vlmrun.client.types import FileUrl, GenerationConfig
from vlmrun.errors import APIError, UnprocessableEntityError, ValidationError
from vlmrun.testing import Server

EXAMPLES = Path(__file__).parents[2] / "examples/inputs"
PDF, PNG = EXAMPLES / "referral.pdf", EXAMPLES / "invoice.png"
BROKEN_PDF = b"%PDF-1.7\nnothing"
BROKEN_PNG = PNG.read_bytes()[:200]
DATA_URL = "data:image/png;base64,AAAA"

Stored = Callable[[str, bytes], str]
Call = Callable[[VLMRun, Stored], Any]


def read_document(client: VLMRun, file: Any, **arguments: Any) -> Any:
    return client.document.generate(file=file, domain="document.invoice", **arguments)


def chat(client: Any, url: str, model: str, part: str = "image_url") -> Any:
    content = [{"type": part, part: {"url": url}}]
    messages = [{"role": "user", "content": content}]
    return client.completions.create(model=model, messages=messages)


def execute(client: VLMRun, part: MessageContent) -> Any:
    return client.agent.execute(prompt="Read it", inputs={"file": part}, batch=False)


# A call, and what a strict server refuses it with: the error, and a part of its message.
CASES: dict[str, tuple[Call, type[APIError], str]] = {
    "empty document": (
        lambda client, stored: read_document(client, stored("a.pdf", b"")),
        UnprocessableEntityError,
        "The file 'a.pdf' is empty",
    ),
    "empty audio": (
        lambda client, stored: client.audio.generate(
            file=stored("a.mp3", b""), domain="audio.transcription"
        ),
        UnprocessableEntityError,
        "The file 'a.mp3' is empty",
    ),
    "document that is not a PDF": (
        lambda client, stored: read_document(client, stored("a.pdf", b"Hello")),
        UnprocessableEntityError,
        "The file 'a.pdf' is not a readable PDF",
    ),
    "corrupt PDF without a media type": (
        lambda client, stored: read_document(client, stored("a", BROKEN_PDF)),
        UnprocessableEntityError,
        "The file 'a' is not a readable PDF",
    ),
    "corrupt image as a document": (
        lambda client, stored: read_document(client, stored("a.png", BROKEN_PNG)),
        UnprocessableEntityError,
        "The file 'a.png' is not an image that can be decoded",
    ),
    "corrupt image": (
        lambda client, stored: client.fine_tuning.generate(
            "vlm-1", [DATA_URL], config=GenerationConfig(prompt="Read", json_schema={})
        ),
        UnprocessableEntityError,
        "The data URL of image/png is not an image that can be decoded",
    ),
    "corrupt file of an execution": (
        lambda client, stored: execute(
            client, MessageContent(type="input_file", file_id=stored("a.pdf", BROKEN_PDF))
        ),
        UnprocessableEntityError,
        "The file 'a.pdf' is not a readable PDF",
    ),
    "corrupt file of an execution by URL": (
        lambda client, stored: execute(
            client,
            MessageContent(
                type="file_url",
                file_url=FileUrl(url=client.files.get(stored("a.pdf", BROKEN_PDF)).public_url),
            ),
        ),
        UnprocessableEntityError,
        "The file 'a.pdf' is not a readable PDF",
    ),
    "corrupt image in a chat": (
        lambda client, stored: chat(client.agent, DATA_URL, "vlmrun-orion-1:auto"),
        UnprocessableEntityError,
        "The data URL of image/png is not an image that can be decoded",
    ),
    "corrupt image in a chat with the gateway": (
        lambda client, stored: chat(client.gateway, DATA_URL, "zai-org/glm-ocr"),
        ValidationError,
        "The data URL of image/png is not an image that can be decoded",
    ),
    "empty file to transcribe": (
        lambda client, stored: client.gateway.transcriptions.create(
            model="nvidia/parakeet-tdt-0.6b-v3", file=("a.mp3", b"")
        ),
        UnprocessableEntityError,
        "The file is empty",
    ),
    "page that does not exist": (
        lambda client, stored: read_document(
            client, PDF, config=GenerationConfig(page_indices=[0, 2])
        ),
        UnprocessableEntityError,
        "The document has no page 2; its pages are numbered 0 to 1",
    ),
    "domain of another medium": (
        lambda client, stored: client.audio.generate(
            file=stored("a.mp3", b"sound"), domain="document.invoice"
        ),
        UnprocessableEntityError,
        "The domain 'document.invoice' reads document or image, not audio",
    ),
    "model of predictions": (
        lambda client, stored: read_document(client, PDF, model="vlm-9"),
        UnprocessableEntityError,
        "model",
    ),
    "model of executions": (
        lambda client, stored: client.agent.execute(prompt="Hi", model="orion-9", batch=False),
        UnprocessableEntityError,
        "model",
    ),
}
UNREADABLE = [
    name for name, case in CASES.items() if "is empty" in case[2] or "is not a" in case[2]
]


@contextmanager
def running(**settings: Any) -> Iterator[tuple[Server, VLMRun, Stored]]:
    """Run a server with a client, and a function that stores a file without its checks."""
    with vlmrun.testing.serve(polls=0, **settings) as server:
        headers = {"Authorization": "Bearer test"}
        with (
            VLMRun(base_url=server.url, gateway_url=server.gateway_url, api_key="test") as client,
            httpx.Client(base_url=server.url, headers=headers, **PLAIN) as http,
        ):
            yield server, client, lambda name, data: str(upload(http, name, data)["id"])


@pytest.mark.parametrize("case", CASES)
def test_a_strict_server_refuses_what_the_service_would_refuse(case: str) -> None:
    call, error, message = CASES[case]
    with running() as (server, client, stored):
        with pytest.raises(error) as caught:
            call(client, stored)
        assert message in str(caught.value)
        assert server.requests[-1].notes == []
        assert client.predictions.list() == client.executions.list() == []


@pytest.mark.parametrize("case", CASES)
def test_another_server_accepts_and_notes_it(case: str) -> None:
    call, _, message = CASES[case]
    with running(strict=False) as (server, client, stored):
        call(client, stored)
        [note] = server.requests[-1].notes
        assert message in note
        assert "accepted" in note


@pytest.mark.parametrize("case", UNREADABLE)
def test_a_strict_server_can_accept_made_up_files(case: str) -> None:
    call, _, message = CASES[case]
    with running(accept_unreadable=True) as (server, client, stored):
        call(client, stored)
        assert message in server.requests[-1].notes[0]


def test_unreadable_files_can_be_refused_by_a_server_that_is_not_strict() -> None:
    with running(strict=False, accept_unreadable=False) as (_, client, stored):
        read_document(client, PDF, model="vlm-9")
        with pytest.raises(UnprocessableEntityError, match=r"serve\(accept_unreadable=True\)"):
            read_document(client, stored("a.pdf", BROKEN_PDF))


@pytest.mark.parametrize("name", ["a.docx", "a.mp3", "a.svg", "a.txt", "a.heic"])
def test_contents_that_cannot_be_checked_are_accepted(name: str) -> None:
    with running() as (server, client, stored):
        # The first two bytes are the signature of BMP files, and the beginning of a sentence.
        read_document(client, stored(name, b"BMW builds cars"))
        assert server.requests[-1].notes == []


def test_pages_are_not_checked_if_their_number_is_unknown() -> None:
    config = GenerationConfig(page_indices=[7])
    with running() as (_, client, _):
        for file in ("https://example.com/a.pdf", PNG):
            assert read_document(client, file, config=config).status == "completed"


def test_a_pdf_without_pages_is_refused() -> None:
    import io

    import pypdf

    buffer = io.BytesIO()
    pypdf.PdfWriter().write(buffer)
    with (
        running() as (_, client, stored),
        pytest.raises(UnprocessableEntityError, match="without pages"),
    ):
        read_document(client, stored("a.pdf", buffer.getvalue()))


def test_images_are_accepted_unchecked_without_pillow(monkeypatch: pytest.MonkeyPatch) -> None:
    with running() as (_, client, stored):
        id = stored("a.png", BROKEN_PNG)
        monkeypatch.setitem(sys.modules, "PIL.Image", None)
        prediction = read_document(client, id)
        assert prediction.status == "completed"
        note = prediction.raw["stand_in"]["note"]
        assert note == "the image was not decoded, which needs pip install 'vlmrun[images]'"


def test_very_large_images_are_not_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    import PIL.Image

    monkeypatch.setattr(PIL.Image, "MAX_IMAGE_PIXELS", 4)
    with running() as (_, client, stored):
        prediction = read_document(client, stored("a.png", PNG.read_bytes()))
        assert prediction.raw["stand_in"]["note"] == "the image was not decoded: it is very large"
