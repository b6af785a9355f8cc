# Derived from _async/http/operation_sender.py by `make generate`. Do not edit.
"""Sending generated operations and reading their responses as public types."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar

from vlmrun._attempts import ResponseFacts
from vlmrun._core import error_mapping
from vlmrun._core.request_context import RequestContext
from vlmrun._core.secrets import conceal
from vlmrun._core.usage import observe
from vlmrun._validation import is_encrypted_or_local, is_http_url
from vlmrun.errors import APIError, ResponseDecodeError
from vlmrun.types._base import Received, read
from vlmrun.types.page import Page, read_page

if TYPE_CHECKING:
    from vlmrun._redaction import HiddenURL
    from vlmrun._sync.http.responses import BufferedResponse
    from vlmrun._sync.http.transport import Transport

T = TypeVar("T", bound=Received)


class TransportOwner(Protocol):
    """An object with the transport of a client."""

    @property
    def transport(self) -> Transport:
        """The transport, which is created when it is first used."""
        ...


class OperationSender:
    """Base of the classes that send operations: resources and the uploader.

    The `kwargs` of its methods come from the `_get_kwargs` of a generated operation, the only place
    that knows URLs and parameters.
    """

    def __init__(self, owner: TransportOwner) -> None:
        self._owner = owner

    @property
    def _transport(self) -> Transport:
        # Its module imports httpx, so it is created by the first request, not with the sender.
        return self._owner.transport

    def _request(
        self,
        cls: type[T],
        kwargs: dict[str, Any],
        context: RequestContext,
        *,
        repeatable: bool | None = None,
        secret: str | None = None,
        check: Callable[[T], str | None] | None = None,
    ) -> T:
        """Send an operation and read the object it returns.

        Args:
            cls: The type of the object.
            kwargs: The request.
            context: The settings, and the deadline of the call.
            repeatable: Whether sending it twice does no harm; by default the method decides.
            secret: A value of the body that no error message may show.
            check: Returns why the object cannot be used, if it cannot.
        """
        try:
            response = self._transport.request(kwargs, context, repeatable=repeatable)
            received = read_object(cls, response.json(), response)
            received._hidden["_response"] = facts_of(response)
            problem = None if check is None else check(received)
            if problem is not None:
                error = ResponseDecodeError(f"{cls.__name__}: {problem}", raw=received.raw)
                raise with_response(error, response)
            observe(received, context.settings)
            return received
        except APIError as error:
            # Services echo invalid fields in their error messages.
            if secret:
                conceal(error, secret)
            raise

    def _send_body(
        self,
        cls: type[T],
        get_kwargs: Callable[..., dict[str, Any]],
        body: Mapping[str, Any],
        context: RequestContext,
        *,
        repeatable: bool | None = None,
        secret: str | None = None,
        check: Callable[[T], str | None] | None = None,
    ) -> T:
        """Send an operation with a JSON body and read the object it returns.

        Args:
            cls: The type of the object.
            get_kwargs: The `_get_kwargs` of the operation; any parameters but the body are bound.
            body: The fields of the body.
            context: As for `_request`; so are the others.
            repeatable: Whether sending it twice does no harm.
            secret: A value of the body that no error message may show.
            check: Returns why the object cannot be used, if it cannot.
        """
        kwargs = get_kwargs(body=_JSONBody(body))
        return self._request(
            cls, kwargs, context, repeatable=repeatable, secret=secret, check=check
        )

    def _request_page(
        self,
        cls: type[T],
        kwargs: dict[str, Any],
        context: RequestContext,
        *,
        key: str | None = None,
    ) -> Page[T]:
        """Send an operation and read the array it returns, bare or under `key` of an object."""
        response = self._transport.request(kwargs, context)
        body = response.json()
        if key is not None and isinstance(body, dict):
            body = body.get(key)
        try:
            page = read_page(cls, body)
            page._response = facts_of(response)
            return page
        except ResponseDecodeError as error:
            failed = with_response(error, response)
        except RecursionError:
            failed = response.undecodable("The response is nested too deeply")
        del body  # it may have signed URLs, which the frame of an error must not hold
        raise failed

    def _request_items(self, kwargs: dict[str, Any], context: RequestContext) -> JobItems:
        """Send an operation and return the array of its response as it is."""
        response = self._transport.request(kwargs, context)
        body = response.json()
        if isinstance(body, list):
            return JobItems(body, facts_of(response))
        failed = response.undecodable("Expected a list", body)
        del body  # the frame of an error must not hold what the service sent
        raise failed


class JobItems(NamedTuple):
    """A page of a list.

    Attributes:
        items: Its JSON.
        facts: The response.
    """

    items: list[Any]
    facts: ResponseFacts


class _JSONBody(dict[str, Any]):
    """A JSON body for a generated `_get_kwargs`, which calls nothing but its `to_dict()`.

    A generated model would be built and immediately taken apart again, without checking anything:
    it accepts unknown fields as additional properties.
    """

    to_dict = dict.copy


def read_object(cls: type[T], payload: Any, response: BufferedResponse) -> T:
    """Read the decoded JSON of a response as one object.

    Raises:
        ResponseDecodeError: It is not such an object; the error has the response's request id.
    """
    try:
        return read(cls, payload)
    except ResponseDecodeError as error:
        failed = with_response(error, response)
    except RecursionError:
        failed = response.undecodable("The response is nested too deeply")
    del payload  # it may have signed URLs, which the frame of an error must not hold
    raise failed


def facts_of(response: BufferedResponse) -> ResponseFacts:
    """Return what results show of a response."""
    raw = response.headers.raw
    joined = b"\n".join([value for _, value in raw])
    # To look for secrets takes longer than all else, and there are next to never any.
    if b"?" in joined or any(secret.encode() in joined for secret in response.secrets):
        shown = error_mapping.to_show(response.headers, response.secrets)
        raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in shown.items()]
    return ResponseFacts(raw, response.attempts)


def with_response(error: ResponseDecodeError, response: BufferedResponse) -> ResponseDecodeError:
    """Return the error with the status, headers and request id of the response it is about."""
    return response.undecodable(error.message, error.raw)


def storage_url(source: Received, field: str, context: RequestContext) -> HiddenURL:
    """Return the URL of the storage host in a field of a response.

    Raises:
        ResponseDecodeError: The field holds no http or https URL, or documents would travel
            unencrypted.
    """
    from vlmrun._redaction import HiddenURL

    url = getattr(source, field)
    if not isinstance(url, str) or not is_http_url(url):
        raise ResponseDecodeError(f"The response has no URL in {field}", raw=source.raw)
    url = HiddenURL(url)
    if not is_encrypted_or_local(url, context.settings.base_url):
        raise ResponseDecodeError(
            f"The URL in {field} is not https, so documents could be read on their way",
            suggestion="Report it to VLM Run; http is used for this machine only, or for the host "
            "of a base_url that is http itself",
            raw=source.raw,
        )
    return url
