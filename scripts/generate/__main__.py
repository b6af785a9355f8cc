"""Rebuild the derived trees, or check that they are up to date.

    python -m scripts.generate            rebuild the derived trees
    python -m scripts.generate --check    report how they differ from their sources

openapi.yaml -> generated/vlmrun_api; src/vlmrun/_async -> src/vlmrun/_sync; and the names defined
in src/vlmrun/_async and src/vlmrun/types -> src/vlmrun/_index. Runs on Python 3.10 or later without
third-party packages; the tools are installed into an environment of their own in the cache folder.

Exit status: 0 done, or no difference; 1 the trees differ (`--check`); 2 a source is broken or the
tools cannot be installed, and nothing was changed; 130 interrupted.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

if __name__ == "__main__":  # tests that import this module keep their bytecode
    sys.dont_write_bytecode = True

from scripts.generate.differences import compare, report
from scripts.generate.environment import Environment, prepare
from scripts.generate.failure import GenerationError
from scripts.generate.index import build_index
from scripts.generate.package import build_package
from scripts.generate.sync_client import build_sync_client
from scripts.generate.trees import files_in, replace

ROOT = Path(__file__).resolve().parents[2]
PATHS = {
    "contract": ("openapi.yaml", "the OpenAPI document"),
    "package": ("generated/vlmrun_api", "the package generated from it"),
    "async_tree": ("src/vlmrun/_async", "the source of the async client"),
    "sync_tree": ("src/vlmrun/_sync", "the sync client derived from it"),
    "types": ("src/vlmrun/types", "the modules of public types"),
    "index": ("src/vlmrun/_index", "the index of resources and types"),
    "config": ("scripts/generate/sync_names.toml", "the names that the sync client changes"),
    "cache": (".codegen", "the folder for the environments of the tools"),
}


@dataclass
class Tree:
    """A derived folder.

    Args:
        name: Its name on the command line.
        target: The folder.
        build: Builds it from its sources in the folder that is passed.
    """

    name: str
    target: Path
    build: Callable[[Path, Environment], None]

    @property
    def label(self) -> str:
        """The path relative to the project, if the folder is inside it."""
        inside = self.target.is_relative_to(ROOT)
        return (self.target.relative_to(ROOT) if inside else self.target).as_posix()


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Parse the command line; the defaults are the paths of this project."""
    parser = argparse.ArgumentParser(
        prog="scripts.generate", description="Rebuild or check the derived trees."
    )
    parser.add_argument("--check", action="store_true", help="only compare; 1 if they differ")
    parser.add_argument(
        "--only", choices=("package", "sync", "index"), help="leave the other trees alone"
    )
    for name, (default, text) in PATHS.items():
        option = f"--{name.replace('_', '-')}"
        # Not resolved: where a tree is a link, the link's own folder is the one to write to.
        absolute = lambda path: Path(os.path.abspath(path))  # noqa: E731
        parser.add_argument(
            option, type=absolute, default=ROOT / default, help=text, metavar="PATH"
        )
    return parser.parse_args(arguments)


def derived_trees(options: argparse.Namespace) -> list[Tree]:
    """Return the trees that the options select."""
    resources, types = options.async_tree, options.types
    trees = [
        Tree("package", options.package, partial(build_package, options.contract)),
        Tree("sync", options.sync_tree, partial(build_sync_client, resources, options.config)),
        Tree("index", options.index, lambda into, _: build_index(resources, types, into)),
    ]
    return [tree for tree in trees if options.only in (None, tree.name)]


def build(trees: list[Tree], scratch: Path, environment: Environment) -> dict[Path, Path]:
    """Build each tree in the scratch folder; returns the built folder of each target."""
    built = {}
    for tree in trees:
        into = scratch / tree.name / tree.target.name
        into.parent.mkdir()
        tree.build(into, environment)
        built[tree.target] = into
    return built


def run(options: argparse.Namespace, scratch: Path) -> int:
    """Build everything in the scratch folder, then compare or replace; returns the exit status."""
    trees = derived_trees(options)
    built = build(trees, scratch, prepare(options.cache))
    differences = {tree.label: compare(tree.target, built[tree.target]) for tree in trees}
    if options.check:
        lines = list(report(differences))
        print("\n".join(lines) or "the derived trees are up to date")
        return 1 if lines else 0
    replace(built)
    for tree in trees:
        count = len(files_in(tree.target))
        print(f"{tree.label}: {count} files, {differences[tree.label].outcome()}")
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    options = parse(arguments)
    # By default SIGTERM would end Python without removing the scratch folder.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with tempfile.TemporaryDirectory(prefix="codegen-", ignore_cleanup_errors=True) as scratch:
            return run(options, Path(scratch).resolve())
    except (GenerationError, OSError) as error:
        print(f"{error}\nNothing was changed.", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Interrupted; each tree is complete, either old or new.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
