"""The names and objects that the calls of documented_calls.txt use."""

from __future__ import annotations

import asyncio
import base64
import importlib
import io
import os
import shutil
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import pydantic

from vlmrun.client import VLMRun
from vlmrun.client.types import AgentCreationConfig, AgentExecutionConfig, GenerationConfig
from vlmrun.common.video import VideoWriter
from vlmrun.types import MessageContent

EXAMPLES = Path(__file__).parents[2] / "examples"
MODEL = "vlmrun-orion-1:auto"
HELLO: list[Any] = [{"role": "user", "content": "Hello"}]
MODULES = (
    *("vlmrun.types", "vlmrun.client.types", "vlmrun.client.exceptions", "vlmrun.constants"),
    *(f"vlmrun.common.{name}" for name in ("image", "pdf", "video", "viz", "utils", "webhook")),
    *("vlmrun.common.pydantic", "vlmrun.client"),
)
LIBRARIES = ("asyncio", "copy", "hmac", "json", "openai", "pandas", "pickle", "pydantic")


class Invoice(pydantic.BaseModel):
    """A typed response."""

    invoice_id: str
    total: float | None = None


class Inputs(pydantic.BaseModel):
    """Typed inputs."""

    file: MessageContent


class Dated(pydantic.BaseModel):
    """A model with a date."""

    issued: date


def raises(errors: Any, call: Callable[[], Any]) -> None:
    """Check that a call raises one of the errors."""
    try:
        call()
    except errors:
        return
    raise AssertionError("The call did not fail")


async def ask_async(completions: Any, model: str) -> Any:
    """Ask once."""
    return await completions.create(model=model, messages=HELLO)


async def gather_async(completions: Any, model: str) -> Any:
    """Ask twice at the same time."""
    return await asyncio.gather(*(ask_async(completions, model) for _ in range(2)))


async def stream_async(completions: Any, model: str) -> Any:
    """Read a stream."""
    stream = await completions.create(model=model, messages=HELLO, stream=True)
    return [chunk.choices async for chunk in stream]


def without_key() -> VLMRun:
    """Create a client without an API key."""
    key = os.environ.pop("VLMRUN_API_KEY")
    try:
        return VLMRun()
    finally:
        os.environ["VLMRUN_API_KEY"] = key


def create_objects(url: str, folder: Path) -> dict[str, Any]:
    """Return the names that the calls use, among them a client of the server at `url`."""
    names: dict[str, Any] = {name: importlib.import_module(name) for name in LIBRARIES}
    for module in map(importlib.import_module, MODULES):
        # Some modules create a name when it is first accessed.
        public = getattr(module, "__all__", None) or dir(module)
        names |= {name: getattr(module, name) for name in public}
    names |= vars(importlib.import_module("datetime")) | vars(importlib.import_module("typing"))
    names |= {"uuid4": importlib.import_module("uuid").uuid4, "Path": Path, "open": open}
    names |= {each.__name__: each for each in (Invoice, Inputs, Dated, raises, without_key)}
    names |= {each.__name__: each for each in (ask_async, gather_async, stream_async)}
    names |= _files(folder)
    client = VLMRun(api_key="test", base_url=url, gateway_url=url)
    return names | {"url": url, "client": client} | _created(client, names)


def _files(folder: Path) -> dict[str, Any]:
    """Write the files that calls read."""
    for name in ("referral.pdf", "invoice.png"):
        shutil.copy(EXAMPLES / "inputs" / name, folder / name)
    shutil.copytree(EXAMPLES / "skills/patient-referral", folder / "patient-referral")
    (folder / "empty").mkdir()
    (folder / "a.mp3").write_bytes(b"ID3 sound")
    for name in ("a.mp4", "other.mp4"):
        with VideoWriter(folder / name, fps=10) as writer:
            for level in range(20):
                writer.write(np.full((48, 64, 3), 5 * level + len(name), np.uint8))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("SKILL.md", "---\nname: demo\ndescription: Does it\n---\nDo it.\n")
    (folder / "skill.zip").write_bytes(buffer.getvalue())
    return {
        "pdf": folder / "referral.pdf",
        "image": folder / "invoice.png",
        "audio": folder / "a.mp3",
        "video": folder / "a.mp4",
        "video_copy": folder / "other.mp4",
        "folder": folder / "patient-referral",
        "archive": folder / "skill.zip",
        "bundle": base64.b64encode(buffer.getvalue()).decode(),
        "pil": PIL.Image.new("RGB", (8, 8)),
    }


def _created(client: VLMRun, files: dict[str, Any]) -> dict[str, Any]:
    """Create the objects that calls refer to."""
    pdf, schema = files["pdf"], Invoice.model_json_schema()
    link = "https://example.com/referral.pdf"
    config = GenerationConfig(grounding=True, confidence=True)
    answer = {"type": "json_schema", "schema": schema}
    chat: Any = client.agent.completions.create(model=MODEL, messages=HELLO)
    typed: Any = client.agent.completions.create(
        model=MODEL, messages=HELLO, response_format=answer
    )
    invoice, file = "document.invoice", client.files.upload(pdf)
    markdown = client.document.generate(file=pdf, domain="document.markdown").response
    reader = AgentExecutionConfig(prompt="Read", json_schema=schema)
    return {
        "MODEL": MODEL,
        "HELLO": HELLO,
        "SCHEMA": schema,
        "WHEN": "2026-01-02T03:04:05Z",
        "pdf_url": link,
        "content": MessageContent(type="file_url", file_url={"url": link}),
        "parts": [{"type": "text", "text": "Read"}, {"type": "input_file", "file_id": file.id}],
        "config": AgentExecutionConfig(prompt="Read"),
        "file": file,
        "file_image": client.files.upload(files["image"]),
        "agent": client.agent.create(AgentCreationConfig(prompt="Read it"), name="reader"),
        "submitted": client.agent.execute("reader"),
        "execution": client.agent.execute("reader", batch=False),
        "typed": client.agent.execute(config=reader, batch=False),
        "prediction": client.document.generate(file=pdf, domain=invoice),
        "grounded": client.document.generate(file=pdf, domain=invoice, config=config),
        "markdown": markdown,
        "skill": client.skills.create_from_directory(files["folder"]),
        "chat": chat,
        "chat_typed": typed,
        "dataset": client.datasets.create(invoice, files["folder"], "name", "documents"),
        "tuning": client.fine_tuning.create("vlm-1", file.id or ""),
    }
