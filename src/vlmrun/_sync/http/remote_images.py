# Derived from _async/http/remote_images.py by `make generate`. Do not edit.
"""Fetching the images of a decision, which the gateway accepts inline only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from io import BytesIO

import httpx

from vlmrun._core.request_context import RequestContext
from vlmrun._files.media_types import sniff
from vlmrun._redaction import HiddenURL
from vlmrun._requests.decision_media import MAX_IMAGE_BYTES, RemoteImage
from vlmrun._runtime.sync_runtime import gather_bounded
from vlmrun._sync.http.address_checks import public_addresses_only
from vlmrun._sync.http.body_reader import BodyError, close_response, read_chunks
from vlmrun._sync.http.redirects import MAX_REDIRECTS
from vlmrun._sync.http.transport import Transport
from vlmrun.errors import APIError, InputError, ResponseDecodeError

_CONCURRENCY = 4

# Bytes that tell the media type.
_HEAD = 16

# Seconds for each image, if the client has no timeout: whoever chose the URL may never respond.
_TIMEOUT = 30.0


def fetch_images(
    transport: Transport, images: Sequence[RemoteImage], context: RequestContext
) -> None:
    """Fetch images, and put them in their places.

    Args:
        transport: What to fetch them with; they do not get the API key.
        images: The images.
        context: The settings, and the deadline of the call.

    Raises:
        InputError: An address is not public, or what is there is not an image, or too large.
        APIError: An image could not be fetched.
    """
    if context.settings.timeout is None:
        context = context.with_timeout(_TIMEOUT)
    calls = [partial(_fetch, transport, image, context) for image in images]
    gather_bounded(_CONCURRENCY, calls)


def _fetch(transport: Transport, image: RemoteImage, context: RequestContext) -> None:
    image.fill(fetch_image(transport, image, lambda: context))


def fetch_image(
    transport: Transport, image: RemoteImage, begin: Callable[[], RequestContext]
) -> bytes:
    """Return the content of an image, which may be anything.

    Args:
        transport: What to fetch it with.
        image: The image.
        begin: Returns the settings, and the deadline of the call.

    Raises:
        InputError: An address is not public, or what is there is too large.
        APIError: It could not be fetched.
    """
    content = BytesIO()
    try:
        transport.download(
            image.url,
            content,
            begin(),
            limit=MAX_IMAGE_BYTES,
            redirects=MAX_REDIRECTS,
            public_only=image.public_only,
        )
        return content.getvalue()
    except APIError as error:
        message = f"{image.where} could not be fetched: {error.message}"
        is_refused = 300 <= (error.http_status or 0) < 500
        if not (isinstance(error, ResponseDecodeError) or is_refused):
            error.message, error.outcome = message, "not_sent"
            raise
    raise InputError(message, suggestion="Pass the image as bytes or as a path")


def media_type_at(transport: Transport, image: RemoteImage, context: RequestContext) -> str | None:
    """Return the media type of what is at a URL: by its first bytes, else as it is declared.

    Raises:
        InputError: An address is not public.
        APIError: It could not be fetched.
    """

    def read_head(response: httpx.Response) -> str | None:
        head = b""
        try:
            for chunk in read_chunks(response):
                head += chunk
                if len(head) >= _HEAD:
                    break
        except BodyError:
            pass  # the declared type says more
        finally:
            close_response(response)
        declared = response.headers.get("content-type", "").partition(";")[0].strip()
        return sniff(head[:_HEAD]) or declared.lower() or None

    request = transport.build({"method": "GET", "url": HiddenURL(image.url)}, context)
    with public_addresses_only(image.public_only):
        return transport.send(request, context, read_head, redirects=MAX_REDIRECTS)
