"""The examples in docstrings run against the mock server, and print what they say."""

from __future__ import annotations

import doctest
import importlib
import io
import pkgutil
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import pydantic
import pytest

import vlmrun
import vlmrun.client.types
import vlmrun.errors
import vlmrun.testing
from tests.sample_data import EXAMPLES
from vlmrun.common.video import VideoWriter
from vlmrun.testing import Server

# The sync client is derived from the async one, and so are its examples; the errors of chat have
# the docstrings of vlmrun.errors; the others start a program, or belong to another distribution.
SKIPPED = ("vlmrun._async", "vlmrun._chat.errors", "vlmrun.testing.__main__", "vlmrun.hub")
# These download from example.com.
NEED_INTERNET = {f"vlmrun.common._web.download_{name}" for name in ("artifact", "image")}


class Invoice(pydantic.BaseModel):
    """The schema that examples refer to."""

    invoice_id: str
    total: float | None = None


def execution(client: Any, server: Server) -> Any:
    run = client.agent.execute(prompt="Read it", batch=False)
    server.add_artifact(run.id, b"%PDF-1.7", "doc_0a1b2c")
    server.add_artifact(run.id, (EXAMPLES / "inputs/invoice.png").read_bytes(), "img_0a1b2c")
    return run


def dataset(client: Any, server: Server) -> Any:
    return client.datasets.create("document.invoice", "invoices", "invoices", "documents")


def job(client: Any, server: Server) -> Any:
    created = client.fine_tuning.create("vlm-1", "https://example.com/data.jsonl")
    return client.fine_tuning.wait(created.id)


def write_video(client: Any, server: Server) -> None:
    with VideoWriter("talk.mp4", fps=10) as video:
        for _ in range(20):
            video.write(np.zeros((48, 64, 3), np.uint8))


# The names that examples use without defining them, by what creates their values; and the files
# that take longer to create.
NAMES: dict[str, Callable[[Any, Server], Any]] = {
    "dataset": dataset,
    "execution": execution,
    "file": lambda client, server: client.files.upload(Path("referral.pdf")),
    "file_id": lambda client, server: client.files.upload(Path("referral.pdf")).id,
    "image": lambda client, server: PIL.Image.new("RGB", (8, 8)),
    "inputs": lambda client, server: {"file": Path("referral.pdf")},
    "job": job,
    "path": lambda client, server: Path("referral.pdf"),
    "prediction": lambda client, server: client.document.generate(
        file=Path("referral.pdf"), domain="document.invoice"
    ),
    "response": lambda client, server: client.agent.completions.create(
        model="vlmrun-orion-1:auto", messages=[{"role": "user", "content": "Hi"}]
    ),
    "schema": lambda client, server: client.get_schema("document.invoice"),
    "skill": lambda client, server: client.skills.get(
        id=client.skills.create_from_directory("my-skill").skill_id
    ),
    "talk": write_video,
    "url": lambda client, server: "https://example.com/hook",
    "submitted": lambda client, server: client.agent.execute(prompt="Read it"),
}


class _Checker(doctest.OutputChecker):
    def check_output(self, want: str, got: str, flags: int) -> bool:
        # What an example prints is often not shown.
        return not want or super().check_output(want, got, flags)


def modules() -> Iterator[str]:
    for module in pkgutil.walk_packages(vlmrun.__path__, "vlmrun."):
        if not module.name.startswith(SKIPPED):
            yield module.name


def examples() -> dict[str, doctest.DocTest]:
    finder = doctest.DocTestFinder(exclude_empty=True)
    found = [
        test
        for name in ("vlmrun", *sorted(modules()))
        for test in finder.find(importlib.import_module(name), name)
    ]
    return {test.name: test for test in found if test.examples and test.name not in NEED_INTERNET}


EXAMPLE_TESTS = examples()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A working directory with the files that examples read."""
    for name in ("a.pdf", "invoice.pdf", "referral.pdf"):
        shutil.copy(EXAMPLES / "inputs/referral.pdf", tmp_path / name)
    for name in ("invoice.png", "a.jpg", "b.jpg"):
        shutil.copy(EXAMPLES / "inputs/invoice.png", tmp_path / name)
    shutil.copytree(EXAMPLES, tmp_path / "examples")
    shutil.copytree(EXAMPLES / "skills/patient-referral", tmp_path / "my-skill")
    shutil.copytree(EXAMPLES / "inputs", tmp_path / "invoices")
    shutil.copytree(EXAMPLES / "inputs", tmp_path / "in")
    (tmp_path / "call.mp3").write_bytes(b"sound")
    (tmp_path / "train.jsonl").write_text("{}")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VLMRUN_CACHE_DIR", str(tmp_path / "cache"))


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("name", EXAMPLE_TESTS)
def test_examples_of_docstrings_run(
    name: str, connect_lenient: tuple[Any, Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    test = EXAMPLE_TESTS[name]
    client, server = connect_lenient
    monkeypatch.setenv("VLMRUN_BASE_URL", server.url)
    monkeypatch.setenv("VLMRUN_API_KEY", "test")
    words = set(re.findall(r"\w+", "".join(each.source for each in test.examples)))
    needed = {each: create for each, create in NAMES.items() if each in words}
    test.globs = {
        **vars(vlmrun.client.types),
        **vars(vlmrun),
        **vars(vlmrun.errors),
        "Invoice": Invoice,
        "Path": Path,
        "client": client,
        "server": server,
        **{each: create(client, server) for each, create in needed.items()},
        **test.globs,
    }
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    report = io.StringIO()
    results = doctest.DocTestRunner(_Checker(), optionflags=flags).run(test, out=report.write)
    assert results.failed == 0, report.getvalue()


@pytest.fixture
def connect_lenient() -> Iterator[tuple[Any, Server]]:
    """A client of a lenient server, and the server."""
    with vlmrun.testing.serve(strict=False, polls=1) as server:
        urls = {"base_url": server.url, "gateway_url": server.gateway_url}
        with vlmrun.VLMRun(api_key="test", **urls) as client:
            yield client, server
