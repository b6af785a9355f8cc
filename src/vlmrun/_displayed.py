"""Mixin of the objects that notebooks and rich show as a card."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vlmrun._cards import Card

# The module of the renderers is imported when something is shown.


class Displayed:
    """Mixin of the objects that notebooks and rich show as a card."""

    __slots__ = ()

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        # IPython takes the first class of the MRO that has this or a `__repr__`.
        cls._repr_pretty_ = Displayed._repr_pretty_  # type: ignore[method-assign]

    def _card(self) -> Card:
        raise NotImplementedError

    def _repr_html_(self) -> str:
        from vlmrun._cards import to_html

        return to_html(self._card())

    def __rich__(self) -> Any:
        from vlmrun._cards import to_rich

        return to_rich(self._card())

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        # Of IPython: without it, a notebook would store the whole object beside its HTML.
        from vlmrun._cards import to_text

        printer.text(to_text(self._card()))
