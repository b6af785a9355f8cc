"""What predictions give back: finished, typed and grounded ones, and how they are waited for."""

from __future__ import annotations

import dataclasses
import json
import logging
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pydantic
import pytest

import vlmrun.testing
from vlmrun.client.types import GenerationConfig
from vlmrun.errors import (
    InputError,
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
from vlmrun.types import _class_parts

URL = "https://example.com/a.pdf"
XYWH = [0.1, 0.2, 0.3, 0.4]
# All the forms in which confidences and boxes were seen.
GROUNDED = {
    "invoice_id": "7",
    "invoice_id_metadata": {"confidence": "hi", "bboxes": [{"xywh": XYWH}]},
    "total": 12.5,
    "total_metadata": {
        "confidence": "lo",
        "bboxes": [{"bbox": {"xywh": XYWH}, "content": "12.5", "page": 0}],
    },
    "items": [
        {
            "description": "paper",
            "description_metadata": {"bbox": {"xywh": XYWH}, "bbox_content": "paper"},
        }
    ],
    "customer": None,
    "customer_metadata": {"confidence": "med", "bboxes": []},
}


class Item(pydantic.BaseModel):
    description: str | None = None


class Bill(pydantic.BaseModel):
    invoice_id: str
    total: float | None = None
    items: list[Item] = []


class StrictItem(Item, extra="forbid"):
    pass


class StrictBill(pydantic.BaseModel, extra="forbid"):
    invoice_id: str
    total: float
    items: list[StrictItem]
    customer: None


@dataclasses.dataclass
class PlainBill:
    invoice_id: str


@pytest.fixture
def busy() -> Iterator[Server]:
    """A server that only queues, whatever is asked for."""
    with vlmrun.testing.serve(queues_everything=True, polls=1) as server:
        yield server


def generate(client: Any, **arguments: Any) -> Any:
    return client.document.generate(**{"url": URL, "domain": "document.invoice", **arguments})


def test_p13_the_finished_prediction_is_returned(client: Any, server: Server) -> None:
    prediction = generate(client)
    assert (prediction.status, prediction.response["invoice_id"]) == ("completed", "sample")
    assert "not read from the inputs" in prediction.usage.message
    assert len(server.requests) == 1


def test_batch_returns_at_once_and_is_polled(client: Any) -> None:
    prediction = generate(client, batch=True)
    assert (prediction.status, prediction.response) == ("enqueued", None)
    done = client.predictions.wait(id=prediction.id, timeout=1000, sleep=5)
    assert (done.status, done.response["invoice_id"]) == ("completed", "sample")


@pytest.mark.parametrize("call", ["generate", "execute", "schema", "images"])
def test_p13_what_the_service_only_queues_is_waited_for(
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


def test_p03_a_failed_prediction_is_an_error_with_the_prediction(
    client: Any, server: Server
) -> None:
    server.on_predict(lambda _: Outcome.failure("the page is blank"))
    with pytest.raises(PredictionFailedError, match="the page is blank") as caught:
        generate(client)
    assert caught.value.prediction.id in str(caught.value)
    assert caught.value.prediction.usage.message == "the page is blank"
    assert generate(client, batch=True).status == "enqueued"


def test_p03_one_that_fails_later_too(connect: Callable[..., Any], busy: Server) -> None:
    busy.on_predict(lambda _: Outcome.failure("the page is blank"))
    with pytest.raises(PredictionFailedError, match="the page is blank"):
        generate(connect(base_url=busy.url))


def test_a_paused_prediction(connect: Callable[..., Any], busy: Server) -> None:
    client = connect(base_url=busy.url)
    busy.on_predict(lambda _: Outcome("x", statuses=["paused", "completed"]))
    with pytest.raises(PredictionPausedError, match="paused"):
        generate(client)
    assert generate(client, through_pause=True).response == "x"


def test_time_runs_out_while_it_is_queued(connect: Callable[..., Any], busy: Server) -> None:
    busy.on_predict(lambda _: Outcome(statuses=["enqueued", "running"]))
    started = time.monotonic()
    with pytest.raises(WaitTimeoutError) as caught:
        generate(connect(base_url=busy.url), wait_timeout=0.3)
    assert time.monotonic() - started < 2
    assert caught.value.job.id in str(caught.value)
    assert isinstance(caught.value, TimeoutError)


def test_one_deadline_bounds_upload_submission_and_waiting(
    connect: Callable[..., Any], busy: Server
) -> None:
    busy.on_predict(lambda _: Outcome(statuses=["enqueued", "running"]))
    busy.inject(Fault("upload_file", delay=1))
    client = connect(base_url=busy.url)
    started = time.monotonic()
    with pytest.raises(WaitTimeoutError, match="deadline"):
        generate(client, url=None, file=b"ID3", options={"deadline": 2.5})
    assert 2 < time.monotonic() - started < 3.5


def test_an_error_while_waiting_names_the_prediction(
    connect: Callable[..., Any], busy: Server
) -> None:
    busy.inject(Fault("get_prediction", status=500, times=None))
    client = connect(base_url=busy.url, max_retries=0)
    with pytest.raises(ServerError, match="While waiting for prediction my-id"):
        generate(client, id="my-id")


def test_p02_a_prediction_is_never_submitted_twice(client: Any, server: Server) -> None:
    server.inject(Fault("generate_document_prediction", reset="after_handling"))
    with pytest.raises(OutcomeUnknownError, match=r"client\.predictions\.list"):
        generate(client)
    assert len(server.requests) == 1
    assert len(client.predictions.list()) == 1


def test_what_was_throttled_is_sent_again(client: Any, server: Server) -> None:
    throttle = {"status": 429, "headers": {"Retry-After": "0"}}
    server.inject(Fault("generate_document_prediction", **throttle, times=2))
    assert generate(client).status == "completed"
    assert len(server.requests) == 3
    server.inject(Fault("generate_document_prediction", **throttle))
    with pytest.raises(RateLimitError):
        generate(client, options={"max_retries": 0})


def test_p27_timeout_and_options_count(client: Any, server: Server) -> None:
    server.inject(Fault(delay=5, times=None))
    started = time.monotonic()
    with pytest.raises(OutcomeUnknownError):
        generate(client, options={"timeout": 0.2})
    with pytest.raises(RequestTimeoutError):
        client.get_schema("document.invoice", options={"timeout": 0.2, "max_retries": 0})
    assert time.monotonic() - started < 3
    generate_options = {"headers": {"x-run": "7"}}
    server.clear()
    generate(client, options=generate_options)
    assert server.requests[0].headers["x-run"] == "7"


def test_a_schema_that_is_none_is_reported(client: Any, server: Server) -> None:
    server.on_predict(lambda _: ["no schema"])
    with pytest.raises(ResponseDecodeError, match="not a SchemaResponse") as caught:
        client.document.schema(url=URL)
    assert caught.value.raw == ["no schema"]


class TestAutocast:
    """`.response` as an instance of a class."""

    def test_to_the_class_of_the_domain(self, client: Any, server: Server) -> None:
        prediction = generate(client, autocast=True)
        assert type(prediction.response).__name__ == "Invoice"
        assert isinstance(prediction.response, pydantic.BaseModel)
        assert type(prediction.response) is client.get_type("document.invoice")
        assert prediction.response.invoice_id == "sample"
        assert prediction.raw["response"]["invoice_id"] == "sample"
        assert json.loads(prediction.model_dump_json())["response"]["invoice_id"] == "sample"
        assert prediction.parsed is None
        assert [each.operation for each in server.requests][:2] == [
            "generate_document_prediction",
            "get_domain_schema",
        ]
        assert server.requests[1].json == {"domain": "document.invoice"}

    @pytest.mark.parametrize(
        "call",
        [
            lambda client: client.image.generate("image.caption", urls=[URL], autocast=True),
            lambda client: client.audio.generate(
                url=URL, domain="audio.transcription", autocast=True
            ),
            lambda client: client.video.generate(
                None, URL, "vlm-1", "video.transcription", False, autocast=True
            ),
        ],
    )
    def test_of_every_resource(self, client: Any, call: Callable[[Any], Any]) -> None:
        assert isinstance(call(client).response, pydantic.BaseModel)

    def test_without_it_the_answer_is_a_dict(self, client: Any, server: Server) -> None:
        assert isinstance(generate(client).response, dict)
        assert len(server.requests) == 1

    def test_the_selection_of_the_request_counts(self, client: Any, server: Server) -> None:
        config = GenerationConfig(gql_stmt="{ invoice_id }", prompt="Read")
        prediction = generate(client, autocast=True, config=config)
        assert list(type(prediction.response).model_fields) == ["invoice_id"]
        sent = server.requests[1].json
        assert sent == {"domain": "document.invoice", "config": {"gql_stmt": "{ invoice_id }"}}

    def test_to_the_class_of_the_schema_that_was_sent(self, client: Any, server: Server) -> None:
        schema = {"title": "Mine", "type": "object", "properties": {"a": {"type": "integer"}}}
        prediction = generate(client, autocast=True, config={"json_schema": schema})
        assert (type(prediction.response).__name__, prediction.response.a) == ("Mine", 0)
        assert len(server.requests) == 1
        config = GenerationConfig(response_model=Bill)
        prediction = generate(client, autocast=True, config=config)
        assert type(prediction.response) is Bill is type(prediction.parsed)

    def test_of_an_agent(self, client: Any, server: Server) -> None:
        server.add_agent("reader", "Read", {"type": "object", "properties": {}})
        prediction = client.document.execute(
            "reader", url=URL, autocast=True, config={"json_schema": Bill.model_json_schema()}
        )
        assert type(prediction.response).__name__ == "Bill"

    def test_after_waiting(self, connect: Callable[..., Any], busy: Server) -> None:
        prediction = generate(connect(base_url=busy.url), autocast=True)
        assert type(prediction.response).__name__ == "Invoice"

    def test_one_that_goes_on_has_nothing_to_cast(self, client: Any, server: Server) -> None:
        assert generate(client, autocast=True, batch=True).response is None
        assert len(server.requests) == 1

    def test_every_form_of_grounding_survives(self, client: Any, server: Server) -> None:
        server.on_predict(lambda _: GROUNDED)
        bill = generate(client, autocast=True, config={"grounding": True}).response
        assert bill.invoice_id_metadata["bboxes"][0]["xywh"] == XYWH
        assert bill.total_metadata["bboxes"][0]["page"] == 0
        assert bill.items[0].description_metadata["bbox_content"] == "paper"
        assert bill.customer_metadata["confidence"] == "med"
        assert bill.model_dump(exclude_unset=True) == GROUNDED

    @pytest.mark.parametrize(
        ("answer", "words"),
        [
            ({"total": "secret"}, "does not fit the schema at invoice_id, total"),
            ({"invoice_id": 3}, "does not fit the schema at invoice_id"),
            ([1], "does not fit the schema"),
        ],
    )
    def test_what_does_not_fit_stays_and_the_log_says_so(
        self,
        client: Any,
        server: Server,
        caplog: pytest.LogCaptureFixture,
        answer: Any,
        words: str,
    ) -> None:
        server.on_predict(lambda _: answer)
        prediction = generate(client, autocast=True)
        assert prediction.response == answer
        (record,) = [each for each in caplog.records if each.levelno >= logging.WARNING]
        assert record.name == "vlmrun"
        assert prediction.id in record.getMessage()
        assert words in record.getMessage()
        assert "secret" not in record.getMessage()

    def test_a_schema_that_cannot_be_had(
        self, client: Any, server: Server, caplog: pytest.LogCaptureFixture
    ) -> None:
        server.inject(Fault("get_domain_schema", status=403))
        assert isinstance(generate(client, autocast=True).response, dict)
        assert "stays as it is: Injected fault" in caplog.text

    def test_no_schema_at_all(
        self, client: Any, server: Server, caplog: pytest.LogCaptureFixture
    ) -> None:
        server.add_agent("reader")
        prediction = client.document.execute("reader", url=URL, autocast=True)
        assert isinstance(prediction.response, dict)
        assert "neither a domain nor a schema" in caplog.text
        prediction = generate(client, autocast=True, response_model=PlainBill)
        assert (prediction.response, prediction.parsed.invoice_id) == (
            {"invoice_id": "sample"},
            "sample",
        )
        assert "only .parsed" in caplog.text

    def test_without_pydantic_it_stays_a_dict_and_nothing_is_asked(
        self,
        client: Any,
        server: Server,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        monkeypatch.setitem(sys.modules, "pydantic", None)
        _class_parts.parts.cache_clear()
        try:
            prediction = generate(client, autocast=True)
        finally:
            _class_parts.parts.cache_clear()
        assert type(prediction.response["invoice_id"]) is str
        assert "needs pydantic" in caplog.text
        assert len(server.requests) == 1


class TestParsed:
    """`config.response_model`: `.response` stays a dict, `.parsed` is the instance."""

    @pytest.mark.parametrize("model", [Bill, PlainBill])
    def test_of_what_is_finished(self, client: Any, server: Server, model: Any) -> None:
        prediction = generate(client, config=GenerationConfig(response_model=model))
        assert type(prediction.response).__mro__[1] is dict
        assert isinstance(prediction.parsed, model)
        schema = server.requests[0].json["config"]["json_schema"]
        assert "invoice_id" in schema["properties"]
        assert model(**prediction.response).invoice_id == "sample"

    @pytest.mark.parametrize("resource", ["predictions", "document"])
    def test_later_on_the_same_client(self, client: Any, resource: str) -> None:
        id = generate(client, response_model=Bill, batch=True).id
        assert type(client.predictions.wait(id).parsed) is Bill
        assert type(getattr(client, resource).get(id).parsed) is Bill

    def test_after_waiting(self, connect: Callable[..., Any], busy: Server) -> None:
        prediction = generate(connect(base_url=busy.url), response_model=Bill)
        assert type(prediction.parsed) is Bill

    @pytest.mark.parametrize("model", [Bill, StrictBill, PlainBill])
    def test_of_grounded_results(self, client: Any, server: Server, model: Any) -> None:
        server.on_predict(lambda _: GROUNDED)
        prediction = generate(client, response_model=model, config={"grounding": True})
        assert prediction.parsed.invoice_id == "7"
        assert prediction.response == GROUNDED

    def test_what_does_not_fit_is_still_there(self, client: Any, server: Server) -> None:
        server.on_predict(lambda _: {"total": 1, "total_metadata": {}})
        prediction = generate(client, response_model=StrictBill)
        with pytest.raises(ResponseDecodeError, match="StrictBill") as caught:
            print(prediction.parsed)
        assert caught.value.raw == {"total": 1, "total_metadata": {}}

    def test_both_forms_of_a_schema_are_refused(self, client: Any, server: Server) -> None:
        with pytest.raises(InputError, match="response_model or json_schema"):
            generate(client, config={"json_schema": {}}, response_model=Bill)
        assert server.requests == []


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
