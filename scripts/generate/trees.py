"""Derived folders: list their files, mark them as derived, and replace them."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

DERIVED_MARK = "# Derived from "
_CACHE = "__pycache__"


def files_in(folder: Path) -> list[str]:
    """Return all files below a folder except bytecode, as sorted paths with slashes."""
    paths = (path for path in folder.rglob("*") if path.is_file() or path.is_symlink())
    inside = (path.relative_to(folder) for path in paths)
    return sorted(path.as_posix() for path in inside if _CACHE not in path.parts)


def write_header(path: Path, source: str) -> None:
    """Insert the first line of a derived file, which names its source."""
    text = path.read_text("utf-8")
    header = f"{DERIVED_MARK}{source} by `make generate`. Do not edit.\n"
    path.write_text(header + text, "utf-8", newline="\n")


def replace(new: Mapping[Path, Path]) -> None:
    """Replace folders and files.

    Everything is first copied to the target's own folder, which may be on another disk than the
    scratch folder. If that fails or is interrupted, the old trees are still complete; after it,
    each target is replaced by renaming.

    Args:
        new: The replacement of each target; it is copied, not moved.

    Raises:
        OSError: A replacement cannot be copied, or a target cannot be renamed.
    """
    with ExitStack() as cleanup:
        staged = {}
        for target, source in new.items():
            target.parent.mkdir(parents=True, exist_ok=True)
            aside = TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent)
            staged[target] = Path(cleanup.enter_context(aside))
            _copy(source, staged[target] / "new")
        for target, folder in staged.items():
            _swap(target, folder / "new", folder / "old")


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns(_CACHE))
    else:
        shutil.copy(source, target)


def _swap(target: Path, new: Path, old: Path) -> None:
    try:
        if target.exists():
            target.rename(old)
        new.rename(target)
    except BaseException:  # KeyboardInterrupt, too: otherwise the old one is removed with `old`
        if old.exists() and not target.exists():
            old.rename(target)
        raise
