# Derived from openapi.yaml by `make generate`. Do not edit.
"""A client library for accessing VLM Run"""

from .client import AuthenticatedClient, Client

__all__ = (
    "AuthenticatedClient",
    "Client",
)
