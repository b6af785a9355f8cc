"""Whatever can fail locally fails before a paid request is sent."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.faults import without_descriptors
from tests.faults.paid_operations import PAID
from tests.faults.raw_server import Connection, raw_server, response

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit of descriptors"),
]

CHUNK = {"id": "c1", "choices": [{"index": 0, "delta": {"content": "Hi"}, "finish_reason": "stop"}]}
# It fits every operation: each reads its own fields.
ANYTHING: dict[str, Any] = {
    "id": "e1",
    "name": "n",
    "status": "completed",
    "response": {"json_schema": {}, "schema_version": "1", "schema_hash": "h"},
    "choices": [
        {"index": 0, "message": {"role": "assistant", "content": "Hi"}, "finish_reason": "stop"}
    ],
    "data": [{"index": 0, "embedding": [0.5], "object": "embedding"}],
    "text": "Hi",
    "answers": {"q": {"type": "noul", "noul": 1.0}},
}


_BAD_GATEWAY = b"<html><title>Bad gateway</title>"
_DATE = "Retry-After: Wed, 21 Oct 2026 07:28:00 GMT"


def answer(request: bytes) -> bytes:
    if b'"stream":true' in request:
        events = f"data: {json.dumps(CHUNK)}\n\ndata: [DONE]\n\n".encode()
        return response(events, "200 OK", "Content-Type: text/event-stream")
    body = json.dumps(ANYTHING).encode()
    return response(body, "200 OK", "Content-Type: application/json")


def respond(connection: Connection, request: bytes, outcome: str) -> None:
    is_paid = request.startswith(b"POST ") and not request.startswith(b"POST /v1/files")
    failures = {
        "unknown": response(_BAD_GATEWAY, "502 Bad Gateway", "Content-Type: text/html"),
        "refused": response(b"{}", "503 Service Unavailable", _DATE),
        "accepted": response(b"{", "200 OK", "Content-Type: application/json"),
    }
    connection.send(failures[outcome] if is_paid and outcome else answer(request))


def test_every_paid_operation_is_called() -> None:
    assert without_descriptors.CALLS.keys() == set(PAID)


@pytest.mark.parametrize("outcome", ["", "unknown", "refused", "accepted"])
@pytest.mark.parametrize("kind", ["sync", "async"])
def test_p51_nothing_is_opened_or_imported_after_a_paid_request_was_sent(
    tmp_path: Path, kind: str, outcome: str
) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.4\n%%EOF\n")
    script = Path(without_descriptors.__file__)
    with raw_server(lambda c: respond(c, raw.requests[-1], outcome)) as raw:
        done = subprocess.run(
            [sys.executable, script, raw.url, kind, tmp_path, outcome],
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
    assert done.stdout.splitlines() == []
    assert done.returncode == 0, done.stderr
