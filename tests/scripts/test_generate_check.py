"""`scripts.generate --check` reports every difference and changes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.scripts.conftest import Contents

pytestmark = pytest.mark.slow


def test_missing_extra_and_changed_files_are_named(
    generate: Any, project: Path, paths: list[str | Path], contents: Contents
) -> None:
    package = project / "small_api"
    (package / "models/owner.py").unlink()
    (package / "models/of_old.py").write_text("# Derived from openapi.yaml by `make generate`.\n")
    (package / "extra.txt").write_text("")
    thing = package / "models/thing.py"
    thing.write_text(thing.read_text("utf-8").replace("A thing.", "A thing, edited."), "utf-8")
    before = contents(project)

    done = generate("--check", *paths)

    assert done.returncode == 1
    first, summary, diff = done.stdout.split("\n\n", 2)
    assert first == (
        "The derived trees are out of date: run `make generate` and commit what it changes."
    )
    assert summary.splitlines() == [
        "Files:",
        f"  {package}: 1 missing, 1 stale, 1 extra, 1 changed",
        f"  missing  {package}/models/owner.py",
        f"  stale    {package}/models/of_old.py",
        f"  extra    {package}/extra.txt",
        f"  changed  {package}/models/thing.py",
    ]
    assert diff.startswith(f"--- {package}/models/thing.py\n")
    assert '-    """A thing, edited."""' in done.stdout
    assert '+    """A thing."""' in done.stdout
    assert contents(project) == before
