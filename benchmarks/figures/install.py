"""What a plain `pip install` of the package brings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.metadata import Distribution, distributions
from pathlib import Path

from installation import Installation
from measuring import MB, Result

NOT_COUNTED = ("pip", "setuptools")


def measure(installation: Installation) -> Iterator[Result]:
    """Distributions and bytes in a new virtual environment, without the installer's own.

    The aim is for what is shipped; pip compiles .pyc files from it for the Python that it runs on.
    """
    folder = str(installation.site_packages)
    brought = [
        found for found in distributions(path=[folder]) if found.metadata["Name"] not in NOT_COUNTED
    ]
    yield Result("install: distributions", [len(brought)], "", 12)
    shipped, compiled = _sizes(brought)
    yield Result("install: size", [shipped], " MB", 8.0)
    yield Result("install: .pyc files on top", [compiled], " MB")
    shipped, compiled = _sizes([found for found in brought if found.metadata["Name"] == "vlmrun"])
    yield Result("install: of the size, this package", [shipped], " MB")
    yield Result("install: of the .pyc files, this package's", [compiled], " MB")


def _sizes(brought: Sequence[Distribution]) -> tuple[float, float]:
    """Megabytes of the files that are shipped, and of those that pip has compiled from them."""
    shipped = compiled = 0
    for file in (file for found in brought for file in found.files or ()):
        path = Path(str(file.locate()))
        if path.suffix == ".pyc":
            compiled += path.stat().st_size
        else:
            shipped += path.stat().st_size
    return shipped / MB, compiled / MB
