"""The virtual environment of the tools, created on first use."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from scripts.generate.failure import GenerationError, shortened

REQUIREMENTS = Path(__file__).with_name("requirements.txt")


class Environment:
    """A virtual environment with the pinned tools.

    Args:
        folder: Its folder.
    """

    def __init__(self, folder: Path) -> None:
        self._programs = folder / ("Scripts" if os.name == "nt" else "bin")

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self._programs / ("python.exe" if os.name == "nt" else "python")

    def run_python(
        self, arguments: Sequence[str | Path], failure: str, cwd: Path | None = None
    ) -> str:
        """Run the interpreter; the environment's programs come first on the path.

        Args:
            arguments: The command line after the interpreter.
            failure: The first line of the error message if the program fails; empty if the
                program's own output says it all.
            cwd: The working directory.

        Returns:
            Its output.

        Raises:
            GenerationError: It failed; the message contains the output.
        """
        # Settings for Python or ruff in the caller's environment could change the output.
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("PYTHON", "RUFF_"))
        }
        changed = {
            "PATH": os.pathsep.join([str(self._programs), inherited.get("PATH", "")]),
            "PYTHONHASHSEED": "0",  # sets iterate in the same order on every machine
            "PYTHONUTF8": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        done = subprocess.run(
            [self.python, *arguments],
            cwd=cwd,
            env={**inherited, **changed},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        if done.returncode != 0:
            first = f"{failure} (exit status {done.returncode})\n" if failure else ""
            raise GenerationError(first + shortened(done.stdout))
        return done.stdout


def prepare(cache: Path, requirements: Path = REQUIREMENTS) -> Environment:
    """Return the environment for the running Python, created if it does not exist.

    Args:
        cache: The folder of the environments, one for each Python and set of requirements.
        requirements: The requirements file to install.

    Raises:
        GenerationError: It cannot be created.
    """
    version = "{}.{}.{}".format(*sys.version_info)
    digest = hashlib.sha256(version.encode() + requirements.read_bytes()).hexdigest()
    folder = cache / f"python{version}-{digest[:12]}"
    if not Environment(folder).python.exists():
        message = f"creating the environment of the tools for Python {version} ..."
        print(message, file=sys.stderr, flush=True)
        cache.mkdir(parents=True, exist_ok=True)
        # Built aside and renamed: an environment under its final name is complete, even if the
        # run is interrupted or two runs create it at the same time.
        with TemporaryDirectory(dir=cache, prefix="new-", ignore_cleanup_errors=True) as aside:
            _create(Path(aside) / "environment", requirements)
            _move(Path(aside) / "environment", folder)
    return Environment(folder)


def _create(folder: Path, requirements: Path) -> None:
    venv = subprocess.run(
        [sys.executable, "-m", "venv", folder],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    if venv.returncode != 0:
        raise GenerationError(
            f"the environment of the tools cannot be created\n{shortened(venv.stdout)}"
        )
    pip = ["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"]
    Environment(folder).run_python(
        [*pip, "-r", requirements], "the tools cannot be installed into their environment"
    )


def _move(built: Path, folder: Path) -> None:
    if not Environment(folder).python.exists():
        shutil.rmtree(folder, ignore_errors=True)  # its Python was uninstalled
        try:
            built.rename(folder)
        except OSError:
            # Another run may have been faster.
            if not Environment(folder).python.exists():
                raise
