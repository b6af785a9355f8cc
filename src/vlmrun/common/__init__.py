"""Helpers, under the import paths that the service's documentation uses.

`pdf`, `video` and `viz` do their work here, with optional packages that are imported when they are
used; the other modules give the names of the vendor's package to what lies elsewhere.
"""
