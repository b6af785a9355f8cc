"""The twins have the same surface, and put the same bytes on the wire."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import Any

import pytest

import vlmrun.testing
from tests.twins import AsyncTwin, SyncTwin, Twin
from vlmrun import AsyncVLMRun, VLMRun
from vlmrun.client.types import AgentSkill
from vlmrun.types import FileUrl, MessageContent

ASYNC_ONLY = {"aclose", "__aenter__", "__aexit__"}
SYNC_ONLY = {"__enter__", "__exit__"}
RESOURCES = ["agent", "executions", "predictions", "files", "skills", "models"]


def public(cls: type[Any]) -> set[str]:
    return {name for name in dir(cls) if not name.startswith("_") or name in ASYNC_ONLY | SYNC_ONLY}


def pairs() -> list[tuple[str, type[Any], type[Any]]]:
    one, other = AsyncVLMRun("key"), VLMRun("key")
    resources = [(name, type(getattr(one, name)), type(getattr(other, name))) for name in RESOURCES]
    return [("client", AsyncVLMRun, VLMRun), *resources]


@pytest.mark.parametrize(("name", "one", "other"), pairs(), ids=lambda value: str(value))
def test_same_names_with_the_same_signatures(name: str, one: type[Any], other: type[Any]) -> None:
    assert public(one) - ASYNC_ONLY == public(other) - SYNC_ONLY
    for member in sorted(public(one) - ASYNC_ONLY):
        asynchronous, synchronous = getattr(one, member), getattr(other, member)
        if not inspect.isfunction(asynchronous):
            assert type(asynchronous) is type(synchronous), member
            continue
        in_words = str(inspect.signature(asynchronous)).replace("Async", "")
        assert in_words == str(inspect.signature(synchronous)).replace("Async", ""), member
        assert not inspect.iscoroutinefunction(synchronous), member


def test_every_resource_of_the_client_is_compared() -> None:
    resources = {
        name
        for name in public(VLMRun)
        if type(getattr(VLMRun("key"), name)).__module__.startswith("vlmrun._sync")
        and inspect.getattr_static(VLMRun, name).__class__.__name__ == "cached_property"
    }
    assert resources == {*RESOURCES, "low_level"}


def conversation(client: Any, pdf: Path, skill_directory: Path) -> None:
    """At least one call of each operation that the twins can send."""
    client.healthcheck()
    client.models.list()
    file = client.files.upload(pdf)
    client.files.upload(pdf, "vision", "presigned-url", force=True)
    client.files.get_cached_file(pdf)
    client.files.list(limit=3)
    client.files.get(file.id, generate_public_url=False)
    client.files.generate_presigned_url({"filename": "a.pdf", "expiration": 60})
    stored = client.skills.create_from_directory(skill_directory)
    client.skills.create(prompt="Add up", json_schema={"type": "object"}, name="é", description="d")
    client.skills.list(grouped=True, order_by="name")
    client.skills.get(id=stored.skill_id)
    client.skills.get(name="patient-referral", skill_version="latest")
    client.skills.update(stored.skill_id, description="New")
    client.skills.download(stored.skill_id, expires=60)
    agent = client.agent.create({"prompt": "Read"}, name="reader", inputs={"file": pdf})
    client.agent.list()
    client.agent.get(name="reader")
    client.agent.get_by_id(agent.id)
    execution = client.agent.execute(
        inputs={
            "url": MessageContent(type="file_url", file_url=FileUrl(url="https://a.b/c?d=ü")),
            "path": pdf,
            "null": None,
            "number": 1.10,
        },
        prompt="Read",
        skills=[stored, AgentSkill.from_directory(skill_directory)],
        toolsets=["core"],
        options={"headers": {"x-run": "7"}},
    )
    client.executions.get(execution.id)
    client.executions.wait(execution.id)
    list(client.executions.iterate(page_size=1))
    client.predictions.get(execution.id)
    client.predictions.list(skip=1)
    client.files.delete(file.id)


def wire(twin: Twin, pdf: Path, skill_directory: Path) -> list[Any]:
    with vlmrun.testing.serve(polls=0) as server:
        client = twin.client(api_key="key-0123456789", base_url=server.url)
        conversation(client, pdf, skill_directory)
        twin.close()
        return [
            tuple(
                without_chance(part, server.url)
                for part in (
                    f"{request.method} {request.path} {sorted(request.query.items())}".encode(),
                    repr(sorted(request.headers.items())).encode(),
                    request.body or b"",
                )
            )
            for request in server.requests
        ]


def without_chance(data: bytes, url: str) -> bytes:
    """The bytes less what differs from server to server and from form to form."""
    data = data.replace(url.split("/")[2].encode(), b"HOST")
    data = re.sub(rb"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", b"ID", data)
    data = re.sub(rb"/storage/[\w/-]+", b"/storage/TOKEN", data)
    return re.sub(rb"[0-9a-f]{32}(?=(\r\n|--|'))", b"BOUNDARY", data)


def test_same_bytes_on_the_wire(pdf: Path, skill_directory: Path) -> None:
    by_sync, by_async = (wire(twin(), pdf, skill_directory) for twin in (SyncTwin, AsyncTwin))
    assert len(by_sync) > 30
    assert by_sync == by_async
