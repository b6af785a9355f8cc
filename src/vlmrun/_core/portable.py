"""The settings of a client as they are pickled: without the API key and other credentials."""

from __future__ import annotations

import pickle
from typing import Any, NamedTuple

from vlmrun._core.api_key import APIKey, KeyFunction, key_from
from vlmrun._core.connection import Connection
from vlmrun._core.limits import Limits
from vlmrun._core.secrets import Secret
from vlmrun._core.settings import Settings
from vlmrun.errors import APIKeyError, InputTypeError

# Headers that may be in the place of the API key, or beside it.
_CREDENTIALS = ("authorization", "cookie")


class PortableSettings(NamedTuple):
    """The settings of a client that was pickled.

    Attributes:
        settings: Its settings, without the API key.
        needs_key: Whether it had a key, which must come from the environment.
        key_function: The function that returns the key, if another process can import it.
        proxy: The URL of its proxy, which has no password.
        verify: As the argument of the client.
        limits: The arguments `rate_limit` and `max_in_flight`.
        pool: The arguments `max_connections`, `keep_alive` and `aiohttp`.
    """

    settings: Settings
    needs_key: bool
    key_function: Any
    proxy: str | None
    verify: Any
    limits: tuple[object, object]
    pool: tuple[int, float | None, bool | None]

    def restored(self) -> tuple[Settings, Connection, Limits]:
        """Return the settings with the API key of this process.

        Raises:
            APIKeyError: The environment has no API key.
        """
        key: APIKey | None = None
        if self.key_function is not None:
            key = KeyFunction(self.key_function)
        elif self.needs_key:
            key = key_from(None, required=False)
            if key is None:
                raise APIKeyError(
                    "A client is pickled without its API key, and this process has none",
                    suggestion="Set VLMRUN_API_KEY here, or create the client here",
                )
        proxy = None if self.proxy is None else Secret(self.proxy)
        connection = Connection(proxy, self.verify, None, *self.pool)
        return self.settings._replace(api_key=key), connection, Limits.create(*self.limits)


def portable_settings(
    settings: Settings, connection: Connection, limits: Limits
) -> PortableSettings:
    """Return the settings of a client for a pickle.

    Raises:
        InputTypeError: They have something that cannot be pickled, or must not be.
    """
    proxy = None if connection.proxy is None else connection.proxy.reveal()
    if proxy is not None and "@" in proxy:
        del proxy  # no frame of the error may have it
        raise _not_portable("a proxy with a password", "Set HTTPS_PROXY in both processes")
    if connection.http_client is not None:
        raise _not_portable("an http_client", "Use proxy= and verify=")
    if not isinstance(connection.verify, (bool, str)):
        raise _not_portable("an ssl.SSLContext", "Pass the path of the certificates as verify")
    if settings.on_retry is not None and not _can_be_imported(settings.on_retry):
        raise _not_portable("this on_retry", "Define the function at the top level of a module")
    key = settings.api_key
    function = key.function if isinstance(key, KeyFunction) else None
    # Only a function itself: other callables may have a secret in them.
    if not (hasattr(function, "__code__") and _can_be_imported(function)):
        function = None
    headers = {
        name: value for name, value in settings.headers.items() if name.lower() not in _CREDENTIALS
    }
    return PortableSettings(
        settings=settings._replace(api_key=None, headers=headers),
        needs_key=key is not None or len(headers) < len(settings.headers),
        key_function=function,
        proxy=proxy,
        verify=connection.verify,
        limits=limits.arguments,
        pool=(connection.max_connections, connection.keep_alive, connection.aiohttp),
    )


def _can_be_imported(function: Any) -> bool:
    try:
        pickle.dumps(function)
    except Exception:  # whatever the user's object raises
        return False
    return True


def _not_portable(what: str, suggestion: str) -> InputTypeError:
    return InputTypeError(f"A client with {what} cannot be pickled", suggestion=suggestion)
