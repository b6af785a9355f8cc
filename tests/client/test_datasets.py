"""Datasets: what is packed and sent, what is found again, and waiting for them."""

from __future__ import annotations

import asyncio
import io
import logging
import re
import tarfile
import tempfile
import traceback
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from tests.faults.arrivals import arrival
from tests.plain_http import download
from tests.skills.files import write
from vlmrun import AsyncVLMRun
from vlmrun.errors import (
    APIError,
    InputError,
    InputTypeError,
    JobFailedError,
    JobPausedError,
    MissingFileError,
    NetworkError,
    OutcomeUnknownError,
    ResourceNotFoundError,
    WaitTimeoutError,
)
from vlmrun.testing import Fault, Server
from vlmrun.types import DatasetResponse

KEY = "wandb-0123456789abcdef"


def created(client: Any, directory: Path, **further: Any) -> Any:
    return client.datasets.create("document.invoice", directory, "invoices", "documents", **further)


CALLS = {
    "create_dataset": lambda client, data: created(
        client, data.skill_directory, wandb_project_name="é", wandb_api_key=KEY
    ),
    "list_datasets": lambda client, data: [
        *client.datasets.list(limit=5),
        *client.datasets.iterate(page_size=2),
    ],
    "get_dataset": lambda client, data: client.datasets.get(
        created(client, data.skill_directory).id
    ),
}


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """A directory that holds more than may travel."""
    for name in ("a.pdf", "labels/a.json", ".env", ".git/config"):
        write(tmp_path / "data" / name, f"content of {name}")
    return tmp_path / "data"


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which temporary files are created during the test."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def operations(server: Server) -> list[str | None]:
    return [request.operation for request in server.requests]


def archive_of(client: Any, dataset: Any) -> dict[str, bytes]:
    """The files in the one folder of a dataset's archive, as the service has it."""
    url = client.files.get(dataset.file_id).public_url
    contents = {}
    with tarfile.open(fileobj=io.BytesIO(download(url)), mode="r:gz") as archive:
        for member in archive:
            file = archive.extractfile(member)
            folder, _, name = member.name.partition("/")
            assert re.fullmatch(r"invoices_[0-9]{8}", folder)
            contents[name] = file.read() if file else b""
    return contents


def test_a_directory_becomes_a_dataset(client: Any, directory: Path) -> None:
    dataset = created(client, directory)
    assert isinstance(dataset, DatasetResponse)
    assert (dataset.dataset_name, dataset.dataset_type) == ("invoices", "documents")
    assert dataset.domain == "document.invoice"
    assert dataset.status == "pending"
    assert dataset.created_at
    assert dataset.message == "Files in the archive: 2"
    assert archive_of(client, dataset) == {
        "a.pdf": b"content of a.pdf",
        "labels/a.json": b"content of labels/a.json",
    }


def test_p24_only_arguments_that_were_set_are_sent(
    client: Any, server: Server, directory: Path
) -> None:
    days = {f"{datetime.now(timezone.utc):%Y%m%d}"}
    dataset = created(client, str(directory))
    days.add(f"{datetime.now(timezone.utc):%Y%m%d}")
    look_up, upload, create = server.requests
    assert look_up.operation == "get_file_by_hash"
    assert upload.query == {"purpose": "datasets"}
    assert upload.body is not None
    assert any(f'filename="invoices_{day}.tar.gz"'.encode() in upload.body for day in days)
    assert b"Content-Type: application/gzip" in upload.body
    assert create.json == {
        "domain": "document.invoice",
        "dataset_name": "invoices",
        "dataset_type": "documents",
        "file_id": dataset.file_id,
    }


def test_all_arguments_by_position(client: Any, server: Server, directory: Path) -> None:
    client.datasets.create(
        "document.invoice", directory, "invoices", "images", "https://wandb.example", "mine", KEY
    )
    sent = server.requests[-1].json
    assert sent["wandb_base_url"] == "https://wandb.example"
    assert (sent["wandb_project_name"], sent["wandb_api_key"]) == ("mine", KEY)


def test_the_same_contents_are_uploaded_once(client: Any, server: Server, directory: Path) -> None:
    first = created(client, directory)
    (directory / "a.pdf").touch()
    second = created(client, directory)
    assert second.id != first.id
    assert second.file_id == first.file_id
    assert operations(server).count("upload_file") == 1


def test_p06_changed_directory_is_uploaded_again(client: Any, directory: Path) -> None:
    first = created(client, directory)
    write(directory / "b.pdf", "new")
    second = created(client, directory)
    assert second.file_id != first.file_id
    assert archive_of(client, second)["b.pdf"] == b"new"
    assert "b.pdf" not in archive_of(client, first)


def test_exclude_adds_to_the_default_excludes(client: Any, directory: Path) -> None:
    assert archive_of(client, created(client, directory, exclude=["labels/"])).keys() == {"a.pdf"}


@pytest.mark.parametrize(
    ("changed", "error", "words"),
    [
        ({"domain": ""}, InputError, "domain is empty"),
        ({"domain": None}, InputTypeError, "domain must be a str"),
        ({"dataset_directory": "nowhere"}, MissingFileError, "dataset_directory: no such"),
        ({"dataset_directory": __file__}, InputError, "dataset_directory: not a directory"),
        ({"dataset_directory": 7}, InputTypeError, "dataset_directory must be a str or a Path"),
        ({"dataset_type": "image"}, InputError, "dataset_type .*Did you mean 'images'"),
        ({"dataset_name": "../x"}, InputError, "dataset_name cannot be '../x': it has a slash"),
        ({"dataset_name": ".."}, InputError, "dataset_name .*it leads out"),
        ({"dataset_name": ""}, InputError, "dataset_name is empty"),
        ({"exclude": "*.pdf"}, InputTypeError, "exclude must be a list"),
        ({"exclude": ["*"]}, InputError, "no file to pack"),
        ({"wandb_base_url": "wandb.ai"}, InputError, "wandb_base_url must start with http"),
        ({"wandb_project_name": " "}, InputError, "wandb_project_name is empty"),
        ({"wandb_api_key": ""}, InputError, "wandb_api_key is empty"),
        ({"options": {"retries": 1}}, InputTypeError, "retries"),
    ],
)
def test_invalid_argument_sends_nothing(
    client: Any,
    server: Server,
    directory: Path,
    changed: dict[str, Any],
    error: type[Exception],
    words: str,
) -> None:
    arguments = {
        "domain": "document.invoice",
        "dataset_directory": directory,
        "dataset_name": "invoices",
        "dataset_type": "documents",
    }
    with pytest.raises(error, match=words):
        client.datasets.create(**{**arguments, **changed})
    assert server.requests == []


def test_p20_link_out_of_the_directory_is_an_input_error(
    client: Any, server: Server, directory: Path, tmp_path: Path
) -> None:
    write(tmp_path / "private.txt", "private")
    (directory / "link.txt").symlink_to(tmp_path / "private.txt")
    with pytest.raises(InputError, match=r"link\.txt is a link that leads out"):
        created(client, directory)
    assert server.requests == []


def test_p02_creation_with_an_unknown_outcome_is_not_repeated(
    client: Any, server: Server, directory: Path
) -> None:
    server.inject(Fault("create_dataset", reset="after_handling", times=None))
    with pytest.raises(OutcomeUnknownError):
        created(client, directory)
    assert operations(server).count("create_dataset") == 1
    assert len(client.datasets.list()) == 1


@pytest.mark.parametrize("operation", ["get_file_by_hash", "upload_file", "create_dataset"])
def test_no_temporary_file_is_left(
    client: Any, server: Server, directory: Path, temporary: Path, operation: str
) -> None:
    created(client, directory)
    server.inject(Fault(operation, status=400, times=None))
    write(directory / "b.pdf", "new")
    with pytest.raises(APIError):
        created(client, directory)
    assert list(temporary.iterdir()) == []


def test_cancelled_task_leaves_no_temporary_file(
    server: Server, directory: Path, temporary: Path
) -> None:
    server.inject(Fault("upload_file", delay=30))

    async def main() -> None:
        async with AsyncVLMRun("key", server.url) as client:
            task = asyncio.create_task(created(client, directory))
            await arrival(server, "upload_file")
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    asyncio.run(main())
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 422, "body": {"detail": [{"loc": ["body"], "msg": KEY, "input": KEY}]}},
        {"status": 500, "body": f"<html>{KEY}</html>"},
        {"status": 200, "body": [KEY]},
        {"status": 200, "body": f"not JSON {KEY}".encode()},
        {"reset": "after_reading"},
    ],
)
def test_p23_wandb_api_key_is_in_no_error_and_no_log(
    client: Any,
    server: Server,
    directory: Path,
    caplog: pytest.LogCaptureFixture,
    fault: dict[str, Any],
) -> None:
    caplog.set_level(logging.DEBUG)
    server.inject(Fault("create_dataset", times=None, **fault))
    with pytest.raises(APIError) as caught:
        created(client, directory, wandb_api_key=KEY)
    error = caught.value
    shown = [str(error), repr(error), str(vars(error)), *traceback.format_exception(error)]
    shown += [record.getMessage() for record in caplog.records]
    assert {"vlmrun", "httpx"} <= {record.name for record in caplog.records}
    assert not any(KEY in text for text in shown)


def test_p23_wandb_api_key_of_a_wrong_type_is_not_shown(client: Any, directory: Path) -> None:
    with pytest.raises(InputTypeError, match="wandb_api_key must be a str, got bytes"):
        created(client, directory, wandb_api_key=KEY.encode())


def test_get_list_and_iterate(client: Any, server: Server, directory: Path) -> None:
    ids = [created(client, directory).id for _ in range(3)][::-1]
    assert client.datasets.get(dataset_id=ids[0]).id == ids[0]
    assert [each.id for each in client.datasets.list(1, 1)] == ids[1:2]
    assert server.requests[-1].query == {"skip": "1", "limit": "1"}
    assert [each.id for each in client.datasets.iterate(page_size=2)] == ids
    with pytest.raises(ResourceNotFoundError):
        client.datasets.get("nothing")


def test_wait_returns_the_completed_dataset(client: Any, directory: Path) -> None:
    seen: list[str] = []
    dataset = created(client, directory)
    done = client.datasets.wait(
        dataset_id=dataset.id, timeout=30, on_update=lambda each: seen.append(each.status)
    )
    assert done.status == "completed"
    assert done.is_finished
    assert done.completed_at >= done.created_at
    assert seen == ["running", "completed"]


def test_wait_raises_for_a_failed_or_paused_dataset(client: Any, server: Server) -> None:
    base = {"id": "d", "message": "two files are broken"}
    server.inject(Fault("get_dataset", status=200, body={**base, "status": "failed"}))
    with pytest.raises(JobFailedError, match="Dataset d failed: two files are broken") as caught:
        client.datasets.wait("d")
    assert isinstance(caught.value.job, DatasetResponse)
    server.inject(Fault("get_dataset", status=200, body={**base, "status": "paused"}))
    with pytest.raises(JobPausedError, match="Dataset d is paused"):
        client.datasets.wait("d")
    server.inject(Fault("get_dataset", status=200, body={**base, "status": "running"}))
    with pytest.raises(WaitTimeoutError, match="last status: running"):
        client.datasets.wait("d", timeout=0)


def test_p10_response_of_another_version_is_read(client: Any, server: Server) -> None:
    answer = {"id": "d", "status": "levitating", "usage": {"credits_used": 0.5}, "new": 1}
    server.inject(Fault("get_dataset", status=200, body=answer))
    dataset = client.datasets.get("d")
    assert dataset.status == "levitating"
    assert not dataset.status_is_known
    assert dataset.usage.credits_used == 0.5
    assert dataset.raw == answer
    assert dataset.domain is None


@pytest.mark.parametrize("id", ["", " ", "..", "../files/x", "a?b", "a#b", "%2e%2e", None, 7])
def test_p19_hostile_id_sends_nothing(client: Any, server: Server, id: Any) -> None:
    for call in (client.datasets.get, client.datasets.wait):
        with pytest.raises(InputError, match="dataset_id"):
            call(id)
    assert server.requests == []


def test_documented_class_is_importable() -> None:
    from vlmrun.client.datasets import Datasets
    from vlmrun.client.types import DatasetResponse as Documented

    assert Datasets._attribute == "datasets"
    assert Documented is DatasetResponse
    assert issubclass(OutcomeUnknownError, NetworkError)
