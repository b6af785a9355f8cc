"""Create one dataset, and print the most memory that this took, in bytes.

python -m processes.dataset_once BASE_URL DIRECTORY sync|async
"""

from __future__ import annotations

import asyncio
import sys

from processes.memory import peak
from vlmrun import AsyncVLMRun, VLMRun


def create(base_url: str, directory: str) -> None:
    """Create it with the synchronous client."""
    with VLMRun(base_url=base_url, api_key="test") as client:
        client.datasets.create("document.invoice", directory, "benchmark", "documents")


async def create_async(base_url: str, directory: str) -> None:
    """Create it with the asynchronous client."""
    async with AsyncVLMRun(base_url=base_url, api_key="test") as client:
        await client.datasets.create("document.invoice", directory, "benchmark", "documents")


def main(base_url: str, directory: str, face: str) -> None:
    """Create it in the way that the arguments say."""
    if face == "async":
        asyncio.run(create_async(base_url, directory))
    else:
        create(base_url, directory)
    print(peak())


if __name__ == "__main__":
    main(*sys.argv[1:])
