"""References to artifacts: typed by their prefix, and found in responses."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from vlmrun.errors import InputError, InputTypeError
from vlmrun.types.refs import (
    ArrayRef,
    ArtifactRef,
    AudioRef,
    DocumentRef,
    ImageRef,
    ReconRef,
    UrlRef,
    VideoRef,
    ref_for,
    refs_in,
)

KINDS: dict[str, type[ArtifactRef]] = {
    "img_0a1b2c": ImageRef,
    "vid_0a1b2c": VideoRef,
    "aud_0a1b2c": AudioRef,
    "doc_0a1b2c": DocumentRef,
    "recon_0a1b2c": ReconRef,
    "url_0a1b2c": UrlRef,
    "arr_0a1b2c": ArrayRef,
}


@pytest.mark.parametrize(("id", "cls"), KINDS.items())
def test_the_prefix_determines_the_type(id: str, cls: type[ArtifactRef]) -> None:
    for value in (id, {"id": id}, SimpleNamespace(id=id), ArtifactRef(id=id)):
        ref = ref_for(value)
        assert type(ref) is cls
        assert ref.id == id
    assert ref_for(ref) is ref


@pytest.mark.parametrize("extension", [".pdf", ".PNG", ".mp4", ".jpeg"])
def test_a_file_extension_is_removed_from_the_id(extension: str) -> None:
    for id in KINDS:
        assert ref_for(id + extension).id == id
    assert DocumentRef(id=f"doc_0a1b2c{extension}").id == "doc_0a1b2c"
    assert DocumentRef.model_validate({"id": f"doc_0a1b2c{extension}"}).id == "doc_0a1b2c"


@pytest.mark.parametrize(
    "id",
    [
        "",
        "img",
        "img_",
        "img_0a1b2",
        "img_0a1b2c3",
        "IMG_0a1b2c",
        "pic_0a1b2c",
        "img_0a1b2c.",
        "img_0a1b2c.tar.gz",
        "img_0a1b2c/..",
        "img_../../",
        "img_0a1b2c\n",
        " img_0a1b2c",
        "img_0a1b2c?x=1",
    ],
)
def test_an_invalid_artifact_id_is_refused(id: str) -> None:
    with pytest.raises(InputError):
        ref_for(id)


@pytest.mark.parametrize("value", [None, 7, b"img_0a1b2c", {}, {"id": None}, ["img_0a1b2c"]])
def test_a_value_without_an_id_is_refused(value: Any) -> None:
    with pytest.raises(InputTypeError, match="must be a str such as 'img_0a1b2c'"):
        ref_for(value)


def test_an_id_of_another_kind_is_refused_by_each_type() -> None:
    for id, cls in KINDS.items():
        for other in KINDS.values():
            if other is not cls:
                with pytest.raises(InputError, match=other.__name__):
                    other(id=id)


def test_references_are_found_at_any_depth_once_and_in_order() -> None:
    response = {
        "title": "img_ffffff",
        "cover": {"id": "img_000001", "caption": "Cover"},
        "chapters": [
            {"clip": {"id": "vid_000002.mp4"}},
            {"cover": {"id": "img_000001.png"}, "more": [[{"id": "url_000003"}]]},
            {"id": "chapter-1", "text": {"id": 5}},
        ],
        "id": "doc_000004",
    }
    assert refs_in(response) == [
        DocumentRef(id="doc_000004"),
        ImageRef(id="img_000001"),
        VideoRef(id="vid_000002"),
        UrlRef(id="url_000003"),
    ]


@pytest.mark.parametrize("response", [None, "img_0a1b2c", 5, [], {}, {"id": "e1"}])
def test_responses_without_references(response: Any) -> None:
    assert refs_in(response) == []


def test_references_are_found_in_models() -> None:
    from pydantic import BaseModel

    class Slide(BaseModel):
        image: ImageRef
        sounds: list[AudioRef | None]

    slide = Slide(image=ImageRef(id="img_0a1b2c"), sounds=[None, AudioRef(id="aud_0a1b2c")])
    assert refs_in(slide) == refs_in([slide.image, slide]) == [slide.image, slide.sounds[1]]


def test_refs_in_handles_deep_and_large_responses() -> None:
    deep: Any = {"id": "img_0a1b2c"}
    for _ in range(20_000):
        deep = [deep]
    assert refs_in(deep) == [ImageRef(id="img_0a1b2c")]
