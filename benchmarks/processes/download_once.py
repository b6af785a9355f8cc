"""Download one artifact into a folder and print the peak memory of this process in bytes.

python -m processes.download_once BASE_URL NAMESPACE OBJECT_ID FOLDER sync|async
"""

from __future__ import annotations

import asyncio
import sys

from processes.memory import peak
from vlmrun import AsyncVLMRun, VLMRun


def download(base_url: str, namespace: str, object_id: str, folder: str) -> None:
    """Download with the sync client."""
    with VLMRun(base_url=base_url, api_key="test") as client:
        client.artifacts.download(object_id, execution_id=namespace, to=folder).unlink()


async def download_async(base_url: str, namespace: str, object_id: str, folder: str) -> None:
    """Download with the async client."""
    async with AsyncVLMRun(base_url=base_url, api_key="test") as client:
        path = await client.artifacts.download(object_id, execution_id=namespace, to=folder)
        path.unlink()


def main(base_url: str, namespace: str, object_id: str, folder: str, client: str) -> None:
    """Download with the "sync" or the "async" client."""
    if client == "async":
        asyncio.run(download_async(base_url, namespace, object_id, folder))
    else:
        download(base_url, namespace, object_id, folder)
    print(peak())


if __name__ == "__main__":
    main(*sys.argv[1:])
