"""Each extra provides its features."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pydantic
import pytest
from PIL import Image

from vlmrun import AsyncVLMRun, VLMRun
from vlmrun.common.pdf import pdf_images
from vlmrun.common.video import VideoReader, VideoWriter
from vlmrun.common.viz import show_results
from vlmrun.testing import Server
from vlmrun.types import MarkdownTable, PredictionResponse

HELLO: Any = [{"role": "user", "content": "Hello"}]


@pytest.fixture
def image() -> Image.Image:
    """Create a red image."""
    return Image.new("RGB", (64, 48), "red")


def test_openai(vlmrun_client: VLMRun) -> None:
    completion = vlmrun_client.agent.completions.create(model="vlmrun-orion-1:auto", messages=HELLO)
    assert completion.choices[0].message.content
    chunks = vlmrun_client.agent.completions.create(
        model="vlmrun-orion-1:auto", messages=HELLO, stream=True
    )
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)


def test_openai_async(vlmrun_async_client: AsyncVLMRun) -> None:
    async def use() -> None:
        async with vlmrun_async_client as client:
            completion = await client.gateway.completions.create(
                model="zai-org/glm-ocr", messages=HELLO
            )
            assert completion.choices[0].message.content

    asyncio.run(use())


def test_openai_embeddings(vlmrun_client: VLMRun) -> None:
    found = vlmrun_client.gateway.embeddings.create(
        model="qwen/qwen3-vl-embedding-2b", input=["a cat"]
    )
    assert len(found.data[0].embedding) > 1


def test_images(vlmrun_client: VLMRun, image: Image.Image) -> None:
    prediction = vlmrun_client.image.generate("image.caption", images=[image], batch=False)
    assert prediction.status == "completed"


def test_pdf(tmp_path: Path, image: Image.Image) -> None:
    image.save(tmp_path / "page.pdf")
    (page,) = pdf_images(tmp_path / "page.pdf", dpi=72)
    assert page.image.getpixel((5, 5))[0] > 200


def test_video(tmp_path: Path) -> None:
    with VideoWriter(tmp_path / "video.mp4", fps=10) as writer:
        for number in range(5):
            writer.write(np.full((48, 64, 3), number * 40, np.uint8))
    with VideoReader(tmp_path / "video.mp4") as reader:
        assert len(reader) == 5
        assert reader[0].shape == (48, 64, 3)


def test_pandas() -> None:
    headers: Any = [{"id": "c0", "column": 0, "name": "Item"}]
    table = MarkdownTable(headers=headers, data=[{"c0": "Lens"}])
    assert table.to_dataframe("name")["Item"].tolist() == ["Lens"]


def test_tables(tmp_path: Path) -> None:
    import openpyxl
    import pyarrow.parquet

    prediction: PredictionResponse = PredictionResponse(id="p", response={"total": "=1+1"})
    sheet = openpyxl.load_workbook(prediction.to_excel(tmp_path / "a.xlsx")).active
    assert [cell.value for cell in sheet[2]][-1] == "=1+1"
    table = pyarrow.parquet.read_table(prediction.to_parquet(tmp_path / "a.parquet"))
    assert table["total"].to_pylist() == ["=1+1"]


def test_viz(image: Image.Image) -> None:
    assert "<table" in show_results([{"total": 12.5}], [image]).data


@pytest.mark.filterwarnings("default")  # of other packages
def test_hub() -> None:
    from vlmrun.hub.registry import registry

    assert "document.invoice" in registry


@dataclass
class Invoice:
    """A dataclass of a user."""

    total: float


class Receipt(pydantic.BaseModel):
    """The same with pydantic, which the extra `openai` installs."""

    total: float


@pytest.mark.parametrize("kind", [Invoice, Receipt])
def test_structured(vlmrun_client: VLMRun, vlmrun_server: Server, kind: Any) -> None:
    vlmrun_server.on_execute(lambda run: {"total": 12.5})
    execution = vlmrun_client.agent.execute(prompt="Add up", response_model=kind, batch=False)
    assert execution.parsed == kind(total=12.5)
