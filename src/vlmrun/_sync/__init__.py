# Derived from _async/__init__.py by `make generate`. Do not edit.
"""The client, written once, for asyncio; `vlmrun._sync` is derived from it by `make generate`."""
