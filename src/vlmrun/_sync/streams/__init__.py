# Derived from _async/streams/__init__.py by `make generate`. Do not edit.
"""Streams of images: decisions over HTTP, and sessions over WebSockets."""
