"""Chromium, as Debian installs it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@contextmanager
def open_report(path: Path, **options: Any) -> Iterator[tuple[Any, list[str]]]:
    """Yield a page with a report, and a list of what must not happen: it stays empty."""
    if CHROMIUM is None:
        pytest.skip("chromium is not installed")
    from playwright.sync_api import sync_playwright

    events: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-background-networking"]
        )
        try:
            page = browser.new_page(viewport={"width": 1200, "height": 800}, **options)
            page.on("request", lambda request: events.append(f"request {request.url[:80]}"))
            page.on("console", lambda message: events.append(f"console {message.text}"))
            page.on("pageerror", lambda error: events.append(f"error {error}"))
            page.on("dialog", lambda dialog: events.append(f"dialog {dialog.message}"))
            page.goto(path.as_uri())
            events[:] = [
                each for each in events if not each.startswith(("request file:", "request data:"))
            ]
            yield page, events
        finally:
            browser.close()
