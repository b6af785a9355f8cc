"""Rebuild what is derived, or check that it is up to date.

    python scripts/generate.py            rebuilds the derived trees
    python scripts/generate.py --check    compares them with what they should be

openapi.yaml -> generated/vlmrun_api; src/vlmrun/_async -> src/vlmrun/_sync; and the names in
src/vlmrun/_async and src/vlmrun/types -> src/vlmrun/_index. Runs on any Python 3.10 or later
without packages; the tools live in an environment of their own in the cache folder.

Exit status: 0 done, or no difference; 1 the trees differ (`--check`); 2 nothing was changed,
because a source is broken or the tools are not to be had.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

sys.dont_write_bytecode = True

from codegen.environment import Environment, alone, prepare  # noqa: E402
from codegen.failure import GenerationError  # noqa: E402
from codegen.index import build_index  # noqa: E402
from codegen.package import build_package  # noqa: E402
from codegen.trees import Difference, compare, files_in, recover, replace  # noqa: E402
from codegen.twin import build_twin  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
MOST_DIFF_LINES = 200


@dataclass
class Tree:
    """A derived folder and how it is made."""

    name: str
    target: Path
    build: Callable[[Path, Environment], None]

    @property
    def label(self) -> str:
        """Where it is, as a reader of the project names it."""
        inside = self.target.is_relative_to(ROOT)
        return (self.target.relative_to(ROOT) if inside else self.target).as_posix()


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line; the defaults are this project's own paths."""
    parser = argparse.ArgumentParser(
        prog="generate.py", description="Rebuild or check the derived trees."
    )
    parser.add_argument("--check", action="store_true", help="only compare; 1 if they differ")
    parser.add_argument(
        "--only", choices=("package", "twin", "index"), help="leave the other trees alone"
    )
    paths = {
        "--contract": (ROOT / "openapi.yaml", "the OpenAPI document"),
        "--package": (ROOT / "generated/vlmrun_api", "the package made from it"),
        "--async-tree": (ROOT / "src/vlmrun/_async", "the asynchronous source"),
        "--sync-tree": (ROOT / "src/vlmrun/_sync", "the synchronous twin made from it"),
        "--types": (ROOT / "src/vlmrun/types", "the modules of public types"),
        "--index": (ROOT / "src/vlmrun/_index", "the lists made from their names"),
        "--config": (ROOT / "pyproject.toml", "the file with the twin's [tool.unasyncd]"),
        "--cache": (ROOT / ".codegen", "the folder for the tools' environments"),
    }
    for option, (default, text) in paths.items():
        parser.add_argument(option, type=_absolute, default=default, help=text, metavar="PATH")
    return parser.parse_args(arguments)


def _absolute(path: str) -> Path:
    return Path(os.path.abspath(path))


def derived_trees(options: argparse.Namespace) -> list[Tree]:
    """The trees that the options name."""
    trees = [
        Tree("package", options.package, partial(build_package, options.contract)),
        Tree("twin", options.sync_tree, partial(build_twin, options.async_tree, options.config)),
        Tree("index", options.index, _index_of(options)),
    ]
    return [tree for tree in trees if options.only in (None, tree.name)]


def _index_of(options: argparse.Namespace) -> Callable[[Path, Environment], None]:
    return lambda into, _: build_index(options.async_tree, options.types, into)


def build(trees: list[Tree], scratch: Path, environment: Environment) -> list[Path]:
    """Make each tree in the scratch folder, under its own name."""
    made = []
    for tree in trees:
        into = scratch / tree.name / tree.target.name
        into.parent.mkdir()
        tree.build(into, environment)
        made.append(into)
    return made


def regenerate(trees: list[Tree], made: list[Path]) -> int:
    """Put the new trees in the old ones' places: all of them, or none."""
    replace({tree.target: new for tree, new in zip(trees, made, strict=True)})
    for tree in trees:
        print(f"{tree.label}: {len(files_in(tree.target))} files")
    return 0


def check(trees: list[Tree], made: list[Path]) -> int:
    """Report how the trees differ from what they should be."""
    pairs = zip(trees, made, strict=True)
    found = [(tree.label, compare(tree.target, new)) for tree, new in pairs]
    found = [(label, difference) for label, difference in found if difference]
    if not found:
        print("the derived trees are up to date")
        return 0
    report(found)
    return 1


def report(found: list[tuple[str, Difference]]) -> None:
    """Say what to do, then which files, then the beginning of the lines."""
    print("The derived trees are out of date: run `make generate` and commit both.\n")
    for label, difference in found:
        print("\n".join(difference.summary(label)))
    lines = [line for label, difference in found for line in difference.diff(label)]
    if lines:
        print()
        print("\n".join(islice(lines, MOST_DIFF_LINES)))
    if len(lines) > MOST_DIFF_LINES:
        print(f"... and {len(lines) - MOST_DIFF_LINES} more lines")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    options = parse(arguments)
    trees = derived_trees(options)
    try:
        with tempfile.TemporaryDirectory(prefix="codegen-") as scratch:
            with alone(options.cache):
                environment = prepare(options.cache)
                if not options.check:
                    recover(options.contract, *(tree.target for tree in trees))
            made = build(trees, Path(scratch).resolve(), environment)
            with alone(options.cache):
                return check(trees, made) if options.check else regenerate(trees, made)
    except (GenerationError, OSError) as error:
        print(f"{error}\nNothing was changed.", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
