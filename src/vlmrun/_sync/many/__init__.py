# Derived from _async/many/__init__.py by `make generate`. Do not edit.
"""Many inputs at a time: the batches of `execute_many` and `generate_many`."""
