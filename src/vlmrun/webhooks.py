"""Webhooks: finished jobs that the service posts to the `callback_url` of a request.

The body is the job as JSON. If the account has a webhook secret, the header `X-VLMRun-Signature` is
`sha256=` and the HMAC-SHA256 of the raw body with that secret, in hex. Anyone may have sent a
request whose signature has not been verified.

    job = webhooks.parse(raw_body, headers.get(webhooks.SIGNATURE_HEADER), secret)
"""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Mapping
from typing import Any, overload

from vlmrun._messages import short_repr
from vlmrun.errors import InputError, InputTypeError, ResponseDecodeError, WebhookSignatureError
from vlmrun.types._base import read
from vlmrun.types.executions import AgentExecutionResponse
from vlmrun.types.fine_tuning import FinetuningResponse
from vlmrun.types.jobs import Job, ParsedT
from vlmrun.types.predictions import PredictionResponse

__all__ = ["SIGNATURE_HEADER", "FinishedJob", "parse", "sign_for_test", "verify"]

SIGNATURE_HEADER = "X-VLMRun-Signature"

FinishedJob = AgentExecutionResponse | PredictionResponse | FinetuningResponse

# The service sends no field for the type of a job, so it is derived from those that only one type
# has, in this order.
_DISTINCTIVE_FIELDS: tuple[tuple[type[FinishedJob], frozenset[str]], ...] = (
    (PredictionResponse, frozenset(["domain"])),
    (AgentExecutionResponse, frozenset(["name", "execution_mode"])),
    (
        FinetuningResponse,
        frozenset(["suffix", "wandb_url", "wandb_base_url", "wandb_project_name"]),
    ),
)

_PREFIX = "sha256="
_SIGNATURE = re.compile(_PREFIX + "([0-9a-fA-F]{64})")
_NOT_PASSED: Any = object()
_NOT_FROM_SERVICE = (
    "Respond with status 400: the sender is not the service, or newer than this package"
)


def verify(raw_body: bytes | str, signature_header: str | None, secret: str | bytes) -> bool:
    """Return whether the signature of a callback is valid.

    The digests are compared in constant time. The result is False, never an error, if anything is
    missing, malformed or of a wrong type, or if the secret is empty.

    Args:
        raw_body: The body exactly as received; a str is encoded as UTF-8.
        signature_header: The value of the header `X-VLMRun-Signature`: `sha256=` and hex.
        secret: The account's webhook secret; a str is encoded as UTF-8.

    Example:
        >>> verify(b"{}", sign_for_test(b"{}", "secret"), "secret")
        True
        >>> verify(b"{} ", sign_for_test(b"{}", "secret"), "secret")
        False
    """
    body, key = _as_bytes(raw_body), _as_bytes(secret)
    if body is None or not key or not isinstance(signature_header, str):
        return False
    signature = _SIGNATURE.fullmatch(signature_header)
    return signature is not None and hmac.compare_digest(
        bytes.fromhex(signature[1]), hmac.digest(key, body, "sha256")
    )


@overload
def parse(
    raw_body: bytes | str,
    *,
    response_model: type[ParsedT] | Mapping[str, Any] | None = None,
) -> AgentExecutionResponse[ParsedT] | PredictionResponse[ParsedT] | FinetuningResponse: ...
@overload
def parse(
    raw_body: bytes | str,
    signature_header: str | None,
    secret: str | bytes,
    *,
    response_model: type[ParsedT] | Mapping[str, Any] | None = None,
) -> AgentExecutionResponse[ParsedT] | PredictionResponse[ParsedT] | FinetuningResponse: ...
def parse(
    raw_body: bytes | str,
    signature_header: str | None = _NOT_PASSED,
    secret: str | bytes | None = _NOT_PASSED,
    *,
    response_model: Any = None,
) -> FinishedJob:
    """Verify the signature of a callback and return the job in its body.

    `parse(raw_body)` alone verifies nothing. Use it only for a body that `verify` has accepted, or
    for an account without a secret. If a secret is passed, it must not be None, so that a missing
    environment variable does not turn verification off.

    The type depends on the fields: with `domain` it is a prediction, with `name` or
    `execution_mode` an execution of an agent, with `suffix` or a field of Weights & Biases a
    fine-tuning job, and with none of them a prediction. The same job may be received more than
    once, since the service repeats callbacks that were not acknowledged.

    Args:
        raw_body: The body exactly as received; a str is encoded as UTF-8.
        signature_header: The value of the header `X-VLMRun-Signature`; None if it is missing.
        secret: The account's webhook secret.
        response_model: The type of `.parsed`: a pydantic class, a JSON schema, or (extra
            `structured`) a dataclass, TypedDict or attrs class. Fine-tuning jobs have no response.

    Raises:
        WebhookSignatureError: The signature is missing or wrong; respond with status 401 or 403.
        ResponseDecodeError: The body is not the JSON of a job; the error has it as `raw`.
        InputError: The secret is None or empty.
        InputTypeError: Only one of `signature_header` and `secret` was passed, the body is neither
            bytes nor str, or the `response_model` cannot be used.

    Example:
        >>> job = parse(b'{"id": "e1", "name": "reader", "status": "completed", "response": {}}')
        >>> type(job).__name__, job.id
        ('AgentExecutionResponse', 'e1')
    """
    if not isinstance(raw_body, (bytes, bytearray, str)):
        raise InputTypeError(
            f"raw_body must be the body as received, bytes or str, got {short_repr(raw_body)}"
        )
    if signature_header is not _NOT_PASSED or secret is not _NOT_PASSED:
        _check(raw_body, signature_header, secret)
    job = _read(raw_body)
    if response_model is not None and isinstance(job, Job):
        return job.with_response_model(response_model)
    return job


def sign_for_test(raw_body: bytes | str, secret: str | bytes) -> str:
    """Return the value of `X-VLMRun-Signature` that the service would send, for tests.

    Args:
        raw_body: The body; a str is encoded as UTF-8.
        secret: The secret; a str is encoded as UTF-8.

    Raises:
        InputError: The secret is empty, or one of the arguments is neither bytes nor str.

    Example:
        >>> headers = {SIGNATURE_HEADER: sign_for_test(b"{}", "secret")}
    """
    body, key = _as_bytes(raw_body), _as_bytes(secret)
    if body is None or not key:
        raise InputError("sign_for_test requires a body and a non-empty secret, each bytes or str")
    return _PREFIX + hmac.digest(key, body, "sha256").hex()


def _as_bytes(value: Any) -> bytes | None:
    if isinstance(value, str):
        try:
            return value.encode()
        except UnicodeEncodeError:
            return None
    return bytes(value) if isinstance(value, (bytes, bytearray)) else None


def _check(raw_body: bytes | str, signature_header: Any, secret: Any) -> None:
    if signature_header is _NOT_PASSED or secret is _NOT_PASSED:
        raise InputTypeError("parse requires both signature_header and secret, or neither")
    if not _as_bytes(secret):
        raise InputError(
            "secret is None, empty or not a str, so nothing could be verified",
            suggestion="For an account without a secret, call parse(raw_body) instead",
        )
    if not verify(raw_body, signature_header, secret):
        if signature_header is not None:
            raise WebhookSignatureError()
        raise WebhookSignatureError(
            f"The callback has no header {SIGNATURE_HEADER}",
            suggestion="Respond with status 401. VLM Run sends it if the account has a webhook "
            "secret, and the mock server with --webhook-secret",
        )


def _read(raw_body: bytes | str) -> FinishedJob:
    try:
        value = json.loads(raw_body)
    except (ValueError, RecursionError) as error:
        raise ResponseDecodeError(
            f"The callback's body is not JSON: {error}", suggestion=_NOT_FROM_SERVICE, raw=raw_body
        ) from None
    if not isinstance(value, dict) or not all(
        isinstance(value.get(key), str) and value[key] for key in ("id", "status")
    ):
        raise ResponseDecodeError(
            "The callback's body is not a job, which has an id and a status",
            suggestion=_NOT_FROM_SERVICE,
            raw=value,
        )
    return read(_type_of(value), value)


def _type_of(value: dict[str, Any]) -> type[FinishedJob]:
    matching = (cls for cls, fields in _DISTINCTIVE_FIELDS if fields & value.keys())
    return next(matching, PredictionResponse)
