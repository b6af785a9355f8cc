"""Artifacts in reports: images, and the types and sizes of others."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.pictures.documents import pdf
from tests.report.test_report import Elements
from vlmrun import AsyncVLMRun, VLMRun, viz
from vlmrun.errors import InputTypeError
from vlmrun.testing import Server
from vlmrun.types._report_artifacts import ReportArtifacts

NAMES = ("img_0a1b2c", "doc_0a1b2c", "vid_0a1b2c", "aud_gone00", "img_broken")


def image() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (2000, 1000), "navy").save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture
def execution(client: Any, server: Server) -> Any:
    """An execution with an image, a document, a video, and an artifact that does not exist."""
    server.on_execute(lambda run: [{"id": name} for name in NAMES])
    done = client.agent.execute(prompt="Read it", batch=False)
    server.add_artifact(done.id, image(), "img_0a1b2c")
    server.add_artifact(done.id, pdf(2), "doc_0a1b2c")
    server.add_artifact(done.id, b"\x89PNG\r\n\x1a\n", "img_broken")
    server.add_artifact(done.id, b"\0\0\0\x18ftypmp42" + bytes(1500), "vid_0a1b2c")
    server.clear()
    return done


def described(path: Path) -> dict[str, tuple[str, bool]]:
    """Return by id what a report says of each artifact, and whether it has a picture."""
    elements = Elements(path)
    pictures = {str(each["alt"]) for each in elements.all("img")}
    ids = elements.texts["figcaption"]
    abouts = [text for text in elements.texts["figure"] if text]
    return {
        id: (about.removeprefix(id), id in pictures) for id, about in zip(ids, abouts, strict=True)
    }


def test_artifacts_are_shown_as_far_as_a_client_can_download_them(
    execution: Any, server: Server, tmp_path: Path
) -> None:
    found = described(execution.to_html(tmp_path / "r.html"))
    assert found["img_0a1b2c"][0].startswith("image/png, ")
    assert found["img_0a1b2c"][1]
    assert found["doc_0a1b2c"][0].startswith("application/pdf, ")
    assert found["doc_0a1b2c"][1]
    assert found["vid_0a1b2c"] == ("video/mp4, 1.5 kB", False)
    assert found["aud_gone00"][0].startswith("audio, not downloaded: ")
    assert "request id" not in found["aud_gone00"][0]
    assert found["img_broken"] == ("image/png, 8 bytes, cannot be shown", False)
    assert len(server.requests) == len(NAMES)


def test_a_report_is_written_beside_the_event_loop(server: Server, tmp_path: Path) -> None:
    async def main() -> list[Path]:
        async with AsyncVLMRun(api_key="test", base_url=server.url) as client:
            server.on_execute(lambda run: {"id": "img_0a1b2c"})
            done = await client.agent.execute(prompt="Read it", batch=False)
            server.add_artifact(done.id, image(), "img_0a1b2c")
            beside = asyncio.to_thread(done.to_html, tmp_path / "a.html")
            paths, _ = await asyncio.gather(beside, client.executions.get(done.id))
            return [paths, done.to_html(tmp_path / "b.html")]

    beside, inside = map(described, asyncio.run(main()))
    assert beside["img_0a1b2c"][1]
    assert inside["img_0a1b2c"] == (
        "image, not downloaded: The event loop would be blocked; write the report by "
        "await asyncio.to_thread(...)",
        False,
    )


def test_artifacts_that_are_passed_need_no_client(
    execution: Any, server: Server, tmp_path: Path
) -> None:
    video = tmp_path / "v.mp4"
    video.write_bytes(b"\0\0\0\x18ftypmp42" + bytes(5_000_000))
    passed = {"img_0a1b2c": Image.new("RGB", (40, 20)), "doc_0a1b2c": pdf(1), "vid_0a1b2c": video}
    for artifacts in (passed, False):
        found = described(viz.report([execution], tmp_path / "r.html", artifacts=artifacts))
        assert [shown for _, shown in found.values()] == [bool(artifacts)] * 2 + [False] * 3
    assert found["vid_0a1b2c"] == ("video", False)
    found = described(execution.to_html(tmp_path / "r.html", artifacts=passed))
    assert found["vid_0a1b2c"] == ("video/mp4, 5.0 MB", False)
    assert server.requests == []
    with pytest.raises(InputTypeError, match="artifacts must be True, False, or pictures by their"):
        execution.to_html(tmp_path / "r.html", artifacts="img_0a1b2c")


def test_many_or_large_artifacts_end_soon(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vlmrun.types._report_artifacts._LARGEST", 1000)
    monkeypatch.setattr("vlmrun.types._report_artifacts._MOST", 3)
    with VLMRun(api_key="test", base_url=server.url) as client:
        server.on_execute(lambda run: [{"id": f"img_{index:06}"} for index in range(2)])
        jobs = [client.agent.execute(prompt="Read it", batch=False) for _ in range(2)]
        server.add_artifact(jobs[0].id, image(), "img_000000")
        viz.report(jobs, tmp_path / "r.html")
        text = (tmp_path / "r.html").read_text("utf-8")
        assert "not downloaded: " in text
        requests = [each for each in server.requests if each.operation == "get_artifact"]
        assert len(requests) == 3
    # The client is closed.
    assert "not downloaded: " in jobs[0].to_html(tmp_path / "r.html").read_text("utf-8")
    assert ReportArtifacts(False).of(jobs[0], jobs[0].response)[0].about == "image"


def test_a_report_without_results_says_so(tmp_path: Path) -> None:
    elements = Elements(viz.report([], tmp_path / "r.html", title="November"))
    assert (elements.texts["h1"], elements.texts["note"]) == (["November"], ["No results."])
