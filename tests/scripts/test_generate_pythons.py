"""`generate.py` writes the same bytes on each supported Python."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import interpreters
import pytest

SMALL_CONTRACT = Path(__file__).with_name("small.yaml")
SOURCE = '''\
"""A module, for asyncio."""

from collections.abc import AsyncIterator

__all__ = ["AsyncShop"]


class AsyncShop:
    async def sell(self) -> AsyncIterator[int]:
        async with self.lock:
            yield await self.next_number_of_a_customer(in_the_queue=True, or_else=[self.first, 12])
'''


@pytest.fixture(scope="module")
def derive(generate: Any, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Any]:
    """Derive both trees; returns their files."""

    def run(python: Path | None = None) -> dict[str, bytes]:
        folder = tmp_path_factory.mktemp("trees")
        (folder / "_async").mkdir()
        (folder / "_async/shop.py").write_text(SOURCE)
        (folder / "names.toml").write_text("[tool.unasyncd.add_replacements]\nAsyncShop = 'Shop'\n")
        done = generate(
            f"--contract={SMALL_CONTRACT}",
            f"--package={folder / 'derived/small_api'}",
            f"--async-tree={folder / '_async'}",
            f"--sync-tree={folder / 'derived/_sync'}",
            f"--config={folder / 'names.toml'}",
            **({"python": python} if python else {}),
        )
        assert done.returncode == 0, done.stdout + done.stderr
        paths = (path for path in (folder / "derived").rglob("*") if path.is_file())
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}

    return run


@pytest.fixture(scope="module")
def here(derive: Callable[..., Any]) -> dict[str, bytes]:
    """What the running Python writes."""
    files = derive()
    assert {"derived/small_api/models/thing.py", "derived/_sync/shop.py"} <= files.keys()
    return files


@pytest.mark.slow
@pytest.mark.timeout(300)  # the tools' environment is made where there is none for this version
@pytest.mark.parametrize("version", interpreters.SUPPORTED)
def test_each_python_writes_the_same(
    version: str, derive: Callable[..., Any], here: dict[str, bytes]
) -> None:
    python = interpreters.find(version)
    if python is None:
        pytest.skip(f"Python {version} is not on this machine")
    assert derive(python) == here
