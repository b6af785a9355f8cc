"""Create one dataset and print the peak memory of this process in bytes.

python -m processes.dataset_once BASE_URL DIRECTORY sync|async
"""

from __future__ import annotations

import asyncio
import sys

from processes.memory import peak
from vlmrun import AsyncVLMRun, VLMRun


def create(base_url: str, directory: str) -> None:
    """Create it with the sync client."""
    with VLMRun(base_url=base_url, api_key="test") as client:
        client.datasets.create("document.invoice", directory, "benchmark", "documents")


async def create_async(base_url: str, directory: str) -> None:
    """Create it with the async client."""
    async with AsyncVLMRun(base_url=base_url, api_key="test") as client:
        await client.datasets.create("document.invoice", directory, "benchmark", "documents")


def main(base_url: str, directory: str, client: str) -> None:
    """Create it with the "sync" or the "async" client."""
    if client == "async":
        asyncio.run(create_async(base_url, directory))
    else:
        create(base_url, directory)
    print(peak())


if __name__ == "__main__":
    main(*sys.argv[1:])
