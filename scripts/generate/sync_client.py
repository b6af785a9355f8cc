"""Derive the sync client from the async one, format it and check the result."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from scripts.generate.environment import Environment
from scripts.generate.failure import GenerationError
from scripts.generate.trees import files_in, write_header

_HERE = Path(__file__).parent

# The project's style as options: ruff must not look up a configuration of the caller.
_RUFF = ("--isolated", "--no-cache", "--no-respect-gitignore", "--quiet")
_STYLE = ("--target-version=py310", "--line-length=100")
# F811 is a method that gets the name of another one.
_IMPORTS = ("--fix", "--select=F401,F811,I001", "--output-format=concise")
_FIRST_PARTY = '--config=lint.isort.known-first-party=["vlmrun"]'

# Docstrings may mention asyncio; code must not use anything that only works in a coroutine.
_ASYNC_LEFT = re.compile(
    r"\b(async|await|Awaitable|Async[A-Z]\w*|\w*_async|asyncio[_.]\w+|anyio\.\w+"
    r"|(?:import|from) (?:asyncio|anyio))\b"
)


def build_sync_client(source: Path, config: Path, into: Path, environment: Environment) -> None:
    """Derive the tree of the sync client.

    Args:
        source: The folder of the async modules.
        config: A TOML file with the table `tool.unasyncd.add_replacements`.
        into: The folder of the sync client, which must not exist.
        environment: The environment of unasyncd and ruff.

    Raises:
        GenerationError: There is no module, one is not Python, or async code would be left.
    """
    names = [name for name in files_in(source) if name.endswith(".py")]
    if not names:
        raise GenerationError(f"{source}: there is no Python module to derive the sync client from")
    environment.run_python(
        [_HERE / "derive_sync.py", source, config, into, *names],
        f"{source}: the sync client cannot be derived",
    )
    environment.run_python(
        ["-m", "ruff", "check", ".", *_RUFF, *_STYLE, *_IMPORTS, _FIRST_PARTY],
        f"{source}: the sync client has a name twice, or imports that cannot be sorted",
        cwd=into,
    )
    environment.run_python(
        ["-m", "ruff", "format", ".", *_RUFF, *_STYLE],
        f"{source}: the sync client cannot be formatted",
        cwd=into,
    )
    if left := [line for name in names for line in _async_left(into, name)]:
        raise GenerationError("\n".join([f"{source}: the sync client would not be sync", *left]))
    for name in names:
        write_header(into / name, f"{source.name}/{name}")


def _async_left(folder: Path, name: str) -> Iterator[str]:
    for line in (folder / name).read_text("utf-8").splitlines():
        if found := _ASYNC_LEFT.search(line):
            yield f"{name}: {found[0]!r} is left in {line.strip()!r}"
