"""The public types: frozen attrs classes, which can be imported without httpx."""

# Type checkers recognize this name; importing `typing` would double the time of the import.
TYPE_CHECKING = bool()  # noqa: UP018 - jedi, which editors use, skips a block after `False`
if TYPE_CHECKING:
    from vlmrun._index.types import *
else:
    from vlmrun._index.types import HOMES

    __all__ = sorted(HOMES)  # noqa: PLE0605

    def __getattr__(name):
        if name not in HOMES:
            from vlmrun._messages import attribute_error

            raise attribute_error(f"module {__name__!r}", name, __all__)
        from importlib import import_module

        value = getattr(import_module(f"{__name__}.{HOMES[name]}"), name)
        globals()[name] = value
        return value

    def __dir__():
        return sorted({*globals(), *__all__})
