# Derived from openapi.yaml by `make generate`. Do not edit.
from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from ... import errors, models
from ...types import Response

if TYPE_CHECKING:
    import httpx

    from ...client import AuthenticatedClient, Client


def _get_kwargs(
    *,
    body: models.FileSchemaRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/document/schema",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> models.ErrorResponse | models.HTTPValidationError | models.PredictionResponse | None:
    if response.status_code == 200:
        response_200 = models.PredictionResponse.from_dict(response.json())

        return response_200

    if response.status_code == 201:
        response_201 = models.PredictionResponse.from_dict(response.json())

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

    if response.status_code == 404:
        response_404 = models.ErrorResponse.from_dict(response.json())

        return response_404

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
) -> Response[models.ErrorResponse | models.HTTPValidationError | models.PredictionResponse]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: models.FileSchemaRequest,
) -> Response[models.ErrorResponse | models.HTTPValidationError | models.PredictionResponse]:
    """Derive a schema from a document.

    Args:
        body (models.FileSchemaRequest): A file to derive a schema from. Exactly one of file_id and url
            is required.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[models.ErrorResponse | models.HTTPValidationError | models.PredictionResponse]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    body: models.FileSchemaRequest,
) -> models.ErrorResponse | models.HTTPValidationError | models.PredictionResponse | None:
    """Derive a schema from a document.

    Args:
        body (models.FileSchemaRequest): A file to derive a schema from. Exactly one of file_id and url
            is required.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        models.ErrorResponse | models.HTTPValidationError | models.PredictionResponse
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: models.FileSchemaRequest,
) -> Response[models.ErrorResponse | models.HTTPValidationError | models.PredictionResponse]:
    """Derive a schema from a document.

    Args:
        body (models.FileSchemaRequest): A file to derive a schema from. Exactly one of file_id and url
            is required.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[models.ErrorResponse | models.HTTPValidationError | models.PredictionResponse]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: models.FileSchemaRequest,
) -> models.ErrorResponse | models.HTTPValidationError | models.PredictionResponse | None:
    """Derive a schema from a document.

    Args:
        body (models.FileSchemaRequest): A file to derive a schema from. Exactly one of file_id and url
            is required.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        models.ErrorResponse | models.HTTPValidationError | models.PredictionResponse
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
