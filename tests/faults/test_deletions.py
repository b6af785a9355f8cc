"""A deletion whose response was lost has still deleted the file."""

from __future__ import annotations

import io
from typing import Any

import pytest

from vlmrun.errors import ResourceNotFoundError
from vlmrun.testing import Fault, Server

pytestmark = pytest.mark.slow


@pytest.fixture
def file(client: Any, server: Server) -> str:
    id: str = client.files.upload(io.BytesIO(b"content"), filename="a.txt").id
    server.clear()
    return id


@pytest.mark.parametrize(
    "fault",
    [{"reset": "after_handling"}, {"reset": "in_body"}, {"truncate": 0}],
    ids=["after handling", "in body", "truncated"],
)
def test_p56_not_found_after_a_lost_response_is_a_success(
    client: Any, server: Server, file: str, fault: dict[str, Any]
) -> None:
    server.inject(Fault("delete_file", **fault))
    assert client.files.delete(file).id == file
    assert [each.status for each in server.requests][-1] == 404
    with pytest.raises(ResourceNotFoundError):
        client.files.get(file)


@pytest.mark.parametrize("fault", [None, {"status": 429}])
def test_p56_not_found_is_an_error_if_no_attempt_can_have_deleted_it(
    client: Any, server: Server, fault: dict[str, Any] | None
) -> None:
    if fault:
        server.inject(Fault("delete_file", **fault))
    with pytest.raises(ResourceNotFoundError):
        client.files.delete("no-such-file")
