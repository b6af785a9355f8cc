"""From the asynchronous client to its synchronous twin: derive, tidy, check, and mark."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from scripts.generate.environment import Environment
from scripts.generate.failure import GenerationError
from scripts.generate.trees import files_in, write_header

_HERE = Path(__file__).parent

# The project's own style, spelled out: a configuration that ruff would look up could leak in.
_RUFF = ("--isolated", "--no-cache", "--no-respect-gitignore", "--quiet")
_STYLE = ("--target-version=py310", "--line-length=100")
_IMPORTS = ("--fix-only", "--select=F401,I001", '--config=lint.isort.known-first-party=["vlmrun"]')

# In text "asyncio" may stay; in code, nothing may that only makes sense in a coroutine.
_LEFT_OVER = re.compile(
    r"\b(async|await|Awaitable|Async[A-Z]\w*|\w*_async|asyncio[_.]\w+|anyio\.\w+"
    r"|(?:import|from) (?:asyncio|anyio))\b"
)


def build_twin(source: Path, config: Path, into: Path, environment: Environment) -> None:
    """Derive the synchronous tree of an asynchronous one.

    Args:
        source: The folder of the asynchronous modules.
        config: A TOML file with the table `tool.unasyncd`; its `add_replacements` are the names.
        into: The twin's folder, which must not exist.
        environment: Where unasyncd and ruff are.

    Raises:
        GenerationError: A module is not there, not Python, or cannot be derived without rest.
    """
    names = [name for name in files_in(source) if name.endswith(".py")]
    if not names:
        raise GenerationError(f"{source}: there is no Python module to derive the twin from")
    environment.run_python(
        [_HERE / "derive_sync.py", source, config, into, *names],
        f"{source}: the synchronous twin cannot be derived",
    )
    environment.run_python(
        ["-m", "ruff", "check", ".", *_RUFF, *_STYLE, *_IMPORTS],
        f"{source}: the twin's imports cannot be tidied",
        cwd=into,
    )
    environment.run_python(
        ["-m", "ruff", "format", ".", *_RUFF, *_STYLE],
        f"{source}: the twin cannot be formatted",
        cwd=into,
    )
    if left := [line for name in names for line in _left_over(into, name)]:
        raise GenerationError("\n".join([f"{source}: the twin would not be synchronous", *left]))
    for name in names:
        write_header(into / name, f"{source.name}/{name}")


def _left_over(twin: Path, name: str) -> Iterator[str]:
    for line in (twin / name).read_text("utf-8").splitlines():
        if found := _LEFT_OVER.search(line):
            yield f"{name}: {found[0]!r} is left in {line.strip()!r}"
