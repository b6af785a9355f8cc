"""Checks of an sdist and a wheel: their files, and the texts inside."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

Files = Mapping[str, bytes]

MOST_BYTES = 8 * 1024 * 1024

# hatchling adds PKG-INFO and .gitignore to every sdist.
_SDIST = re.compile(
    r"(openapi\.yaml|README\.md|LICENSE|CHANGELOG\.md|pyproject\.toml|PKG-INFO|\.gitignore"
    r"|(src/vlmrun|generated/vlmrun_api)/([\w-]+/)*"
    r"(\w+\.py|py\.typed|domains\.yaml|report\.(css|js)))"
)
_MACHINE = re.compile(r"(?<![\w.])/(?:home|Users|root|tmp)/[\w.-]+|\b[A-Z]:\\Users\\")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


def read_distribution(path: Path) -> Files:
    """Return the files of a wheel or an sdist; those of an sdist without its one folder."""
    if path.suffix == ".whl":
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if not name.endswith("/")]
            return {name: archive.read(name) for name in names}
    files = {}
    with tarfile.open(path) as archive_of_source:
        for member in archive_of_source:
            file = archive_of_source.extractfile(member)
            if file is not None:
                files[member.name.partition("/")[2]] = file.read()
    return files


def check_sdist_files(files: Files) -> Iterator[str]:
    """Yield the files that do not belong into the sdist."""
    for name in files:
        if not _SDIST.fullmatch(name):
            yield f"{name} does not belong into the sdist: remove or exclude it"


def compare_wheels(from_sdist: Files, from_checkout: Files) -> Iterator[str]:
    """Yield the files that differ between the wheels built from the sdist and the checkout."""
    for name in sorted(from_sdist.keys() | from_checkout.keys()):
        if from_sdist.get(name) != from_checkout.get(name):
            yield f"{name} differs in the wheel that is built from the sdist"


def check_texts(files: Files, unwanted: Iterable[str]) -> Iterator[str]:
    """Yield the files that contain a path of a machine or an unwanted string, and a size problem.

    Args:
        files: The files of a distribution.
        unwanted: Paths of this machine and hosts of package registries.
    """
    size = sum(map(len, files.values()))
    if size > MOST_BYTES:
        yield f"{size / 1e6:.1f} MB unpacked, more than {MOST_BYTES / 1e6:.1f} MB"
    unwanted = [each for each in unwanted if len(each) > 1]  # the home of a user may be /
    for name, data in files.items():
        text = data.decode("utf-8", "replace")
        found = {each for each in unwanted if each in text}
        found.update(match[0] for match in _MACHINE.finditer(text))
        for each in sorted(found):
            yield f"{name} contains {each}, which belongs to a machine"


def registry_hosts() -> set[str]:
    """Return the hosts that pip installs packages from: its default, and those configured here."""
    pip = [sys.executable, "-m", "pip"]
    settings = [value for name, value in os.environ.items() if name.startswith(("PIP_", "UV_"))]
    for command, pattern in (("help install", r"https?://\S+?/simple\b"), ("config list", r".*")):
        done = subprocess.run([*pip, *command.split()], capture_output=True, text=True, check=True)
        settings += re.findall(pattern, done.stdout)
    urls = re.findall(r"https?://[^\s'\",)]+", " ".join(settings))
    hosts = {urlsplit(url).hostname for url in urls}
    return {host for host in hosts if host and host not in _LOOPBACK}
