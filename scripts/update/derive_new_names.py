"""Names of operations, tags and schemas, derived from those that FastAPI generates."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain, count
from keyword import iskeyword
from typing import Any

from scripts.openapi.document import METHODS, sequence
from scripts.openapi.python_names import can_be_class

# Suffixes of server functions that would be noise in the name of a client's method.
_SUFFIXES = re.compile(r"_(?:route|endpoint|handler|view)$")
_METHOD = f"(?:{'|'.join(METHODS)})"
# Not the `__` in the name of a generic class: `Pair[str, User]` becomes `Pair_str__User_`.
_MODULE = re.compile(r"^(?:[a-z_][a-z0-9_]*__)+(?=[A-Z])")
_WORDS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z0-9]+|[A-Z0-9]+")


def snake(text: str) -> str:
    """Convert to snake_case; a text without words becomes an empty string."""
    words = "_".join(_WORDS.findall(text)).lower()
    return words if not words[:1].isdigit() else f"n{words}"


def pascal(text: str) -> str:
    """Convert to PascalCase; capitals inside words stay."""
    words = (word[:1].upper() + word[1:] for word in re.findall(r"[A-Za-z0-9]+", text))
    name = "".join(words) or "Unnamed"
    return name if not name[0].isdigit() else f"N{name}"


def sentence(name: str) -> str:
    """Return the words of a name as a sentence, for want of a description."""
    words = " ".join(_WORDS.findall(name))
    return f"{words[:1].upper()}{words[1:].lower()}." if words else "Not described."


def operation_name(operation: dict[str, Any], method: str, path: str) -> str:
    """Return the name of the function that FastAPI generated the operationId from.

    The id is the function's name, the path and the method
    (https://fastapi.tiangolo.com/advanced/generate-clients/#custom-operation-ids-and-better-method-names),
    or, as the same page proposes, the first tag and the function's name. Where the path has been
    moved since, the summary still contains the function's name.
    """
    id = str(operation.get("operationId") or "")
    function = snake(str(operation.get("summary") or ""))
    tag, _, after_tag = id.partition("-")
    if found := _generated_id(path).fullmatch(id):
        id = found[1]
    elif function and re.fullmatch(rf"{function}_.*_{_METHOD}", id):
        id = function
    elif tag in sequence(operation.get("tags")) and "_" in after_tag:
        id = after_tag
    return _SUFFIXES.sub("", snake(id)) or snake(f"{method} {path}") or method


def is_fastapi_duplicate(operations: Sequence[tuple[str, dict[str, Any]]]) -> bool:
    """Return whether FastAPI itself gave these operations, each with its path, the same id.

    It does so for paths that differ in punctuation only, and for the methods of one function.
    """
    is_generated = all(
        _generated_id(path).fullmatch(str(operation.get("operationId")))
        for path, operation in operations
    )
    paths = {path for path, _ in operations}
    functions = {str(operation.get("summary") or "") for _, operation in operations}
    return is_generated or (len(paths) == len(functions) == 1 and "" not in functions)


def _generated_id(path: str) -> re.Pattern[str]:
    words = re.sub(r"\W", "_", path)
    return re.compile(f"(.*){words}_{_METHOD}", re.DOTALL)


def free_operation_name(name: str, suffixes: Iterable[str], taken: Collection[str]) -> str:
    """Return a name that a function can have and that is free: with a suffix, or a number.

    Args:
        name: The preferred name.
        suffixes: What distinguishes it from others, the best first, such as its tag.
        taken: The `plain_name` of each existing name.
    """
    candidates = chain([name], (f"{name}_{each}" for each in chain(suffixes, count(2))))
    return next(
        each for each in candidates if plain_name(each) not in taken and not iskeyword(each)
    )


def plain_name(name: str) -> str:
    """Return a name without case and punctuation, which the generator does not distinguish."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def tag_name(operation: dict[str, Any], path: str) -> str:
    """Return the resource of an operation: its first tag, else the first part of its path."""
    tags = [snake(str(tag)) for tag in sequence(operation.get("tags"))]
    parts = [snake(part) for part in path.split("/") if not part.startswith("{")]
    name = next((name for name in (*tags, *parts) if name), "default")
    return f"{name}s" if iskeyword(name) else name


def component_names(schemas: dict[str, Any], operations: dict[str, str]) -> dict[str, str]:
    """Return a new name for each schema.

    Args:
        schemas: Schemas by their names. Where two Python classes share a name, FastAPI puts the
            module before it, as in `app__models__User`.
        operations: Names of operations by their operationId, which FastAPI uses in the names of
            the request bodies of forms (`Body_` and the id).
    """
    names: dict[str, str] = {}
    taken: set[str] = set()
    for old in schemas:
        form = operations.get(old.removeprefix("Body_")) if old.startswith("Body_") else None
        short = pascal(f"{form}_request" if form else _MODULE.sub("", old))
        names[old] = next(_free_names([short, pascal(old)], taken))
        taken.add(names[old].lower())
    return names


def free_name(preferred: str, taken: Collection[str]) -> str:
    """Return a schema name that is free, and does not shadow a name of the generator."""
    return next(_free_names([preferred], {name.lower() for name in taken}))


def _free_names(preferred: list[str], taken: Collection[str]) -> Iterator[str]:
    allowed = [each if can_be_class(each) else f"{each}Object" for each in preferred]
    numbered = (f"{preferred[0]}{number}" for number in count(2))
    return (name for name in chain(allowed, numbered) if name.lower() not in taken)


def short_path(path: str, prefix: str) -> str:
    """Return a path without the prefix that is part of the base URL."""
    return path[len(prefix) :] if prefix and path.startswith(f"{prefix}/") else path
