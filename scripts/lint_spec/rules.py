"""All rules by name, and the findings that are not waived.

A new rule is a function in one of the modules `*_rules`; its docstring describes it in `--rules`.

A document waives a rule in the value that breaks it, or around it: `x-lint: {rule: reason}`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from types import ModuleType
from typing import Any

from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator

from scripts.lint_spec import (
    operation_rules,
    request_rules,
    response_rules,
    schema_rules,
    union_rules,
)
from scripts.openapi.document import Finding, join, mapping, nodes, with_string_keys

WAIVERS = "x-lint"

_MAX_MESSAGE = 100

Rule = Callable[[Any], Iterator[Finding]]


def openapi(document: Any) -> Iterator[Finding]:
    """The OpenAPI standard itself, as openapi-spec-validator checks it."""
    fix = "correct it as OpenAPI 3.1 has it"
    older = str(mapping(document).get("openapi")).startswith("3.0")
    validator = OpenAPIV30SpecValidator if older else OpenAPIV31SpecValidator
    try:
        for error in validator(with_string_keys(document)).iter_errors():
            path = list(error.absolute_path)
            # Errors inside a schema have a path that is relative to the schema.
            pointer = join("", *path) if path and path[0] in mapping(document) else ""
            yield Finding(pointer, str(error.message).splitlines()[0], fix)
    except Exception as error:
        # It fails at data without the structure of a document.
        message = f"{type(error).__name__}: {str(error)[:_MAX_MESSAGE]}"
        yield Finding("", f"the validator failed: {message}", fix)


def _rules_in(module: ModuleType) -> list[Rule]:
    """Return the rules of a module: its functions that yield findings for a document."""
    return [
        value
        for name, value in vars(module).items()
        if not name.startswith("_")
        and getattr(value, "__module__", "") == module.__name__
        and getattr(value, "__annotations__", {}).get("return") == "Iterator[Finding]"
    ]


_MODULES = (operation_rules, request_rules, response_rules, schema_rules, union_rules)
RULES: dict[str, Rule] = {
    rule.__name__: rule
    for rule in (openapi, *(each for module in _MODULES for each in _rules_in(module)))
}


def plain_word(pointers: Iterable[str]) -> Iterator[Finding]:
    """YAML 1.1 and 1.2 parsers read some unquoted values as different types."""
    for pointer in pointers:
        reason = "YAML parsers read this as a string, a number or a boolean, or not at all"
        yield Finding(pointer, reason, "quote it, or write the number with digits only")


def waiver(unused: Iterable[tuple[str, str]]) -> Iterator[Finding]:
    """`x-lint` waives rules that are broken, and no others."""
    for pointer, name in unused:
        reason = f"{WAIVERS} waives {name!r}, which has no finding here"
        yield Finding(join(pointer, WAIVERS, name), reason, "remove it")


def lint(document: Any, ambiguous: Iterable[str] = ()) -> Iterator[tuple[str, Finding]]:
    """Yield the findings that are not waived, with the names of their rules.

    Args:
        document: The data of the document.
        ambiguous: The pointers of values that YAML parsers read differently.
    """
    waivers = {
        (pointer, rule): False
        for pointer, node in nodes(document)
        for rule in mapping(node.get(WAIVERS))
    }
    for name, rule in RULES.items():
        for finding in dict.fromkeys(rule(document)):
            used = [key for key in waivers if key[1] == name and _is_inside(finding, key[0])]
            waivers.update(dict.fromkeys(used, True))
            if not used:
                yield name, finding
    for finding in plain_word(ambiguous):
        yield plain_word.__name__, finding
    for finding in waiver(key for key, is_used in waivers.items() if not is_used):
        yield waiver.__name__, finding


def _is_inside(finding: Finding, pointer: str) -> bool:
    return f"{finding.pointer}/".startswith(f"{pointer}/")


def catalog() -> list[tuple[str, str]]:
    """Return the name and the description of each rule."""
    rules: list[Callable[..., Any]] = [*RULES.values(), plain_word, waiver]
    return [(rule.__name__, rule.__doc__ or "") for rule in rules]
