"""Take a newer API document: ours, or the vendor's as FastAPI makes it.

    python -m scripts.update SPEC                takes it
    python -m scripts.update SPEC --check        only says what taking it would do

SPEC is a file, JSON or YAML, OpenAPI 3.0 or 3.1. `openapi.yaml`, the derived trees and
`docs/operations.md` are made anew from it in a scratch folder, linted, and put in their places
together at the end, or not at all.

A document of our own form (our title, and mostly our ids at our paths) is taken as it
stands. Any other is made to fit:

1. The overlay, `scripts/update/overlay.yaml` (OpenAPI Overlay 1.0), says what has to be different
   in it, and why. An action that matches nothing is a mistake, unless its `x-when` says that it is
   for other documents.
2. What FastAPI and pydantic add goes: titles, defaults, the paths in the ids, the server's prefix
   of the paths, the many ways to say null. Objects and enums get names. What responses hold is
   opened, so that a new value or field loses nothing.
3. What is left goes into the openapi.yaml that is there. An operation that is known by its method
   and path keeps our id, tag and descriptions, its schemas our names; where our description still
   holds for what the document says, it stays as it is. New operations are named after the function
   that FastAPI made them from, and filed under their tag or the first part of their path. What the
   document does not mention stays, and is listed; `--remove-missing` removes such operations, less
   those with servers of their own.

The report says what was added, changed, kept and left out; then comes that of `spec_diff.py`.

Exit status: 0 taken, or there is nothing to take; 1 taking it would change something (`--check`);
2 nothing was changed, because the document or the overlay is broken, the result does not pass
`lint_spec.py`, or the trees cannot be made of it. Needs what `.venv` has.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Sequence
from pathlib import Path

sys.dont_write_bytecode = True

from scripts.generate.environment import prepare  # noqa: E402
from scripts.generate.failure import GenerationError, shortened  # noqa: E402
from scripts.generate.trees import replace  # noqa: E402
from scripts.openapi.load_document import UnusableError  # noqa: E402
from scripts.update.build_trees import build_project  # noqa: E402
from scripts.update.next_contract import Candidate, make_candidate  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
CONTRACT = ROOT / "openapi.yaml"


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="update.py", description="Take a newer API document.")
    parser.add_argument("spec", type=Path, metavar="SPEC", help="the document, JSON or YAML")
    parser.add_argument("--check", action="store_true", help="change nothing; 1 if it would")
    parser.add_argument(
        "--remove-missing", action="store_true", help="remove operations that it does not have"
    )
    parser.add_argument(
        "--overlay",
        type=Path,
        default=HERE / "overlay.yaml",
        metavar="PATH",
        help="what has to be different in documents that are not ours",
    )
    parser.add_argument(
        "--output", type=Path, metavar="PATH", help="also write the next openapi.yaml there"
    )
    parser.add_argument(
        "--cache",
        type=Path,
        default=ROOT / ".codegen",
        metavar="PATH",
        help="the folder for the tools' environments",
    )
    return parser.parse_args(arguments)


def update(options: argparse.Namespace, scratch: Path) -> int:
    """Take the document; returns the exit status.

    Raises:
        UnusableError: The document, the contract or the overlay cannot be used.
        GenerationError: It cannot be taken.
    """
    environment = prepare(options.cache)
    before = CONTRACT.read_bytes()
    candidate = make_candidate(
        options.spec, CONTRACT, options.overlay, remove=options.remove_missing
    )
    if options.output:
        options.output.write_text(candidate.text, "utf-8", newline="\n")
    if candidate.text.encode() == before:
        print("openapi.yaml says all of this already: there is nothing to do")
        return 0
    old, new = scratch / "before/openapi.yaml", scratch / "openapi.yaml"
    old.parent.mkdir()
    old.write_bytes(before)
    new.write_text(candidate.text, "utf-8", newline="\n")
    lint(new)
    made, problem = build_project(ROOT, new, scratch, environment)
    tell(candidate, old, new, problem)
    if options.check:
        return 1
    if CONTRACT.read_bytes() != before:
        raise GenerationError("openapi.yaml has changed while this was at work: do it again")
    replace(made)
    print("openapi.yaml, the derived trees and docs/operations.md are new: `make check` is next.")
    return 0


def lint(contract: Path) -> None:
    """Run `lint_spec`.

    Raises:
        GenerationError: It finds something.
    """
    done = _run("lint_spec", Path(contract.name), folder=contract.parent)
    if done.returncode:
        raise GenerationError(
            "the document would leave openapi.yaml with these findings (an action of the overlay "
            "can mend them; OUTPUT=next.yaml writes down what they are about):\n"
            f"{shortened(done.stdout + done.stderr)}"
        )


def tell(candidate: Candidate, old: Path, new: Path, problem: str) -> None:
    """Print what was done, and how the contract differs."""
    if candidate.ours:
        print("The document is of our own form: it is taken as it stands, without the overlay.\n")
    for line in candidate.report.lines():
        print(textwrap.fill(line, 100, subsequent_indent="    ", break_long_words=False))
    if problem:
        print(f"{problem}\n")
    done = _run("spec_diff", old.relative_to(new.parent), Path(new.name), folder=new.parent)
    print((done.stdout + done.stderr).strip(), end="\n\n")


def _run(command: str, *arguments: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", f"scripts.{command}", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    options = parse(arguments)
    options.cache = Path(os.path.abspath(options.cache))
    try:
        with tempfile.TemporaryDirectory(prefix="update-") as scratch:
            return update(options, Path(scratch).resolve())
    except (GenerationError, UnusableError, OSError) as error:
        print(f"{error}\nNothing was changed.", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
