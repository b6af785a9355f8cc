"""Memory use of the server during an upload of 256 MB."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import httpx
import pytest

from tests.plain_http import PLAIN

SIZE = 256 * 1024 * 1024
BLOCK = bytes(1024 * 1024)
MAX_GROWTH = 32 * 1024 * 1024

SERVER = """
import resource, sys
import httpx
from vlmrun.testing import serve

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

with serve() as server:
    httpx.post(f"{server.url}/files", files={"file": ("a", b"x")},
               headers={"Authorization": "Bearer x"})
    before = peak()
    print(server.url, flush=True)
    sys.stdin.readline()
    print(peak() - before, max(each.size for each in server.requests), flush=True)
"""


def form() -> Iterator[bytes]:
    yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n\r\n'
    yield from body()
    yield b"\r\n--b--\r\n"


def body() -> Iterator[bytes]:
    for _ in range(SIZE // len(BLOCK)):
        yield BLOCK


@pytest.mark.slow
@pytest.mark.parametrize("method", ["form", "presigned"])
def test_p35_large_upload_is_not_held_in_memory(method: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        headers = {"Authorization": "Bearer x"}
        with httpx.Client(base_url=url, headers=headers, timeout=120, **PLAIN) as http:
            if method == "form":
                content_type = {"Content-Type": "multipart/form-data; boundary=b"}
                file = http.post("/files", content=form(), headers=content_type).json()
            else:
                slot = http.post("/files/presigned-url", json={"filename": "a.bin"}).json()
                content_type = {"Content-Type": slot["content_type"]}
                put = httpx.put(
                    slot["url"], content=body(), headers=content_type, timeout=120, **PLAIN
                )
                assert put.status_code == 200, put.text
                file = http.get(f"/files/verify-upload/{slot['id']}").json()
        process.stdin.write("\n")
        process.stdin.flush()
        growth, received = map(int, process.stdout.readline().split())
        process.communicate(timeout=60)
    assert file["bytes"] == SIZE
    assert received >= SIZE
    # ru_maxrss is in bytes on macOS, in KiB elsewhere.
    unit = 1 if sys.platform == "darwin" else 1024
    assert growth * unit < MAX_GROWTH
