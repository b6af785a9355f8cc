"""`dry_run=True` reports what would be sent and cost, and sends nothing."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from vlmrun.errors import MissingFileError
from vlmrun.testing import Server
from vlmrun.types import BatchPlan

DOMAIN = "document.invoice"


def test_p87_a_dry_run_sends_nothing(client: Any, server: Server, pdf: Path) -> None:
    size = pdf.stat().st_size
    inputs = [pdf, {"left": pdf, "right": ("b.pdf", b"%PDF")}, {"note": "x"}, "missing.pdf"]

    items = list(client.agent.execute_many(inputs, prompt="Read it", dry_run=True))

    assert [item.plan for item in items] == [
        BatchPlan(1, size, 2),
        BatchPlan(2, size + 4, None),
        BatchPlan(0, 0, None),
        None,
    ]
    assert isinstance(items[3].error, MissingFileError)
    assert [(item.id, item.result) for item in items] == [(None, None)] * 4
    assert server.requests == []


@pytest.mark.parametrize(
    ("arguments", "credits"),
    [
        ({"domain": DOMAIN}, 4),
        ({"domain": DOMAIN, "config": {"detail": "hi", "grounding": True}}, 12),
        ({"domain": DOMAIN, "config": {"detail": "lo", "service_tier": "flex"}}, 1),
        ({"domain": DOMAIN, "config": {"page_indices": [0, 7]}}, 2),
        ({"domain": "document.markdown"}, 8),
        ({"skills": {"skill_name": "invoices"}}, None),
        ({"domain": DOMAIN, "model": "my-fine-tuned-model"}, None),
    ],
    ids=str,
)
def test_the_credits_of_documents_follow_the_price_list(
    client: Any, pdf: Path, arguments: Any, credits: float | None
) -> None:
    (item,) = client.document.generate_many([pdf], dry_run=True, **arguments)
    assert item.plan.credits == credits


def test_images_have_a_price_and_audio_has_none(client: Any) -> None:
    image = Image.new("RGB", (8, 8))
    inputs = [image, [image, image], "https://example.com/a.png"]
    plans = [item.plan for item in client.image.generate_many(inputs, DOMAIN, dry_run=True)]
    assert [(plan.files, plan.pages, plan.credits) for plan in plans] == [
        (1, 1, 2),
        (2, 2, 4),
        (0, 1, 2),
    ]
    (item,) = client.audio.generate_many([("a.mp3", b"ID3")], "audio.transcription", dry_run=True)
    assert item.plan == BatchPlan(1, 3)


def test_a_journal_says_which_items_would_cost_nothing(
    client: Any, server: Server, tmp_path: Path, pdf: Path
) -> None:
    journal = tmp_path / "runs.sqlite"
    list(client.document.generate_many([pdf], DOMAIN, journal=journal))
    server.clear()
    inputs = [pdf, ("other.pdf", b"%PDF-1.4 another")]
    plans = [
        item.plan
        for item in client.document.generate_many(inputs, DOMAIN, journal=journal, dry_run=True)
    ]
    assert [(plan.is_done, plan.credits) for plan in plans] == [(True, 0), (False, None)]
    assert server.requests == []


def test_without_pypdfium2_the_pages_are_unknown(
    client: Any, pdf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    (item,) = client.document.generate_many([pdf], DOMAIN, dry_run=True)
    assert (item.plan.pages, item.plan.credits) == (None, None)
