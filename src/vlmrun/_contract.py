"""Where this package's copy of openapi.yaml is, and its reading."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

# What a path's item has operations under; its other keys are not.
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")

_IN_PACKAGE = Path(__file__).parent / "testing" / "openapi.yaml"
_IN_CHECKOUT = Path(__file__).parents[2] / "openapi.yaml"


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """The faster loader, where there is one, with dates as text: JSON has no other."""


_Loader.add_constructor("tag:yaml.org,2002:timestamp", yaml.SafeLoader.construct_yaml_str)


@cache
def load_document() -> dict[str, Any]:
    """The OpenAPI document that this package was built with: in the wheel, or of the checkout."""
    path = _IN_PACKAGE if _IN_PACKAGE.is_file() else _IN_CHECKOUT
    document: dict[str, Any] = yaml.load(path.read_bytes(), _Loader)
    return document
