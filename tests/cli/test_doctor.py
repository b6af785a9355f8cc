"""`vlmrun doctor`: what it finds out, and what a report that is pasted somewhere must not show."""

from __future__ import annotations

import os
import ssl
import time
from email.utils import formatdate
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import trustme

from tests.cli.conftest import KEY, Command
from tests.tunnels import relay
from vlmrun.cli import doctor_network
from vlmrun.cli.doctor_checks import Redactor, check_base_url, check_extras, check_proxy
from vlmrun.cli.doctor_network import check_clock
from vlmrun.testing import Fault


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a busy machine take its time: nothing here is about the limit itself."""
    monkeypatch.setattr(doctor_network, "TIMEOUT", 120.0)


@pytest.fixture(autouse=True)
def no_certificates(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)


def report(vlm: Command, *arguments: str, code: int = 0) -> dict[str, dict[str, str]]:
    """Return the checks of a run by name."""
    import json

    result = vlm("doctor", "--json", *arguments)
    assert result.exit_code == code, result.output
    assert KEY not in result.output
    return {check["name"]: check for check in json.loads(result.stdout)}


def statuses(checks: dict[str, dict[str, str]]) -> dict[str, str]:
    return {name: check["status"] for name, check in checks.items()}


def test_a_healthy_installation(vlm: Command) -> None:
    checks = report(vlm)
    assert statuses(checks) == {
        "Versions": "ok",
        "Extras": "ok",
        "Config file": "ok",
        "API key": "ok",
        "Base URL": "ok",
        "Proxy": "ok",
        "Connection": "ok",
        "TLS": "skipped",
        "Clock": "ok",
        "API key accepted": "ok",
        "Gateway": "ok",
        "API key of the gateway": "ok",
    }
    assert checks["API key"]["detail"] == f"from environment, length {len(KEY)}"
    operations = [request.operation for request in vlm.server.requests]
    assert operations == ["check_health", "list_files", "list_chat_models"]
    # The first request is for the connection only, and needs no key.
    assert "authorization" not in vlm.server.requests[0].headers


def test_the_text_has_a_line_for_each_check(vlm: Command) -> None:
    lines = vlm.ok("doctor").splitlines()
    assert lines[0].startswith("ok       Versions: vlmrun ")
    assert lines[9] == "ok       API key accepted: yes"
    assert lines[-1] == "ok       API key of the gateway: accepted"
    assert len(lines) == 12


@pytest.mark.parametrize(
    ("env", "code", "failed"),
    [
        ({"VLMRUN_API_KEY": ""}, 3, "API key"),
        ({"VLMRUN_BASE_URL": "http://127.0.0.1:1/v1"}, 7, "Connection"),
        ({"VLMRUN_BASE_URL": "host/v1"}, 2, "Base URL"),
        ({"VLMRUN_PROFILE": "other"}, 2, "Config file"),
        ({"VLMRUN_API_KEY": "a\tkey-with-a-tab"}, 3, "API key accepted"),
    ],
)
def test_mistakes_have_a_remedy_and_an_exit_code(
    vlm: Command, env: dict[str, str], code: int, failed: str
) -> None:
    vlm.env.update(env)
    checks = report(vlm, code=code)
    assert [name for name, status in statuses(checks).items() if status == "failed"] == [failed]


@pytest.mark.parametrize(
    ("fault", "code", "check", "words"),
    [
        (Fault("list_files", status=401), 3, "API key accepted", "status"),
        (Fault("list_files", status=500), 7, "API key accepted", "status 500"),
        (Fault("check_health", status=503), 7, "Connection", "status 503"),
        (Fault("check_health", status=404), 7, "Connection", "status 404"),
        (Fault("check_health", reset="before_reading"), 7, "Connection", ""),
    ],
)
def test_problems_of_the_service(
    vlm: Command, fault: Fault, code: int, check: str, words: str
) -> None:
    vlm.server.inject(fault)
    checks = report(vlm, code=code)
    assert checks[check]["status"] == "failed"
    assert words in checks[check]["detail"]


def test_a_service_that_does_not_respond(vlm: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor_network, "TIMEOUT", 0.1)
    vlm.server.inject(Fault("check_health", delay=300))
    checks = report(vlm, code=7)
    assert checks["Connection"]["detail"] == "no response of 127.0.0.1 within 0.1 s"
    assert checks["API key accepted"]["status"] == "skipped"


def test_a_key_without_permission_is_a_warning(vlm: Command) -> None:
    vlm.server.inject(Fault("list_files", status=403))
    assert report(vlm)["API key accepted"]["status"] == "warning"


@pytest.mark.parametrize(
    ("fault", "gateway", "key"),
    [
        (Fault("list_chat_models", status=403), "ok", "warning"),
        (Fault("list_chat_models", status=401), "ok", "warning"),
        (Fault("list_chat_models", status=503), "warning", None),
        (Fault("list_chat_models", reset="before_reading"), "warning", None),
    ],
)
def test_a_problem_of_the_gateway_is_a_warning(
    vlm: Command, fault: Fault, gateway: str, key: str | None
) -> None:
    vlm.server.inject(fault)
    found = statuses(report(vlm))
    assert (found["Gateway"], found.get("API key of the gateway")) == (gateway, key)


def test_the_gateway_of_vlm_run_gets_no_key_of_another_server(vlm: Command) -> None:
    vlm.env.update({"VLMRUN_GATEWAY_BASE_URL": "", "VLMRUN_GATEWAY_URL": ""})
    assert report(vlm)["Gateway"]["status"] == "skipped"
    vlm.env["VLMRUN_GATEWAY_URL"] = f"{vlm.server.url}?token=secret-token"
    assert "secret-token" not in vlm("doctor").output


def test_a_damaged_config_file_does_not_end_the_report(vlm: Command, home: Path) -> None:
    (home / ".vlmrun").mkdir()
    (home / ".vlmrun/config.toml").write_text("api_key = \n")
    checks = report(vlm, code=1)
    assert "line 1" in checks["Config file"]["detail"]
    assert checks["API key accepted"]["status"] == "ok"
    del vlm.env["VLMRUN_API_KEY"]
    assert report(vlm, code=1)["API key"]["status"] == "failed"


@pytest.fixture
def authority(tmp_path: Path) -> trustme.CA:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    return authority


def test_tls(vlm: Command, authority: trustme.CA, tmp_path: Path) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    url = urlsplit(vlm.server.url)
    with relay((url.hostname or "", url.port or 0), context) as tls:
        vlm.env["VLMRUN_BASE_URL"] = f"https://{tls.address}/v1"
        checks = report(vlm, code=7)
        assert checks["TLS"]["status"] == "failed"
        assert "SSL_CERT_FILE" in checks["TLS"]["remedy"]
        vlm.env["SSL_CERT_FILE"] = str(tmp_path / "ca.pem")
        checks = report(vlm)
        assert "TLSv1.3" in checks["TLS"]["detail"]
        assert checks["Certificates"]["status"] == "ok"
    vlm.env["SSL_CERT_FILE"] = str(tmp_path / "missing.pem")
    assert report(vlm, code=2)["Certificates"]["status"] == "failed"


def test_a_server_without_tls_is_named(vlm: Command) -> None:
    vlm.env["VLMRUN_BASE_URL"] = vlm.server.url.replace("http:", "https:")
    assert report(vlm, code=7)["TLS"]["detail"] == "the server does not speak TLS"


def test_a_proxy_is_used_and_its_password_hidden(vlm: Command) -> None:
    with relay(credentials="me:hunter2") as proxy:
        vlm.env["HTTP_PROXY"] = vlm.env["http_proxy"] = f"http://me:hunter2@{proxy.address}"
        result = vlm("doctor")
        assert result.exit_code == 0
        assert f"http://[removed]@{proxy.address} is used" in result.stdout
        assert "hunter2" not in result.output
        assert "/health" in proxy.heads[0]
        vlm.env["HTTP_PROXY"] = vlm.env["http_proxy"] = f"http://{proxy.address}"
        checks = report(vlm, code=7)
        assert "407" in checks["Connection"]["detail"]
        assert "a user and a password" in checks["Connection"]["remedy"]


@pytest.mark.parametrize(
    "user", ["me:hunter2", "me:hun/hunter2", "me:h@hunter2", "me:hunter2 x", "hunter2"]
)
@pytest.mark.parametrize("scheme", ["http://", "", "pigeon://"])
def test_no_password_of_a_proxy_is_shown(vlm: Command, user: str, scheme: str) -> None:
    vlm.env["HTTP_PROXY"] = vlm.env["http_proxy"] = f"{scheme}{user}@127.0.0.1:1"
    result = vlm("doctor")
    assert "Proxy" in result.stdout
    assert "hunter2" not in result.output


def test_a_proxy_that_cannot_be_reached_is_named(vlm: Command) -> None:
    vlm.env["HTTP_PROXY"] = vlm.env["http_proxy"] = "http://127.0.0.1:1"
    checks = report(vlm, code=7)
    assert checks["Connection"]["detail"] == "the proxy 127.0.0.1 refused the connection"
    vlm.env["HTTP_PROXY"] = vlm.env["http_proxy"] = "carrier-pigeon://host"
    assert report(vlm, code=7)["Connection"]["status"] == "failed"


def test_which_proxy_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://proxy:3128")
    assert check_proxy("https://api.vlm.run/v1").detail.startswith("http://proxy:3128 is used")
    assert check_proxy("http://api.vlm.run/v1").detail.startswith("none is used")
    monkeypatch.setenv("no_proxy", "vlm.run")
    assert check_proxy("https://api.vlm.run/v1").detail.startswith("none is used")


def test_the_report_is_redacted(vlm: Command, home: Path) -> None:
    vlm.ok("config", "init")
    result = vlm("doctor")
    assert f"~{os.sep}.vlmrun" in result.stdout
    assert str(home) not in result.stdout


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("HTTP_PROXY=http://me:p@ss@proxy:1/", "HTTP_PROXY=http://[removed]@proxy:1/"),
        ("at https://host/x?signature=abc#d failed", "at https://host/x failed"),
        ("the key secret-key-1 of\nme", "the key [removed] of me"),
    ],
)
def test_secrets_are_removed(text: str, expected: str) -> None:
    redactor = Redactor()
    redactor.add("secret-key-1")
    redactor.add("k")
    redactor.add(None)
    assert redactor.text(text) == expected


def test_http_to_another_machine_is_a_warning() -> None:
    assert check_base_url("http://example.com/v1", "option").status == "warning"
    assert check_base_url("http://localhost:1/v1", "option").status == "ok"


@pytest.mark.parametrize(
    ("difference", "status", "words"),
    [(0, "ok", "same"), (59, "ok", "same"), (600, "warning", "ahead"), (-600, "warning", "behind")],
)
def test_the_clock(difference: float, status: str, words: str) -> None:
    now = time.time() // 1
    check = check_clock(formatdate(now, usegmt=True), now + difference)
    assert check.status == status
    assert words in check.detail


@pytest.mark.parametrize("date", [None, "", "yesterday", "Mon, 30 Nov 2026 25:99:99 GMT"])
def test_without_a_time_the_clock_is_not_compared(date: Any) -> None:
    assert check_clock(date, time.time()).status == "skipped"


def test_extras_that_are_missing_or_too_old_are_named() -> None:
    check = check_extras(
        [
            "httpx<1,>=0.25",
            'typer>=0.1; extra == "cli"',
            'rich>=9999.1; extra == "old"',
            "no-such-package>=1; python_version >= '3' and extra == 'absent'",
            'vlmrun[old]; extra == "all"',
        ]
    )
    assert check.status == "warning"
    assert check.detail.startswith("installed: cli; not complete: absent (no no-such-package), old")
    assert "needs 9999.1" in check.detail
    assert check.remedy == "pip install -U 'vlmrun[old]'"
    assert check_extras([]).detail == "installed: none"
