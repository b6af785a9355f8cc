"""Warnings of what `openapi.yaml` calls deprecated, with the caller's line.

`tests/contract/test_deprecations.py` checks that all of it is marked with these.
"""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable
from typing import Any, TypeVar, cast

from vlmrun._warnings import is_internal, warn_caller

F = TypeVar("F", bound=Callable[..., Any])


def deprecated(reason: str = "", /, **arguments: str) -> Callable[[F], F]:
    """Make a method, or some of its arguments, warn when a caller uses it.

    Args:
        reason: What to use instead of the method; empty if only arguments are deprecated.
        arguments: By the name of an argument, what to use instead.
    """

    def decorate(method: F) -> F:
        positions = list(inspect.signature(method).parameters)

        def check(args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
            called = method.__qualname__
            if reason:
                warn_caller(f"{called}() is deprecated: {reason}", DeprecationWarning)
            passed = {**dict(zip(positions, args, strict=False)), **kwargs}
            for name, instead in arguments.items():
                if passed.get(name) is not None:
                    warn_caller(f"{called}({name}=) is deprecated: {instead}", DeprecationWarning)

        @functools.wraps(method)
        async def call_async(*args: Any, **kwargs: Any) -> Any:
            check(args, kwargs)
            return await method(*args, **kwargs)

        @functools.wraps(method)
        def call_sync(*args: Any, **kwargs: Any) -> Any:
            check(args, kwargs)
            return method(*args, **kwargs)

        call: Any = call_async if inspect.iscoroutinefunction(method) else call_sync
        if reason:
            call.__deprecated__ = reason  # as by `warnings.deprecated` of Python 3.13
        call.__deprecated_arguments__ = arguments
        return cast("F", call)

    return decorate


class DeprecatedField:
    """A field of a public type that warns when a caller reads it."""

    def __init__(self, name: str, reason: str) -> None:
        self._name = name
        self._reason = reason

    def __get__(self, instance: Any, owner: type[Any]) -> Any:
        if instance is None:
            return self
        if not is_internal(sys._getframe(1)):
            message = f"{owner.__name__}.{self._name} is deprecated: {self._reason}"
            warn_caller(message, DeprecationWarning)
        return instance.__dict__[self._name]

    def __set__(self, instance: Any, value: Any) -> None:
        # Without it, the value in the instance would hide this descriptor. Types are frozen.
        raise AttributeError(self._name)
