"""YAML as openapi.yaml has it: whatever fits on a line stands on one, the rest is written out.

What people look for is never folded into a line: paths, operations, their parameters, and the
properties of an object.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from functools import lru_cache
from io import StringIO
from typing import Any

import yaml
from yaml.emitter import Emitter
from yaml.resolver import Resolver

from scripts.openapi.composer import is_text

WIDTH = 120
_STEP = 2

# These have a line for each of their entries, however short they are.
_SPREAD = {"components", "parameters", "paths", "properties", "requestBody", "responses", "schemas"}
_SPREAD |= {"servers", "webhooks"}
_SPREAD_AT_TOP = {"info", "tags"}
_METHODS = {"delete", "get", "head", "options", "patch", "post", "put", "trace"}
# What another reader of YAML takes for a boolean, a number or a date.
_OTHERWISE = re.compile(r"[ynYN]|[\d.:-]+")
_ENDS_PLAIN_IN_FLOW = re.compile(r"[,?\[\]{}]|:$")
_RESOLVER: Any = Resolver()
_EMITTER: Any = Emitter(StringIO())


def render(key: str, value: Any, indent: int, *, inside: Sequence[str] = ()) -> list[str]:
    """The lines of an entry of a mapping, at an indentation.

    Args:
        key: The entry's key.
        value: What stands under it.
        indent: How many spaces stand before the key.
        inside: The keys above, from the top, which decide whether it may fold into a line.
    """
    path = (*inside, key)
    head = f"{' ' * indent}{scalar(key, flow=False)}:"
    if isinstance(value, (dict, list)):
        if not value or _may_fold(value, path):
            line = f"{head} {flow(value)}"
            if not value or len(line) <= WIDTH:
                return [line]
        return [head, *_entries(value, indent + _STEP, path)]
    line = f"{head} {scalar(value, flow=False)}"
    if isinstance(value, str) and ("\n" in value or len(line) > WIDTH):
        return _text(head, value, indent + _STEP)
    return [line]


def item(value: Any, indent: int, inside: Sequence[str]) -> list[str]:
    """The lines of an item of a list."""
    head = f"{' ' * indent}- "
    if isinstance(value, (dict, list)) and value:
        line = head + flow(value)
        if _may_fold(value, ()) and len(line) <= WIDTH:
            return [line]
        lines = _entries(value, indent + _STEP, (*inside, "-"))
        return [head + lines[0].lstrip(), *lines[1:]]
    if isinstance(value, (dict, list)):
        return [head + flow(value)]
    line = head + scalar(value, flow=False)
    if isinstance(value, str) and ("\n" in value or len(line) > WIDTH):
        return _text(head.rstrip(), value, indent + _STEP)
    return [line]


def flow(value: Any) -> str:
    """A value on one line."""
    if isinstance(value, dict):
        inner = (f"{scalar(key, flow=True)}: {flow(each)}" for key, each in value.items())
        return "{" + ", ".join(inner) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    return scalar(value, flow=True)


@lru_cache(maxsize=None, typed=True)
def scalar(value: Any, *, flow: bool) -> str:
    """A scalar on one line: plain where that can be read back, quoted otherwise."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return str(yaml.safe_dump(value, default_flow_style=True)).splitlines()[0]
    analysis = _EMITTER.analyze_scalar(value)
    allowed = analysis.allow_block_plain and not (flow and _ENDS_PLAIN_IN_FLOW.search(value))
    kind = _RESOLVER.resolve(yaml.ScalarNode, value, (True, False))
    text = kind == "tag:yaml.org,2002:str" and not _OTHERWISE.fullmatch(value) and is_text(value)
    if allowed and text:
        return value
    if "'" in value or not analysis.allow_single_quoted or "\n" in value:
        quoted = yaml.safe_dump(value, default_style='"', width=1_000_000, allow_unicode=True)
        return str(quoted).rstrip("\n")
    return f"'{value}'"


def _may_fold(value: Any, path: Sequence[str]) -> bool:
    if len(path) == 1 and path[0] in _SPREAD_AT_TOP:
        return False
    if path and (path[-1] in _SPREAD or path[-1] in _METHODS):
        return path[-2:-1] == ("properties",)
    if len(path) == 2 and path[0] in ("paths", "webhooks", "components"):
        return False
    return not _spreads(value)


def _spreads(value: Any) -> bool:
    """Whether something below has a line for each of its entries."""
    if isinstance(value, dict):
        return any(
            (key == "properties" and isinstance(each, dict)) or _spreads(each)
            for key, each in value.items()
        ) or any(isinstance(each, str) and "\n" in each for each in value.values())
    return isinstance(value, list) and any(map(_spreads, value))


def _entries(value: Any, indent: int, path: Sequence[str]) -> list[str]:
    if isinstance(value, list):
        return [line for each in value for line in item(each, indent, path)]
    rendered = (render(key, each, indent, inside=path) for key, each in value.items())
    return [line for lines in rendered for line in lines]


def _text(head: str, value: str, indent: int) -> list[str]:
    """Folded if it is one paragraph, as it stands if it is more."""
    margin = " " * indent
    if "\n" not in value and value == value.strip():
        room = WIDTH - indent
        lines = textwrap.wrap(value, room, break_long_words=False, break_on_hyphens=False)
        if " ".join(lines) == value:
            return [f"{head} >-", *(margin + line for line in lines)]
    lines = value.split("\n")
    if value != value.strip() or any(line != line.rstrip() for line in lines) or "\t" in value:
        return [f"{head} {scalar(value, flow=False)}"]
    return [f"{head} |-", *((margin + line).rstrip() for line in lines)]
