"""The public names of the documentation and of the vendor's package: each is here, or waived."""

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


class Name(NamedTuple):
    name: str
    sources: set[str]


def listed() -> list[Name]:
    lines = (Path(__file__).parent / "names.txt").read_text("utf-8").splitlines()
    found = [re.fullmatch(r"(\S+) +\[(\S+)\]", line) for line in lines if line[0] != "#"]
    return [Name(match[1], set(match[2].split(","))) for match in found if match]


def waived() -> dict[str, str]:
    """The reason why a name is not here, by the name."""
    section = COMPATIBILITY.split("\n## Names that are not here\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| (`vlmrun.*?) \| (.+) \|$", section, re.MULTILINE)
    return {name: reason for names, reason in rows for name in re.findall("`(.+?)`", names)}


NAMES = listed()
WAIVED = waived()


def found(name: str) -> Any:
    """What a dotted name stands for; `AttributeError` or `ImportError` where it is nothing."""
    try:
        return importlib.import_module(name)
    except ImportError:
        module, _, attribute = name.rpartition(".")
        return getattr(importlib.import_module(module), attribute)


def test_the_list_is_whole() -> None:
    assert len(NAMES) == 303
    assert {"vlmrun.client.VLMRun", "vlmrun.constants.VLMRUN_TMP_DIR"} <= {n.name for n in NAMES}


@pytest.mark.parametrize("name", [each.name for each in NAMES if each.name not in WAIVED])
def test_it_can_be_imported(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))  # some constants are folders that exist once read

    assert found(name) is not None


@pytest.mark.parametrize("name", WAIVED)
def test_a_waived_name_is_really_missing_and_nothing_that_the_documentation_uses(name: str) -> None:
    (entry,) = [each for each in NAMES if each.name == name]

    assert "docs" not in entry.sources
    with pytest.raises((ImportError, AttributeError)):
        found(name)


@pytest.mark.parametrize("client", [VLMRun, AsyncVLMRun])
def test_a_client_is_what_the_protocol_says(client: type) -> None:
    members = [name for name in vars(VLMRunProtocol) if not name.startswith("_")]

    assert len(members) == 19
    assert [name for name in members if not hasattr(client, name)] == []
