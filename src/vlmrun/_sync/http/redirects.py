# Derived from _async/http/redirects.py by `make generate`. Do not edit.
"""Redirects, which are followed only from URLs of other hosts, such as an artifact's."""

from __future__ import annotations

import httpx

from vlmrun._redaction import HiddenURL

MAX_REDIRECTS = 5


def redirect_target(response: httpx.Response) -> HiddenURL | None:
    """Return the URL to follow a redirect to; None if there is none to follow."""
    following = response.next_request
    # From https to http the content would travel unencrypted, and could be replaced on its way.
    if following is None or (response.url.scheme, following.url.scheme) == ("https", "http"):
        return None
    return HiddenURL(following.url)
