"""Number and size of the distributions that a plain `pip install` installs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.metadata import Distribution, distributions
from pathlib import Path

from installation import Installation
from measurement import MB, Measurement

NOT_COUNTED = ("pip", "setuptools")


def measure(installation: Installation) -> Iterator[Measurement]:
    """Count distributions and bytes in a new virtual environment, without pip itself.

    The targets apply to the distributed files; pip compiles .pyc files from them afterwards.
    """
    folder = str(installation.site_packages)
    installed = [
        each for each in distributions(path=[folder]) if each.metadata["Name"] not in NOT_COUNTED
    ]
    yield Measurement("install: distributions", [len(installed)], "", 12)
    distributed, compiled = _sizes(installed)
    yield Measurement("install: size", [distributed], " MB", 8.0)
    yield Measurement("install: size of .pyc files", [compiled], " MB")
    own = [each for each in installed if each.metadata["Name"] == "vlmrun"]
    distributed, compiled = _sizes(own)
    yield Measurement("install: size of this package", [distributed], " MB")
    yield Measurement("install: size of .pyc files of this package", [compiled], " MB")


def _sizes(installed: Sequence[Distribution]) -> tuple[float, float]:
    """Return the sizes in MB of the distributed files and of the .pyc files."""
    distributed = compiled = 0
    for file in (file for each in installed for file in each.files or ()):
        path = Path(str(file.locate()))
        if path.suffix == ".pyc":
            compiled += path.stat().st_size
        else:
            distributed += path.stat().st_size
    return distributed / MB, compiled / MB
