"""The parts of an OpenAPI document (operations, schemas, responses) and JSON pointers to them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
UNIONS = ("anyOf", "oneOf")
COMBINED = (*UNIONS, "allOf")
COMPONENT = "#/components/"
SCHEMAS = f"{COMPONENT}schemas/"

_TYPES = {str: "string", int: "integer", float: "number", bool: "boolean"}
_ONE_SCHEMA = ("items", "additionalProperties", "not", "if", "then", "else", "contains")
_SCHEMA_LISTS = (*COMBINED, "prefixItems")
_SCHEMA_MAPS = ("properties", "patternProperties", "$defs", "dependentSchemas")
# The keys of these are names that an author chose: `default` is a response there, or a property.
NAMED = frozenset([*_SCHEMA_MAPS, "schemas", "responses", "parameters", "requestBodies"])
NAMED |= {"headers", "callbacks", "content", "encoding", "links", "pathItems", "paths", "webhooks"}
NAMED |= {"securitySchemes"}
# A `$ref` below these is an example value, not a reference.
_DATA = frozenset(["example", "examples", "default", "enum", "const"])


@dataclass(frozen=True)
class Finding:
    """A problem in a document.

    Args:
        pointer: The JSON pointer of the value.
        reason: What is wrong.
        fix: What to write instead.
    """

    pointer: str
    reason: str
    fix: str


@dataclass(frozen=True)
class Schema:
    """A schema and its position: `keyword` is the one that holds it in its parent."""

    pointer: str
    value: Any
    keyword: str
    name: str = ""
    parent: Schema | None = None


@dataclass(frozen=True)
class Operation:
    """A method of a path."""

    path: str
    method: str
    value: dict[str, Any]

    @property
    def pointer(self) -> str:
        """The JSON pointer of the operation."""
        return join("", "paths", self.path, self.method)

    @property
    def id(self) -> str:
        """The operationId, or the one that the generator makes up."""
        return id_of(self.method, self.path, self.value)


def mapping(value: Any) -> dict[Any, Any]:
    """Return the value if it is a mapping, else an empty one: broken documents stop no rule."""
    return value if isinstance(value, dict) else {}


def sequence(value: Any) -> list[Any]:
    """Return the value if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def with_string_keys(value: Any) -> Any:
    """Return data as JSON has it: in YAML, a key may be a number, at which validators fail."""
    return json.loads(json.dumps(value))


def join(pointer: str, *parts: object) -> str:
    """Append parts to a JSON pointer, escaped."""
    escaped = (str(part).replace("~", "~0").replace("/", "~1") for part in parts)
    return "/".join([pointer, *escaped])


def split(pointer: str) -> list[str]:
    """Return the parts of a JSON pointer, unescaped."""
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def resolve(document: Any, ref: str) -> Any:
    """Return the target of a local reference, or None."""
    here = document
    for name in split(unquote(ref.removeprefix("#"))):
        if isinstance(here, list) and name.isdecimal() and int(name) < len(here):
            here = here[int(name)]
        elif isinstance(here, dict) and name in here:
            here = here[name]
        else:
            return None
    return here


def target(document: Any, schema: Any) -> Any:
    """Return the target of a schema that is a reference, else the schema itself."""
    ref = mapping(schema).get("$ref")
    return resolve(document, ref) if isinstance(ref, str) else schema


def ref_name(schema: Any) -> str:
    """Return the name of the component that a schema refers to, or an empty string."""
    ref = mapping(schema).get("$ref")
    return split(ref)[-1] if isinstance(ref, str) and ref.startswith(SCHEMAS) else ""


def types_of(document: Any, schema: Any, depth: int = 8) -> list[str]:
    """Return the JSON types that a schema accepts, through references and unions.

    A schema without a type has the type "any".
    """
    value = mapping(target(document, schema))
    variants = [each for keyword in COMBINED for each in sequence(value.get(keyword))]
    if variants and depth:
        return [name for each in variants for name in types_of(document, each, depth - 1)]
    declared = value.get("type")
    if declared is not None:
        return [str(name) for name in declared] if isinstance(declared, list) else [str(declared)]
    if "properties" in value:
        return ["object"]
    sample = next(iter(sequence(value.get("enum"))), value.get("const"))
    return [_TYPES.get(type(sample), "any")]


def nodes(value: Any) -> Iterator[tuple[str, dict[Any, Any]]]:
    """Yield the mappings of a document that are not example data, with their pointers."""
    return ((pointer, node) for pointer, node, _ in _walk(value, ""))


def references(document: Any) -> Iterator[tuple[str, str]]:
    """Yield the references of a document, with the pointers of the mappings that hold them."""
    for pointer, node, named in _walk(document, ""):
        ref = node.get("$ref")
        if isinstance(ref, str) and not named:
            yield pointer, ref


def _walk(
    value: Any, pointer: str, named: bool = False
) -> Iterator[tuple[str, dict[Any, Any], bool]]:
    """Yield the mappings that are not data, and whether their keys are names."""
    if isinstance(value, dict):
        yield pointer, value, named
        for key, inner in value.items():
            if named or not (key in _DATA or str(key).startswith("x-")):
                yield from _walk(inner, join(pointer, key), not named and key in NAMED)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _walk(inner, join(pointer, index))


def id_of(method: str, path: str, operation: Any) -> str:
    """Return an operation's id, or the one that the generator makes up."""
    id = mapping(operation).get("operationId")
    bare = path.replace("{", "").replace("}", "").replace("/", "_")
    return str(id) if id else f"{method}_{bare.removeprefix('_').removesuffix('_')}"


def operations(document: Any) -> Iterator[Operation]:
    """Yield the operations under `paths`."""
    for path, item in paths(document):
        for method in METHODS:
            if isinstance(mapping(item).get(method), dict):
                yield Operation(path, method, item[method])


def path_template(path: str) -> str:
    """Return a path without the names of its variables."""
    return re.sub(r"\{[^}]*\}", "{}", path)


def path_variables(path: str) -> list[str]:
    """Return the names of a path's variables, in order."""
    return re.findall(r"\{([^}]*)\}", path)


def path_items(document: Any) -> Iterator[tuple[str, dict[Any, Any]]]:
    """Yield pointer and value of each path."""
    for path, item in paths(document):
        yield join("", "paths", path), mapping(item)


def paths(document: Any) -> Iterator[tuple[str, Any]]:
    """Yield the entries of `paths`, without extensions."""
    for path, item in mapping(mapping(document).get("paths")).items():
        if not str(path).startswith("x-"):  # an extension, which may be anything
            yield str(path), item


def components(document: Any) -> Iterator[Schema]:
    """Yield the named schemas."""
    for pointer, value in _components(document, "schemas"):
        yield Schema(pointer, value, "component", split(pointer)[-1])


def schemas(document: Any) -> Iterator[Schema]:
    """Yield all schemas, of components and of operations, with the schemas inside them."""
    for root in root_schemas(document):
        yield from below(root)


def schema_objects(document: Any) -> Iterator[tuple[Schema, dict[Any, Any]]]:
    """Yield all schemas with their keywords; boolean schemas have none."""
    return ((schema, mapping(schema.value)) for schema in schemas(document))


def below(schema: Schema) -> Iterator[Schema]:
    """Yield a schema and all schemas inside it."""
    yield schema
    value = mapping(schema.value)
    for keyword in _ONE_SCHEMA:
        if keyword in value:
            pointer = join(schema.pointer, keyword)
            yield from below(Schema(pointer, value[keyword], keyword, parent=schema))
    for keyword in _SCHEMA_LISTS:
        for index, inner in enumerate(sequence(value.get(keyword))):
            pointer = join(schema.pointer, keyword, index)
            yield from below(Schema(pointer, inner, keyword, parent=schema))
    for keyword in _SCHEMA_MAPS:
        for name, inner in mapping(value.get(keyword)).items():
            pointer = join(schema.pointer, keyword, name)
            yield from below(Schema(pointer, inner, keyword, str(name), schema))


def content_schemas(holder: Any, pointer: str) -> Iterator[Schema]:
    """Yield the schema of each content type of a request body or a response."""
    for media, entry in mapping(mapping(holder).get("content")).items():
        if "schema" in mapping(entry):
            inner = join(pointer, "content", media, "schema")
            yield Schema(inner, entry["schema"], "content", str(media))


def responses(document: Any) -> Iterator[tuple[str, str, Any]]:
    """Yield pointer, status and value of each response, of operations and of components."""
    for operation in operations(document):
        for status, value in mapping(operation.value.get("responses")).items():
            yield join(operation.pointer, "responses", status), str(status), value
    for pointer, value in _components(document, "responses"):
        yield pointer, "", value


def response_schemas(document: Any) -> Iterator[Schema]:
    """Yield the schemas of responses."""
    for pointer, _, value in responses(document):
        yield from content_schemas(value, pointer)


def request_bodies(document: Any) -> Iterator[tuple[str, Any]]:
    """Yield pointer and value of each request body, of operations and of components."""
    for operation in operations(document):
        if "requestBody" in operation.value:
            yield join(operation.pointer, "requestBody"), operation.value["requestBody"]
    yield from _components(document, "requestBodies")


def parameters(document: Any) -> Iterator[tuple[str, dict[Any, Any]]]:
    """Yield pointer and value of each parameter, of paths, operations and components."""
    for pointer, value in _components(document, "parameters"):
        yield pointer, mapping(value)
    holders = [(operation.pointer, operation.value) for operation in operations(document)]
    for pointer, holder in (*holders, *path_items(document)):
        for index, value in enumerate(sequence(holder.get("parameters"))):
            yield join(pointer, "parameters", index), mapping(value)


def parameters_of(document: Any, operation: Operation) -> list[dict[Any, Any]]:
    """Return the parameters of an operation, and those of its path that it does not override."""
    item = mapping(mapping(mapping(document).get("paths")).get(operation.path))
    found = [sequence(holder.get("parameters")) for holder in (item, operation.value)]
    shared, own = ([mapping(target(document, each)) for each in listed] for listed in found)
    keys = [(each.get("name"), each.get("in")) for each in own]
    return [each for each in shared if (each.get("name"), each.get("in")) not in keys] + own


def _components(document: Any, section: str) -> Iterator[tuple[str, Any]]:
    named = mapping(mapping(mapping(document).get("components")).get(section))
    for name, value in named.items():
        yield join("", "components", section, name), value


def root_schemas(document: Any) -> Iterator[Schema]:
    """Yield the schemas that are inside no other."""
    yield from components(document)
    yield from response_schemas(document)
    for pointer, parameter in parameters(document):
        if "schema" in parameter:
            yield Schema(join(pointer, "schema"), parameter["schema"], "parameter")
    for pointer, body in request_bodies(document):
        yield from content_schemas(body, pointer)
