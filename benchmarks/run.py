"""Measure speed, memory and size, mostly as ratios within one run, and print one table.

    python benchmarks/run.py [figure ...]

Needs the package with its extra `testing`, and a package index for the installation. It is no test:
the exit status does not tell whether the aims are met.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from figures import archives, bundles, downloads, imports, install, requests, uploads
from installation import Installation
from measuring import Result

FIGURES: dict[str, Callable[[Installation], Iterator[Result]]] = {
    "imports": imports.measure,
    "requests": requests.measure,
    "uploads": uploads.measure,
    "downloads": downloads.measure,
    "bundles": bundles.measure,
    "archives": archives.measure,
    "install": install.measure,
}
ROW = "{:<70} {:>9} {:>9} {:>9} {:>9}  {}"


def main(arguments: list[str] | None = None) -> None:
    """Print the lines of all figures, or of those that are named, as they come."""
    parser = argparse.ArgumentParser(description="Measure speed, memory and size.")
    parser.add_argument("figure", nargs="*", help=f"of {', '.join(FIGURES)}; all by default")
    names = parser.parse_args(arguments).figure or list(FIGURES)
    for name in names:
        if name not in FIGURES:
            parser.error(f"there is no figure {name!r}; choose from {', '.join(FIGURES)}")
    print(ROW.format("what", "min", "median", "max", "aim", "verdict"))
    with tempfile.TemporaryDirectory(prefix="vlmrun-bench-") as folder:
        installation = Installation(Path(folder))
        for name in names:
            for result in FIGURES[name](installation):
                print(_line(result), flush=True)


def _line(result: Result) -> str:
    values = (min(result.values), result.figure, max(result.values))
    shown = [_number(value, result.unit) for value in values]
    aim = "" if result.aim is None else f"<= {_number(result.aim, result.unit)}"
    return ROW.format(result.what, *shown, aim, result.verdict).rstrip()


def _number(value: float, unit: str) -> str:
    return f"{value:.2f}{unit}" if unit else f"{value:g}"


if __name__ == "__main__":
    main()
