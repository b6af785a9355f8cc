"""`scripts.generate --only sync`: the sync form of async modules, one module for each case."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.scripts.project_copy import write_files

pytestmark = pytest.mark.slow

NAMES = """
[tool.unasyncd.add_replacements]
AsyncShop = "Shop"
_async = "_sync"
async_runtime = "sync_runtime"
aclose = "close"
"""

# Module: its async source, and the expected sync form (below the header).
DERIVED = {
    "imports.py": (
        """\
from vlmrun._async.other import Shop as OtherShop
from vlmrun._runtime.async_runtime import sleep


async def pause(shop: OtherShop) -> None:
    from vlmrun._async import late

    await sleep(late.seconds)
""",
        """\
from vlmrun._runtime.sync_runtime import sleep
from vlmrun._sync.other import Shop as OtherShop


def pause(shop: OtherShop) -> None:
    from vlmrun._sync import late

    sleep(late.seconds)
""",
    ),
    "texts.py": (
        '''\
"""A shop, for asyncio."""

__all__ = ["AsyncShop", "not_imported_here"]


class AsyncShop:
    """Sells.

    Example:
        >>> async with AsyncShop() as shop:
        ...     await shop.sell()
        >>> await sell.asyncio(shop)
    """

    # AsyncShop: `async for` each customer.
    label = "AsyncShop"
''',
        '''\
"""A shop, for asyncio."""

__all__ = ["Shop", "not_imported_here"]


class Shop:
    """Sells.

    Example:
        >>> with Shop() as shop:
        ...     shop.sell()
        >>> sell.sync(shop)
    """

    # Shop: `for` each customer.
    label = "Shop"
''',
    ),
    "protocols.py": (
        '''\
class Pages:
    async def __aenter__(self):
        return self

    async def __aexit__(self, *error):
        await self.aclose()

    def __aiter__(self):
        return self

    async def __anext__(self):
        raise StopAsyncIteration

    async def aclose(self):
        """Close it."""
        await self.pool.aclose()

    close = aclose
''',
        '''\
class Pages:
    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()

    def __iter__(self):
        return self

    def __next__(self):
        raise StopIteration

    def close(self):
        """Close it."""
        self.pool.close()
''',
    ),
    "decorated.py": (
        """\
from typing import overload


class Box:
    @overload
    async def get(self, key: int) -> int: ...
    @overload
    async def get(self, key: str) -> str: ...
    async def get(self, key):
        return await self.look(key)
""",
        """\
from typing import overload


class Box:
    @overload
    def get(self, key: int) -> int: ...
    @overload
    def get(self, key: str) -> str: ...
    def get(self, key):
        return self.look(key)
""",
    ),
    "tidied.py": (
        """\
import asyncio


async def long_enough_for_a_line_of_its_own(shop):
    return await asyncio.sleep(
        shop.seconds_to_wait
    )
""",
        """\
import time


def long_enough_for_a_line_of_its_own(shop):
    return time.sleep(shop.seconds_to_wait)
""",
    ),
    "sub/package.py": ("from .. import syntax as syntax\n", "from .. import syntax as syntax\n"),
    "sub/__init__.py": ("", ""),
}

# What is wrong with a set of modules: the modules, and a part of the error message about each.
REFUSED = {
    "async code that would be left": {
        "gather.py": (
            "import asyncio\n\n\nasync def both(a, b):\n    await asyncio.gather(a, b)\n",
            "gather.py: 'import asyncio' is left in 'import asyncio'",
        ),
        "from_import.py": ("from asyncio import Queue\n\nkind = Queue\n", "'from asyncio' is left"),
        "unmapped.py": ("import httpx\n\nkind = httpx.AsyncClient\n", "'AsyncClient' is left"),
        "module.py": ("from vlmrun import files_async as x\n\nx()\n", "'files_async' is left"),
        "function.py": ("from vlmrun_api import op\n\nop.asyncio_x()\n", "'asyncio_x' is left"),
    },
    "two methods with the same name": {
        "two_methods.py": (
            "class A:\n    async def aclose(self):\n        await self.x()\n"
            "    async def close(self):\n        self.y()\n",
            "two_methods.py:4:9: F811 Redefinition of unused `close` from line 2",
        ),
    },
    "modules that are not Python": {"not_python.py": ("async def (:\n", "not_python.py: ")},
    "no modules": {"README.md": ("", "no Python module")},
}


@pytest.fixture(scope="module")
def derive(
    generate: Any, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., tuple[Any, Path]]:
    """Return a function that writes modules, runs the command and returns its result and output."""

    def run(modules: dict[str, tuple[str, str]]) -> tuple[Any, Path]:
        folder = tmp_path_factory.mktemp("sync")
        (folder / "pyproject.toml").write_text(NAMES)
        sources = {name: source for name, (source, _) in modules.items()}
        write_files(folder / "_async", sources)
        done = generate(
            "--only=sync",
            f"--async-tree={folder / '_async'}",
            f"--sync-tree={folder / '_sync'}",
            f"--config={folder / 'pyproject.toml'}",
        )
        return done, folder / "_sync"

    return run


@pytest.fixture(scope="module")
def derived(derive: Callable[..., tuple[Any, Path]]) -> Path:
    done, folder = derive(DERIVED)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.mark.parametrize("name", DERIVED)
def test_a_module_becomes_synchronous(name: str, derived: Path) -> None:
    header = f"# Derived from _async/{name} by `make generate`. Do not edit.\n"
    assert (derived / name).read_text("utf-8") == header + DERIVED[name][1]


def test_there_is_a_module_for_each_and_nothing_else(derived: Path) -> None:
    files = (path.relative_to(derived).as_posix() for path in derived.rglob("*") if path.is_file())
    assert sorted(files) == sorted(DERIVED)


@pytest.mark.parametrize("modules", REFUSED.values(), ids=REFUSED)
def test_modules_are_refused_with_all_reasons(
    modules: dict[str, tuple[str, str]], derive: Callable[..., tuple[Any, Path]]
) -> None:
    done, folder = derive(modules)
    assert done.returncode == 2
    assert not folder.exists()
    for _, message in modules.values():
        assert message in done.stderr
