"""The tools' own virtual environment: made on first use, and anew when its ingredients change."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from scripts.generate.failure import GenerationError, shortened

REQUIREMENTS = Path(__file__).with_name("requirements.txt")

_READY = "made-of.txt"


class Environment:
    """A virtual environment with the pinned tools.

    Args:
        folder: Where it lives.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._programs = folder / ("Scripts" if os.name == "nt" else "bin")

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self._programs / ("python.exe" if os.name == "nt" else "python")

    def run(self, command: Sequence[str | Path], what: str, cwd: Path | None = None) -> str:
        """Run a program that sees the environment's programs first.

        Returns:
            What it wrote.

        Raises:
            GenerationError: It failed; the message begins with `what`, if that says anything, and
                has what it wrote.
        """
        # What the caller has set for Python or ruff could change the output.
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("PYTHON", "RUFF_"))
        }
        # A fixed hash seed makes sets iterate alike.
        changed = {
            "PATH": os.pathsep.join([str(self._programs), inherited.get("PATH", "")]),
            "PYTHONHASHSEED": "0",
            "PYTHONUTF8": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        status, written = _finish([str(part) for part in command], cwd, {**inherited, **changed})
        if status != 0:
            failed = f"{what} (exit status {status})\n" if what else ""
            raise GenerationError(failed + shortened(written))
        return written

    def run_python(
        self, arguments: Sequence[str | Path], what: str, cwd: Path | None = None
    ) -> str:
        """As `run`, with the environment's interpreter."""
        return self.run([self.python, *arguments], what, cwd)


def _finish(command: list[str], cwd: Path | None, variables: dict[str, str]) -> tuple[int, str]:
    """Run a program to its end; if this run is interrupted, with all that it has started."""
    with subprocess.Popen(
        command,
        cwd=cwd,
        env=variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    ) as process:
        try:
            written, _ = process.communicate()
        except BaseException:
            if os.name == "posix":
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()
            raise
    return process.returncode, written


def prepare(cache: Path, requirements: Path = REQUIREMENTS) -> Environment:
    """The environment for the running Python, made if it is not there or not of these requirements.

    Args:
        cache: The folder that holds the environments, one a Python version.
        requirements: What to install.

    Raises:
        GenerationError: It cannot be made; nothing half-made stays behind.
    """
    version = ".".join(str(part) for part in sys.version_info[:3])
    environment = Environment(cache / f"python{sys.version_info[0]}.{sys.version_info[1]}")
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()
    made_of = f"python {version}\nrequirements sha256 {digest}\n"
    ready = environment.folder / _READY
    if ready.is_file() and ready.read_text("utf-8") == made_of and environment.python.exists():
        return environment
    told = f"making the environment of the tools for Python {version} ..."
    print(told, file=sys.stderr, flush=True)
    _make(environment, requirements)
    ready.write_text(made_of, "utf-8")
    return environment


def _make(environment: Environment, requirements: Path) -> None:
    folder = environment.folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    pip = ["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"]
    try:
        environment.run(
            [sys.executable, "-m", "venv", folder], "The tools' environment cannot be made"
        )
        environment.run_python([*pip, "-r", requirements], "The tools cannot be installed")
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


@contextmanager
def alone(cache: Path) -> Iterator[None]:
    """Hold off other runs on the same cache folder until this one is over."""
    cache.mkdir(parents=True, exist_ok=True)
    try:
        import fcntl
    except ImportError:  # Windows
        yield
        return
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
