"""The inputs of a batch: which items there are, and what each of them stands for."""

from __future__ import annotations

import dataclasses
import glob
import os
import re
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import attrs

from vlmrun._files.paths import file_errors, format_path
from vlmrun._messages import short_repr, type_and_repr
from vlmrun._requests.input_files import is_named_bytes
from vlmrun._requests.media import MediaFile, file_of, reference_of
from vlmrun._requests.pydantic_inputs import is_pydantic
from vlmrun.errors import InputError, InputTypeError
from vlmrun.types._base import Model
from vlmrun.types._saving import MANIFEST
from vlmrun.types.content import FileUrl, MessageContent
from vlmrun.types.files import FileResponse
from vlmrun.types.pdf_pages import PdfPages

# The ends of the names of a journal's files: SQLite's, and the locks of its runs.
_OF_JOURNAL = re.compile(r"(-(wal|shm|journal|owner-[0-9a-f]{32}))?")

_REMEDY = "Pass a list, a generator, a directory, or a glob such as 'scans/**/*.pdf'"


def check_inputs(value: Any, is_iterable: bool, journal: Any = None, save_to: Any = None) -> Any:
    """Return the items of a batch; a directory or a glob is replaced by a list of paths.

    Args:
        value: The argument `inputs`.
        is_iterable: Whether the client can iterate over it.
        journal: The path of the journal. It may be in the directory, and is not an input.
        save_to: The folder of the results; nor is what earlier runs have saved there.

    Raises:
        InputError: It is the path of a file, or there is nothing at the path.
        InputTypeError: It is one item, or not iterable.
    """
    if isinstance(value, (str, os.PathLike)):
        return _files_at(value, journal, save_to)
    if isinstance(value, (bytes, bytearray, memoryview, Mapping, Model)) or not is_iterable:
        raise InputTypeError(
            f"inputs must be an iterable of items, got {type_and_repr(value)}", suggestion=_REMEDY
        )
    return value


def _files_at(value: str | os.PathLike[str], journal: Any, save_to: Any) -> list[Path]:
    paths = sorted(_paths_at(value))
    own = None if journal is None else os.path.realpath(os.fspath(journal))
    root = None if save_to is None else Path(os.path.realpath(os.path.expanduser(save_to)))
    return [
        Path(each)
        for each in paths
        if os.path.isfile(each) and not _is_of(own, each) and not _is_result(root, each)
    ]


def _paths_at(value: str | os.PathLike[str]) -> list[str]:
    """Return what is in a directory, but for hidden files, or what matches a glob.

    Raises:
        InputError: The path is not valid, is that of a file, or nothing is there.
    """
    path = os.path.expanduser(os.fspath(value))
    if not isinstance(path, str) or not path.strip() or "\0" in path:
        raise InputError(f"inputs is not a valid path: {short_repr(value)}", suggestion=_REMEDY)
    if os.path.isdir(path):
        with file_errors("inputs", path):
            return [os.path.join(path, name) for name in os.listdir(path) if name[0] != "."]
    if os.path.lexists(path):
        raise InputError(
            f"inputs is the path of one file: {short_repr(str(value))}",
            suggestion="Pass a list of one item: [...]",
        )
    if not glob.has_magic(path):
        raise InputError(
            f"inputs is not a directory or a glob: {short_repr(str(value))}", suggestion=_REMEDY
        )
    found = glob.glob(path, recursive=True)
    if not found:
        raise InputError(f"inputs: no file matches {format_path(path)}", suggestion=_REMEDY)
    return found


def _is_of(journal: str | None, path: str) -> bool:
    """Return whether a file is the journal, or one of the files that SQLite and its runs add."""
    if journal is None:
        return False
    path = os.path.realpath(path)
    return path.startswith(journal) and _OF_JOURNAL.fullmatch(path, len(journal)) is not None


def _is_result(root: Path | None, path: str) -> bool:
    """Return whether a file is in a folder that an earlier run has saved in `root`."""
    real = Path(os.path.realpath(path))
    if root is None or not real.is_relative_to(root):
        return False
    folder = real.relative_to(root).parts[0]
    return (root / folder / MANIFEST).is_file()


def execution_inputs(item: Any) -> Any:
    """Return the `inputs` of the execution for an item."""
    if _is_named(item):
        return item
    if isinstance(item, UUID):
        return {"file": MessageContent(type="input_file", file_id=str(item))}
    if item is None or isinstance(item, (bool, int, float, list)):
        raise InputTypeError(
            f"an item must be a dict, a model or a file, got {type_and_repr(item)}",
            suggestion='Other values need a name: {"value": ...}',
        )
    if not isinstance(item, str):
        return {"file": item}
    reference = reference_of(item)
    if reference is None:
        return {"file": Path(item)}
    if "url" in reference:
        return {"file": MessageContent(type="file_url", file_url=FileUrl(url=reference["url"]))}
    return {"file": MessageContent(type="input_file", file_id=reference["file_id"])}


def _is_named(item: Any) -> bool:
    """Return whether an item has fields, and is not a file or a typed part."""
    if isinstance(item, (Model, PdfPages, type)):
        return False
    return (
        isinstance(item, Mapping)
        or is_pydantic(item)
        or attrs.has(type(item))
        or dataclasses.is_dataclass(item)
    )


def prediction_file(item: Any) -> MediaFile:
    """Return the file of the prediction for an item."""
    if is_named_bytes(item):
        name, data = item
        return file_of(BytesIO(data), None, None, name)
    return file_of(item, None, None)


def image_arguments(item: Any) -> dict[str, Any]:
    """Return the arguments of `images_of` for an item; a list has the images of one prediction."""
    if isinstance(item, FileResponse):
        return {"images": None, "urls": None, "file_id": item.id}
    if is_named_bytes(item):
        return {"images": None, "urls": None, "file": item[1]}
    if isinstance(item, list):
        are_urls = bool(item) and all(isinstance(each, str) for each in item)
        return {"images": None if are_urls else item, "urls": item if are_urls else None}
    return {"images": None, "urls": None, "file": item}
