# Derived from _async/__init__.py by `make generate`. Do not edit.
"""The client, its resources, and the transport below them."""
