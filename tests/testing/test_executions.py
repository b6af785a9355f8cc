"""Executions of the mock server: validation, progress, and scripts."""

from __future__ import annotations

import base64
import io
import threading
import zipfile
from collections.abc import Callable
from typing import Any

import httpx
import pytest

import vlmrun.testing
from tests.testing.conftest import poll_until_finished, skill_zip
from vlmrun.errors import InputError, InputTypeError
from vlmrun.testing import Outcome, Run, Server

PROMPT = {"config": {"prompt": "Read it"}}


def submit(http: httpx.Client, **body: Any) -> dict[str, Any]:
    response = http.post("/agent/execute", json={**PROMPT, **body})
    assert response.status_code == 201, response.text
    return dict(response.json())


def statuses(http: httpx.Client, execution: dict[str, Any], polls: int) -> list[str]:
    path = f"/agent/executions/{execution['id']}"
    return [execution["status"], *(http.get(path).json()["status"] for _ in range(polls))]


def test_execution_advances_with_each_poll(http: httpx.Client) -> None:
    execution = submit(http)
    assert execution["response"] is None
    assert statuses(http, execution, 3) == ["pending", "running", "completed", "completed"]


def test_only_the_completed_execution_has_a_response(http: httpx.Client) -> None:
    execution = submit(http)
    running = http.get(f"/agent/executions/{execution['id']}").json()
    assert (running["completed_at"], running["response"]) == (None, None)
    completed = http.get(f"/agent/executions/{execution['id']}").json()
    assert completed["completed_at"] >= completed["created_at"]
    assert completed["response"] == {"inputs": {}, "skills": []}


@pytest.mark.parametrize(
    ("polls", "expected"),
    [
        (0, ["completed", "completed"]),
        (1, ["pending", "completed"]),
        (4, ["pending", "pending", "running", "running", "completed"]),
    ],
)
def test_polls_sets_the_number_of_polls_until_completion(
    connected: Callable[[Server], httpx.Client], polls: int, expected: list[str]
) -> None:
    with vlmrun.testing.serve(polls=polls) as server:
        http = connected(server)
        assert statuses(http, submit(http), len(expected) - 1) == expected


def test_completes_after_ignores_polls(connected: Callable[[Server], httpx.Client]) -> None:
    with vlmrun.testing.serve(completes_after=0) as server:
        http = connected(server)
        assert submit(http)["status"] == "completed"
    with vlmrun.testing.serve(completes_after=3600) as server:
        http = connected(server)
        assert statuses(http, submit(http), 5) == ["pending"] * 6


@pytest.mark.parametrize("settings", [{"polls": -1}, {"completes_after": -0.5}])
def test_negative_polls_or_seconds_are_rejected(settings: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="must be 0 or more, got -"):
        vlmrun.testing.serve(**settings)


def test_batch_false_returns_the_completed_execution(http: httpx.Client) -> None:
    assert submit(http, batch=False)["status"] == "completed"


def test_list_is_newest_first_and_counts_as_a_poll(http: httpx.Client) -> None:
    ids = [submit(http)["id"] for _ in range(3)]
    seen = [http.get("/agent/executions").json() for _ in range(3)]
    assert [each["id"] for each in seen[0]] == ids[::-1]
    assert [{each["status"] for each in listed} for listed in seen] == [
        {"running"},
        {"completed"},
        {"completed"},
    ]
    assert [e["id"] for e in http.get("/agent/executions?skip=1&limit=1").json()] == [ids[1]]


def test_execution_is_not_found_as_a_prediction(http: httpx.Client) -> None:
    execution = submit(http)
    assert http.get(f"/predictions/{execution['id']}").status_code == 404
    assert http.get("/agent/executions/nothing").status_code == 404


def test_id_of_the_request_is_used_and_must_be_new(http: httpx.Client) -> None:
    assert submit(http, id="mine")["id"] == "mine"
    assert http.post("/agent/execute", json={**PROMPT, "id": "mine"}).status_code == 422


def test_execution_needs_a_name_a_prompt_or_skills(http: httpx.Client) -> None:
    for body in ({}, {"config": {}}, {"config": {"skills": []}}, {"name": None}):
        assert http.post("/agent/execute", json=body).status_code == 422


def test_named_agent_must_exist(server: Server, http: httpx.Client) -> None:
    assert http.post("/agent/execute", json={"name": "reader"}).status_code == 404
    assert http.post("/agent/execute", json={"name": "a:b:c"}).status_code == 422
    server.add_agent("reader", "Read it", {"type": "integer"})
    seen: list[Run] = []
    server.on_execute(seen.append)
    response = http.post("/agent/execute", json={"name": "reader:1"})
    assert response.json()["name"] == "reader:1"
    assert (seen[0].prompt, seen[0].json_schema) == ("Read it", {"type": "integer"})


def test_schema_of_a_named_agent_applies(server: Server, http: httpx.Client) -> None:
    server.add_agent("counter", "Count", {"type": "integer", "minimum": 7})
    execution = http.post("/agent/execute", json={"name": "counter", "batch": False}).json()
    assert execution["response"] == 7


def test_unknown_file_id_deep_in_inputs_is_404(http: httpx.Client) -> None:
    part = {"type": "input_file", "file_id": "nothing"}
    body = {**PROMPT, "inputs": {"deep": [{"x": part}]}}
    response = http.post("/agent/execute", json=body)
    assert response.status_code == 404
    assert response.json() == {"detail": "No file has the file_id 'nothing'"}


def problem_of_skill(http: httpx.Client, skill: dict[str, Any]) -> dict[str, Any]:
    response = http.post("/agent/execute", json={"config": {"skills": [skill]}})
    assert response.status_code == 422, response.text
    (problem,) = response.json()["detail"]
    assert problem["loc"][:4] == ["body", "config", "skills", 0]
    return dict(problem)


def inline(data: bytes) -> dict[str, Any]:
    text = base64.b64encode(data).decode()
    return {"type": "inline", "name": "demo", "source": {"type": "base64", "data": text}}


def zip_of(**files: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "msg"),
    [
        (b"no zip", "not a zip file"),
        (zip_of(**{"README.md": "x"}), "no SKILL.md at its root"),
        (zip_of(**{"demo/SKILL.md": "x"}), "no SKILL.md at its root"),
        (zip_of(**{"SKILL.md": "x", "../evil": "x"}), "evil"),
    ],
    ids=["not a zip", "no SKILL.md", "SKILL.md in a folder", "path traversal"],
)
def test_invalid_bundle_is_rejected(http: httpx.Client, data: bytes, msg: str) -> None:
    problem = problem_of_skill(http, inline(data))
    assert problem["loc"] == ["body", "config", "skills", 0, "source", "data"]
    assert msg in problem["msg"]


def test_bundle_must_be_base64(http: httpx.Client) -> None:
    problem = problem_of_skill(http, {"type": "inline", "source": {"data": "?!"}})
    assert "not base64" in problem["msg"]


def test_skill_is_either_inline_or_a_reference(http: httpx.Client) -> None:
    for skill in (
        {**inline(skill_zip()), "skill_name": "x"},
        {"type": "inline", "name": "x"},
        {"type": "skill_reference"},
        {},
    ):
        assert problem_of_skill(http, skill)["loc"][:4] == ["body", "config", "skills", 0]


@pytest.mark.parametrize(
    "skill",
    [{"skill_name": "other"}, {"skill_id": "other"}, {"skill_name": "mine", "skill_version": "0"}],
)
def test_referenced_skill_and_version_must_exist(
    server: Server, http: httpx.Client, skill: dict[str, Any]
) -> None:
    server.add_skill("mine")
    response = http.post("/agent/execute", json={"config": {"skills": [skill]}})
    assert response.status_code == 404


def test_script_returns_the_response(server: Server, http: httpx.Client) -> None:
    @server.on_execute
    def script(run: Run) -> Any:
        return {"prompt": run.prompt, "keys": sorted(run.inputs), "model": run.body["model"]}

    execution = poll_until_finished(http, submit(http, inputs={"a": 1}, model="vlmrun-orion-2:pro"))
    assert execution["response"] == {
        "prompt": "Read it",
        "keys": ["a"],
        "model": "vlmrun-orion-2:pro",
    }
    server.on_execute(None)
    assert "inputs" in poll_until_finished(http, submit(http))["response"]


def test_exception_in_a_script_fails_the_execution(server: Server, http: httpx.Client) -> None:
    def fail(run: Run) -> Any:
        raise RuntimeError("the page is blank")

    server.on_execute(fail)
    execution = poll_until_finished(http, submit(http))
    assert (execution["status"], execution["response"]) == ("failed", None)
    assert execution["usage"]["message"] == "the page is blank"


def test_script_may_return_any_statuses(server: Server, http: httpx.Client) -> None:
    statuses_ = ["pending", "defrosting", "paused"]
    server.on_execute(lambda run: Outcome({"x": 1}, statuses=statuses_, message="wait for me"))
    execution = submit(http)
    assert statuses(http, execution, 3) == ["pending", "defrosting", "paused", "paused"]
    last = http.get(f"/agent/executions/{execution['id']}").json()
    assert (last["response"], last["completed_at"]) == (None, None)
    assert last["usage"]["message"] == "wait for me"


def test_script_may_return_usage(server: Server, http: httpx.Client) -> None:
    server.on_execute(lambda run: Outcome(1, usage={"credits_used": 2.5, "steps": 3}))
    usage = poll_until_finished(http, submit(http))["usage"]
    assert (usage["credits_used"], usage["steps"]) == (2.5, 3)


@pytest.mark.parametrize("value", [object(), float("nan"), {1, 2}, "\ud800"])
def test_script_must_return_json(server: Server, http: httpx.Client, value: Any) -> None:
    server.on_execute(lambda run: value)
    execution = poll_until_finished(http, submit(http))
    assert execution["status"] == "failed"
    assert "not valid JSON" in execution["usage"]["message"]


def test_blocking_script_does_not_block_other_requests(server: Server, http: httpx.Client) -> None:
    resume, entered = threading.Event(), threading.Event()

    def wait(run: Run) -> Any:
        entered.set()
        return resume.wait(30)

    server.on_execute(wait)
    thread = threading.Thread(target=submit, args=[http])
    thread.start()
    assert entered.wait(30)
    assert http.get("/files").status_code == 200
    resume.set()
    thread.join()
    assert len(http.get("/agent/executions").json()) == 1


def test_script_must_be_callable(server: Server) -> None:
    with pytest.raises(InputTypeError, match=r"on_execute takes a function or None, got \{\}"):
        server.on_execute({})  # type: ignore[type-var]


@pytest.mark.parametrize("value", ["completed", 3])
def test_statuses_must_be_a_nonempty_list(value: Any) -> None:
    with pytest.raises(InputTypeError, match="statuses must be a list of str"):
        Outcome(statuses=value)
    with pytest.raises(InputError, match="statuses is empty"):
        Outcome(statuses=[])


def test_added_predictions_are_listed_and_advance_with_polls(
    server: Server, http: httpx.Client
) -> None:
    first = server.add_prediction({"total": 1}, domain="document.invoice")
    second = server.add_prediction(statuses=["running", "failed"], message="blank", id="mine")
    listed = http.get("/predictions").json()
    assert [each["id"] for each in listed] == [second, first] == ["mine", first]
    path = f"/predictions/{first}"
    assert listed[1]["status"] == "running"
    assert http.get(path).json()["status"] == "completed"
    assert http.get(path).json()["response"] == {"total": 1}
    assert http.get(path).json()["domain"] == "document.invoice"
    http.get("/predictions/mine")
    assert http.get("/predictions/mine").json()["usage"]["message"] == "blank"
    assert http.get(f"/agent/executions/{first}").status_code == 404
