"""Run by the tools' interpreter: write the synchronous form of asynchronous modules.

The project's own names change first, as whole words and everywhere: code, imports, docstrings,
comments. Then unasyncd undoes the syntax, which takes a parser; the same words in docstrings and
comments follow.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Mapping
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
    """The synchronous form of one module's source.

    Raises:
        ValueError: Two methods of a class have become one name.
    """
    if not source.strip():
        return source
    if names:
        words = re.compile(r"\b(" + "|".join(map(re.escape, names)) + r")\b")
        source = words.sub(lambda found: names[found[0]], source)
    # unasyncd drops from `__all__` what the module does not import, so it must not see it.
    source = re.sub(r"(?m)^__all__\b", _HIDDEN_ALL, source)
    source = TreeTransformer(transform_docstrings=False)(source)
    source = re.sub(rf"(?m)^{_HIDDEN_ALL}\b", "__all__", source)
    for pattern, instead in _IN_TEXT:
        source = pattern.sub(instead, source)
    return without_echoes(source)


def without_echoes(source: str) -> str:
    """Drop a method that only calls the one whose name it now has: `close` beside `aclose`."""
    lines = source.splitlines(keepends=True)
    spans = []
    for cls in ast.walk(ast.parse(source)):
        if not isinstance(cls, ast.ClassDef):
            continue
        for name, functions in _of_one_name(cls.body).items():
            echoes = [function for function in functions if _is_echo(function)]
            if len(functions) - len(echoes) != 1:
                raise ValueError(f"{cls.name} has {len(functions)} methods named {name!r}")
            spans += [(echo.lineno - 1, echo.end_lineno) for echo in echoes]
        spans += [(node.lineno - 1, node.end_lineno) for node in cls.body if _names_itself(node)]
    for start, end in sorted(spans, reverse=True):
        del lines[start:end]
    return "".join(lines)


def _of_one_name(body: Iterable[ast.stmt]) -> dict[str, list[Function]]:
    """The functions that share a name; those with decorators (overloads, setters) may."""
    functions: dict[str, list[Function]] = {}
    for node in body:
        if isinstance(node, Function) and not node.decorator_list:
            functions.setdefault(node.name, []).append(node)
    return {name: same for name, same in functions.items() if len(same) > 1}


def _is_echo(function: Function) -> bool:
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    if len(body) != 1 or not isinstance(body[0], (ast.Expr, ast.Return)):
        return False
    call = body[0].value
    return isinstance(call, ast.Call) and ast.unparse(call.func) == f"self.{function.name}"


def _names_itself(node: ast.stmt) -> bool:
    """`close = close`, which `aclose = close` has become."""
    if not isinstance(node, ast.Assign) or len(node.targets) != 1:
        return False
    return isinstance(node.value, ast.Name) and ast.unparse(node.targets[0]) == node.value.id


def main(source: str, config: str, into: str, *names: str) -> int:
    """Derive each of the named modules; print what cannot be derived, and why."""
    tools = msgspec.toml.decode(Path(config).read_bytes()).get("tool", {})
    words = tools.get("unasyncd", {}).get("add_replacements", {})
    problems = []
    for name in names:
        target = Path(into, name)
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            derived = derive(Path(source, name).read_text("utf-8"), words)
            compile(derived, name, "exec")
            target.write_text(derived, "utf-8", newline="\n")
        except Exception as error:
            problems.append(f"{name}: {error}")
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
