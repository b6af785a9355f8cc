"""Results of predictions: finished, typed and grounded ones, and waiting for them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic
from typing import Any

import pydantic
import pytest

import vlmrun.testing
from tests.waiting.simulated_time import SimulatedTime
from vlmrun.errors import (
    OutcomeUnknownError,
    PredictionFailedError,
    PredictionPausedError,
    RateLimitError,
    RequestTimeoutError,
    ResourceNotFoundError,
    ResponseDecodeError,
    ServerError,
    WaitTimeoutError,
)
from vlmrun.testing import Fault, Outcome, Server

URL = "https://example.com/a.pdf"


class Bill(pydantic.BaseModel):
    invoice_id: str


@pytest.fixture
def busy() -> Iterator[Server]:
    """A server that only queues, whatever is asked for."""
    with vlmrun.testing.serve(queues_everything=True, polls=1) as server:
        yield server


def generate(client: Any, **arguments: Any) -> Any:
    return client.document.generate(**{"url": URL, "domain": "document.invoice", **arguments})


def test_p13_completed_prediction_is_returned(client: Any, server: Server) -> None:
    prediction = generate(client)
    assert (prediction.status, prediction.response["invoice_id"]) == ("completed", "sample")
    assert "not read from the inputs" in prediction.usage.message
    assert len(server.requests) == 1


def test_batch_returns_at_once_and_is_polled(client: Any) -> None:
    prediction = generate(client, batch=True)
    assert (prediction.status, prediction.response) == ("pending", None)
    done = client.predictions.wait(id=prediction.id, timeout=1000, sleep=5)
    assert (done.status, done.response["invoice_id"]) == ("completed", "sample")


@pytest.mark.parametrize("call", ["generate", "execute", "schema", "images"])
def test_p13_queued_prediction_is_waited_for(
    connect: Callable[..., Any], busy: Server, call: str
) -> None:
    busy.add_agent("reader")
    client = connect(base_url=busy.url)
    seen: list[str] = []
    options = {"on_update": lambda prediction: seen.append(prediction.status)}
    prediction = {
        "generate": lambda: generate(client, **options),
        "execute": lambda: client.audio.execute("reader", url=URL, **options),
        "schema": lambda: client.video.schema(url=URL, **options),
        "images": lambda: client.image.generate("image.caption", urls=[URL], **options),
    }[call]()
    assert prediction.status == "completed"
    assert seen == ["completed"]
    assert [each.operation for each in busy.requests][1:] == ["get_prediction"]


def test_p03_failed_prediction_raises_an_error_with_the_prediction(
    client: Any, server: Server
) -> None:
    server.on_predict(lambda _: Outcome.failure("the page is blank"))
    with pytest.raises(PredictionFailedError, match="the page is blank") as caught:
        generate(client)
    assert caught.value.prediction.id in str(caught.value)
    assert caught.value.prediction.usage.message == "the page is blank"
    assert generate(client, batch=True).status == "pending"


def test_p03_prediction_that_fails_while_waiting_raises_an_error(
    connect: Callable[..., Any], busy: Server
) -> None:
    busy.on_predict(lambda _: Outcome.failure("the page is blank"))
    with pytest.raises(PredictionFailedError, match="the page is blank"):
        generate(connect(base_url=busy.url))


def test_a_paused_prediction(connect: Callable[..., Any], busy: Server) -> None:
    client = connect(base_url=busy.url)
    busy.on_predict(lambda _: Outcome("x", statuses=["paused", "completed"]))
    with pytest.raises(PredictionPausedError, match="paused"):
        generate(client)
    assert generate(client, through_pause=True).response == "x"


def test_timeout_of_a_queued_prediction(
    connect: Callable[..., Any], busy: Server, time: SimulatedTime
) -> None:
    busy.on_predict(lambda _: Outcome(statuses=["enqueued", "running"]))
    started = time.now
    with pytest.raises(WaitTimeoutError) as caught:
        generate(connect(base_url=busy.url), wait_timeout=30)
    assert time.now - started == pytest.approx(30, abs=0.1)
    assert caught.value.job.id in str(caught.value)
    assert isinstance(caught.value, TimeoutError)


def test_one_deadline_bounds_upload_submission_and_waiting(
    connect: Callable[..., Any], busy: Server, time: SimulatedTime
) -> None:
    busy.on_predict(lambda _: Outcome(statuses=["enqueued", "running"]))
    time.durations = {"upload_file": 20}
    client = connect(base_url=busy.url)
    started = time.now
    with pytest.raises(WaitTimeoutError, match="deadline"):
        generate(client, url=None, file=b"ID3", options={"deadline": 30})
    assert time.now - started == pytest.approx(30, abs=0.1)
    assert "upload_file" in [each.operation for each in busy.requests]


def test_an_error_while_waiting_names_the_prediction(
    connect: Callable[..., Any], busy: Server
) -> None:
    busy.inject(Fault("get_prediction", status=500, times=None))
    client = connect(base_url=busy.url, max_retries=0)
    with pytest.raises(ServerError, match="While waiting for prediction my-id"):
        generate(client, id="my-id")


def test_p02_a_prediction_is_never_submitted_twice(client: Any, server: Server) -> None:
    server.inject(Fault("generate_document_prediction", reset="after_handling"))
    with pytest.raises(OutcomeUnknownError, match=r"client\.predictions\.get") as raised:
        generate(client)
    assert len(server.requests) == 1
    (stored,) = client.predictions.list()
    assert raised.value.job_id == stored.id


def test_throttled_prediction_is_retried(client: Any, server: Server) -> None:
    throttle = {"status": 429, "headers": {"Retry-After": "0"}}
    server.inject(Fault("generate_document_prediction", **throttle, times=2))
    assert generate(client).status == "completed"
    assert len(server.requests) == 3
    server.inject(Fault("generate_document_prediction", **throttle))
    with pytest.raises(RateLimitError):
        generate(client, options={"max_retries": 0})


def test_p27_timeout_and_options_apply(client: Any, server: Server) -> None:
    server.inject(Fault(delay=5, times=None))
    started = monotonic()
    with pytest.raises(OutcomeUnknownError):
        generate(client, options={"timeout": 0.2})
    with pytest.raises(RequestTimeoutError):
        client.get_schema("document.invoice", options={"timeout": 0.2, "max_retries": 0})
    assert monotonic() - started < 3
    generate_options = {"headers": {"x-run": "7"}}
    server.clear()
    generate(client, options=generate_options)
    assert server.requests[0].headers["x-run"] == "7"


def test_invalid_schema_is_a_decode_error(client: Any, server: Server) -> None:
    server.on_predict(lambda _: ["no schema"])
    with pytest.raises(ResponseDecodeError, match="as SchemaResponse") as caught:
        client.document.schema(url=URL)
    assert caught.value.raw == ["no schema"]


def test_documented_lines_of_code(client: Any, server: Server) -> None:
    prediction = generate(client)
    assert isinstance(prediction.response, dict)
    assert json.loads(json.dumps(prediction.response)) == prediction.response
    assert prediction.response.get("segments", []) == []
    assert prediction.response.model_dump() == prediction.response
    assert Bill(**prediction.response).invoice_id == "sample"
    assert client.get_type("document.invoice")(**prediction.response).invoice_id == "sample"
    assert (prediction.domain, prediction.usage.credits_used) == ("document.invoice", 0)
    assert client.document.wait(prediction.id, 300).response == prediction.response


def test_the_sample_of_markdown_has_a_page_for_each_page(client: Any, pdf: Path) -> None:
    prediction = generate(client, url=None, file=pdf, domain="document.markdown")
    pages = prediction.raw["response"]["pages"]
    assert [page["content"].splitlines()[0] for page in pages] == ["# Page 1 of 2", "# Page 2 of 2"]
    assert '<Table id="tb-0"/>' in pages[0]["content"]
    assert pages[0]["tables"][0]["data"] == [{"c0": "sample", "c1": 0}]
    assert pages[0]["figures"][0]["id"] == 0


def test_unknown_ids(client: Any) -> None:
    for resource in (client.image, client.document, client.audio, client.video):
        with pytest.raises(ResourceNotFoundError):
            resource.get("nothing")
