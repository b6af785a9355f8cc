"""What a distribution says of itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from packaging.metadata import Metadata
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from scripts import interpreters
from scripts.release_check.artefacts import Artefact, Files
from scripts.release_check.steps import StepFailed

NAME = "vlmrun"
DEPENDENCIES = {"attrs", "httpx", "python-dateutil", "pyyaml"}
# Install lines of users name these, so none may go away.
EXTRAS = {
    *("all", "cli", "doc", "images", "openai", "pandas", "pdf", "structured"),
    *("testing", "typesafe", "video", "viz", "ws"),
}
_VERSION = re.compile(r'^__version__ = "([^"]+)"$', re.MULTILINE)
_PYTHON = "Programming Language :: Python :: 3."
_ENTRY_POINT = "[pytest11]\nvlmrun = vlmrun.testing.pytest_plugin\n"


def version_of(root: Path) -> str:
    """The version, from the one place that has it.

    Raises:
        StepFailed: It is not there in the form that hatchling reads.
    """
    text = (root / "src/vlmrun/version.py").read_text("utf-8")
    found = _VERSION.findall(text)
    if len(found) != 1:
        raise StepFailed('src/vlmrun/version.py must have one line `__version__ = "..."`')
    return str(found[0])


def check_one_version(root: Path) -> Iterator[str]:
    """Places beside src/vlmrun/version.py that state a version."""
    project = (root / "pyproject.toml").read_text("utf-8")
    if re.search(r"^version\s*=", project, re.MULTILINE):
        yield "pyproject.toml states a version; it must be dynamic, from src/vlmrun/version.py"
    for path in sorted((root / "src/vlmrun").rglob("*.py")):
        if path.name != "version.py" and _VERSION.search(path.read_text("utf-8")):
            yield f"{path.relative_to(root).as_posix()} states a version of its own"


def metadata_of(artefact: Artefact) -> Metadata:
    """What a wheel or sdist says of itself.

    Raises:
        StepFailed: There is none, or it breaks the standard.
    """
    name = next(
        (name for name in artefact.files if re.fullmatch(r"[^/]+\.dist-info/METADATA", name)),
        "PKG-INFO",
    )
    if name not in artefact.files:
        raise StepFailed(f"{artefact.path.name} has no metadata")
    try:
        return Metadata.from_email(artefact.files[name], validate=True)
    except Exception as error:  # a group of errors, of a class that older Pythons lack
        reasons = "; ".join(map(str, getattr(error, "exceptions", (error,))))
        raise StepFailed(f"the metadata breaks the standard: {reasons}") from error


def requirements_of(metadata: Metadata) -> list[Requirement]:
    """The dependencies, those of extras too."""
    return list(metadata.requires_dist or [])


def check_metadata(artefact: Artefact, root: Path) -> Iterator[str]:
    """What is wrong with what a wheel or sdist says of itself."""
    metadata = metadata_of(artefact)
    version = version_of(root)
    if (metadata.name, str(metadata.version)) != (NAME, version):
        yield f"it is called {metadata.name} {metadata.version}, not {NAME} {version}"
    yield from _check_pythons(metadata)
    yield from _check_requirements(metadata)
    if metadata.license_expression != "Apache-2.0" or metadata.license_files != ["LICENSE"]:
        yield "its licence is not Apache-2.0 with the file LICENSE"
    yield from _check_readme(metadata, (root / "README.md").read_text("utf-8"))


def _check_pythons(metadata: Metadata) -> Iterator[str]:
    lowest = SpecifierSet(f">={interpreters.SUPPORTED[0]}")
    if metadata.requires_python != lowest:
        yield f"requires-python is {metadata.requires_python}, not {lowest}"
    stated = {each for each in metadata.classifiers or [] if each.startswith(_PYTHON)}
    tested = {f"{_PYTHON}{version.partition('.')[2]}" for version in interpreters.SUPPORTED}
    if stated != tested:
        yield f"its classifiers are of {sorted(stated)}, the tested Pythons are {sorted(tested)}"


def _check_requirements(metadata: Metadata) -> Iterator[str]:
    everything = requirements_of(metadata)
    plain = [each for each in everything if "extra" not in str(each.marker or "")]
    names = {canonicalize_name(each.name) for each in plain}
    if names != DEPENDENCIES:
        yield f"it depends on {sorted(names)}, not on {sorted(DEPENDENCIES)} alone"
    for each in everything:
        if any(part.operator in ("==", "===") for part in each.specifier):
            yield f"{each} pins a version: a user's other packages may need another"
        if each.url:
            yield f"{each} is taken from an address instead of a package index"
    extras = set(metadata.provides_extra or [])
    for extra in sorted(EXTRAS ^ extras):
        known = (
            "is gone" if extra in EXTRAS else "is new: name it in scripts/release_check/metadata.py"
        )
        yield f"the extra {extra} {known}"


def _check_readme(metadata: Metadata, readme: str) -> Iterator[str]:
    if metadata.description_content_type != "text/markdown":
        yield f"its description is {metadata.description_content_type}, not text/markdown"
    described = (metadata.description or "").strip()
    if described != readme.strip():
        yield "its description is not README.md"
    if not described.startswith("# "):
        yield "README.md does not begin with a title"
    if len(re.findall(r"^\s*```", described, re.MULTILINE)) % 2:
        yield "README.md has a block of code that does not end"


def check_entry_points(files: Files) -> Iterator[str]:
    """Whether pytest finds the plugin."""
    stated = [data for name, data in files.items() if name.endswith(".dist-info/entry_points.txt")]
    if [data.decode("utf-8").strip() for data in stated] != [_ENTRY_POINT.strip()]:
        yield f"its entry points are not {_ENTRY_POINT.split()}"
    if "vlmrun/testing/pytest_plugin.py" not in files:
        yield "the module of its entry point is not in it"
