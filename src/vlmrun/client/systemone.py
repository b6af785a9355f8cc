"""Addresses of System One, the gateway's service for decisions."""

from vlmrun._core.typesafe import (
    TYPESAFE_PREFIX,
    TYPESAFE_WEBSOCKET_PATH,
    VLMRUN_TYPESAFE_BASE_URL,
    VLMRUN_TYPESAFE_WEBSOCKET_URL,
    typesafe_base_url,
    typesafe_websocket_url,
)
from vlmrun.constants import TYPESAFE_BASE_URL_ENV

__all__ = [
    "TYPESAFE_BASE_URL_ENV",
    "TYPESAFE_PREFIX",
    "TYPESAFE_WEBSOCKET_PATH",
    "VLMRUN_TYPESAFE_BASE_URL",
    "VLMRUN_TYPESAFE_WEBSOCKET_URL",
    "typesafe_base_url",
    "typesafe_websocket_url",
]
