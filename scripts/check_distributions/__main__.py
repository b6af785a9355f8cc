"""Check what no released tool checks: CHANGELOG.md, and the texts inside the distributions.

    python -m scripts.check_distributions FOLDER [--wheel PATH]

The folder contains one sdist and one wheel, as `python -m build` leaves them. `make release-check`
runs this after validate-pyproject, and before check-wheel-contents, twine and the smoke tests.

Exit status: 0 no problem; 1 there is a problem; 2 the distributions cannot be read.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from scripts.check_distributions.changelog import check_changelog
from scripts.check_distributions.distributions import (
    check_sdist_files,
    check_texts,
    compare_wheels,
    read_distribution,
    registry_hosts,
)

ROOT = Path(__file__).resolve().parents[2]


def check(root: Path, folder: Path, other_wheel: Path | None) -> Iterator[str]:
    """Yield the problems of a release.

    Raises:
        ValueError: The folder does not contain one sdist and one wheel.
    """
    changelog = (root / "CHANGELOG.md").read_text("utf-8")
    [sdist] = folder.glob("*.tar.gz")
    [wheel] = folder.glob("*.whl")
    yield from check_changelog(changelog, version=wheel.name.split("-")[1])
    yield from check_sdist_files(read_distribution(sdist))
    unwanted = {str(root), str(Path.home()), *registry_hosts()}
    for path in (sdist, wheel):
        for problem in check_texts(read_distribution(path), unwanted):
            yield f"{path.name}: {problem}"
    if other_wheel:
        yield from compare_wheels(read_distribution(wheel), read_distribution(other_wheel))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = argparse.ArgumentParser(prog="scripts.check_distributions")
    parser.add_argument("folder", type=Path, help="the folder of the sdist and the wheel")
    parser.add_argument(
        "--wheel", type=Path, help="a wheel built without the sdist, which must be the same"
    )
    options = parser.parse_args(arguments)
    try:
        problems = list(check(ROOT, options.folder, options.wheel))
    except (OSError, ValueError) as error:
        print(f"{options.folder}: {error}", file=sys.stderr)
        return 2
    print("\n".join(problems) or "no problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
