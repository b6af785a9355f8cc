"""`VLMRunProtocol`, which is written by hand, has every resource of the clients."""

from __future__ import annotations

from functools import cached_property

import pytest

from vlmrun._index import resources_async, resources_sync
from vlmrun.types import VLMRunProtocol

# Reached on purpose only, and not meant to be replaced by a test double.
NOT_IN_THE_PROTOCOL = {"low_level"}


@pytest.mark.parametrize("index", [resources_async, resources_sync], ids=["async", "sync"])
def test_the_protocol_has_every_resource(index: object) -> None:
    attributes = vars(index.Resources).items()  # type: ignore[attr-defined]
    resources = {name for name, value in attributes if isinstance(value, cached_property)}

    assert resources - NOT_IN_THE_PROTOCOL - vars(VLMRunProtocol).keys() == set()
    assert "agent" in resources
