"""P60: paths that no file can be at are refused by the name of their argument."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from vlmrun import skills
from vlmrun.errors import InputError, MissingFileError

CALLS: dict[str, Callable[[Any, Any], Any]] = {
    "file": lambda client, path: client.files.upload(path),
    "to": lambda client, path: client.files.get_content("f1", to=path),
    "directory": lambda client, path: skills.bundle(path),
    "folder": lambda client, path: skills.unpack(b"", path),
    "journal": lambda client, path: next(client.agent.execute_many([], prompt="x", journal=path)),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_url_is_not_taken_for_a_path(client: Any, name: str) -> None:
    url = "https://a.b/scan.pdf?sig=SECRET"
    for path in (url, Path(url)):
        with pytest.raises(
            InputError, match=rf"{name} is a URL, not a path: 'https://a\.b/scan\.pdf\?…'"
        ) as caught:
            CALLS[name](client, path)
        assert "SECRET" not in str(caught.value)


@pytest.mark.parametrize("name", CALLS)
def test_a_lone_surrogate_is_not_a_raw_error(client: Any, name: str) -> None:
    with pytest.raises(InputError, match=f"{name}: .* is not a valid path"):
        CALLS[name](client, "a\ud800")


@pytest.mark.parametrize("name", CALLS)
def test_a_current_directory_that_was_deleted_is_named(
    client: Any, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    with pytest.raises(MissingFileError, match=f"{name}: the current directory"):
        CALLS[name](client, "." if name == "directory" else "a")
