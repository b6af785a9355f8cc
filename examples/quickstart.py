"""Run an agent with skills on a PDF: `make demo`.

If the environment variable `VLMRUN_API_KEY` is set, this program uses the service. Otherwise it
starts a mock server, which needs no account: it accepts the same requests, but cannot read
documents, so it responds with facts about the request and with sample values.
"""

from __future__ import annotations

import json
import os
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from vlmrun.client import VLMRun
from vlmrun.client.types import AgentExecutionConfig, AgentSkill
from vlmrun.types import FileUrl, MessageContent

FOLDER = Path(__file__).parent
REFERRAL = FOLDER / "inputs/referral.pdf"
SKILLS = FOLDER / "skills"


def main() -> None:
    """Run all steps and print the result of each."""
    with ExitStack() as stack:
        client = connect(stack)
        skills = create_skills(client)
        execution_id = submit(client, skills)
        wait_for_result(client, execution_id)
        run_and_wait(client)
        print("\nDone: all five steps have succeeded.")


def connect(stack: ExitStack) -> VLMRun:
    """Connect to the service if there is an API key, or else to a mock server in this process."""
    if os.environ.get("VLMRUN_API_KEY"):
        client = stack.enter_context(VLMRun())
        kind = "the service, because VLMRUN_API_KEY is set"
    else:
        import vlmrun.testing

        server = stack.enter_context(vlmrun.testing.serve())
        client = stack.enter_context(VLMRun(base_url=server.url, api_key="test"))
        kind = "a mock server with sample values, because VLMRUN_API_KEY is not set"
    print(f"1. Connect to {kind}")
    print(f"   {client.base_url} is {'healthy' if client.healthcheck() else 'not healthy'}")
    return client


def create_skills(client: VLMRun) -> list[AgentSkill]:
    """Store one skill on the server, and create one whose files are part of the request."""
    print("2. Create skills from directories")
    stored = client.skills.create_from_directory(SKILLS / "invoice-extraction")
    print(f"   stored skill {stored.skill_name}, id {stored.skill_id}")
    inline = AgentSkill.from_directory(SKILLS / "patient-referral")
    print(f"   inline skill {inline.name}, {len(inline.inline_data or '')} characters of base64")
    return [AgentSkill(skill_name=stored.skill_name), inline]


def submit(client: VLMRun, skills: list[AgentSkill]) -> str:
    """Upload a file and submit an execution, which returns immediately; return its id."""
    print("3. Upload a PDF and submit an execution")
    file = client.files.upload(REFERRAL)
    print(f"   uploaded {file.filename}, {file.bytes} bytes, id {file.id}")
    execution = client.agent.execute(
        inputs={"file": MessageContent(type="file_url", file_url=FileUrl(url=file.url or ""))},
        config=AgentExecutionConfig(prompt="Read the referral", skills=skills),
        batch=True,
    )
    print(f"   execution {execution.id} is {execution.status}")
    return execution.id


def wait_for_result(client: VLMRun, execution_id: str) -> None:
    """Poll the execution by its id until it is completed."""
    print("4. Wait for the execution")
    prediction = client.predictions.wait(execution_id, timeout=600, on_update=print_status)
    print_response(prediction.response)


def run_and_wait(client: VLMRun) -> None:
    """Upload, submit and wait in one call, with a JSON schema for the response."""
    print("5. Do all of this in one call, with a JSON schema for the response")
    schema = json.loads((SKILLS / "patient-referral/schema.json").read_text("utf-8"))
    execution = client.agent.execute(
        inputs={"file": REFERRAL},
        skills=[AgentSkill.from_directory(SKILLS / "patient-referral")],
        response_model=schema,
        batch=False,
        on_update=print_status,
    )
    print_response(execution.response)
    if execution.usage.message:
        print(f"   note: {execution.usage.message}")


def print_status(job: Any) -> None:
    """Print the status of a job after a poll."""
    print(f"   ... {job.status}")


def print_response(response: Any) -> None:
    """Print a response as indented JSON."""
    text = json.dumps(response, indent=2, ensure_ascii=False, default=str)
    print("   response: " + text.replace("\n", "\n   "))


if __name__ == "__main__":
    main()
