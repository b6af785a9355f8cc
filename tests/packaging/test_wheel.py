"""The distributions as users install them, in a new environment."""

from __future__ import annotations

import configparser
import re
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.metadata import Metadata
from packaging.utils import canonicalize_name

from scripts.check_distributions.__main__ import check
from scripts.check_distributions.distributions import Files, check_sdist_files, read_distribution
from tests.scripts.conftest import ENVIRONMENT

ROOT = Path(__file__).parents[2]
SMOKE = Path(__file__).with_name("smoke")
# Install commands of users contain these extras, so none may be removed.
EXTRAS = {
    *(
        "aiohttp",
        "all",
        "cli",
        "dask",
        "doc",
        "hub",
        "images",
        "openai",
        "otel",
        "pandas",
        "pdf",
        "ray",
        "structured",
    ),
    *("tables", "testing", "typesafe", "video", "viz", "ws"),
}

pytestmark = pytest.mark.slow


def run(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run(
        command, cwd=cwd, env=ENVIRONMENT, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the sdist of this checkout, and the wheel from the sdist."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--installer=uv", "--outdir", folder, cwd=ROOT)
    return folder


@pytest.fixture(scope="module")
def wheel(dist: Path) -> Path:
    [path] = dist.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def files(wheel: Path) -> Files:
    return read_distribution(wheel)


@pytest.fixture(scope="module")
def metadata(files: Files) -> Metadata:
    [name] = (name for name in files if name.endswith(".dist-info/METADATA"))
    return Metadata.from_email(files[name], validate=True)


def test_the_release_check_finds_nothing(dist: Path) -> None:
    assert list(check(ROOT, dist, None)) == []


def test_an_unknown_file_in_the_sdist_is_reported(dist: Path) -> None:
    [sdist] = dist.glob("*.tar.gz")
    found = read_distribution(sdist)
    assert list(check_sdist_files(found)) == []
    assert list(check_sdist_files({**found, "src/vlmrun/.env": b""})) == [
        "src/vlmrun/.env does not belong into the sdist: remove or exclude it"
    ]


def test_the_wheel_contains_both_packages_the_contract_and_the_type_markers(files: Files) -> None:
    names = files.keys()
    assert {"vlmrun/py.typed", "vlmrun_api/py.typed"} <= names
    assert "vlmrun/_sync/resources/agent.py" in names
    assert files["vlmrun/testing/openapi.yaml"] == (ROOT / "openapi.yaml").read_bytes()
    assert not any(name.startswith("vlmrun/hub") for name in names)  # of vlmrun-hub
    tops = {name.split("/")[0] for name in names}
    assert tops == {"vlmrun", "vlmrun_api", next(top for top in tops if top.endswith("dist-info"))}


def test_pip_installs_the_command_and_pytest_finds_the_plugin(files: Files) -> None:
    [text] = (data for name, data in files.items() if name.endswith("/entry_points.txt"))
    points = configparser.ConfigParser()
    points.read_string(text.decode())
    assert {name: dict(points[name]) for name in points.sections()} == {
        "console_scripts": {"vlmrun": "vlmrun.cli:main"},
        "pytest11": {"vlmrun": "vlmrun.testing.pytest_plugin"},
    }
    assert "vlmrun/testing/pytest_plugin.py" in files


def test_p39_the_wheel_requires_four_packages_and_pins_none(metadata: Metadata) -> None:
    requirements = metadata.requires_dist or []
    required = [each for each in requirements if "extra" not in str(each.marker)]
    names = {canonicalize_name(each.name) for each in required}
    assert names == {"attrs", "httpx", "python-dateutil", "pyyaml"}
    assert not any("==" in str(each.specifier) or each.url for each in requirements)
    assert set(metadata.provides_extra or []) == EXTRAS


def test_metadata_describe_the_project(metadata: Metadata) -> None:
    version = (ROOT / "src/vlmrun/version.py").read_text("utf-8")
    assert f'"{metadata.version}"' in version
    assert metadata.license_expression == "Apache-2.0"
    assert (metadata.description or "").strip() == (ROOT / "README.md").read_text("utf-8").strip()
    pythons = [re.search(r":: (3\.\d+)$", each) for each in metadata.classifiers or []]
    lowest = next(found[1] for found in pythons if found)
    assert str(metadata.requires_python) == f">={lowest}"


def test_the_wheel_works_alone_and_names_a_missing_extra(wheel: Path, tmp_path: Path) -> None:
    # uv itself is a program of this environment; the new one has nothing but the wheel.
    uv = (sys.executable, "-m", "uv")
    run(*uv, "venv", "--quiet", "--python", sys.executable, tmp_path / "env", cwd=tmp_path)
    python = next((tmp_path / "env").glob("[bS]*/python*"))  # bin or Scripts
    install = (*uv, "pip", "install", "--quiet", "--system-certs", "--python", python)
    run(*install, wheel, cwd=tmp_path)
    report = run(python, "-W", "error", SMOKE / "bare.py", cwd=tmp_path)
    assert "network: " in report
    assert "pip install 'vlmrun[testing]'" in report
    assert "pip install 'vlmrun[openai]'" in report


def test_tools_and_extras_are_available_on_the_oldest_and_the_newest_python(
    metadata: Metadata,
) -> None:
    pythons = [re.search(r":: (3\.\d+)$", each) for each in metadata.classifiers or []]
    supported = [found[1] for found in pythons if found]
    for python in (supported[0], supported[-1]):
        arguments = ("--quiet", "--all-extras", "--python-version", python, "--system-certs")
        sources = ("pyproject.toml", "scripts/requirements/dev.txt")
        compiled = run(sys.executable, "-m", "uv", "pip", "compile", *arguments, *sources, cwd=ROOT)
        assert "pytest==" in compiled
