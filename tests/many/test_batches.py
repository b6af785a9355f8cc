"""`execute_many` and `generate_many` without a journal, on both clients."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from itertools import count, islice
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pydantic import BaseModel

from vlmrun import AsyncVLMRun
from vlmrun.errors import (
    AuthenticationError,
    ExecutionFailedError,
    InputError,
    InputTypeError,
    MissingFileError,
    UnprocessableEntityError,
    WaitTimeoutError,
)
from vlmrun.testing import Fault, Outcome, Run, Server
from vlmrun.types import BatchItem, BatchProgress, MessageContent

DOMAIN = "document.invoice"


class Invoice(BaseModel):
    total: float


def operations(server: Server, name: str) -> int:
    return [request.operation for request in server.requests].count(name)


def total_of(run: Run) -> dict[str, Any]:
    return {"total": run.inputs["number"]}


@pytest.mark.parametrize("in_order", [True, False])
def test_results_are_typed_and_have_their_inputs(
    client: Any, server: Server, in_order: bool
) -> None:
    server.on_execute(total_of)
    inputs = [{"number": number} for number in range(20)]

    items = list(
        client.agent.execute_many(
            inputs, prompt="Read it", response_model=Invoice, in_order=in_order
        )
    )

    assert [item.error for item in items] == [None] * 20
    by_index = sorted(items, key=lambda item: item.index)
    assert in_order is False or items == by_index
    assert [item.input for item in by_index] == inputs
    assert [item.result.parsed for item in by_index] == [Invoice(total=n) for n in range(20)]
    assert [item.id for item in items] == [item.result.id for item in items]
    assert len({request.json["id"] for request in submitted(server)}) == 20


def submitted(server: Server) -> list[Any]:
    return [each for each in server.requests if each.operation == "execute_agent"]


def test_a_directory_or_a_glob_stands_for_its_files(
    client: Any, server: Server, tmp_path: Path
) -> None:
    for name in ("b.txt", "a.txt", ".hidden", "deep/c.txt"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(name)

    def names(inputs: Any) -> list[str]:
        items = list(client.agent.execute_many(inputs, prompt="Read it"))
        assert all(item.error is None for item in items)
        return [item.input.name for item in items]

    assert names(tmp_path) == names(str(tmp_path)) == ["a.txt", "b.txt"]
    assert names(f"{tmp_path}/**/*.txt") == ["a.txt", "b.txt", "c.txt"]


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ("invoice", "not a directory or a glob"),
        (__file__, "the path of one file"),
        (Path(__file__), r"Pass a list of one item"),
        ("no-such-*.pdf", "no file matches"),
        (b"%PDF", "must be an iterable"),
        ({"file": "a.pdf"}, "must be an iterable"),
        (5, "must be an iterable"),
        ("", "not a valid path"),
    ],
)
def test_what_is_not_a_set_of_inputs_is_an_error(
    client: Any, server: Server, inputs: Any, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        client.agent.execute_many(inputs, prompt="Read it")
    assert server.requests == []


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"max_concurrent": 0}, InputError),
        ({"max_concurrent": True}, InputTypeError),
        ({"in_order": 1}, InputTypeError),
        ({"journal": 5}, InputTypeError),
        ({"on_progress": 5}, InputTypeError),
        ({"budget": -1}, InputError),
        ({"retry_failed": True}, InputError),
        ({"wait_timeout": -1}, InputError),
        ({"response_model": list}, InputTypeError),
        ({"options": {"timeuot": 5}}, InputError),
        ({"priority": ""}, InputError),
    ],
    ids=str,
)
def test_arguments_are_checked_before_anything_is_sent(
    client: Any, server: Server, arguments: Any, error: type[Exception]
) -> None:
    with pytest.raises(error):
        client.agent.execute_many([{}], **{"prompt": "Read it", **arguments})
    assert server.requests == []


def test_an_item_may_have_any_form(client: Any, server: Server, pdf: Path) -> None:
    file = client.files.upload(pdf)
    with pdf.open("rb") as opened:
        inputs = [
            pdf,
            str(pdf),
            ("scan.pdf", pdf.read_bytes()),
            opened,
            file,
            file.id,
            "https://example.com/a.pdf",
            Image.new("RGB", (4, 4)),
            MessageContent(type="text", text="Plain"),
            {"left": pdf, "note": "Both"},
            Invoice(total=5),
        ]
        items = list(client.agent.execute_many(inputs, prompt="Read it", max_concurrent=1))

    assert [item.error for item in items] == [None] * len(inputs)
    sent = [request.json["inputs"] for request in submitted(server)]
    part = {"type": "input_file", "file_id": str(file.id)}
    assert sent[4:6] == [{"file": part}] * 2
    assert [sent[index]["file"]["type"] for index in (0, 1, 2, 3, 7)] == ["input_file"] * 5
    assert sent[6] == {"file": {"type": "file_url", "file_url": {"url": inputs[6]}}}
    assert sent[8] == {"file": {"type": "text", "text": "Plain"}}
    assert sent[9]["left"]["type"] == "input_file"
    assert sent[9]["note"] == "Both"
    assert sent[10] == {"total": 5.0}


def test_an_error_of_one_item_is_its_error(client: Any, server: Server, tmp_path: Path) -> None:
    def script(run: Run) -> Any:
        return Outcome.failure("blank") if run.inputs.get("number") == 3 else {}

    server.on_execute(script)
    server.inject(Fault("execute_agent", status=422, skip=1))
    inputs: list[Any] = [{"number": 0}, {"number": 1}, tmp_path / "missing.pdf", {"number": 3}]
    inputs += [object(), {"number": 5}]

    items = list(client.agent.execute_many(inputs, prompt="Read it", max_concurrent=1))

    errors = [type(item.error) for item in items]
    assert errors == [
        type(None),
        UnprocessableEntityError,
        MissingFileError,
        ExecutionFailedError,
        InputTypeError,
        type(None),
    ]
    assert all((item.result is None) != (item.error is None) for item in items)
    assert [item.id is None for item in items] == [False, True, True, False, True, False]
    assert items[3].id == items[3].error.execution.id


def test_a_wait_that_times_out_keeps_the_id(connect: Callable[..., Any], server: Server) -> None:
    server.on_execute(lambda run: Outcome({}, statuses=["running", "running"]))
    (item,) = connect().agent.execute_many([{}], prompt="Read it", wait_timeout=0)
    assert isinstance(item.error, WaitTimeoutError)
    assert item.id == submitted(server)[0].json["id"]
    assert item.id in str(item.error)


def test_an_error_of_all_items_ends_the_iteration(client: Any, server: Server) -> None:
    server.inject(Fault("execute_agent", status=401))
    with pytest.raises(AuthenticationError):
        list(client.agent.execute_many(({} for _ in count()), prompt="Read it"))


def test_p82_an_endless_source_is_read_as_results_are_taken(client: Any) -> None:
    taken = 0

    def source() -> Iterator[dict[str, int]]:
        nonlocal taken
        for number in count():
            taken = number + 1
            yield {"number": number}

    items = client.agent.execute_many(source(), prompt="Read it", max_concurrent=2)
    for expected in range(10):
        assert next(items).index == expected
        assert taken <= expected + 6
    items.close()


def test_an_error_of_the_source_is_raised_after_the_results(client: Any) -> None:
    def source() -> Iterator[dict[str, int]]:
        yield from ({"number": number} for number in range(5))
        raise KeyError("the source")

    items = client.agent.execute_many(source(), prompt="Read it")
    assert [item.error for item in islice(items, 5)] == [None] * 5
    with pytest.raises(KeyError, match="the source"):
        next(items)


def test_an_asynchronous_source_is_accepted(server: Server) -> None:
    async def source() -> AsyncIterator[dict[str, int]]:
        for number in range(5):
            await asyncio.sleep(0)
            yield {"number": number}

    async def main() -> list[BatchItem]:
        async with AsyncVLMRun("key-0123456789", base_url=server.url) as client:
            items = client.agent.execute_many(source(), prompt="Read it")
            return [item async for item in items]

    assert [item.input["number"] for item in asyncio.run(main())] == list(range(5))


def test_progress_is_reported_before_each_item(client: Any, server: Server) -> None:
    server.on_execute(lambda run: Outcome({}, usage={"credits_used": 1.5}))
    seen: list[BatchProgress] = []
    inputs: list[Any] = [{}, Path("no-such-file.pdf"), {}]
    for item in client.agent.execute_many(inputs, prompt="Read it", on_progress=seen.append):
        assert len(seen) == item.index + 1
    assert [each.finished for each in seen] == [1, 2, 3]
    assert seen[-1] == BatchProgress(3, 3, 1, 0, 3.0)


def test_an_error_in_a_callback_ends_the_batch(client: Any) -> None:
    def fail(_: BatchProgress) -> None:
        raise RuntimeError("in the callback")

    with pytest.raises(RuntimeError, match="in the callback"):
        list(client.agent.execute_many(({} for _ in count()), prompt="Read it", on_progress=fail))


def test_predictions_are_generated_for_files(client: Any, server: Server, pdf: Path) -> None:
    inputs = [pdf, ("a.pdf", pdf.read_bytes()), "https://example.com/a.pdf", "missing.pdf"]

    items = list(client.document.generate_many(inputs, DOMAIN))

    assert [item.result and item.result.status for item in items] == ["completed"] * 3 + [None]
    assert isinstance(items[3].error, MissingFileError)
    bodies = [each.json for each in server.requests if each.operation.startswith("generate_")]
    assert all(body["batch"] is True and body["domain"] == DOMAIN for body in bodies)


def test_predictions_are_generated_for_images(client: Any, server: Server) -> None:
    image = Image.new("RGB", (8, 8))
    inputs = [image, [image, image], "https://example.com/a.png"]

    items = list(client.image.generate_many(inputs, DOMAIN, max_concurrent=1))

    assert [item.result.status for item in items] == ["completed"] * 3
    sent = [each.json["images"] for each in server.requests if "images" in (each.json or {})]
    assert [len(images) for images in sent] == [1, 2, 1]
    with pytest.raises(InputError, match="domain is missing"):
        client.image.generate_many(inputs)


@pytest.mark.parametrize(("kind", "name"), [("audio", "a.mp3"), ("video", "a.mp4")])
def test_predictions_are_generated_for_audio_and_video(client: Any, kind: str, name: str) -> None:
    resource = getattr(client, kind)
    (item,) = resource.generate_many([(name, b"ID3 sound")], f"{kind}.transcription")
    assert item.result.status == "completed"
