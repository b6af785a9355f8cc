"""Properties that are computed once, for all threads, and without a lock."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

__all__ = ["cached_property", "of_class", "resource_property"]

F = TypeVar("F", bound=Callable[..., Any])


def of_class(find: Callable[[], type[Any] | None]) -> Callable[[F], F]:
    """Decorate the function of a `cached_property`: on its class, it is the class of its values.

    `unittest.mock.create_autospec(VLMRun, instance=True)` finds the methods there.

    Args:
        find: Returns the class; None if a package that it needs is not installed.
    """

    def mark(function: F) -> F:
        function.find_class = find  # type: ignore[attr-defined]
        return function

    return mark


if TYPE_CHECKING:
    # Type checkers know what a property is. For `functools.cached_property`, jedi would also
    # complete the attributes of that class.
    from builtins import property as cached_property
    from builtins import property as resource_property
else:

    class cached_property(functools.cached_property):  # noqa: N801
        """`functools.cached_property` without its lock, and with one value for all threads.

        Before Python 3.12, that holds a lock while it computes the value of any instance. From 3.12
        on, threads that come first at the same time may get different objects.
        """

        def __get__(self, instance: Any, owner: type | None = None) -> Any:
            if instance is None:
                find = getattr(self.func, "find_class", None)
                return self if find is None else find() or self
            # `setdefault` is atomic, so that the first value is the one that all threads get.
            return instance.__dict__.setdefault(self.attrname, self.func(instance))

    class resource_property(cached_property):  # noqa: N801
        """A resource of a client. On the client's class, it is the class of the resource.

        `unittest.mock.create_autospec(VLMRun, instance=True)` finds the methods there.
        """

        def __get__(self, instance: Any, owner: type | None = None) -> Any:
            if instance is None:
                return type(self.func(_Anything()))
            return super().__get__(instance, owner)

    class _Anything:
        """A placeholder client of an unused resource: each of its attributes is another one."""

        def __getattr__(self, name: str) -> Any:
            return _Anything()
