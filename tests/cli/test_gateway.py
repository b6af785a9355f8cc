"""`vlmrun gateway` and `vlmrun gw`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Command
from vlmrun.testing import Fault

pytestmark = pytest.mark.slow

OCR, EMBED = "zai-org/glm-ocr", "qwen/qwen3-vl-embedding-2b"
SPEECH = "nvidia/parakeet-tdt-0.6b-v3"


def sent(vlm: Command, operation: str) -> Any:
    (request,) = (each for each in vlm.server.requests if each.operation == operation)
    return request.json


@pytest.fixture
def image(pdf: Path) -> Path:
    return pdf.with_name("invoice.png")


@pytest.mark.parametrize("name", ["gateway", "gw"])
def test_health(vlm: Command, name: str) -> None:
    vlm.env["VLMRUN_API_KEY"] = None
    assert vlm.ok(name, "health") == f"{vlm.server.url}: healthy\n"
    (request,) = vlm.server.requests
    assert "authorization" not in request.headers
    vlm.server.inject(Fault("check_health", status=503))
    result = vlm(name, "health", "--json")
    assert (result.exit_code, json.loads(result.stdout)["status"]) == (1, "unreachable")


def test_models(vlm: Command) -> None:
    lines = vlm.ok("gw", "models").splitlines()
    assert lines[0].split() == ["MODEL", "TASK", "INPUTS", "METHODS"]
    (line,) = (line for line in lines if line.startswith(OCR))
    assert "markdown*, table, formula" in line
    assert {each["id"] for each in vlm.json("gw", "models")} >= {OCR, EMBED, SPEECH}


def test_one_model(vlm: Command) -> None:
    data = vlm.json("gw", "models", OCR)
    assert [*data] == [
        "id", "aliases", "task", "methods", "default_method", "supported_input_types",
        "extra_body_examples", "notes", "commands",
    ]  # fmt: skip
    assert data["default_method"] == "markdown"
    assert f"vlmrun gw chat document.pdf -m {OCR}" in vlm.ok("gw", "models", OCR)
    result = vlm("gw", "models", "zai-org/glm-orc")
    assert result.exit_code == 4
    assert f"Did you mean '{OCR}'?" in result.stderr


def test_chat(vlm: Command, pdf: Path, image: Path) -> None:
    vlm.server.on_chat(lambda chat: "<page>[bold]one[/bold]</page>")
    result = vlm(
        "gw", "chat", pdf, "https://example.com/a.png", "-m", OCR, "-p", "Read", "-M", "markdown",
        "--method-params", '{"a": 1}', "-e", "temperature=0.5", "-e", "document_pages=[0, 1]",
        "-e", "note=plain text",
    )  # fmt: skip
    assert result.stdout == "<page>[bold]one[/bold]</page>\n"
    assert "P:" in result.stderr
    body = sent(vlm, "create_chat_completion")
    (message,) = body["messages"]
    assert [part["type"] for part in message["content"]] == ["document_url", "image_url", "text"]
    url = message["content"][0]["document_url"]["url"]
    assert url.startswith("data:application/pdf;base64,")
    assert message["content"][1] == {
        "type": "image_url", "image_url": {"url": "https://example.com/a.png"}
    }  # fmt: skip
    assert (body["method"], body["method_params"]) == ("markdown", {"a": 1})
    assert (body["temperature"], body["document_pages"], body["note"]) == (
        0.5, [0, 1], "plain text"
    )  # fmt: skip
    assert body["stream"] is True


def test_chat_as_json(vlm: Command, image: Path) -> None:
    vlm.server.on_chat(lambda chat: '<document num_pages="3">x</document>')
    data = vlm.json("gw", "chat", image, "-m", OCR, "-ns")
    assert [*data] == ["model", "content", "latency_s", "usage", "pages", "pages_per_sec"]
    assert data["pages"] == 3
    vlm.server.on_chat(lambda chat: {"data": [1]})
    assert vlm.json("gw", "chat", image, "-m", OCR, "--json-mode") == {"data": [1]}


@pytest.mark.parametrize(
    ("option", "expected"),
    [
        (["--json-mode"], {"type": "json_object"}),
        (["--response-format", "json"], {"type": "json_object"}),
        (["--response-format", "text"], {"type": "text"}),
        (["--response-format", '{"type": "json_object"}'], {"type": "json_object"}),
    ],
)
def test_response_formats(vlm: Command, option: list[str], expected: Any) -> None:
    vlm("gw", "chat", "-p", "Hi", "-m", OCR, *option)
    assert sent(vlm, "create_chat_completion")["response_format"] == expected


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "no input"),
        (["nothing.pdf"], "nothing.pdf does not exist"),
        (["-p", "x", "--json-mode", "--response-format", "text"], "exclude each other"),
        (["-p", "x", "--response-format", "yaml"], "'yaml'"),
        (["-p", "x", "--method-params", "[1]"], "JSON object"),
        (["-p", "x", "--method-params", "{"], "line 1, column 2"),
        (["-p", "x", "-e", "novalue"], "Pass key=value"),
    ],
)
def test_mistakes(vlm: Command, arguments: list[str], message: str) -> None:
    result = vlm("gw", "chat", *arguments, "-m", OCR)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr
    assert vlm.server.requests == []


def test_an_answer_that_is_an_error_fails(vlm: Command) -> None:
    vlm.server.on_chat(lambda chat: {"error": {"message": "no pages"}})
    result = vlm("gw", "chat", "-p", "Hi", "-m", OCR, "--json")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "no pages" in result.stderr


def test_embed(vlm: Command, image: Path) -> None:
    lines = vlm.ok("gw", "embed", image, "-t", "a cat", "-m", EMBED, "-d", "8").splitlines()
    assert lines[0].split() == ["INPUT", "DIMS", "PREVIEW"]
    assert [line.split()[-6:-5] for line in lines[2:]] == [["8"]]
    assert len(sent(vlm, "create_embeddings")["input"]) == 2
    vlm.server.clear()
    response = vlm.json("gw", "embed", "-t", "a", "--text", "b", "-m", EMBED)
    assert [len(each["embedding"]) for each in response["data"]] == [256, 256]
    assert sent(vlm, "create_embeddings")["input"] == ["a", "b"]
    vlm.server.clear()
    assert len(vlm.json("gw", "embed", image, "-t", "a", "--join", "-m", EMBED)["data"]) == 1
    ((first, second),) = sent(vlm, "create_embeddings")["input"]
    assert (first["type"], second) == ("image_url", {"type": "text", "text": "a"})


def test_embed_takes_images_and_videos(vlm: Command, pdf: Path, image: Path) -> None:
    result = vlm("gw", "embed", pdf, "-m", EMBED)
    assert result.exit_code == 2
    assert "not an image or a video" in result.stderr
    assert vlm("gw", "embed", image, image, "--join", "-m", EMBED).exit_code == 2
    assert vlm("gw", "embed", "-m", EMBED).exit_code == 2
    assert vlm.server.requests == []


@pytest.mark.parametrize("format", ["json", "text", "verbose_json", "srt", "vtt"])
def test_transcribe(vlm: Command, tmp_path: Path, format: str) -> None:
    audio = tmp_path / "call.mp3"
    audio.write_bytes(b"ID3 data")
    arguments = ("gw", "transcribe", audio, "-m", SPEECH, "--format", format, "-l", "en")
    text = vlm.ok(*arguments)
    assert "nothing was transcribed" in text
    assert text.startswith("WEBVTT") == (format == "vtt")
    data = vlm.json(*arguments)
    assert "nothing was transcribed" in data["text"]
    assert ("latency_s" in data) == (format in ("text", "srt", "vtt"))


def test_transcribe_a_url(vlm: Command) -> None:
    for form in (["https://example.com/a.mp3"], ["--url", "https://example.com/a.mp3"]):
        text = vlm.ok("gw", "transcribe", *form, "-m", SPEECH, "-f", "srt")
        assert "the URL https://example.com/a.mp3" in text
    assert vlm("gw", "transcribe", "-m", SPEECH).exit_code == 2
    assert vlm("gw", "transcribe", "a.mp3", "-m", SPEECH, "-f", "doc").exit_code == 2


def test_there_are_no_default_subcommands(vlm: Command) -> None:
    assert vlm("gw", "What is this?").exit_code == 2
