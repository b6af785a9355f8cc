"""Failures of chat: errors that are also openai's, and what is retried."""

from __future__ import annotations

import json
import logging
import pickle
import traceback
from collections.abc import Callable
from typing import Any

import openai
import pytest

from vlmrun import errors
from vlmrun.testing import Fault, Server

pytestmark = pytest.mark.slow

MODEL = "vlmrun-orion-1:auto"
HELLO: Any = [{"role": "user", "content": "a private question"}]
KEY = "sk-secret-0123456789abcdef"


def ask(client: Any, **options: Any) -> Any:
    answer = client.agent.completions.create(model=MODEL, messages=HELLO, **options)
    return list(answer) if options.get("stream") else answer


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
@pytest.mark.parametrize(
    ("status", "theirs", "ours"),
    [
        (400, openai.BadRequestError, errors.ValidationError),
        (401, openai.AuthenticationError, errors.AuthenticationError),
        (402, openai.APIStatusError, errors.InsufficientCreditsError),
        (403, openai.PermissionDeniedError, errors.PermissionDeniedError),
        (404, openai.NotFoundError, errors.ResourceNotFoundError),
        (408, openai.APIStatusError, errors.RequestTimeoutError),
        (409, openai.ConflictError, errors.ConflictError),
        (413, openai.APIStatusError, errors.PayloadTooLargeError),
        (418, openai.APIStatusError, errors.APIError),
        (422, openai.UnprocessableEntityError, errors.UnprocessableEntityError),
        (429, openai.RateLimitError, errors.RateLimitError),
        (500, openai.InternalServerError, errors.ServerError),
        (503, openai.InternalServerError, errors.ServerError),
    ],
)
def test_p29_error_is_one_of_this_package_and_one_of_openai(
    connect: Callable[..., Any],
    server: Server,
    status: int,
    theirs: type[openai.APIStatusError],
    ours: type[errors.APIError],
    stream: bool,
) -> None:
    body = {"detail": {"error": {"message": "No.", "type": "t", "code": "c", "param": "p"}}}
    server.inject(Fault("create_chat_completion", status=status, body=body))
    with pytest.raises(theirs) as caught:
        ask(connect(max_retries=0), stream=stream)
    error: Any = caught.value
    assert isinstance(error, ours)
    assert error.status_code == error.http_status == error.response.status_code == status
    assert (error.message, error.code, error.param, error.type) == ("No.", "c", "p", "t")
    assert error.body == body["detail"]["error"]
    assert error.request_id == server.requests[-1].id
    assert error.response.json() == body
    assert str(error).startswith(f"No. (status {status}")
    copy = pickle.loads(pickle.dumps(error))
    assert (type(copy), str(copy), copy.status_code) == (type(error), str(error), status)
    assert error in {error}


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
class TestRetries:
    @pytest.mark.parametrize("fault", [{"status": 500}, {"status": 503}, {"status": 408}])
    def test_p02_error_status_is_not_retried(
        self, connect: Callable[..., Any], server: Server, stream: bool, fault: dict[str, Any]
    ) -> None:
        server.inject(Fault("create_chat_completion", times=None, **fault))
        with pytest.raises(openai.APIStatusError):
            ask(connect(max_retries=5), stream=stream)
        assert len(server.requests) == 1

    @pytest.mark.parametrize(
        ("fault", "theirs"),
        [
            ({"reset": "after_reading"}, openai.APIConnectionError),
            ({"reset": "after_handling"}, openai.APIConnectionError),
            ({"delay": 30}, openai.APITimeoutError),
        ],
        ids=["unread", "handled", "silent"],
    )
    def test_p02_request_that_may_have_been_executed_is_not_retried(
        self,
        connect: Callable[..., Any],
        server: Server,
        stream: bool,
        fault: dict[str, Any],
        theirs: type[openai.APIConnectionError],
    ) -> None:
        server.inject(Fault("create_chat_completion", times=None, **fault))
        with pytest.raises(theirs) as caught:
            ask(connect(max_retries=5), stream=stream, timeout=0.5)
        assert isinstance(caught.value, errors.OutcomeUnknownError)
        late = theirs is openai.APITimeoutError
        assert isinstance(caught.value, errors.RequestTimeoutError) is late
        assert "not sent again" in str(caught.value)
        assert len(server.requests) == 1
        assert type(pickle.loads(pickle.dumps(caught.value))) is type(caught.value)

    @pytest.mark.parametrize("status", [429, 503])
    def test_p28_p32_throttled_request_is_retried_up_to_max_retries(
        self, connect: Callable[..., Any], server: Server, stream: bool, status: int
    ) -> None:
        headers = {"Retry-After": "0.01"}
        fault = Fault("create_chat_completion", status=status, headers=headers, times=3)
        server.inject(fault)
        ask(connect(max_retries=3), stream=stream)
        assert len(server.requests) == 4
        server.clear()
        server.inject(Fault("create_chat_completion", status=status, headers=headers, times=3))
        with pytest.raises(openai.APIStatusError):
            ask(connect(max_retries=2), stream=stream)
        assert len(server.requests) == 3

    def test_refused_connection_is_a_connection_error_of_openai_too(
        self, connect: Callable[..., Any], stream: bool
    ) -> None:
        client = connect(base_url="http://127.0.0.1:9/v1", max_retries=1)
        with pytest.raises(openai.APIConnectionError) as caught:
            ask(client, stream=stream)
        assert isinstance(caught.value, errors.NetworkError)
        assert not isinstance(caught.value, errors.OutcomeUnknownError)


class TestTimeouts:
    def test_p27_default_timeout_of_chat_is_ten_minutes_and_any_other_the_client_s(
        self, connect: Callable[..., Any]
    ) -> None:
        from vlmrun import VLMRun

        for timeout, expected in ((120.0, 600.0), (30.0, 30.0), (None, None), (900.0, 900.0)):
            client: Any = VLMRun("key", timeout=timeout)
            assert client.agent.completions._client.timeout == expected
            assert client.agent.completions._client.max_retries == client.max_retries

    @pytest.mark.parametrize("option", ["timeout", "deadline"])
    def test_p27_timeout_and_deadline_of_the_client_limit_a_chat(
        self, connect: Callable[..., Any], server: Server, option: str
    ) -> None:
        server.inject(Fault("create_chat_completion", delay=30))
        with pytest.raises(openai.APITimeoutError):
            ask(connect().with_options(**{option: 0.3}))


class TestBrokenResponses:
    @pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
    @pytest.mark.parametrize("body", ["<html>Maintenance</html>", b"{", [1]])
    def test_p30_response_that_is_not_a_completion_is_a_decode_error(
        self, connect: Callable[..., Any], server: Server, body: Any, stream: bool
    ) -> None:
        server.inject(Fault("create_chat_completion", status=200, body=body))
        with pytest.raises(errors.ResponseDecodeError) as caught:
            ask(connect(), stream=stream)
        assert isinstance(caught.value, openai.APIResponseValidationError)
        assert caught.value.http_status == 200

    @pytest.mark.parametrize("how", [{"reset": "in_body"}, {"truncate": 900}])
    def test_stream_that_breaks_off_is_an_error_and_not_retried(
        self, connect: Callable[..., Any], server: Server, how: dict[str, Any]
    ) -> None:
        server.inject(Fault("create_chat_completion", **how))
        with pytest.raises(openai.APIConnectionError) as caught:
            ask(connect(), stream=True)
        assert isinstance(caught.value, errors.NetworkError)
        assert len(server.requests) == 1

    def test_error_event_in_a_stream_is_an_error_of_both_packages(
        self, connect: Callable[..., Any], server: Server
    ) -> None:
        error = {"message": "overloaded", "type": "server_error", "code": "busy"}
        server.inject(
            Fault(
                "create_chat_completion",
                headers={"content-type": "text/event-stream"},
                body=f"data: {json.dumps({'error': error})}\n\n",
            )
        )
        with pytest.raises(openai.APIError, match="overloaded") as caught:
            ask(connect(), stream=True)
        assert isinstance(caught.value, errors.APIError)
        assert (caught.value.code, caught.value.error_type) == ("busy", "server_error")

    def test_json_response_to_a_stream_request_is_one_chunk(
        self, connect: Callable[..., Any], server: Server
    ) -> None:
        whole = ask(connect()).to_dict()
        server.inject(Fault("create_chat_completion", status=200, body=whole))
        (chunk,) = ask(connect(), stream=True)
        assert chunk.choices[0].delta.content == whole["choices"][0]["message"]["content"]
        assert chunk.object == "chat.completion.chunk"


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
@pytest.mark.parametrize(
    "fault", [{"status": 401}, {"reset": "after_reading"}, {"reset": "in_body"}, {"delay": 30}]
)
def test_p23_errors_and_logs_do_not_show_the_api_key(
    connect: Callable[..., Any],
    server: Server,
    caplog: pytest.LogCaptureFixture,
    fault: dict[str, Any],
    stream: bool,
) -> None:
    caplog.set_level(logging.DEBUG)
    server.inject(Fault("create_chat_completion", **fault))
    client = connect(api_key=KEY, max_retries=0, timeout=0.5)
    with pytest.raises(errors.APIError) as caught:
        ask(client, stream=stream)
    error: Any = caught.value
    shown = [repr(error), str(vars(error)), *traceback.format_exception(error)]
    shown += [str(vars(client.agent.completions._client)), pickle.dumps(error).decode("latin-1")]
    logged = [record.getMessage() for record in caplog.records]
    assert not any(KEY in text for text in [*shown, *logged])
    # Before openai 3, the log of the openai package itself shows bodies.
    logged = [each.getMessage() for each in caplog.records if not each.name.startswith("openai")]
    assert not any("private question" in text for text in [*shown, *logged])


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"choices": None},
        {"choices": [[]]},
        {"choices": [{"index": 0}]},
        {"choices": [{"message": "Hello"}]},
        [],
        "Hello",
    ],
)
@pytest.mark.parametrize("way", ["create", "parse", "stream"])
def test_p30_malformed_completion_is_a_validation_error_of_openai_too(
    connect: Callable[..., Any], server: Server, body: Any, way: str
) -> None:
    server.inject(Fault("create_chat_completion", status=200, body=body))
    client = connect()
    messages = [{"role": "user", "content": "Hello"}]
    call = {
        "create": lambda: ask(client),
        "parse": lambda: client.agent.completions.parse(model="m", messages=messages),
        "stream": lambda: ask(client, stream=True),
    }[way]
    with pytest.raises(openai.APIResponseValidationError) as caught:
        call()
    assert isinstance(caught.value, errors.ResponseDecodeError)
