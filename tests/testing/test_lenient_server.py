"""A server that is not strict: it accepts what it does not know, and says so."""

from __future__ import annotations

import io
import os
import queue
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pypdf
import pytest

import vlmrun.testing
from tests.plain_http import PLAIN
from vlmrun import AgentSkill, VLMRun
from vlmrun.client.types import GenerationConfig
from vlmrun.errors import ResourceNotFoundError
from vlmrun.testing import Fault, Outcome, Request, Server
from vlmrun.testing.http.asgi_app import NOTE_HEADER

PDF = Path(__file__).parents[2] / "examples/inputs/referral.pdf"
UNKNOWN = "is unknown to the mock server, and was accepted"


@pytest.fixture
def lenient() -> Iterator[Server]:
    with vlmrun.testing.serve(polls=0, strict=False) as server:
        yield server


@pytest.fixture
def client(lenient: Server) -> Iterator[VLMRun]:
    with VLMRun(base_url=lenient.url, gateway_url=lenient.gateway_url, api_key="test") as client:
        yield client


CALLS: dict[str, tuple[Any, str]] = {
    "skill": (
        lambda client: client.agent.execute(skills=[AgentSkill(skill_name="mine")], batch=False),
        "The skill 'mine'",
    ),
    "version": (
        lambda client: client.agent.execute(
            skills=[AgentSkill(skill_name="mine", skill_version="20260219-abc123")], batch=False
        ),
        "The version '20260219-abc123' of the skill 'mine'",
    ),
    "skill id": (
        lambda client: client.document.generate(file=PDF, skills=[AgentSkill(skill_id="s-1")]),
        "The skill 's-1'",
    ),
    "agent": (
        lambda client: client.agent.execute("reader:7", prompt="Read", batch=False),
        "The agent 'reader:7'",
    ),
    "domain": (
        lambda client: client.document.generate(file=PDF, domain="document.contract"),
        "The domain 'document.contract'",
    ),
    "fine-tuned model": (
        lambda client: client.fine_tuning.generate(
            images=["https://example.com/a.png"],
            model="ft:vlm-1",
            config=GenerationConfig(prompt="Read it", json_schema={"type": "object"}),
        ),
        "The model 'ft:vlm-1'",
    ),
}


@pytest.mark.parametrize("case", CALLS)
def test_unknown_references_are_accepted_and_noted(
    lenient: Server, client: VLMRun, case: str
) -> None:
    call, what = CALLS[case]
    result = call(client)
    assert result.status == "completed"
    assert f"{what} {UNKNOWN}" in result.usage.message
    assert f"{what} {UNKNOWN}" in lenient.requests[-1].notes


@pytest.mark.parametrize("case", CALLS)
def test_a_strict_server_refuses_them(case: str) -> None:
    call, _ = CALLS[case]
    with (
        vlmrun.testing.serve() as server,
        VLMRun(base_url=server.url, api_key="test") as client,
        pytest.raises(ResourceNotFoundError),
    ):
        call(client)


def test_an_unknown_chat_model_is_accepted(client: VLMRun) -> None:
    messages = [{"role": "user", "content": "Hi"}]
    completion = client.agent.completions.create(model="vlmrun-orion-9", messages=messages)
    assert UNKNOWN in completion.model_extra["stand_in"]["note"]


def test_an_unknown_artifact_is_a_placeholder(lenient: Server, client: VLMRun) -> None:
    run = client.agent.execute(prompt="Draw", batch=False)
    assert client.artifacts.get("img_0a1b2c", execution_id=run.id).size == (1, 1)
    assert f"The artifact 'img_0a1b2c' {UNKNOWN}" in lenient.requests[-1].notes
    pages = client.artifacts.get("doc_0a1b2c", session_id="any", raw_response=True)
    assert len(pypdf.PdfReader(io.BytesIO(pages)).pages) == 1
    table = client.artifacts.get(execution_id=run.id, filename="table.csv")
    assert b"Placeholder by the mock server" in table


def test_an_artifact_is_unknown_until_the_execution_that_may_create_it_is_completed() -> None:
    with (
        vlmrun.testing.serve(strict=False) as server,
        VLMRun(base_url=server.url, api_key="test") as client,
    ):
        server.on_execute(lambda run: Outcome({}, artifacts={"img_0a1b2c": b"drawn"}))
        run = client.agent.execute(prompt="Draw")
        ids = {"execution_id": run.id, "raw_response": True}
        with pytest.raises(ResourceNotFoundError):
            client.artifacts.get("img_0a1b2c", **ids, wait_timeout=0)
        client.executions.wait(run.id, sleep=0.01)
        assert client.artifacts.get("img_0a1b2c", **ids) == b"drawn"


def test_a_domain_of_another_medium_is_accepted(client: VLMRun) -> None:
    result = client.audio.generate(file=b"sound", filename="a.mp3", domain="document.invoice")
    assert "reads document or image, not audio" in result.usage.message


def test_notes_are_headers_in_ascii(lenient: Server, client: VLMRun) -> None:
    skill = client.skills.get("Prüfung\r\nX: y")
    assert skill.name == "Prüfung\r\nX: y"
    assert lenient.requests[-1].notes[0].startswith(r"The skill 'Prüfung\r\nX: y'")


def test_a_fault_is_noted_in_the_log_and_in_the_record(lenient: Server, client: VLMRun) -> None:
    seen: queue.Queue[Request] = queue.Queue()
    lenient.on_response = seen.put
    lenient.inject(Fault("check_health", status=503, headers={"Retry-After": "0"}))
    assert client.healthcheck()
    # The client may have its response before the server calls on_response.
    first, second = seen.get(timeout=30), seen.get(timeout=30)
    assert [(each.status, each.fault) for each in (first, second)] == [(503, True), (200, False)]
    assert first.duration is not None


def run_command(*arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-W", "error", "-m", "vlmrun.testing", "--port", "0", *arguments]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ.copy()
    )


@pytest.mark.slow
def test_the_command_prints_variables_and_logs_requests(tmp_path: Path) -> None:
    schema = tmp_path / "contract.json"
    schema.write_text('{"type": "object", "properties": {"party": {"type": "string"}}}')
    options = ["--polls", "0", "--skill", "mine:20260219-abc123", "--agent", "reader"]
    options += ["--domain", f"document.contract={schema}", "--fault", "execute_agent:429:2"]
    with run_command(*options) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline().strip() for _ in range(3)]
        variables = dict(line.removeprefix("export ").split("=", 1) for line in lines)
        with VLMRun(
            base_url=variables["VLMRUN_BASE_URL"],
            gateway_url=variables["VLMRUN_GATEWAY_URL"],
            api_key=variables["VLMRUN_API_KEY"],
        ) as client:
            contract = client.document.generate(file=PDF, domain="document.contract")
            skill = AgentSkill(skill_name="mine", skill_version="20260219-abc123")
            client.agent.execute("reader", skills=[skill])
            client.agent.execute(skills=[AgentSkill(skill_name="other")])
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=30)
    assert (process.returncode, contract.response) == (0, {"party": "sample"})
    statuses = re.findall(r"POST /v1/agent/execute execute_agent: (\d+) in \d+ ms(.*)", log)
    injected = [("429", " (injected fault)")] * 2
    assert statuses == [*injected, ("201", ""), ("201", "")]
    assert log.count("note: ") == 1
    assert f"note: The skill 'other' {UNKNOWN}" in log


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--skill", "no/such/dir"], "no/such/dir"),
        (["--skill", "./missing"], "missing"),
        (["--domain", "a.b=missing.json"], "missing.json"),
        (["--fault", "execute_agent"], "OPERATION:STATUS"),
        (["--fault", "execute_agnt:503"], "execute_agent"),
    ],
)
@pytest.mark.slow
def test_invalid_options_of_the_command_are_reported(arguments: list[str], message: str) -> None:
    with run_command(*arguments) as process:
        _, errors = process.communicate(timeout=30)
    assert process.returncode == 2
    assert message in errors


def test_each_request_for_something_that_nobody_stored_is_noted(
    lenient: Server, client: VLMRun
) -> None:
    """Not only the first one, which creates the placeholder."""
    lenient.add_skill("stored")
    calls: list[tuple[Any, str]] = [
        (lambda: client.skills.get("mine"), f"The skill 'mine' {UNKNOWN}"),
        (lambda: client.skills.list(), "The skill 'mine' is a placeholder"),
        (lambda: client.agent.get(name="reader"), f"The agent 'reader' {UNKNOWN}"),
        (lambda: client.agent.list(), "The agent 'reader' is a placeholder"),
    ]
    for call, note in calls * 2:
        received = call()
        assert len(lenient.requests[-1].notes) == 1
        assert lenient.requests[-1].notes[0].startswith(note)
        found = received if isinstance(received, list) else [received]
        assert found[0].description.startswith("Placeholder ")
    assert client.skills.get("stored").name == "stored"
    assert lenient.requests[-1].notes == []
    # What is stored takes the place of the placeholder.
    lenient.add_skill("mine")
    assert client.skills.get("mine").description == "The skill mine"
    assert lenient.requests[-1].notes == []


@pytest.mark.slow
def test_the_pdf_library_writes_no_lines_of_its_own(lenient: Server, tmp_path: Path) -> None:
    """A server in a process of its own, whose standard error is the log of requests."""
    damaged = tmp_path / "damaged.pdf"
    content = re.sub(rb"startxref\s+", b"startxref\n1", PDF.read_bytes())  # another position
    damaged.write_bytes(content)
    program = (
        "import sys, vlmrun.testing\n"
        "from vlmrun import VLMRun\n"
        "with vlmrun.testing.serve(accept_unreadable=True) as server:\n"
        "    client = VLMRun(base_url=server.url, api_key='test')\n"
        "    client.document.generate(file=sys.argv[1], domain='document.invoice')\n"
    )
    command = [sys.executable, "-c", program, str(damaged)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert (done.stderr, done.returncode) == ("", 0)


def test_note_header_is_sent_for_other_responses_too(lenient: Server) -> None:
    headers = {"Authorization": "Bearer test"}
    response = httpx.get(f"{lenient.url}/skills/mine", headers=headers, **PLAIN)
    assert response.headers[NOTE_HEADER] == f"The skill 'mine' {UNKNOWN}"


def test_undocumented_requests_of_public_code_are_accepted_and_noted(lenient: Server) -> None:
    id = lenient.add_agent("reader", prompt="Read it")
    headers = {"Authorization": "Bearer test"}
    with httpx.Client(base_url=lenient.url, headers=headers, **PLAIN) as http:
        found = http.request("GET", "/agent/lookup", json={"id": id})
        started = http.post("/agent/execute", json={"agent_id": id})
    assert (found.status_code, found.json()["name"]) == (200, "reader")
    note = "GET /agent/lookup is not documented, and was accepted as POST"
    assert found.headers[NOTE_HEADER] == note
    assert (started.status_code, started.json()["name"]) == (201, "reader")
    assert started.headers[NOTE_HEADER].startswith("agent_id is not documented")


def test_a_strict_server_accepts_what_public_code_sends_to_the_service() -> None:
    """The n8n node of VLM Run looks agents up by GET, in both modes; `agent_id` is of old code."""
    with vlmrun.testing.serve() as server:
        id = server.add_agent("reader", prompt="Read it")
        headers = {"Authorization": "Bearer test"}
        with httpx.Client(base_url=server.url, headers=headers, **PLAIN) as http:
            found = http.request("GET", "/agent/lookup", json={"id": id})
            assert (found.status_code, found.json()["id"]) == (200, id)
            assert found.headers[NOTE_HEADER].startswith("GET /agent/lookup is not documented")
            assert http.request("GET", "/agent/lookup", json={"id": "none"}).status_code == 404
            assert http.post("/agent/execute", json={"agent_id": id}).status_code == 422
