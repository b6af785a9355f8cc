"""Clean environments, and the lowest dependencies that they can have."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from scripts.release_check.commands import attempt, run
from scripts.release_check.steps import StepFailed

_LOWEST = (">=", "~=", "==")
_QUIET = ("--quiet", "--disable-pip-version-check")
_LOOK = ("--dry-run", "--ignore-installed", "--no-deps", "--only-binary", ":all:")
_NO_SUCH = re.compile(r"satisfies the requirement ([\w.-]+)==\S+ \(from versions: ([^)]*)\)")


class Environment:
    """A virtual environment with nothing in it but the pip that its Python brings.

    Args:
        interpreter: The Python of a version.
        version: Which: "3.13".
        home: Where to make it.
        outside: An empty folder to run things in.
    """

    def __init__(self, interpreter: Path, version: str, home: Path, outside: Path) -> None:
        self.version = version
        self.python = home / "bin" / "python"
        self.outside = outside
        outside.mkdir(parents=True, exist_ok=True)
        run([interpreter, "-m", "venv", home], outside)

    def install(self, *arguments: str | Path) -> None:
        """Install packages.

        Raises:
            StepFailed: pip could not.
        """
        run([*self._pip("install"), *_QUIET, *arguments], self.outside)

    def check(self) -> None:
        """Ask pip whether what is installed fits together.

        Raises:
            StepFailed: It does not.
        """
        run(self._pip("check"), self.outside)

    def run(self, *arguments: str | Path) -> str:
        """Run its Python in the empty folder.

        Raises:
            StepFailed: It failed.
        """
        return run([self.python, *arguments], self.outside)

    def lowest(
        self, requirements: Iterable[Requirement], extras: Iterable[str]
    ) -> tuple[dict[str, str], list[str]]:
        """The lowest versions that requirements allow here.

        A lower bound that has no wheel for this Python is raised to the first version that has
        one: of an extra tacitly, since it is another project's to say what it builds for; of the
        package's own dependencies it is a problem, since pip would try to build it.

        Args:
            requirements: Those of the package.
            extras: The extras that are to be installed.

        Returns:
            The versions by name, and the problems.
        """
        wanted = dict(self._wanted(requirements, extras))
        own = {name for name, _ in self._wanted(requirements, ())}
        versions = {name: _bound(name, wanted[name]) for name in wanted}
        problems: list[str] = []
        unseen = list(versions)
        while unseen and (
            refused := self._refused(pinned({each: versions[each] for each in unseen}))
        ):
            name = canonicalize_name(refused[1])
            first = self._first(name, refused[2].split(", "), wanted[name])
            if name in own:
                problems.append(
                    f"{name} {versions[name]} has no wheel for Python {self.version}, {first} is "
                    "the first: raise the bound in pyproject.toml"
                )
            versions[name] = first
            # pip asks for them in turn, so those before it can be had.
            unseen = unseen[unseen.index(name) + 1 :]
        return versions, problems

    def _refused(self, requirements: Sequence[str]) -> re.Match[str] | None:
        """What pip says of the first requirement that has no wheel here; None if all have."""
        done = attempt([*self._pip("install"), *_QUIET, *_LOOK, *requirements], self.outside)
        refused = _NO_SUCH.search(done.stderr)
        if done.returncode != 0 and refused is None:
            raise StepFailed(f"pip finds no lowest versions: {done.stderr.strip()}")
        return refused

    def _wanted(
        self, requirements: Iterable[Requirement], extras: Iterable[str]
    ) -> Iterator[tuple[str, SpecifierSet]]:
        """By name, what the requirements of the package and of some extras ask for, together."""
        listed = list(requirements)
        pending, chosen = list(extras), {""}
        found: dict[str, SpecifierSet] = {}
        while pending:
            chosen.add(pending.pop())
            inner = (each.extras for each in listed if self._applies(each, chosen))
            pending += {extra for extras in inner for extra in extras} - chosen
        for each in listed:
            if self._applies(each, chosen) and not each.extras:
                name = canonicalize_name(each.name)
                found[name] = found.get(name, SpecifierSet()) & each.specifier
        yield from found.items()

    def _applies(self, requirement: Requirement, extras: Iterable[str]) -> bool:
        here = {"python_version": self.version, "python_full_version": f"{self.version}.0"}
        marker = requirement.marker
        return marker is None or any(marker.evaluate({**here, "extra": each}) for each in extras)

    def _first(self, name: str, versions: Iterable[str], wanted: SpecifierSet) -> str:
        fitting = () if versions == ["none"] else list(wanted.filter(versions))
        if not fitting:
            raise StepFailed(f"no {name}{wanted} has a wheel for Python {self.version}")
        return min(fitting, key=Version)

    def _pip(self, command: str) -> list[str | Path]:
        return [self.python, "-m", "pip", command]


def pinned(versions: Mapping[str, str]) -> list[str]:
    """Versions as requirements, one a line of a file of constraints."""
    return [f"{name}=={version}" for name, version in versions.items()]


def _bound(name: str, wanted: SpecifierSet) -> str:
    bounds = [part.version for part in wanted if part.operator in _LOWEST]
    if not bounds:
        raise StepFailed(f"{name} has no lower bound in pyproject.toml: what was tried with it?")
    return max(bounds, key=Version)
