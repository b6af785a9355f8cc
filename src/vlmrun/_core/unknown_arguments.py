"""Errors for keyword arguments that a method does not have, with the one that is likely meant.

Python itself suggests a name from version 3.13 on, if one is similar in spelling. The names of
other packages are not: `timeout`, `schema`, `file_path`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from types import FunctionType
from typing import Any, TypeVar, cast

from vlmrun._core.api_key import hide_key
from vlmrun._core.secrets import hide_secret
from vlmrun._core.settings import RequestOptions
from vlmrun._messages import did_you_mean, synonym
from vlmrun.errors import InputTypeError

F = TypeVar("F", bound=Callable[..., None])

# The flags of `inspect.CO_VARKEYWORDS` and `CO_COROUTINE`; importing inspect takes long.
_VAR_KEYWORDS, _COROUTINE = 0x08, 0x80


def explain_unknown_arguments(cls: type[Any]) -> None:
    """Wrap the public methods that a class defines, so that they explain unknown arguments."""
    for name, member in list(vars(cls).items()):
        if name[0] != "_" and isinstance(member, FunctionType) and _can_be_wrapped(member):
            setattr(cls, name, _explained(member))


def explain_unknown_settings(init: F) -> F:
    """Wrap the constructor of a client, so that it explains unknown arguments."""

    @wraps(init)
    def call(self: Any, api_key: Any = None, *args: Any, **values: Any) -> None:
        # No frame of an error may have the API key, or the password of a proxy.
        api_key = hide_key(api_key)
        if "proxy" in values:
            values["proxy"] = hide_secret(values["proxy"])
        name = unknown_argument(init, values)
        if name is not None:
            values.clear()
            methods = ("with_options",)
            raise unknown_argument_error(type(self).__name__, init, name, methods)
        init(self, api_key, *args, **values)

    return cast("F", call)


def unknown_argument(function: Any, passed: Iterable[str]) -> str | None:
    """Return the first keyword that a function does not take; None if it takes all."""
    code = getattr(function, "__code__", None)
    if code is None or code.co_flags & _VAR_KEYWORDS:
        return None
    known = _parameters(function)
    return next((name for name in passed if name not in known), None)


def unknown_argument_error(
    call: str, function: Any, name: str, methods: Iterable[str] = ()
) -> InputTypeError:
    """Return the error for an argument that a function does not take.

    Args:
        call: What was called, for the message.
        function: The function.
        name: The keyword. Its value is not shown, since it may be an API key.
        methods: Methods that may be meant instead.
    """
    known = [each for each in _parameters(function) if each not in ("self", "unknown")]
    alternative = synonym(name, lambda: methods)
    hint = f" Did you mean {alternative}?" if alternative else did_you_mean(name, known)
    if name in RequestOptions.__annotations__ and "options" in known:
        hint = f" It is one of the options of a call: options={{{name!r}: ...}}."
        if f"wait_{name}" in known:
            hint += f" The time to wait for the result is wait_{name}."
    return InputTypeError(f"{call} has no argument {name!r}.{hint}")


def _parameters(function: Any) -> tuple[str, ...]:
    code = function.__code__
    names: tuple[str, ...] = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    return names


def _can_be_wrapped(function: FunctionType) -> bool:
    # A wrapper is a frame of every traceback, and would show the values of its arguments there.
    has_secret = any(name.endswith("api_key") for name in _parameters(function))
    return not (has_secret or function.__code__.co_flags & _VAR_KEYWORDS)


def _explained(function: FunctionType) -> Callable[..., Any]:
    def check(resource: Any, passed: Iterable[str]) -> None:
        name = unknown_argument(function, passed)
        if name is not None:
            call = f"client.{resource._attribute}.{function.__name__}"
            raise unknown_argument_error(call, function, name)

    if function.__code__.co_flags & _COROUTINE:

        @wraps(function)
        async def call_async(self: Any, /, *args: Any, **values: Any) -> Any:
            check(self, values)
            return await function(self, *args, **values)

        return call_async

    @wraps(function)
    def call(self: Any, /, *args: Any, **values: Any) -> Any:
        check(self, values)
        return function(self, *args, **values)

    return call
