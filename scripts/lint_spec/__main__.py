"""Check openapi.yaml against the standard and against what the generator makes of it.

    python -m scripts.lint_spec [PATH]      openapi.yaml, or another OpenAPI document
    python -m scripts.lint_spec --rules     lists the rules

Each finding is a line: file, line, JSON pointer, rule, reason, and how to fix it. What breaks a
rule on purpose says so in the document: `x-lint: {rule: why}`, in the part itself or around it.

Exit status: 0 there is no finding; 1 there is; 2 the document cannot be used: it is not there, no
YAML, no OpenAPI 3.0 or 3.1, or it refers to what is not in it.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from scripts.lint_spec.rules import catalogue, lint
from scripts.openapi.load_document import UnusableError, read

ROOT = Path(__file__).resolve().parents[2]


def main(arguments: list[str]) -> int:
    """Lint one file; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="lint_spec.py", description="Check an OpenAPI document before generating from it."
    )
    parser.add_argument("path", nargs="?", type=Path, default=ROOT / "openapi.yaml")
    parser.add_argument("--rules", action="store_true", help="only list the rules")
    options = parser.parse_args(arguments)
    if options.rules:
        for name, about in catalogue():
            print(f"{name:24} {about}")
        return 0
    try:
        document = read(options.path)
    except UnusableError as error:
        print(error, file=sys.stderr)
        return 2
    findings = lint(document.value, document.parsed.ambiguous)
    found = [document.format_finding(finding, rule) for rule, finding in findings]
    print("\n".join(found) if found else f"{options.path.name}: no findings")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
