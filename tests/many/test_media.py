"""`generate_many` of each medium, and `execute_many` of media, have the same guarantees."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from PIL import Image

from tests.many import batch_program, programs
from vlmrun.errors import BudgetExceededError, MissingFileError
from vlmrun.testing import Outcome, Server
from vlmrun.types import BatchProgress


def image_content(number: int) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (8, 8), (40 * number % 256, number // 6, 0)).save(target, "PNG")
    return target.getvalue()


class Medium(NamedTuple):
    """A kind of batch, and what to call it with."""

    resource: str
    method: str
    suffix: str
    arguments: dict[str, str]
    content: Callable[[int], bytes] = lambda number: b"content %d" % number

    def run(self, client: Any, inputs: Any, **arguments: Any) -> Any:
        return getattr(getattr(client, self.resource), self.method)(
            inputs, **self.arguments, **arguments
        )

    def files(self, folder: Path, count: int) -> list[Path]:
        paths = [folder / f"{number:03}{self.suffix}" for number in range(count)]
        for number, path in enumerate(paths):
            path.write_bytes(self.content(number))
        return paths


def predictions(name: str, suffix: str, **options: Any) -> Medium:
    arguments = {"domain": batch_program.DOMAINS[name]}
    return Medium(name, "generate_many", suffix, arguments, **options)


MEDIA = {
    "document": predictions("document", ".txt"),
    "image": predictions("image", ".png", content=image_content),
    "audio": predictions("audio", ".mp3"),
    "video": predictions("video", ".mp4"),
    "agent": Medium("agent", "execute_many", ".mp4", {"prompt": "Describe it"}),
}


@pytest.fixture(params=MEDIA)
def medium(request: pytest.FixtureRequest) -> Medium:
    return MEDIA[request.param]


@pytest.fixture
def priced(server: Server) -> None:
    """Each job costs 2 credits."""

    def script(_: Any) -> Outcome:
        return Outcome({}, usage={"credits_used": 2})

    server.on_execute(script)
    server.on_predict(script)


def jobs(server: Server) -> list[Any]:
    """The requests that start jobs."""
    return [each for each in server.requests if each.path.endswith(("/generate", "/execute"))]


@pytest.mark.usefixtures("priced")
def test_p80_p81_p87_a_journal_makes_batches_of_each_medium_durable(
    client: Any, server: Server, medium: Medium, tmp_path: Path
) -> None:
    paths = medium.files(tmp_path, 4)
    journal = tmp_path / "runs.sqlite"
    # A copy has the same content, and so the same job.
    copy = tmp_path / f"copy{medium.suffix}"
    copy.write_bytes(paths[0].read_bytes())
    inputs = [*paths, copy, f"missing{medium.suffix}"]

    plans = [item.plan for item in medium.run(client, inputs, journal=journal, dry_run=True)]
    assert [plan and (plan.files, plan.is_done) for plan in plans] == [(1, False)] * 5 + [None]
    assert server.requests == []

    progress: list[BatchProgress] = []
    items = list(medium.run(client, inputs, journal=journal, on_progress=progress.append))
    assert [item.index for item in items] == list(range(6))
    assert [item.input for item in items] == inputs
    assert [item.error for item in items[:5]] == [None] * 5
    assert isinstance(items[5].error, MissingFileError)
    assert (items[4].id, items[4].result.id) == (items[0].id, items[0].id)
    assert len({item.id for item in items[:5]}) == len(jobs(server)) == 4
    assert progress[-1] == BatchProgress(6, 6, 1, 0, 8)

    server.clear()
    again = list(medium.run(client, inputs[:5], journal=journal, in_order=False))
    assert server.requests == []
    assert {item.index: item.id for item in again} == {item.index: item.id for item in items[:5]}
    assert all(item.from_journal for item in again)
    plans = [item.plan for item in medium.run(client, paths, journal=journal, dry_run=True)]
    assert [plan.is_done for plan in plans] == [True] * 4


@pytest.mark.usefixtures("priced")
def test_p82_p86_a_budget_ends_batches_of_each_medium(
    client: Any, server: Server, medium: Medium
) -> None:
    def source() -> Iterator[tuple[str, bytes]]:
        for number in count():
            yield f"a{medium.suffix}", medium.content(number)

    items: list[Any] = []
    with pytest.raises(BudgetExceededError):
        items.extend(medium.run(client, source(), budget=4, max_concurrent=2, in_order=False))
    assert all(item.error is None for item in items)
    assert 2 <= len(items) == len(jobs(server)) <= 4


@pytest.mark.slow
def test_p80_killed_batches_of_all_media_lose_and_repeat_nothing(
    server: Server, tmp_path: Path
) -> None:
    for name in batch_program.DOMAINS:
        (tmp_path / "in" / name).mkdir(parents=True)
        MEDIA[name].files(tmp_path / "in" / name, 6)

    def start(kind: str) -> programs.Program:
        return programs.start_forked(server, tmp_path / "in", tmp_path / "runs.sqlite", kind)

    for kind in ("sync", "async", "sync", "async"):
        assert programs.kill_after(server, 11, start(kind))
    items = programs.items_of(start("sync"))

    assert [item["error"] for item in items] == [None] * 24
    # Each of them has exactly one job.
    assert len({item["id"] for item in items}) == len(server._state.predictions) == 24


@pytest.mark.parametrize("name", ["a.mp4", "a.mp3", "a.png"])
def test_an_execution_takes_any_medium_as_an_item(
    client: Any, server: Server, tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    path.write_bytes(image_content(1) if name == "a.png" else name.encode())
    url = f"https://example.com/{name}"
    inputs = [path, str(path), (name, path.read_bytes()), url]

    items = list(client.agent.execute_many(inputs, prompt="Describe it", max_concurrent=1))

    assert [item.error for item in items] == [None] * 4
    sent = [request.json["inputs"]["file"] for request in jobs(server)]
    (file,) = {part["file_id"]: None for part in sent[:3]}
    assert client.files.get(file).filename == name
    assert sent == [{"type": "input_file", "file_id": file}] * 3 + [
        {"type": "file_url", "file_url": {"url": url}}
    ]
