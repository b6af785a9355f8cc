"""Feedback: on what it is given, what is sent of it, and reading it again."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
import uuid
from pathlib import Path
from typing import Any

import attrs
import pydantic
import pytest

from vlmrun.client.types import FeedbackListResponse, FeedbackResponse
from vlmrun.errors import (
    InputError,
    InputTypeError,
    OutcomeUnknownError,
    ResourceNotFoundError,
    ResponseDecodeError,
)
from vlmrun.testing import Fault, Server
from vlmrun.types import (
    FeedbackItem,
    FeedbackSubmitRequest,
    FeedbackSubmitResponse,
    FileUrl,
    PredictionResponse,
)
from vlmrun.types.page import UnreadableItemWarning

CALLS = {
    "submit_feedback": lambda client, data: client.feedback.submit(
        data.prediction, {"total": 12.50, "note": None, "ü": [True]}, "Zwölf, not twelve"
    ),
    "list_feedback": lambda client, data: client.feedback.get(
        agent_execution_id=data.execution, offset=1, limit=3
    ),
}

ID = "3f1d0a52-0c1b-4b56-9f52-6d7d8a7c1e00"


class Invoice(pydantic.BaseModel):
    total: float
    due: dt.date | None = None
    note: str | None = None


@dataclasses.dataclass
class Total:
    total: float
    note: str | None = None


@attrs.define
class Weighed:
    total: float
    note: str | None = None


@pytest.fixture
def prediction(server: Server) -> str:
    """The id of a prediction."""
    return server.add_prediction({"total": 12})


def test_documented_calls(client: Any, prediction: str) -> None:
    taken = client.feedback.submit(request_id=prediction, response={"total": 13}, notes="Too low")
    assert isinstance(taken, FeedbackSubmitResponse)
    assert taken.request_id == prediction
    assert taken.created_at.tzinfo
    found = client.feedback.get(request_id=prediction, offset=0, limit=10)
    assert found.request_id == prediction
    (item,) = found.items
    assert (item.id, item.created_at) == (taken.id, taken.created_at)
    assert (item.response, item.notes) == ({"total": 13}, "Too low")


def test_iterating_over_the_response_yields_its_items(client: Any, prediction: str) -> None:
    for notes in ("first", "second"):
        client.feedback.submit(prediction, notes=notes)
    found = client.feedback.get(prediction)
    assert [item.notes for item in found] == ["second", "first"]
    assert list(found) == found.items
    assert all(isinstance(item, FeedbackItem) for item in found)
    assert found.model_dump()["items"][0]["notes"] == "second"


@pytest.mark.parametrize("field", ["request_id", "agent_execution_id", "chat_id"])
def test_p24_each_id_is_sent_under_its_name(
    client: Any, server: Server, prediction: str, field: str
) -> None:
    execution = client.agent.execute(prompt="Read it").id
    id = {"request_id": prediction, "agent_execution_id": execution, "chat_id": "chat-1"}[field]
    taken = client.feedback.submit(**{field: id}, notes="Good")
    assert server.requests[-1].json == {field: id, "notes": "Good"}
    assert getattr(taken, field) == id
    assert [item.id for item in client.feedback.get(**{field: id})] == [taken.id]
    expected = {} if field == "request_id" else {"type": field.removesuffix("_id")}
    assert server.requests[-1].query == expected
    assert server.requests[-1].path.endswith(f"/feedback/{id}")


def test_type_applies_to_the_first_id(client: Any, server: Server) -> None:
    client.feedback.submit(chat_id="chat-1", notes="Good")
    assert len(client.feedback.get("chat-1", type="chat").items) == 1
    assert server.requests[-1].query == {"type": "chat"}


def test_an_id_may_be_a_uuid(client: Any, server: Server) -> None:
    client.feedback.submit(chat_id=uuid.UUID(ID), notes="Good")
    assert server.requests[-1].json["chat_id"] == ID


@pytest.mark.parametrize(
    ("response", "sent"),
    [
        ({"a": None, "b": [dt.date(2026, 1, 2)]}, {"a": None, "b": ["2026-01-02"]}),
        ({}, {}),
        (Invoice(total=1.5, due=dt.date(2026, 1, 2)), {"total": 1.5, "due": "2026-01-02"}),
        (Invoice(total=1.5, note=None), {"total": 1.5, "note": None}),
        (Total(1.5), {"total": 1.5}),
        (Weighed(1.5), {"total": 1.5}),
        (FileUrl(url="https://a.b/c"), {"url": "https://a.b/c"}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_p11_response_may_be_any_object_with_fields(
    client: Any, server: Server, prediction: str, response: Any, sent: Any
) -> None:
    client.feedback.submit(prediction, response)
    assert server.requests[-1].json == {"request_id": prediction, "response": sent}


SELF: dict[str, Any] = {}
SELF["self"] = SELF


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"notes": "n"}, InputError, "exactly one of request_id, agent_execution_id, chat_id"),
        ({"request_id": "a", "chat_id": "b", "notes": "n"}, InputError, "request_id and chat_id"),
        ({"request_id": "a"}, InputError, "Pass response or notes"),
        ({"request_id": "a", "notes": ""}, InputError, "notes is empty"),
        ({"request_id": "a", "notes": 7}, InputTypeError, "notes must be a str"),
        ({"request_id": "a", "response": "text"}, InputTypeError, "response must be a dict"),
        ({"request_id": "a", "response": [1]}, InputTypeError, "response must be a dict"),
        ({"request_id": "a", "response": Path("a")}, InputTypeError, "response must be a dict"),
        ({"request_id": "a", "response": Invoice}, InputTypeError, "the class Invoice"),
        ({"request_id": "a", "response": {"a": object()}}, InputTypeError, r"response\['a'\]"),
        ({"request_id": "a", "response": {"a": math.nan}}, InputError, "nan"),
        ({"request_id": "a", "response": {"a": Path(__file__)}}, InputTypeError, "the path /"),
        ({"request_id": "a", "response": SELF}, InputError, "contains itself"),
        ({"request_id": PredictionResponse(id="p"), "notes": "n"}, InputTypeError, "be a str"),
    ],
)
def test_invalid_feedback_sends_nothing(
    client: Any,
    server: Server,
    arguments: dict[str, Any],
    error: type[Exception],
    words: str,
) -> None:
    with pytest.raises(error, match=words):
        client.feedback.submit(**arguments)
    assert server.requests == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({}, "exactly one"),
        ({"request_id": "a", "agent_execution_id": "b"}, "exactly one"),
        ({"chat_id": "a", "type": "chat"}, "chat_id=... or type=..., not both"),
        ({"request_id": "a", "limit": 0}, "limit"),
        ({"request_id": "a", "offset": -1}, "offset"),
    ],
)
def test_invalid_lookup_sends_nothing(
    client: Any, server: Server, arguments: dict[str, Any], words: str
) -> None:
    with pytest.raises(InputError, match=words):
        client.feedback.get(**arguments)
    assert server.requests == []


@pytest.mark.parametrize("field", ["request_id", "agent_execution_id", "chat_id"])
@pytest.mark.parametrize("id", ["", " ", "..", "../files/x", "a?b", "a#b", "%2e%2e", "a\nb", 7])
def test_p19_hostile_id_sends_nothing(client: Any, server: Server, field: str, id: Any) -> None:
    for call in (client.feedback.get, client.feedback.iterate, client.feedback.submit):
        with pytest.raises(InputError, match=field):
            call(**{field: id})
    assert server.requests == []


def test_iterate_fetches_pages(client: Any, server: Server, prediction: str) -> None:
    for number in range(5):
        client.feedback.submit(prediction, notes=str(number))
    server.clear()
    notes = [item.notes for item in client.feedback.iterate(prediction, page_size=2)]
    assert notes == ["4", "3", "2", "1", "0"]
    assert [request.query["offset"] for request in server.requests] == ["0", "2", "4", "5"]


def test_unknown_id(client: Any) -> None:
    with pytest.raises(ResourceNotFoundError):
        client.feedback.submit("nothing", notes="n")
    with pytest.raises(ResourceNotFoundError):
        client.feedback.get(agent_execution_id="nothing")


def test_p02_feedback_with_an_unknown_outcome_is_not_repeated(
    client: Any, server: Server, prediction: str
) -> None:
    server.inject(Fault("submit_feedback", reset="after_handling", times=None))
    with pytest.raises(OutcomeUnknownError):
        client.feedback.submit(prediction, notes="n")
    assert len(client.feedback.get(prediction).items) == 1


def test_p10_unreadable_item_does_not_hide_the_others(client: Any, server: Server) -> None:
    answer = {"request_id": "r", "items": [{"id": "a", "new": 1}, 7], "new": 2}
    server.inject(Fault("list_feedback", status=200, body=answer))
    with pytest.warns(UnreadableItemWarning, match="1 of 2"):
        found = client.feedback.get("r")
    assert [item.id for item in found] == ["a"]
    assert [error.raw for error in found.unreadable] == [7]
    assert found.raw == answer
    assert found.model_extra == {"new": 2}


@pytest.mark.parametrize("items", [None, "missing"])
def test_p10_no_items_read_as_none(client: Any, server: Server, items: Any) -> None:
    body = {"request_id": "r"} | ({"items": None} if items is None else {})
    server.inject(Fault("list_feedback", status=200, body=body))
    assert list(client.feedback.get("r")) == []


def test_iterate_continues_after_an_unreadable_item(client: Any, server: Server) -> None:
    server.inject(Fault("list_feedback", status=200, body={"items": [{"id": "a"}, 7]}))
    server.inject(Fault("list_feedback", status=200, body={"items": [{"id": "b"}]}))
    server.inject(Fault("list_feedback", status=200, body={"items": []}))
    with pytest.warns(UnreadableItemWarning):
        assert [item.id for item in client.feedback.iterate("r", page_size=2)] == ["a", "b"]


def test_items_that_are_not_a_list_are_a_decode_error(client: Any, server: Server) -> None:
    server.inject(Fault("list_feedback", status=200, body={"items": {"id": "a"}}))
    with pytest.raises(ResponseDecodeError, match="items"):
        client.feedback.get("r")


def test_types_are_built_by_hand() -> None:
    request = FeedbackSubmitRequest(request_id="r", response={"a": None}, notes="n")
    assert request.to_dict() == {"request_id": "r", "response": {"a": None}, "notes": "n"}
    with pytest.raises(InputError, match="exactly one"):
        FeedbackSubmitRequest(request_id="r", chat_id="c")
    with pytest.raises(InputError, match="exactly one"):
        FeedbackSubmitRequest(notes="n")
    found = FeedbackListResponse.model_validate({"request_id": "r", "items": [{"id": "f"}]})
    assert [item.id for item in found] == ["f"]
    by_hand = FeedbackListResponse(request_id="r", items=[FeedbackItem(id="f"), {"id": "g"}])
    assert [item.id for item in by_hand] == ["f", "g"]
    assert by_hand.unreadable == ()
    with pytest.raises(ValueError, match="items"):
        FeedbackListResponse.model_validate({"items": 7})


def test_documented_names_are_importable() -> None:
    from vlmrun.client.feedback import Feedback

    assert Feedback._attribute == "feedback"
    assert FeedbackResponse is FeedbackListResponse
