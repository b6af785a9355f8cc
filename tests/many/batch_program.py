"""A program that runs a batch with a journal, for tests that kill it.

    python -m tests.many.batch_program URL FOLDER JOURNAL sync|async

It executes an agent for each file of the folder, or generates predictions, if the folder has
folders named after media. It prints a line of JSON for each item as soon as it is yielded.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from vlmrun import AsyncVLMRun, VLMRun
from vlmrun._async.many import submission_lookup as async_lookup
from vlmrun._sync.many import submission_lookup as sync_lookup

KEY = "test-key-0123456789"

DOMAINS = {
    "document": "document.invoice",
    "image": "document.invoice",
    "audio": "audio.transcription",
    "video": "video.transcription",
}

# Seconds in which requests of killed processes arrive: the server is on this machine.


def shorten_pauses(set: Callable[..., None] = setattr) -> None:
    """Wait for the requests of killed processes as long as they take here.

    Args:
        set: Sets an attribute of a module; in tests, `monkeypatch.setattr` restores it.
    """
    for module in (sync_lookup, async_lookup):
        set(module, "_MAY_ARRIVE", 1.0)
        set(module, "_MIN_SETTLE", 0.1)


def report(item: Any) -> None:
    error = None if item.error is None else f"{type(item.error).__name__}: {item.error}"
    line = {"index": item.index, "id": item.id, "error": error, "old": item.from_journal}
    print(json.dumps(line), flush=True)


def batches(client: Any, folder: str, journal: str) -> Iterator[Any]:
    media = [name for name in DOMAINS if (Path(folder) / name).is_dir()]
    for name in media:
        yield getattr(client, name).generate_many(
            Path(folder) / name, DOMAINS[name], journal=journal, in_order=False
        )
    if not media:
        yield client.agent.execute_many(folder, prompt="Read it", journal=journal, in_order=False)


def run(url: str, folder: str, journal: str) -> None:
    with VLMRun(KEY, base_url=url) as client:
        for items in batches(client, folder, journal):
            for item in items:
                report(item)


async def run_async(url: str, folder: str, journal: str) -> None:
    async with AsyncVLMRun(KEY, base_url=url) as client:
        for items in batches(client, folder, journal):
            async for item in items:
                report(item)


def main(url: str, folder: str, journal: str, kind: str) -> None:
    shorten_pauses()
    if kind == "sync":
        run(url, folder, journal)
    else:
        asyncio.run(run_async(url, folder, journal))


def run_forked(output: str, *arguments: str) -> None:
    """Run in a process that was forked from one which has imported everything."""
    descriptor = os.open(output, os.O_WRONLY | os.O_CREAT)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    main(*arguments)


if __name__ == "__main__":
    main(*sys.argv[1:])
