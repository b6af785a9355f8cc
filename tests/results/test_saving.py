"""Saved results: complete folders with digests, or nothing."""

from __future__ import annotations

import base64
import hashlib
import inspect
import json
import pickle
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from vlmrun import results
from vlmrun.errors import (
    APIError,
    InputError,
    JobNotCompletedError,
    ResourceNotFoundError,
)
from vlmrun.testing import Fault, Server
from vlmrun.types import AgentExecutionResponse, BatchItem, PredictionResponse

BOX = {"xywh": [0.25, 0.5, 0.5, 0.25]}
INVOICE = {"total": 12.5, "total_metadata": {"confidence": "hi", "bboxes": [BOX]}}


class Total(BaseModel):
    total: float


def files_in(folder: Path) -> dict[str, bytes]:
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def check_manifest(folder: Path) -> Any:
    """Return the manifest of a folder, whose digests are right, and which has all files."""
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    files = files_in(folder)
    del files["manifest.json"]
    assert {each["path"]: (each["bytes"], each["sha256"]) for each in manifest["files"]} == {
        path: (len(content), hashlib.sha256(content).hexdigest()) for path, content in files.items()
    }
    return manifest


def settled(client: Any, value: Any) -> Any:
    """Return a value, or the result of a coroutine, as jobs of an async client return it."""
    assert inspect.isawaitable(value) == hasattr(client, "_wrap")
    return client._wrap(value) if inspect.isawaitable(value) else value


def test_p89_everything_of_an_execution_is_saved(
    client: Any, server: Server, pdf: Path, tmp_path: Path
) -> None:
    server.on_execute(lambda run: {**INVOICE, "cover": {"id": "img_0a1b2c"}})
    execution = client.agent.execute(
        prompt="Read it", inputs={"file": pdf}, response_model=Total, batch=False
    )
    server.add_artifact(execution.id, b"\x89PNG\r\n\x1a\n", "img_0a1b2c")
    server.add_artifact(execution.id, b"%PDF-1.7", "doc_0a1b2c", filename="../../report.pdf")
    saved = client.executions.save(execution, tmp_path / "new" / "out")

    assert saved == tmp_path / "new" / "out"
    manifest = check_manifest(saved)
    files = files_in(saved)
    assert sorted(files) == [
        "answer.json",
        "artifacts/img_0a1b2c.png",
        "artifacts/report.pdf",
        "evidence.json",
        "manifest.json",
        "parsed.json",
    ]
    assert json.loads(files["answer.json"]) == execution.response
    assert json.loads(files["parsed.json"]) == {"total": 12.5}
    (evidence,) = json.loads(files["evidence.json"])
    assert (evidence["field"], evidence["confidence"]) == ("total", "hi")
    assert evidence["boxes"][0]["xywh"] == BOX["xywh"]
    assert (manifest["kind"], manifest["job"]["id"]) == ("execution", execution.id)
    assert manifest["inputs"] == ["referral.pdf"]
    assert "response" not in manifest["job"]
    assert b"test-key" not in b"".join(files.values())


def test_a_job_saves_itself_by_its_client(client: Any, server: Server, tmp_path: Path) -> None:
    server.on_execute(lambda run: {"cover": {"id": "img_0a1b2c"}})
    execution = client.agent.execute(prompt="Read it", batch=False)
    server.add_artifact(execution.id, b"\x89PNG\r\n\x1a\n", "img_0a1b2c")
    expected = ["answer.json", "artifacts/img_0a1b2c.png", "manifest.json"]

    for job in (execution, client.executions.list()[0], client.predictions.get(execution.id)):
        saved = settled(client, job.save(tmp_path / type(job).__name__ / str(id(job))))
        assert sorted(files_in(saved)) == expected
    alone = pickle.loads(pickle.dumps(execution))
    with pytest.raises(InputError, match="img_0a1b2c, which only a client can download"):
        alone.save(tmp_path / "alone")
    assert sorted(files_in(alone.save(tmp_path / "alone", artifacts=False))) == [
        "answer.json",
        "manifest.json",
    ]
    own = getattr(client, "_target", client)
    saved = client.executions.save(alone, tmp_path / "again")
    assert sorted(files_in(saved)) == expected
    assert sorted(files_in(settled(client, alone.save(tmp_path / "b", client=own)))) == expected


def test_save_by_id(client: Any, server: Server, tmp_path: Path) -> None:
    server.on_execute(lambda run: "# Text")
    execution = client.agent.execute(prompt="Read it", batch=False)
    saved = client.executions.save(execution.id, tmp_path / "a")
    assert files_in(saved)["answer.md"] == b"# Text"
    with pytest.raises(ResourceNotFoundError):
        client.executions.save("none", tmp_path / "b")
    assert not (tmp_path / "b").exists()


def test_p89_nothing_remains_if_an_artifact_cannot_be_downloaded(
    connect: Callable[..., Any], server: Server, tmp_path: Path
) -> None:
    client = connect(max_retries=0)
    server.on_execute(lambda run: {"cover": {"id": "img_0a1b2c"}})
    execution = client.agent.execute(prompt="Read it", batch=False)
    server.add_artifact(execution.id, b"\x89PNG\r\n\x1a\n", "img_0a1b2c")
    server.inject(Fault("get_artifact", status=500, times=2))
    empty = tmp_path / "empty"
    empty.mkdir()
    for target in (tmp_path / "new" / "out", empty):
        with pytest.raises(APIError):
            client.executions.save(execution, target)
    assert list(tmp_path.rglob("*")) == [empty]
    assert client.executions.save(execution, empty) == empty
    assert sorted(files_in(empty)) == ["answer.json", "artifacts/img_0a1b2c.png", "manifest.json"]


def test_p89_nothing_is_overwritten(client: Any, server: Server, tmp_path: Path) -> None:
    execution = client.agent.execute(prompt="Read it", batch=False)
    (tmp_path / "mine.txt").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "gone")
    requests = len(server.requests)
    for folder, problem in (
        (tmp_path, "is not empty"),
        (tmp_path / "mine.txt", "is not a folder"),
        (tmp_path / "link", "is not a folder"),
        ("", "is empty"),
        (5, "must be a str or a Path"),
    ):
        with pytest.raises(InputError, match=problem):
            client.executions.save(execution, folder)
        with pytest.raises(InputError, match=problem):
            client.agent.execute(prompt="Read it", batch=False, save_to=folder)
    with pytest.raises(InputError, match="save_to needs a result"):
        client.agent.execute(prompt="Read it", save_to=tmp_path / "a")
    assert len(server.requests) == requests


def test_save_to_saves_what_a_call_returns(
    client: Any, server: Server, pdf: Path, tmp_path: Path
) -> None:
    server.on_predict(lambda run: INVOICE)
    image = pdf.parent / "invoice.png"
    calls: dict[str, Callable[[Path], Any]] = {
        "execution": lambda to: client.agent.execute(prompt="a", batch=False, save_to=to),
        "document": lambda to: client.document.generate(
            file=pdf, domain="document.invoice", save_to=to
        ),
        "image": lambda to: client.image.generate("document.invoice", images=[image], save_to=to),
    }
    for name, call in calls.items():
        job = call(tmp_path / name)
        assert check_manifest(tmp_path / name)["job"]["id"] == job.id


def test_p89_an_error_of_save_to_names_the_job(
    client: Any, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.on_execute(lambda run: {"cover": {"id": "img_0a1b2c"}})
    server.inject(Fault("list_artifacts", status=403, times=None))
    with pytest.raises(APIError) as caught:
        client.agent.execute(prompt="Read it", batch=False, save_to=tmp_path / "a")
    (execution,) = client.executions.list()
    assert execution.id in "".join(caught.value.__notes__)
    assert list(tmp_path.iterdir()) == []


def test_a_job_without_a_result_cannot_be_saved(
    client: Any, server: Server, tmp_path: Path
) -> None:
    submitted = client.agent.execute(prompt="Read it")
    with pytest.raises(JobNotCompletedError):
        client.executions.save(submitted, tmp_path / "a")
    with pytest.raises(JobNotCompletedError):
        AgentExecutionResponse(id="e").save(tmp_path / "a")
    assert list(tmp_path.iterdir()) == []


def test_a_response_that_does_not_fit_is_saved_without_parsed(tmp_path: Path) -> None:
    job = PredictionResponse.model_validate(
        {"id": "p", "status": "completed", "response": {"total": "x", "n": float("nan")}}
    )
    saved = job.with_response_model(Total).save(tmp_path / "a")
    assert sorted(files_in(saved)) == ["answer.json", "manifest.json"]
    assert "total" in check_manifest(saved)["not_parsed"]
    assert json.loads(files_in(saved)["answer.json"])["n"] is None

    @dataclass
    class Plain:
        total: float

    fitting = PredictionResponse.model_validate({**job.raw, "response": INVOICE})
    saved = fitting.with_response_model(Plain).save(tmp_path / "b")
    assert json.loads(files_in(saved)["parsed.json"]) == {"total": 12.5}
    lost = pickle.loads(pickle.dumps(fitting.with_response_model(Plain)))
    saved = lost.save(tmp_path / "c")
    assert "parsed.json" not in files_in(saved)
    assert "Plain was lost" in check_manifest(saved)["not_parsed"]


def test_markdown_documents_are_saved_with_their_figures(
    client: Any, server: Server, pdf: Path, tmp_path: Path
) -> None:
    png = base64.b64encode(b"\x89PNG\r\n\x1a\n").decode()
    figures = [
        {"id": 1, "title": "A [b]", "caption": "Sales", "content": f"data:image/png;base64,{png}"},
        {"id": 2, "content": "Text of it"},
        {"id": 3, "title": "No place", "image": {"id": "img_0a1b2c"}},
        {"id": 4, "title": "Broken", "image": "data:image/png;base64,x"},
    ]
    content = '# One\n\n<Figure id="fg-1"/>\n\n<Figure id="fg-2"/>\n\n<Figure id="fg-9"/>'
    pages = [{"content": content, "figures": figures}, {"content": "# Two"}]
    server.on_predict(lambda run: {"pages": pages})
    prediction = client.document.generate(file=pdf, domain="document.markdown")
    server.add_artifact(prediction.id, b"\x89PNG\r\n\x1a\n", "img_0a1b2c")
    saved = settled(client, prediction.save(tmp_path / "a"))

    assert (saved / "document.md").read_text("utf-8") == (
        "# One\n\n"
        "![A  b ](figures/page-1-fg-1.png)\n\nSales\n\n"
        "**Figure 2**\n\nText of it\n\n"
        '<Figure id="fg-9"/>\n\n'
        "![No place](artifacts/img_0a1b2c.png)\n\n"
        "**Broken**\n\n---\n\n# Two\n"
    )
    assert (saved / "figures/page-1-fg-1.png").read_bytes() == b"\x89PNG\r\n\x1a\n"
    check_manifest(saved)


def test_a_batch_is_saved_with_its_errors(
    client: Any, server: Server, pdf: Path, tmp_path: Path
) -> None:
    server.on_execute(lambda run: {"cover": {"id": "img_0a1b2c"}})
    inputs = [pdf, tmp_path / "gone.pdf", ("../b/c.pdf", pdf.read_bytes())]
    items = list(client.agent.execute_many(inputs, prompt="Read it"))
    for item in items:
        if item.result:
            server.add_artifact(item.id, b"\x89PNG\r\n\x1a\n", "img_0a1b2c")
    saved = settled(client, results.save(items, tmp_path / "all"))

    manifest = check_manifest(saved)
    first, second, third = manifest["results"]
    assert first["folder"] == "0001-referral.pdf"
    assert "folder" not in second
    assert "MissingFileError" in second["error"]
    assert third["folder"].startswith("0003-")
    files = files_in(saved)
    assert {f"{first['folder']}/artifacts/img_0a1b2c.png", "results.csv"} <= set(files)
    assert files["results.csv"].count(b"\n") == 4
    assert not any(".." in path or path.startswith("/") for path in files)


def test_results_without_a_client_are_saved_as_they_are(tmp_path: Path) -> None:
    job = PredictionResponse.model_validate({"id": "p", "status": "completed", "response": INVOICE})
    items = [BatchItem(0, "a.pdf", "p", job), BatchItem(1, "=b.pdf", error=ValueError("no"))]
    saved = results.save(items, tmp_path / "a")
    assert "\n'=b.pdf," in (saved / "results.csv").read_text()
    assert sorted(files_in(saved)) == [
        "0001-p/answer.json",
        "0001-p/evidence.json",
        "manifest.json",
        "results.csv",
    ]
    check_manifest(saved)
    points = {"people": [{"bbox": [0, 0, 1, 1], "keypoints": {"nose": [0.25, 0.5]}}]}
    path = job.model_copy(update={"response": points}).save(tmp_path / "p") / "evidence.json"
    (person,) = json.loads(path.read_text())
    assert person["boxes"][0]["keypoints"] == [[0.25, 0.5, "nose", None]]
    with pytest.raises(InputError, match=r"items\[0\] must be an execution, a prediction"):
        results.save([1], tmp_path / "b")
    with pytest.raises(InputError, match="artifact img_0a1b2c"):
        results.save([job.model_copy(update={"response": {"id": "img_0a1b2c"}})], tmp_path / "b")
    assert not (tmp_path / "b").exists()


def test_a_job_does_not_keep_its_client_alive(server: Server, tmp_path: Path) -> None:
    from vlmrun import VLMRun

    with VLMRun(api_key="test", base_url=server.url) as client:
        execution = client.agent.execute(prompt="Read it", batch=False)
    assert isinstance(execution._origin[0], weakref.ref)
    alone = pickle.loads(pickle.dumps(execution))
    assert alone._origin is None
    assert alone.save(tmp_path / "a") == tmp_path / "a"
    assert check_manifest(tmp_path / "a")["artifacts"] == "not downloaded"


def test_results_from_a_journal_are_saved_by_the_client_that_reads_them(
    client: Any, server: Server, pdf: Path, tmp_path: Path
) -> None:
    journal = tmp_path / "runs.sqlite"
    for run in range(2):
        (item,) = client.agent.execute_many([pdf], prompt="Read it", journal=journal)
        server.add_artifact(item.id, b"\x89PNG\r\n\x1a\n", "img_0a1b2c")
        assert item.from_journal == (run == 1)
    saved = settled(client, item.result.save(tmp_path / "a"))
    assert (saved / "artifacts/img_0a1b2c.png").exists()
