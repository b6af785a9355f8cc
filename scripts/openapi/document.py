"""Ways through an OpenAPI document: its operations, its schemas, and the pointers to them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
UNIONS = ("anyOf", "oneOf")
COMBINED = (*UNIONS, "allOf")
COMPONENT = "#/components/"

_KINDS = {str: "string", int: "integer", float: "number", bool: "boolean"}
_ONE = ("items", "additionalProperties", "not", "if", "then", "else", "contains")
_MANY = (*COMBINED, "prefixItems")
_NAMED = ("properties", "patternProperties", "$defs", "dependentSchemas")
# In these, keys are names that somebody chose: `default` is a response there, or a property.
_NAMES = frozenset([*_NAMED, "schemas", "responses", "parameters", "requestBodies", "headers"])
_NAMES |= {"callbacks", "content", "encoding", "links", "pathItems", "securitySchemes", "webhooks"}
# Below these, a `$ref` is data and no reference.
_DATA = frozenset(["example", "examples", "default", "enum", "const"])


@dataclass(frozen=True)
class Finding:
    """Something to change in the document."""

    pointer: str
    reason: str
    mend: str


@dataclass(frozen=True)
class Schema:
    """A schema, and how it is reached: `keyword` is where in its parent it stands."""

    pointer: str
    value: Any
    keyword: str
    name: str = ""
    parent: Schema | None = None


@dataclass(frozen=True)
class Operation:
    """One method of a path."""

    pointer: str
    value: dict[str, Any]
    id: str


def mapping(value: Any) -> dict[Any, Any]:
    """The value if it is a mapping; else nothing, so that a broken document ends no rule."""
    return value if isinstance(value, dict) else {}


def sequence(value: Any) -> list[Any]:
    """The value if it is a list; else nothing."""
    return value if isinstance(value, list) else []


def join(pointer: str, *parts: object) -> str:
    """A JSON pointer, further down."""
    escaped = (str(part).replace("~", "~0").replace("/", "~1") for part in parts)
    return "/".join([pointer, *escaped])


def resolve(document: Any, ref: str) -> Any:
    """What a local reference points to; None if nothing."""
    here = document
    for part in ref.removeprefix("#").split("/")[1:]:
        name = unquote(part).replace("~1", "/").replace("~0", "~")
        if isinstance(here, list) and name.isdecimal() and int(name) < len(here):
            here = here[int(name)]
        elif isinstance(here, dict) and name in here:
            here = here[name]
        else:
            return None
    return here


def target(document: Any, schema: Any) -> Any:
    """What a schema refers to; itself if it is no reference."""
    ref = mapping(schema).get("$ref")
    return resolve(document, ref) if isinstance(ref, str) else schema


def kinds(document: Any, schema: Any, depth: int = 8) -> list[str]:
    """The types that a schema takes, through references and unions; `any` where it does not say."""
    value = mapping(target(document, schema))
    arms = [arm for keyword in COMBINED for arm in sequence(value.get(keyword))]
    if arms and depth:
        return [kind for arm in arms for kind in kinds(document, arm, depth - 1)]
    given = value.get("type")
    if given is not None:
        return [str(each) for each in given] if isinstance(given, list) else [str(given)]
    if "properties" in value:
        return ["object"]
    sample = next(iter(sequence(value.get("enum"))), value.get("const"))
    return [_KINDS.get(type(sample), "any")]


def nodes(value: Any) -> Iterator[tuple[str, dict[Any, Any]]]:
    """All mappings of the document that are not data, with their pointers."""
    return ((pointer, node) for pointer, node, _ in _walk(value, ""))


def references(document: Any) -> Iterator[tuple[str, str]]:
    """All references, with the pointers of what they stand in."""
    for pointer, node, named in _walk(document, ""):
        ref = node.get("$ref")
        if isinstance(ref, str) and not named:
            yield pointer, ref


def _walk(
    value: Any, pointer: str, named: bool = False
) -> Iterator[tuple[str, dict[Any, Any], bool]]:
    """All mappings that are not data, and whether their keys are names."""
    if isinstance(value, dict):
        yield pointer, value, named
        for key, inner in value.items():
            if named or not (key in _DATA or str(key).startswith("x-")):
                yield from _walk(inner, join(pointer, key), not named and key in _NAMES)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _walk(inner, join(pointer, index))


def id_of(method: str, path: str, operation: Any) -> str:
    """An operation's id, or what the generator makes up for one that has none."""
    given = mapping(operation).get("operationId")
    bare = path.replace("{", "").replace("}", "").replace("/", "_")
    return str(given) if given else f"{method}_{bare.removeprefix('_').removesuffix('_')}"


def operations(document: Any) -> Iterator[Operation]:
    """All operations under `paths`."""
    for path, item in mapping(mapping(document).get("paths")).items():
        for method in METHODS:
            if isinstance(mapping(item).get(method), dict):
                id = id_of(method, str(path), item[method])
                yield Operation(join("", "paths", path, method), item[method], id)


def components(document: Any) -> Iterator[Schema]:
    """The named schemas."""
    for pointer, value in _components(document, "schemas"):
        name = pointer.rsplit("/", 1)[1].replace("~1", "/").replace("~0", "~")
        yield Schema(pointer, value, "component", name)


def schemas(document: Any) -> Iterator[Schema]:
    """All schemas, from the named ones and from those in operations, down to the last."""
    for component in components(document):
        yield from below(component)
    for root in _roots(document):
        yield from below(root)


def below(schema: Schema) -> Iterator[Schema]:
    """A schema and all that stand inside it."""
    yield schema
    value = mapping(schema.value)
    for keyword in _ONE:
        if keyword in value:
            place = join(schema.pointer, keyword)
            yield from below(Schema(place, value[keyword], keyword, parent=schema))
    for keyword in _MANY:
        for index, arm in enumerate(sequence(value.get(keyword))):
            place = join(schema.pointer, keyword, index)
            yield from below(Schema(place, arm, keyword, parent=schema))
    for keyword in _NAMED:
        for name, inner in mapping(value.get(keyword)).items():
            place = join(schema.pointer, keyword, name)
            yield from below(Schema(place, inner, keyword, str(name), schema))


def contents(holder: Any, pointer: str) -> Iterator[Schema]:
    """The schemas of a request body's or a response's content types."""
    for media, entry in mapping(mapping(holder).get("content")).items():
        if "schema" in mapping(entry):
            yield Schema(
                join(pointer, "content", media, "schema"), entry["schema"], "content", str(media)
            )


def responses(document: Any) -> Iterator[tuple[str, str, Any]]:
    """Pointer, status and value of each response, of operations and of components."""
    for operation in operations(document):
        for status, value in mapping(operation.value.get("responses")).items():
            yield join(operation.pointer, "responses", status), str(status), value
    for pointer, value in _components(document, "responses"):
        yield pointer, "", value


def response_schemas(document: Any) -> Iterator[Schema]:
    """The schemas that stand in responses."""
    for pointer, _, value in responses(document):
        yield from contents(value, pointer)


def request_bodies(document: Any) -> Iterator[tuple[str, Any]]:
    """Pointer and value of each request body, of operations and of components."""
    for operation in operations(document):
        if "requestBody" in operation.value:
            yield join(operation.pointer, "requestBody"), operation.value["requestBody"]
    yield from _components(document, "requestBodies")


def parameters(document: Any) -> Iterator[tuple[str, dict[Any, Any]]]:
    """Pointer and value of each parameter, of paths, operations and components."""
    for pointer, value in _components(document, "parameters"):
        yield pointer, mapping(value)
    holders = [(op.pointer, op.value) for op in operations(document)]
    for path, item in mapping(mapping(document).get("paths")).items():
        holders.append((join("", "paths", path), mapping(item)))
    for pointer, holder in holders:
        for index, value in enumerate(sequence(holder.get("parameters"))):
            yield join(pointer, "parameters", index), mapping(value)


def _components(document: Any, kind: str) -> Iterator[tuple[str, Any]]:
    named = mapping(mapping(mapping(document).get("components")).get(kind))
    for name, value in named.items():
        yield join("", "components", kind, name), value


def _roots(document: Any) -> Iterator[Schema]:
    yield from response_schemas(document)
    for pointer, parameter in parameters(document):
        if "schema" in parameter:
            yield Schema(join(pointer, "schema"), parameter["schema"], "parameter")
    for pointer, body in request_bodies(document):
        yield from contents(body, pointer)
