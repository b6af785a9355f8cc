"""Writing and listing the files of a directory."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest


def write(path: Path, content: str | bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)


def tree(directory: Path) -> dict[str, bytes]:
    """Every file below a directory, by its relative POSIX path."""
    return {
        path.relative_to(directory).as_posix(): path.read_bytes()
        for path in sorted(directory.rglob("*"))
        if path.is_file()
    }


def everything(directory: Path) -> list[str]:
    """Every file and folder below a directory, hidden ones too."""
    return sorted(os.path.relpath(path, directory) for path in directory.rglob("*"))


def refuse_to_open(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse to open files of a name: as root, no permission is missing."""
    real_open = os.open

    def refuse(path: str, *rest: Any) -> int:
        if Path(path).name == name:
            raise PermissionError(13, "Permission denied", path)
        return real_open(path, *rest)

    monkeypatch.setattr(os, "open", refuse)
