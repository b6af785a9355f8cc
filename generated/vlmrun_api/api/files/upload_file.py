# Derived from openapi.yaml by `make generate`. Do not edit.
from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from ... import errors, models
from ...types import UNSET, Response, Unset

if TYPE_CHECKING:
    import httpx

    from ...client import AuthenticatedClient, Client


def _get_kwargs(
    *,
    body: models.FileUploadRequest,
    purpose: models.FilePurpose | Unset = UNSET,
    generate_public_url: bool | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    params: dict[str, Any] = {}

    json_purpose: str | Unset = UNSET
    if not isinstance(purpose, Unset):
        json_purpose = purpose.value

    params["purpose"] = json_purpose

    params["generate_public_url"] = generate_public_url

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/files",
        "params": params,
    }

    _kwargs["files"] = body.to_multipart()

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> models.ErrorResponse | models.FileResponse | models.HTTPValidationError | None:
    if response.status_code == 201:
        response_201 = models.FileResponse.from_dict(response.json())

        return response_201

    if response.status_code == 401:
        response_401 = models.ErrorResponse.from_dict(response.json())

        return response_401

    if response.status_code == 402:
        response_402 = models.ErrorResponse.from_dict(response.json())

        return response_402

    if response.status_code == 403:
        response_403 = models.ErrorResponse.from_dict(response.json())

        return response_403

    if response.status_code == 422:
        response_422 = models.HTTPValidationError.from_dict(response.json())

        return response_422

    if response.status_code == 429:
        response_429 = models.ErrorResponse.from_dict(response.json())

        return response_429

    if 500 <= response.status_code <= 599:
        response_5xx = models.ErrorResponse.from_dict(response.json())

        return response_5xx

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[models.ErrorResponse | models.FileResponse | models.HTTPValidationError]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: models.FileUploadRequest,
    purpose: models.FilePurpose | Unset = UNSET,
    generate_public_url: bool | Unset = UNSET,
) -> Response[models.ErrorResponse | models.FileResponse | models.HTTPValidationError]:
    """Upload a file in one request.

    Args:
        purpose (models.FilePurpose | Unset): Purpose of an upload; defaults to assistants.
        generate_public_url (bool | Unset):
        body (models.FileUploadRequest): A file as multipart form data.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[models.ErrorResponse | models.FileResponse | models.HTTPValidationError]
    """

    kwargs = _get_kwargs(
        body=body,
        purpose=purpose,
        generate_public_url=generate_public_url,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    body: models.FileUploadRequest,
    purpose: models.FilePurpose | Unset = UNSET,
    generate_public_url: bool | Unset = UNSET,
) -> models.ErrorResponse | models.FileResponse | models.HTTPValidationError | None:
    """Upload a file in one request.

    Args:
        purpose (models.FilePurpose | Unset): Purpose of an upload; defaults to assistants.
        generate_public_url (bool | Unset):
        body (models.FileUploadRequest): A file as multipart form data.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        models.ErrorResponse | models.FileResponse | models.HTTPValidationError
    """

    return sync_detailed(
        client=client,
        body=body,
        purpose=purpose,
        generate_public_url=generate_public_url,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: models.FileUploadRequest,
    purpose: models.FilePurpose | Unset = UNSET,
    generate_public_url: bool | Unset = UNSET,
) -> Response[models.ErrorResponse | models.FileResponse | models.HTTPValidationError]:
    """Upload a file in one request.

    Args:
        purpose (models.FilePurpose | Unset): Purpose of an upload; defaults to assistants.
        generate_public_url (bool | Unset):
        body (models.FileUploadRequest): A file as multipart form data.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[models.ErrorResponse | models.FileResponse | models.HTTPValidationError]
    """

    kwargs = _get_kwargs(
        body=body,
        purpose=purpose,
        generate_public_url=generate_public_url,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: models.FileUploadRequest,
    purpose: models.FilePurpose | Unset = UNSET,
    generate_public_url: bool | Unset = UNSET,
) -> models.ErrorResponse | models.FileResponse | models.HTTPValidationError | None:
    """Upload a file in one request.

    Args:
        purpose (models.FilePurpose | Unset): Purpose of an upload; defaults to assistants.
        generate_public_url (bool | Unset):
        body (models.FileUploadRequest): A file as multipart form data.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        models.ErrorResponse | models.FileResponse | models.HTTPValidationError
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
            purpose=purpose,
            generate_public_url=generate_public_url,
        )
    ).parsed
