"""Names as this project writes them, made from those that FastAPI makes."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import chain, count
from keyword import iskeyword
from typing import Any

from scripts.lint_spec.schema_rules import property_name, schema_name
from scripts.openapi.document import METHODS, Finding, sequence

# What people end the names of their functions with, and nobody wants to call.
_FUNCTION_ENDS = re.compile(r"_(?:route|endpoint|handler|view)$")
_METHOD = f"(?:{'|'.join(METHODS)})"
_WORDS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z0-9]+|[A-Z0-9]+")


def snake(text: str) -> str:
    """In lower case, with a line between the words; empty if there is no word in it."""
    words = "_".join(_WORDS.findall(text)).lower()
    return words if not words[:1].isdigit() else f"n{words}"


def pascal(text: str) -> str:
    """Words without anything between them, each with a capital; capitals inside stay."""
    words = (word[:1].upper() + word[1:] for word in re.findall(r"[A-Za-z0-9]+", text))
    name = "".join(words) or "Unnamed"
    return name if not name[0].isdigit() else f"N{name}"


def sentence(name: str) -> str:
    """What a name says, as a sentence: the least that can be said of a thing."""
    words = " ".join(_WORDS.findall(name))
    return f"{words[:1].upper()}{words[1:].lower()}." if words else "Not described."


def operation_name(operation: dict[str, Any], method: str, path: str) -> str:
    """The name of an operation: of the function that it was made from, where FastAPI made the id.

    FastAPI puts the path and the method behind the function's name. The path may be another one by
    now, but the summary that FastAPI makes of the function's name still tells where that ends, or
    the version that most paths begin with. Its guide advises to put the first tag before the name,
    and nothing behind it.
    """
    id = str(operation.get("operationId") or "")
    function = snake(str(operation.get("summary") or ""))
    tag, _, behind = id.partition("-")
    if made := _of_path(path).fullmatch(id):
        id = made[1]
    elif function and re.fullmatch(rf"{function}_.*_{_METHOD}", id):
        id = function
    elif moved := re.fullmatch(rf"([^_]+_.+?)_(?:api_)?v\d+_.+_{_METHOD}", id):
        id = moved[1]
    elif tag in sequence(operation.get("tags")) and "_" in behind:
        id = behind
    return _FUNCTION_ENDS.sub("", snake(id)) or snake(f"{method} {path}") or method


def is_made_twice(operations: Sequence[tuple[str, dict[str, Any]]]) -> bool:
    """Whether it is a habit of FastAPI's that operations, each with its path, have the same id.

    One made of a path is the same for paths with other punctuation, and any is the same for all
    methods that one function serves.
    """
    made = all(
        _of_path(path).fullmatch(str(operation.get("operationId")))
        for path, operation in operations
    )
    paths = {path for path, _ in operations}
    functions = {str(operation.get("summary") or "") for _, operation in operations}
    return made or (len(paths) == len(functions) == 1 and "" not in functions)


def _of_path(path: str) -> re.Pattern[str]:
    words = re.sub(r"\W", "_", path)
    return re.compile(f"(.*){words}_{_METHOD}", re.DOTALL)


def free_operation_name(name: str, ends: Iterable[str], taken: Collection[str]) -> str:
    """A name that can be a function's and is nobody's yet: with an end, or with a number.

    Args:
        name: What it would be called.
        ends: What would tell it from others, the best first, such as its tag.
        taken: The `word` of each name that there is.
    """
    wanted = chain([name], (f"{name}_{end}" for end in chain(ends, count(2))))
    return next(each for each in wanted if word(each) not in taken and not iskeyword(each))


def word(name: str) -> str:
    """A name without what the generator does not tell apart."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def tag_name(operation: dict[str, Any], path: str) -> str:
    """The resource that an operation belongs to: its first tag, else the first part of its path."""
    tags = [snake(str(tag)) for tag in sequence(operation.get("tags"))]
    parts = [snake(part) for part in path.split("/") if not part.startswith("{")]
    name = next((name for name in (*tags, *parts) if name), "default")
    return f"{name}s" if iskeyword(name) else name


def component_names(schemas: dict[str, Any], operations: dict[str, str]) -> dict[str, str]:
    """What each schema shall be called.

    Args:
        schemas: Schemas by the names that they have.
        operations: The names of operations by their former ids, which FastAPI puts into the names
            of the bodies that it makes up for forms.
    """
    names: dict[str, str] = {}
    taken: set[str] = set()
    for old in schemas:
        form = operations.get(old.removeprefix("Body_")) if old.startswith("Body_") else None
        short = pascal(f"{form}_request" if form else old.rsplit("__", 1)[-1])
        wanted = [short, pascal(old)]
        name = next(each for each in _free(wanted, taken))
        names[old] = name
        taken.add(name.lower())
    return names


def free_name(wanted: str, taken: Collection[str]) -> str:
    """A name that nobody has yet, and that does not hide one of the generator's own."""
    lowered = {name.lower() for name in taken}
    return next(_free([wanted], lowered))


def _free(wanted: list[str], taken: Collection[str]) -> Iterator[str]:
    for each in wanted:
        name = each if allowed_schema_name(each) else f"{each}Object"
        if name.lower() not in taken:
            yield name
    number = 2
    while True:
        if f"{wanted[0]}{number}".lower() not in taken:
            yield f"{wanted[0]}{number}"
        number += 1


def allowed_schema_name(name: str) -> bool:
    """Whether the generator can have a class of that name."""
    return not _found(schema_name, name, {})


def allowed_property_name(name: str) -> bool:
    """Whether the generated class can have a field of that name."""
    return not _found(property_name, "Any_thing", {"properties": {name: {}}})


def _found(rule: Callable[[Any], Iterator[Finding]], name: str, schema: dict[str, Any]) -> bool:
    return any(rule({"components": {"schemas": {name: schema}}}))


def shared_parts(path: str) -> str:
    """A path without the names of what changes in it: the same for the same requests."""
    return re.sub(r"\{[^}]*\}", "{}", path)


def variables(path: str) -> list[str]:
    """The names of what changes in a path, in order."""
    return re.findall(r"\{([^}]*)\}", path)
