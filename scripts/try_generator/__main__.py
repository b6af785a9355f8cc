"""Try another release of openapi-python-client: what would change, and what would break.

    python -m scripts.try_generator 0.29.1

The package is generated from openapi.yaml with that release, in a scratch folder; its files, its
functions and what it imports are compared with generated/vlmrun_api; then the contract tests run
on it. Nothing of the project is changed. The release's environment is made below .codegen, with
the project's other pins as far as the release takes them.

Exit status: 0 nothing that the project relies on changes; 1 something does, or breaks; 2 there is
no such release, or it cannot be installed.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from scripts.generate.environment import REQUIREMENTS, Environment, alone, prepare
from scripts.generate.failure import GenerationError
from scripts.generate.package import build_package, facts_beside
from scripts.generate.trees import compare
from scripts.try_generator.surface import Surface, surface

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "generated/vlmrun_api"
LOWEST_PYTHON = "3.10"
GENERATOR = "openapi-python-client"
# What the generated package may import: the package's own dependencies.
ALLOWED = {"attr", "attrs", "dateutil", "httpx", "vlmrun_api"}
TESTS = ("tests/contract", "tests/security/test_ids.py")
MOST_LINES = 30
MOST_NAMES = 15


@dataclass
class Trial:
    """What has come of a release: what it changes, and what of that breaks something."""

    lines: list[str] = field(default_factory=list)
    breaks: list[str] = field(default_factory=list)

    def tell(self, title: str, lines: Sequence[str] = (), most: int = MOST_NAMES) -> None:
        """Add a line, and the first of those below it."""
        self.lines += [title, *(f"    {line}" for line in islice(lines, most))]
        if len(lines) > most:
            self.lines.append(f"    ... and {len(lines) - most} more")


def requirements(version: str, into: Path, *, pinned: bool) -> Path:
    """Write what the release's environment is made of: the project's pins, or the least."""
    names = r"ruff|Jinja2|PyYAML" if pinned else r"PyYAML"
    kept = re.findall(rf"^(?:{names})==\S+", REQUIREMENTS.read_text("utf-8"), re.MULTILINE)
    path = into / f"requirements-{'pinned' if pinned else 'free'}.txt"
    path.write_text("\n".join([f"{GENERATOR}=={version}", *kept, ""]), "utf-8")
    return path


def environment_of(version: str, cache: Path, scratch: Path) -> tuple[Environment, Path]:
    """The release's environment, and what it was made of.

    Raises:
        GenerationError: There is no such release, or it cannot be installed.
    """
    home = cache / f"try-{version}"
    with alone(cache):
        try:
            needed = requirements(version, scratch, pinned=True)
            return prepare(home / "pinned", needed), needed
        except GenerationError:
            needed = requirements(version, scratch, pinned=False)
            return prepare(home / "free", needed), needed


def compare_files(trial: Trial, made: Path) -> None:
    """Tell which files differ, and how the first of them do."""
    difference = compare(PACKAGE, made)
    trial.tell(f"files: {difference.outcome()}")
    names = [f"new {name}" for name in difference.missing]
    names += [f"gone {name}" for name in (*difference.stale, *difference.extra)]
    if names:
        trial.tell("  files that are not in both:", names)
    lines = list(difference.diff("vlmrun_api"))
    if lines:
        trial.tell("  the first lines that differ:", lines, MOST_LINES)


def compare_surfaces(trial: Trial, before: Surface, after: Surface) -> None:
    """Tell what changes in the functions, the imports, and the boundaries of forms."""
    gone = sorted(before.functions.keys() - after.functions.keys())
    new = sorted(after.functions.keys() - before.functions.keys())
    moved = [
        f"{name}{before.functions[name]}  ->  {after.functions[name]}"
        for name in sorted(before.functions.keys() & after.functions.keys())
        if before.functions[name] != after.functions[name]
    ]
    trial.tell(f"functions: {len(new)} new, {len(gone)} gone, {len(moved)} of another signature")
    for label, names in (("new", new), ("gone", gone), ("another signature", moved)):
        if names:
            trial.tell(f"  {label}:", names)
    called_otherwise = [
        name
        for name, signature in before.functions.items()
        if _arguments(after.functions.get(name, "")) != _arguments(signature)
    ]
    if called_otherwise:
        trial.breaks.append(f"{len(called_otherwise)} functions are gone or called otherwise")
    for name in sorted({*before.imports, *after.imports}):
        counts = f"{before.imports[name]} files -> {after.imports[name]}"
        trial.tell(f"imports {name}: {counts}")
    foreign = sorted(after.imports.keys() - ALLOWED)
    if foreign:
        trial.breaks.append(f"it imports {', '.join(foreign)}, which the package does not require")
    if before.imports["dateutil"] and not after.imports["dateutil"]:
        trial.tell("python-dateutil is not used any more: what reads `Z` on Python 3.10 instead?")
    trial.tell(f"boundary of a form set by itself (P25): {len(after.boundaries)} files")
    trial.tell(f"arguments put into a path unquoted: {len(after.unquoted)} files")
    if after.unquoted:
        trial.breaks.append("an id with a slash in it would lead to another path")
    if after.boundaries:
        trial.breaks.append("a form's boundary is fixed, so a file can forge fields (P25)")


def _arguments(signature: str) -> str:
    return signature.rpartition(" -> ")[0]


def check_types(trial: Trial, made: Path) -> None:
    """Check the package's types as the lowest Python sees them, whose library lacks names."""
    command = [sys.executable, "-m", "mypy", "--config-file=", f"--python-version={LOWEST_PYTHON}"]
    command += ["--ignore-missing-imports", "--no-incremental", "-p", made.name]
    done = subprocess.run(
        command, cwd=made.parent, env=_variables(made), capture_output=True, text=True, check=False
    )
    errors = [line for line in done.stdout.splitlines() if ": error: " in line]
    trial.tell(f"types on Python {LOWEST_PYTHON}: {len(errors)} errors", errors)
    if errors:
        trial.breaks.append(f"it does not hold on Python {LOWEST_PYTHON}")


def _variables(made: Path) -> dict[str, str]:
    """The environment of a program that is to find the made package."""
    inherited = {name: value for name, value in os.environ.items() if "PYTEST" not in name}
    path = os.pathsep.join([str(ROOT / "src"), str(made.parent)])
    return {**inherited, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}


def run_contract_tests(trial: Trial, made: Path, scratch: Path) -> None:
    """Run the tests of the contract with the made package in the place of generated/."""
    results = scratch / "results.xml"
    variables = _variables(made)
    where = "import vlmrun_api; print(vlmrun_api.__file__)"
    found = subprocess.run(
        [sys.executable, "-c", where], env=variables, capture_output=True, text=True, check=False
    )
    if found.stdout.strip() != str(made / "__init__.py"):
        trial.breaks.append("the package does not import")
        trial.tell("import:", (found.stdout + found.stderr).strip().splitlines()[-3:])
        return
    command = [sys.executable, "-m", "pytest", *TESTS, "-q", "-m", "not slow"]
    command += ["-p", "no:cacheprovider", f"--junitxml={results}", "--tb=short"]
    done = subprocess.run(
        command, cwd=ROOT, env=variables, capture_output=True, text=True, check=False
    )
    if not results.is_file():
        trial.breaks.append("the contract tests do not start")
        trial.tell("contract tests:", (done.stdout + done.stderr).strip().splitlines()[-5:])
        return
    failed = list(failures(results))
    [suite] = ET.parse(results).getroot().iter("testsuite")
    trial.tell(f"contract tests: {suite.get('tests')} run, {len(failed)} failed", failed)
    if failed:
        trial.breaks.append(f"{len(failed)} contract tests fail")


def failures(results: Path) -> Iterator[str]:
    """The tests that failed, each with the first line of why."""
    for case in ET.parse(results).getroot().iter("testcase"):
        for kind in ("failure", "error"):
            found = case.find(kind)
            if found is not None:
                reason = (found.get("message") or "").strip().splitlines()
                yield f"{case.get('name')}: {reason[0] if reason else kind}"


def attempt(version: str, cache: Path, scratch: Path) -> Trial:
    """Generate with a release, and compare.

    Raises:
        GenerationError: The release cannot be installed.
    """
    environment, needed = environment_of(version, cache, scratch)
    trial = Trial()
    made = scratch / "made" / PACKAGE.name
    made.parent.mkdir()
    try:
        build_package(ROOT / "openapi.yaml", made, environment, needed)
    except GenerationError as error:
        trial.breaks.append("it does not make the package of this contract")
        trial.tell("generation:", str(error).splitlines(), MOST_LINES)
        return trial
    facts = facts_beside(made)
    pins = ", ".join(f"{name} {pin}" for name, pin in facts["versions"].items())
    trial.tell(f"made with {pins}; runs on Python {facts['python']}")
    lowest = re.search(r">=\s*3\.(\d+)", facts["python"] or "")
    if lowest and int(lowest[1]) > int(LOWEST_PYTHON.partition(".")[2]):
        trial.breaks.append(f"`make generate` would not run on Python {LOWEST_PYTHON}")
    compare_files(trial, made)
    compare_surfaces(trial, surface(PACKAGE), surface(made))
    check_types(trial, made)
    run_contract_tests(trial, made, scratch)
    return trial


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="try_generator.py", description="Try another release of openapi-python-client."
    )
    parser.add_argument("version", help="the release, 0.29.1 for example")
    parser.add_argument("--cache", type=Path, default=ROOT / ".codegen", metavar="PATH")
    options = parser.parse_args(arguments)
    if not re.fullmatch(r"\d+(\.\d+)+([a-z]+\d+)?", options.version):
        print(f"{options.version!r} is no release of {GENERATOR}", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="try-") as scratch:
        try:
            trial = attempt(options.version, options.cache.absolute(), Path(scratch).resolve())
        except (GenerationError, OSError) as error:
            print(f"{error}\nNothing was changed.", file=sys.stderr)
            return 2
    print("\n".join([f"{GENERATOR} {options.version}:", *trial.lines, ""]))
    if trial.breaks:
        print("\n".join(["It cannot be moved to as it is:", *(f"  {why}" for why in trial.breaks)]))
        return 1
    print("Nothing that the project relies on changes.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
