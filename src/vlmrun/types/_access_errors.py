"""Errors for attributes that a type does not have or that cannot be set, and for use as a dict."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import attrs

from vlmrun._messages import synonym
from vlmrun.errors import InputTypeError, ReadOnlyError


class FrozenModelError(ReadOnlyError, attrs.exceptions.FrozenInstanceError):
    """A field of a public type was assigned or deleted."""


def refuse_assignment(self: Any, name: str, value: Any = None) -> None:
    """Raise `FrozenModelError`, as the `__setattr__` and `__delattr__` of a type."""
    raise FrozenModelError(
        f"{type(self).__name__}.{name} cannot be changed",
        suggestion=f"Create a changed copy: model_copy(update={{{name!r}: ...}})",
    )


class ExplainedAccessMixin:
    """Suggests what is likely meant. Type checkers do not see it, and report the mistake."""

    __slots__ = ()

    # By attributes that others have: the calls of the client that do the same.
    _elsewhere: ClassVar[dict[str, str]] = {}

    def _path_within(self, name: Any) -> str | None:
        """Return the path of a value that is not an attribute, but belongs to one."""
        return None

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            # Of Python's own protocols, and of state that was not set; many of them are looked up.
            if name[0] == "_":
                raise AttributeError(name)
            message = f"{type(self).__name__} has no attribute {name!r}"
            if name in self.model_extra:
                raise AttributeError(f"{message} yet, but it was sent: model_extra[{name!r}]")
            path = self._path_within(name)
            if path is not None:
                raise AttributeError(f"{message}, but its response has: {path}")
            known = [each for each in dir(self) if not each.startswith(("_", "model_"))]
            meant = self._elsewhere.get(name) or synonym(name, known)
            if meant is not None:
                raise AttributeError(f"{message}. Did you mean {meant!r}?")
            # Without a search by spelling, which takes a millisecond: `hasattr` comes here, too.
            raise AttributeError(f"{message}. Known: {', '.join(known)}")

        def __getitem__(self, key: Any) -> Any:
            name = type(self).__name__
            path = self._path_within(key)
            if path is None:
                suggestion = f"Read an attribute, or the dict that {name}.to_dict() returns"
            else:
                suggestion = f"Its response has it: {path}"
            raise InputTypeError(
                f"{name} is not a dict or a list, and has no [{key!r}]", suggestion=suggestion
            )
