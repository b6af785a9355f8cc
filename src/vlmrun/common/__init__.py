"""Helpers, under the import paths that the service's documentation uses."""
