"""`client.image`: what may be passed, and exactly what is sent of it."""

from __future__ import annotations

import base64
import datetime as dt
import io
import uuid
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.job_ids import without_job_id
from vlmrun.client.types import AgentSkill, GenerationConfig, RequestMetadata, SchemaResponse
from vlmrun.errors import InputError, MissingFileError, ResourceNotFoundError
from vlmrun.testing import Server

URL = "https://example.com/a.png"

CALLS = {
    "generate_image_prediction": lambda client, data: client.image.generate(
        "image.caption",
        images=[data.image],
        metadata={"session_id": "é"},
        config={"prompt": "Say it", "temperature": 0.5},
        autocast=True,
    ),
    "execute_image_agent": lambda client, data: client.image.execute(
        client.agent.get(id=data.agent).name, "1", urls=[URL], batch=True
    ),
    "generate_image_schema": lambda client, data: client.image.schema([data.image]),
}


@pytest.fixture
def picture() -> Path:
    return Path(__file__).parents[2] / "examples/inputs/invoice.png"


def sent(server: Server, operation: str = "generate_image_prediction") -> dict[str, Any]:
    (request,) = (each for each in server.requests if each.operation == operation)
    return without_job_id(request.json)


def picture_of(url: str) -> Any:
    head, _, data = url.partition(",")
    assert head == "data:image/jpeg;base64"
    return Image.open(io.BytesIO(base64.b64decode(data)))


def test_p24_nothing_is_sent_that_was_not_set(client: Any, server: Server) -> None:
    client.image.generate("image.caption", urls=[URL])
    assert sent(server) == {"domain": "image.caption", "images": [URL], "batch": False}


def test_empty_config_and_metadata_are_not_sent(client: Any, server: Server) -> None:
    client.image.generate("image.caption", None, [URL], None, False, {}, GenerationConfig())
    assert sent(server) == {"domain": "image.caption", "images": [URL], "batch": False}


def test_the_documented_arguments_in_their_order(client: Any, server: Server) -> None:
    client.image.generate(
        "image.caption",
        None,
        [URL],
        "vlm-1",
        True,
        RequestMetadata(environment="prod", session_id="s", allow_training=False),
        GenerationConfig(detail="hi", max_tokens=65_536, grounding=True, confidence=False),
        "https://example.com/hook",
        False,
    )
    assert sent(server) == {
        "domain": "image.caption",
        "images": [URL],
        "model": "vlm-1",
        "batch": True,
        "metadata": {"environment": "prod", "session_id": "s", "allow_training": False},
        "config": {"detail": "hi", "max_tokens": 65536, "grounding": True, "confidence": False},
        "callback_url": "https://example.com/hook",
    }


def test_the_arguments_of_execute_in_their_order(client: Any, server: Server) -> None:
    server.add_agent("reader")
    prediction = client.image.execute("reader", "latest", None, [URL], True, None, {"prompt": "a"})
    assert sent(server, "execute_image_agent") == {
        "name": "reader",
        "version": "latest",
        "images": [URL],
        "batch": True,
        "config": {"prompt": "a"},
    }
    assert (prediction.status, prediction.response) == ("pending", None)


def test_additional_arguments(client: Any, server: Server) -> None:
    server.add_skill("captions")
    prediction = client.image.generate(
        urls=[URL],
        prompt="Say it",
        skills=AgentSkill(skill_name="captions"),
        response_model={"type": "object"},
        id="mine",
        created_at=dt.datetime(2026, 1, 2, tzinfo=dt.timezone.utc),
    )
    assert sent(server) == {
        "images": [URL],
        "batch": False,
        "config": {
            "prompt": "Say it",
            "skills": [{"type": "skill_reference", "skill_name": "captions"}],
            "json_schema": {"type": "object"},
        },
        "id": "mine",
        "created_at": "2026-01-02T00:00:00+00:00",
    }
    assert prediction.id == "mine"


def test_domain_is_not_required_with_skills(client: Any, server: Server) -> None:
    server.add_skill("captions")
    config = GenerationConfig(skills=[AgentSkill(skill_name="captions")])
    prediction = client.image.generate(urls=[URL], config=config)
    assert "domain" not in sent(server)
    assert prediction.response["skills"][0]["name"] == "captions"


def test_images_are_sent_as_jpeg_data_urls(client: Any, server: Server, picture: Path) -> None:
    original = Image.open(picture)
    clear = Image.new("RGBA", (3, 5), (255, 0, 0, 0))
    prediction = client.image.generate("image.caption", images=[original, clear])
    first, second = map(picture_of, sent(server)["images"])
    assert (first.size, first.mode, first.format) == (original.size, "RGB", "JPEG")
    assert second.getpixel((1, 1)) == (255, 255, 255)
    assert (prediction.usage.elements_processed, prediction.usage.element_type) == (2, "image")


def test_every_form_of_a_file_sends_the_same_image(
    client: Any, server: Server, picture: Path
) -> None:
    content = picture.read_bytes()
    with picture.open("rb") as file:
        client.image.generate("image.caption", images=[file])
        assert file.tell() == 0
        client.image.generate("image.caption", file=file)
    client.image.generate("image.caption", images=[content])
    client.image.generate("image.caption", images=[Image.open(picture)])
    client.image.generate("image.caption", [picture])
    client.image.generate("image.caption", file=picture)
    client.image.generate("image.caption", file=str(picture))
    client.image.generate("image.caption", file=content)
    client.image.generate("image.caption", file=Image.open(picture))
    client.image.schema(file=picture)
    images = [request.json["images"] for request in server.requests]
    assert len(images) == 10
    assert all(each == images[0] for each in images)


def test_uploaded_image_is_sent_by_its_url(client: Any, server: Server, picture: Path) -> None:
    id = client.files.upload(picture).id
    url = client.files.get(id).public_url
    for arguments in ({"file": id}, {"file_id": id}, {"file_id": uuid.UUID(id)}):
        server.clear()
        prediction = client.image.generate("image.caption", **arguments)
        assert [each.operation for each in server.requests] == [
            "get_file",
            "generate_image_prediction",
        ]
        assert sent(server)["images"] == [url]
        assert prediction.raw["stand_in"]["images"][0]["file_id"] == id
    with pytest.raises(ResourceNotFoundError, match="nothing"):
        client.image.schema(file_id="nothing")


def test_a_url_as_file(client: Any, server: Server) -> None:
    client.image.generate("image.caption", file=URL)
    assert sent(server)["images"] == [URL]


def test_completed_prediction_is_returned(client: Any, server: Server, picture: Path) -> None:
    prediction = client.image.generate("image.caption", images=[picture])
    assert prediction.status == "completed"
    assert prediction.response == {"caption": "sample", "tags": ["sample"]}
    assert prediction.response.model_dump_json(indent=2).startswith("{\n")
    assert (prediction.domain, prediction.type) == ("image.caption", None)
    assert prediction.completed_at is not None
    assert len(server.requests) == 1
    assert client.image.wait(prediction.id).response == prediction.response
    assert client.image.get(prediction.id) == client.predictions.get(prediction.id)
    assert [each.id for each in client.image.list()] == [prediction.id]
    assert [each.id for each in client.image.iterate()] == [prediction.id]


def test_schema(client: Any, server: Server, picture: Path) -> None:
    prediction = client.image.schema(images=[picture])
    body = sent(server, "generate_image_schema")
    assert list(body) == ["images"]
    schema = prediction.response
    assert isinstance(schema, SchemaResponse)
    assert schema.model_json_schema() == schema.json_schema
    assert schema.response_model.__name__ == "Facts"
    assert prediction.raw["response"]["json_schema"] == schema.json_schema
    assert prediction.model_dump()["response"]["json_schema"] == schema.json_schema
    assert "no model has read" in prediction.usage.message


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({}, "exactly one of images, urls, file, file_id; got none"),
        ({"images": [], "urls": []}, "images is empty"),
        ({"images": [b"x"], "urls": [URL]}, "got images and urls"),
        ({"urls": [URL], "file": b"x"}, "got urls and file"),
        ({"images": ["a.png"]}, r"images\[0\].*Path.*urls="),
        ({"images": [Path(__file__), b"x"]}, "one kind, got bytes or open files and paths"),
        ({"images": Path("a.png")}, "images must be a list"),
        ({"images": "a.png"}, "images must be a list"),
        ({"images": [3]}, r"images\[0\].*int 3"),
        ({"images": [Path("no.png")]}, r"images\[0\]: no such file: no\.png"),
        ({"images": [Path(__file__)]}, r"images\[0\].*cannot be read as an image"),
        ({"images": [b"\x89PNG"]}, r"images\[0\].*cannot be read as an image"),
        ({"images": [io.StringIO("x")]}, r"images\[0\] must be .*open in binary mode"),
        ({"file": "no.png"}, r"file: no such file: no\.png"),
        ({"file": 3}, "file must be a PIL image"),
        ({"file": np.zeros((2, 2, 3))}, "file must be a PIL image"),
        ({"images": np.zeros((2, 2, 3))}, "images must be a list"),
        ({"file_id": "../x"}, "file_id cannot be"),
        ({"file_id": 3}, "file_id must be a str"),
        ({"urls": URL}, "urls must be a list"),
        ({"urls": [3]}, "urls must be a str"),
        ({"urls": ["ftp://a.b/c.png"]}, "urls must start with http"),
        ({"urls": [URL], "domain": None}, "domain is missing.*config.skills"),
        ({"urls": [URL], "domain": ""}, "domain is empty"),
        ({"urls": [URL], "domain": 3}, "domain must be a str"),
        ({"urls": [URL], "model": ""}, "model is empty"),
        ({"urls": [URL], "batch": "yes"}, "batch must be a bool"),
        ({"urls": [URL], "config": {"promt": "x"}}, "promt.*prompt"),
        ({"urls": [URL], "config": GenerationConfig, "domain": "x"}, "config must be"),
        ({"urls": [URL], "metadata": {"enviroment": "dev"}}, "enviroment.*environment"),
        ({"urls": [URL], "callback_url": "example.com"}, "callback_url must start"),
        ({"urls": [URL], "prompt": "a", "config": {"prompt": "b"}}, "prompt.*both"),
        ({"urls": [URL], "wait_timeout": -1}, "wait_timeout"),
        ({"urls": [URL], "options": {"retries": 3}}, "retries"),
        ({"urls": [URL], "created_at": "soon"}, "created_at is not"),
    ],
)
def test_p08_invalid_argument_is_named_before_anything_is_sent(
    client: Any, server: Server, arguments: dict[str, Any], words: str
) -> None:
    with pytest.raises(ValueError, match=f"(?s){words}") as caught:
        client.image.generate(**{"domain": "image.caption", **arguments})
    assert isinstance(caught.value, InputError)
    assert server.requests == []


def test_execute_and_schema_check_their_arguments_before_sending(
    client: Any, server: Server
) -> None:
    for call in (
        lambda: client.image.execute("", urls=[URL]),
        lambda: client.image.execute("reader", urls=[]),
        lambda: client.image.schema(),
        lambda: client.image.schema(["x.png"]),
    ):
        with pytest.raises(InputError):
            call()
    with pytest.raises(FileNotFoundError) as caught:
        client.image.schema([Path("no.png")])
    assert isinstance(caught.value, MissingFileError)
    assert server.requests == []


def test_missing_resources_are_not_found_errors(client: Any) -> None:
    with pytest.raises(ResourceNotFoundError, match=r"no\.such-domain"):
        client.image.generate("no.such-domain", urls=[URL])
    with pytest.raises(ResourceNotFoundError, match="nobody"):
        client.image.execute("nobody", urls=[URL])
