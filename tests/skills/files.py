"""Writing and listing the files of a directory."""

from __future__ import annotations

import os
from pathlib import Path


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
