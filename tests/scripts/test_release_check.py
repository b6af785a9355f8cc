"""`make release-check` itself: real archives, real environments, and what is found in them."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from scripts.release_check import __main__ as release_check
from scripts.release_check.artefacts import (
    Artefact,
    Built,
    build_both,
    build_wheel,
    differences,
    read_wheel,
)
from scripts.release_check.environments import Environment
from scripts.release_check.steps import StepFailed, Steps
from scripts.release_check.trials import Tools, Trial, carry_out, pytest_of

ROOT = Path(__file__).parents[2]
RUNNING = "{}.{}".format(*sys.version_info)
COMMAND = [sys.executable, "-m", "scripts.release_check"]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The sdist and the wheel of this checkout."""
    return build_both(ROOT, tmp_path_factory.mktemp("built"))


@pytest.fixture
def broken_checkout(tmp_path: Path) -> Path:
    """A copy of what is built from, with a file too many and a version without a changelog."""
    root = tmp_path / "checkout"
    leave = shutil.ignore_patterns("__pycache__")
    for name in ("src", "generated"):
        shutil.copytree(ROOT / name, root / name, ignore=leave)
    for name in ("openapi.yaml", "README.md", "LICENSE", "pyproject.toml", ".gitignore"):
        shutil.copy(ROOT / name, root / name)
    shutil.copytree(ROOT / "scripts/requirements", root / "scripts/requirements")
    (root / "src/vlmrun/notes.txt").write_text("call me\n")
    (root / "src/vlmrun/version.py").write_text('__version__ = "9.0.0"\n')
    (root / "CHANGELOG.md").write_text(
        "# Changelog\n\n## 0.1.0 - 2026-05-01\n\n### Added\n\n- It.\n"
    )
    return root


def test_a_broken_checkout(broken_checkout: Path, tmp_path: Path) -> None:
    steps, built = release_check.check(broken_checkout, tmp_path / "work", {}, ["highest"])
    assert built is not None
    assert built.wheel.path.name.startswith("vlmrun-9.0.0-")
    found = {step.name: step.problems for step in steps.failed}
    (changelog,) = found.pop("version and CHANGELOG.md")
    assert "neither 9.0.0" in changelog
    assert {problems[0].partition(" ")[0] for problems in found.values()} == {
        "vlmrun/notes.txt",
        "src/vlmrun/notes.txt",
    }


def test_a_checkout_that_cannot_be_built(broken_checkout: Path, tmp_path: Path) -> None:
    (broken_checkout / "src/vlmrun/version.py").write_text("VERSION = 1\n")
    steps, built = release_check.check(broken_checkout, tmp_path / "work", {}, ["highest"])
    assert built is None
    assert len(steps.failed) == 2
    assert "version" in steps.failed[1].problems[0]


def test_an_sdist_that_lacks_what_the_wheel_has(broken_checkout: Path, tmp_path: Path) -> None:
    project = broken_checkout / "pyproject.toml"
    text = project.read_text("utf-8")
    left_out = '[tool.hatch.build.targets.sdist]\nexclude = ["/src/vlmrun/errors.py"]\n'
    project.write_text(text.replace("[tool.hatch.build.targets.sdist]\n", left_out), "utf-8")
    wheel = build_wheel(broken_checkout, tmp_path / "wheel")
    from_sdist = build_both(broken_checkout, tmp_path / "sdist").wheel
    found = list(differences(wheel.files, from_sdist.files))
    assert "vlmrun/errors.py is not in the wheel that is built from the sdist" in found


@pytest.fixture
def tools(tmp_path: Path) -> Tools:
    pins = (ROOT / "scripts/requirements/dev.txt").read_text("utf-8")
    smoke = ROOT / "tests/packaging/smoke"
    version = release_check.version_of(ROOT)
    return Tools(tmp_path / "trials", smoke, pytest_of(pins), version)


def tried(artefact: Artefact, tools: Tools) -> Steps:
    steps = Steps()
    trial = Trial(artefact, RUNNING, Path(sys.executable), "highest")
    carry_out(trial, steps, tools)
    return steps


def test_a_wheel_that_lacks_a_module_does_not_work(
    built: Built, tools: Tools, tmp_path: Path
) -> None:
    path = tmp_path / built.wheel.path.name
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in built.wheel.files.items():
            if name != "vlmrun/errors.py":
                archive.writestr(name, data)
    (failed,) = tried(read_wheel(path), tools).failed
    assert "No module named 'vlmrun.errors'" in failed.problems[0]


def test_a_wheel_of_another_version(built: Built, tools: Tools) -> None:
    (failed,) = tried(built.wheel, tools._replace(version="9.0.0")).failed
    assert failed.name.endswith("installs")
    assert failed.problems == ("vlmrun.__version__ is 0.1.0, not 9.0.0",)


def package(folder: Path, name: str, tag: str) -> None:
    """A wheel of version 1.0, or whichever is behind the name, with nothing in it."""
    project, version = name.split("-")
    info = f"{project}-{version}.dist-info"
    with zipfile.ZipFile(folder / f"{project}-{version}-{tag}.whl", "w") as archive:
        about = f"Metadata-Version: 2.1\nName: {project}\nVersion: {version}\n"
        archive.writestr(f"{info}/METADATA", about)
        archive.writestr(f"{info}/WHEEL", f"Wheel-Version: 1.0\nTag: {tag}\n")
        archive.writestr(f"{info}/RECORD", "")


class TestLowest:
    REQUIREMENTS = (
        Requirement("ours>=1.0,<3"),
        Requirement("ours>=1.1; python_version >= '3.10'"),
        Requirement("vlmrun[theirs]; extra == 'all'"),
        Requirement("theirs>=1.0; extra == 'theirs'"),
        Requirement("other>=1.0; extra == 'other'"),
    )

    @pytest.fixture
    def shelf(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """All packages that there are."""
        shelf = tmp_path / "shelf"
        shelf.mkdir()
        monkeypatch.setenv("PIP_NO_INDEX", "1")
        monkeypatch.setenv("PIP_FIND_LINKS", str(shelf))
        for name in ("ours-1.2", "ours-3.0", "theirs-1.5", "theirs-1.10"):
            package(shelf, name, "py3-none-any")
        for name in ("theirs-1.0", "theirs-1.2"):
            package(shelf, name, "cp27-none-any")
        return shelf

    @pytest.fixture
    def environment(self, tmp_path: Path) -> Environment:
        home = tmp_path / "env"
        return Environment(Path(sys.executable), RUNNING, home, tmp_path / "outside")

    def test_bounds_that_can_be_had(self, shelf: Path, environment: Environment) -> None:
        package(shelf, "ours-1.1", "py3-none-any")
        versions, problems = environment.lowest(self.REQUIREMENTS, ["all"])
        # That of an extra is raised to the first that has a wheel for this Python.
        assert (versions, problems) == ({"ours": "1.1", "theirs": "1.5"}, [])

    def test_a_bound_of_the_package_s_own_that_has_no_wheel(
        self, shelf: Path, environment: Environment
    ) -> None:
        versions, problems = environment.lowest(self.REQUIREMENTS, [])
        assert versions == {"ours": "1.2"}
        (problem,) = problems
        assert problem.startswith(f"ours 1.1 has no wheel for Python {RUNNING}, 1.2 is the first")

    def test_no_bound(self, environment: Environment) -> None:
        with pytest.raises(StepFailed, match="other has no lower bound"):
            environment.lowest([Requirement("other<2")], [])

    def test_nothing_that_fits(self, shelf: Path, environment: Environment) -> None:
        with pytest.raises(StepFailed, match="no nowhere>=1 has a wheel"):
            environment.lowest([Requirement("nowhere>=1")], [])


def test_a_machine_without_the_pythons(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    done = subprocess.run(COMMAND, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 2
    assert "there is no Python 3.10" in done.stderr
    assert done.stdout == ""
