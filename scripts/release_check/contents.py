"""What may be in a distribution, what must be, and what no file of it may say."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

from scripts.release_check.artefacts import Artefact, Files
from scripts.release_check.commands import run, surroundings

MOST_BYTES = 8 * 1024 * 1024

_PACKAGES = {"vlmrun": "src/vlmrun", "vlmrun_api": "generated/vlmrun_api"}
_CONTRACT = "vlmrun/testing/openapi.yaml"
# What lies beside the modules.
_DATA = ("vlmrun/py.typed", "vlmrun_api/py.typed", "vlmrun/testing/domains.yaml")
_INFO = ("METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE")
_BESIDE = ("openapi.yaml", "README.md", "LICENSE", "CHANGELOG.md", "pyproject.toml")
# hatchling adds these to every sdist.
_ADDED = ("PKG-INFO", ".gitignore")
_MODULE = re.compile(r"(\w+/)+\w+\.py")
_OF_TESTS = re.compile(r"(^|/)(tests?|scripts|benchmarks)/|(^|/)(test_\w+|conftest)\.py$")
_OF_ANOTHER_PACKAGE = re.compile(r"^vlmrun/hub(/|\.py$)")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_MACHINE = re.compile(r"(?<![\w.])/(?:home|Users|root|tmp)/[\w.-]+|\b[A-Z]:\\Users\\")


def check_wheel(wheel: Artefact, root: Path) -> Iterator[str]:
    """What is wrong with the files of a wheel, held against the checkout that it was built from."""
    files = wheel.files
    prefix = "-".join(wheel.path.name.split("-")[:2]) + ".dist-info"
    info = {f"{prefix}/{name}" for name in _INFO}
    needed = {*_DATA, _CONTRACT, *info}
    modules = {
        f"{package}/{path.relative_to(root / source).as_posix()}": path
        for package, source in _PACKAGES.items()
        for path in (root / source).rglob("*.py")
    }
    yield from _missing(files, needed | modules.keys(), "wheel")
    for name in sorted(files.keys() - needed):
        if not _MODULE.fullmatch(name) or name.split("/")[0] not in _PACKAGES:
            yield f"{name} has no place in the wheel: remove it, or keep it out in pyproject.toml"
        elif _OF_TESTS.search(name):
            yield f"{name} looks like a test or a tool, which do not belong in the wheel"
        elif _OF_ANOTHER_PACKAGE.match(name):
            yield f"{name} is where the package vlmrun-hub has its files"
    sources = {
        **modules,
        _CONTRACT: root / "openapi.yaml",
        f"{prefix}/{_INFO[-1]}": root / "LICENSE",
    }
    for name, path in sources.items():
        if name in files and path.is_file() and files[name] != path.read_bytes():
            yield f"{name} is not what the checkout has"
    size = sum(map(len, files.values()))
    if size > MOST_BYTES:
        yield f"it holds {size / 1e6:.1f} MB, more than {MOST_BYTES / 1e6:.1f}"


def check_sdist(sdist: Artefact) -> Iterator[str]:
    """What is wrong with the files of an sdist."""
    files = sdist.files
    data = {_in_checkout(name) for name in _DATA}
    yield from _missing(files, {*_BESIDE, *data, "PKG-INFO"}, "sdist")
    sources = tuple(f"{source}/" for source in _PACKAGES.values())
    for name in sorted(files.keys() - {*_BESIDE, *_ADDED, *data}):
        if not (name.startswith(sources) and _MODULE.fullmatch(name)):
            yield f"{name} has no place in the sdist: remove it, or keep it out in pyproject.toml"


def _in_checkout(name: str) -> str:
    package, _, inner = name.partition("/")
    return f"{_PACKAGES[package]}/{inner}"


def _missing(files: Files, needed: Iterable[str], where: str) -> Iterator[str]:
    for name in sorted(set(needed) - files.keys()):
        yield f"{name} is not in the {where}: see [tool.hatch.build] in pyproject.toml"


def check_texts(artefact: Artefact, root: Path, hosts: Iterable[str]) -> Iterator[str]:
    """Files that name a path of a machine, or a host that packages come from.

    Args:
        artefact: What to read.
        root: The checkout, whose own path is one of the machine's.
        hosts: See `registry_hosts`.
    """
    unwanted = [str(root), str(Path.home()), *hosts]
    for name, data in artefact.files.items():
        text = data.decode("utf-8", "replace")
        found = {each for each in unwanted if len(each) > 1 and each in text}
        found.update(match[0] for match in _MACHINE.finditer(text))
        for each in sorted(found):
            yield f"{name} names {each}, which is of a machine and not of the package"


def registry_hosts(folder: Path) -> set[str]:
    """The hosts that pip takes packages from: its own default, and those of this machine.

    Args:
        folder: Where to run pip.
    """
    pip = [sys.executable, "-m", "pip"]
    default = re.search(r"https?://[^\s)]+/simple\b", run([*pip, "help", "install"], folder))
    set_here = [run([*pip, "config", "list"], folder)]
    set_here += [value for name, value in surroundings().items() if name.startswith("PIP_")]
    urls = re.findall(r"https?://[^\s'\",)]+", " ".join(set_here))
    hosts = {urlsplit(url).hostname for url in [*urls, default[0] if default else ""]}
    return {host for host in hosts if host and host not in _LOOPBACK}
