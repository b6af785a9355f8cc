"""A PDF of many pages, as a scanner or a text processor writes it, and its grounded response."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

from PIL import Image, ImageDraw, ImageFont
from pypdf import PdfReader, PdfWriter

REFERRAL = Path(__file__).resolve().parent.parent.parent / "examples/inputs/referral.pdf"


def text_pdf(pages: int) -> bytes:
    """Return a PDF of so many pages of text, which are drawn as vectors."""
    writer = PdfWriter()
    source = PdfReader(REFERRAL)
    for index in range(pages):
        writer.add_page(source.pages[index % len(source.pages)])
    return _written(writer)


def scanned_pdf(pages: int) -> bytes:
    """Return a PDF of so many scans, with the noise of paper, at 150 dpi."""
    random = Random(3)
    writer = PdfWriter()
    font = ImageFont.load_default(22)
    for number in range(pages):
        scan = Image.effect_noise((1240, 1754), 12).point(lambda level: min(level + 110, 255))
        draw = ImageDraw.Draw(scan)
        for row in range(50):
            words = " ".join(f"{random.randrange(10**6):06}" for _ in range(11))
            draw.text((80, 90 + 32 * row), f"{number + 1:03} {words}", fill=20, font=font)
        buffer = BytesIO()
        scan.save(buffer, "PDF", resolution=150, quality=75)
        writer.append(buffer)
    return _written(writer)


def grounded(pages: int, boxes: int, prefix: str = "field_") -> dict[str, Any]:
    """Return a response with so many boxes on each page."""
    rows = []
    for page in range(pages):
        row: dict[str, Any] = {}
        for index in range(boxes):
            xywh = [0.1 + 0.4 * (index % 2), 0.05 + 0.9 * (index // 2) / boxes * 2, 0.25, 0.02]
            confidence = ("hi", "hi", "med", "low")[index % 4]
            row[f"{prefix}{index}"] = f"value {index} of page {page}"
            box = {"bbox": {"xywh": xywh}, "content": f"value {index}", "page": page}
            row[f"{prefix}{index}_metadata"] = {"confidence": confidence, "bboxes": [box]}
        rows.append(row)
    return {"rows": rows}


def _written(writer: PdfWriter) -> bytes:
    buffer = BytesIO()
    writer.write(buffer)
    return buffer.getvalue()
