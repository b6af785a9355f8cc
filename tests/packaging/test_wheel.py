"""What a user installs: the wheel, alone, in an environment of its own."""

from __future__ import annotations

import email
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder]
    subprocess.run([*command, ROOT], check=True)
    (made,) = folder.glob("*.whl")
    return made


def test_it_holds_both_packages_the_contract_and_the_type_markers(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        contract = archive.read("vlmrun/testing/openapi.yaml")
    assert {"vlmrun/py.typed", "vlmrun_api/py.typed", "vlmrun/_sync/agent.py"} <= names
    assert contract == (ROOT / "openapi.yaml").read_bytes()
    assert not any(name.startswith("vlmrun/hub") for name in names)  # vlmrun-hub's own place
    tops = {name.split("/")[0] for name in names}
    assert tops == {"vlmrun", "vlmrun_api", next(top for top in tops if top.endswith("dist-info"))}


def test_p39_it_asks_for_four_packages_none_of_them_pinned(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (path,) = (name for name in archive.namelist() if name.endswith("METADATA"))
        metadata = email.message_from_bytes(archive.read(path))
    required = [line for line in metadata.get_all("Requires-Dist", []) if "extra ==" not in line]
    names = {line.split(">")[0].split("<")[0].strip().lower() for line in required}
    assert names == {"attrs", "httpx", "python-dateutil", "pyyaml"}
    assert not any("==" in line for line in required)
    assert {"structured", "testing"} <= set(metadata.get_all("Provides-Extra", []))


def test_it_works_alone_and_names_the_extra_that_is_not_there(wheel: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "env", with_pip=True)
    python = tmp_path / "env" / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", wheel], check=True)
    script = """
import vlmrun.testing
from vlmrun.client import VLMRun
from vlmrun.client.types import AgentSkill
from vlmrun.errors import DependencyError, NetworkError
AgentSkill.from_directory("examples/skills/patient-referral")
try:
    VLMRun(api_key="x", base_url="http://127.0.0.1:9/v1", max_retries=0).models.list()
except NetworkError as error:
    print("network:", error.message)
try:
    vlmrun.testing.serve()
except DependencyError as error:
    print("extra:", error)
"""
    done = subprocess.run(
        [python, "-W", "error", "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "network: " in done.stdout
    assert "pip install 'vlmrun[testing]'" in done.stdout
