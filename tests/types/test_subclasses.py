"""Users' subclasses of the types, written as for pydantic."""

from __future__ import annotations

import copy
import pickle
from typing import Literal

import attrs
import pytest

from vlmrun.errors import InputError, InputTypeError
from vlmrun.types import FileUrl, GenerationConfig, ImageRef, MessageContent


class LabeledRef(ImageRef):
    label: str
    score: float | None = None


class Thorough(GenerationConfig):
    detail: Literal["auto", "lo", "hi"] | None = "hi"

    def described(self) -> str:
        return f"detail {self.detail}"


class Attachment(MessageContent):
    """A part with a note."""

    note: str = "none"


class Archive(FileUrl):
    parts: list[FileUrl] = attrs.field(factory=list)


def test_fields_of_subclasses_are_validated_dumped_and_compared() -> None:
    reference = LabeledRef(id="img_abc123", label="front")

    assert reference.model_dump() == {"id": "img_abc123", "label": "front", "score": None}
    assert reference.to_dict() == {"id": "img_abc123", "label": "front"}
    assert reference == LabeledRef.model_validate({"id": "img_abc123", "label": "front"})
    assert reference != LabeledRef(id="img_abc123", label="back")
    assert repr(reference) == "LabeledRef(id='img_abc123', label='front', score=None)"
    with pytest.raises(InputError, match="LabeledRef needs label="):
        LabeledRef(id="img_abc123")
    with pytest.raises(InputError, match=r"LabeledRef\.label must be str"):
        LabeledRef(id="img_abc123", label=1)


def test_subclasses_keep_the_validation_of_their_base() -> None:
    with pytest.raises(InputError, match="must match"):
        LabeledRef(id="nonsense", label="front")
    with pytest.raises(InputError, match="needs text="):
        Attachment(type="text")


def test_defaults_can_be_overridden_and_methods_added() -> None:
    assert Thorough().to_dict() == {"detail": "hi"}
    assert Thorough(detail="lo").described() == "detail lo"


def test_typed_and_mutable_fields() -> None:
    archive = Archive(url="https://a.b", parts=[{"url": "https://a.c"}])

    assert archive.parts == [FileUrl(url="https://a.c")]
    assert Archive(url="https://a.b").parts is not Archive(url="https://a.b").parts


def test_subclasses_can_be_copied_and_pickled() -> None:
    reference = LabeledRef(id="img_abc123", label="front")

    assert pickle.loads(pickle.dumps(reference)) == copy.deepcopy(reference) == reference


def test_subclasses_are_accepted_instead_of_their_base() -> None:
    part = MessageContent(type="file_url", file_url=Archive(url="https://a.b"))

    assert isinstance(part.file_url, Archive)


def test_pydantics_declarations_in_subclasses_are_refused() -> None:
    pydantic = pytest.importorskip("pydantic")

    with pytest.raises(InputTypeError, match=r"Described\.label: .*plain annotations"):

        class Described(ImageRef):
            label: str = pydantic.Field(description="what it shows")

    with pytest.raises(InputTypeError, match=r"Validated\.check"):

        class Validated(ImageRef):
            label: str

            @pydantic.field_validator("label")  # type: ignore[untyped-decorator]
            @classmethod
            def check(cls, value: str) -> str:
                return value
