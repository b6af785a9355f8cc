"""All rules by their names, and the findings that are left when what is waived is taken out.

A part of the document that breaks a rule on purpose says so, in itself or around it:
`x-lint: {rule: why}`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator

from scripts.lint_spec.operation_rules import OPERATION_RULES
from scripts.lint_spec.request_rules import REQUEST_RULES
from scripts.lint_spec.response_rules import RESPONSE_RULES
from scripts.lint_spec.schema_rules import SCHEMA_RULES
from scripts.lint_spec.union_rules import UNION_RULES
from scripts.openapi.document import Finding, join, mapping, nodes

WAIVERS = "x-lint"

_MOST_TEXT = 100

Rule = Callable[[Any], Iterator[Finding]]


def openapi(document: Any) -> Iterator[Finding]:
    """What the OpenAPI standard itself asks, as openapi-spec-validator has it."""
    fix = "correct it as OpenAPI 3.1 has it"
    older = str(mapping(document).get("openapi")).startswith("3.0")
    validator = OpenAPIV30SpecValidator if older else OpenAPIV31SpecValidator
    try:
        for error in validator(document).iter_errors():
            path = list(error.absolute_path)
            # Of a schema's own mistakes the validator gives the path from the schema on.
            pointer = join("", *path) if path and path[0] in mapping(document) else ""
            yield Finding(pointer, str(error.message).splitlines()[0], fix)
    except Exception as error:
        # It stops at a reference to nothing or a key that is not text; our rules say where.
        name = type(error).__name__
        yield Finding("", f"the validator gave up: {name}: {str(error)[:_MOST_TEXT]}", fix)


RULES: dict[str, Rule] = {
    rule.__name__: rule
    for rule in (
        openapi,
        *OPERATION_RULES,
        *REQUEST_RULES,
        *RESPONSE_RULES,
        *SCHEMA_RULES,
        *UNION_RULES,
    )
}


def plain_word(pointers: Iterable[str]) -> Iterator[Finding]:
    """A word without quotes that readers of YAML 1.1 and 1.2 take for different things."""
    for pointer in pointers:
        reason = "this is a word to some readers of YAML, and a number or true or false to others"
        yield Finding(pointer, reason, "put it in quotes, or write the number in digits alone")


def waiver(unused: Iterable[tuple[str, str]]) -> Iterator[Finding]:
    """`x-lint` waives a rule where it is broken, and nowhere else."""
    for pointer, name in unused:
        reason = f"{WAIVERS} waives {name!r}, which finds nothing here"
        yield Finding(join(pointer, WAIVERS, name), reason, "take it out")


def lint(document: Any, two_ways: Iterable[str] = ()) -> Iterator[tuple[str, Finding]]:
    """All findings that are not waived, with the names of their rules.

    Args:
        document: The document's data.
        two_ways: The pointers of words that YAML's readers differ about.
    """
    waived = {
        (pointer, rule): False
        for pointer, node in nodes(document)
        for rule in mapping(node.get(WAIVERS))
    }
    for name, rule in RULES.items():
        for finding in dict.fromkeys(rule(document)):
            places = [place for place, of in waived if of == name and _holds(place, finding)]
            waived |= {(place, name): True for place in places}
            if not places:
                yield name, finding
    for finding in plain_word(two_ways):
        yield plain_word.__name__, finding
    for finding in waiver(place for place, used in waived.items() if not used):
        yield waiver.__name__, finding


def _holds(place: str, finding: Finding) -> bool:
    return f"{finding.pointer}/".startswith(f"{place}/")


def catalogue() -> list[tuple[str, str]]:
    """The rules' names and what each is about."""
    rules: list[Callable[..., Any]] = [*RULES.values(), plain_word, waiver]
    return [(rule.__name__, rule.__doc__ or "") for rule in rules]
