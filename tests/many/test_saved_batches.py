"""`save_to` of batches: a complete folder for each result, which a later run leaves as it is."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from vlmrun import results
from vlmrun.errors import FileAccessError, InputError, ResultNotSavedError, ServerError
from vlmrun.testing import Fault, Run, Server
from vlmrun.types import FileResponse, PdfPages
from vlmrun.types._batch_saving import folder_name

ARTIFACT = {"cover": {"id": "img_0a1b2c"}}
PNG = b"\x89PNG\r\n\x1a\n"


class Count(BaseModel):
    count: int


@pytest.fixture
def inputs(tmp_path: Path) -> list[Path]:
    """Two files of the same name, and another one."""
    paths = [tmp_path / "in" / "a" / "x.txt", tmp_path / "in" / "b" / "x.txt"]
    paths.append(tmp_path / "in" / "y.txt")
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(str(path))
    return paths


@pytest.fixture
def run(client: Any, server: Server, tmp_path: Path) -> Callable[..., list[Any]]:
    """Run a batch whose executions each have an artifact."""

    def answer(run: Run) -> dict[str, Any]:
        server.add_artifact(run.id, PNG, "img_0a1b2c")
        return ARTIFACT

    server.on_execute(answer)

    def call(inputs: Any, **arguments: Any) -> list[Any]:
        arguments = {"prompt": "Read it", "save_to": tmp_path / "out", **arguments}
        return list(client.agent.execute_many(inputs, **arguments))

    return call


def count(server: Server, operation: str) -> int:
    return sum(each.operation == operation for each in server.requests)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_each_result_is_saved_in_a_folder_of_its_own(
    run: Callable[..., list[Any]], inputs: list[Path], tmp_path: Path
) -> None:
    items = run([*inputs, "missing.txt"])
    for item, path in zip(items, inputs, strict=False):
        assert item.saved_to == tmp_path / "out" / f"{path.name}-{item.id}"
        manifest = json.loads((item.saved_to / "manifest.json").read_text("utf-8"))
        assert (manifest["job"]["id"], manifest["inputs"]) == (item.id, [path.name])
        assert (item.saved_to / "artifacts" / "img_0a1b2c.png").read_bytes() == PNG
    assert (items[3].saved_to, type(items[3].error).__name__) == (None, "MissingFileError")
    assert len(names(tmp_path / "out")) == 3


def test_p89_a_later_run_with_the_journal_saves_only_what_is_missing(
    run: Callable[..., list[Any]], server: Server, inputs: list[Path], tmp_path: Path
) -> None:
    journal = tmp_path / "runs.sqlite"
    first = run(inputs, journal=journal, save_to=None)
    assert [item.saved_to for item in first] == [None] * 3
    server.clear()
    saved = run(inputs, journal=journal)
    assert (count(server, "execute_agent"), count(server, "get_artifact")) == (0, 3)
    assert [item.id for item in saved] == [item.id for item in first]

    (saved[0].saved_to / "answer.json").unlink()  # is not complete any more
    server.clear()
    again = run(inputs, journal=journal)
    assert server.requests == []
    assert [item.saved_to for item in again] == [None, saved[1].saved_to, saved[2].saved_to]
    assert isinstance(again[0].error, ResultNotSavedError)
    assert "does not have the whole result" in str(again[0].error)


def test_p89_the_result_of_a_renamed_input_is_not_saved_again(
    run: Callable[..., list[Any]], server: Server, inputs: list[Path], tmp_path: Path
) -> None:
    journal = tmp_path / "runs.sqlite"
    first = run(inputs, journal=journal)
    saved = names(tmp_path / "out")
    renamed = [path.rename(path.with_name(f"new-{path.name}")) for path in inputs]
    server.clear()
    again = run(renamed, journal=journal)
    assert [item.id for item in again] == [item.id for item in first]
    assert [item.saved_to for item in again] == [item.saved_to for item in first]
    assert (count(server, "execute_agent"), count(server, "get_artifact")) == (0, 0)
    assert names(tmp_path / "out") == saved


def test_p89_what_cannot_be_saved_is_the_error_of_its_item(
    run: Callable[..., list[Any]], server: Server, inputs: list[Path], tmp_path: Path
) -> None:
    journal = tmp_path / "runs.sqlite"
    server.inject(Fault("get_artifact", status=500, times=1))
    items = run(inputs, journal=journal, max_concurrent=1, options={"max_retries": 0})
    (item,) = [item for item in items if item.error is not None]
    assert isinstance(item.error, ResultNotSavedError)
    assert isinstance(item.error.__cause__, ServerError)
    assert (item.result, item.error.job.response) == (None, ARTIFACT)
    assert results.to_records([item])[0]["status"] == "completed"
    assert len(names(tmp_path / "out")) == 2
    server.clear()
    assert all(each.saved_to for each in run(inputs, journal=journal))
    assert count(server, "execute_agent") == 0


def test_a_folder_that_cannot_be_written_ends_the_batch_before_anything_is_sent(
    run: Callable[..., list[Any]], server: Server, inputs: list[Path], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match=r"save_to: .* is not a folder"):
        run(inputs, save_to=tmp_path / "file")
    with pytest.raises(FileAccessError, match=r"save_to: .* cannot be written: Not a"):
        run(inputs, save_to=tmp_path / "file" / "inner")
    assert server.requests == []


def test_a_full_disk_stops_the_batch_after_the_items_that_run(
    run: Callable[..., list[Any]],
    server: Server,
    client: Any,
    inputs: list[Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    for kind in ("_sync", "_async"):
        monkeypatch.setattr(f"vlmrun.{kind}.resources._saving.write_result", full)
    found: list[Any] = []
    items = client.agent.execute_many(
        inputs, prompt="Read it", save_to=tmp_path / "out", max_concurrent=1
    )
    with pytest.raises(FileAccessError, match="No space left"):
        found.extend(items)
    assert [type(item.error) for item in found] == [ResultNotSavedError] * len(found)
    assert 1 <= len(found) <= 2
    assert count(server, "execute_agent") == len(found)
    assert names(tmp_path / "out") == []


def test_results_that_do_not_fit_their_model_are_saved(
    run: Callable[..., list[Any]], inputs: list[Path]
) -> None:
    (item,) = run(inputs[:1], response_model=Count)
    assert type(item.error).__name__ == "ResponseDecodeError"
    assert json.loads((item.saved_to / "answer.json").read_text("utf-8")) == ARTIFACT


def test_equal_items_share_a_folder(
    run: Callable[..., list[Any]], server: Server, inputs: list[Path], tmp_path: Path
) -> None:
    items = run([inputs[0]] * 3, journal=tmp_path / "runs.sqlite")
    assert len({item.saved_to for item in items}) == 1
    assert [item.error for item in items] == [None] * 3
    assert count(server, "execute_agent") == 1


def test_predictions_are_saved_and_a_dry_run_saves_nothing(
    client: Any, server: Server, pdf: Path, tmp_path: Path
) -> None:
    server.on_predict(lambda run: {"total": 3})
    out = tmp_path / "out"
    arguments = {"domain": "document.invoice", "save_to": out}
    (planned,) = client.document.generate_many([pdf], dry_run=True, **arguments)
    assert (planned.saved_to, out.exists()) == (None, False)
    (item,) = client.document.generate_many([PdfPages(pdf, "1")], **arguments)
    assert names(out) == [f"referral.pdf-{item.id}"]


def test_results_of_earlier_runs_are_not_inputs(
    run: Callable[..., list[Any]], inputs: list[Path], tmp_path: Path
) -> None:
    pattern = str(tmp_path / "in" / "**" / "*.*")
    for folder in (tmp_path / "in" / "out", tmp_path / "in"):
        found = [[item.input for item in run(pattern, save_to=folder)] for _ in range(2)]
        assert found == [inputs] * 2
        shutil.rmtree(tmp_path / "in" / "out", ignore_errors=True)
    assert [item.input for item in run(tmp_path / "in", save_to=tmp_path / "in")] == inputs[2:]


@pytest.mark.parametrize(
    ("item", "name"),
    [
        ("../../etc/passwd", "passwd-id1"),
        (("../../x/..", b""), "x-id1"),
        (("..", b""), "id1"),
        (("CON.txt", b""), "_CON.txt-id1"),
        (("a\x00b\u202e.pdf", b""), "a_b_.pdf-id1"),
        (("é" * 300, b""), f"{'é' * 50}-id1"),
        (("", b""), "id1"),
        ("https://example.com/a.pdf?X-Amz-Signature=secret", "a.pdf-id1"),
        (FileResponse(id="file_1", filename="b.pdf"), "b.pdf-id1"),
        ({"question": "What is it?", "file": Path("c/d.png")}, "d.png-id1"),
        (7, "id1"),
    ],
)
def test_names_of_folders_are_safe(item: Any, name: str) -> None:
    assert folder_name(item, "id1") == name
    assert "/" not in folder_name(item, "../ID 1")
