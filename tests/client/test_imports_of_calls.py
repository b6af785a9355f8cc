"""P46: after `async with`, the event loop does not stand still for imports."""

from __future__ import annotations

import subprocess
import sys

import pytest

from vlmrun.testing import Server

# Reports each module that the thread of the event loop looks for.
START = """
import asyncio, io, sys, threading
from vlmrun import AsyncVLMRun

looked_for = []

class Finder:
    def find_spec(self, name, path=None, target=None):
        if threading.current_thread() is threading.main_thread():
            looked_for.append(name)
        return None
"""

OPENED = """
async def main():
    async with AsyncVLMRun("test", sys.argv[1]) as client:
        sys.meta_path.insert(0, Finder())
        file = lambda: io.BytesIO(b"abc")
        await client.healthcheck()
        await client.agent.execute(prompt="Describe it", inputs={"a": 1}, batch=False)
        await client.executions.list()
        stored = await client.files.upload(file(), filename="a.txt")
        await client.files.get(stored.id)
        await client.document.generate(file=file(), filename="a.txt", domain="document.invoice")
        await client.get_schema("document.invoice")
        await client.skills.create(prompt="Extract the total", name="totals")
        await client.skills.list()
        await client.image.generate("image.caption", urls=["https://example.com/a.png"])
        for resource in (client.datasets, client.fine_tuning, client.predictions, client.models):
            await resource.list()
        await client.hub.info()
        await client.gateway.health()
        try:
            await client.files.get("nothing")
        except Exception as error:
            print(type(error).__name__)
    sys.meta_path.pop(0)

asyncio.run(main())
"""

END = """
print(*(name for name in looked_for if not name.startswith("encodings")))
"""


NOT_OPENED = """
async def main():
    sys.meta_path.insert(0, Finder())
    client = AsyncVLMRun("test", sys.argv[1])
    await asyncio.gather(*(client.healthcheck() for _ in range(9)), client.executions.list())
    await client.aclose()
    sys.meta_path.pop(0)

asyncio.run(main())
assert "httpx" in sys.modules
looked_for = {"httpx", "vlmrun._async.http.transport"}.intersection(looked_for)
"""


@pytest.mark.slow
def test_p46_calls_import_nothing_in_the_event_loop(server: Server) -> None:
    assert run(OPENED, server) == ("", "ResourceNotFoundError\n\n")


@pytest.mark.slow
def test_p46_calls_import_httpx_in_a_thread_without_async_with(server: Server) -> None:
    assert run(NOT_OPENED, server) == ("", "\n")


def run(program: str, server: Server) -> tuple[str, str]:
    arguments = [sys.executable, "-c", START + program + END, server.url]
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=60, check=False)
    return done.stderr, done.stdout
