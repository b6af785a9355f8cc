"""`scripts.generate` writes the same bytes on each supported Python and in any environment."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from nox.project import load_toml, python_versions

from tests.scripts.conftest import ROOT, SMALL_CONTRACT
from tests.scripts.project_copy import write_files

SOURCE = '''\
"""A module, for asyncio."""

from collections.abc import AsyncIterator

__all__ = ["AsyncShop"]


class AsyncShop:
    """A shop."""

    _attribute = "shop"

    async def sell(self) -> AsyncIterator[int]:
        async with self.lock:
            yield await self.next_number_of_a_customer(in_the_queue=True, or_else=[self.first, 12])
'''

VERSIONS = python_versions(load_toml(ROOT / "pyproject.toml"))

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def derive(generate: Any) -> Callable[..., dict[str, bytes]]:
    """Return a function that derives all trees in a folder and returns their files."""

    def run(folder: Path, **options: Any) -> dict[str, bytes]:
        write_files(folder, {"types/thing.py": '__all__ = ["Thing"]\n', "_async/shop.py": SOURCE})
        (folder / "names.toml").write_text("[tool.unasyncd.add_replacements]\nAsyncShop = 'Shop'\n")
        done = generate(
            f"--contract={SMALL_CONTRACT}",
            f"--package={folder / 'derived/small_api'}",
            f"--async-tree={folder / '_async'}",
            f"--sync-tree={folder / 'derived/_sync'}",
            f"--types={folder / 'types'}",
            f"--index={folder / 'derived/_index'}",
            f"--config={folder / 'names.toml'}",
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
    """Return the files that the running Python writes."""
    files = derive(tmp_path_factory.mktemp("here"))
    expected = {"small_api/models/thing.py", "_sync/shop.py", "_index/types.py"}
    assert {f"derived/{name}" for name in expected} <= files.keys()
    return files


def find_python(version: str) -> str | None:
    # A shim of pyenv on the path fails unless its version is the selected one.
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    found = pyenv.glob(f"versions/{version}.*/bin/python")
    return next(map(str, found), shutil.which(f"python{version}"))


@pytest.mark.timeout(300)  # creates the environment of the tools for this version
@pytest.mark.parametrize("version", [VERSIONS[0], VERSIONS[-1]])
def test_the_oldest_and_the_newest_python_write_the_same(
    version: str,
    derive: Callable[..., dict[str, bytes]],
    here: dict[str, bytes],
    tmp_path: Path,
) -> None:
    python = find_python(version)
    if python is None:
        pytest.skip(f"Python {version} is not on this machine")
    assert derive(tmp_path, python=python) == here


SETTINGS = {
    "pyproject.toml": "[tool.ruff]\nline-length = 60\nforce-exclude = true\nexclude = ['*']\n",
    ".gitignore": "*\n",
    ".git/HEAD": "",
    "jinja2.py": "raise ImportError('a module of the caller')\n",
}


def test_settings_of_the_caller_do_not_matter(
    derive: Callable[..., dict[str, bytes]], here: dict[str, bytes], tmp_path: Path
) -> None:
    write_files(tmp_path, SETTINGS)
    # The trees are built in a folder below the settings, too.
    scratch, findings = tmp_path / "scratch", tmp_path / "findings.json"
    scratch.mkdir()
    settings = {"TMPDIR": str(scratch), "PYTHONPATH": str(tmp_path)}
    assert derive(tmp_path, **settings, RUFF_OUTPUT_FILE=str(findings)) == here
    assert list(scratch.iterdir()) == []
    assert not findings.exists()
