"""The inputs of a batch: files, folders, globs, URLs, `@list.txt` and standard input."""

from __future__ import annotations

import glob
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePath
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from vlmrun.cli.problems import UsageProblem
from vlmrun.cli.text_arguments import read_stdin, read_stdin_bytes, read_text


class BatchInput(NamedTuple):
    """One input.

    Attributes:
        label: What messages and results call it: its path, its URL, or "-".
        item: The same for `execute_many`.
        name: The name of the files for its results, without a suffix.
    """

    label: str
    item: Any
    name: str


def batch_inputs(arguments: Sequence[str]) -> list[BatchInput]:
    """Return the inputs that the arguments stand for, without repeated ones.

    A file that does not exist is an input nevertheless: it fails alone.

    Args:
        arguments: Paths, folders, globs, URLs, "@list.txt" (one of these per line), "@-" (such a
            list from standard input), or "-" (a file from standard input).

    Raises:
        UsageProblem: There is no input, or a list cannot be read.
    """
    labels = list(dict.fromkeys(_labels(arguments)))
    if not labels:
        raise UsageProblem(f"There is no input in {', '.join(arguments)}")
    names = _result_names(labels)
    return [
        BatchInput(label, _item_of(label), name) for label, name in zip(labels, names, strict=True)
    ]


def is_url(value: str) -> bool:
    """Return whether an argument is a URL."""
    return value.lower().startswith(("http://", "https://"))


def _labels(arguments: Sequence[str], is_nested: bool = False) -> Iterator[str]:
    for argument in arguments:
        if not argument:  # such as "$FILE", if the variable is not set
            raise UsageProblem("INPUT is empty", "Pass a file, a folder, a glob or a URL")
        if argument == "-" or is_url(argument):
            yield argument
        elif argument.startswith("@") and not os.path.lexists(argument) and not is_nested:
            yield from _labels(_listed(argument), is_nested=True)
        else:
            yield from _paths(os.path.expanduser(argument))


def _listed(argument: str) -> list[str]:
    name = argument[1:]
    text = read_stdin("The list of inputs") if name == "-" else read_text("INPUT", Path(name))
    lines = [line.strip() for line in text.splitlines()]
    return [line for line in lines if line and not line.startswith("#")]


def _paths(argument: str) -> Iterator[str]:
    if os.path.isdir(argument):
        from vlmrun.constants import SUPPORTED_INPUT_FILETYPES

        for name in sorted(os.listdir(argument)):
            path = os.path.join(argument, name)
            if (
                not name.startswith(".")
                and os.path.splitext(name)[1].lower() in SUPPORTED_INPUT_FILETYPES
                and os.path.isfile(path)
            ):
                yield path
    elif not os.path.lexists(argument) and glob.has_magic(argument):
        found = sorted(path for path in glob.glob(argument, recursive=True) if os.path.isfile(path))
        # The pattern itself is then a file that does not exist.
        yield from found or [argument]
    else:
        yield argument


def _item_of(label: str) -> Any:
    if label == "-":
        data = read_stdin_bytes("The input")
        if not data:
            raise UsageProblem("The input - is empty: standard input has nothing")
        return f"stdin{_suffix_of(data)}", data
    return label if is_url(label) else Path(label)


def _suffix_of(data: bytes) -> str:
    """Return the suffix for content, since the service knows the kind of a file by its name."""
    import mimetypes

    from vlmrun.common.mime import sniff_mime

    media_type = sniff_mime(data)
    return (mimetypes.guess_extension(media_type) if media_type else None) or ".txt"


def _result_names(labels: Sequence[str]) -> list[str]:
    """Return a name for the results of each input: its own, made unique if several have it.

    File systems that ignore case must not mix results up, so neither does this.
    """
    stems = [_stem(label) for label in labels]
    counts = Counter(stem.casefold() for stem in stems)
    names: list[str] = []
    taken: set[str] = set()
    for label, stem in zip(labels, stems, strict=True):
        name = _file_name(label) if counts[stem.casefold()] > 1 else stem
        unique, number = name, 1
        while unique.casefold() in taken:
            number += 1
            unique = f"{name}-{number}"
        taken.add(unique.casefold())
        names.append(unique)
    return names


def _file_name(label: str) -> str:
    if label == "-":
        return "stdin"
    path = unquote(urlsplit(label).path) if is_url(label) else label
    name = PurePath(path.replace("\\", "/")).name
    return "".join(each if each.isalnum() or each in "-_. ()" else "_" for each in name) or "input"


def _stem(label: str) -> str:
    name = _file_name(label)
    return PurePath(name).stem or name
