"""P19: no id makes a request reach another endpoint, whichever method it is passed to."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

import vlmrun
from vlmrun import VLMRun
from vlmrun.errors import InputError
from vlmrun.testing import Server

WITH_IDS = [each for each in vlmrun.operations() if "id}" in each.path and each.calls]
RESOURCES = sorted({call.partition(".")[0] for each in WITH_IDS for call in each.calls})

# Ids that are sent in a body, where any str is harmless.
IN_BODY = {("agent", "create", "id"), ("agent", "execute", "id"), ("skills", "create", "file_id")}
IN_BODY |= {("skills", "create", "session_id"), ("skills", "update", "file_id")}
IN_BODY |= {("agent", "get", "id")}

HOSTILE = ["", " ", ".", "..", "../../files/x", "a/b", "a\\b", "a?b", "a#b", "%2e%2e", "a%2Fb"]
HOSTILE += ["%252e%252e", "a\nb", "a\0b", "a\x7fb", None, 7, b"a", ["a"]]


def methods_with_ids() -> list[tuple[str, str, str]]:
    """Return resource, method and parameter of each id that is part of a path."""
    client = VLMRun("key")
    found = [
        (resource, name, parameter)
        for resource in RESOURCES
        for name, method in inspect.getmembers(getattr(client, resource), inspect.ismethod)
        if not name.startswith("_")
        for parameter in inspect.signature(method).parameters
        if parameter == "id" or parameter.endswith("_id")
    ]
    return [each for each in found if each not in IN_BODY]


def test_every_operation_with_an_id_in_its_path_is_covered() -> None:
    tried = {f"{resource}.{method}" for resource, method, _ in methods_with_ids()}
    tried.add("files.upload")  # verifies an id that the service gave
    assert [each.id for each in WITH_IDS if not tried.intersection(each.calls)] == []


@pytest.mark.parametrize("where", methods_with_ids(), ids=".".join)
def test_p19_hostile_id_is_refused_before_anything_is_sent(
    client: Any, server: Server, where: tuple[str, str, str]
) -> None:
    resource, method, parameter = where
    others = {"description": "new"} if method == "update" else {}
    call = getattr(getattr(client, resource), method)
    for id in HOSTILE:
        with pytest.raises(InputError, match=parameter):
            call(**{parameter: id}, **others)
    assert server.requests == []
