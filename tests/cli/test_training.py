"""`vlmrun datasets` and `vlmrun fine-tuning`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Command

pytestmark = pytest.mark.slow


def sent(vlm: Command, operation: str) -> Any:
    (request,) = (each for each in vlm.server.requests if each.operation == operation)
    return request.json


@pytest.fixture
def folder(tmp_path: Path, pdf: Path) -> Path:
    (tmp_path / "set").mkdir()
    (tmp_path / "set/a.pdf").write_bytes(pdf.read_bytes())
    return tmp_path / "set"


@pytest.mark.parametrize("kind", ["pdfs", "documents"])
def test_create_a_dataset(vlm: Command, folder: Path, kind: str) -> None:
    result = vlm(
        "datasets", "create", "--directory", folder, "--domain", "document.invoice",
        "--dataset-name", "bills", "--dataset-type", kind, "--wandb-project-name", "p",
        "--wandb-api-key", "wandb-secret", "--wandb-base-url", "https://api.wandb.ai",
    )  # fmt: skip
    assert result.exit_code == 0
    assert "1 documents found" in result.stderr
    body = sent(vlm, "create_dataset")
    assert body["dataset_type"] == "documents"
    assert body["wandb_project_name"] == "p"
    (dataset,) = vlm.json("datasets", "list")
    assert dataset["id"] == result.stdout.strip()
    titles = vlm.ok("datasets", "list").splitlines()[0]
    assert titles.split()[:4] == ["ID", "NAME", "TYPE", "DOMAIN"]


@pytest.mark.parametrize(
    ("directory", "kind", "message"),
    [("set", "images", "has no images"), ("none", "pdfs", "not a folder"), ("set", "text", "Use")],
)
def test_a_dataset_needs_files(
    vlm: Command, folder: Path, directory: str, kind: str, message: str
) -> None:
    result = vlm(
        "datasets", "create", "--directory", folder.parent / directory, "--domain", "d",
        "--dataset-name", "n", "--dataset-type", kind,
    )  # fmt: skip
    assert result.exit_code == 2
    assert message in result.stderr
    assert vlm.server.requests == []
    assert vlm("datasets", "create", "--domain", "d").exit_code == 2


@pytest.mark.parametrize(
    "form", [["--model", "vlm-1", "--training-file", "{file}"], ["vlm-1", "{file}"]]
)
def test_fine_tuning_in_both_forms(vlm: Command, pdf: Path, form: list[str]) -> None:
    file = vlm.json("files", "upload", pdf)["id"]
    arguments = [each.format(file=file) for each in form]
    id = vlm.ok("fine-tuning", "create", *arguments, "--suffix", "mine").strip()
    body = sent(vlm, "create_fine_tuning_job")
    assert (body["model"], body["suffix"]) == ("vlm-1", "mine")
    assert (body["num_epochs"], body["batch_size"], body["learning_rate"]) == (1, 1, 2e-4)
    assert vlm.json("fine-tuning", "list")[0]["id"] == id
    assert vlm.json("fine-tuning", "get", id)["id"] == id
    assert f" {id}\n" in vlm.ok("fine-tuning", "get", id)
    assert vlm.ok("fine-tuning", "list").splitlines()[0].split()[:3] == ["ID", "MODEL", "STATUS"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "--model"),
        (["vlm-1"], "--training-file"),
        (["a", "b", "c"], "c"),
        (["a", "b", "--model", "x"], "'b'"),
    ],
)
def test_fine_tuning_needs_model_and_file(vlm: Command, arguments: list[str], message: str) -> None:
    result = vlm("fine-tuning", "create", *arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert vlm.server.requests == []


def test_provision_and_cancel(vlm: Command) -> None:
    result = vlm("fine-tuning", "provision", "vlm-1", "--duration", "60", "--concurrency", "2")
    assert sent(vlm, "provision_fine_tuned_model") == {
        "model": "vlm-1", "duration": 60, "concurrency": 2
    }  # fmt: skip
    assert result.exit_code == 4
    cancelled = vlm("fine-tuning", "cancel", "job")
    assert (cancelled.exit_code, cancelled.stdout) == (2, "")
    assert "no operation" in cancelled.stderr
