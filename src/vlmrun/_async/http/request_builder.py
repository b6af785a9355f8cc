"""Building HTTP requests: URL, headers, and the API key where it belongs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import httpx

from vlmrun._core.api_key import APIKey, KeyFunction
from vlmrun._core.content_coding import ACCEPTED
from vlmrun._core.secrets import Secret
from vlmrun._core.settings import Settings
from vlmrun._redaction import MIN_HIDDEN, query_values
from vlmrun._validation import is_http_url, unsendable_request_error
from vlmrun.errors import ConfigurationError, ResponseDecodeError
from vlmrun.version import __version__

if TYPE_CHECKING:
    from vlmrun._core.telemetry import Target

# httpx would ask for the codings of all packages that are installed.
DEFAULT_HEADERS = {"User-Agent": f"vlmrun-python/{__version__}", "Accept-Encoding": ACCEPTED}

# What a user's HTTP client may add to each request, and another host must not see.
_CREDENTIALS = ("Authorization", "Cookie")

# httpx passes extensions on to its transport, which ignores those that it does not know.
_EXTERNAL = "vlmrun_external"
_KEY_FUNCTION = "vlmrun_key_function"

# The extension of requests whose response is read into memory.
IN_MEMORY = "vlmrun_in_memory"


class SignedURL(httpx.URL):
    """A URL that hides its query and password, which are secrets: httpx logs each URL."""

    def __str__(self) -> str:
        return str(self.copy_with(query=None, username="", password=""))

    def __repr__(self) -> str:
        return f"URL({str(self)!r})"


def build_request(
    http_client: httpx.AsyncClient,
    kwargs: Mapping[str, Any],
    settings: Settings,
    *,
    authenticated: bool = True,
    own_client: bool = False,
) -> httpx.Request:
    """Build a request.

    Args:
        http_client: The client that will send it.
        kwargs: The arguments of httpx's `build_request`. A `url` that starts with a slash is a path
            of the base URL; any other is of another host, which gets none of the settings.
        settings: Base URL, API key and headers.
        authenticated: Whether to add the API key.
        own_client: Whether the client was created with `DEFAULT_HEADERS`, for the transport.

    Raises:
        ResponseDecodeError: The URL is one that the service returned, and is not valid.
        ConfigurationError: The base URL is not valid.
        InputError: The body or a header cannot be encoded.
    """
    arguments = dict(kwargs)
    method, url = arguments.pop("method"), arguments.pop("url")
    external = not url.startswith("/")
    if external and not is_http_url(url):
        raise ResponseDecodeError("The service gave a URL that is neither http nor https")
    try:
        request = http_client.build_request(
            method,
            url if external else settings.base_url + url,
            extensions={_EXTERNAL: external},
            **arguments,
        )
    except (httpx.InvalidURL, TypeError, ValueError) as error:
        if not (isinstance(error, httpx.InvalidURL) or is_idna_error(error)):
            raise unsendable_request_error(error) from None
        if external:
            raise ResponseDecodeError(f"The service gave an invalid URL: {error}") from None
        raise ConfigurationError(f"base_url is not a valid URL: {error}") from None
    if not own_client:
        request.headers.update(DEFAULT_HEADERS)
    if not external:
        _add_settings(request, settings, authenticated)
        return request
    for name in _CREDENTIALS:
        request.headers.pop(name, None)
    # httpx logs the URL. A transport of the user's might send what `str` returns for it.
    if own_client:
        request.url = SignedURL(request.url)
    return request


def _add_settings(request: httpx.Request, settings: Settings, authenticated: bool) -> None:
    """Add the API key and the headers, which only the service gets."""
    if authenticated:
        _add_key(request, settings.api_key)
    if settings.headers:
        request.headers.update(settings.headers)
        # An Authorization that the caller has set takes the place of the API key.
        if any(name.lower() == "authorization" for name in settings.headers):
            request.extensions.pop(_KEY_FUNCTION, None)


def is_idna_error(error: Exception) -> bool:
    """Return whether httpx found that an internationalized name of a host is not valid."""
    # Importing idna to name the class would add a dependency that only httpx has.
    return type(error).__module__.partition(".")[0] == "idna"


def _add_key(request: httpx.Request, key: APIKey | None) -> None:
    if isinstance(key, Secret):
        request.headers["Authorization"] = f"Bearer {key.reveal()}"
    elif key is not None:
        request.extensions[_KEY_FUNCTION] = key


def key_function_of(request: httpx.Request) -> KeyFunction | None:
    """Return the function that returns the API key for a request, if the request needs it."""
    key: KeyFunction | None = request.extensions.get(_KEY_FUNCTION)
    return key


def is_external(request: httpx.Request) -> bool:
    """Return whether a request goes to another host than the base URL's."""
    return bool(request.extensions.get(_EXTERNAL))


def host_and_port(url: httpx.URL) -> str:
    """Return what a request connects to, for error messages."""
    return f"{url.host}:{_port_of(url)}"


def path_or_host(url: httpx.URL, external: bool) -> str:
    """Return what to show of a URL: its path, or only the host if that is another one."""
    return url.host if external else url.path


def target_of(request: httpx.Request) -> Target:
    """Return what a request is sent to, for telemetry."""
    from vlmrun._core.telemetry import Target

    url = request.url
    shown = str(url.copy_with(query=None, fragment=None))
    return Target(request.method, url.host, _port_of(url), shown)


def _port_of(url: httpx.URL) -> int | None:
    return url.port or {"http": 80, "https": 443}.get(url.scheme)


def secrets_of(request: httpx.Request) -> list[str]:
    """Return the values of a request that a response may repeat, and no error may show."""
    # Faster than to look it up: httpx decodes all the headers for that.
    secrets = [
        value.rpartition(b" ")[2].decode("latin-1")
        for name, value in request.headers.raw
        if name.lower() == b"authorization"
    ]
    if is_external(request):
        secrets += query_values(request.url.query.decode("ascii"))
    return [secret for secret in secrets if len(secret) >= MIN_HIDDEN]
