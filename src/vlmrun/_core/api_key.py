"""The API key of a client: a str, or a function that returns it."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, NoReturn

from vlmrun._core.secrets import Secret
from vlmrun._messages import how_to_pass
from vlmrun.errors import APIKeyError


class KeyFunction:
    """A user's function that returns the API key.

    Its repr shows nothing of the function, which may be a `functools.partial` with a secret.
    """

    __slots__ = ("_function",)

    def __init__(self, function: Callable[[], Any]) -> None:
        self._function = function

    @property
    def function(self) -> Callable[[], Any]:
        """The function itself."""
        return self._function

    def __repr__(self) -> str:
        return "<function>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("The api_key function of a client cannot be pickled")

    def __deepcopy__(self, memo: Any) -> KeyFunction:
        return self


APIKey = Secret | KeyFunction


def hide_key(key: Any) -> Any:
    """Return an API key as an object that tools which show local variables do not reveal."""
    if isinstance(key, str):
        return Secret(key)
    return KeyFunction(key) if callable(key) else key


def key_from(argument: Any, required: bool) -> APIKey | None:
    """Return the API key of the argument, hidden before, or of the environment.

    Raises:
        APIKeyError: There is none, or it is not valid.
    """
    if isinstance(argument, KeyFunction):
        return argument
    key = argument or hide_key(os.environ.get("VLMRUN_API_KEY") or None)
    if key is None:
        if required:
            raise APIKeyError(
                "No API key",
                suggestion=_misspelt_variable() or "Pass VLMRun(api_key=...) or set VLMRUN_API_KEY",
            )
        return None
    if not isinstance(key, Secret):
        # What holds the key is not described: the remedy might show it.
        remedy = None if isinstance(key, (list, tuple, set)) else how_to_pass("api_key", key)
        raise APIKeyError(
            f"api_key must be a str or a function, got {type(key).__name__}",
            suggestion=remedy or "Pass api_key='...'",
        )
    problem = problem_with_key(key)
    if problem is not None and argument:
        raise APIKeyError(f"api_key {problem}", suggestion="Pass the key alone")
    if problem is not None:
        raise APIKeyError(
            f"The environment variable VLMRUN_API_KEY {problem}",
            suggestion="Set it to the key alone",
        )
    return Secret(key.reveal().strip())


def _misspelt_variable() -> str | None:
    """Return the remedy if a variable is set whose name looks like that of the API key."""
    for name, value in os.environ.items():
        letters = "".join(filter(str.isalpha, name.upper()))
        if value and letters.startswith("VLM") and letters.endswith(("KEY", "TOKEN")):
            return f"Set VLMRUN_API_KEY instead of {name}"
    return None


def problem_with_key(secret: Secret) -> str | None:
    """Return why a key cannot be sent, or None."""
    # The caller raises the error: a frame that is shown with it must not have the key.
    key = secret.reveal().strip()
    if key[:7].lower() == "bearer ":
        return "begins with 'Bearer ', which the client adds itself"
    if "://" in key:
        return "is a URL, which belongs into base_url=..."
    if key[:1] in ("'", '"') or key[-1:] in ("'", '"'):
        return "is in quotes, which are not a part of it"
    if not key:
        return "contains only whitespace"
    if (key.strip("$%{}").partition("=")[0]) == "VLMRUN_API_KEY":
        return "is the name of the environment variable, not its value"
    if key[0] == "<" and key[-1] == ">":
        return "is a placeholder in angle brackets"
    forbidden = next((each for each in key if not "!" <= each <= "~"), None)
    if forbidden is not None:
        return f"contains {forbidden!r}, which is not allowed in a header"
    return None


def returned_key(value: Any) -> tuple[Secret | None, APIKeyError | None]:
    """Return the key that a user's function has returned, or else the error to raise.

    The error is for the caller to raise, since the value is in the frame of this function.
    """
    if not isinstance(value, str):
        kind = type(value).__name__
        return None, APIKeyError(
            f"The function api_key must return a str, returned {kind}",
            suggestion="VLMRun cannot await it: use AsyncVLMRun" if kind == "coroutine" else None,
        )
    key = Secret(value.strip())
    problem = problem_with_key(key) if value.strip() else "is empty"
    if problem is None:
        return key, None
    return None, APIKeyError(f"The key that the function api_key returned {problem}")


def failed_function(function: Callable[[], Any], error: Exception) -> APIKeyError:
    """Return the error for a user's function that has failed.

    It names the class of the exception and the line, and nothing else: its message, its causes and
    its frames may have the key.
    """
    if isinstance(error.__cause__, StopIteration):  # which Python replaces in coroutines
        error = error.__cause__
    where, traceback = "", error.__traceback__
    while traceback is not None:
        code = traceback.tb_frame.f_code
        where = f" in {code.co_filename}, line {traceback.tb_lineno}"
        if code is getattr(function, "__code__", None):
            break
        traceback = traceback.tb_next
    return APIKeyError(
        f"The function api_key raised {type(error).__name__}{where}",
        suggestion="Its message is not shown, because it could contain the key; call the function "
        "yourself to see it",
    )
