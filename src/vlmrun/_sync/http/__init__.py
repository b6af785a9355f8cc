# Derived from _async/http/__init__.py by `make generate`. Do not edit.
"""Sending requests: from the arguments of a generated operation to a response."""
