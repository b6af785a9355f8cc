"""Build what a release consists of, and try it as users get it.

    python -m scripts.release_check [--quick] [--out FOLDER]

The steps:

1. CHANGELOG.md has the form of Keep a Changelog and a section of this version, or one of what is
   unreleased (scripts/release_check/changelog.py has the rules); the version stands in one place.
2. The sdist and the wheel are built from the checkout, and a wheel from the sdist, which must hold
   the same bytes.
3. Contents and metadata: every module of both packages and nothing else, the markers for type
   checkers, the contract, the licence; no path of a machine and no registry's host in any file; at
   most 8 MiB; name, version, the Pythons that are tested, exactly four dependencies, none pinned,
   the extras, the entry point of the plugin for pytest, README.md as the description.
4. Both are installed in clean environments, on the lowest and the highest supported Python, with
   the lowest and the highest dependencies that they allow, and used in an empty folder, out of
   reach of the checkout: `pip check`; the smoke suite of tests/packaging/smoke against the
   stand-in server, with warnings as errors, first without any extra; and for the wheel, with all
   extras, a user's file under `mypy --strict` and strict pyright.

"Lowest" are the lower bounds of pyproject.toml; what is not named there is as new as they allow.
A bound that has no wheel for a Python is raised there to the first version that has one, which is a
finding unless it is an extra's.

`--quick` tries the running Python with the highest dependencies only. `--out` puts the archives
into a folder if nothing was found, so that what was checked is what is uploaded.

Prints a table of the steps, how long each took, and what was found; and each line of it on standard
error when its step ends. Needs `.venv`, a package index, and some minutes. Exit status: 0 nothing
was found; 1 something was; 2 it could not be checked: a Python or a tool is missing.
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from scripts import interpreters
from scripts.release_check.artefacts import (
    Artefact,
    Built,
    build_both,
    build_wheel,
    differences,
    put,
)
from scripts.release_check.changelog import check_changelog
from scripts.release_check.contents import check_sdist, check_texts, check_wheel, registry_hosts
from scripts.release_check.metadata import (
    check_entry_points,
    check_metadata,
    check_one_version,
    version_of,
)
from scripts.release_check.steps import Steps
from scripts.release_check.trials import RESOLUTIONS, Tools, Trial, carry_out, pytest_of

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ("build", "pip", "mypy", "basedpyright")
_AT_ONCE = 2


def check_sources(root: Path) -> Iterator[str]:
    """What can be said before anything is built."""
    yield from check_one_version(root)
    yield from check_changelog((root / "CHANGELOG.md").read_text("utf-8"), version_of(root))


def build(root: Path, folder: Path, into: list[Built]) -> Iterator[str]:
    """Build all; the sdist and the wheel of the checkout are added to `into`."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        direct = pool.submit(build_wheel, root, folder / "wheel")
        both = build_both(root, folder / "sdist")
        wheel = direct.result()
    yield from differences(wheel.files, both.wheel.files)
    into.append(Built(both.sdist, wheel))


def check_files(artefact: Artefact, root: Path, folder: Path) -> Iterator[str]:
    """What is wrong with an artefact, as it is."""
    if artefact.path.suffix == ".whl":
        yield from check_wheel(artefact, root)
        yield from check_entry_points(artefact.files)
    else:
        yield from check_sdist(artefact)
    yield from check_metadata(artefact, root)
    yield from check_texts(artefact, root, registry_hosts(folder))


def check(
    root: Path, folder: Path, pythons: Mapping[str, Path], resolutions: Sequence[str]
) -> tuple[Steps, Built | None]:
    """Do all steps.

    Args:
        root: The checkout.
        folder: An empty folder to work in.
        pythons: The interpreters to try, by version.
        resolutions: Which dependencies to try: of "lowest" and "highest".

    Returns:
        The steps, and what was built.
    """
    steps = Steps()
    made: list[Built] = []
    steps.run("version and CHANGELOG.md", partial(check_sources, root))
    steps.run("sdist and wheel are built, and hold the same", partial(build, root, folder, made))
    if not made:
        return steps, None
    for artefact in made[0]:
        work = partial(check_files, artefact, root, folder)
        steps.run(f"contents and metadata of {artefact.path.name}", work)
    requirements = (root / "scripts/requirements/dev.txt").read_text("utf-8")
    smoke = root / "tests/packaging/smoke"
    tools = Tools(folder / "trials", smoke, pytest_of(requirements), version_of(root))
    trials = [
        Trial(artefact, version, interpreter, resolution)
        for artefact in reversed(made[0])
        for version, interpreter in pythons.items()
        for resolution in resolutions
    ]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        list(pool.map(lambda trial: carry_out(trial, steps, tools), trials))
    return steps, made[0]


def chosen_pythons(quick: bool) -> dict[str, Path | None]:
    """The interpreters to try, by version; None where this machine has none."""
    if quick:
        return {"{}.{}".format(*sys.version_info): Path(sys.executable)}
    ends = (interpreters.SUPPORTED[0], interpreters.SUPPORTED[-1])
    return {version: interpreters.find(version) for version in ends}


def missing(pythons: dict[str, Path | None]) -> Iterator[str]:
    """What this machine lacks."""
    for tool in TOOLS:
        if importlib.util.find_spec(tool) is None:
            yield f"{tool} is not installed: run `make setup`, and this with .venv/bin/python"
    for version, found in pythons.items():
        if found is None:
            yield f"there is no Python {version}; --quick tries the running one alone"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    summary = (__doc__ or "").partition("\n")[0]
    parser = argparse.ArgumentParser(prog="release_check.py", description=summary)
    parser.add_argument("--quick", action="store_true", help="one Python, highest dependencies")
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="where to put the archives")
    options = parser.parse_args(arguments)
    pythons = chosen_pythons(options.quick)
    if lacking := list(missing(pythons)):
        print("It cannot be checked:", *lacking, sep="\n  - ", file=sys.stderr)
        return 2
    found = {version: path for version, path in pythons.items() if path is not None}
    resolutions = RESOLUTIONS[-1:] if options.quick else RESOLUTIONS
    with tempfile.TemporaryDirectory(prefix="release-") as scratch:
        steps, built = check(ROOT, Path(scratch).resolve(), found, resolutions)
        print(steps.table())
        if options.out and built and not steps.failed:
            put(built, options.out)
    return 1 if steps.failed else 0


if __name__ == "__main__":
    sys.exit(main())
