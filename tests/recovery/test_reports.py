"""Reports of errors for support, and the lines of the logger."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from vlmrun.errors import APIError, ConfigurationError, ServerError, WaitTimeoutError
from vlmrun.testing import Fault, Server
from vlmrun.version import __version__

KEY = "test-key-0123456789"


def test_p77_a_report_has_what_support_needs(client: Any, server: Server) -> None:
    server.inject(Fault("get_execution", status=500, times=None))
    with pytest.raises(ServerError) as caught:
        client.executions.get("e1", options={"max_retries": 1})
    report = caught.value.report()
    assert report.startswith(f"vlmrun {__version__}, Python {sys.version.split()[0]}")
    for request in server.requests:
        assert f"request id {request.id}" in report
    assert "http_status: 500" in report
    assert "1. " in report
    assert "2. " in report
    assert "until the next" in report


def test_p77_a_report_has_no_secret_and_no_body(client: Any, server: Server) -> None:
    echo = {
        "detail": f"key {KEY} at https://host.example/a?signature=0123456789abcdef",
        "document": "patient Jane Doe",
    }
    server.inject(Fault("execute_agent", status=500, body=echo, headers={"Set-Cookie": "sid=1"}))
    with pytest.raises(APIError) as caught:
        client.agent.execute(prompt="Patient Jane Doe")
    report = caught.value.report()
    for secret in (KEY, "0123456789abcdef", "Jane Doe", "sid=1"):
        assert secret not in report
    assert f"job_id: {caught.value.job_id}" in report
    assert "outcome: unknown" in report


def test_a_report_of_a_job_error_has_the_job(client: Any) -> None:
    execution = client.agent.execute(prompt="Read it")
    with pytest.raises(WaitTimeoutError) as caught:
        client.executions.wait(execution.id, timeout=0)
    assert f"job_id: {execution.id}\njob_status: " in caught.value.report()


def test_an_error_before_any_request_has_a_report() -> None:
    assert ConfigurationError("No API key").report().endswith("error_type: configuration_error")


PROGRAM = """
import sys
from vlmrun import VLMRun
for _ in range(2):
    client = VLMRun(api_key="test-key-0123456789", base_url=sys.argv[1])
client.models.list()
"""


def run_program(server: Server, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, server.url],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stderr


@pytest.mark.slow
def test_the_variable_lets_the_logger_write(server: Server) -> None:
    written = run_program(server, VLMRUN_LOG="debug")
    assert written.count("GET /v1/models: 200") == 1
    assert KEY not in written
    assert run_program(server, VLMRUN_LOG="info") == ""
    assert run_program(server) == ""
    server.inject(Fault("list_models", status=503))
    assert "INFO vlmrun: retrying GET /v1/models in" in run_program(server, VLMRUN_LOG="INFO")


def test_a_bad_level_is_refused(
    connect: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VLMRUN_LOG", "loud")
    with pytest.raises(ConfigurationError, match="VLMRUN_LOG must be one of debug, info"):
        connect()
    assert logging.getLogger("vlmrun").propagate
