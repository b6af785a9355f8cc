"""P29, P41, P42: each operation, on both clients, with each kind of broken response.

Whatever the service sends, the call raises a `VLMRunError`, which shows neither the API key nor the
signature of a URL, and its connection goes back to the pool.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from typing import Any

import pytest

import vlmrun
import vlmrun.testing
from tests.leaks import assert_shows_none_of
from tests.sample_data import SampleData, all_calls
from tests.sync_async import ClientFactory
from vlmrun.errors import ServerError, VLMRunError
from vlmrun.testing import Fault

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

KEY = "sk-secret-0123456789abcdef"
SIGNATURE = "f00dfacef00dface"
SIGNED = f"https://storage.example/o/1?X-Signature={SIGNATURE}"
JSON = b'[[{"id": "e1", "url": "%s"}]]' % SIGNED.encode()
DEEP = b'{"detail": ' * 600 + b"1" + b"}" * 600

OPERATIONS = [each.id for each in vlmrun.operations() if each.calls]
CALLS = all_calls()

BROKEN: dict[str, dict[str, Any]] = {
    "truncated gzip": {"body": gzip.compress(JSON * 99)[:-20], "coding": "gzip"},
    "gzip and something else": {"body": gzip.compress(JSON) + b"garbage", "coding": "gzip"},
    "truncated deflate": {"body": gzip.compress(JSON)[10:-12], "coding": "deflate"},
    "br": {"body": b"\x8b\x02\x80[[]]\x03", "coding": "br"},
    "zstd": {"body": b"\x28\xb5\x2f\xfd\x20\x04\x21\x00\x00[[]]", "coding": "zstd"},
    "shorter than announced": {"body": JSON, "truncate": 3},
    "partial content": {"status": 206, "body": JSON, "Content-Range": "bytes 0-9/99"},
    "deep error": {"status": 500, "body": DEEP},
    "deep error under a coding": {"status": 500, "body": DEEP, "coding": "br"},
    "key in a 401": {"status": 401, "body": {"detail": f"Bad key {KEY}"}, "X-Echo": f"a {KEY}"},
    "signed redirect": {"status": 302, "body": b"", "Location": SIGNED},
    "relative redirect": {"status": 307, "body": b"", "Location": f"/o?sig={SIGNATURE}"},
    "signed URL in an error": {"status": 400, "body": {"detail": f"Bad {SIGNED}", "url": SIGNED}},
    "reset": {"reset": "after_reading"},
    "reset in the body": {"body": JSON, "reset": "in_body"},
}
# Bodies that only operations with JSON refuse.
NOT_JSON: dict[str, dict[str, Any]] = {
    "page": {"body": f"<html><a href='{SIGNED}'>Sign in, {KEY}</a></html>"},
    "another type": {"body": b'"%s"' % SIGNED.encode()},
}
# These take any body: a file, a text, or none at all.
TAKE_ANY_BODY = {"check_health", "get_artifact", "create_transcription", "delete_file"}


def fault(operation: str, kind: dict[str, Any]) -> Fault:
    """Return the fault for a kind; names in it that are not those of `Fault` are headers."""
    options = {"status": 200, **kind}
    headers = {name: options.pop(name) for name in list(options) if name[0].isupper()}
    if "coding" in options:
        headers["Content-Encoding"] = options.pop("coding")
    return Fault(operation, headers=headers, times=None, **options)


@pytest.fixture
def factory(factory_type: type[ClientFactory]) -> Iterator[ClientFactory]:
    factory = factory_type()
    yield factory
    factory.close()


def error_of(call: Any, *arguments: Any) -> Exception | None:
    try:
        call(*arguments)
    except Exception as error:
        return error
    return None


def assert_idle(client: Any) -> None:
    """Assert that no connection of a client is in use."""
    for pooled in client._context.transport._pool._own.values():
        assert (pooled.http_client._transport.in_use, pooled.in_use) == (0, {})


@pytest.mark.parametrize("operation", OPERATIONS)
def test_p29_p41_p42_broken_response_is_an_error_without_secrets(
    factory: ClientFactory, operation: str
) -> None:
    kinds = BROKEN if operation in TAKE_ANY_BODY else {**BROKEN, **NOT_JSON}
    with vlmrun.testing.serve(polls=0) as server:
        urls = {"base_url": server.url, "gateway_url": server.gateway_url}
        client = factory.client(api_key=KEY, max_retries=0, timeout=20, **urls)
        data = SampleData(client, server)
        for name, kind in kinds.items():
            server.clear()
            server.inject(fault(operation, kind))
            error = error_of(CALLS[operation], client, data)
            assert isinstance(error, VLMRunError), f"{error!r} for: {name}"
            assert_shows_none_of(error, KEY, SIGNATURE)
            assert_idle(factory.clients[-1])


@pytest.mark.parametrize("operation", OPERATIONS)
def test_p41_headers_that_are_not_ascii_neither_lose_a_result_nor_a_status(
    factory: ClientFactory, operation: str
) -> None:
    headers = {"X-Served-By": "M\xfcnchen", "X-Raw": "\x80\xff"}
    with vlmrun.testing.serve(polls=0) as server:
        urls = {"base_url": server.url, "gateway_url": server.gateway_url}
        client = factory.client(api_key=KEY, max_retries=0, **urls)
        data = SampleData(client, server)
        server.inject(Fault(operation, status=503, headers=headers, times=None))
        with pytest.raises(ServerError) as caught:
            CALLS[operation](client, data)
        assert caught.value.http_status == 503
        assert "nchen" in caught.value.headers["x-served-by"]
        server.clear()
        server.inject(Fault(operation, headers=headers, times=None))
        CALLS[operation](client, data)
