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
    limit: int | Unset = UNSET,
    offset: int | Unset = UNSET,
    order_by: models.SkillOrder | Unset = UNSET,
    descending: bool | Unset = UNSET,
    grouped: bool | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["limit"] = limit

    params["offset"] = offset

    json_order_by: str | Unset = UNSET
    if not isinstance(order_by, Unset):
        json_order_by = order_by.value

    params["order_by"] = json_order_by

    params["descending"] = descending

    params["grouped"] = grouped

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/skills",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> models.ErrorResponse | models.HTTPValidationError | list[models.SkillInfo] | None:
    if response.status_code == 200:
        response_200 = []
        _response_200 = response.json()
        for response_200_item_data in _response_200:
            response_200_item = models.SkillInfo.from_dict(response_200_item_data)

            response_200.append(response_200_item)

        return response_200

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
) -> Response[models.ErrorResponse | models.HTTPValidationError | list[models.SkillInfo]]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    limit: int | Unset = UNSET,
    offset: int | Unset = UNSET,
    order_by: models.SkillOrder | Unset = UNSET,
    descending: bool | Unset = UNSET,
    grouped: bool | Unset = UNSET,
) -> Response[models.ErrorResponse | models.HTTPValidationError | list[models.SkillInfo]]:
    """List skills.

    Args:
        limit (int | Unset):
        offset (int | Unset):
        order_by (models.SkillOrder | Unset): Sort key of a list of skills; defaults to created_at.
        descending (bool | Unset):
        grouped (bool | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[models.ErrorResponse | models.HTTPValidationError | list[models.SkillInfo]]
    """

    kwargs = _get_kwargs(
        limit=limit,
        offset=offset,
        order_by=order_by,
        descending=descending,
        grouped=grouped,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    limit: int | Unset = UNSET,
    offset: int | Unset = UNSET,
    order_by: models.SkillOrder | Unset = UNSET,
    descending: bool | Unset = UNSET,
    grouped: bool | Unset = UNSET,
) -> models.ErrorResponse | models.HTTPValidationError | list[models.SkillInfo] | None:
    """List skills.

    Args:
        limit (int | Unset):
        offset (int | Unset):
        order_by (models.SkillOrder | Unset): Sort key of a list of skills; defaults to created_at.
        descending (bool | Unset):
        grouped (bool | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        models.ErrorResponse | models.HTTPValidationError | list[models.SkillInfo]
    """

    return sync_detailed(
        client=client,
        limit=limit,
        offset=offset,
        order_by=order_by,
        descending=descending,
        grouped=grouped,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    limit: int | Unset = UNSET,
    offset: int | Unset = UNSET,
    order_by: models.SkillOrder | Unset = UNSET,
    descending: bool | Unset = UNSET,
    grouped: bool | Unset = UNSET,
) -> Response[models.ErrorResponse | models.HTTPValidationError | list[models.SkillInfo]]:
    """List skills.

    Args:
        limit (int | Unset):
        offset (int | Unset):
        order_by (models.SkillOrder | Unset): Sort key of a list of skills; defaults to created_at.
        descending (bool | Unset):
        grouped (bool | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[models.ErrorResponse | models.HTTPValidationError | list[models.SkillInfo]]
    """

    kwargs = _get_kwargs(
        limit=limit,
        offset=offset,
        order_by=order_by,
        descending=descending,
        grouped=grouped,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    limit: int | Unset = UNSET,
    offset: int | Unset = UNSET,
    order_by: models.SkillOrder | Unset = UNSET,
    descending: bool | Unset = UNSET,
    grouped: bool | Unset = UNSET,
) -> models.ErrorResponse | models.HTTPValidationError | list[models.SkillInfo] | None:
    """List skills.

    Args:
        limit (int | Unset):
        offset (int | Unset):
        order_by (models.SkillOrder | Unset): Sort key of a list of skills; defaults to created_at.
        descending (bool | Unset):
        grouped (bool | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        models.ErrorResponse | models.HTTPValidationError | list[models.SkillInfo]
    """

    return (
        await asyncio_detailed(
            client=client,
            limit=limit,
            offset=offset,
            order_by=order_by,
            descending=descending,
            grouped=grouped,
        )
    ).parsed
