"""Check an OpenAPI document against the standard and against the limits of the generator.

    python -m scripts.lint_spec [PATH]      openapi.yaml, or another OpenAPI document
    python -m scripts.lint_spec --rules     lists the rules

Each finding is a line: file, line, JSON pointer, rule, reason, and the fix. A document waives a
rule in the value that breaks it, or around it: `x-lint: {rule: reason}`.

Exit status: 0 no findings; 1 findings; 2 the document cannot be used: it does not exist, is not
YAML or OpenAPI 3.0 or 3.1, or has dead references.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from scripts.lint_spec.rules import catalog, lint
from scripts.openapi.load_document import UnusableError, read

ROOT = Path(__file__).resolve().parents[2]


def main(arguments: list[str]) -> int:
    """Lint one file; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="scripts.lint_spec", description="Check an OpenAPI document before generating from it."
    )
    parser.add_argument("path", nargs="?", type=Path, default=ROOT / "openapi.yaml")
    parser.add_argument("--rules", action="store_true", help="only list the rules")
    options = parser.parse_args(arguments)
    if options.rules:
        for name, description in catalog():
            print(f"{name:24} {description}")
        return 0
    try:
        document = read(options.path)
    except UnusableError as error:
        print(error, file=sys.stderr)
        return 2
    findings = lint(document.value, document.parsed.ambiguous)
    lines = [document.format_finding(finding, rule) for rule, finding in findings]
    print("\n".join(lines) if lines else f"{options.path.name}: no findings")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
