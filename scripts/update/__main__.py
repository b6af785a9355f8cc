"""Merge a newer API document into openapi.yaml: ours, or the official one of the service.

    python -m scripts.update SPEC                merges it
    python -m scripts.update SPEC --check        only reports what that would change

SPEC is a JSON or YAML file, OpenAPI 3.0 or 3.1. openapi.yaml and the derived trees are built in a
scratch folder, checked, and replaced together at the end; then docs/operations.md is written.

A document of our own form (our title, and mostly our ids at our paths) is taken unchanged. Any
other is expected to be as FastAPI generates it:

1. The overlay, `scripts/update/overlay.yaml`, says what has to be different in it, and why.
2. It is brought into the form of openapi.yaml: without titles and defaults, with names for objects
   and enums, with ids that are function names, with response schemas that accept new values.
3. It is merged. An operation of the same method and path keeps our id, tag and descriptions, and
   its schemas keep our names. What the document lacks stays; `--remove-missing` removes such
   operations, unless they have servers of their own.
4. The result is compared with the document. The report lists every difference, and is followed by
   that of `scripts.spec_diff` about the new openapi.yaml and the old one. What the client would
   send in another form than the document describes is refused.

Exit status: 0 merged, or nothing to merge; 1 it would change something (`--check`); 2 nothing was
changed: the document or the overlay has errors, the result does not pass `scripts.lint_spec`, or
the trees cannot be built from it. Requires the packages of `.venv`.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import textwrap
import traceback
from collections.abc import Sequence
from pathlib import Path

if __name__ == "__main__":  # tests that import this module keep their bytecode
    sys.dont_write_bytecode = True

from scripts.generate import __main__ as generate
from scripts.generate.environment import prepare
from scripts.generate.failure import GenerationError, shortened
from scripts.generate.trees import replace
from scripts.lint_spec.rules import lint
from scripts.openapi.load_document import Document, UnusableError, shown
from scripts.openapi.strict_yaml import parse
from scripts.spec_diff.diff_report import build_report
from scripts.spec_diff.report_formats import as_text
from scripts.spec_diff.spec import spec_of
from scripts.update.next_contract import NextContract, build_next_contract

ROOT = Path(__file__).resolve().parents[2]
OVERLAY = Path(__file__).resolve().with_name("overlay.yaml")
CONTRACT = ROOT / "openapi.yaml"
_IMPORTED = (ROOT, ROOT / "src", ROOT / "generated")


def parse_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(
        prog="scripts.update", description="Merge a newer API document into openapi.yaml."
    )
    add = parser.add_argument
    add("spec", type=Path, metavar="SPEC", help="the document, JSON or YAML")
    add("--check", action="store_true", help="change nothing; exit status 1 if it would")
    add("--remove-missing", action="store_true", help="remove operations that SPEC lacks")
    add("--overlay", type=Path, default=OVERLAY, metavar="PATH", help="the overlay for SPEC")
    add("--output", type=Path, metavar="PATH", help="also write the next openapi.yaml there")
    cache = ROOT / ".codegen"
    add("--cache", type=Path, default=cache, metavar="PATH", help="folder of tool environments")
    return parser.parse_args(arguments)


def update(options: argparse.Namespace, scratch: Path) -> int:
    """Merge the document; return the exit status.

    Raises:
        UnusableError: The document, the contract or the overlay cannot be used.
        GenerationError: The document cannot be merged.
    """
    before = CONTRACT.read_bytes()
    contract = build_next_contract(
        options.spec, CONTRACT, options.overlay, remove=options.remove_missing
    )
    if options.output:
        options.output.write_text(contract.text, "utf-8", newline="\n")
    print_report(contract)
    if contract.text.encode() == before:
        print("openapi.yaml is up to date: there is nothing to merge")
        return 0
    old = _document(f"before/{CONTRACT.name}", before.decode())
    new = _document(CONTRACT.name, contract.text)
    refuse_findings(new)
    file = scratch / CONTRACT.name
    file.write_text(new.text, "utf-8", newline="\n")
    trees = generate.derived_trees(generate.parse(["--contract", str(file)]))
    built = generate.build(trees, scratch, prepare(options.cache))
    report = build_report(spec_of(old), spec_of(new), cache=options.cache)
    print(as_text(report) + report.problem)
    if options.check:
        return 1
    if CONTRACT.read_bytes() != before:
        raise GenerationError("openapi.yaml was changed in the meantime: run this again")
    replace({**built, CONTRACT: file})
    print(f"openapi.yaml and the derived trees are updated. {write_page()}")
    return 0


def write_page() -> str:
    """Run `scripts.write_docs`, which needs a client that works; return what to do next."""
    done = subprocess.run(
        [sys.executable, "-m", "scripts.write_docs"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, _IMPORTED))},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode == 0:
        return "docs/operations.md is, too: run `make check`."
    message = ((done.stdout + done.stderr).strip().splitlines() or ["no reason"])[-1]
    return (
        f"The client does not work with the new low-level package ({message}):\n"
        "fix src/vlmrun, then run `make docs`."
    )


def refuse_findings(contract: Document) -> None:
    """Raise an error if `make lint-spec` would report something about the next contract.

    Raises:
        GenerationError: It has findings.
    """
    findings = lint(contract.value, contract.parsed.ambiguous)
    if lines := [contract.format_finding(finding, rule) for rule, finding in findings]:
        raise GenerationError(
            "openapi.yaml would have these findings (an action of the overlay can fix them; "
            "OUTPUT=next.yaml writes the file that they refer to):\n" + shortened("\n".join(lines))
        )


def print_report(contract: NextContract) -> None:
    """Print how the document was merged."""
    if contract.ours:
        print("The document is of our own form: it is taken unchanged, without the overlay.")
    for line in contract.report.lines():
        print(textwrap.fill(line, 100, subsequent_indent="    ", break_long_words=False))


def _document(name: str, text: str) -> Document:
    return Document(Path(name), text, parse(text))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return the exit status."""
    options = parse_arguments(arguments)
    options.cache = Path(os.path.abspath(options.cache))
    try:
        with tempfile.TemporaryDirectory(prefix="update-") as scratch:
            return update(options, Path(scratch).resolve())
    except (GenerationError, UnusableError, OSError) as error:
        message = str(error)
    except Exception as error:  # a fault of this program: the message says where it is
        frame = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(frame.filename).name}:{frame.lineno}"
        reason = f"{type(error).__name__}: {error} in {where}"
        message = f"{shown(options.spec)}: cannot be merged ({reason}); please report this"
    print(f"{message}\nNothing was changed.", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
