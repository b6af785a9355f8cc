"""The ids that commands have shown recently, for the completion of the shell.

They are stored in a file of this machine, next to names and statuses, so that completing a command
needs no request. No error of the file is ever shown: without it, nothing is completed.
"""

from __future__ import annotations

import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from vlmrun.cli.config_file import config_path
from vlmrun.cli.problems import Problem
from vlmrun.cli.streams import is_terminal

# Of each kind; more than fit on a screen.
MAX_IDS = 100

# Names come from the service, and the completion of zsh evaluates what it gets: nothing that a
# shell or a terminal could execute is stored.
_UNSAFE = re.compile(r"[^\w .,:@/+-]")

_MAX_BYTES = 1024**2
_LONGEST = 200


class RecentId(NamedTuple):
    """An id that was shown.

    Attributes:
        kind: The group of commands, such as "executions".
        id: The id; the name of a skill or of a domain.
        label: What completion shows next to it: a name or a status.
        seen: When it was last shown, in seconds since 1970.
    """

    kind: str
    id: str
    label: str
    seen: float


# The kind of what a command outside of the groups of these names shows.
_KINDS = {
    "chat": "sessions",
    "execute": "executions",
    "generate": "predictions",
    "hub": "domains",
    "models": "domains",
    **{name: name for name in ("executions", "predictions", "files", "skills", "fine-tuning")},
}

# What the commands take, where it is not the id.
_KEYS = {"skills": "name", "domains": "domain"}

# What completion shows next to an id, as far as an object has it.
_LABELS = ("filename", "model", "domain", "name", "skill_version", "status")


class RecentIds:
    """Stores what a command shows.

    Only if somebody sits at a terminal: scripts complete nothing, and need no file.

    Args:
        command_path: The names of the command, such as "vlmrun executions list".
    """

    def __init__(self, command_path: str = "") -> None:
        names = command_path.split()[1:]
        self.kind = _KINDS.get(names[0]) if names else None
        self._is_interactive = is_terminal(sys.stderr)

    def add(self, objects: Iterable[Any]) -> None:
        """Store the ids of objects of the SDK, or of their JSON data."""
        if self.kind is None or not self._is_interactive:
            return
        key = _KEYS.get(self.kind, "id")
        found, deleted, domains = [], set(), {}
        for each in objects:
            facts = each if isinstance(each, dict) else _facts_of(each)
            if isinstance(domain := facts.get("domain"), str):
                domains[domain] = ""
            if facts.get("deleted") is True:
                deleted.add(str(facts.get("id")))
            else:
                found.append((str(facts.get(key) or ""), _label_of(facts, key)))
        if self.kind != "domains":
            remember(self.kind, found, forgotten=deleted)
        remember("domains", domains.items())


def _facts_of(item: Any) -> dict[str, Any]:
    return {name: getattr(item, name, None) for name in ("id", *_LABELS)}


def _label_of(facts: dict[str, Any], key: str) -> str:
    values = (facts.get(name) for name in _LABELS if name != key)
    return " ".join(value for value in values if isinstance(value, str))


def recent_ids_path() -> Path:
    """Return the path of the file, beside the config file.

    Raises:
        Problem: There is no home directory.
    """
    return config_path().with_name("recent_ids.json")


def remember(
    kind: str,
    found: Iterable[tuple[str, str]],
    path: Path | None = None,
    *,
    forgotten: Collection[str] = (),
) -> None:
    """Store ids, the first of which is completed first. A file that cannot be written is ignored.

    Args:
        kind: The group of commands, such as "executions".
        found: Pairs of an id and its label.
        path: The file; by default `recent_ids_path()`.
        forgotten: Ids to remove.
    """
    now = time.time()
    new = [
        RecentId(kind, id, _UNSAFE.sub("", label[:_LONGEST]), now)
        for id, label in found
        if id and len(id) <= _LONGEST and not _UNSAFE.search(id)
    ]
    if not new and not forgotten:
        return
    removed = {(kind, id) for id in forgotten}
    with suppress(OSError, Problem):
        path = recent_ids_path() if path is None else path
        stored = [each for each in _read(path) if (each.kind, each.id) not in removed]
        _write(path, _merged([*new, *stored]))


def recent_ids(kind: str, prefix: str = "", path: Path | None = None) -> list[RecentId]:
    """Return the stored ids of a kind that begin with a prefix, the newest first.

    Args:
        kind: The group of commands, such as "executions".
        prefix: What was typed so far.
        path: The file; by default `recent_ids_path()`.
    """
    try:
        stored = _read(recent_ids_path() if path is None else path)
    except Problem:
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
    import json

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
        and all(isinstance(each, str) and not _UNSAFE.search(each) for each in value[:3])
        and isinstance(value[3], (int, float))
    )


def _write(path: Path, entries: list[RecentId]) -> None:
    import json

    from vlmrun._files.staging import write_file

    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_file(path, json.dumps(entries).encode(), 0o600, is_durable=False)


def complete(*kinds: str) -> Callable[[str], list[tuple[str, str]]]:
    """Return the completion of an argument that is an id.

    Args:
        *kinds: The groups of commands, such as "executions".
    """

    def complete_ids(incomplete: str) -> list[tuple[str, str]]:
        return [(each.id, each.label) for kind in kinds for each in recent_ids(kind, incomplete)]

    return complete_ids
