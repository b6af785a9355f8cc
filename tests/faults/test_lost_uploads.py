"""P61: an upload whose response was lost is looked up before the file is sent again."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from vlmrun.errors import NetworkError
from vlmrun.testing import Fault, Server

LOST = [
    {"reset": "after_handling"},
    {"reset": "in_body"},
    {"truncate": 5},
]


def operations(server: Server) -> list[str | None]:
    return [request.operation for request in server.requests]


@pytest.mark.parametrize("fault", LOST, ids=str)
def test_p61_a_lost_response_does_not_store_a_second_copy(
    client: Any, server: Server, pdf: Path, fault: dict[str, Any]
) -> None:
    server.inject(Fault("upload_file", times=3, **fault))
    file = client.files.upload(pdf)
    assert operations(server) == ["get_file_by_hash", "upload_file", "get_file_by_hash"]
    assert [each.id for each in client.files.list()] == [file.id]


def test_p61_an_upload_that_was_refused_is_sent_again(
    client: Any, server: Server, pdf: Path
) -> None:
    server.inject(Fault("upload_file", status=503, times=2))
    file = client.files.upload(pdf)
    assert operations(server).count("upload_file") == 3
    assert [each.id for each in client.files.list()] == [file.id]


def test_p61_a_file_of_another_purpose_does_not_count(
    client: Any, server: Server, pdf: Path
) -> None:
    first = client.files.upload(pdf)
    server.inject(Fault("upload_file", reset="after_reading"))
    second = client.files.upload(pdf, "vision")
    assert second.id != first.id
    assert second.purpose == "vision"


def test_p61_forced_uploads_are_not_looked_up(client: Any, server: Server, pdf: Path) -> None:
    server.inject(Fault("upload_file", reset="after_handling"))
    client.files.upload(pdf, force=True)
    assert operations(server) == ["upload_file", "upload_file"]


def test_p61_the_last_lost_response_is_an_error(connect: Any, server: Server, pdf: Path) -> None:
    client = connect(max_retries=0)
    server.inject(Fault("upload_file", reset="after_handling"))
    with pytest.raises(NetworkError):
        client.files.upload(pdf)
    # The next call finds the file.
    assert client.files.upload(pdf).id == client.files.list()[0].id


def test_a_name_of_the_callers_is_kept(client: Any, server: Server, pdf: Path) -> None:
    first = client.files.upload(pdf)
    renamed = client.files.upload(pdf, filename="new.pdf")
    assert (renamed.filename, first.filename) == ("new.pdf", "referral.pdf")
    assert client.files.upload(pdf, filename="new.pdf").id == renamed.id
    # Without `filename=`, any file of the same content will do.
    assert client.files.upload(pdf).id == renamed.id
    assert client.files.upload(io.BytesIO(pdf.read_bytes()), filename="b.pdf").filename == "b.pdf"
