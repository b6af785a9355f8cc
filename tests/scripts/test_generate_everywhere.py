"""`generate.py` writes the same bytes on each supported Python, and whatever surrounds it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scripts import interpreters

SMALL_CONTRACT = Path(__file__).with_name("small.yaml")
SOURCE = '''\
"""A module, for asyncio."""

from collections.abc import AsyncIterator

__all__ = ["AsyncShop"]


class AsyncShop:
    """A shop."""

    attribute = "shop"

    async def sell(self) -> AsyncIterator[int]:
        async with self.lock:
            yield await self.next_number_of_a_customer(in_the_queue=True, or_else=[self.first, 12])
'''

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def derive(generate: Any) -> Callable[..., dict[str, bytes]]:
    """Derive all trees in a folder; returns their files, and lock.json."""

    def run(folder: Path, **options: Any) -> dict[str, bytes]:
        (folder / "_async").mkdir()
        (folder / "types").mkdir()
        (folder / "types/thing.py").write_text('__all__ = ["Thing"]\n')
        (folder / "_async/shop.py").write_text(SOURCE)
        (folder / "names.toml").write_text("[tool.unasyncd.add_replacements]\nAsyncShop = 'Shop'\n")
        done = generate(
            f"--contract={SMALL_CONTRACT}",
            f"--package={folder / 'derived/small_api'}",
            f"--async-tree={folder / '_async'}",
            f"--sync-tree={folder / 'derived/_sync'}",
            f"--types={folder / 'types'}",
            f"--index={folder / 'derived/_index'}",
            f"--config={folder / 'names.toml'}",
            f"--lock={folder / 'derived/lock.json'}",
            **options,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        paths = (path for path in (folder / "derived").rglob("*") if path.is_file())
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}

    return run


@pytest.fixture(scope="module")
def here(
    derive: Callable[..., dict[str, bytes]], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, bytes]:
    """What the running Python writes, with nothing around."""
    files = derive(tmp_path_factory.mktemp("here"))
    expected = {"small_api/models/thing.py", "_sync/shop.py", "_index/types.py", "lock.json"}
    assert {f"derived/{name}" for name in expected} <= files.keys()
    return files


@pytest.mark.timeout(300)  # the tools' environment is made where there is none for this version
@pytest.mark.parametrize("version", interpreters.SUPPORTED)
def test_each_python_writes_the_same(
    version: str,
    derive: Callable[..., dict[str, bytes]],
    here: dict[str, bytes],
    tmp_path: Path,
) -> None:
    python = interpreters.find(version)
    if python is None:
        pytest.skip(f"Python {version} is not on this machine")
    assert derive(tmp_path, python=python) == here


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("ruff.toml", "line-length = 60\nformat.quote-style = 'single'\n"),
        ("pyproject.toml", "[tool.ruff]\nforce-exclude = true\nexclude = ['*']\n"),
        (".gitignore", "*\n"),
    ],
)
def test_no_settings_above_reach_the_trees(
    name: str,
    text: str,
    derive: Callable[..., dict[str, bytes]],
    here: dict[str, bytes],
    tmp_path: Path,
) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / name).write_text(text)
    (tmp_path / "scratch").mkdir()
    # The trees are made below the settings too.
    assert derive(tmp_path, TMPDIR=str(tmp_path / "scratch")) == here
    assert list((tmp_path / "scratch").iterdir()) == []


def test_no_settings_of_the_environment_reach_the_tools(
    derive: Callable[..., dict[str, bytes]], here: dict[str, bytes], tmp_path: Path
) -> None:
    (tmp_path / "jinja2.py").write_text("raise ImportError('a module of the caller')\n")
    written = tmp_path / "findings.json"
    found = derive(tmp_path, PYTHONPATH=str(tmp_path), RUFF_OUTPUT_FILE=str(written))
    assert found == here
    assert not written.exists()
