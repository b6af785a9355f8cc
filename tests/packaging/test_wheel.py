"""What a user installs: the wheel, alone, in an environment of its own."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from scripts.release_check import __main__ as release_check
from scripts.release_check.artefacts import Artefact, Built, build_both
from scripts.release_check.environments import Environment
from scripts.release_check.metadata import metadata_of, requirements_of

ROOT = Path(__file__).parents[2]
SMOKE = Path(__file__).with_name("smoke")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The sdist of this checkout, and the wheel that is built from it."""
    return build_both(ROOT, tmp_path_factory.mktemp("built"))


@pytest.fixture(scope="module")
def wheel(built: Built) -> Artefact:
    """The wheel."""
    return built.wheel


def test_both_hold_what_they_should_and_say_what_is_so(built: Built, tmp_path: Path) -> None:
    for artefact in built:
        assert list(release_check.check_files(artefact, ROOT, tmp_path)) == []
    assert list(release_check.check_sources(ROOT)) == []


def test_it_holds_both_packages_the_contract_and_the_type_markers(wheel: Artefact) -> None:
    names = wheel.files.keys()
    assert {"vlmrun/py.typed", "vlmrun_api/py.typed", "vlmrun/_sync/resources/agent.py"} <= names
    assert wheel.files["vlmrun/testing/openapi.yaml"] == (ROOT / "openapi.yaml").read_bytes()
    tops = {name.split("/")[0] for name in names}
    assert tops == {"vlmrun", "vlmrun_api", next(top for top in tops if top.endswith("dist-info"))}


def test_p39_it_asks_for_four_packages_none_of_them_pinned(wheel: Artefact) -> None:
    everything = requirements_of(metadata_of(wheel))
    required = [each for each in everything if "extra" not in str(each.marker)]
    names = {canonicalize_name(each.name) for each in required}
    assert names == {"attrs", "httpx", "python-dateutil", "pyyaml"}
    assert not any("==" in str(each.specifier) for each in required)
    assert {"structured", "testing"} <= set(metadata_of(wheel).provides_extra or [])


def test_it_works_alone_and_names_the_extra_that_is_not_there(
    wheel: Artefact, tmp_path: Path
) -> None:
    version = "{}.{}".format(*sys.version_info)
    outside = tmp_path / "outside"
    environment = Environment(Path(sys.executable), version, tmp_path / "env", outside)
    environment.install(wheel.path)
    environment.check()
    said = environment.run("-W", "error", SMOKE / "bare.py")
    assert "network: " in said
    assert "pip install 'vlmrun[testing]'" in said
    assert "pip install 'vlmrun[openai]'" in said
