"""Fixtures for the tests of recovery."""

from __future__ import annotations

import pytest


@pytest.fixture
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retry almost immediately."""
    monkeypatch.setattr("vlmrun._core.retry.FIRST_PAUSE", 0.005)
    monkeypatch.setattr("vlmrun._core.retry.LONGEST_PAUSE", 0.02)
