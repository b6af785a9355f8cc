"""`lock.json`: what the derived trees were last made of, and what they were.

It is the same on every machine. With it, `--check` can say why a tree is not what it should be.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scripts.generate.environment import REQUIREMENTS
from scripts.generate.package import CONFIG, TEMPLATES
from scripts.generate.trees import files_in

OVERLAY = Path(__file__).with_name("overlay.yaml")

Record = dict[str, Any]

_ABOUT = "Written by `make generate`, compared by `make check-generated`. Do not edit."
# What changed, by the name of its digest.
_INPUTS = {
    "contract": "openapi.yaml",
    "overlay": "scripts/update/overlay.yaml",
    "config": "scripts/generate/config.yaml",
    "templates": "scripts/generate/templates",
    "requirements": "scripts/generate/requirements.txt",
    "words": "the table tool.unasyncd of pyproject.toml",
}


def digest(path: Path) -> str | None:
    """The digest of a file, or of all files of a folder and their names; None if there is none."""
    if path.is_dir():
        parts = [f"{name} {digest(path / name)}\n" for name in files_in(path)]
        return hashlib.sha256("".join(parts).encode()).hexdigest()
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None


def inputs(contract: Path, pyproject: Path) -> dict[str, str | None]:
    """The digests of what decides over the derived trees, beside their sources in Python."""
    return {
        "contract": digest(contract),
        "overlay": digest(OVERLAY),
        "config": digest(CONFIG),
        "templates": digest(TEMPLATES),
        "requirements": digest(REQUIREMENTS),
        "words": hashlib.sha256(_words(pyproject).encode()).hexdigest(),
    }


def _words(pyproject: Path) -> str:
    """The lines of a TOML file's tables `tool.unasyncd`, without comments: 3.10 reads no TOML."""
    kept, inside = [], False
    for line in pyproject.read_text("utf-8").splitlines():
        if line.startswith("["):
            inside = re.match(r"\[tool\.unasyncd[\].]", line) is not None
        if inside and line.strip() and not line.lstrip().startswith("#"):
            kept.append(line.strip())
    return "\n".join(kept)


def record(given: Mapping[str, str | None], facts: Record, trees: Mapping[str, Path]) -> Record:
    """What `lock.json` is to hold.

    Args:
        given: The digests of the inputs.
        facts: What `read_contract.py` tells.
        trees: The derived trees, by their names.
    """
    return {
        "about": _ABOUT,
        "versions": facts["versions"],
        "contract": facts["counts"],
        "inputs": {**given, "replaced_template": facts["replaced_template"]},
        "trees": {
            name: {"files": len(files_in(folder)), "sha256": digest(folder)}
            for name, folder in trees.items()
        },
    }


def text_of(locked: Record) -> str:
    """The record as the file has it."""
    return json.dumps(locked, indent=2) + "\n"


def load(path: Path) -> Record | None:
    """What a `lock.json` holds; None if it is not there or not whole."""
    try:
        found = json.loads(path.read_text("utf-8"))
        whole = all(isinstance(found[key], dict) for key in ("versions", "inputs", "trees"))
        return dict(found) if whole else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def changed_inputs(locked: Record, now: Record) -> list[str]:
    """What has changed of the inputs since the record was written, in words."""
    reasons = []
    for key, label in _INPUTS.items():
        if locked["inputs"].get(key) != now["inputs"][key]:
            reasons.append(f"{label} changed since the last `make generate`")
    before, after = locked["versions"], now["versions"]
    moved = [
        f"{name} {before.get(name, 'none')} -> {after.get(name, 'none')}"
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name)
    ]
    if moved:
        reasons.append(f"the pins changed: {', '.join(moved)}")
    if locked["inputs"].get("replaced_template") != now["inputs"]["replaced_template"]:
        reasons.append("the generator's own models_init.py.jinja changed: look whether ours should")
    return reasons


def is_edited(locked: Record, name: str, folder: Path) -> bool:
    """Whether a tree is not what was last made, so that somebody has edited it."""
    return bool(locked["trees"].get(name, {}).get("sha256") != digest(folder))
