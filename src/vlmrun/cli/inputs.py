"""The inputs of a command: files, folders, globs, URLs, `@list.txt` and standard input."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePath
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from vlmrun.cli.problems import UsageProblem, nearest
from vlmrun.cli.streams import shown
from vlmrun.cli.text_arguments import read_stdin, read_stdin_bytes, read_text


class Input(NamedTuple):
    """One input.

    Attributes:
        label: What messages and results call it: its path, its URL, or "-".
        item: A `Path`, a URL, for standard input a file name and bytes, or `PdfPages` of these.
    """

    label: str
    item: Any

    @property
    def is_url(self) -> bool:
        """Whether the service fetches it."""
        return isinstance(self.item, str)

    @property
    def path(self) -> Path | None:
        """Its path, if it is a file on this machine."""
        file = getattr(self.item, "file", self.item)
        return file if isinstance(file, Path) else None

    @property
    def is_plain_file(self) -> bool:
        """Whether all of it is uploaded."""
        return isinstance(self.item, (Path, tuple))

    @property
    def file_name(self) -> str:
        """A name for files about it, such as "invoice.pdf", which is safe on every system."""
        if self.label == "-":
            return "stdin"
        path = _path_of_url(self.label) if self.is_url else self.label
        name = PurePath(path.replace("\\", "/")).name
        return (
            "".join(each if each.isalnum() or each in "-_. ()" else "_" for each in name) or "input"
        )

    @property
    def suffix(self) -> str:
        """The suffix of its name, such as ".pdf", or an empty str."""
        name = self.item[0] if isinstance(self.item, tuple) else self.file_name
        return PurePath(name).suffix.lower()

    @property
    def facts(self) -> dict[str, Any]:
        """The fields of its result about it: what it is called, its path, and the pages."""
        facts = {
            "input": self.label,
            "input_path": None if self.path is None else os.path.abspath(self.path),
            "pages": getattr(self.item, "pages", None),
        }
        return {name: value for name, value in facts.items() if value is not None}


def find_inputs(arguments: Sequence[str], option: str = "INPUT") -> list[Input]:
    """Return the inputs that the arguments stand for, without repeated ones.

    A file that does not exist is an input nevertheless: in a batch, it fails alone.

    Args:
        arguments: Paths, folders, globs, URLs, "@list.txt" (one of these per line), "@-" (such a
            list from standard input), or "-" (a file from standard input).
        option: The argument or option that has them, for messages.

    Raises:
        UsageProblem: There is no input, or a list cannot be read.
    """
    if "-" in arguments and "@-" in arguments:
        raise UsageProblem(
            f"{option}: - and @- both read standard input", "Pass one of them, or a file"
        )
    labels = list(dict.fromkeys(_labels(arguments, option)))
    if not labels:
        raise UsageProblem(f"{option}: there is no input in {', '.join(arguments)}")
    return [Input(label, _item_of(label, option)) for label in labels]


def find_files(arguments: Sequence[str] | None, option: str = "--input") -> list[Input]:
    """Return the inputs that are sent together, once it is certain that all of them can be.

    Args:
        arguments: As for `find_inputs`.
        option: The option that has them, for messages.

    Raises:
        UsageProblem: One does not exist, or is of an unknown kind.
    """
    inputs = find_inputs(arguments, option) if arguments else []
    for each in inputs:
        check_input(each, option)
    return inputs


def with_pages(inputs: Sequence[Input], pages: str | None) -> list[Input]:
    """Return inputs of which only some pages are sent.

    Args:
        inputs: The inputs.
        pages: The value of `--pages`; None for all pages.

    Raises:
        UsageProblem: One is not a local PDF, or there is no input.
    """
    if pages is None:
        return list(inputs)
    if not inputs:
        raise UsageProblem("--pages needs PDFs", "Pass them, or leave it out")
    from vlmrun.types import PdfPages

    for each in inputs:
        if each.is_url or each.suffix != ".pdf":
            raise UsageProblem(f"--pages needs local PDFs, got {each.label}", "Leave it out")
    return [each._replace(item=PdfPages(each.item, pages)) for each in inputs]


def check_input(each: Input, option: str = "--input") -> None:
    """Check that an input can be sent, as far as that can be known before.

    Raises:
        UsageProblem: It does not exist, or is of an unknown kind.
    """
    from vlmrun.constants import SUPPORTED_INPUT_FILETYPES

    path = each.path
    if path is None:
        return
    label = shown(each.label)
    try:
        exists = path.exists()
    except OSError as error:
        raise UsageProblem(f"{option}: {label} cannot be read: {error.strerror}") from None
    if not exists:
        folder = path.parent
        names = [each.name for each in folder.iterdir()] if folder.is_dir() else []
        raise UsageProblem(f"{option}: the file {label} does not exist", nearest(path.name, names))
    if path.is_file() and path.stat().st_size == 0:
        raise UsageProblem(f"{option}: the file {label} is empty", "There is nothing to send")
    if each.suffix not in SUPPORTED_INPUT_FILETYPES:
        known = " ".join(SUPPORTED_INPUT_FILETYPES)
        what = f"the unsupported type {path.suffix}" if path.suffix else "no suffix"
        raise UsageProblem(f"{option}: {label} has {what}", f"Supported: {known}")


def is_url(value: str) -> bool:
    """Return whether an argument is a URL, which the service fetches."""
    from vlmrun.common.mime import is_http_url

    return is_http_url(value)


def is_many(argument: str) -> bool:
    """Return whether an argument may stand for several inputs: a folder, a glob or a list."""
    if argument == "-" or is_url(argument):
        return False
    path = os.path.expanduser(argument)
    if os.path.lexists(path):
        return os.path.isdir(path)
    return argument.startswith("@") or glob.has_magic(path)


def _labels(arguments: Sequence[str], option: str, is_nested: bool = False) -> Iterator[str]:
    for argument in arguments:
        if not argument:  # such as "$FILE", if the variable is not set
            raise UsageProblem(f"{option} is empty", "Pass a file, a folder, a glob or a URL")
        if argument == "-" or is_url(argument):
            yield argument
        elif argument.startswith("@") and not os.path.lexists(argument) and not is_nested:
            yield from _labels(_listed(argument, option), option, is_nested=True)
        else:
            yield from _paths(os.path.expanduser(argument), option)


def _listed(argument: str, option: str) -> list[str]:
    name = argument[1:]
    text = read_stdin("The list of inputs") if name == "-" else read_text(option, Path(name))
    lines = [line.strip() for line in text.splitlines()]
    return [line for line in lines if line and not line.startswith("#")]


def _paths(argument: str, option: str) -> Iterator[str]:
    if os.path.isdir(argument):
        yield from _files_in(argument, option)
    elif not os.path.lexists(argument) and glob.has_magic(argument):
        found = sorted(path for path in glob.glob(argument, recursive=True) if os.path.isfile(path))
        # The pattern itself is then a file that does not exist.
        yield from found or [argument]
    else:
        yield argument


def _files_in(folder: str, option: str) -> Iterator[str]:
    from vlmrun.constants import SUPPORTED_INPUT_FILETYPES

    try:
        names = sorted(os.listdir(folder))
    except OSError as error:
        raise UsageProblem(f"{option}: {folder} cannot be read: {error.strerror}") from None
    paths = [
        os.path.join(folder, name)
        for name in names
        if name[0] != "." and os.path.splitext(name)[1].lower() in SUPPORTED_INPUT_FILETYPES
    ]
    files = [path for path in paths if os.path.isfile(path)]
    if not files:
        # Otherwise, a batch would end well without the folder that it was about.
        known = " ".join(SUPPORTED_INPUT_FILETYPES)
        raise UsageProblem(
            f"{option}: the folder {folder} has no files of a supported type",
            f"Supported: {known}. Folders in it are not read; '{folder}/**/*.pdf' reads them",
        )
    yield from files


def _item_of(label: str, option: str) -> Any:
    if label == "-":
        data = read_stdin_bytes(f"{option} -")
        if not data:
            raise UsageProblem(f"{option} - is empty: standard input has nothing")
        return f"stdin{_suffix_of(data)}", data
    if not is_url(label):
        return Path(label)
    # The service takes schemes in lower case only.
    scheme, separator, rest = label.partition("://")
    return scheme.lower() + separator + rest


def _suffix_of(data: bytes) -> str:
    """Return the suffix for content, since the service knows the kind of a file by its name."""
    import mimetypes

    from vlmrun.common.mime import sniff_mime

    media_type = sniff_mime(data)
    return (mimetypes.guess_extension(media_type) if media_type else None) or ".txt"


def _path_of_url(url: str) -> str:
    try:
        return unquote(urlsplit(url).path)
    except ValueError:  # such as "http://[", which the service rejects
        return ""
