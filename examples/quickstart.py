"""Run an agent with skills on a real document: `make demo`.

Without `VLMRUN_API_KEY` it talks to the embedded stand-in server, which needs no account, reports
facts of what it was sent, and understands no document. With the key it talks to the service.
"""

from __future__ import annotations

import json
import os
from contextlib import ExitStack
from pathlib import Path

from vlmrun.client import VLMRun
from vlmrun.client.types import AgentExecutionConfig, AgentSkill
from vlmrun.types import FileUrl, MessageContent

HERE = Path(__file__).parent
REFERRAL = HERE / "inputs/referral.pdf"
SKILLS = HERE / "skills"


def main() -> None:
    """Run the steps one after another, and print what each gives."""
    with ExitStack() as stack:
        client = stack.enter_context(connect(stack))
        show_health(client)
        skills = gather_skills(client)
        run_as_batch(client, skills)
        run_and_wait(client)


def connect(stack: ExitStack) -> VLMRun:
    """A client of the service if there is a key, else of a stand-in server of this process."""
    if os.environ.get("VLMRUN_API_KEY"):
        client = VLMRun()
        print(f"VLMRUN_API_KEY is set: running against the service at {client.base_url}")
        return client
    import vlmrun.testing

    server = stack.enter_context(vlmrun.testing.serve())
    print(f"VLMRUN_API_KEY is not set: running against a stand-in server at {server.url}")
    return VLMRun(base_url=server.url, api_key="test")


def show_health(client: VLMRun) -> None:
    """Try the key with the cheapest call there is."""
    print(f"healthy: {client.healthcheck()}")


def gather_skills(client: VLMRun) -> list[AgentSkill]:
    """One stored skill, used by its name, and one whose files travel with the request."""
    stored = client.skills.create_from_directory(SKILLS / "invoice-extraction")
    print(f"stored skill: {stored.skill_name} ({stored.skill_id})")
    inline = AgentSkill.from_directory(SKILLS / "patient-referral")
    print(f"inline skill: {inline.name}, {len(inline.inline_data or '')} characters of base64")
    return [AgentSkill(skill_name=stored.skill_name), inline]


def run_as_batch(client: VLMRun, skills: list[AgentSkill]) -> None:
    """Submit a run, which returns at once; then follow it by its id until it has completed."""
    file = client.files.upload(REFERRAL)
    print(f"uploaded: {file.filename}, {file.bytes} bytes, id {file.id}")
    response = client.agent.execute(
        inputs={"file": MessageContent(type="file_url", file_url=FileUrl(url=file.url or ""))},
        config=AgentExecutionConfig(prompt="Read the referral", skills=skills),
        batch=True,
    )
    print(f"submitted: execution {response.id} is {response.status}")
    prediction = client.predictions.wait(
        response.id, timeout=600, on_update=lambda seen: print(f"  ... {seen.status}")
    )
    print(json.dumps(prediction.response, indent=2))


def run_and_wait(client: VLMRun) -> None:
    """Run and wait in one call, with the form of the answer given by a JSON schema."""
    schema = json.loads((SKILLS / "patient-referral/schema.json").read_text("utf-8"))
    execution = client.agent.execute(
        inputs={"file": REFERRAL},
        skills=[AgentSkill.from_directory(SKILLS / "patient-referral")],
        response_model=schema,
        batch=False,
        on_update=lambda seen: print(f"  ... {seen.status}"),
    )
    print(f"completed: execution {execution.id}")
    print(f"note: {execution.usage.message}")
    print(execution.model_dump_json(indent=2))


if __name__ == "__main__":
    main()
