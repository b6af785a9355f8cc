# Derived from _async/http/__init__.py by `make generate`. Do not edit.
"""Everything between a generated operation and httpx."""
