"""An artefact in a clean environment: installed, tried and held against type checkers."""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from scripts.release_check.artefacts import Artefact
from scripts.release_check.commands import run
from scripts.release_check.environments import Environment, pinned
from scripts.release_check.metadata import metadata_of, requirements_of
from scripts.release_check.steps import StepFailed, Steps

RESOLUTIONS = ("lowest", "highest")

_BARE, _CORE, _EXTRAS, _CONSUMER = "bare.py", "test_core.py", "test_extras.py", "consumer.py"
_STRICT = ("-W", "error")
_HOME = """
import sys, vlmrun, vlmrun_api
for package in (vlmrun, vlmrun_api):
    assert "site-packages" in package.__file__, package.__file__
    assert package.__file__.startswith(sys.prefix), package.__file__
print(vlmrun.__version__)
"""


class Trial(NamedTuple):
    """One artefact, on one Python, with one choice of dependencies.

    The wheel is tried with all extras and type checkers, the sdist with the extra `testing`: what
    is built from it has been seen to be the wheel.

    Attributes:
        artefact: What to install.
        python: The version of Python: "3.13".
        interpreter: Its program.
        resolution: "lowest" or "highest".
    """

    artefact: Artefact
    python: str
    interpreter: Path
    resolution: str

    @property
    def is_wheel(self) -> bool:
        """Whether it is the wheel's."""
        return self.artefact.path.suffix == ".whl"

    @property
    def name(self) -> str:
        """For people."""
        kind = "wheel" if self.is_wheel else "sdist"
        return f"{kind} on Python {self.python}, {self.resolution} dependencies"

    @property
    def extras(self) -> tuple[str, ...]:
        """What is installed with it."""
        return ("all", "testing") if self.is_wheel else ("testing",)


class Tools(NamedTuple):
    """What trials share.

    Attributes:
        folder: Where environments are made.
        smoke: The folder of the smoke suite.
        pytest: The requirement for pytest.
        version: What the installed package is to call itself.
    """

    folder: Path
    smoke: Path
    pytest: str
    version: str


def pytest_of(requirements: str) -> str:
    """The pin of pytest in the text of scripts/requirements/dev.txt."""
    found = re.search(r"^pytest==\S+", requirements, re.MULTILINE)
    if found is None:
        raise StepFailed("scripts/requirements/dev.txt pins no pytest")
    return found[0]


def carry_out(trial: Trial, steps: Steps, tools: Tools) -> None:
    """Do all steps of a trial, up to one that finds something."""
    _Course(trial, tools).follow(steps)


class _Course:
    """The steps of one trial."""

    def __init__(self, trial: Trial, tools: Tools) -> None:
        self._trial = trial
        self._tools = tools
        self._home = tools.folder / re.sub(r"\W+", "-", trial.name)
        self._constraints: list[str | Path] = []
        self._environment: Environment

    def follow(self, steps: Steps) -> None:
        """Each step builds on those before."""
        trial = self._trial
        course: dict[str, Callable[[], Iterable[str]]] = {
            "installs": self._install,
            "works without extras": self._try_bare,
            "works": self._try_all,
        }
        if trial.is_wheel:
            course["types"] = self._check_types
        for what, work in course.items():
            if not steps.run(f"{trial.name}: {what}", work):
                return

    def _install(self) -> Iterator[str]:
        trial = self._trial
        outside = self._home / "outside"
        self._environment = Environment(
            trial.interpreter, trial.python, self._home / "env", outside
        )
        if trial.resolution == "lowest":
            requirements = requirements_of(metadata_of(trial.artefact))
            versions, problems = self._environment.lowest(requirements, trial.extras)
            yield from problems
            path = self._home / "constraints.txt"
            path.write_text("\n".join(pinned(versions)), "utf-8")
            self._constraints = ["--constraint", path]
        self._environment.install(*self._constraints, trial.artefact.path)
        self._environment.check()
        version = self._environment.run("-c", _HOME).strip()
        if version != self._tools.version:
            yield f"vlmrun.__version__ is {version}, not {self._tools.version}"

    def _try_bare(self) -> Iterator[str]:
        said = self._environment.run(*_STRICT, self._bring(_BARE))
        for extra in ("openai", "testing"):
            if f"pip install 'vlmrun[{extra}]'" not in said:
                yield f"no message names the extra {extra}"

    def _try_all(self) -> Iterable[str]:
        artefact = f"{self._trial.artefact.path}[{','.join(self._trial.extras)}]"
        self._environment.install(*self._constraints, artefact, self._tools.pytest)
        self._environment.check()
        suite = [_CORE, _EXTRAS] if self._trial.is_wheel else [_CORE]
        options = ["-q", "--strict-markers", "-p", "no:cacheprovider", "--rootdir", "."]
        files = [self._bring(name) for name in suite]
        self._environment.run(*_STRICT, "-m", "pytest", *options, *files)
        self._environment.run("-c", _HOME)
        return ()

    def _check_types(self) -> Iterable[str]:
        consumer, outside = self._bring(_CONSUMER), self._environment.outside
        tools = Path(sys.executable).parent
        python = self._environment.python
        mypy: list[str | Path] = ["--strict", "--no-incremental", "--python-executable", python]
        run([tools / "mypy", *mypy, consumer], outside)
        settings = {"include": [consumer], "typeCheckingMode": "strict"}
        (outside / "pyrightconfig.json").write_text(json.dumps(settings), "utf-8")
        run([tools / "basedpyright", "--pythonpath", python], outside)
        return ()

    def _bring(self, name: str) -> str:
        """Copy a file of the smoke suite into the empty folder."""
        shutil.copy(self._tools.smoke / name, self._environment.outside)
        return name
