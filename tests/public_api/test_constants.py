"""Constants: URLs, file types, and folders that are created on first access."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from vlmrun import constants

FOLDERS = ["VLMRUN_HOME", "VLMRUN_CACHE_DIR", "VLMRUN_ARTIFACTS_CACHE_DIR", "VLMRUN_TMP_DIR"]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home directory, without environment variables that change the folders or URLs."""
    for name in ("VLMRUN_CACHE_DIR", "VLMRUN_GATEWAY_BASE_URL", "VLMRUN_GATEWAY_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def test_p34_a_folder_is_created_when_its_name_is_accessed(home: Path) -> None:
    assert list(home.iterdir()) == []
    assert home / ".vlmrun/tmp" == constants.VLMRUN_TMP_DIR
    assert (home / ".vlmrun/tmp").is_dir()
    assert [path.name for path in (home / ".vlmrun").iterdir()] == ["tmp"]


@pytest.mark.parametrize("name", FOLDERS)
def test_every_folder_is_a_writable_path(home: Path, name: str) -> None:
    path = getattr(constants, name)

    assert isinstance(path, Path)
    assert path.is_relative_to(home / ".vlmrun")
    (path / "a.txt").write_text("a")


def test_an_environment_variable_moves_the_cache(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VLMRUN_CACHE_DIR", str(home / "else where"))
    assert home / "else where" == constants.VLMRUN_CACHE_DIR
    assert home / "else where/artifacts" == constants.VLMRUN_ARTIFACTS_CACHE_DIR
    assert home / ".vlmrun/tmp" == constants.VLMRUN_TMP_DIR
    monkeypatch.setenv("VLMRUN_CACHE_DIR", "~/cache")
    assert home / "cache" == constants.VLMRUN_CACHE_DIR
    monkeypatch.setenv("VLMRUN_CACHE_DIR", "")
    assert home / ".vlmrun/cache" == constants.VLMRUN_CACHE_DIR


@pytest.mark.slow
def test_p34_the_package_can_be_imported_if_the_home_directory_is_invalid(tmp_path: Path) -> None:
    file = tmp_path / "home"  # no directory can be created below a file, not even by root
    file.write_text("")
    program = (
        "import vlmrun, vlmrun.constants, vlmrun.client, vlmrun.client.types, vlmrun.common.image\n"
        "from vlmrun.constants import DEFAULT_GATEWAY_URL, gateway_base_url\n"
        "vlmrun.VLMRun(api_key='x')\n"
        "try:\n    from vlmrun.constants import VLMRUN_TMP_DIR\n"
        "except OSError as error:\n    print(type(error).__name__)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "HOME": str(file), "VLMRUN_CACHE_DIR": str(file / "cache")},
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout.strip() == "NotADirectoryError"


@pytest.mark.slow
def test_p34_constants_can_be_imported_with_an_empty_environment(home: Path) -> None:
    program = "import vlmrun.constants; print(vlmrun.constants.VLMRUN_HOME.name)"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": os.pathsep.join(sys.path), "HOME": str(home)},
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout.strip() == ".vlmrun"


def test_p38_the_gateway_url_is_read_from_argument_and_environment_in_order(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert constants.gateway_base_url() == constants.DEFAULT_GATEWAY_URL
    assert constants.VLMRUN_GATEWAY_BASE_URL == constants.DEFAULT_GATEWAY_URL
    monkeypatch.setenv("VLMRUN_GATEWAY_URL", "https://second.example.com/v1//")
    assert constants.gateway_base_url() == "https://second.example.com/v1"
    monkeypatch.setenv("VLMRUN_GATEWAY_BASE_URL", " https://first.example.com/v1 ")
    assert constants.VLMRUN_GATEWAY_BASE_URL == "https://first.example.com/v1"
    monkeypatch.setenv("VLMRUN_GATEWAY_BASE_URL", "  ")
    assert constants.gateway_base_url("") == "https://second.example.com/v1"
    assert constants.gateway_base_url("https://mine.example.com/") == "https://mine.example.com"


def test_file_types_are_suffixes_and_unknown_names_raise() -> None:
    kinds = [
        constants.SUPPORTED_IMAGE_FILETYPES,
        constants.SUPPORTED_VIDEO_FILETYPES,
        constants.SUPPORTED_DOCUMENT_FILETYPES,
        constants.SUPPORTED_AUDIO_FILETYPES,
    ]
    assert [each for kind in kinds for each in kind] == constants.SUPPORTED_INPUT_FILETYPES
    assert all(suffix.startswith(".") for suffix in constants.SUPPORTED_INPUT_FILETYPES)
    assert ".pdf" in constants.SUPPORTED_DOCUMENT_FILETYPES
    assert set(FOLDERS) <= set(dir(constants))
    with pytest.raises(AttributeError, match="has no attribute 'VLMRUN_TEMP_DIR'"):
        constants.VLMRUN_TEMP_DIR  # type: ignore[attr-defined]
