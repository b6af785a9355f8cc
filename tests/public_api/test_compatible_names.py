"""Each public name of the documentation and of the official SDK exists here, or is waived."""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from vlmrun import AsyncVLMRun, VLMRun
from vlmrun.types.abstract import VLMRunProtocol

ROOT = Path(__file__).parents[2]
COMPATIBILITY = (ROOT / "docs/compatibility.md").read_text("utf-8")
LINES = (Path(__file__).parent / "compatible_names.txt").read_text("utf-8").splitlines()


class PublicName(NamedTuple):
    name: str
    sources: set[str]


def read_names() -> list[PublicName]:
    found = [re.fullmatch(r"(\S+) +\[(\S+)\]", line) for line in LINES]
    return [PublicName(match[1], set(match[2].split(","))) for match in found if match]


def read_waived() -> dict[str, str]:
    """Return the names that docs/compatibility.md lists as absent, with the reason for each."""
    section = COMPATIBILITY.split("\n## Names that are not here\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| (`vlmrun.*?) \| (.+) \|$", section, re.MULTILINE)
    return {name: reason for names, reason in rows for name in re.findall("`(.+?)`", names)}


NAMES = read_names()
WAIVED = read_waived()


def import_name(name: str) -> Any:
    """Import a module, or an attribute of a module, by its dotted name.

    Raises:
        ImportError: There is no module of this name or above it.
        AttributeError: The module has no such attribute.
    """
    try:
        return importlib.import_module(name)
    except ImportError:
        module, _, attribute = name.rpartition(".")
        return getattr(importlib.import_module(module), attribute)


def test_every_line_of_the_list_is_a_name_with_its_sources() -> None:
    assert len(NAMES) == len([line for line in LINES if not line.startswith("#")])
    assert len({each.name for each in NAMES}) == len(NAMES)
    assert {source for each in NAMES for source in each.sources} == {"docs", "sdk"}
    assert {"vlmrun.client.VLMRun", "vlmrun.constants.VLMRUN_TMP_DIR"} <= {n.name for n in NAMES}


@pytest.mark.parametrize("name", [each.name for each in NAMES if each.name not in WAIVED])
def test_the_name_can_be_imported(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # Some constants are folders, which are created when they are accessed.
    monkeypatch.setenv("HOME", str(tmp_path))

    assert import_name(name) is not None


@pytest.mark.parametrize("name", WAIVED)
def test_a_waived_name_is_undocumented_and_does_not_exist(name: str) -> None:
    (entry,) = [each for each in NAMES if each.name == name]

    assert "docs" not in entry.sources
    with pytest.raises((ImportError, AttributeError)):
        import_name(name)


@pytest.mark.parametrize("client_class", [VLMRun, AsyncVLMRun])
def test_both_clients_have_all_members_of_the_protocol(client_class: Any) -> None:
    client = client_class("key")
    members = {name for name in vars(VLMRunProtocol) if not name.startswith("_")}

    assert {"api_key", "base_url", "timeout", "agent", "files", "predictions"} <= members
    assert {name for name in members if not hasattr(client, name)} == set()
