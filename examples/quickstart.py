"""Read a document with an agent, skills and a typed answer: `make demo`.

If the environment variable `VLMRUN_API_KEY` is set, this program uses the service, which bills the
jobs. Otherwise it starts a mock server, which needs no account. The mock server cannot read
documents, so its answers to the questions below are scripted, and marked as such.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vlmrun import AgentSkill, VLMRun
from vlmrun.types import FileUrl, MessageContent

if TYPE_CHECKING:
    from vlmrun.testing import Run

FOLDER = Path(__file__).parent
REFERRAL = FOLDER / "inputs/referral.pdf"
SKILLS = FOLDER / "skills"
QUESTION = "Who is referred, to whom, why, and how soon?"
QUESTIONS = [
    "What is the diagnosis?",
    "Which medication does the patient take?",
    "Who sent the fax?",
    "What is requested?",
    "How many pages are there?",
]
SCRIPTED = {
    "patient": "Maria Example",
    "receiver": "Dr. Kim Placeholder, Harbor Cardiology",
    "reason": "Palpitations for three weeks, atrial fibrillation in the ECG",
    "urgent": True,
}


@dataclass
class Referral:
    """The answer to the question; its schema is sent with the request."""

    patient: str
    receiver: str
    reason: str
    urgent: bool


def main() -> None:
    """Run all steps and print their results."""
    with connect() as client:
        print(f"Document   {REFERRAL.relative_to(FOLDER.parent)}, {REFERRAL.stat().st_size} bytes")
        read_document(client)
        ask_questions(client)


@contextmanager
def connect() -> Iterator[VLMRun]:
    """Connect to the service if there is an API key, or else to a mock server in this process."""
    if os.environ.get("VLMRUN_API_KEY"):
        with VLMRun() as client:
            print(f"Service    {client.base_url}, because VLMRUN_API_KEY is set")
            yield client
        return
    import vlmrun.testing

    with vlmrun.testing.serve() as server:
        server.on_execute(script)
        with VLMRun(base_url=server.url, api_key="test") as client:
            print("Service    a mock server with scripted answers; VLMRUN_API_KEY is not set")
            yield client


def script(run: Run) -> Any:
    """Return the scripted answer of the mock server."""
    from vlmrun.testing import Outcome

    response = SCRIPTED if run.prompt == QUESTION else {"answer": f"(scripted) {run.prompt}"}
    return Outcome(response, message="scripted: no model has read the document")


def read_document(client: VLMRun) -> None:
    """Ask one question with two skills, and print the answer as an instance of a class."""
    stored = client.skills.create_from_directory(SKILLS / "invoice-extraction")
    inline = AgentSkill.from_directory(SKILLS / "patient-referral")
    print(f"Skills     {stored.skill_name} (stored), {inline.name} (sent with the request)")
    print(f"Question   {QUESTION}")
    execution = client.agent.execute(
        prompt=QUESTION,
        inputs={"file": REFERRAL},
        skills=[stored, inline],
        response_model=Referral,
        batch=False,
        on_update=lambda seen: print(f"           {seen.status} ..."),
    )
    referral: Referral = execution.parsed
    print(f"Answer     {type(referral).__name__}:")
    for name, value in vars(referral).items():
        print(f"           {name:10} {value}")
    note = f" ({execution.usage.message})" if execution.usage.message else ""
    print(f"Cost       {execution.usage.credits_used} credits{note}")


def ask_questions(client: VLMRun) -> None:
    """Submit five jobs, which run at the same time, and show the progress of all of them."""
    url = client.files.upload(REFERRAL).url
    file = MessageContent(type="file_url", file_url=FileUrl(url=url or ""))
    submitted = [
        client.agent.execute(prompt=question, inputs={"file": file}, batch=True)
        for question in QUESTIONS
    ]
    for number, job in enumerate(submitted, 1):
        client.executions.wait(job.id, timeout=600)
        bar = "#" * number + "." * (len(submitted) - number)
        end = "\n" if number == len(submitted) or not sys.stdout.isatty() else "\r"
        if sys.stdout.isatty() or number == len(submitted):
            print(f"Batch      [{bar}] {number} of {len(submitted)} finished", end=end, flush=True)


if __name__ == "__main__":
    main()
