"""Time of a call with many files, relative to the upload of one."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from time import perf_counter

from installation import Installation
from measurement import Measurement, interleave, ratios
from processes import run_server

from vlmrun import AsyncVLMRun, VLMRun

ROUNDS = 5
FILES = 100
DELAY = 0.05
TARGET = 15.0

_serial = count()


def measure(installation: Installation) -> Iterator[Measurement]:
    """Measure both clients; each file has another content, since the same is uploaded once."""
    with run_server("processes.upload_server", str(DELAY)) as server:
        for client in ("sync", "async"):

            def many(client: str = client) -> float:
                return _time(server.url, _files(installation.folder, FILES), client)

            def one(client: str = client) -> float:
                return _time(server.url, _files(installation.folder, 1), client)

            costs = interleave({"many": many, "one": one}, ROUNDS)
            name = f"time: {FILES} paths in one inputs / one upload, {client}"
            yield Measurement(name, ratios(costs["many"], costs["one"]), "x", TARGET)


def _files(folder: Path, number: int) -> list[Path]:
    paths = [folder / f"page-{index}.txt" for index in range(number)]
    for path in paths:
        path.write_text(f"Page {next(_serial)}")
    return paths


def _time(base_url: str, paths: list[Path], client: str) -> float:
    return asyncio.run(_async(base_url, paths)) if client == "async" else _sync(base_url, paths)


def _sync(base_url: str, paths: list[Path]) -> float:
    with VLMRun(base_url=base_url, api_key="test") as client:
        client.healthcheck()
        started = perf_counter()
        if len(paths) == 1:
            client.files.upload(paths[0])
        else:
            inputs = {path.stem: path for path in paths}
            client.agent.execute(prompt="Read them", inputs=inputs)
        return perf_counter() - started


async def _async(base_url: str, paths: list[Path]) -> float:
    async with AsyncVLMRun(base_url=base_url, api_key="test") as client:
        await client.healthcheck()
        started = perf_counter()
        if len(paths) == 1:
            await client.files.upload(paths[0])
        else:
            inputs = {path.stem: path for path in paths}
            await client.agent.execute(prompt="Read them", inputs=inputs)
        return perf_counter() - started
