"""The package as users install it: the wheel, in a virtual environment of its own."""

from __future__ import annotations

import subprocess
import sys
import venv
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class Installation:
    """A plain `pip install` of this checkout's wheel, created on first access.

    The development environment is not suitable: its editable install and its many packages slow
    down the start of the interpreter.

    Args:
        folder: An empty folder for the wheel and the virtual environment.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def python(self) -> Path:
        """The path of the environment's interpreter."""
        return self._create("venv", str(self._wheel))

    def python_with(self, extra: str) -> Path:
        """Create an environment with an extra, and return the path of its interpreter."""
        return self._create(f"venv-{extra}", f"{self._wheel}[{extra}]")

    @cached_property
    def _wheel(self) -> Path:
        wheels = self.folder / "wheels"
        _pip(sys.executable, "wheel", "--no-deps", "--wheel-dir", wheels, ROOT)
        (wheel,) = wheels.glob("vlmrun-*.whl")
        return wheel

    def _create(self, name: str, requirement: str) -> Path:
        environment = self.folder / name
        venv.create(environment, with_pip=True, symlinks=True)
        python = environment / "bin" / "python"
        _pip(python, "install", requirement)
        return python

    @cached_property
    def site_packages(self) -> Path:
        """The folder with the installed distributions."""
        code = "import sysconfig; print(sysconfig.get_path('purelib'))"
        return Path(subprocess.check_output([self.python, "-c", code], text=True).strip())


def _pip(python: str | Path, command: str, *arguments: str | Path) -> None:
    options = ["-qq", "--disable-pip-version-check"]
    subprocess.run([python, "-m", "pip", command, *options, *arguments], check=True)
