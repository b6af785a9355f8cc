"""The sdist and the wheel: building them, and what they hold."""

from __future__ import annotations

import shutil
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from scripts.release_check.commands import run
from scripts.release_check.steps import StepFailed

Files = dict[str, bytes]


class Artefact(NamedTuple):
    """A distribution.

    Attributes:
        path: The archive.
        files: Its files by their paths; of an sdist, without its one folder.
    """

    path: Path
    files: Files


class Built(NamedTuple):
    """What a release consists of.

    Attributes:
        sdist: Built from the checkout.
        wheel: Built from the checkout.
    """

    sdist: Artefact
    wheel: Artefact


def build_wheel(root: Path, folder: Path) -> Artefact:
    """Build a wheel from a checkout."""
    _build(root, folder, "--wheel")
    return read_wheel(_only(folder, "*.whl"))


def build_both(root: Path, folder: Path) -> Built:
    """Build an sdist from a checkout, and a wheel from that sdist."""
    _build(root, folder)
    return Built(read_sdist(_only(folder, "*.tar.gz")), read_wheel(_only(folder, "*.whl")))


def _build(root: Path, folder: Path, *options: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    run([sys.executable, "-m", "build", *options, "--outdir", folder, root], folder)


def _only(folder: Path, pattern: str) -> Path:
    found = list(folder.glob(pattern))
    if len(found) != 1:
        raise StepFailed(f"one {pattern} was to be built, not {[path.name for path in found]}")
    return found[0]


def read_wheel(path: Path) -> Artefact:
    """Read a wheel."""
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if not name.endswith("/")]
        return Artefact(path, {name: archive.read(name) for name in names})


def read_sdist(path: Path) -> Artefact:
    """Read an sdist."""
    files: Files = {}
    with tarfile.open(path) as archive:
        for member in archive:
            file = archive.extractfile(member)
            if file is not None:
                files[member.name.partition("/")[2]] = file.read()
    return Artefact(path, files)


def differences(one: Files, other: Files) -> Iterator[str]:
    """How the wheel that was built from the sdist differs from the checkout's."""
    for name in sorted(one.keys() | other.keys()):
        if name not in other:
            yield f"{name} is not in the wheel that is built from the sdist"
        elif name not in one:
            yield f"{name} is only in the wheel that is built from the sdist"
        elif one[name] != other[name]:
            yield f"{name} is another in the wheel that is built from the sdist"


def put(built: Built, folder: Path) -> None:
    """Copy the archives to a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for artefact in built:
        shutil.copy2(artefact.path, folder)
