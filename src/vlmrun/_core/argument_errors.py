"""Errors for calls that do not fit the signature of a method.

Python's own name neither the resource nor a remedy. From version 3.13 on they suggest an argument
that is similar in spelling, which the names of other packages are not: `timeout`, `schema`,
`file_path`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import wraps
from types import FunctionType
from typing import Any, TypeVar, cast

from vlmrun._core.api_key import hide_key
from vlmrun._core.secrets import hide_secret
from vlmrun._messages import did_you_mean, short_repr, synonym
from vlmrun.errors import InputTypeError

F = TypeVar("F", bound=Callable[..., None])

# The flags of `inspect.CO_VARKEYWORDS` and `CO_COROUTINE`; importing inspect takes long.
_VAR_KEYWORDS, _COROUTINE = 0x08, 0x80


def explain_argument_errors(cls: type[Any], prepare: Callable[[], Any]) -> None:
    """Wrap the public methods that a class defines, so that wrong arguments are explained.

    Args:
        cls: The class.
        prepare: Awaited by coroutine functions, before they begin.
    """
    for name, member in list(vars(cls).items()):
        if name[0] != "_" and isinstance(member, FunctionType) and _can_be_wrapped(member):
            setattr(cls, name, _explained(member, prepare))


def explain_unknown_settings(init: F) -> F:
    """Wrap the constructor of a client, so that unknown arguments are explained."""
    known = frozenset(_parameters(init))
    most = init.__code__.co_argcount - len(("self", "api_key"))

    @wraps(init)
    def call(self: Any, api_key: Any = None, *args: Any, **values: Any) -> None:
        # No frame of an error may have the API key, or the password of a proxy.
        api_key = hide_key(api_key)
        if "proxy" in values:
            values["proxy"] = hide_secret(values["proxy"])
        if not values.keys() <= known:
            name = next(name for name in values if name not in known)
            values.clear()
            methods = ("with_options",)
            raise unknown_argument(type(self).__name__, init, name, methods)
        if len(args) > most:
            raise InputTypeError(
                f"{type(self).__name__} takes only {most + 1} arguments by position, got "
                f"{len(args) + 1}",
                suggestion="Name the others, such as deadline=...",
            )
        init(self, api_key, *args, **values)

    return cast("F", call)


def unknown_argument(
    call: str, function: Any, name: str, methods: Iterable[str] = ()
) -> InputTypeError:
    """Return the error for a keyword argument that a function does not take.

    Args:
        call: What was called, for the message.
        function: The function.
        name: The keyword. Its value is not shown, since it may be an API key.
        methods: Methods that may be meant instead.
    """
    known = [each for each in _parameters(function) if each not in ("self", "unknown")]
    elsewhere = synonym(name, methods) or _in_config(name, function)
    hint = f" Did you mean {elsewhere}?" if elsewhere else did_you_mean(name, known)
    # Imported here: creating a client needs it only for this message.
    from vlmrun._core.request_options import RequestOptions

    if name in RequestOptions.__annotations__ and "options" in known:
        hint = f" It is one of the options of a call: options={{{name!r}: ...}}."
        if f"wait_{name}" in known:
            hint += f" The time to wait for the result is wait_{name}."
    return InputTypeError(f"{call} has no argument {name!r}.{hint}")


def _in_config(name: str, function: Any) -> str | None:
    """Return how to pass a field of the configuration that a function takes, if it is one."""
    # Imported here, because they take a while, and creating a client needs none of them.
    from vlmrun import types
    from vlmrun.types._fields import field_names

    cls = getattr(types, re.split(r"\W", function.__annotations__.get("config", ""))[0], None)
    if cls is None or synonym(name, _parameters(function)):
        return None
    fields = field_names(cls)
    field = name if name in fields else synonym(name, fields)
    return None if field is None else f"config={{{field!r}: ...}}"


def _parameters(function: Any) -> tuple[str, ...]:
    code = function.__code__
    names: tuple[str, ...] = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    return names


def _can_be_wrapped(function: FunctionType) -> bool:
    # A wrapper is a frame of every traceback, and would show the values of its arguments there.
    names = _parameters(function)
    has_secret = any(name.endswith("api_key") for name in names)
    # Methods with further keywords check these themselves; all that `with_options` takes are such.
    is_open = bool(function.__code__.co_flags & _VAR_KEYWORDS)
    return not has_secret and is_open == (len(names) == 1)


class _Signature:
    """The arguments that a method takes, without the resource itself."""

    def __init__(self, function: FunctionType) -> None:
        self._function = function
        self._names = frozenset(_parameters(function)[1:])
        self._positional = _parameters(function)[1 : function.__code__.co_argcount]
        optional = len(function.__defaults__ or ())
        self._required = self._positional[: len(self._positional) - optional]
        self._is_open = bool(function.__code__.co_flags & _VAR_KEYWORDS)

    def check(self, resource: Any, args: Sequence[Any], values: Mapping[str, Any]) -> None:
        """Raise `InputTypeError` unless a method can be called with these arguments."""
        by_position = self._positional[: len(args)]
        passed = {*by_position, *values}
        if (
            len(passed) == len(args) + len(values)
            and (self._is_open or passed <= self._names)
            and passed.issuperset(self._required)
        ):
            return
        owner = getattr(type(resource), "_attribute", None)
        call = ".".join(filter(None, ("client", owner, self._function.__name__)))
        raise self._misfit(call, args, values, passed)

    def _misfit(
        self, call: str, args: Sequence[Any], values: Mapping[str, Any], passed: set[str]
    ) -> InputTypeError:
        for name in values:
            if not (self._is_open or name in self._names):
                return unknown_argument(call, self._function, name)
        for name, value in zip(self._positional, args, strict=False):
            if name in values:
                return InputTypeError(
                    f"{call} got {name} twice: {short_repr(value)} by position, and {name}=...",
                    suggestion="Name all arguments",
                )
        if len(args) > len(self._positional):
            got = f"got {short_repr(args[len(self._positional)])} by position"
            takes = f"only {', '.join(self._positional)}" if self._positional else "none"
            return InputTypeError(
                f"{call} {got}, where it takes {takes}", suggestion="Name the other arguments"
            )
        missing = next(name for name in self._required if name not in passed)
        return InputTypeError(f"{call} needs {missing}=...")


def _explained(function: FunctionType, prepare: Callable[[], Any]) -> Callable[..., Any]:
    signature = _Signature(function)

    if function.__code__.co_flags & _COROUTINE:

        @wraps(function)
        async def call_async(self: Any, /, *args: Any, **values: Any) -> Any:
            signature.check(self, args, values)
            await prepare()
            return await function(self, *args, **values)

        return call_async

    @wraps(function)
    def call(self: Any, /, *args: Any, **values: Any) -> Any:
        signature.check(self, args, values)
        return function(self, *args, **values)

    return call
