"""Lists: paging, iterating, and items that cannot be read."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.faults.raw_server import Connection, raw_server, response
from vlmrun import VLMRun
from vlmrun.errors import InputError, ResponseDecodeError
from vlmrun.testing import Fault, Server
from vlmrun.types import ModelInfo
from vlmrun.types.page import UnreadableItemWarning

CALLS = {
    "list_executions": lambda client, data: [
        *client.executions.list(limit=5),
        *client.executions.iterate(page_size=7),
    ],
    "list_predictions": lambda client, data: client.predictions.list(skip=1),
    "list_models": lambda client, data: client.models.list(),
}


@pytest.fixture
def ids(server: Server) -> list[str]:
    """Ids of seven predictions, the newest first."""
    return [server.add_prediction({"number": number}) for number in range(7)][::-1]


def test_p24_paging_is_sent_only_when_passed(client: Any, server: Server) -> None:
    client.executions.list()
    client.executions.list(skip=0, limit=1000)
    client.predictions.list(3, 4)
    assert [request.query for request in server.requests] == [
        {},
        {"skip": "0", "limit": "1000"},
        {"skip": "3", "limit": "4"},
    ]


def test_list_is_a_list_with_the_newest_first(client: Any, ids: list[str]) -> None:
    page = client.predictions.list(skip=1, limit=3)
    assert isinstance(page, list)
    assert [prediction.id for prediction in page] == ids[1:4]
    assert page.unreadable == ()


def test_iterate_fetches_pages_as_they_are_needed(
    client: Any, server: Server, ids: list[str]
) -> None:
    found = client.predictions.iterate(page_size=3)
    assert [next(found).id for _ in range(2)] == ids[:2]
    assert len(server.requests) == 1
    assert [prediction.id for prediction in found] == ids[2:]
    assert [request.query["skip"] for request in server.requests] == ["0", "3", "6", "7"]


def test_iterate_skips_items_that_a_new_job_has_moved_to_the_next_page(
    client: Any, server: Server, ids: list[str]
) -> None:
    found = client.predictions.iterate(page_size=3)
    seen = [next(found).id for _ in range(3)]
    server.add_prediction()
    seen += [prediction.id for prediction in found]
    assert seen == ids


def page_of(kind: str, skip: int, limit: int) -> list[dict[str, Any]]:
    """Return what a service with seven items sends that deviates from the contract."""
    items = [{"id": f"id-{number}", "status": "completed"} for number in range(7)]
    if kind == "ignores skip":
        return items[:limit]
    if kind == "repeats the last page":
        return items[min(skip, 5) :]
    most = {"caps pages": 2, "caps pages unevenly": 1 + skip % 3}[kind]
    return items[skip : skip + min(limit, most)]


@pytest.mark.parametrize(
    ("kind", "fetched"),
    [
        ("caps pages", [0, 2, 4, 6, 7]),
        ("caps pages unevenly", [0, 1, 3, 4, 6, 7]),
        ("ignores skip", [0, 7]),
        ("repeats the last page", [0, 7]),
    ],
)
def test_p62_iterate_returns_each_item_once_however_the_service_pages(
    connect: Any, kind: str, fetched: list[int]
) -> None:
    skips = []

    def answer(connection: Connection) -> None:
        target = server.requests[connection.number].split()[1].decode()
        query = {name: int(value) for name, value in parse_qsl(urlsplit(target).query)}
        skips.append(query["skip"])
        page = page_of(kind, query["skip"], query["limit"])
        connection.send(response(json.dumps(page).encode()))

    with raw_server(answer) as server:
        client = connect(base_url=server.url)
        found = [each.id for each in client.executions.iterate(page_size=50)]
    assert found == [f"id-{number}" for number in range(7)]
    assert skips == fetched


@pytest.mark.parametrize("item", ["rubbish", {"id": ["a"], "status": "completed"}])
@pytest.mark.filterwarnings("ignore::vlmrun.types.page.UnreadableItemWarning")
def test_p62_iterate_ends_if_the_service_repeats_a_page_of_odd_items(
    client: Any, server: Server, item: Any
) -> None:
    server.inject(Fault("list_executions", status=200, body=[item] * 3, times=None))
    list(client.executions.iterate(page_size=3))
    assert len(server.requests) == 2


def test_iterate_over_nothing(client: Any) -> None:
    assert list(client.executions.iterate()) == []


@pytest.mark.parametrize("resource", ["executions", "predictions", "files"])
@pytest.mark.parametrize(
    ("paging", "word"),
    [
        ({"limit": 0}, "limit.*1 to 1000.*0"),
        ({"limit": 1001}, "limit.*1 to 1000.*1001"),
        ({"limit": True}, "limit"),
        ({"limit": "10"}, "limit"),
        ({"skip": -1}, "skip.*-1"),
    ],
)
def test_limit_out_of_range_sends_nothing(
    client: Any, server: Server, resource: str, paging: dict[str, Any], word: str
) -> None:
    with pytest.raises(InputError, match=word):
        getattr(client, resource).list(**paging)
    assert server.requests == []


def test_page_size_out_of_range_is_an_input_error(client: Any, server: Server) -> None:
    with pytest.raises(InputError, match="page_size"):
        list(client.executions.iterate(page_size=0))
    assert server.requests == []


def test_p10_unreadable_item_does_not_hide_the_page(client: Any, server: Server) -> None:
    good = {"id": "a", "status": "completed", "usage": {"credits_used": 0.5}}
    server.inject(
        Fault("list_executions", body=[good, "rubbish", {**good, "status": 7, "usage": 7}])
    )
    with pytest.warns(UnreadableItemWarning, match="2 of 3") as caught:
        page = client.executions.list()
    if isinstance(client, VLMRun):  # the coroutine of the async one is a task without a caller
        assert [each.filename for each in caught] == [__file__]
    assert [execution.id for execution in page] == ["a"]
    assert page[0].usage.credits_used == 0.5
    assert [error.raw for error in page.unreadable] == [
        "rubbish",
        {**good, "status": 7, "usage": 7},
    ]


def test_p10_extra_missing_and_unknown_values_are_accepted(client: Any, server: Server) -> None:
    item = {"id": "a", "status": "levitating", "brand_new": [1], "usage": None, "created_at": None}
    server.inject(Fault("list_executions", body=[item]))
    (execution,) = client.executions.list()
    assert execution.status == "levitating"
    assert not execution.status_is_known
    assert execution.raw == item
    assert execution.model_extra == {"brand_new": [1]}
    assert execution.usage.credits_used is None
    assert execution.created_at is None


@pytest.mark.parametrize("body", [{"data": []}, "text", 7, None])
def test_response_that_is_not_a_list_is_a_decode_error(
    client: Any, server: Server, body: Any
) -> None:
    fault = Fault("list_executions", body=b"null" if body is None else body)
    server.inject(fault)
    with pytest.raises(ResponseDecodeError) as caught:
        client.executions.list()
    assert caught.value.http_status == 200
    assert caught.value.request_id


def test_models(client: Any) -> None:
    models = client.models.list()
    assert all(isinstance(model, ModelInfo) for model in models)
    assert "document.invoice" in [model.domain for model in models]


def test_p10_iterate_accepts_ids_of_any_type(client: Any, server: Server) -> None:
    items = [{"id": ["a"]}, {"id": ["a"]}, {"id": "b"}, {"id": "b"}]
    server.inject(Fault("list_executions", status=200, body=items))
    assert [each.id for each in client.executions.iterate()] == [["a"], ["a"], "b"]
