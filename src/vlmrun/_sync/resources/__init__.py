# Derived from _async/resources/__init__.py by `make generate`. Do not edit.
"""One module for each attribute of the client."""
