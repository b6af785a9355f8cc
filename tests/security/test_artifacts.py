"""P21: whatever the name of an artifact, its file is in the folder that the caller chose."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from vlmrun.errors import ResponseDecodeError
from vlmrun.testing import Fault, Server

RUN = "run-1"
CONTENT = b"%PDF-1.7"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no url",
        "/etc/passwd",
        "file:///etc/passwd",
        "ftp://a.b/c",
        "http://",
        "http://[",
        "ht\0tp://a",
        b"\xff\xfe",
        "http://a b/c",
        "http://a:99999/",
    ],
)
def test_p21_url_artifact_without_an_http_url_is_an_error(
    client: Any, server: Server, tmp_path: Path, text: Any
) -> None:
    server.add_artifact(RUN, text, "url_ffffff")
    with pytest.raises(ResponseDecodeError, match="not an http or https URL") as caught:
        client.artifacts.download("url_ffffff", execution_id=RUN, to=tmp_path / "out/file")
    assert caught.value.raw is not None
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("destination", ["outside.txt", "nowhere"])
def test_p21_symbolic_link_at_the_target_is_replaced_and_not_followed(
    client: Any, server: Server, tmp_path: Path, destination: str
) -> None:
    server.add_artifact(RUN, CONTENT, "doc_0a1b2c")
    outside = tmp_path / "outside.txt"
    outside.write_text("mine")
    target = tmp_path / "out/doc_0a1b2c.pdf"
    target.parent.mkdir()
    target.symlink_to(tmp_path / destination)
    client.artifacts.download("doc_0a1b2c", execution_id=RUN, to=target.parent)
    assert not target.is_symlink()
    assert target.read_bytes() == CONTENT
    assert outside.read_text() == "mine"
    assert not (tmp_path / "nowhere").exists()


HOSTILE = [
    {"object_id": "doc_000001", "filename": "../../x"},
    {"object_id": "doc_000002", "filename": "/etc/passwd"},
    {"object_id": "doc_000003", "filename": "a\0b"},
    {"object_id": "doc_000004", "filename": "CON"},
    {"object_id": "doc_000005", "filename": "x" * 4000 + ".pdf"},
    {"object_id": "doc_000006", "filename": "same.txt"},
    {"object_id": "doc_000007", "filename": "SAME.txt"},
    {"object_id": "doc_000007", "filename": "same.txt"},
    {"object_id": "doc_000008", "filename": ".bashrc"},
    {"object_id": "doc_000009", "filename": ""},
    {"object_id": "doc_00000a", "filename": None, "source": "moon"},
    {"object_id": "doc_00000b", "filename": "taken"},
    {"object_id": "../../../x", "filename": "by name.txt"},
    {"object_id": "doc_00000c", "filename": 7},
]


def test_p21_hostile_list_stays_in_its_folder_and_every_item_has_a_file(
    client: Any, server: Server, tmp_path: Path
) -> None:
    folder = tmp_path / "out"
    (folder / "taken").mkdir(parents=True)
    listing = {"namespace_id": "../../x", "items": HOSTILE}
    server.inject(Fault("list_artifacts", status=200, body=listing))
    for item in HOSTILE:
        name = item["filename"] if isinstance(item["filename"], str) else None
        server.add_artifact(RUN, str(item), item["object_id"], filename=name)
    paths = client.artifacts.download_all(RUN, to=folder)
    assert [path.name for path in paths] == [
        "x",
        "etc_passwd",
        "a_b",
        "_CON",
        "x" * 176 + ".pdf",
        "same.txt",
        "SAME-2.txt",
        "same-3.txt",
        "bashrc",
        "doc_000009.pdf",
        "doc_00000a.pdf",
        "taken-2",
        "by name.txt",
        "doc_00000c.pdf",
    ]
    assert {path.parent for path in paths} == {folder}
    assert sorted(os.listdir(folder)) == sorted([*(path.name for path in paths), "taken"])
    assert os.listdir(tmp_path) == ["out"]
    assert paths[0].read_text() == str(HOSTILE[0])


@pytest.mark.parametrize("id", ["..", "../../x", "a/b", "a\\b", "a?b", "%2e%2e", "a\0"])
def test_p21_session_id_that_is_a_path_is_refused(client: Any, server: Server, id: str) -> None:
    for arguments in ({"session_id": id}, {"execution_id": id}):
        with pytest.raises(ValueError, match="would change the URL"):
            client.artifacts.get("doc_0a1b2c", **arguments)
    assert server.requests == []


@pytest.mark.parametrize("id", ["CON", "x" * 300, "a:b", "sess.", "SESSION"])
def test_p21_session_id_that_is_not_a_plain_name_gets_its_own_folder(
    client: Any, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, id: str
) -> None:
    monkeypatch.setenv("VLMRUN_CACHE_DIR", str(tmp_path))
    server.add_artifact(id, CONTENT, "doc_0a1b2c")
    path = client.artifacts.get("doc_0a1b2c", session_id=id)
    assert path.parent.parent == tmp_path / "artifacts"
    assert path.parent.name != id
    assert path.read_bytes() == CONTENT
