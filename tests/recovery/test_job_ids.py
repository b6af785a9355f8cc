"""Each request for a job has an id, created before the first attempt."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.job_ids import is_created
from vlmrun.errors import APIError, InputError, OutcomeUnknownError
from vlmrun.testing import Fault, Server

URL = "https://example.com/a"

CALLS: dict[str, Callable[[Any], Any]] = {
    "execute_agent": lambda client: client.agent.execute(prompt="Read it"),
    "generate_image_prediction": lambda client: client.image.generate("image.caption", urls=[URL]),
    "generate_document_prediction": lambda client: client.document.generate(
        url=URL, domain="document.invoice"
    ),
    "generate_audio_prediction": lambda client: client.audio.generate(
        url=URL, domain="audio.transcription"
    ),
    "generate_video_prediction": lambda client: client.video.generate(
        url=URL, domain="video.transcription"
    ),
    "generate_video_schema": lambda client: client.video.schema(url=URL),
}


@pytest.fixture(params=CALLS)
def operation(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


def ids_sent(server: Server, operation: str) -> list[str]:
    return [each.json["id"] for each in server.requests if each.operation == operation]


def test_p72_each_job_has_an_id_of_its_own(client: Any, server: Server, operation: str) -> None:
    jobs = [CALLS[operation](client) for _ in range(2)]
    sent = ids_sent(server, operation)
    assert [job.id for job in jobs] == sent
    assert len(set(sent)) == 2
    assert all(map(is_created, sent))


def test_p72_all_attempts_of_a_call_have_the_same_id(
    client: Any, server: Server, operation: str
) -> None:
    server.inject(Fault(operation, status=429, headers={"Retry-After": "0"}))
    job = CALLS[operation](client)
    assert ids_sent(server, operation) == [job.id, job.id]


def test_p72_an_error_after_the_first_byte_has_the_id(
    client: Any, server: Server, operation: str
) -> None:
    server.inject(Fault(operation, reset="after_handling"))
    with pytest.raises(OutcomeUnknownError) as caught:
        CALLS[operation](client)
    (sent,) = ids_sent(server, operation)
    assert caught.value.job_id == sent
    assert sent in str(caught.value)


def test_p72_the_id_of_the_caller_is_sent(client: Any, server: Server) -> None:
    assert client.agent.execute(prompt="Read it", id="order-4711").id == "order-4711"
    assert ids_sent(server, "execute_agent") == ["order-4711"]


@pytest.mark.parametrize("id", ["", "a/b", "..", "a b?c"])
def test_p72_an_id_that_could_not_be_fetched_is_refused(
    client: Any, server: Server, id: str
) -> None:
    with pytest.raises(InputError, match="id"):
        client.agent.execute(prompt="Read it", id=id)
    assert server.requests == []


def test_p72_an_id_in_use_is_refused_by_the_service(client: Any) -> None:
    client.agent.execute(prompt="Read it", id="order-4711")
    with pytest.raises(APIError, match="exists already") as caught:
        client.agent.execute(prompt="Read it", id="order-4711")
    assert caught.value.outcome == "refused"
