# Derived from _async/http/authorization.py by `make generate`. Do not edit.
"""API keys that a user's function returns, such as keys that expire."""

from __future__ import annotations

from time import monotonic

import httpx

from vlmrun._core.api_key import KeyFunction, failed_function, returned_key
from vlmrun._core.secrets import Secret
from vlmrun._runtime.sync_runtime import call_within
from vlmrun._sync.http.failures import FailedAttempt
from vlmrun._sync.http.request_builder import key_function_of
from vlmrun.errors import RequestTimeoutError, VLMRunError


def authorize(request: httpx.Request, expires: float | None) -> None:
    """Add the API key that the function returns now, if the request needs one.

    A key may expire while a request waits for its next attempt, so each attempt asks for it.

    Args:
        request: A request from `build_request`.
        expires: When the attempt must end (monotonic seconds); None for no limit.

    Raises:
        FailedAttempt: The function fails, takes too long or returns no valid key; nothing was sent.
    """
    function = key_function_of(request)
    if function is None:
        return
    key, error = _call(function, expires)
    if error is not None:
        raise FailedAttempt(error, never_delivered=True, is_final=True)
    if key is not None:
        request.headers["Authorization"] = f"Bearer {key.reveal()}"


def _call(key: KeyFunction, expires: float | None) -> tuple[Secret | None, VLMRunError | None]:
    """Return a key, or else an error, which is not raised here: this frame may have had the key."""
    seconds = None if expires is None else max(0.0, expires - monotonic())
    try:
        return returned_key(call_within(key.function, seconds))
    except Exception as error:
        if expires is not None and monotonic() >= expires:
            return None, RequestTimeoutError(
                "The function api_key did not return in time, and nothing was sent"
            )
        return None, failed_function(key.function, error)
