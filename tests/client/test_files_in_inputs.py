"""Files in the inputs of an agent that are not paths, and strings that look like paths."""

from __future__ import annotations

import hashlib
import io
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import pytest

from vlmrun.errors import InputError, InputTypeError
from vlmrun.testing import Server

PIXELS = np.arange(48, dtype=np.uint8).reshape(4, 4, 3)
FORMS = {
    "bytes in memory": lambda pdf: io.BytesIO(pdf.read_bytes()),
    "name and bytes": lambda pdf: ("referral.pdf", pdf.read_bytes()),
}


def facts_of(client: Any, value: Any) -> dict[str, Any]:
    execution = client.agent.execute(prompt="a", inputs={"file": value}, batch=False)
    facts: dict[str, Any] = execution.response["inputs"]["file"]
    return facts


@pytest.mark.parametrize("form", FORMS)
def test_a_file_is_uploaded_in_every_form(client: Any, pdf: Path, form: str) -> None:
    facts = facts_of(client, FORMS[form](pdf))
    assert facts["kind"] == "file"
    assert facts["sha256"] == hashlib.sha256(pdf.read_bytes()).hexdigest()
    if form != "bytes in memory":
        assert facts["filename"] == "referral.pdf"


@pytest.mark.parametrize("image", [PIL.Image.fromarray(PIXELS), PIXELS], ids=["PIL", "numpy"])
def test_an_image_is_uploaded_without_loss(client: Any, server: Server, image: Any) -> None:
    facts = facts_of(client, image)
    assert (facts["kind"], facts["media_type"]) == ("file", "image/png")
    upload = next(each for each in server.requests if each.operation == "upload_file")
    start = (upload.body or b"").index(b"\x89PNG")
    with PIL.Image.open(io.BytesIO((upload.body or b"")[start:])) as sent:
        assert np.array_equal(np.asarray(sent), PIXELS)


def test_an_uploaded_file_is_referred_to(client: Any, server: Server, pdf: Path) -> None:
    file = client.files.upload(pdf)
    assert facts_of(client, file)["file_id"] == file.id
    (submitted,) = [each for each in server.requests if each.operation == "execute_agent"]
    assert submitted.json["inputs"]["file"] == {"type": "input_file", "file_id": file.id}


def test_one_open_file_is_uploaded_once(client: Any, server: Server, pdf: Path) -> None:
    with pdf.open("rb") as file:
        assert facts_of(client, file)["filename"] == "referral.pdf"
        client.agent.execute(prompt="a", inputs={"a": file, "b": [file]})
    uploads = [each for each in server.requests if each.operation == "upload_file"]
    assert len(uploads) == 1


@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        (b"%PDF-", InputTypeError, r"inputs\['file'\] cannot be sent: bytes.*\('scan.pdf', data\)"),
        (("a.pdf", b""), InputError, r"inputs\['file'\].*empty"),
        (np.zeros((2, 2)), InputTypeError, r"shape \(2, 2\) and type float64.*uint8"),
        (np.zeros((2, 2, 7), "uint8"), InputTypeError, r"shape \(2, 2, 7\)"),
    ],
)
def test_what_cannot_be_sent_is_refused(
    client: Any, server: Server, value: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        client.agent.execute(prompt="a", inputs={"file": value})
    assert server.requests == []


def test_the_name_of_an_existing_file_is_sent_with_a_warning(
    client: Any, server: Server, pdf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(pdf.parent)
    message = r"inputs\['file'\] is the str 'referral.pdf'.*Path\('referral.pdf'\) to upload"
    with pytest.warns(UserWarning, match=message):
        client.agent.execute(prompt="a", inputs={"file": "referral.pdf"})
    assert server.requests[-1].json["inputs"] == {"file": "referral.pdf"}


@pytest.mark.parametrize("text", ["no-such-file.pdf", "A sentence.", "x" * 300 + ".pdf", "a\0.pdf"])
def test_other_strings_are_sent_without_a_warning(client: Any, server: Server, text: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        client.agent.execute(prompt="a", inputs={"text": text})
    assert server.requests[-1].json["inputs"] == {"text": text}
