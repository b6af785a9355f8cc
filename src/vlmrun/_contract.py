"""Access to the openapi.yaml that this package was generated from."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

# The keys of a path item that hold operations: https://spec.openapis.org/oas/v3.1.0#path-item-object
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")

_IN_PACKAGE = Path(__file__).parent / "testing" / "openapi.yaml"
_IN_CHECKOUT = Path(__file__).parents[2] / "openapi.yaml"


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """The C loader where libyaml is installed, reading dates as str, since JSON has no dates."""


_Loader.add_constructor("tag:yaml.org,2002:timestamp", yaml.SafeLoader.construct_yaml_str)


@cache
def load_document() -> dict[str, Any]:
    """Read the OpenAPI document, from the wheel or from the checkout."""
    path = _IN_PACKAGE if _IN_PACKAGE.is_file() else _IN_CHECKOUT
    document: dict[str, Any] = yaml.load(path.read_bytes(), _Loader)  # noqa: S506 (a SafeLoader)
    return document
