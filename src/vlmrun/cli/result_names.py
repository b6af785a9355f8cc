"""The names of the files with results, which stay the same in later runs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path, PurePath
from typing import Any

from vlmrun.cli.inputs import Input

# Bytes of a name, which file systems limit to 255, with a suffix.
_LONGEST = 200


def result_names(folder: Path, inputs: Sequence[Input]) -> list[str]:
    """Return a name for the results of each input: the one that it had in an earlier run.

    A new input has the name of its file, unless that of another input has it, so that a run with
    other inputs neither replaces a result nor writes it again under another name.

    Args:
        folder: The folder of the results, if there is one.
        inputs: The inputs.
    """
    names: dict[int, str] = {}
    taken: set[str] = set()
    free: dict[int, list[str]] = {}
    for index, each in enumerate(inputs):
        owners = {name: _owner(folder / f"{name}.json") for name in _possible_names(each)}
        own = [name for name, owner in owners.items() if owner == _identity(each.facts)]
        if own:
            names[index] = own[0]
            taken.add(own[0].casefold())
        else:
            free[index] = [name for name, owner in owners.items() if owner is None]
    for index, possible in free.items():
        # File systems that ignore case must not mix results up, so neither does this.
        *_, last = _possible_names(inputs[index])
        names[index] = next((name for name in possible if name.casefold() not in taken), last)
        taken.add(names[index].casefold())
    return [names[index] for index in range(len(inputs))]


def _possible_names(each: Input) -> list[str]:
    name = each.file_name
    digest = hashlib.sha256(_identity(each.facts).encode("utf-8", "surrogatepass")).hexdigest()
    start = name.encode()[:_LONGEST].decode("utf-8", "ignore")
    unique = f"{start}-{digest[:8]}"
    return [unique] if start != name else [PurePath(name).stem or name, name, unique]


def _identity(facts: dict[str, Any]) -> str:
    """Return the identity of an input, which does not depend on its name in a run."""
    return str(facts.get("input_path") or facts["input"])


def _owner(path: Path) -> str | None:
    """Return which input a result is about; None if there is no file."""
    try:
        return _identity(json.loads(path.read_bytes()))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, LookupError, AttributeError, RecursionError):
        return ""  # something else, which is not replaced
