"""References to artifacts, which agents return: a prefix and six word characters.

Example:
    >>> response = {"cover": {"id": "img_0a1b2c"}, "pages": [{"id": "doc_3d4e5f.pdf"}]}
    >>> refs_in(response)
    [ImageRef(id='img_0a1b2c'), DocumentRef(id='doc_3d4e5f')]
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from vlmrun._messages import short_repr, type_and_repr
from vlmrun.errors import InputError, InputTypeError
from vlmrun.types._base import Model

__all__ = [
    "ArrayRef",
    "ArtifactRef",
    "AudioRef",
    "DocumentRef",
    "ImageRef",
    "ReconRef",
    "UrlRef",
    "VideoRef",
    "ref_for",
    "refs_in",
]


_EXTENSION = re.compile(r"(?<=_\w{6})\.\w{1,8}$")


class ArtifactRef(Model):
    """A reference to an artifact of any kind.

    Attributes:
        id: A prefix for the kind of artifact, and six word characters. Models sometimes append a
            file extension, which is removed.
    """

    # References are part of responses, and may have further fields in the future.
    _keeps_unknown: ClassVar[bool] = True
    _pattern: ClassVar[str] = r"^(img|vid|aud|doc|recon|url|arr)_\w{6}$"

    id: str

    @classmethod
    def _normalized(cls, values: dict[str, Any]) -> dict[str, Any]:
        values = dict(values)
        if isinstance(values.get("id"), str):
            values["id"] = _EXTENSION.sub("", values["id"])
        return values

    def _verify(self) -> None:
        if not re.fullmatch(self._pattern, self.id):
            raise InputError(
                f"{type(self).__name__}.id must match {self._pattern}, got {short_repr(self.id)}"
            )

    @classmethod
    def _schema_extras(cls) -> dict[str, dict[str, Any]]:
        return {"id": {"pattern": cls._pattern}}


class ImageRef(ArtifactRef):
    """An image.

    Attributes:
        id: `img_` and six word characters.
    """

    _pattern = r"^img_\w{6}$"


class VideoRef(ArtifactRef):
    """A video.

    Attributes:
        id: `vid_` and six word characters.
    """

    _pattern = r"^vid_\w{6}$"


class AudioRef(ArtifactRef):
    """An audio file.

    Attributes:
        id: `aud_` and six word characters.
    """

    _pattern = r"^aud_\w{6}$"


class DocumentRef(ArtifactRef):
    """A document.

    Attributes:
        id: `doc_` and six word characters.
    """

    _pattern = r"^doc_\w{6}$"


class ReconRef(ArtifactRef):
    """A three-dimensional reconstruction.

    Attributes:
        id: `recon_` and six word characters.
    """

    _pattern = r"^recon_\w{6}$"


class UrlRef(ArtifactRef):
    """A text file that contains a URL.

    Attributes:
        id: `url_` and six word characters.
    """

    _pattern = r"^url_\w{6}$"


class ArrayRef(ArtifactRef):
    """An array of numbers.

    Attributes:
        id: `arr_` and six word characters.
    """

    _pattern = r"^arr_\w{6}$"


_BY_PREFIX: dict[str, type[ArtifactRef]] = {
    "img": ImageRef,
    "vid": VideoRef,
    "aud": AudioRef,
    "doc": DocumentRef,
    "recon": ReconRef,
    "url": UrlRef,
    "arr": ArrayRef,
}


def ref_for(value: Any) -> ArtifactRef:
    """Return the typed reference for an id.

    Args:
        value: An id such as "img_0a1b2c", an object or a dict with such an `id`, or a reference,
            which is returned as it is.

    Raises:
        InputError: The id is not the id of an artifact (also a `ValueError`).
        InputTypeError: The value has no id.

    Example:
        >>> ref_for("doc_0a1b2c.pdf")
        DocumentRef(id='doc_0a1b2c')
    """
    if isinstance(value, ArtifactRef) and type(value) is not ArtifactRef:
        return value
    id = value if isinstance(value, str) else _id_in(value)
    if not isinstance(id, str):
        raise InputTypeError(
            f"An artifact's id must be a str such as 'img_0a1b2c', or an object that has one, got "
            f"{type_and_repr(value)}"
        )
    cls = _BY_PREFIX.get(id.partition("_")[0])
    if cls is None:
        prefixes = ", ".join(f"{prefix}_" for prefix in _BY_PREFIX)
        raise InputError(
            f"{short_repr(id)} is not the id of an artifact: these begin with one of {prefixes}",
            suggestion="A file of the agent's workspace has a filename=... instead of an id",
        )
    return cls(id=id)


def refs_in(response: Any) -> list[ArtifactRef]:
    """Return the references in a response, each once, in the order in which they occur.

    Args:
        response: The `.response` or `.parsed` of an execution, or any JSON data. Every
            `{"id": "img_…"}` is found, at any depth.

    Example:
        >>> for ref in refs_in(execution.response):
        ...     client.artifacts.get(ref, execution_id=execution.id, to="results/")
    """
    found: dict[tuple[type[ArtifactRef], str], ArtifactRef] = {}
    pending = [response]  # a stack instead of recursion: responses may be nested deeply
    while pending:
        value = pending.pop()
        if hasattr(value, "model_dump") and not isinstance(value, (Mapping, type)):
            value = value.model_dump()
        if isinstance(value, Mapping):
            ref = _ref_or_none(value.get("id"))
            if ref is not None:
                found.setdefault((type(ref), ref.id), ref)
            pending += reversed(list(value.values()))
        elif isinstance(value, (list, tuple)):
            pending += reversed(value)
    return list(found.values())


def _id_in(value: Any) -> Any:
    return value.get("id") if isinstance(value, Mapping) else getattr(value, "id", None)


def _ref_or_none(id: Any) -> ArtifactRef | None:
    try:
        return ref_for(id) if isinstance(id, str) else None
    except InputError:
        return None
