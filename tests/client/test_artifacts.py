"""Artifacts: what each kind comes back as, where it is stored, what is sent."""

from __future__ import annotations

import io
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from PIL import Image
from vlmrun_api.api.artifacts import get_artifact

from tests.waiting.simulated_time import SimulatedTime
from vlmrun import VLMRun
from vlmrun.client.types import ArtifactListResponse
from vlmrun.errors import (
    DependencyError,
    InputError,
    InputTypeError,
    ResourceNotFoundError,
    ResponseDecodeError,
)
from vlmrun.testing import Fault, Outcome, Server
from vlmrun.types.refs import ImageRef, UrlRef, refs_in

RUN = "5f2c1e7a-0b1d-4c57-9f61-1a7d4f1f2c55"


def picture(mode: str = "RGB", format: str = "PNG", **options: Any) -> bytes:
    buffer = io.BytesIO()
    Image.new(mode, (3, 2)).save(buffer, format, **options)
    return buffer.getvalue()


PNG = picture()


def _stored(data: Any, object_id: str, content: bytes = PNG) -> Any:
    return data.server.add_artifact(RUN, content, object_id)


CALLS = {
    "get_artifact": lambda client, data: client.artifacts.get(
        _stored(data, "img_0a1b2c"), execution_id=RUN
    ),
    "list_artifacts": lambda client, data: (
        _stored(data, "img_0a1b2c") and client.artifacts.list(session_id=RUN)
    ),
}


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of this package's cache, which is not there yet."""
    monkeypatch.setenv("VLMRUN_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache/artifacts"


def files_in(folder: Path) -> list[str]:
    return sorted(str(each.relative_to(folder)) for each in folder.rglob("*") if each.is_file())


@pytest.mark.parametrize(
    ("content", "mode"),
    [
        (picture("RGB"), "RGB"),
        (picture("RGB", "JPEG"), "RGB"),
        (picture("RGBA"), "RGBA"),
        (picture("LA"), "RGBA"),
        (picture("P", transparency=0), "RGBA"),
        (picture("P"), "RGB"),
        (picture("L"), "RGB"),
        (picture("1"), "RGB"),
        (picture("CMYK", "JPEG"), "RGB"),
        (picture("I;16"), "I;16"),
    ],
    ids=["RGB", "JPEG", "RGBA", "LA", "P with alpha", "P", "L", "1", "CMYK", "16 bits"],
)
def test_image_keeps_its_transparency(
    client: Any, server: Server, content: bytes, mode: str
) -> None:
    server.add_artifact(RUN, content, "img_0a1b2c")
    image = client.artifacts.get("img_0a1b2c", execution_id=RUN)
    assert isinstance(image, Image.Image)
    assert (image.mode, image.size) == (mode, (3, 2))


@pytest.mark.parametrize("media_type", ["application/octet-stream", "text/html", "image/webp"])
def test_image_is_decoded_with_any_content_type(
    client: Any, server: Server, media_type: str
) -> None:
    server.add_artifact(RUN, PNG, "img_0a1b2c")
    server.inject(Fault("get_artifact", headers={"Content-Type": media_type}))
    assert client.artifacts.get("img_0a1b2c", execution_id=RUN).size == (3, 2)


def test_artifact_that_is_not_an_image_is_a_decode_error_with_its_bytes(
    client: Any, server: Server
) -> None:
    server.add_artifact(RUN, b"<html>", "img_0a1b2c", media_type="image/png")
    with pytest.raises(ResponseDecodeError, match="img_0a1b2c cannot be read as an image") as e:
        client.artifacts.get("img_0a1b2c", execution_id=RUN)
    assert e.value.raw == b"<html>"


def test_image_without_the_extra_sends_nothing(
    client: Any, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "PIL.Image", None)
    with pytest.raises(DependencyError, match=r"vlmrun\[images\]"):
        client.artifacts.get("img_0a1b2c", execution_id=RUN)
    assert server.requests == []
    server.add_artifact(RUN, PNG, "img_0a1b2c")
    assert client.artifacts.get("img_0a1b2c", execution_id=RUN, raw_response=True) == PNG


@pytest.mark.parametrize(
    ("prefix", "suffix"), [("vid", ".mp4"), ("aud", ".mp3"), ("doc", ".pdf"), ("recon", ".spz")]
)
@pytest.mark.parametrize("key", ["session_id", "execution_id"])
def test_files_are_stored_in_the_cache_by_namespace_and_id(
    client: Any, server: Server, cache: Path, prefix: str, suffix: str, key: str
) -> None:
    server.add_artifact(RUN, b"content", f"{prefix}_0a1b2c")
    path = client.artifacts.get(f"{prefix}_0a1b2c", **{key: RUN})
    assert path == cache / RUN / f"{prefix}_0a1b2c{suffix}"
    assert path.read_bytes() == b"content"
    assert files_in(cache) == [f"{RUN}/{prefix}_0a1b2c{suffix}"]


def test_array_is_bytes(client: Any, server: Server) -> None:
    server.add_artifact(RUN, b"\x93NUMPY", "arr_0a1b2c")
    assert client.artifacts.get("arr_0a1b2c", execution_id=RUN) == b"\x93NUMPY"


def test_file_of_the_workspace_is_bytes(client: Any, server: Server) -> None:
    server.add_artifact(RUN, "a,b", filename="out/report ü.csv", source="workspace")
    assert client.artifacts.get(filename="out/report ü.csv", execution_id=RUN) == b"a,b"
    assert server.requests[-1].query == {"filename": "out/report ü.csv", "execution_id": RUN}


@pytest.mark.parametrize("raw", [True, "True", 1])
@pytest.mark.parametrize("prefix", ["img", "doc", "url", "arr"])
def test_raw_response_is_always_bytes(client: Any, server: Server, raw: Any, prefix: str) -> None:
    server.add_artifact(RUN, b"content", f"{prefix}_0a1b2c")
    assert client.artifacts.get(f"{prefix}_0a1b2c", None, RUN, None, raw) == b"content"


@pytest.mark.parametrize(
    "reference",
    [
        ImageRef(id="img_0a1b2c"),
        {"id": "img_0a1b2c"},
        "img_0a1b2c.png",
        SimpleNamespace(id="img_0a1b2c"),
    ],
)
def test_reference_in_each_form(client: Any, server: Server, reference: Any) -> None:
    server.add_artifact(RUN, PNG, "img_0a1b2c")
    assert client.artifacts.get(reference, execution_id=UUID(RUN)).size == (3, 2)
    assert server.requests[-1].query == {"object_id": "img_0a1b2c", "execution_id": RUN}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"object_id": "img_0a1b2c"}, "exactly one of session_id, execution_id; got none"),
        (
            {"object_id": "img_0a1b2c", "session_id": "a", "execution_id": "b"},
            "got session_id and execution_id",
        ),
        ({"session_id": "a"}, "exactly one of object_id, filename; got none"),
        (
            {"object_id": "img_0a1b2c", "filename": "a", "session_id": "a"},
            "got object_id and filename",
        ),
        ({"object_id": "img_0a1b2", "session_id": "a"}, "ImageRef.id must match"),
        ({"object_id": "file_0a1b2c", "session_id": "a"}, "begin with one of img_"),
        ({"object_id": 7, "session_id": "a"}, "must be a str"),
        ({"filename": " ", "session_id": "a"}, "filename is empty"),
        ({"object_id": "img_0a1b2c", "session_id": "../x"}, "session_id"),
        ({"object_id": "img_0a1b2c", "execution_id": ""}, "execution_id is empty"),
    ],
)
def test_wrong_arguments_are_refused_before_anything_is_sent(
    client: Any, server: Server, arguments: dict[str, Any], words: str
) -> None:
    for call in (client.artifacts.get, client.artifacts.download):
        with pytest.raises(ValueError, match=words):
            call(**arguments)
    assert server.requests == []


@pytest.mark.parametrize(
    ("to", "error"), [("", InputError), ("a\0b", InputError), (7, InputTypeError)]
)
def test_invalid_target_sends_nothing(
    client: Any, server: Server, to: Any, error: type[Exception]
) -> None:
    with pytest.raises(error, match="to "):
        client.artifacts.download("doc_0a1b2c", execution_id=RUN, to=to)
    with pytest.raises(error, match="to "):
        client.artifacts.download_all(RUN, to=to)
    with pytest.raises(InputError, match="not both"):
        client.artifacts.get("doc_0a1b2c", execution_id=RUN, to="a.pdf", raw_response=True)
    assert server.requests == []


@pytest.mark.parametrize("object_id", ["img_0a1b2c", "doc_0a1b2c", "arr_0a1b2c", "url_0a1b2c"])
def test_p65_an_artifact_that_is_stored_shortly_after_the_response_is_awaited(
    client: Any, server: Server, object_id: str
) -> None:
    file = client.files.upload(io.BytesIO(PNG), filename="a.png")
    is_link = object_id.startswith("url_")
    server.add_artifact(RUN, file.public_url if is_link else PNG, object_id)
    server.inject(Fault("get_artifact", status=404, times=3))
    found = client.artifacts.get(object_id, execution_id=RUN)
    assert not isinstance(found, Path) or found.read_bytes() == PNG
    assert [each.operation for each in server.requests].count("get_artifact") == 4


def test_p65_waiting_for_an_artifact_is_bounded(
    client: Any, server: Server, time: SimulatedTime
) -> None:
    arguments: Any = {"object_id": "img_0a1b2c", "execution_id": RUN}
    time.durations = {"get_artifact": 0.1}
    begun = time.now
    with pytest.raises(ResourceNotFoundError):
        client.artifacts.get(**arguments, wait_timeout=2)
    assert 1.8 < time.now - begun <= 2
    assert len(server.requests) > 1
    server.clear()
    with pytest.raises(ResourceNotFoundError):
        client.artifacts.get(**arguments, wait_timeout=0)
    assert len(server.requests) == 1
    with pytest.raises(ResourceNotFoundError):
        client.artifacts.get(**arguments, options={"deadline": 1})
    assert 1.8 + 0.1 + 0.8 < time.now - begun <= 3.1


def test_artifact_that_is_not_ready_is_not_found_and_leaves_no_file(
    client: Any, server: Server, cache: Path
) -> None:
    server.on_execute(lambda run: Outcome({}, artifacts={"doc_0a1b2c": b"%PDF"}))
    execution = client.agent.execute(prompt="Write it")
    with pytest.raises(ResourceNotFoundError, match="not yet"):
        client.artifacts.get("doc_0a1b2c", execution_id=execution.id, wait_timeout=0)
    assert not cache.exists()
    client.executions.wait(execution.id, sleep=0.01)
    assert client.artifacts.get("doc_0a1b2c", execution_id=execution.id).read_bytes() == b"%PDF"


def test_url_artifact_is_the_content_of_its_url(
    client: Any, server: Server, cache: Path, pdf: Path
) -> None:
    link = client.files.upload(pdf).public_url
    server.add_artifact(RUN, f"{link}?name=chart.png\n", "url_0a1b2c")
    server.clear()
    path = client.artifacts.get(UrlRef(id="url_0a1b2c"), session_id=RUN)
    assert path == cache / RUN / "url_0a1b2c.pdf"
    assert path.read_bytes() == pdf.read_bytes()
    by_operation = {each.operation: each.headers.get("authorization") for each in server.requests}
    assert by_operation == {"get_artifact": "Bearer test-key-0123456789", "get_object": None}


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("report.pdf", "report.pdf"),
        ("deep/er/report", "deep/er/report"),
        ("there", "there/doc_0a1b2c.pdf"),
        ("new" + os.sep, "new/doc_0a1b2c.pdf"),
    ],
)
@pytest.mark.parametrize("method", ["get", "download"])
def test_target_is_a_file_or_a_folder(
    client: Any, server: Server, tmp_path: Path, place: str, expected: str, method: str
) -> None:
    (tmp_path / "there").mkdir()
    server.add_artifact(RUN, b"%PDF", "doc_0a1b2c")
    get = getattr(client.artifacts, method)
    to = os.path.join(tmp_path, place)
    assert get("doc_0a1b2c", execution_id=RUN, to=to) == tmp_path / expected
    assert files_in(tmp_path) == [expected]


def test_image_and_workspace_file_as_files(client: Any, server: Server, tmp_path: Path) -> None:
    server.add_artifact(RUN, picture("RGB", "JPEG"), "img_0a1b2c")
    server.add_artifact(RUN, "a,b", filename="../out/report.csv")
    folder = tmp_path / "out"
    client.artifacts.get("img_0a1b2c", execution_id=RUN, to=f"{folder}/")
    client.artifacts.download(filename="../out/report.csv", execution_id=RUN, to=folder)
    assert files_in(folder) == ["img_0a1b2c.jpg", "out_report.csv"]


def test_p07_cached_names_are_never_shared(client: Any, server: Server, cache: Path) -> None:
    other = RUN.replace("5", "6")
    names = ("a/b.csv", "a_b.csv", "doc_0a1b2c.pdf")
    for name in names:
        server.add_artifact(RUN, f"content of {name}", filename=name)
    paths = [client.artifacts.download(filename=name, execution_id=RUN) for name in names]
    for namespace in (RUN, other):
        server.add_artifact(namespace, f"of {namespace}", "doc_0a1b2c")
        paths.append(client.artifacts.download("doc_0a1b2c", execution_id=namespace))
    assert len(set(paths)) == 5
    assert [path.read_text() for path in paths] == [
        *(f"content of {name}" for name in names),
        f"of {RUN}",
        f"of {other}",
    ]


def test_p07_cached_artifact_is_downloaded_again(client: Any, server: Server) -> None:
    server.add_artifact(RUN, b"old", "doc_0a1b2c")
    assert client.artifacts.get("doc_0a1b2c", execution_id=RUN).read_bytes() == b"old"
    server.inject(Fault("get_artifact", body=b"new"))
    assert client.artifacts.get("doc_0a1b2c", execution_id=RUN).read_bytes() == b"new"


def test_list(client: Any, server: Server) -> None:
    server.add_artifact(RUN, PNG, "img_0a1b2c")
    server.add_artifact(RUN, "a", "doc_0a1b2c", filename="a.txt", source="workspace")
    listing = client.artifacts.list(execution_id=RUN)
    assert isinstance(listing, ArtifactListResponse)
    assert listing.namespace_id == RUN
    assert [(each.object_id, each.filename, each.source) for each in listing] == [
        ("img_0a1b2c", None, "store"),
        ("doc_0a1b2c", "a.txt", "workspace"),
    ]
    assert len(listing) == 2
    assert server.requests[-1].query == {"execution_id": RUN}
    assert client.artifacts.list("chat").items == []
    for arguments in ({}, {"session_id": "a", "execution_id": "b"}):
        with pytest.raises(ValueError, match="exactly one of session_id, execution_id"):
            client.artifacts.list(**arguments)


@pytest.mark.parametrize("body", [{"namespace_id": "a"}, {"namespace_id": "a", "items": None}])
def test_p10_list_without_items(client: Any, server: Server, body: Any) -> None:
    server.inject(Fault("list_artifacts", status=200, body=body))
    assert client.artifacts.list("a").items == []


def test_all_artifacts_of_an_execution(
    client: Any, server: Server, tmp_path: Path, cache: Path
) -> None:
    made = {"img_0a1b2c": PNG, "doc_0a1b2c": b"%PDF", "notes/a.txt": "Hello"}
    server.on_execute(lambda run: Outcome({"cover": {"id": "img_0a1b2c"}}, artifacts=made))
    execution = client.agent.execute(prompt="Write it", batch=False)
    assert refs_in(execution.response) == [ImageRef(id="img_0a1b2c")]
    for given in (execution, execution.id):
        paths = client.artifacts.download_all(given, to=tmp_path / "results")
        assert [path.name for path in paths] == ["img_0a1b2c.png", "doc_0a1b2c.pdf", "notes_a.txt"]
        assert paths[2].read_text() == "Hello"
        assert files_in(tmp_path / "results") == sorted(path.name for path in paths)
    assert not cache.exists()


def test_all_artifacts_of_a_chat(client: Any, server: Server, tmp_path: Path) -> None:
    server.add_artifact("chat", b"%PDF", "doc_0a1b2c")
    paths = client.artifacts.download_all(session_id="chat", to=str(tmp_path))
    assert paths == [tmp_path / "doc_0a1b2c.pdf"]
    for arguments in ({}, {"execution": RUN, "session_id": "chat"}):
        with pytest.raises(InputError, match="exactly one of execution, session_id"):
            client.artifacts.download_all(to=tmp_path, **arguments)


def test_low_level_function_gives_the_bytes(server: Server) -> None:
    server.add_artifact(RUN, PNG, "img_0a1b2c")
    with VLMRun("key-0123456789", server.url) as client:
        low_level: Any = client.low_level
        file = get_artifact.sync(client=low_level, object_id="img_0a1b2c", execution_id=RUN)
    assert file.payload.read() == PNG  # type: ignore[union-attr]
