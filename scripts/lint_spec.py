"""Check openapi.yaml against the standard and against what the generator makes of it.

    python scripts/lint_spec.py [openapi.yaml]

Each finding is a line with a JSON pointer, the rule, the reason, and how to mend it. Exit status: 0
if there is none, 1 if there is. Needs openapi-spec-validator and PyYAML.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml
from openapi_spec_validator import OpenAPIV31SpecValidator
from speclint.document import Finding, join, mapping
from speclint.operation_rules import OPERATION_RULES
from speclint.response_rules import RESPONSE_RULES
from speclint.schema_rules import SCHEMA_RULES

ROOT = Path(__file__).resolve().parent.parent

_MOST_TEXT = 100

Rule = Callable[[Any], Iterator[Finding]]

RULES: dict[str, Rule] = {
    rule.__name__: rule for rule in (*OPERATION_RULES, *SCHEMA_RULES, *RESPONSE_RULES)
}


class _Loader(yaml.SafeLoader):
    """YAML without silent surprises: a key given twice is an error, a date stays text."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for index, key in enumerate(keys):
            if key in keys[:index]:
                problem = f"the key {key!r} is given twice"
                raise yaml.MarkedYAMLError(
                    problem=problem, problem_mark=node.value[index][0].start_mark
                )
        return super().construct_mapping(node, deep)


def _as_text(_: _Loader, node: Any) -> str:
    return str(node.value)


_Loader.add_constructor("tag:yaml.org,2002:timestamp", _as_text)


def read(text: str) -> Any:
    """The document that a YAML text holds.

    Raises:
        yaml.YAMLError: It is not YAML, or has a key twice.
    """
    return yaml.load(text, _Loader)


def lint(document: Any) -> Iterator[tuple[str, Finding]]:
    """All findings, with the name of the rule: the standard's first, then our own."""
    for finding in standard(document):
        yield "openapi", finding
    for name, rule in RULES.items():
        for finding in dict.fromkeys(rule(document)):
            yield name, finding


def standard(document: Any) -> Iterator[Finding]:
    """What the OpenAPI standard itself has against the document."""
    mend = "correct it as OpenAPI 3.1 has it"
    try:
        for error in OpenAPIV31SpecValidator(document).iter_errors():
            path = list(error.absolute_path)
            # Of a schema's own mistakes the validator gives the path from the schema on.
            pointer = join("", *path) if path and path[0] in mapping(document) else ""
            yield Finding(pointer, str(error.message).splitlines()[0], mend)
    except Exception as error:
        # It stops at a reference to nothing or a key that is not text; our rules say where.
        name = type(error).__name__
        yield Finding("", f"the validator gave up: {name}: {str(error)[:_MOST_TEXT]}", mend)


def main(arguments: list[str]) -> int:
    """Lint one file; returns the exit status."""
    path = Path(arguments[0]) if arguments else ROOT / "openapi.yaml"
    try:
        document = read(path.read_text("utf-8"))
    except (OSError, yaml.YAMLError) as error:
        print(f"{path.name}: {error}")
        return 1
    found = [
        f"{path.name}#{finding.pointer}: {name}: {finding.reason}; {finding.mend}"
        for name, finding in lint(document)
    ]
    print("\n".join(found) if found else f"{path.name}: no findings")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
