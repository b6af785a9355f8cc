"""Packages as users install them: each in a virtual environment of its own."""

from __future__ import annotations

import subprocess
import sys
import venv
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent

# Environments of other packages are kept between runs; `make clean` removes them.
_KEPT = ROOT / "build" / "benchmarks"


class Installation:
    """Environments with this package, as pip installs it, and with others.

    The development environment is not suitable: its editable install and its many packages slow
    down the start of the interpreter.

    Args:
        folder: An empty folder for wheels and files.
        revision: The revision of this package; None for the files as they are.
    """

    def __init__(self, folder: Path, revision: str | None = None) -> None:
        self.folder = folder
        self._revision = revision
        self._environments: dict[str, Path] = {}

    @cached_property
    def _wheel(self) -> Path:
        wheels = self.folder / "wheels"
        with TemporaryDirectory() as checkout:
            source = ROOT if self._revision is None else _check_out(self._revision, Path(checkout))
            _pip(sys.executable, "wheel", "--no-deps", "--wheel-dir", wheels, source)
        (wheel,) = wheels.glob("vlmrun-*.whl")
        return wheel

    @cached_property
    def python(self) -> Path:
        """The path of the interpreter that has this package, and what it depends on."""
        return self.with_extra("")

    def with_extra(self, extra: str) -> Path:
        """Return the path of an interpreter that has this package with an extra."""
        if extra not in self._environments:
            requirement = f"{self._wheel}[{extra}]" if extra else str(self._wheel)
            folder = self.folder / f"venv-{extra}"
            self._environments[extra] = _create(folder, requirement)
        return self._environments[extra]

    @cached_property
    def site_packages(self) -> Path:
        """The folder with the installed distributions."""
        code = "import sysconfig; print(sysconfig.get_path('purelib'))"
        return Path(subprocess.check_output([self.python, "-c", code], text=True).strip())


def peer(distribution: str) -> Path:
    """Return the path of an interpreter that has another package; it is installed once."""
    folder = _KEPT / distribution
    python = folder / "bin" / "python"
    return python if (folder / "ready").exists() else _create(folder, distribution)


def peer_versions() -> dict[str, str]:
    """Return the versions of the other packages that are installed."""
    return {
        folder.name: version_of(folder / "bin" / "python", folder.name)
        for folder in sorted(_KEPT.glob("*"))
        if (folder / "ready").exists()
    }


def version_of(python: Path, distribution: str) -> str:
    """Return the version of a distribution that an interpreter has."""
    code = f"from importlib.metadata import version; print(version({distribution!r}))"
    return subprocess.check_output([python, "-c", code], text=True).strip()


def _create(folder: Path, requirement: str) -> Path:
    venv.create(folder, with_pip=True, symlinks=True, clear=True)
    python = folder / "bin" / "python"
    _pip(python, "install", requirement)
    (folder / "ready").touch()
    return python


def _check_out(revision: str, folder: Path) -> Path:
    archive = subprocess.run(
        ["git", "archive", revision], cwd=ROOT, check=True, capture_output=True
    ).stdout
    subprocess.run(["tar", "-x", "-C", folder], input=archive, check=True)
    return folder


def _pip(python: str | Path, command: str, *arguments: str | Path) -> None:
    options = ["-qq", "--disable-pip-version-check"]
    subprocess.run([python, "-m", "pip", command, *options, *arguments], check=True)
