"""The cards of executions and predictions."""

from __future__ import annotations

from typing import Any

from vlmrun._cards import Card
from vlmrun.types._evidence_cards import evidence_rows
from vlmrun.types.markdown import MarkdownDocument


def job_card(job: Any, reason: str | None) -> Card:
    """Return the card of a job.

    Args:
        job: The job.
        reason: Why it has failed.
    """
    kind = "Prediction" if "Prediction" in type(job).__name__ else "Execution"
    usage = getattr(job, "usage", None)
    facts = [
        ("status", job.status),
        ("error", reason),
        ("name", getattr(job, "name", None)),
        ("domain", getattr(job, "domain", None)),
        ("files", ", ".join(file.name for file in job._sent) or None),
        ("created", job.created_at),
        ("completed", job.completed_at),
        ("credits", getattr(usage, "credits_used", None)),
    ]
    card = Card(f"{kind} {job.id}", facts)
    if job.response is None or job.status == "failed":
        return card
    if isinstance(job.response, MarkdownDocument):
        document = job.response._card()
        return document._replace(title=card.title, facts=[*facts, ("response", document.title)])
    if isinstance(job.response, str):
        return card._replace(facts=[*facts, ("response", job.response)])
    evidence = job.evidence
    return card._replace(**evidence_rows(evidence))
