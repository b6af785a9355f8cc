"""Fixtures for waits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from vlmrun.testing.handlers.request import HandlerRequest


class _ChangedJob:
    """A job of the mock server that lists show otherwise."""

    def __init__(self, job: Any, change: Callable[[dict[str, Any]], None]) -> None:
        self._job, self._change = job, change

    def poll(self) -> dict[str, Any]:
        listed: dict[str, Any] = self._job.as_json()
        self._change(listed)
        return listed


@pytest.fixture
def change_lists(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Change the jobs in lists of the mock server, but not those that are requested by id."""

    def change(function: Callable[[dict[str, Any]], None]) -> None:
        page = HandlerRequest.page
        monkeypatch.setattr(
            HandlerRequest,
            "page",
            lambda self, jobs: [_ChangedJob(job, function) for job in page(self, jobs)],
        )

    return change
