"""Conversion of `inputs` to the JSON that is sent.

Everything is checked before any I/O, in one walk over the inputs. Since a file can only be uploaded
after that, the JSON gets an empty object in place of each path, which is filled with the typed part
of the upload later.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, time
from decimal import Decimal
from enum import Enum
from pathlib import Path, PurePath
from typing import Any, NamedTuple
from uuid import UUID

import attrs

from vlmrun._files.paths import check_file
from vlmrun._files.upload_source import Source, source_of
from vlmrun._messages import short_repr, type_and_repr
from vlmrun._requests.input_files import source_in_inputs, warn_of_file_name
from vlmrun._requests.pydantic_inputs import dump_pydantic, is_pydantic
from vlmrun._requests.sent_files import files_sent, referred
from vlmrun._validation import check_encodable, check_finite, is_http_url
from vlmrun.constants import SUPPORTED_INPUT_FILETYPES
from vlmrun.errors import InputError, InputTypeError
from vlmrun.types._base import Model
from vlmrun.types._sent_file import SentFile
from vlmrun.types.content import MessageContent
from vlmrun.types.files import FileResponse

_FILE_REMEDY = "files to upload (a Path, an open file, a PIL image), "
_REMEDY = (
    "Values may be plain JSON, MessageContent, datetime, UUID, {files}or pydantic, attrs and "
    "dataclass instances of these"
)


# What a str of `inputs` is certainly a file of, if it is a URL with this suffix.
_FILES = frozenset(SUPPORTED_INPUT_FILETYPES)


class PreparedInputs(NamedTuple):
    """Inputs as JSON, and what is still missing in it.

    Attributes:
        tree: The JSON; None if there are no inputs.
        parts: For each file to upload, by its path or the id of the open file, the empty object
            that stands for it in `tree`, to be filled with the file's typed part.
        sources: The files to upload, in the order of `parts`.
        others: The files that are not local.
    """

    tree: dict[str, Any] | None
    parts: dict[Path | int, dict[str, Any]]
    sources: Sequence[Source] = ()
    others: Sequence[SentFile] = ()

    @property
    def sent(self) -> tuple[SentFile, ...]:
        """All files, as the results name them; with their ids after they were uploaded."""
        return files_sent(self.sources, self.parts.values(), self.others)


def prepare(inputs: Any) -> PreparedInputs:
    """Convert inputs to JSON.

    Raises:
        InputTypeError: A value cannot be sent; the message has its location.
        InputError: A number is not valid JSON, or a structure contains itself.
        MissingFileError: A path does not exist.
    """
    if inputs is None:
        return PreparedInputs(None, {})
    # Each of these would convert to something, but not to named inputs.
    if isinstance(inputs, (Model, os.PathLike, str)):
        raise _without_names(inputs)
    converter = _Converter(takes_files=True)
    tree = converter.convert_argument("inputs", inputs)
    if not isinstance(tree, dict):
        raise _without_names(inputs)
    sources = list(converter.sources.values())
    return PreparedInputs(tree, converter.parts, sources, converter.others)


def as_object(name: str, value: Any) -> dict[str, Any]:
    """Convert an argument that is sent as a JSON object without files.

    Args:
        name: The argument's name.
        value: A dict, or an instance of a public type, or of pydantic, attrs or a dataclass.

    Raises:
        InputTypeError: It is none of these, or a value in it cannot be sent.
        InputError: A number is not valid JSON, or a structure contains itself.
    """
    tree = None if isinstance(value, os.PathLike) else as_json(name, value)
    if not isinstance(tree, dict):
        raise InputTypeError(
            f"{name} must be a dict or an object with fields, got {type_and_repr(value)}"
        )
    return tree


def as_json(name: str, value: Any, is_opaque: Callable[[Any], bool] | None = None) -> Any:
    """Convert an argument that is sent as JSON without files.

    Args:
        name: The argument's name.
        value: The argument.
        is_opaque: Whether an object in it is left as it is, for another package to convert.

    Raises:
        InputTypeError: A value in it cannot be sent.
        InputError: A number is not valid JSON, or a structure contains itself.
    """
    converter = _Converter(is_opaque)
    tree = converter.convert_argument(name, value)
    for path in converter.sources:
        raise InputTypeError(
            f"{name} contains the path {path}, but files cannot be uploaded here",
            suggestion="Upload it with client.files.upload(path), and pass the id of the file",
        )
    return tree


class _Converter:
    """Converts the values of one argument to JSON, and collects the paths in it."""

    def __init__(
        self, is_opaque: Callable[[Any], bool] | None = None, takes_files: bool = False
    ) -> None:
        self._is_opaque = is_opaque
        self._takes_files = takes_files
        self.parts: dict[Path | int, dict[str, Any]] = {}
        self.sources: dict[Path | int, Source] = {}
        self.others: list[SentFile] = []

    def convert_argument(self, name: str, value: Any) -> Any:
        try:
            return self.convert(value, name)
        except RecursionError:
            raise InputError(f"{name} contains itself, or is nested too deeply") from None

    def convert(self, value: Any, where: str) -> Any:
        """Convert a value; `where` is its location in error messages."""
        if isinstance(value, Enum):
            value = value.value
        part = self._file_part(value, where)
        if part is not None:
            return part
        if isinstance(value, str):
            check_encodable(where, value)
        elif isinstance(value, (float, Decimal, date, time)):
            check_finite(where, value)
        if value is None or isinstance(value, (str, bool, int, float)):
            return value
        if isinstance(value, Mapping):
            if isinstance(value.get("file_id"), str):
                self.others.append(_referred_by(value))
            return {
                _key(key, where): self.convert(item, f"{where}[{key!r}]")
                for key, item in value.items()
            }
        if isinstance(value, (list, tuple)):
            return [self.convert(item, f"{where}[{index}]") for index, item in enumerate(value)]
        if isinstance(value, (date, time)):
            return value.isoformat()
        # A Decimal as a JSON number would be read as a float, which may be another amount.
        if isinstance(value, (UUID, Decimal)):
            return str(value)
        if isinstance(value, Model):
            tree = value.to_dict()
            self.others += map(_referred_by, _references(tree))
            return tree
        return self._convert_object(value, where)

    def _file_part(self, value: Any, where: str) -> dict[str, Any] | None:
        """Return the typed part for a file, empty until it is uploaded; None for other values."""
        if isinstance(value, os.PathLike):
            path = check_file(where, value)
            return self._add(path, self.sources.get(path) or source_of(path, None, where))
        if isinstance(value, str):
            warn_of_file_name(value, where, self._takes_files)
        if not self._takes_files:
            return None
        if isinstance(value, str):
            if is_http_url(value) and PurePath(value.partition("?")[0]).suffix.lower() in _FILES:
                self.others.append(referred(value))
            return None
        if isinstance(value, FileResponse):
            self.others.append(referred(value.filename or str(value.id), value.id))
            return MessageContent(type="input_file", file_id=value.id).to_dict()
        source = source_in_inputs(value, where)
        # The source keeps its file, and so the id of the file, alive.
        return None if source is None else self._add(id(source.origin), source)

    def _add(self, key: Path | int, source: Source) -> dict[str, Any]:
        self.sources.setdefault(key, source)
        return self.parts.setdefault(key, {})

    def _convert_object(self, value: Any, where: str) -> Any:
        if self._is_opaque is not None and self._is_opaque(value):
            return value
        if isinstance(value, type):
            raise InputTypeError(
                f"{where} is the class {value.__name__}, not an instance of it",
                suggestion=f"Pass {value.__name__}(...)",
            )
        if is_pydantic(value):
            return dump_pydantic(value, where, self.convert)
        if attrs.has(type(value)) or dataclasses.is_dataclass(value):
            return self.convert(_set_fields(value), where)
        raise InputTypeError(
            f"{where} cannot be sent: {type_and_repr(value)}", suggestion=self._remedy(value)
        )

    def _remedy(self, value: Any) -> str:
        if type(value).__name__ == "coroutine":
            return "Await it first"
        if isinstance(value, (bytes, bytearray, memoryview)):
            return "Pass a str: decode text, or base64.b64encode(x).decode()"
        if hasattr(value, "to_dict"):  # a DataFrame
            return "Pass x.to_dict('records')"
        if hasattr(value, "__array__"):  # a number of NumPy
            return "Pass x.item(), or x.tolist()"
        if isinstance(value, Iterable):
            return "Pass a list: list(x)"
        return _REMEDY.format(files=_FILE_REMEDY if self._takes_files else "")


def _references(tree: Any) -> Iterator[Mapping[str, Any]]:
    """Yield the parts of a message or of a model that refer to a file."""
    if isinstance(tree, Mapping):
        if isinstance(tree.get("file_id"), str) or isinstance(tree.get("url"), str):
            yield tree
        for value in tree.values():
            yield from _references(value)
    elif isinstance(tree, (list, tuple)):
        for value in tree:
            yield from _references(value)


def _referred_by(part: Mapping[str, Any]) -> SentFile:
    file_id = part.get("file_id")
    return referred(str(file_id or part["url"]), file_id)


def _without_names(inputs: Any) -> InputTypeError:
    return InputTypeError(
        f"inputs must be a dict or an object with fields, got {type(inputs).__name__}",
        suggestion="Give each input a name, for example inputs={'file': Path('a.pdf')}",
    )


def _key(key: Any, where: str) -> str:
    name = key.value if isinstance(key, Enum) else key
    if not isinstance(name, str):
        raise InputTypeError(
            f"{where} has the key {short_repr(key)}; keys must be str",
            suggestion=f"Use {str(key)!r}" if isinstance(key, int) else "Use a name in quotes",
        )
    check_encodable(f"A key of {where}", name)
    return name


def _set_fields(instance: Any) -> dict[str, Any]:
    """Return the fields of an attrs or dataclass instance, without None that is their default.

    The service treats null as a value, so a field that nobody set must not be sent as null.
    """
    cls = type(instance)
    fields: Any = attrs.fields(cls) if attrs.has(cls) else dataclasses.fields(instance)
    values = {field.name: getattr(instance, field.name) for field in fields}
    optional = {field.name for field in fields if field.default is None}
    return {
        name: value for name, value in values.items() if not (value is None and name in optional)
    }
