"""`client.document`, `audio` and `video`: what may be passed, and exactly what is sent of it."""

from __future__ import annotations

import io
import shutil
import uuid
from pathlib import Path
from typing import Any

import pytest

from tests.job_ids import without_job_id
from vlmrun.client.types import AgentSkill, GenerationConfig, RequestMetadata, SchemaResponse
from vlmrun.errors import InputError, ResourceNotFoundError, UnprocessableEntityError
from vlmrun.testing import Server

URL = "https://example.com/a?b=ü"
DOMAINS = {
    "document": "document.invoice",
    "audio": "audio.transcription",
    "video": "video.transcription",
}


def calls_of(medium: str) -> dict[str, Any]:
    return {
        f"generate_{medium}_prediction": lambda client, data: getattr(client, medium).generate(
            data.pdf.read_bytes(), domain=DOMAINS[medium], config={"page_indices": [0]}, metadata={}
        ),
        f"execute_{medium}_agent": lambda client, data: getattr(client, medium).execute(
            client.agent.get(id=data.agent).name, "1", url=URL, autocast=True
        ),
        f"generate_{medium}_schema": lambda client, data: getattr(client, medium).schema(data.file),
    }


CALLS = calls_of("document") | calls_of("audio") | calls_of("video")


@pytest.fixture(params=DOMAINS)
def medium(request: pytest.FixtureRequest) -> str:
    """Each of the resources in turn."""
    return str(request.param)


@pytest.fixture
def resource(client: Any, medium: str) -> Any:
    return getattr(client, medium)


@pytest.fixture
def file(client: Any, server: Server, pdf: Path) -> str:
    """The id of an uploaded file, whose upload is not among the requests."""
    id = str(client.files.upload(pdf).id)
    server.clear()
    return id


def sent(server: Server) -> dict[str, Any]:
    return without_job_id(server.requests[-1].json)


def test_p24_nothing_is_sent_that_was_not_set(
    resource: Any, medium: str, server: Server, file: str
) -> None:
    resource.generate(file, domain=DOMAINS[medium])
    assert [each.operation for each in server.requests] == [f"generate_{medium}_prediction"]
    # `batch` alone, since the service would take true where nothing is said.
    assert sent(server) == {"file_id": file, "domain": DOMAINS[medium], "batch": False}
    resource.generate(file, domain=DOMAINS[medium], config={}, metadata=RequestMetadata())
    assert sent(server) == {"file_id": file, "domain": DOMAINS[medium], "batch": False}


def test_the_documented_arguments_in_their_order(
    resource: Any, medium: str, server: Server
) -> None:
    resource.generate(
        None,
        URL,
        "vlm-1",
        DOMAINS[medium],
        True,
        GenerationConfig(
            prompt="Read",
            video_segment_duration=2.5,
            video_frames_per_segment=4,
            page_indices=[0, 2],
            service_tier="flex",
            max_retries=0,
            temperature=0,
        ),
        RequestMetadata(environment="staging"),
        "https://example.com/hook",
        False,
    )
    assert sent(server) == {
        "url": URL,
        "model": "vlm-1",
        "domain": DOMAINS[medium],
        "batch": True,
        "config": {
            "prompt": "Read",
            "video_segment_duration": 2.5,
            "video_frames_per_segment": 4,
            "page_indices": [0, 2],
            "service_tier": "flex",
            "max_retries": 0,
            "temperature": 0,
        },
        "metadata": {"environment": "staging"},
        "callback_url": "https://example.com/hook",
    }


def test_the_arguments_of_execute_in_their_order(resource: Any, server: Server, file: str) -> None:
    server.add_agent("reader", "Read", {"type": "object", "properties": {"a": {"type": "integer"}}})
    hook = "https://example.com/hook"
    resource.execute("reader", "1", file, None, True, {"prompt": "a"}, {"session_id": "s"}, hook)
    assert sent(server) == {
        "name": "reader",
        "version": "1",
        "file_id": file,
        "batch": True,
        "config": {"prompt": "a"},
        "metadata": {"session_id": "s"},
        "callback_url": hook,
    }
    prediction = resource.execute("reader", url=URL, id="mine")
    assert sent(server) == {"name": "reader", "url": URL, "batch": False, "id": "mine"}
    assert (prediction.id, prediction.response) == ("mine", {"a": 0})


def test_schema(resource: Any, server: Server, file: str) -> None:
    prediction = resource.schema(file)
    assert sent(server) == {"file_id": file}
    assert isinstance(prediction.response, SchemaResponse)
    assert "sha256" in prediction.response.json_schema["properties"]
    resource.schema(None, URL, model="vlm-1", id="mine")
    assert sent(server) == {"url": URL, "model": "vlm-1", "id": "mine"}


def test_a_local_file_in_every_form_is_uploaded_once(
    client: Any, server: Server, pdf: Path, tmp_path: Path
) -> None:
    def generate(**arguments: Any) -> Any:
        return client.document.generate(domain="document.invoice", **arguments)

    content = pdf.read_bytes()
    bare = tmp_path / "bare"
    shutil.copy(pdf, bare)
    with pdf.open("rb") as opened:
        generate(file=opened)
        assert not opened.closed
    for file in (pdf, str(pdf), bare, str(bare), content, bytearray(content), io.BytesIO(content)):
        generate(file=file)
    assert len([each for each in server.requests if each.operation == "upload_file"]) == 1
    (stored,) = client.files.list()
    (ids,) = {
        each.json["file_id"] for each in server.requests if each.path.endswith("/document/generate")
    }
    assert ids == stored.id
    prediction = generate(file=pdf)
    assert (prediction.usage.elements_processed, prediction.usage.element_type) == (2, "page")


@pytest.mark.vlmrun_server(accept_unreadable=True)
@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"%PDF-1.7\n", "file.pdf"),
        (b"ID3\x04", "file.mp3"),
        (b"RIFF\x24\x00\x00\x00WAVEfmt ", "file.wav"),
        (b"fLaC\x00", "file.flac"),
        (b"OggS\x00", "file.ogg"),
        (b"\x00\x00\x00\x20ftypM4A ", "file.m4a"),
        (b"\x00\x00\x00\x20ftypqt  ", "file.mov"),
        (b"\x00\x00\x00\x20ftypisom", "file.mp4"),
        (b"\x1aE\xdf\xa3\x01", "file.webm"),
        (b"RIFF\x24\x00\x00\x00AVI LIST", "file.avi"),
    ],
)
def test_bytes_are_named_by_their_media_type(client: Any, content: bytes, name: str) -> None:
    client.document.generate(file=content, domain="document.invoice")
    assert client.files.list()[0].filename == name


def test_a_name_for_an_upload(client: Any) -> None:
    client.document.generate(file=b"PK\x03\x04", filename="é.docx", domain="document.invoice")
    client.audio.schema(file=io.BytesIO(b"?"), filename="a.mp3")
    assert [each.filename for each in client.files.list()] == ["a.mp3", "é.docx"]


def test_ids_and_urls(resource: Any, medium: str, server: Server, file: str) -> None:
    domain = DOMAINS[medium]
    for arguments in ({"file": file}, {"file_id": file}, {"file": uuid.UUID(file)}):
        resource.generate(domain=domain, **arguments)
        assert sent(server)["file_id"] == file
    for arguments in ({"url": URL}, {"file": URL}):
        resource.generate(domain=domain, **arguments)
        assert sent(server)["url"] == URL
    assert {each.operation for each in server.requests} == {f"generate_{medium}_prediction"}


def test_domain_is_not_required_with_skills(resource: Any, server: Server) -> None:
    server.add_skill("reader")
    config = GenerationConfig(skills=[AgentSkill(skill_name="reader")])
    prediction = resource.generate(url=URL, config=config)
    assert "domain" not in sent(server)
    assert prediction.response["skills"][0]["name"] == "reader"


def test_without_domain_and_skills_the_service_decides(resource: Any) -> None:
    with pytest.raises(UnprocessableEntityError, match="domain"):
        resource.generate(url=URL)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({}, "exactly one of file, url, file_id; got none"),
        ({"file": "", "url": ""}, "got none"),
        ({"file": b""}, "file is empty"),
        ({"file": "a.pdf", "url": URL}, "got file and url"),
        ({"url": URL, "file_id": "x"}, "got url and file_id"),
        ({"file": "no.pdf"}, r"no such file: no\.pdf"),
        ({"file": Path("no")}, "no such file: no"),
        ({"file": "../../files/x"}, "no such file"),
        ({"file": Path()}, "not a file"),
        ({"file": 3}, "file must be a path or a file open in binary mode"),
        ({"file": io.StringIO("x")}, "binary mode"),
        ({"file": b"what"}, "file has no name.*filename="),
        ({"file": io.BytesIO(b"what")}, "file has no name.*filename="),
        ({"file": b"%PDF-", "filename": ""}, "filename is empty"),
        ({"file_id": 3}, "file_id must be a str"),
        ({"file_id": " "}, "file_id is empty"),
        ({"url": "a.pdf"}, "url must start with http"),
        ({"url": Path("a.pdf")}, "url must be a str"),
        ({"url": URL, "domain": ""}, "domain is empty"),
        ({"url": URL, "config": {"page_indexes": [1]}}, "page_indexes.*page_indices"),
        ({"url": URL, "config": {"page_indices": 1}}, "page_indices must be a list"),
        ({"url": URL, "metadata": {"x": 1}}, "metadata has no field 'x'"),
        ({"url": URL, "batch": 1}, "batch must be a bool"),
        ({"url": URL, "wait_timeout": "1"}, "wait_timeout"),
        ({"url": URL, "callback_url": "x"}, "callback_url"),
    ],
)
def test_p08_invalid_argument_is_named_before_anything_is_sent(
    resource: Any, server: Server, arguments: dict[str, Any], words: str
) -> None:
    with pytest.raises(ValueError, match=f"(?s){words}") as caught:
        resource.generate(**arguments)
    assert isinstance(caught.value, InputError)
    assert server.requests == []


def test_a_missing_file_is_a_file_not_found_error(resource: Any, server: Server) -> None:
    for call in (resource.generate, resource.schema, lambda **a: resource.execute("reader", **a)):
        with pytest.raises(FileNotFoundError):
            call(file="no.pdf")
    assert server.requests == []


def test_missing_resources_are_not_found_errors(resource: Any) -> None:
    with pytest.raises(ResourceNotFoundError, match="no-such-file"):
        resource.schema("no-such-file")
    with pytest.raises(ResourceNotFoundError, match=r"no\.domain"):
        resource.generate(url=URL, domain="no.domain")
    with pytest.raises(ResourceNotFoundError, match="nobody"):
        resource.execute("nobody", url=URL)
