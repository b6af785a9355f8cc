"""Rebuild what is derived, or check that it is up to date.

    python -m scripts.generate            rebuilds the derived trees
    python -m scripts.generate --check    compares them with what they should be, and says why not

openapi.yaml -> generated/vlmrun_api; src/vlmrun/_async -> src/vlmrun/_sync; and the names in
src/vlmrun/_async and src/vlmrun/types -> src/vlmrun/_index. What they were made of stands in
scripts/generate/lock.json. Runs on any Python 3.10 or later without packages; the tools live in an
environment of their own in the cache folder.

Exit status: 0 done, or no difference; 1 the trees differ (`--check`); 2 nothing was changed,
because a source is broken or the tools are not to be had; 130 it was interrupted.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

sys.dont_write_bytecode = True

from scripts.generate import lock  # noqa: E402
from scripts.generate.environment import Environment, alone, prepare  # noqa: E402
from scripts.generate.failure import GenerationError  # noqa: E402
from scripts.generate.index import build_index  # noqa: E402
from scripts.generate.interrupts import deferred, listen  # noqa: E402
from scripts.generate.package import build_package, facts_beside  # noqa: E402
from scripts.generate.report import Outdated, report  # noqa: E402
from scripts.generate.sync_client import build_twin  # noqa: E402
from scripts.generate.trees import compare, cut_short, files_in, recover, replace  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / "scripts/generate/lock.json"
PATHS = {
    "contract": (ROOT / "openapi.yaml", "the OpenAPI document"),
    "package": (ROOT / "generated/vlmrun_api", "the package made from it"),
    "async_tree": (ROOT / "src/vlmrun/_async", "the asynchronous source"),
    "sync_tree": (ROOT / "src/vlmrun/_sync", "the synchronous twin made from it"),
    "types": (ROOT / "src/vlmrun/types", "the modules of public types"),
    "index": (ROOT / "src/vlmrun/_index", "the lists made from their names"),
    "config": (ROOT / "pyproject.toml", "the file with the twin's [tool.unasyncd]"),
}


@dataclass
class Tree:
    """A derived folder, and how it is made of which sources.

    Args:
        name: Its name in the lock.
        target: The folder.
        sources: What it is made of.
        inputs: What else decides over it, by the names of the lock.
        build: Makes it anew in another place.
    """

    name: str
    target: Path
    sources: list[Path]
    inputs: set[str]
    build: Callable[[Path, Environment], None]

    @property
    def label(self) -> str:
        """Where it is, as a reader of the project names it."""
        return label_of(self.target)

    def why(self, locked: lock.Record, now: lock.Record) -> Iterator[str]:
        """Why the tree is not what it should be, as far as `lock.json` tells."""
        sources = " and ".join(map(label_of, self.sources))
        if cut_short(self.target):
            yield f"an earlier run was cut short while it replaced {self.label}"
        if lock.is_edited(locked, self.name, self.target):
            yield f"{self.label} was edited by hand: that will be lost, so change {sources} instead"
        elif all(locked["inputs"].get(key) == now["inputs"][key] for key in self.inputs):
            yield f"{sources} or scripts/generate changed since the last `make generate`"


def label_of(path: Path) -> str:
    """A path from the project on, if it is inside."""
    return (path.relative_to(ROOT) if path.is_relative_to(ROOT) else path).as_posix()


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line; the defaults are this project's own paths."""
    parser = argparse.ArgumentParser(
        prog="generate.py", description="Rebuild or check the derived trees."
    )
    parser.add_argument("--check", action="store_true", help="only compare; 1 if they differ")
    parser.add_argument(
        "--only", choices=("package", "twin", "index"), help="leave the other trees, and the lock"
    )
    options: dict[str, tuple[Path | None, str]] = {
        **PATHS,
        "lock": (None, "lock.json; the project's own, if all other paths are"),
        "cache": (ROOT / ".codegen", "the folder for the tools' environments"),
    }
    for name, (default, text) in options.items():
        option = f"--{name.replace('_', '-')}"
        parser.add_argument(option, type=_absolute, default=default, help=text, metavar="PATH")
    return parser.parse_args(arguments)


def _absolute(path: str) -> Path:
    return Path(os.path.abspath(path))


def derived_trees(options: argparse.Namespace) -> list[Tree]:
    """The trees that the options name."""
    contract, resources, types = options.contract, options.async_tree, options.types
    pins = {"requirements"}
    trees = [
        Tree(
            "package",
            options.package,
            [contract],
            pins | {"contract", "config", "templates"},
            partial(build_package, contract),
        ),
        Tree(
            "twin",
            options.sync_tree,
            [resources],
            pins | {"words"},
            partial(build_twin, resources, options.config),
        ),
        Tree(
            "index",
            options.index,
            [resources, types],
            set(),
            lambda into, _: build_index(resources, types, into),
        ),
    ]
    return [tree for tree in trees if options.only in (None, tree.name)]


def lock_of(options: argparse.Namespace) -> Path | None:
    """The lock of this run: it describes all three trees, or there is none."""
    if options.only:
        return None
    own = all(getattr(options, name) == path for name, (path, _) in PATHS.items())
    path: Path | None = options.lock or (LOCK if own else None)
    return path


def build(trees: list[Tree], scratch: Path, environment: Environment) -> dict[str, Path]:
    """Make each tree in the scratch folder, under its own name."""
    made = {}
    for tree in trees:
        into = scratch / tree.name / tree.target.name
        into.parent.mkdir()
        tree.build(into, environment)
        made[tree.name] = into
    return made


def record_of(options: argparse.Namespace, made: dict[str, Path]) -> lock.Record:
    """What the lock says of trees that were just made."""
    given = lock.inputs(options.contract, options.config)
    return lock.record(given, facts_beside(made["package"]), made)


def written_lock(made: dict[str, Path], now: lock.Record) -> Path:
    """The lock as a file of the scratch folder."""
    written = made["package"].with_name("lock.json")
    written.write_text(lock.text_of(now), "utf-8", newline="\n")
    return written


def regenerate(trees: list[Tree], made: dict[str, Path], place: Path | None, now: Any) -> int:
    """Put what is new in the old ones' places: all of it, or nothing."""
    new = {tree.target: made[tree.name] for tree in trees}
    locked = lock.load(place) if place else None
    lines = []
    for tree in trees:
        difference = compare(tree.target, made[tree.name])
        count = len(files_in(made[tree.name]))
        lines.append(f"{tree.label}: {count} files, {difference.outcome()}")
        if difference and locked and lock.is_edited(locked, tree.name, tree.target):
            lines.append("  it had been edited by hand; `git diff` shows what of that is gone")
    if place:
        new[place] = written_lock(made, now)
    with deferred():
        replace(new)
        print("\n".join(lines))
    return 0


def check(trees: list[Tree], made: dict[str, Path], place: Path | None, now: Any) -> int:
    """Report how the trees differ from what they should be, and why."""
    wrong = {tree.name: compare(tree.target, made[tree.name]) for tree in trees}
    trees = [tree for tree in trees if wrong[tree.name]]
    locked = lock.load(place) if place else None
    reasons: list[str] = []
    if place and locked is None:
        reasons.append(f"{label_of(place)} is missing, or not whole")
    elif locked:
        reasons += lock.changed_inputs(locked, now)
        reasons += [why for tree in trees for why in tree.why(locked, now)]
    if not trees and (place is None or locked == now):
        print("the derived trees are up to date")
        return 0
    found = [Outdated(tree.label, wrong[tree.name]) for tree in trees]
    print("\n".join(report(found, reasons)))
    return 1


def run(options: argparse.Namespace, scratch: Path) -> int:
    """Make everything in the scratch folder, then compare or replace; returns the exit status."""
    trees = derived_trees(options)
    place = lock_of(options)
    with alone(options.cache):
        environment = prepare(options.cache)
        if not options.check:
            targets = [options.contract, *(tree.target for tree in trees)]
            recover(*targets, *([place] if place else []))
    sources = [options.config, *(source for tree in trees for source in tree.sources)]
    before = [lock.digest(source) for source in sources]
    made = build(trees, scratch, environment)
    now = record_of(options, made) if place else None
    with alone(options.cache):
        for source, known in zip(sources, before, strict=True):
            if lock.digest(source) != known:
                raise GenerationError(f"{source}: changed while it was being read; run this again")
        finish = check if options.check else regenerate
        return finish(trees, made, place, now)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    options = parse(arguments)
    listen()
    try:
        with tempfile.TemporaryDirectory(prefix="codegen-", ignore_cleanup_errors=True) as scratch:
            return run(options, Path(scratch).resolve())
    except (GenerationError, OSError) as error:
        print(f"{error}\nNothing was changed.", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Interrupted; each tree is whole, the old one or the new one.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
