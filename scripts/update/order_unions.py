"""Unions as the generator can read them: it returns the first variant that a value fits.

pydantic writes the field that distinguishes the variants as optional, with a constant default.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from scripts.lint_spec.rules import WAIVERS
from scripts.lint_spec.union_rules import accepts, references_without_object, union_order
from scripts.openapi.document import COMBINED, SCHEMAS, mapping, ref_name, sequence
from scripts.update.schema_style import Object, deref

_REASON = "Nothing in the document distinguishes these: the first is used, and has all fields."


def require_discriminators(
    schemas: Object, holders: Iterable[Any], declared: Iterable[tuple[str, str]]
) -> None:
    """Make the fields required that distinguish the variants of unions.

    Args:
        schemas: The components; those in unions are changed.
        holders: What contains the unions.
        declared: Components, and the fields that OpenAPI discriminators name.
    """
    unions = [each for holder in holders for each in _unions(holder)]
    found = [*declared, *(pair for each in unions for pair in _discriminators(schemas, each))]
    for name, field in dict.fromkeys(found):
        _require_constant(schemas, mapping(schemas.get(name)), field)


def cut_recursive_lists(schemas: Object) -> Iterator[str]:
    """Replace the items of lists that contain themselves without an object; yield their names.

    pydantic generates these from recursive type aliases, and the generator drops them.
    """
    document = {"components": {"schemas": schemas}}
    for name, component in schemas.items():
        for each in _lists(component):
            if SCHEMAS + name in references_without_object(document, each["items"]):
                each["items"] = {}
                yield name


def _lists(schema: Any) -> Iterator[Object]:
    """Yield the lists that a schema is or has among its variants."""
    if "items" in mapping(schema):
        yield schema
        yield from _lists(schema["items"])
    for keyword in COMBINED:
        for variant in sequence(mapping(schema).get(keyword)):
            yield from _lists(variant)


def order_unions(schemas: Object, holder: Any) -> bool:
    """Put narrower variants before wider ones; return whether some cannot be distinguished.

    Such a union gets a waiver for the linter, which is removed once its variants differ.
    """
    has_alike = False
    for union in _unions(holder):
        if _has_alike(schemas, union):
            _sort(schemas, union)
        waived = mapping(union.get(WAIVERS))
        if _has_alike(schemas, union):
            has_alike = True
            union[WAIVERS] = {union_order.__name__: _REASON, **waived}
        elif waived.get(union_order.__name__) == _REASON:
            del union[WAIVERS][union_order.__name__]
            if not union[WAIVERS]:
                del union[WAIVERS]
    return has_alike


def _unions(value: Any) -> Iterator[Object]:
    for each in value.values() if isinstance(value, dict) else sequence(value):
        yield from _unions(each)
    if sequence(mapping(value).get("anyOf")):
        yield value


def _object(schemas: Object, variant: Any) -> Object:
    found = deref(schemas, variant)
    return found if "properties" in found else {}


def _discriminators(schemas: Object, union: Object) -> Iterator[tuple[str, str]]:
    """Yield the fields that all variants have, with constants that are not all the same."""
    variants = [each for each in union["anyOf"] if ref_name(each) and _object(schemas, each)]
    if len(variants) < 2:
        return
    for field in _object(schemas, variants[0])["properties"]:
        constants = [_constant(schemas, _object(schemas, each), field) for each in variants]
        in_all = all(field in _object(schemas, each)["properties"] for each in variants)
        if in_all and any(constants) and len(set(constants)) > 1:
            yield from ((ref_name(each), field) for each in variants)


def _constant(schemas: Object, component: Object, field: str) -> str | None:
    """Return the only string that a field can hold, if there is only one."""
    schema = mapping(mapping(component.get("properties")).get(field))
    schema = mapping((sequence(schema.get("allOf")) or [schema])[0])
    named = deref(schemas, schema)
    values = sequence(named.get("enum")) or [schema.get("const")]
    return values[0] if len(values) == 1 and isinstance(values[0], str) else None


def _require_constant(schemas: Object, component: Object, field: str) -> None:
    constant = _constant(schemas, component, field)
    if constant is None:
        return
    component["properties"][field] = {"type": "string", "const": constant}
    required = list(dict.fromkeys([*component.pop("required", []), field]))
    properties = component.pop("properties")
    component.update({"required": required, "properties": properties})


def _sort(schemas: Object, union: Object) -> None:
    """Put variants that require more before those that require less."""
    places = [at for at, each in enumerate(union["anyOf"]) if _object(schemas, each)]

    def demands(variant: Any) -> tuple[int, int]:
        component = _object(schemas, variant)
        required = sequence(component.get("required"))
        constants = [name for name in required if _constant(schemas, component, name)]
        return -len(required), -len(constants)

    variants = sorted((union["anyOf"][at] for at in places), key=demands)
    for place, variant in zip(places, variants, strict=True):
        union["anyOf"][place] = variant


def _has_alike(schemas: Object, union: Object) -> bool:
    objects = [found for each in union["anyOf"] if (found := _object(schemas, each))]
    return any(accepts(one, later) for at, one in enumerate(objects) for later in objects[at + 1 :])
