"""Searching an error, and all that refers to it, for values that it must not show."""

from __future__ import annotations

import pickle
import traceback
from collections.abc import Iterator
from types import FrameType

import httpx

import vlmrun

PACKAGE = vlmrun.__file__.removesuffix("__init__.py")


def assert_shows_none_of(error: BaseException, *secrets: str) -> None:
    """Assert that an error has none of the secrets.

    Searched are its message, attributes, pickle and printed traceback, those of its causes, and
    the local variables of the frames of this package in their tracebacks.
    """
    for each in _chain(error):
        for place, text in _texts(each):
            found = [secret for secret in secrets if secret in text]
            assert not found, f"{found} in {place} of {each!r}"


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        if error.__context__ is not error.__cause__ and error.__context__ is not None:
            yield from _chain(error.__context__)
        error = error.__cause__


def _texts(error: BaseException) -> Iterator[tuple[str, str]]:
    yield "str", str(error)
    yield "repr", repr(error)
    yield "attributes", repr(vars(error))
    yield "pickle", pickle.dumps(error).decode("latin-1")
    yield "traceback", "".join(traceback.format_exception(error))
    for frame, _ in traceback.walk_tb(error.__traceback__):
        if frame.f_code.co_filename.startswith(PACKAGE):
            yield from _locals(frame)


def _locals(frame: FrameType) -> Iterator[tuple[str, str]]:
    for name, value in frame.f_locals.items():
        place = f"{name} in {frame.f_code.co_name}"
        yield place, repr(value)
        if isinstance(value, (httpx.Request, httpx.Response)):
            request = value if isinstance(value, httpx.Request) else value.request
            yield place, f"{request.headers.raw} {request.url}"
