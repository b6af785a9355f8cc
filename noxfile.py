"""Sessions that need environments of their own: checks, tests on each Python, and the release.

    nox -s checks                checks of the code, as in `make check`
    nox -s tests                 all tests, on each supported Python that is installed
    nox -s tests-3.12 -- -k skills
    nox -s release               build the distributions into dist/, check them, and install and use
                                 them on the oldest and the newest Python, with the lowest and the
                                 highest dependencies
    nox -s release -- --quick    with the running Python and the highest dependencies only

On Windows, where make is usually missing, nox is the way to run checks and tests: `pip install nox
uv`, then the commands above.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path

import nox

ROOT = Path(__file__).parent
DIST = ROOT / "dist"
PINS = "scripts/requirements/dev.txt"
SMOKE = ROOT / "tests/packaging/smoke"
PYTHONS = nox.project.python_versions(nox.project.load_toml("pyproject.toml"))
# The oldest and the newest; a new one is added, so that none is dropped by accident.
RELEASE_PYTHONS = ("3.10", "3.13")
RUNNING = "{}.{}".format(*sys.version_info)
RESOLUTIONS = ("lowest-direct", "highest")

nox.needs_version = ">=2026.4"
nox.options.default_venv_backend = "uv"
nox.options.sessions = ["checks", "tests"]

# Only installed Pythons are used. A shim of pyenv fails unless its version is the selected one, so
# the versions themselves come first on the path.
os.environ["UV_PYTHON_DOWNLOADS"] = "never"
_PYENV = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
for _folder in (folder for each in PYTHONS for folder in _PYENV.glob(f"versions/{each}.*/bin")):
    os.environ["PATH"] = f"{_folder}{os.pathsep}{os.environ['PATH']}"
# uv has its own list of certificate authorities; pip uses that of the system, too.
os.environ.setdefault("UV_SYSTEM_CERTS", "true")

_WHEELS = ("--only-binary", ":all:", "--no-binary", "vlmrun")

# Settings that would let the checkout, a key or the options of a user into the environment.
_ISOLATED = {
    name: None for name in os.environ if name.startswith(("VLMRUN_", "PYTEST", "PYTHON", "MYPY"))
}


@nox.session(python=False)
def checks(session: nox.Session) -> None:
    """Check format, types, imports and derived trees with the tools of the running Python."""
    for command in (
        "ruff format --check --quiet --diff .",
        "ruff check --quiet .",
        "codespell",
        "validate-pyproject pyproject.toml",
        "python -m scripts.lint_spec",
        "python -m scripts.generate --check",
        "lint-imports --no-cache",
        "mypy",
        "basedpyright --level error",
    ):
        session.run(*command.split())


@nox.session(python=PYTHONS, reuse_venv=True)
def tests(session: nox.Session) -> None:
    """Run all tests."""
    session.install("-r", PINS, "-e", ".[all,testing]")
    session.run("python", "-m", "pytest", "-n", "auto", *session.posargs)


@nox.session
def release(session: nox.Session) -> None:
    """Build the distributions into dist/, check them, and schedule the smoke tests."""
    quick = "--quick" in session.posargs
    pythons = [RUNNING] if quick else RELEASE_PYTHONS
    if missing := {PYTHONS[0], PYTHONS[-1]} - set(RELEASE_PYTHONS):
        session.error(f"add Python {', '.join(missing)} to RELEASE_PYTHONS in noxfile.py")
    for version in pythons:
        if not (shutil.which(f"python{version}") or version == RUNNING):
            session.error(f"there is no Python {version}; --quick tries the running one only")
    # pip knows from which hosts packages come here.
    session.install("-r", PINS, "pip")
    session.run("validate-pyproject", "pyproject.toml")
    shutil.rmtree(DIST, ignore_errors=True)
    scratch = Path(session.create_tmp()).resolve()
    shutil.rmtree(scratch)
    # The wheel is built from the sdist, and once more from the checkout, to compare both.
    build = ("python", "-m", "build", "--installer=uv")
    session.run(*build, "--outdir", str(DIST))
    session.run(*build, "--wheel", "--outdir", str(scratch / "checkout"))
    [wheel] = (scratch / "checkout").glob("*.whl")
    session.run("python", "-m", "scripts.check_distributions", str(DIST), "--wheel", str(wheel))
    packages = _copy_tracked(session, scratch / "packages")
    trees = [f"--package={package}" for package in packages]
    session.run("check-wheel-contents", *trees, *map(str, DIST.glob("*.whl")))
    session.run("twine", "check", "--strict", *map(str, DIST.iterdir()))
    for version in pythons:
        for resolution in RESOLUTIONS[quick:]:
            for suffix in ("whl", "tar.gz"):
                session.notify(f"smoke-{version}(suffix='{suffix}', resolution='{resolution}')")


def _copy_tracked(session: nox.Session, into: Path) -> list[Path]:
    """Copy what the wheel must contain: the files that git tracks, and the OpenAPI document."""
    packages = ("src/vlmrun", "generated/vlmrun_api")
    files = session.run("git", "ls-files", *packages, external=True, silent=True)
    for name in str(files).splitlines():
        target = into.joinpath(*Path(name).parts[1:])
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(name, target)
    shutil.copy("openapi.yaml", into / "vlmrun/testing/openapi.yaml")
    return [into / Path(package).name for package in packages]


@nox.session(python=PYTHONS, default=False)
@nox.parametrize("resolution", RESOLUTIONS)
@nox.parametrize("suffix", ["whl", "tar.gz"])
def smoke(session: nox.Session, suffix: str, resolution: str) -> None:
    """Install a distribution from dist/ as users do, and use it in an empty folder.

    The wheel is installed with all extras, the sdist with `testing` only: both were found to hold
    the same files.
    """
    [distribution] = DIST.glob(f"*.{suffix}")
    extras = ["all", "testing"] if suffix == "whl" else ["testing"]
    tests = ["test_core.py", "test_extras.py"] if suffix == "whl" else ["test_core.py"]
    empty = Path(session.create_tmp()).resolve()
    shutil.rmtree(empty)
    shutil.copytree(SMOKE, empty, ignore=shutil.ignore_patterns("__init__.py", "__pycache__"))
    lowest = _lowest(session, extras, empty) if resolution != "highest" else []

    session.install(*lowest, str(distribution))
    session.chdir(empty)
    python = ("python", "-W", "error")
    session.run(*python, "bare.py", env=_ISOLATED)

    wanted = f"{distribution}[{','.join(extras)}]"
    session.install(*lowest, *_WHEELS, wanted, _pin("pytest"))
    session.run("uv", "pip", "check")
    options = ("-q", "--strict-markers", "-p", "no:cacheprovider", "--rootdir", ".")
    session.run(*python, "-m", "pytest", *options, *tests, env=_ISOLATED)
    if suffix == "whl":
        interpreter = str(Path(session.bin) / "python")
        tool = ("uv", "tool", "run", "--quiet", "--from")
        mypy = ("mypy", "--strict", "--no-incremental", "--python-executable", interpreter)
        session.run(*tool, _pin("mypy"), *mypy, "consumer.py", env=_ISOLATED)
        (empty / "pyrightconfig.json").write_text(
            '{"include": ["consumer.py"], "typeCheckingMode": "strict"}'
        )
        pyright = ("basedpyright", "--pythonpath", interpreter)
        session.run(*tool, _pin("basedpyright"), *pyright, env=_ISOLATED)


def _lowest(session: nox.Session, extras: list[str], folder: Path) -> list[str]:
    """Return the options that constrain dependencies to the lower bounds in pyproject.toml."""
    constraints = str(folder / "constraints.txt")
    chosen = [f"--extra={extra}" for extra in extras]
    session.run(
        *("uv", "pip", "compile", "--quiet", "pyproject.toml", *chosen, "-o", constraints),
        *("--python", str(Path(session.bin) / "python"), "--resolution", "lowest-direct"),
        # A bound of an extra may have no wheel for this Python: then the first that has one counts.
        *_WHEELS,
    )
    return ["--constraint", constraints]


def _pin(name: str) -> str:
    found = re.search(rf"^{name}==\S+", Path(ROOT, PINS).read_text("utf-8"), re.MULTILINE)
    assert found is not None
    return found[0]
