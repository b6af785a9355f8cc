"""Prediction domains: the built-in ones, and those that a test added."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import attrs
import yaml

from vlmrun.testing.state.store import State

_BUILT_IN = Path(__file__).parent.parent / "domains.yaml"


@attrs.frozen
class Domain:
    """A prediction domain.

    Attributes:
        name: For example "document.invoice".
        json_schema: The schema of its predictions.
        description: A short description.
        inputs: The supported inputs: "image", "document", "audio", "video".
    """

    name: str
    json_schema: Any
    description: str = ""
    inputs: tuple[str, ...] = ()


@cache
def built_in_domains() -> tuple[Domain, ...]:
    """Return the domains of domains.yaml."""
    return tuple(
        Domain(name, each["schema"], each["description"], tuple(each["inputs"]))
        for name, each in yaml.safe_load(_BUILT_IN.read_text("utf-8")).items()
    )


def all_domains(state: State) -> dict[str, Domain]:
    """Return all domains by name."""
    with state.lock:
        return {each.name: each for each in built_in_domains()} | state.table("domains")
