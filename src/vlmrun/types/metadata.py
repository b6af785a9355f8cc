"""Metadata that is sent with requests."""

from __future__ import annotations

from typing import Literal

from vlmrun.types._base import Model

__all__ = ["Environment", "RequestMetadata"]

Environment = Literal["dev", "staging", "prod"]


class RequestMetadata(Model):
    """Tags of a request. Fields that are not set are not sent; the service has its own defaults.

    Attributes:
        environment: The service's default is "dev".
        session_id: Groups requests.
        allow_training: Whether the service may train on the data; its default is True.
    """

    environment: Environment | str | None = None
    session_id: str | None = None
    allow_training: bool | None = None
