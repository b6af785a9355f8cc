"""`vlmrun files`, `artifacts`, `hub` and `models`."""

from __future__ import annotations

import json
from pathlib import Path
from uuid import uuid4

import pytest

from tests.cli.conftest import Command

pytestmark = pytest.mark.slow

PNG = b"\x89PNG\r\n\x1a\n" + bytes(24)


def test_upload_list_get_and_delete(vlm: Command, pdf: Path, tmp_path: Path) -> None:
    line = vlm.ok("files", "upload", pdf).strip()
    assert line.startswith("Uploaded: referral.pdf ")
    id = line.split()[-1]
    table = vlm.ok("files", "list").splitlines()
    assert table[0].split() == ["ID", "FILENAME", "SIZE", "CREATED", "PURPOSE"]
    assert id in table[1]
    assert "3.2 KB" in table[1]
    assert "fine-tune" in table[1]
    assert vlm.json("files", "get", id)["filename"] == "referral.pdf"
    assert "Filename: referral.pdf" in vlm.ok("files", "get", id)
    target = tmp_path / "new/copy.pdf"
    assert vlm.ok("files", "get", id, "--output", target) == f"{target}\n"
    assert target.read_bytes() == pdf.read_bytes()
    assert vlm.ok("files", "delete", id) == f"Deleted: {id}\n"
    assert vlm("files", "get", id).exit_code == 4


def test_known_content_is_not_uploaded_again(vlm: Command, pdf: Path) -> None:
    first = vlm.json("files", "upload", pdf, "--purpose", "assistants")
    result = vlm("files", "upload", pdf, "--purpose", "vision")
    assert result.stdout == f"Already there: referral.pdf {first['id']}\n"
    assert "--force" in result.stderr
    assert vlm.json("files", "upload", pdf, "--force")["id"] != first["id"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nothing.pdf"], "nothing.pdf"),
        (["."], "is a folder"),
        (["{pdf}", "--purpose", "assistantss"], "Did you mean 'assistants'?"),
    ],
)
def test_mistakes(vlm: Command, pdf: Path, arguments: list[str], message: str) -> None:
    result = vlm("files", "upload", *(each.format(pdf=pdf) for each in arguments))
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr
    assert result.stderr.count("\n") == 1
    assert vlm.server.requests == []


def test_all_files_are_listed(vlm: Command, pdf: Path, tmp_path: Path) -> None:
    for number in range(12):
        path = tmp_path / f"{number}.pdf"
        path.write_bytes(pdf.read_bytes() + str(number).encode())
        vlm.ok("files", "upload", path, "-q")
    assert len(vlm.json("files", "list")) == 10
    assert len(vlm.json("files", "list", "--all")) == 12
    assert len(vlm.json("files", "list", "--skip", "10")) == 2


def test_artifacts_of_a_session(vlm: Command, tmp_path: Path, home: Path) -> None:
    session = str(uuid4())
    vlm.server.add_artifact(session, PNG, object_id="img_0a1b2c", filename="cover.png")
    table = vlm.ok("artifacts", "list", "-s", session).splitlines()
    assert table[1].split() == ["img_0a1b2c", "cover.png", "store"]
    assert vlm.json("artifacts", "list", "--session-id", session)[0]["object_id"] == "img_0a1b2c"
    target = tmp_path / "new/cover.png"
    get = ("artifacts", "get", "img_0a1b2c", "--session-id", session)
    assert vlm.ok(*get, "-o", target) == f"{target}\n"
    assert target.read_bytes() == PNG
    cached = Path(vlm.ok(*get).strip())
    assert cached == home / f".vlmrun/cache/artifacts/{session}/img_0a1b2c.png"
    assert vlm.json(*get, "--raw")["bytes"] == len(PNG)
    assert vlm.json(*get, "--raw", "-o", target)["path"] == str(target)


def test_bytes_go_to_a_pipe(vlm: Command) -> None:
    session = str(uuid4())
    vlm.server.add_artifact(session, PNG, object_id="img_0a1b2c")
    result = vlm("artifacts", "get", "img_0a1b2c", "-s", session, "--raw")
    assert result.stdout_bytes == PNG


@pytest.mark.parametrize("ids", [[], ["-s", "a", "-e", "b"]])
@pytest.mark.parametrize("action", [["list"], ["get", "img_0a1b2c"]])
def test_an_artifact_has_one_owner(vlm: Command, action: list[str], ids: list[str]) -> None:
    result = vlm("artifacts", *action, *ids)
    assert result.exit_code == 2
    assert "Pass one of --session-id and --execution-id" in result.stderr
    assert vlm.server.requests == []


def test_an_id_cannot_lead_out_of_the_cache(vlm: Command, home: Path) -> None:
    assert vlm("artifacts", "get", "img_0a1b2c", "-s", "../../../x").exit_code == 2
    assert vlm.server.requests == []


def test_hub(vlm: Command) -> None:
    assert vlm.ok("hub", "version").startswith("Hub version: ")
    assert vlm.json("hub", "version")["version"]
    table = vlm.ok("hub", "list", "--domain", "invoice").splitlines()
    assert [line.split() for line in table] == [
        ["CATEGORY", "DOMAIN"], ["document", "document.invoice"]
    ]  # fmt: skip
    everything = [line.split()[1] for line in vlm.ok("hub", "list").splitlines()[1:]]
    assert everything == sorted(everything)
    text = vlm.ok("hub", "schema", "document.invoice")
    schema = vlm.json("hub", "schema", "document.invoice")
    assert text.startswith("Domain:  document.invoice\n")
    assert json.loads(text[text.index("{") :]) == schema
    assert schema["title"] == "Invoice"
    assert vlm("hub", "schema", "document.invoic").exit_code == 4


def test_models(vlm: Command) -> None:
    table = vlm.ok("models", "list", "--domain", "invoice").splitlines()
    assert [line.split() for line in table] == [
        ["CATEGORY", "MODEL", "DOMAIN"], ["document", "vlm-1", "document.invoice"]
    ]  # fmt: skip
    assert vlm.json("models", "list", "--domain", "invoice")[0]["model"] == "vlm-1"
    assert vlm.ok("models", "list", "--domain", "nothing", "--json") == "[]\n"
