"""A fixture that creates directories with a skill."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from .files import write

GOOD = "---\nname: my-skill\ndescription: Reads invoices\n---\n\n# Steps\n"

WriteFiles = Callable[..., Path]


@pytest.fixture
def make_skill(tmp_path: Path) -> WriteFiles:
    """Make a directory with files in it; SKILL.md is a good one unless given."""

    def make(
        files: Mapping[str, str | bytes | None] | None = None, folder: str = "my-skill"
    ) -> Path:
        directory = tmp_path / folder
        directory.mkdir(parents=True)
        for name, content in {"SKILL.md": GOOD, **(files or {})}.items():
            if content is not None:
                write(directory / name, content)
        return directory

    return make
