"""Making a request: its URL, its times, and the key where it belongs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx

from vlmrun._async.http.deadline_backend import TimeLeft
from vlmrun._core.request_context import RequestContext
from vlmrun._validation import is_http_url, unsendable_request_error
from vlmrun.errors import ConfigurationError, ResponseDecodeError
from vlmrun.version import __version__

USER_AGENT = f"vlmrun-python/{__version__}"

# What a caller's HTTP client may add to each request, and another host must not see.
_CREDENTIALS = ("Authorization", "Cookie")


class SignedURL(httpx.URL):
    """A URL whose query is a secret: httpx writes the URL of each request into its log."""

    def __str__(self) -> str:
        return str(self.copy_with(query=None))

    def __repr__(self) -> str:
        return f"URL({str(self)!r})"


def is_own(url: str) -> bool:
    """Whether a URL is a path of the base URL, and not one of another host, such as the storage."""
    return url.startswith("/")


def onward(response: httpx.Response) -> str | None:
    """Where a redirect leads, unless that is from https to http; None for any other answer."""
    further = response.next_request
    if further is None or (response.url.scheme, further.url.scheme) == ("https", "http"):
        return None
    return str(further.url)


def build(
    http: httpx.AsyncClient,
    kwargs: Mapping[str, Any],
    context: RequestContext,
    expires: float | None,
    authenticated: bool,
) -> httpx.Request:
    """A request that is over by `expires`; only a path of the base URL gets the key.

    Raises:
        ResponseDecodeError: The URL is one that the service gave, and cannot be used.
        ConfigurationError: The base URL cannot be used.
        InputError: It holds what JSON or a header cannot carry.
    """
    options = dict(kwargs)
    method, url = options.pop("method"), options.pop("url")
    own = is_own(url)
    if not own and not is_http_url(url):
        raise ResponseDecodeError("The service gave a URL that is neither http nor https")
    limits: Any = httpx.Timeout(None).as_dict() if expires is None else TimeLeft(expires)
    settings = context.settings
    try:
        request = http.build_request(
            method,
            settings.base_url + url if own else url,
            extensions={"timeout": limits},
            **options,
        )
    except httpx.InvalidURL as error:
        if own:
            raise ConfigurationError(f"Not a usable URL: {error}") from None
        raise ResponseDecodeError(f"The service gave a URL that cannot be used: {error}") from None
    except (TypeError, ValueError) as error:
        raise unsendable_request_error(error) from None
    request.headers["User-Agent"] = USER_AGENT
    if not own:
        for name in _CREDENTIALS:
            request.headers.pop(name, None)
        return request
    request.headers.update(settings.headers)
    if authenticated and settings.api_key is not None:
        request.headers["Authorization"] = f"Bearer {settings.api_key.reveal()}"
    return request
