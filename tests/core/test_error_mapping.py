"""Error mapping for HTTP responses."""

from __future__ import annotations

import json
from typing import Any

import pytest

from vlmrun import errors
from vlmrun._core.error_mapping import BODY_LIMIT, decode_json, error_from, undecodable

# As FastAPI describes a value that it refuses.
PROBLEM = {"type": "t", "loc": ["body", "a"], "msg": "too long", "input": {"name": "Jane Doe"}}


def failure(status: int, body: Any = b"", **headers: str) -> errors.APIError:
    """Return the error for a response; a body that is not bytes is encoded as JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return error_from(
        status, {name.replace("_", "-"): text for name, text in headers.items()}, content
    )


@pytest.mark.parametrize(
    ("status", "cls"),
    [
        (400, errors.ValidationError),
        (401, errors.AuthenticationError),
        (402, errors.InsufficientCreditsError),
        (403, errors.PermissionDeniedError),
        (404, errors.ResourceNotFoundError),
        (408, errors.RequestTimeoutError),
        (409, errors.ConflictError),
        (413, errors.PayloadTooLargeError),
        (418, errors.APIError),
        (422, errors.UnprocessableEntityError),
        (429, errors.RateLimitError),
        (302, errors.APIError),
        (500, errors.ServerError),
        (502, errors.ServerError),
        (520, errors.ServerError),
        (599, errors.ServerError),
    ],
)
def test_p29_each_status_has_its_class(status: int, cls: type[errors.APIError]) -> None:
    error = failure(status)

    assert type(error) is cls
    assert error.http_status == status


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"detail": "No such agent"}, "No such agent"),
        ({"error": {"message": "Bad", "type": "t", "id": "r1"}}, "Bad"),
        ({"detail": {"error": {"message": "Bad", "type": "t", "code": "c"}}}, "Bad"),
        ({"message": "Bad"}, "Bad"),
        ({"error": "Bad"}, "Bad"),
        ({"error": None, "message": "Bad"}, "Bad"),
        ({"error": {}, "detail": "Bad"}, "Bad"),
        ({"detail": {"msg": "Bad"}}, "Bad"),
        (
            {
                "detail": [
                    {"loc": ["body", "inputs", 0], "msg": "field required", "type": "missing"}
                ]
            },
            "inputs.0: field required",
        ),
        (
            {"detail": [{"loc": ["body", "a"], "msg": "x"}, {"loc": ["query", "b"], "msg": "y"}]},
            "a: x; query.b: y",
        ),
        ({"detail": [{"loc": None, "msg": "x"}, {"loc": 3, "msg": "y"}, {"msg": "z"}]}, "x; y; z"),
        ({"detail": ["one", "two"]}, "one; two"),
        (["one", {"message": "two"}], "one; two"),
        ({"errors": ["one", {"detail": "two"}]}, "one; two"),
        ({"title": "Bad", "status": 400}, "Bad"),
        ({"title": "Title", "detail": "Bad"}, "Bad"),
        ("just text", "just text"),
        (b"plain text\n of two lines", "plain text of two lines"),
        (b"<html><head><title>502 Bad\n Gateway</title></head><h1>x</h1>", "502 Bad Gateway"),
        (b"<h1>Service <b>down</b></h1>", "Service down"),
        (b"\xff\xfe broken", "\ufffd\ufffd broken"),
    ],
)
def test_p29_message_is_found_in_every_form_of_error_body(body: Any, message: str) -> None:
    assert failure(500, body).message == message


@pytest.mark.parametrize(
    "body",
    [b"", b" ", b"null", b"{}", b"[]", b"3", b'{"detail": null}', b'{"error": {"message": 5}}'],
)
def test_p29_response_without_a_message_is_reported_as_such(body: bytes) -> None:
    assert failure(404, body).message == "Resource not found (no message in the response)"


def test_p30_html_page_keeps_status_headers_and_request_id() -> None:
    page = b"<html><title>Bad Gateway</title>" + b"x" * 100_000

    error = failure(502, page, X_Request_Id="r7", Content_Type="text/html")

    assert type(error) is errors.ServerError
    assert error.message == "Bad Gateway"
    assert error.headers == {"x-request-id": "r7", "content-type": "text/html"}
    assert error.request_id == "r7"
    assert error.body is not None
    assert len(error.body) == BODY_LIMIT


def test_hostile_error_bodies_are_limited() -> None:
    assert failure(500, b"[" * 200_000).http_status == 500
    assert len(failure(500, {"detail": "x" * 1_000_000}).message) == BODY_LIMIT


def test_p23_values_that_fastapi_repeats_are_not_kept() -> None:
    error = failure(422, {"detail": [PROBLEM, "other"]})

    assert error.message == "a: too long; other"
    assert "Jane" not in f"{vars(error)}"
    assert error.body is not None
    assert "too long" in error.body


@pytest.mark.parametrize(
    "body",
    [
        [PROBLEM],
        {"error": {"message": "too long", "detail": [PROBLEM]}},
        {"errors": [PROBLEM], "title": "too long"},
        {"detail": [{"loc": ["a"], "msg": "too long", "ctx": {"tag": "Jane Doe"}}]},
        {"detail": PROBLEM},
    ],
)
def test_p23_values_are_not_kept_in_any_form_of_a_validation_error(body: Any) -> None:
    error = failure(422, body)

    assert "too long" in error.message
    assert "Jane" not in f"{vars(error)}"


@pytest.mark.parametrize("end", [90, 5000, 70_000])
def test_p23_values_are_not_kept_of_a_validation_error_that_is_cut_off(end: int) -> None:
    inputs = {"file": "Jane Doe " * 10_000}
    detail = {"type": "t", "loc": ["body", "a"], "msg": "too long", "input": inputs, "ctx": inputs}
    body = json.dumps({"detail": [detail]}).encode()[:end]

    error = failure(422, body)

    assert "too long" in error.message
    assert "Jane" not in f"{error.report()} {vars(error)}"


def test_characters_that_control_a_terminal_are_escaped() -> None:
    error = failure(400, {"detail": "a\x1b[2J\u202eb\ud800\tc"}, x_request_id="r\x9b7")

    assert error.message == r"a\x1b[2J\u202eb\ud800\tc".replace(r"\t", "\t")
    assert error.request_id == r"r\x9b7"


def test_p29_request_id_is_from_the_body_or_a_header() -> None:
    assert (
        failure(500, {"error": {"message": "m", "id": "body"}}, request_id="h").request_id == "body"
    )
    assert failure(500, {"error": {"message": "m", "id": 5}}, request_id="h").request_id == "h"
    assert failure(500, {}, cf_ray="c").request_id == "c"
    assert failure(500, {}).request_id is None


def test_error_type_is_the_service_s_or_the_default() -> None:
    assert failure(400, {"error": {"message": "m", "type": "t", "code": "c"}}).error_type == "t"
    assert failure(400, {"error": {"message": "m", "code": "c"}}).error_type == "c"
    assert failure(400, {"error": {"message": "m", "type": 5}}).error_type == "validation_error"
    assert failure(429, {"detail": "slow down"}).error_type == "rate_limit_error"


def test_retry_after_is_an_attribute_of_the_error() -> None:
    assert failure(429, {}, retry_after="7").retry_after == 7.0
    assert failure(503, {}).retry_after is None


def test_redirect_is_an_error_that_says_so() -> None:
    assert "redirect" in failure(307, b"", location="https://elsewhere").message


@pytest.mark.parametrize("content", [b"<html>", b'{"id": ', b"[" * 200_000, b"\xff", b"NaN,"])
def test_p30_success_that_is_not_json_keeps_status_and_request_id(content: bytes) -> None:
    with pytest.raises(
        errors.ResponseDecodeError, match="The response is not valid JSON"
    ) as caught:
        decode_json(200, {"X-Request-Id": "r7"}, content)

    assert (caught.value.http_status, caught.value.request_id) == (200, "r7")
    assert caught.value.body == content.decode("utf-8", "replace")[:BODY_LIMIT]


def test_decode_json_of_successes() -> None:
    assert decode_json(200, {}, b'{"a": 1}') == {"a": 1}
    assert decode_json(200, {}, b'\xef\xbb\xbf{"a": 1}') == {"a": 1}
    assert decode_json(204, {}, b"") is None


def test_decode_error_keeps_the_payload() -> None:
    error = undecodable("not a list", 200, {"Request-Id": "r"}, b"{}", raw={"a": 1})

    assert error.raw == {"a": 1}
    assert (error.request_id, error.body) == ("r", "{}")
