"""Upload and delete one file, and print the peak memory of this process in bytes.

python -m processes.upload_once BASE_URL FILE direct|presigned-url path|file sync|async
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from processes.memory import peak
from vlmrun import AsyncVLMRun, VLMRun


def upload(base_url: str, source: Any, method: Any) -> None:
    """Upload with the sync client."""
    with VLMRun(base_url=base_url, api_key="test") as client:
        file = client.files.upload(source, method=method)
        client.files.delete(str(file.id))


async def upload_async(base_url: str, source: Any, method: Any) -> None:
    """Upload with the async client."""
    async with AsyncVLMRun(base_url=base_url, api_key="test") as client:
        file = await client.files.upload(source, method=method)
        await client.files.delete(str(file.id))


def main(base_url: str, path: str, method: str, kind: str, client: str) -> None:
    """Upload a path or an open file, with the "sync" or the "async" client."""
    with ExitStack() as stack:
        source = Path(path) if kind == "path" else stack.enter_context(open(path, "rb"))
        if client == "async":
            asyncio.run(upload_async(base_url, source, method))
        else:
            upload(base_url, source, method)
    print(peak())


if __name__ == "__main__":
    main(*sys.argv[1:])
