"""Feedback, datasets and fine-tuning of the mock server."""

from __future__ import annotations

import base64
import io
import tarfile
from collections.abc import Callable
from typing import Any

import httpx
import pytest

import vlmrun.testing
from vlmrun.testing import Server

URL = "https://files.example/a.jpg"


def archive_of(*names: str, mode: Any = "w:gz") -> bytes:
    """Return an archive with a folder and these files."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:
        folder = tarfile.TarInfo("data")
        folder.type = tarfile.DIRTYPE
        archive.addfile(folder)
        for name in names:
            entry = tarfile.TarInfo(f"data/{name}")
            entry.size = 3
            archive.addfile(entry, io.BytesIO(b"abc"))
    return buffer.getvalue()


def upload(http: httpx.Client, data: bytes, purpose: str = "datasets") -> str:
    response = http.post("/files", files={"file": ("a.tar.gz", data)}, params={"purpose": purpose})
    return str(response.json()["id"])


def create_dataset(http: httpx.Client, file_id: str, **fields: Any) -> httpx.Response:
    body = {"domain": "d", "dataset_name": "n", "dataset_type": "images", "file_id": file_id}
    return http.post("/datasets/create", json={**body, **fields})


def create_job(http: httpx.Client, **fields: Any) -> httpx.Response:
    body = {"model": "vlm-1", "training_file": URL}
    return http.post("/fine_tuning/create", json={**body, **fields})


def trained_model(http: httpx.Client) -> str:
    """Complete a fine-tuning job and return the name of its model."""
    job = create_job(http).json()
    for _ in range(2):
        http.get(f"/fine_tuning/jobs/{job['id']}")
    return str(job["model"])


def generate(http: httpx.Client, **body: Any) -> httpx.Response:
    return http.post("/fine_tuning/generate", json=body)


def problem_of(response: httpx.Response) -> tuple[Any, str]:
    assert response.status_code == 422, response.text
    (found,) = response.json()["detail"]
    return found["loc"], found["msg"]


def test_dataset_reports_its_number_of_files(http: httpx.Client) -> None:
    file_id = upload(http, archive_of("a", "b", "c"))
    response = create_dataset(http, file_id, wandb_project_name="p", wandb_api_key="secret")
    assert response.status_code == 201
    dataset = response.json()
    assert dataset["message"] == "Files in the archive: 3"
    assert (dataset["file_id"], dataset["status"]) == (file_id, "pending")
    assert dataset["wandb_project_name"] == "p"
    assert "secret" not in response.text
    assert "response" not in dataset


def test_dataset_advances_with_each_poll(http: httpx.Client) -> None:
    ids = [create_dataset(http, upload(http, archive_of(name))).json()["id"] for name in "ab"]
    assert [each["id"] for each in http.get("/datasets").json()] == ids[::-1]
    path = f"/datasets/{ids[0]}"
    assert [http.get(path).json()["status"] for _ in range(3)] == [
        "running",
        "completed",
        "completed",
    ]
    assert http.get("/datasets", params={"skip": 1}).json()[0]["completed_at"]
    assert http.get("/datasets/nothing").status_code == 404


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"no archive", "is not a valid tar.gz"),
        (b"", "is not a valid tar.gz"),
        (archive_of("a", mode="w"), "is not a valid tar.gz"),
        (archive_of("a")[:-9], "is not a valid tar.gz"),
        (archive_of("a")[:40], "is not a valid tar.gz"),
        (archive_of(), "contains no files"),
    ],
    ids=["text", "empty", "not compressed", "trailer cut off", "cut off", "only a folder"],
)
def test_dataset_needs_a_valid_archive_with_files(
    http: httpx.Client, data: bytes, reason: str
) -> None:
    location, message = problem_of(create_dataset(http, upload(http, data)))
    assert location == ["body", "file_id"]
    assert reason in message


def test_dataset_needs_a_file_with_purpose_datasets(http: httpx.Client) -> None:
    assert create_dataset(http, "nothing").status_code == 404
    location, message = problem_of(
        create_dataset(http, upload(http, archive_of("a"), "assistants"))
    )
    assert location == ["body", "file_id"]
    assert message == "The purpose of the file must be datasets, got assistants"


def test_feedback_is_stored_and_listed(http: httpx.Client, server: Server) -> None:
    prediction = server.add_prediction()
    execution = http.post("/agent/execute", json={"config": {"prompt": "x"}}).json()["id"]
    for field, id in {"request_id": prediction, "agent_execution_id": execution}.items():
        response = http.post("/feedback/submit", json={field: id, "notes": "n"})
        assert response.status_code == 200
        assert response.json()[field] == id
        found = http.get(f"/feedback/{id}", params={"type": field.removesuffix("_id")})
        assert [each["notes"] for each in found.json()["items"]] == ["n"]
        assert found.json()[field] == id
    assert http.get(f"/feedback/{prediction}", params={"offset": 1}).json()["items"] == []


def test_feedback_needs_an_existing_subject(http: httpx.Client, server: Server) -> None:
    prediction = server.add_prediction()
    wrong = http.post("/feedback/submit", json={"agent_execution_id": prediction, "notes": "n"})
    assert wrong.status_code == 404
    assert wrong.json()["detail"].endswith("; it is a valid request_id")
    execution = http.post("/agent/execute", json={"config": {"prompt": "x"}}).json()["id"]
    wrong = http.post("/feedback/submit", json={"request_id": execution, "notes": "n"})
    assert wrong.json()["detail"].endswith("; it is a valid agent_execution_id")
    assert http.get("/feedback/nothing").status_code == 404
    assert http.get("/feedback/any", params={"type": "chat"}).json()["items"] == []


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"notes": "n"}, "exactly one of request_id"),
        ({"request_id": "a", "chat_id": "b", "notes": "n"}, "exactly one of request_id"),
        ({"chat_id": "b"}, "response, notes, or both"),
        ({"chat_id": "b", "notes": None}, "response, notes, or both"),
    ],
)
def test_feedback_needs_one_subject_and_some_content(
    http: httpx.Client, body: Any, reason: str
) -> None:
    assert reason in problem_of(http.post("/feedback/submit", json=body))[1]


def test_completed_job_creates_a_model(http: httpx.Client) -> None:
    response = create_job(http, suffix="mine", wandb_api_key="secret", id="job-1")
    assert response.status_code == 201
    assert "secret" not in response.text
    job = response.json()
    assert (job["id"], job["suffix"], job["status"]) == ("job-1", "mine", "pending")
    assert job["model"] == "vlm-1:mine-1"
    assert http.get("/fine_tuning/models").json() == []
    assert http.post("/fine_tuning/provision", json={"model": job["model"]}).status_code == 404
    for status in ("running", "completed"):
        assert http.get("/fine_tuning/jobs/job-1").json()["status"] == status
    assert http.get("/fine_tuning/models").json() == [job["model"]]
    ready = http.post("/fine_tuning/provision", json={"model": job["model"]}).json()
    assert (ready["duration"], ready["concurrency"]) == (600, 1)
    assert [each["id"] for each in http.get("/fine_tuning/jobs").json()] == ["job-1"]
    assert problem_of(create_job(http, id="job-1"))[0] == ["body", "id"]
    assert http.get("/fine_tuning/jobs/nothing").status_code == 404


def test_job_needs_existing_files(http: httpx.Client) -> None:
    file_id = upload(http, b"{}", "fine-tune")
    assert create_job(http, training_file=file_id, validation_file=file_id).status_code == 201
    missing = create_job(http, training_file="nothing")
    assert missing.status_code == 404
    assert "training_file 'nothing'" in missing.json()["detail"]
    assert create_job(http, validation_file="nothing").status_code == 404
    assert problem_of(create_job(http, suffix="a b"))[0] == ["body", "suffix"]


@pytest.mark.vlmrun_server(accept_unreadable=True)
def test_prediction_is_a_sample_or_facts(http: httpx.Client) -> None:
    model = trained_model(http)
    sampled = generate(
        http, model=model, images=[URL], config={"json_schema": {"type": "integer"}}
    ).json()
    assert (sampled["status"], sampled["response"]) == ("completed", 0)
    assert "Sample by the mock server" in sampled["usage"]["message"]
    data = f"data:image/png;base64,{base64.b64encode(b'abc').decode()}"
    facts = generate(http, images=[data, URL]).json()["response"]["inputs"]["images"]
    assert (facts[0]["media_type"], facts[0]["bytes"]) == ("image/png", 3)
    assert facts[1]["url"] == URL


def test_batch_prediction_advances_with_each_poll(http: httpx.Client) -> None:
    job = generate(http, videos=[URL], batch=True, id="p-1").json()
    assert (job["id"], job["status"], job["response"]) == ("p-1", "pending", None)
    statuses = [http.get("/predictions/p-1").json()["status"] for _ in range(2)]
    assert statuses == ["running", "completed"]
    assert problem_of(generate(http, videos=[URL], id="p-1"))[0] == ["body", "id"]


@pytest.mark.parametrize(
    ("body", "location"),
    [
        ({}, ["body"]),
        ({"images": [], "videos": None}, ["body"]),
        ({"images": [URL], "videos": [URL]}, ["body"]),
        ({"images": [URL] * 17}, ["body", "images"]),
        ({"videos": [URL] * 2}, ["body", "videos"]),
    ],
)
def test_prediction_needs_images_or_one_video(http: httpx.Client, body: Any, location: Any) -> None:
    assert problem_of(generate(http, **body))[0] == location


def test_prediction_needs_an_existing_model(http: httpx.Client) -> None:
    response = generate(http, model="nothing", images=[URL])
    assert response.status_code == 404
    assert "'nothing'" in response.json()["detail"]


def test_datasets_and_jobs_are_completed_immediately_with_zero_polls(
    connected: Callable[[Server], httpx.Client],
) -> None:
    with vlmrun.testing.serve(polls=0) as server:
        http = connected(server)
        assert create_dataset(http, upload(http, archive_of("a"))).json()["status"] == "completed"
        assert create_job(http).json()["status"] == "completed"
