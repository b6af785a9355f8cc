"""Answers as instances: `autocast`, `config.response_model`, and grounded results in both."""

from __future__ import annotations

import dataclasses
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pydantic
import pytest

import vlmrun.testing
from vlmrun.client.types import GenerationConfig
from vlmrun.errors import InputError, ResponseDecodeError
from vlmrun.testing import Fault, Server

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

    def test_without_autocast_the_response_is_a_dict(self, client: Any, server: Server) -> None:
        assert isinstance(generate(client).response, dict)
        assert len(server.requests) == 1

    def test_gql_stmt_of_the_request_narrows_the_class(self, client: Any, server: Server) -> None:
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

    def test_unfinished_prediction_is_not_cast(self, client: Any, server: Server) -> None:
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
            ({"total": "secret"}, "does not fit Invoice: invoice_id: Field required; total: Input"),
            ({"invoice_id": 3}, "does not fit Invoice: invoice_id: Input"),
            ([1], "does not fit Invoice: the response: Input"),
        ],
    )
    def test_response_that_does_not_fit_is_left_unchanged_with_a_warning(
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

    def test_schema_that_cannot_be_fetched_leaves_the_response_unchanged(
        self, client: Any, server: Server, caplog: pytest.LogCaptureFixture
    ) -> None:
        server.inject(Fault("get_domain_schema", status=403))
        assert isinstance(generate(client, autocast=True).response, dict)
        assert "is left unchanged: Injected fault" in caplog.text

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

    @pytest.mark.usefixtures("without_pydantic")
    def test_without_pydantic_the_response_stays_a_dict_and_no_schema_is_fetched(
        self, client: Any, server: Server, caplog: pytest.LogCaptureFixture
    ) -> None:
        prediction = generate(client, autocast=True)
        assert type(prediction.response["invoice_id"]) is str
        assert "needs pydantic" in caplog.text
        assert len(server.requests) == 1


class TestParsed:
    """`config.response_model`: `.response` stays a dict, `.parsed` is the instance."""

    @pytest.mark.parametrize("model", [Bill, PlainBill])
    def test_completed_prediction_is_parsed(self, client: Any, server: Server, model: Any) -> None:
        prediction = generate(client, config=GenerationConfig(response_model=model))
        assert type(prediction.response).__mro__[1] is dict
        assert isinstance(prediction.parsed, model)
        schema = server.requests[0].json["config"]["json_schema"]
        assert "invoice_id" in schema["properties"]
        assert model(**prediction.response).invoice_id == "sample"

    @pytest.mark.parametrize("resource", ["predictions", "document"])
    def test_later_get_of_the_same_client_is_parsed(self, client: Any, resource: str) -> None:
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

    def test_response_that_does_not_fit_is_still_available(
        self, client: Any, server: Server
    ) -> None:
        server.on_predict(lambda _: {"total": 1, "total_metadata": {}})
        prediction = generate(client, response_model=StrictBill)
        with pytest.raises(ResponseDecodeError, match="StrictBill") as caught:
            print(prediction.parsed)
        assert caught.value.raw == {"total": 1, "total_metadata": {}}

    def test_both_forms_of_a_schema_raise(self, client: Any, server: Server) -> None:
        with pytest.raises(InputError, match="response_model or json_schema"):
            generate(client, config={"json_schema": {}}, response_model=Bill)
        assert server.requests == []
