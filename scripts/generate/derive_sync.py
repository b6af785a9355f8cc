"""Derive sync modules from async ones; run by the interpreter of the tools.

The project's own names are replaced first, as whole words and everywhere: code, imports, docstrings
and comments. unasyncd then converts the syntax, and regular expressions convert the same keywords
in docstrings and comments, which unasyncd leaves alone.
"""

from __future__ import annotations

import ast
import hashlib
import os
import re
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

import msgspec
from unasyncd.transformers import TreeTransformer  # type: ignore[import-not-found]

_IN_TEXT = (
    (re.compile(r"\basync (def|for|with)\b"), r"\1"),
    (re.compile(r"\bawait (?=[\w(])"), ""),
    (re.compile(r"\.asyncio\("), ".sync("),
    (re.compile(r"\bAsync(Iterator|Iterable|Generator)\b"), r"\1"),
)
_HIDDEN_ALL = "hidden_from_unasyncd_all"

Function = ast.FunctionDef | ast.AsyncFunctionDef


def derive(source: str, names: Mapping[str, str]) -> str:
    """Return the sync form of an async module.

    Args:
        source: The text of the module.
        names: The replacement of each of the project's own names.

    Raises:
        ValueError: Two methods of a class get the same name.
    """
    if not source.strip():
        return source
    if names:
        pattern = re.compile(r"\b(" + "|".join(map(re.escape, names)) + r")\b")
        source = pattern.sub(lambda found: names[found[0]], source)
    # unasyncd removes names from `__all__` that the module does not import, so `__all__` is hidden.
    source = re.sub(r"(?m)^__all__\b", _HIDDEN_ALL, source)
    source = TreeTransformer(transform_docstrings=False)(source)
    source = re.sub(rf"(?m)^{_HIDDEN_ALL}\b", "__all__", source)
    for pattern, replacement in _IN_TEXT:
        source = pattern.sub(replacement, source)
    return without_delegating_duplicates(source)


def without_delegating_duplicates(source: str) -> str:
    """Remove a method that only calls the method whose name it now has (`close` and `aclose`)."""
    lines = source.splitlines(keepends=True)
    spans = []
    for cls in ast.walk(ast.parse(source)):
        if not isinstance(cls, ast.ClassDef):
            continue
        for name, functions in _duplicates(cls.body).items():
            delegating = [function for function in functions if _calls_itself(function)]
            if len(functions) - len(delegating) != 1:
                raise ValueError(f"{cls.name} has {len(functions)} methods named {name!r}")
            spans += [(each.lineno - 1, each.end_lineno) for each in delegating]
        spans += [(node.lineno - 1, node.end_lineno) for node in cls.body if _assigns_itself(node)]
    for start, end in sorted(spans, reverse=True):
        del lines[start:end]
    return "".join(lines)


def _duplicates(body: Iterable[ast.stmt]) -> dict[str, list[Function]]:
    """Return the functions that share a name, except decorated ones (overloads, setters)."""
    functions: dict[str, list[Function]] = {}
    for node in body:
        if isinstance(node, Function) and not node.decorator_list:
            functions.setdefault(node.name, []).append(node)
    return {name: same for name, same in functions.items() if len(same) > 1}


def _calls_itself(function: Function) -> bool:
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    if len(body) != 1 or not isinstance(body[0], (ast.Expr, ast.Return)):
        return False
    call = body[0].value
    return isinstance(call, ast.Call) and ast.unparse(call.func) == f"self.{function.name}"


def _assigns_itself(node: ast.stmt) -> bool:
    """Return whether a statement is like `close = close`, derived from `aclose = close`."""
    if not isinstance(node, ast.Assign) or len(node.targets) != 1:
        return False
    return isinstance(node.value, ast.Name) and ast.unparse(node.targets[0]) == node.value.id


def _cached(source: str, names: Mapping[str, str]) -> str:
    """Derive a module, or return what an earlier run with this environment derived from it."""
    parts = (Path(__file__).read_text("utf-8"), repr(names), source)
    key = hashlib.sha256("\0".join(parts).encode()).hexdigest()
    cache = Path(sys.prefix, "derived", key)
    with suppress(OSError):
        return cache.read_text("utf-8")
    derived = derive(source, names)
    compile(derived, "derived", "exec")
    with suppress(OSError):  # the cache only saves time
        cache.parent.mkdir(exist_ok=True)
        aside = cache.with_suffix(f".{os.getpid()}")
        aside.write_text(derived, "utf-8", newline="\n")
        aside.replace(cache)
    return derived


def main(source: str, config: str, into: str, *names: str) -> int:
    """Derive the named modules; print an error for each that cannot be derived."""
    tools = msgspec.toml.decode(Path(config).read_bytes()).get("tool", {})
    replacements = tools.get("unasyncd", {}).get("add_replacements", {})
    problems = []
    for name in names:
        target = Path(into, name)
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            derived = _cached(Path(source, name).read_text("utf-8"), replacements)
            target.write_text(derived, "utf-8", newline="\n")
        except Exception as error:
            problems.append(f"{name}: {error}")
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
