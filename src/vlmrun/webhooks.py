"""Webhooks: finished jobs that the service posts to the `callback_url` of a request.

The body is the job as JSON. Where the account has a webhook secret, the header
`X-VLMRun-Signature` is `sha256=` and the HMAC-SHA256 of the raw body under it, in hex. What has not
been verified may have been sent by anybody.

    job = webhooks.parse(raw_body, headers.get(webhooks.SIGNATURE_HEADER), secret)
"""

from __future__ import annotations

import hmac
import json
import re
from typing import Any, overload

from vlmrun._messages import short_repr
from vlmrun.errors import InputError, InputTypeError, ResponseDecodeError, WebhookSignatureError
from vlmrun.types._base import read
from vlmrun.types.agent import AgentExecutionResponse
from vlmrun.types.common import Job
from vlmrun.types.fine_tuning import FinetuningResponse
from vlmrun.types.predictions import PredictionResponse

__all__ = ["SIGNATURE_HEADER", "FinishedJob", "parse", "sign_for_test", "verify"]

SIGNATURE_HEADER = "X-VLMRun-Signature"

FinishedJob = AgentExecutionResponse | PredictionResponse | FinetuningResponse

# Fields that tell a job's type, in the order in which they are looked for.
_TELLING: tuple[tuple[type[FinishedJob], frozenset[str]], ...] = (
    (PredictionResponse, frozenset(["domain"])),
    (AgentExecutionResponse, frozenset(["name", "execution_mode"])),
    (
        FinetuningResponse,
        frozenset(["suffix", "wandb_url", "wandb_base_url", "wandb_project_name"]),
    ),
)

_PREFIX = "sha256="
_SIGNATURE = re.compile(_PREFIX + "([0-9a-fA-F]{64})")
_NOT_GIVEN: Any = object()
_SENDER = (
    "Answer with status 400: whatever sent this is not the service, or newer than this package"
)


def verify(raw_body: bytes | str, signature_header: str | None, secret: str | bytes) -> bool:
    """Whether a callback's signature is that of its body under the secret.

    The digests are compared in constant time. Whatever is missing, malformed or of a wrong type is
    False, never an error; so is an empty secret.

    Args:
        raw_body: The body exactly as it came; text is taken as UTF-8.
        signature_header: The value of the header `X-VLMRun-Signature`: `sha256=` and hex.
        secret: The account's webhook secret; text is taken as UTF-8.

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
def parse(raw_body: bytes | str, *, response_model: Any = None) -> FinishedJob: ...
@overload
def parse(
    raw_body: bytes | str,
    signature_header: str | None,
    secret: str | bytes,
    *,
    response_model: Any = None,
) -> FinishedJob: ...
def parse(
    raw_body: bytes | str,
    signature_header: str | None = _NOT_GIVEN,
    secret: str | bytes | None = _NOT_GIVEN,
    *,
    response_model: Any = None,
) -> FinishedJob:
    """The job in a callback's body, once its signature is verified.

    `parse(raw_body)` alone verifies nothing: only for a body that `verify` has passed, or an
    account without a secret. Whoever gives a secret has it checked: None, as from an environment
    variable that is not set, is an error.

    The type is told by the fields: with `domain` it is a prediction, with `name` or
    `execution_mode` an agent's execution, with `suffix` or a field of Weights & Biases a
    fine-tuning job, and with none of them a prediction. A job may come more than once, since the
    service sends again what was not acknowledged.

    Args:
        raw_body: The body exactly as it came; text is taken as UTF-8.
        signature_header: The value of the header `X-VLMRun-Signature`; None if there is none.
        secret: The account's webhook secret.
        response_model: What `.parsed` shall be an instance of: a pydantic class, a JSON schema, or
            (extra `structured`) a dataclass, TypedDict or attrs class. Fine-tuning has no answer.

    Raises:
        WebhookSignatureError: The signature is missing or wrong: answer 401 or 403.
        ResponseDecodeError: Not the JSON of a job; its `raw` has what came.
        InputError: The secret is None or empty.
        InputTypeError: One of `signature_header` and `secret` without the other, a body that is
            neither bytes nor text, or an unusable `response_model`.

    Example:
        >>> job = parse(b'{"id": "e1", "name": "reader", "status": "completed", "response": {}}')
        >>> type(job).__name__, job.id
        ('AgentExecutionResponse', 'e1')
    """
    if not isinstance(raw_body, (bytes, bytearray, str)):
        raise InputTypeError(
            f"raw_body must be the body as it came, bytes or str, got {short_repr(raw_body)}"
        )
    if signature_header is not _NOT_GIVEN or secret is not _NOT_GIVEN:
        _check(raw_body, signature_header, secret)
    job = _read(raw_body)
    if response_model is not None and isinstance(job, Job):
        return job.with_response_model(response_model)
    return job


def sign_for_test(raw_body: bytes | str, secret: str | bytes) -> str:
    """The value of `X-VLMRun-Signature` that the service would send: for tests of a receiver.

    Args:
        raw_body: The body; text is taken as UTF-8.
        secret: The secret; text is taken as UTF-8.

    Raises:
        InputError: The secret is empty, or one of them is neither bytes nor text.

    Example:
        >>> headers = {SIGNATURE_HEADER: sign_for_test(b"{}", "secret")}
    """
    body, key = _as_bytes(raw_body), _as_bytes(secret)
    if body is None or not key:
        raise InputError("sign_for_test takes a body and a secret that is not empty, bytes or str")
    return _PREFIX + hmac.digest(key, body, "sha256").hex()


def _as_bytes(value: Any) -> bytes | None:
    if isinstance(value, str):
        try:
            return value.encode()
        except UnicodeEncodeError:
            return None
    return bytes(value) if isinstance(value, (bytes, bytearray)) else None


def _check(raw_body: bytes | str, signature_header: Any, secret: Any) -> None:
    if signature_header is _NOT_GIVEN or secret is _NOT_GIVEN:
        raise InputTypeError("parse takes both signature_header and secret, or neither")
    if not _as_bytes(secret):
        raise InputError(
            "secret is None, empty or no text, so that nothing could be verified",
            suggestion="For an account without a secret, parse(raw_body) says so on purpose",
        )
    if not verify(raw_body, signature_header, secret):
        missing = signature_header is None
        raise WebhookSignatureError(
            f"The callback has no header {SIGNATURE_HEADER}" if missing else None
        )


def _read(raw_body: bytes | str) -> FinishedJob:
    try:
        value = json.loads(raw_body)
    except (ValueError, RecursionError) as error:
        raise ResponseDecodeError(
            f"The callback's body is not JSON: {error}", suggestion=_SENDER, raw=raw_body
        ) from None
    if not isinstance(value, dict) or not all(
        isinstance(value.get(key), str) and value[key] for key in ("id", "status")
    ):
        raise ResponseDecodeError(
            "The callback's body is not a job, which has an id and a status",
            suggestion=_SENDER,
            raw=value,
        )
    return read(_type_of(value), value)


def _type_of(value: dict[str, Any]) -> type[FinishedJob]:
    told = (cls for cls, fields in _TELLING if fields & value.keys())
    return next(told, PredictionResponse)
