"""`verify` and `sign_for_test`: signatures of callbacks."""

from __future__ import annotations

import hashlib
import hmac
import inspect
from typing import Any

import pytest

import vlmrun
from tests.public_api.test_imports import imported_by
from vlmrun import webhooks
from vlmrun.common.webhook import verify_webhook
from vlmrun.errors import InputError
from vlmrun.webhooks import sign_for_test, verify

SECRET = "whsec_0123456789"
BODY = '{"id": "e1", "note": "Größe \\u00e9 😀",  "status":"completed"}'.encode()


def signature(body: bytes, secret: str = SECRET) -> str:
    """By the letter of the documentation, without the code under test."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


GOOD = signature(BODY)


class Weird:
    """Compares equal to everything, and is nothing that could be signed."""

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 0

    def __repr__(self) -> str:
        return "Weird()"


def test_a_signature_as_documented_is_valid() -> None:
    assert verify(BODY, GOOD, SECRET)
    assert verify_webhook(raw_body=BODY, signature_header=GOOD, secret=SECRET)


def test_sign_for_test_signs_like_the_service() -> None:
    assert sign_for_test(BODY, SECRET) == GOOD
    assert sign_for_test(BODY.decode(), SECRET.encode()) == GOOD
    assert webhooks.SIGNATURE_HEADER == "X-VLMRun-Signature"


def test_a_secret_and_a_body_that_are_not_ascii() -> None:
    assert verify("ß😀", signature("ß😀".encode(), "ключ"), "ключ")


@pytest.mark.parametrize("body", [b"", b"\x00\xff\xfe", b"\xef\xbb\xbf{}", b"a" * 1_000_000])
def test_bytes_are_not_decoded(body: bytes) -> None:
    assert verify(body, signature(body), SECRET)
    assert verify(bytearray(body), signature(body), SECRET)


def test_p26_a_str_is_encoded_as_utf_8_and_never_reformatted() -> None:
    spaced = '{ "b": 1,\r\n  "a": "\\u00e9" }'
    assert verify(spaced, signature(spaced.encode()), SECRET)
    assert not verify(spaced, signature(b'{"b": 1, "a": "\\u00e9"}'), SECRET)


def test_p26_upper_case_hex_is_accepted() -> None:
    assert verify(BODY, "sha256=" + GOOD.removeprefix("sha256=").upper(), SECRET)


@pytest.mark.parametrize("secret", ["", b"", None, 0, Weird(), "\ud800"], ids=ascii)
def test_p26_no_secret_verifies_nothing(secret: Any) -> None:
    assert not verify(BODY, GOOD, secret)
    empty = "sha256=" + hmac.new(b"", BODY, hashlib.sha256).hexdigest()
    assert not verify(BODY, empty, secret)


def test_p26_digests_are_compared_in_constant_time() -> None:
    source = inspect.getsource(verify)
    assert "hmac.compare_digest(" in source
    assert "==" not in source


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "sha256=",
        GOOD.removeprefix("sha256="),
        GOOD.replace("sha256", "SHA256"),
        GOOD.replace("sha256", "sha1"),
        "sha1=" + hmac.new(SECRET.encode(), BODY, hashlib.sha1).hexdigest(),
        GOOD[:-1],
        GOOD + "0",
        GOOD + "\n",
        f" {GOOD}",
        f"{GOOD},{GOOD}",
        f"{GOOD}, {GOOD}",
        GOOD[:-1] + ("1" if GOOD[-1] == "0" else "0"),
        GOOD[:-2] + " " + GOOD[-1],
        "sha256=" + "g" * 64,
        "sha256=" + "ä" * 64,
        "sha256=" + "\uff11" * 64,
        "sha256=" + "\u0661" * 64,
        "sha256=\ud800" + "0" * 63,
        GOOD.encode(),
        [GOOD],
        0,
        Weird(),
    ],
    ids=ascii,
)
def test_p26_invalid_headers_are_refused_without_an_exception(header: Any) -> None:
    assert verify(BODY, header, SECRET) is False


@pytest.mark.parametrize("body", [None, 0, {"id": "e1"}, [BODY], Weird(), "\ud800"], ids=ascii)
def test_an_invalid_body_is_refused(body: Any) -> None:
    assert verify(body, GOOD, SECRET) is False


@pytest.mark.parametrize(
    ("body", "secret"),
    [(BODY + b" ", SECRET), (BODY[:-1], SECRET), (b"", SECRET), (BODY, SECRET + "0")],
)
def test_another_body_or_secret_is_not_valid(body: bytes, secret: str) -> None:
    assert not verify(body, GOOD, secret)


@pytest.mark.parametrize(
    ("body", "secret"), [(BODY, ""), (BODY, None), (None, SECRET), ("\udcff", SECRET)], ids=ascii
)
def test_sign_for_test_refuses_invalid_arguments(body: Any, secret: Any) -> None:
    with pytest.raises(InputError, match="non-empty"):
        sign_for_test(body, secret)


def test_the_module_is_an_attribute_of_the_package() -> None:
    assert vlmrun.webhooks is webhooks


def test_a_receiver_needs_neither_the_http_client_nor_the_generated_package() -> None:
    assert not imported_by("import vlmrun.webhooks") & {"httpx", "vlmrun_api", "asyncio", "ssl"}
