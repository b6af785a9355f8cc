"""Whether an answer has the form that the openai package reads, which does not look itself."""

from __future__ import annotations

from typing import Any

CHAT = "/chat/completions"
_EMBEDDINGS = "/embeddings"
_TRANSCRIPTIONS = "/audio/transcriptions"


def may_be_text(path: str) -> bool:
    """Whether an operation may answer with something else than JSON."""
    return path.endswith(_TRANSCRIPTIONS)


def fault_of(path: str, answer: Any) -> str | None:
    """What is wrong with the JSON that an operation answered with; None if nothing is."""
    if not isinstance(answer, dict):
        return "The answer is not an object"
    if path.endswith(CHAT):
        choices = _objects(answer.get("choices"))
        if choices is None or not all(isinstance(each.get("message"), dict) for each in choices):
            return "The answer is not a completion: it has no choices, or one without a message"
    if path.endswith(_EMBEDDINGS) and _objects(answer.get("data")) is None:
        return "The answer has no list of embeddings"
    return None


def _objects(value: Any) -> list[dict[str, Any]] | None:
    is_list = isinstance(value, list) and all(isinstance(each, dict) for each in value)
    return value if is_list else None
