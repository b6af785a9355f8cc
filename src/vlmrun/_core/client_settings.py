"""The settings of a client, as attributes that can only be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vlmrun._core.secrets import Secret
from vlmrun._core.settings import OPTIONS_OF_CALLS, OPTIONS_OF_CLIENTS, Settings
from vlmrun.errors import ReadOnlyError
from vlmrun.version import __version__

if TYPE_CHECKING:
    from datetime import datetime


class SettingsOfClient:
    """The part of a client with its settings."""

    _context: Any  # of the sync or of the async client

    @property
    def _settings(self) -> Settings:
        settings: Settings = self._context.settings
        return settings

    def __setattr__(self, name: str, value: Any) -> None:
        if not name.startswith("_") and self._is_setting(name):
            from vlmrun._core.request_options import RequestOptions

            remedy = "Create another client"
            if name in RequestOptions.__annotations__:
                # Not headers, which may have credentials.
                shown = value if isinstance(value, (int, float)) else "..."
                remedy = f"client.with_options({name}={shown}) returns a copy with it"
            raise ReadOnlyError(f"client.{name} cannot be changed", suggestion=remedy)
        super().__setattr__(name, value)

    @classmethod
    def _is_setting(cls, name: str) -> bool:
        is_property = isinstance(getattr(cls, name, None), property)
        return is_property or name in OPTIONS_OF_CALLS or name in OPTIONS_OF_CLIENTS

    @property
    def api_key(self) -> str | None:
        """The API key, in plain text; None if there is none, or if a function returns it."""
        key = self._settings.api_key
        return key.reveal() if isinstance(key, Secret) else None

    @property
    def base_url(self) -> str:
        """The base URL, without a trailing slash."""
        return self._settings.base_url

    @property
    def timeout(self) -> float | None:
        """Seconds one attempt of a request may take; None for no limit."""
        return self._settings.timeout

    @property
    def max_retries(self) -> int:
        """The number of retries."""
        return self._settings.max_retries

    @property
    def deadline(self) -> float | datetime | None:
        """Seconds a whole call may take, or when it must end; None for no limit."""
        return self._settings.deadline

    @property
    def version(self) -> str:
        """The version of this package."""
        return __version__
