"""A program that ends in the middle of a batch, without closing it.

python -m tests.many.unclosed_program URL JOURNAL sync|async|raises
"""

from __future__ import annotations

import asyncio
import sys
from itertools import count
from typing import Any

from tests.many.batch_program import KEY
from vlmrun import AsyncVLMRun, VLMRun

LEFT: list[Any] = []


def start(client: Any, journal: str) -> Any:
    inputs = ({"number": number} for number in count())
    LEFT.append(client.agent.execute_many(inputs, prompt="Read it", journal=journal))
    return LEFT[0]


async def run_async(url: str, journal: str, kind: str) -> None:
    async for item in start(AsyncVLMRun(KEY, base_url=url), journal):
        print(item.index, flush=True)
        break
    if kind == "raises":
        raise SystemExit(3)


if __name__ == "__main__":
    url, journal, kind = sys.argv[1:]
    if kind == "sync":
        print(next(start(VLMRun(KEY, base_url=url), journal)).index, flush=True)
    else:
        asyncio.run(run_async(url, journal, kind))
