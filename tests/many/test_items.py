"""The facts about items and their jobs: results that do not fit, repeated items, and their cost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from tests.many.test_journal import submissions
from vlmrun.errors import BudgetExceededError, InputError, ResponseDecodeError
from vlmrun.testing import Fault, Outcome, Run, Server
from vlmrun.types import BatchProgress


class Invoice(BaseModel):
    total: float


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    return tmp_path / "runs.sqlite"


def test_p81_a_result_that_does_not_fit_is_the_error_of_its_item(
    client: Any, server: Server, journal: Path
) -> None:
    def read(run: Run) -> Outcome:
        return Outcome({"total": run.inputs["total"]})

    server.on_execute(read)
    inputs = [{"total": 5}, {"total": "five euros"}, {"total": 7}]

    def run() -> list[Any]:
        return list(
            client.agent.execute_many(
                inputs, prompt="Read it", response_model=Invoice, journal=journal
            )
        )

    first, misfit, last = run()
    assert [first.result.parsed.total, last.result.parsed.total] == [5, 7]
    assert misfit.result is None
    assert isinstance(misfit.error, ResponseDecodeError)
    assert misfit.error.raw == {"total": "five euros"}
    # The job is paid for, so that it must be possible to find it.
    assert misfit.error.job_id == misfit.id
    assert f"client.executions.get({misfit.id!r})" in str(misfit.error)
    again = run()[1]
    assert (str(again.error), again.id, again.from_journal) == (str(misfit.error), misfit.id, True)
    assert submissions(server) == 3


def test_p81_a_dict_that_a_generator_changes_is_sent_as_it_was(client: Any, server: Server) -> None:
    def items() -> Iterator[dict[str, int]]:
        item: dict[str, int] = {}
        for number in range(4):
            item["number"] = number
            yield item

    server.on_execute(lambda run: run.inputs)
    found = list(client.agent.execute_many(items(), prompt="Read it"))
    assert [each.input for each in found] == [{"number": number} for number in range(4)]
    assert [each.result.response for each in found] == [each.input for each in found]


def test_p81_only_results_of_earlier_runs_are_from_the_journal(
    client: Any, server: Server, journal: Path
) -> None:
    server.on_execute(lambda run: Outcome({}, usage={"credits_used": 2}))
    progress: list[BatchProgress] = []

    def run(inputs: list[Any]) -> list[bool]:
        items = client.agent.execute_many(
            inputs, prompt="Read it", journal=journal, on_progress=progress.append
        )
        return [item.from_journal for item in items]

    assert run([{"a": 1}] * 4) == [False] * 4
    # The other three cost nothing.
    assert (progress[-1].finished, progress[-1].from_journal, progress[-1].credits) == (4, 0, 2)
    assert run([{"a": 1}, {"a": 2}, {"a": 1}]) == [True, False, True]
    assert (progress[-1].from_journal, progress[-1].credits) == (2, 2)


def test_p85_the_progress_counts_the_cost_of_jobs_that_failed(client: Any, server: Server) -> None:
    server.on_execute(
        lambda run: Outcome(statuses=["running", "failed"], usage={"credits_used": 3})
    )
    progress: list[BatchProgress] = []
    list(client.agent.execute_many([{}], prompt="Read it", on_progress=progress.append))
    assert (progress[-1].failed, progress[-1].credits) == (1, 3)


@pytest.mark.parametrize(
    "name",
    ["priority", "metadata", "callback_url"],
)
def test_p81_what_does_not_change_the_result_makes_no_new_item(
    client: Any, server: Server, journal: Path, name: str
) -> None:
    values: dict[str, tuple[Any, Any]] = {
        "priority": ("low", "high"),
        "metadata": ({"session_id": "monday"}, {"session_id": "tuesday"}),
        "callback_url": ("https://example.com/a", "https://example.com/b"),
    }
    for value in (None, *values[name]):
        arguments = {"prompt": "Read it", "journal": journal, name: value}
        (item,) = client.agent.execute_many([{}], **arguments)
        assert item.error is None
    assert submissions(server) == 1


SIGNED = {
    "S3": "?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date={0}&X-Amz-Expires=60&X-Amz-Signature={0}",
    "S3, version 2": "?AWSAccessKeyId=key&Expires={0}&Signature={0}",
    "Google": "?X-Goog-Date={0}&X-Goog-Signature={0}",
    "CloudFront": "?Expires={0}&Signature={0}&Key-Pair-Id=k",
    "Azure": "?sv=2024-11-04&se={0}&sr=b&sp=r&sig={0}",
}


@pytest.mark.parametrize("query", SIGNED.values(), ids=SIGNED)
def test_p81_a_url_that_was_signed_anew_is_the_same_item(
    client: Any, server: Server, journal: Path, query: str
) -> None:
    def run(url: str) -> bool:
        (item,) = client.document.generate_many([url], "document.invoice", journal=journal)
        assert item.error is None
        return bool(item.from_journal)

    path = "https://bucket.example.com/2026/scan.pdf"
    assert not run(path + query.format("1111"))
    assert run(path + query.format("2222"))
    # What is not part of the signature decides.
    assert not run(path + query.format("2222") + "&versionId=7")
    assert not run("https://bucket.example.com/2026/other.pdf" + query.format("2222"))
    sent = [each.json["url"] for each in server.requests if each.path.endswith("/generate")]
    assert sent[0] == path + query.format("1111")


def test_p81_a_query_that_is_no_signature_decides(client: Any, journal: Path) -> None:
    def run(url: str) -> bool:
        (item,) = client.agent.execute_many([{"page": url}], prompt="Read it", journal=journal)
        return bool(item.from_journal)

    assert not run("https://example.com/list?expires=1&sig=a&page=1")
    assert not run("https://example.com/list?expires=2&sig=a&page=1")
    assert not run("https://example.com/list?expires=2&sig=b&page=1")
    assert run("https://example.com/list?expires=2&sig=b&page=1")


def test_p51_a_batch_without_instructions_is_refused_before_files_are_uploaded(
    client: Any, server: Server, pdf: Path
) -> None:
    for arguments in ({}, {"response_model": Invoice}, {"config": {"mode": "fast"}}):
        with pytest.raises(InputError, match="name, prompt or skills"):
            list(client.agent.execute_many([pdf], **arguments))
    assert server.requests == []


def test_p80_an_error_status_is_not_asked_about_for_long(
    client: Any, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A request that was lost may arrive late; one that had a response has arrived.
    for kind in ("async", "sync"):
        monkeypatch.setattr(f"vlmrun._{kind}.many.submission_lookup._MAY_ARRIVE", 600)
        monkeypatch.setattr(f"vlmrun._{kind}.many.submission_lookup._AFTER_RESPONSE", 0.1)
    client.agent.execute(prompt="Read it")  # shows that ids are kept
    server.inject(Fault("execute_agent", status=500))
    (item,) = client.agent.execute_many([{}], prompt="Read it")
    assert item.error is None
    assert submissions(server) == 3


@pytest.mark.parametrize("number", [1, 2])
def test_p86_the_error_of_a_budget_says_what_was_used(
    client: Any, server: Server, number: int
) -> None:
    server.on_execute(lambda run: Outcome({}, usage={"credits_used": 5 / number}))
    with client.usage(budget=4) as usage:
        for _ in range(number):
            client.agent.execute(prompt="Read it", batch=False)
        with pytest.raises(BudgetExceededError) as caught:
            usage.check()
    jobs = "1 job has" if number == 1 else "2 jobs have"
    text = f"The budget is used up: {jobs} used 5 of 4 credits, and nothing more is submitted"
    assert str(caught.value).startswith(text)


def test_p74_a_handle_needs_a_client(client: Any, make_handle: Callable[[], Any]) -> None:
    for value in (None, "client", 5):
        for call in (make_handle().wait, make_handle().get):
            with pytest.raises(TypeError, match="client must be a VLMRun or AsyncVLMRun"):
                call(value)


@pytest.fixture
def make_handle(client: Any) -> Callable[[], Any]:
    return lambda: client.executions.handle("e1")
