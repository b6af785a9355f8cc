"""Run a batch of so many items, and print the peak memory of this process in bytes.

python -m processes.batch_once BASE_URL COUNT sync|async
"""

from __future__ import annotations

import asyncio
import sys

from processes.memory import peak
from vlmrun import AsyncVLMRun, VLMRun


def run(base_url: str, count: int) -> int:
    """Return the number of results of the sync client."""
    with VLMRun(base_url=base_url, api_key="test") as client:
        inputs = ({"number": number} for number in range(count))
        items = client.agent.execute_many(inputs, prompt="Read it")
        return sum(item.error is None for item in items)


async def run_async(base_url: str, count: int) -> int:
    """Return the number of results of the async client."""
    async with AsyncVLMRun(base_url=base_url, api_key="test") as client:
        inputs = ({"number": number} for number in range(count))
        items = client.agent.execute_many(inputs, prompt="Read it")
        return sum([item.error is None async for item in items])


def main(base_url: str, count: str, kind: str) -> None:
    """Run the batch with the "sync" or the "async" client."""
    expected = int(count)
    if kind == "async":
        done = asyncio.run(run_async(base_url, expected))
    else:
        done = run(base_url, expected)
    assert done == expected
    print(peak())


if __name__ == "__main__":
    main(*sys.argv[1:])
