"""Decisions of System One: even odds by default, since no model has read anything."""

from __future__ import annotations

from collections.abc import Mapping
from math import log
from typing import Any

import attrs

from vlmrun._messages import did_you_mean, short_repr
from vlmrun.errors import InputError

NOTE = "Even odds by the mock server: no model has read this"


@attrs.frozen
class Decision:
    """A request for a decision, as passed to the script of `server.on_decide`.

    Attributes:
        model: The model.
        state: What the questions are about.
        questions: The questions by their ids, with `type`, `instructions` and `criteria`.
        body: The whole request body, or the message of a session.
        facts: What the server found without a model: for each part of the content, and each asset,
            its digest, size and media type.
        frame: The number of the frame in its session, from 1; None for other requests.
    """

    model: str
    state: Any
    questions: dict[str, Any]
    body: dict[str, Any]
    facts: list[dict[str, Any]]
    frame: int | None = None


def answers_of(questions: Mapping[str, Any], scripted: Any = None) -> dict[str, Any]:
    """Return the answer to each question.

    Args:
        questions: The questions by their ids.
        scripted: Answers by id: the probability of yes, the label, the score or the edges of the
            box, or the JSON of an answer; the others have even odds.

    Raises:
        InputError: It answers a question that was not asked, or not as it can be answered.
    """
    given = {} if scripted is None else scripted
    if not isinstance(given, Mapping):
        raise InputError(f"The script must return a dict of answers, got {short_repr(given)}")
    for id in given:
        if id not in questions:
            raise InputError(f"No question has the id {id!r}.{did_you_mean(str(id), questions)}")
    return {
        id: _answer(id, question, given[id]) if id in given else _even(question)
        for id, question in questions.items()
    }


def _even(question: Mapping[str, Any]) -> dict[str, Any]:
    if question["type"] == "noul":
        return {"type": "noul", "noul": 0.5}
    if question["type"] == "box":
        # The whole image: nothing has been found in it.
        edges = {"top": 0, "bottom": 1, "left": 0, "right": 1}
        return {"type": "box", "box": edges, "confidence": None}
    count = len(question["criteria"])
    return _from_odds(question, dict.fromkeys(_keys(question), 1 / count))


def _answer(id: str, question: Mapping[str, Any], value: Any) -> dict[str, Any]:
    if isinstance(value, Mapping) and "type" in value:
        return dict(value)
    kind = question["type"]
    if kind == "noul" and isinstance(value, (bool, int, float)) and 0 <= value <= 1:
        return {"type": "noul", "noul": float(value)}
    if kind == "box" and isinstance(value, Mapping):
        return {"type": "box", "box": dict(value), "confidence": None}
    if kind == "choice" and value in question["criteria"]:
        odds = {key: float(key == value) for key in _keys(question)}
        return _from_odds(question, odds)
    if kind == "score" and isinstance(value, (int, float)):
        return _scored(question, float(value))
    raise InputError(f"{short_repr(value)} is not an answer to the {kind} {id!r}")


def _scored(question: Mapping[str, Any], score: float) -> dict[str, Any]:
    """Return a score between two levels, which have all the probability."""
    highest = len(question["criteria"]) - 1
    if not 0 <= score <= highest:
        raise InputError(f"A score must be from 0 to {highest}, got {score}")
    odds = {key: max(0.0, 1 - abs(int(key) - score)) for key in _keys(question)}
    return {**_from_odds(question, odds), "score": score}


def _keys(question: Mapping[str, Any]) -> list[str]:
    criteria = question["criteria"]
    return (
        list(criteria) if question["type"] == "choice" else [str(i) for i in range(len(criteria))]
    )


def _from_odds(question: Mapping[str, Any], odds: dict[str, float]) -> dict[str, Any]:
    best = max(odds, key=lambda key: odds[key])
    shared = {"type": question["type"], "confidence": _confidence(odds), "probabilities": odds}
    if question["type"] == "choice":
        return {**shared, "choice": best}
    score = sum(int(key) * probability for key, probability in odds.items())
    return {**shared, "score": score, "legend": dict(zip(odds, question["criteria"], strict=True))}


def _confidence(odds: Mapping[str, float]) -> float:
    """Return 1 for certainty and 0 for even odds, by the entropy of the odds."""
    entropy = -sum(each * log(each) for each in odds.values() if each)
    # Rounded, because even odds of thirds are not exactly even.
    return min(1.0, max(0.0, round(1 - entropy / log(len(odds)), 12)))


def usage_of(decision: Decision) -> dict[str, Any]:
    """Return a usage that counts words as tokens and costs nothing."""
    words = len(str(decision.state).split()) + len(str(decision.questions).split())
    reads = decision.body.get("samples") or 1
    return {
        "input_tokens": words,
        "output_tokens": 0,
        "input_tokens_details": {"cached_tokens": 0},
        "reads": reads,
        "cost": 0,
    }
