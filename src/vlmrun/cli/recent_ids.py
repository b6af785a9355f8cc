"""The ids that commands have shown recently, for the completion of the shell.

They are stored in a file of this machine, without names of files, content or keys, so completing a
command needs no request. Without the file, nothing is completed: no error of it is ever shown.
"""

from __future__ import annotations

import json
import os
import secrets
import time
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

# Of each kind; more than fit on a screen.
MAX_IDS = 100

_MAX_BYTES = 1024**2
_LONGEST = 200


class RecentId(NamedTuple):
    """An id that was shown.

    Attributes:
        kind: The group of commands, such as "executions".
        id: The id, or for skills the name.
        label: What completion shows next to it: a name or a status.
        seen: When it was last shown, in seconds since 1970.
    """

    kind: str
    id: str
    label: str
    seen: float


def recent_ids_path() -> Path:
    """Return the path of the file: in `VLMRUN_CACHE_DIR`, by default `~/.vlmrun/cache`.

    Raises:
        RuntimeError: There is no home directory.
    """
    root = os.environ.get("VLMRUN_CACHE_DIR") or Path.home() / ".vlmrun" / "cache"
    return Path(root).expanduser() / "recent_ids.json"


def remember(kind: str, found: Iterable[tuple[str, str]], path: Path | None = None) -> None:
    """Store ids, the first of which is completed first. A file that cannot be written is ignored.

    Args:
        kind: The group of commands, such as "executions".
        found: Pairs of an id and its label.
        path: The file; by default `recent_ids_path()`.
    """
    now = time.time()
    new = [
        # Shells print both as they are: a control character would reach the terminal.
        RecentId(kind, id, "".join(filter(str.isprintable, label[:_LONGEST])), now)
        for id, label in found
        if id and len(id) <= _LONGEST and id.isprintable()
    ]
    if not new:
        return
    with suppress(OSError, RuntimeError):
        path = recent_ids_path() if path is None else path
        _write(path, _merged([*new, *_read(path)]))


def recent_ids(kind: str, prefix: str = "", path: Path | None = None) -> list[RecentId]:
    """Return the stored ids of a kind that begin with a prefix, the newest first.

    Args:
        kind: The group of commands, such as "executions".
        prefix: What was typed so far.
        path: The file; by default `recent_ids_path()`.
    """
    try:
        stored = _read(recent_ids_path() if path is None else path)
    except RuntimeError:
        return []
    return [each for each in stored if each.kind == kind and each.id.startswith(prefix)]


def _merged(entries: Iterable[RecentId]) -> list[RecentId]:
    """Return each id once, the first ones of each kind."""
    kept: dict[tuple[str, str], RecentId] = {}
    counts: Counter[str] = Counter()
    for each in entries:
        key = (each.kind, each.id)
        if key not in kept and counts[each.kind] < MAX_IDS:
            kept[key] = each
            counts[each.kind] += 1
    return list(kept.values())


def _read(path: Path) -> list[RecentId]:
    try:
        with path.open("rb") as file:
            values = json.loads(file.read(_MAX_BYTES))
    except (OSError, ValueError, RecursionError):
        return []
    if not isinstance(values, list):
        return []
    return [RecentId(*each) for each in values if _is_entry(each)]


def _is_entry(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 4
        and all(isinstance(each, str) for each in value[:3])
        and isinstance(value[3], (int, float))
    )


def _write(path: Path, entries: list[RecentId]) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "w", encoding="utf-8") as file:
            json.dump(entries, file)
        os.replace(aside, path)
    except OSError:
        with suppress(OSError):
            aside.unlink()
        raise
