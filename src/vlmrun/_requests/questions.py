"""Questions to System One, in all forms that callers pass, as the JSON that is sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from vlmrun._messages import did_you_mean, short_repr, type_and_repr
from vlmrun._requests.inputs import as_json
from vlmrun._validation import check_encodable
from vlmrun.errors import InputError, InputTypeError

QUESTION_TYPES = ("noul", "choice", "score", "box")
MIN_CHOICE_OPTIONS, MAX_CHOICE_OPTIONS = 2, 128
MIN_SCORE_LEVELS, MAX_SCORE_LEVELS = 2, 10

# What `criteria` is called for each type, as an alternative.
_ALIASES = {"noul": None, "choice": "options", "score": "levels", "box": None}
_OUTCOMES = {"true": "true", "yes": "true", "false": "false", "no": "false"}


def normalize_questions(questions: Any) -> dict[str, Any]:
    """Return questions in the form that is sent: a dict from each id to its question.

    Args:
        questions: A list of dicts with an `id`; a mapping from ids to dicts or to question objects;
            or a mapping with one of these under "questions". `options` and `levels` are other names
            for the `criteria` of a choice and a score.

    Raises:
        InputError: There are none, or one is not valid; the message has its location.

    Example:
        >>> normalize_questions([{"id": "open", "type": "noul"}])
        {'open': {'type': 'noul'}}
    """
    if isinstance(questions, Mapping) and [*questions] == ["questions"]:
        questions = questions["questions"]
    normalized: dict[str, Any] = {}
    for where, id, question in _with_ids(questions):
        if id in normalized:
            raise InputError(f"{where}.id repeats {id!r}", suggestion="Ids must be unique")
        normalized[id] = _question(where, question)
    if not normalized:
        raise InputError("questions is empty", suggestion="Ask at least one question")
    return normalized


def _with_ids(questions: Any) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield the location, the id and the fields of each question."""
    if isinstance(questions, Mapping):
        for id, question in questions.items():
            where = f"questions[{id!r}]"
            _check_id(where, id)
            fields = _fields(where, question)
            if fields.pop("id", id) != id:
                raise InputError(
                    f"{where}.id is {short_repr(question['id'])}, but its key is {id!r}",
                    suggestion="Leave one of them out: the key is the id",
                )
            yield where, id, fields
        return
    if not isinstance(questions, (list, tuple)):
        raise InputTypeError(
            f"questions must be a list or a dict, got {type_and_repr(questions)}",
            suggestion="Pass {'is_urgent': {'type': 'noul'}}",
        )
    for index, question in enumerate(questions):
        where = f"questions[{index}]"
        fields = _fields(where, question)
        if "id" not in fields:
            raise InputError(
                f"{where} has no id", suggestion="Add one, or pass a dict from ids to questions"
            )
        id = fields.pop("id")
        _check_id(f"{where}.id", id)
        yield where, id, fields


def _check_id(where: str, id: Any) -> None:
    if not isinstance(id, str):
        raise InputTypeError(f"{where}: an id must be a str, got {type_and_repr(id)}")
    if not id.strip():
        raise InputError(f"{where}: the id is empty")
    check_encodable(where, id)


def _fields(where: str, question: Any) -> dict[str, Any]:
    # Question objects of this package, or of typesafe-sdk, which are pydantic models.
    if hasattr(question, "model_dump") and not isinstance(question, type):
        question = question.model_dump(exclude_none=True)
    if not isinstance(question, Mapping):
        raise InputTypeError(
            f"{where} must be a dict, got {type_and_repr(question)}",
            suggestion="Pass {'type': 'noul', 'instructions': 'Is it urgent?'}",
        )
    return dict(question)


def _question(where: str, fields: dict[str, Any]) -> dict[str, Any]:
    kind = fields.get("type")
    if kind not in QUESTION_TYPES:
        raise InputError(
            f"{where}.type cannot be {short_repr(kind)}.{did_you_mean(str(kind), QUESTION_TYPES)}"
        )
    alias = _ALIASES[kind]
    criteria_names = () if kind == "box" else ("criteria", alias)
    known = [name for name in ("type", "instructions", *criteria_names) if name]
    for name in fields:
        if name not in known:
            raise InputError(
                f"{where} has the unknown key {short_repr(name)}.{did_you_mean(str(name), known)}",
                suggestion=f"A {kind} has {', '.join(known)}",
            )
    question: dict[str, Any] = {"type": kind}
    if fields.get("instructions") is not None:
        question["instructions"] = _content(f"{where}.instructions", fields["instructions"])
    name, criteria = _criteria(where, fields, alias)
    if criteria is None and alias is None:
        return question
    if criteria is None:
        raise InputError(f"{where} is a {kind} without {alias}")
    check = {"noul": _outcomes, "choice": _options, "score": _levels}[kind]
    question["criteria"] = check(name, criteria)
    return question


def _criteria(where: str, fields: dict[str, Any], alias: str | None) -> tuple[str, Any]:
    if alias is None or fields.get(alias) is None:
        return f"{where}.criteria", fields.get("criteria")
    if fields.get("criteria") is not None:
        raise InputError(
            f"{where} has both {alias} and criteria", suggestion="Leave one of them out"
        )
    return f"{where}.{alias}", fields[alias]


def _outcomes(where: str, criteria: Any) -> dict[str, Any]:
    if not isinstance(criteria, Mapping):
        raise InputTypeError(f"{where} must be a dict, got {type_and_repr(criteria)}")
    outcomes = {}
    for key, value in criteria.items():
        outcome = _OUTCOMES.get(str(key).lower())
        if outcome is None or outcome in outcomes:
            raise InputError(
                f"{where} has the key {short_repr(key)}", suggestion="The keys are true and false"
            )
        outcomes[outcome] = _content(f"{where}[{key!r}]", value)
    return outcomes


def _options(where: str, criteria: Any) -> dict[str, Any]:
    options: dict[str, Any] = {}
    for index, (label, description) in enumerate(_labels(where, criteria)):
        if not isinstance(label, str) or not label.strip():
            raise InputError(f"{where}[{index}]: {short_repr(label)} is not a label")
        check_encodable(f"{where}[{index}]", label)
        if label in options:
            raise InputError(f"{where}[{index}] repeats {label!r}", suggestion="Leave one out")
        options[label] = _content(f"{where}[{label!r}]", description)
    _check_count(where, "options", len(options), MIN_CHOICE_OPTIONS, MAX_CHOICE_OPTIONS)
    return options


def _labels(where: str, criteria: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(criteria, Mapping):
        yield from criteria.items()
        return
    if not isinstance(criteria, (list, tuple)):
        raise InputTypeError(f"{where} must be a list or a dict, got {type_and_repr(criteria)}")
    for index, option in enumerate(criteria):
        if isinstance(option, str):
            yield option, None
        elif isinstance(option, Mapping) and {"name"} <= option.keys() <= {"name", "description"}:
            yield option["name"], option.get("description")
        else:
            raise InputTypeError(
                f"{where}[{index}] must be a str, or a dict with name and description, "
                f"got {type_and_repr(option)}"
            )


def _levels(where: str, criteria: Any) -> list[Any]:
    if not isinstance(criteria, (list, tuple)):
        raise InputTypeError(
            f"{where} must be a list from the lowest to the highest level, "
            f"got {type_and_repr(criteria)}"
        )
    _check_count(where, "levels", len(criteria), MIN_SCORE_LEVELS, MAX_SCORE_LEVELS)
    for index, level in enumerate(criteria):
        if level is None:
            raise InputError(f"{where}[{index}] is None", suggestion="Describe each level")
    return [_content(f"{where}[{index}]", level) for index, level in enumerate(criteria)]


def _check_count(where: str, what: str, count: int, least: int, most: int) -> None:
    if not least <= count <= most:
        raise InputError(f"{where} must have {least} to {most} {what}, got {count}")


def _content(where: str, value: Any) -> Any:
    """Return a text, an object or an array for the model to read; or None."""
    converted = as_json(where, value)
    if converted is None or isinstance(converted, (str, dict, list)):
        return converted
    raise InputTypeError(f"{where} must be a str, a dict or a list, got {type_and_repr(value)}")
