"""Rules for all hand-written code that linters do not check: visible assertions and size limits."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = ("src", "scripts", "tests", "benchmarks", "examples")
DERIVED = ("src/vlmrun/_sync/", "src/vlmrun/_index/")

MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 50  # of the body, without the docstring

# A call of one of these counts as an assertion, and so does a helper with one of the prefixes.
ASSERTING_CALLS = {"raises", "warns", "deprecated_call", "fail"}
ASSERTING_PREFIXES = ("assert_", "check_", "expect_")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def python_files(*folders: str) -> list[str]:
    """Return the paths of the hand-written Python files below the folders, relative to the root."""
    paths = (path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    names = sorted(path.relative_to(ROOT).as_posix() for path in paths)
    return [name for name in names if not name.startswith(DERIVED)]


def functions(tree: ast.AST) -> Iterator[Function]:
    """Yield the functions, which are among the statements: expressions are most of a tree."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, Function):
            yield node
        if isinstance(node, ast.stmt | ast.ExceptHandler | ast.match_case):
            yield from functions(node)


def has_assertion(function: Function) -> bool:
    return any(
        isinstance(node, ast.Assert) or is_asserting_call(node) for node in ast.walk(function)
    )


def is_asserting_call(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    called = node.func
    name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
    return name in ASSERTING_CALLS or name.startswith(ASSERTING_PREFIXES)


def body_length(function: Function) -> int:
    """Return the number of lines of a function's body, without its docstring."""
    statements = function.body
    if ast.get_docstring(function) is not None:
        statements = statements[1:]
    if not statements:
        return 0
    end = statements[-1].end_lineno
    assert end is not None
    return end - statements[0].lineno + 1


def test_no_file_is_longer_than_the_limit() -> None:
    names = python_files(*FOLDERS)
    lengths = {name: (ROOT / name).read_text("utf-8").count("\n") for name in names}

    assert {name: lines for name, lines in lengths.items() if lines > MAX_FILE_LINES} == {}


def test_functions_are_short_and_every_test_has_a_visible_assertion() -> None:
    long, without = [], []
    for name in python_files(*FOLDERS):
        # One after the other, since all trees together would take much memory.
        for function in functions(ast.parse((ROOT / name).read_text("utf-8"), name)):
            place = f"{name}:{function.lineno}: {function.name}"
            if body_length(function) > MAX_FUNCTION_LINES:
                long.append(place)
            is_test = name.startswith("tests/") and function.name.startswith("test_")
            if is_test and not has_assertion(function):
                without.append(place)

    assert long == []
    assert without == [], "Assert the result, or name the helper that asserts it assert_..."


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("assert f() == 1", True),
        ("with pytest.raises(ValueError): f()", True),
        ("for each in f():\n    with warns(UserWarning): each()", True),
        ("result.assert_outcomes(passed=4)", True),
        ("check_response(f())", True),
        ("def run():\n    assert True\nrun()", True),
        ("f()", False),
        ("f()[0]()", False),
        ("raise ValueError", False),
    ],
)
def test_an_assertion_is_recognized(code: str, expected: bool) -> None:
    body = code.replace("\n", "\n    ")
    (test,) = (
        each for each in functions(ast.parse(f"def test():\n    {body}")) if each.name == "test"
    )

    assert has_assertion(test) is expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("def f(): ...", 1),
        ('def f():\n    """Docs.\n\n    More.\n    """', 0),
        ('def f():\n    """Docs."""\n    # a comment\n    return (\n        1\n    )', 3),
    ],
)
def test_the_length_of_a_function_excludes_its_docstring(code: str, expected: int) -> None:
    (function,) = functions(ast.parse(code))

    assert body_length(function) == expected
