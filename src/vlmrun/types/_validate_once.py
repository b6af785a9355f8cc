"""Validation of each part of a value once by each union, however often they meet.

pydantic validates a value by every variant of a union. If several of them lead to the same union
again, for a part of the value or for the value itself, that takes time exponential in the depth of
the value, or never ends. Schemas and values come from the service, which may have them from others.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from pydantic import WrapValidator
from pydantic_core import PydanticCustomError

# The outcomes of one validation, by the ids of the validator and of the value. Each outcome keeps
# both alive, so that their ids are not reused.
_outcomes: ContextVar[dict[tuple[int, int], _Outcome] | None] = ContextVar(
    "vlmrun_validation_outcomes", default=None
)


class _Outcome:
    """The outcome of validating one value: its result, or that it failed."""

    def __init__(self, owner: object, value: Any) -> None:
        self.owner = owner
        self.value = value
        self.result: Any = value
        self.failed = False


def once_per_value() -> WrapValidator:
    """Return the annotation of a union whose outcome for each value is computed once."""
    owner = object()
    return WrapValidator(lambda value, handler: validate_once(owner, handler, value))


def validate_once(owner: object, validate: Callable[[Any], Any], value: Any) -> Any:
    """Validate a value, or return what was the outcome when the same owner has validated it.

    A value whose validation has not ended yet is accepted: then the schema refers to itself without
    a condition in between.
    """
    outcomes = _outcomes.get()
    if outcomes is None:
        token = _outcomes.set({})
        try:
            return validate_once(owner, validate, value)
        finally:
            _outcomes.reset(token)
    key = (id(owner), id(value))
    outcome = outcomes.get(key)
    if outcome is None:
        outcome = outcomes[key] = _Outcome(owner, value)
        try:
            outcome.result = validate(value)
        except ValueError:
            outcome.failed = True
            raise
        except BaseException:
            del outcomes[key]
            raise
    elif outcome.failed:
        # Not the same error again: errors would multiply as the attempts would.
        raise PydanticCustomError("refused_before", "does not fit, as reported elsewhere")
    return outcome.result
