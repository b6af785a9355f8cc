"""`make release-check`: what is found in a changelog, in files and in metadata."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts import interpreters
from scripts.release_check import contents, metadata
from scripts.release_check.artefacts import Artefact, Files, differences
from scripts.release_check.changelog import check_changelog
from scripts.release_check.steps import StepFailed, Steps

ROOT = Path(__file__).parents[2]

GOOD = """\
# Changelog

All notable changes.

## Unreleased

### Added

- Labels.

## [1.1.0] - 2026-05-02

### Fixed

- Retries.

### Security

- Keys.

## 1.0.0 - 2026-04-01

### Added

- Everything.
"""


class TestChangelog:
    @pytest.mark.parametrize("version", ["1.1.0", "1.2.0"])
    def test_a_good_one(self, version: str) -> None:
        assert list(check_changelog(GOOD, version)) == []

    def test_the_project_s_own(self) -> None:
        text = (ROOT / "CHANGELOG.md").read_text("utf-8")
        assert list(check_changelog(text, metadata.version_of(ROOT))) == []

    def test_a_version_without_a_section(self) -> None:
        text = GOOD.replace("## Unreleased\n\n### Added\n\n- Labels.\n", "")
        assert list(check_changelog(text, "1.1.0")) == []
        (problem,) = check_changelog(text, "1.2.0")
        assert "neither 1.2.0" in problem
        assert "add `## Unreleased` on top" in problem

    @pytest.mark.parametrize(
        ("old", "new", "problem"),
        [
            ("# Changelog\n", "# Changes\n", "the first line must be"),
            ("### Added\n\n- Labels.\n", "", "it says nothing"),
            ("- Labels.", "Labels.", "### Added has no line"),
            ("### Fixed", "### Bugs", "### Bugs is none of Added, Changed"),
            (" - 2026-05-02", "", "a version needs its day"),
            ("2026-05-02", "2026-13-02", "a version needs its day"),
            ("2026-05-02", "2026-03-02", "the days are not in order"),
            ("[1.1.0]", "0.9.0", "the versions are not in order"),
            ("[1.1.0]", "1.0.0", "1.0.0 has two sections"),
            ("[1.1.0]", "next", "next is no version"),
            ("## [1.1.0] - 2026-05-02", "## Version 1.1.0 of May", "write `## Unreleased` or"),
            ("## 1.0.0 - 2026-04-01", "## Unreleased", "stands once, and on top"),
        ],
    )
    def test_one_mistake(self, old: str, new: str, problem: str) -> None:
        assert old in GOOD
        found = list(check_changelog(GOOD.replace(old, new, 1), "1.2.0"))
        assert any(problem in each for each in found), found


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """As much of a checkout as the rules look at."""
    texts = {
        "src/vlmrun/__init__.py": "",
        "src/vlmrun/version.py": '__version__ = "1.2.0"\n',
        "src/vlmrun/py.typed": "",
        "src/vlmrun/testing/domains.yaml": "[]\n",
        "src/vlmrun/testing/pytest_plugin.py": "",
        "generated/vlmrun_api/__init__.py": "",
        "generated/vlmrun_api/py.typed": "",
        "openapi.yaml": "openapi: 3.1.0\n",
        "README.md": "# vlmrun\n\n```python\nimport vlmrun\n```\n",
        "LICENSE": "Apache License\n",
        "CHANGELOG.md": GOOD,
        "pyproject.toml": '[project]\nname = "vlmrun"\n',
    }
    for name, text in texts.items():
        path = tmp_path / "checkout" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return tmp_path / "checkout"


def metadata_text(checkout: Path) -> str:
    extras = "".join(f"Provides-Extra: {extra}\n" for extra in sorted(metadata.EXTRAS))
    pythons = "".join(
        f"Classifier: Programming Language :: Python :: {each}\n" for each in interpreters.SUPPORTED
    )
    return (
        "Metadata-Version: 2.4\nName: vlmrun\nVersion: 1.2.0\nLicense-Expression: Apache-2.0\n"
        f"License-File: LICENSE\n{pythons}Requires-Python: >=3.10\nRequires-Dist: attrs>=22.2\n"
        "Requires-Dist: httpx<1,>=0.25\nRequires-Dist: python-dateutil>=2.8.2\n"
        "Requires-Dist: pyyaml>=6.0\nRequires-Dist: openai>=1.66; extra == 'openai'\n"
        f"{extras}Description-Content-Type: text/markdown\n\n"
        f"{(checkout / 'README.md').read_text('utf-8')}"
    )


@pytest.fixture
def wheel(checkout: Path) -> Artefact:
    """The wheel of that checkout."""
    info = "vlmrun-1.2.0.dist-info"
    files: Files = {
        f"{info}/METADATA": metadata_text(checkout).encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\n",
        f"{info}/RECORD": b"",
        f"{info}/entry_points.txt": b"[pytest11]\nvlmrun = vlmrun.testing.pytest_plugin\n",
        f"{info}/licenses/LICENSE": (checkout / "LICENSE").read_bytes(),
        "vlmrun/testing/openapi.yaml": (checkout / "openapi.yaml").read_bytes(),
    }
    for source in (checkout / "src", checkout / "generated"):
        for path in source.rglob("*.*"):
            files[path.relative_to(source).as_posix()] = path.read_bytes()
    return Artefact(Path("vlmrun-1.2.0-py3-none-any.whl"), files)


@pytest.fixture
def sdist(checkout: Path) -> Artefact:
    """The sdist of that checkout."""
    files: Files = {
        path.relative_to(checkout).as_posix(): path.read_bytes()
        for path in checkout.rglob("*.*")
        if path.is_file()
    }
    files |= {"LICENSE": (checkout / "LICENSE").read_bytes(), "PKG-INFO": b"", ".gitignore": b""}
    return Artefact(Path("vlmrun-1.2.0.tar.gz"), files)


class TestFiles:
    def test_a_good_wheel(self, wheel: Artefact, checkout: Path) -> None:
        assert list(contents.check_wheel(wheel, checkout)) == []

    @pytest.mark.parametrize(
        ("name", "problem"),
        [
            ("vlmrun/.env", "has no place in the wheel"),
            ("vlmrun/notes.txt", "has no place in the wheel"),
            ("vlmrun/__pycache__/a.cpython-311.pyc", "has no place in the wheel"),
            ("scripts/generate", "has no place in the wheel"),
            ("tests/test_a.py", "has no place in the wheel"),
            ("vlmrun/tests/helper.py", "looks like a test"),
            ("vlmrun/test_client.py", "looks like a test"),
            ("vlmrun/conftest.py", "looks like a test"),
            ("vlmrun/hub/__init__.py", "vlmrun-hub has its files"),
        ],
    )
    def test_a_file_too_many(
        self, wheel: Artefact, checkout: Path, name: str, problem: str
    ) -> None:
        wheel.files[name] = b""
        (found,) = contents.check_wheel(wheel, checkout)
        assert found.startswith(f"{name} ")
        assert problem in found

    @pytest.mark.parametrize(
        "name",
        [
            "vlmrun/py.typed",
            "vlmrun_api/py.typed",
            "vlmrun/testing/openapi.yaml",
            "vlmrun/testing/domains.yaml",
            "vlmrun_api/__init__.py",
            "vlmrun-1.2.0.dist-info/licenses/LICENSE",
            "vlmrun-1.2.0.dist-info/entry_points.txt",
        ],
    )
    def test_a_file_too_few(self, wheel: Artefact, checkout: Path, name: str) -> None:
        del wheel.files[name]
        (found,) = contents.check_wheel(wheel, checkout)
        assert found.startswith(f"{name} is not in the wheel")

    @pytest.mark.parametrize("name", ["vlmrun/version.py", "vlmrun/testing/openapi.yaml"])
    def test_a_file_that_is_another(self, wheel: Artefact, checkout: Path, name: str) -> None:
        wheel.files[name] += b"\n"
        found = list(contents.check_wheel(wheel, checkout))
        assert found == [f"{name} is not what the checkout has"]

    def test_too_large(self, wheel: Artefact, checkout: Path) -> None:
        (checkout / "src/vlmrun/large.py").write_bytes(b"#" * contents.MOST_BYTES)
        wheel.files["vlmrun/large.py"] = b"#" * contents.MOST_BYTES
        assert list(contents.check_wheel(wheel, checkout)) == ["it holds 8.4 MB, more than 8.4"]

    def test_a_good_sdist(self, sdist: Artefact) -> None:
        assert list(contents.check_sdist(sdist)) == []

    @pytest.mark.parametrize("name", ["tests/test_a.py", "src/vlmrun/.env", ".venv/pyvenv.cfg"])
    def test_a_file_too_many_in_an_sdist(self, sdist: Artefact, name: str) -> None:
        sdist.files[name] = b""
        (found,) = contents.check_sdist(sdist)
        assert found.startswith(f"{name} has no place in the sdist")

    @pytest.mark.parametrize("name", ["LICENSE", "openapi.yaml", "src/vlmrun/py.typed"])
    def test_a_file_too_few_in_an_sdist(self, sdist: Artefact, name: str) -> None:
        del sdist.files[name]
        (found,) = contents.check_sdist(sdist)
        assert found.startswith(f"{name} is not in the sdist")

    @pytest.mark.parametrize(
        "text",
        [
            "# see /home/" + "ann/work/notes",
            'PATH = r"C:\\' + 'Users\\ann"',
            "cd /" + "tmp/build",
            "index = https://packages.example.org/simple",
        ],
    )
    def test_a_word_of_a_machine(self, wheel: Artefact, checkout: Path, text: str) -> None:
        hosts = {"packages.example.org"}
        assert list(contents.check_texts(wheel, checkout, hosts)) == []
        wheel.files["vlmrun/__init__.py"] = text.encode()
        (found,) = contents.check_texts(wheel, checkout, hosts)
        assert found.startswith("vlmrun/__init__.py names ")

    def test_the_checkout_s_own_path(self, wheel: Artefact, tmp_path: Path) -> None:
        root = Path("/srv/checkout")
        wheel.files["vlmrun/__init__.py"] = b'HERE = "/srv/checkout/src"'
        (found,) = contents.check_texts(wheel, root, ())
        assert found.startswith("vlmrun/__init__.py names /srv/checkout,")

    def test_hosts_are_those_of_pip(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PIP_PROXY", "http://127.0.0.1:3128")
        monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "https://me:key@packages.example.org/a/simple/")
        hosts = contents.registry_hosts(tmp_path)
        assert "packages.example.org" in hosts
        assert len(hosts) >= 2  # and pip's own default
        assert "127.0.0.1" not in hosts

    def test_wheels_that_differ(self) -> None:
        found = differences({"a": b"1", "b": b"1", "c": b""}, {"a": b"1", "b": b"2", "d": b""})
        assert [each.partition(" ")[0] for each in found] == ["b", "c", "d"]


class TestMetadata:
    def changed(self, wheel: Artefact, old: str, new: str) -> Artefact:
        name = "vlmrun-1.2.0.dist-info/METADATA"
        text = wheel.files[name].decode()
        assert old in text
        wheel.files[name] = text.replace(old, new, 1).encode()
        return wheel

    def test_a_good_one(self, wheel: Artefact, checkout: Path) -> None:
        assert list(metadata.check_metadata(wheel, checkout)) == []
        assert list(metadata.check_entry_points(wheel.files)) == []

    @pytest.mark.parametrize(
        ("old", "new", "problem"),
        [
            ("Version: 1.2.0", "Version: 1.1.0", "not vlmrun 1.2.0"),
            ("Name: vlmrun", "Name: vlm-run", "it is called vlm-run"),
            ("License-Expression: Apache-2.0", "License-Expression: MIT", "licence"),
            ("License-File: LICENSE\n", "", "licence"),
            (">=3.10", ">=3.9", "requires-python is >=3.9"),
            ("Python :: 3.10", "Python :: 3.9", "its classifiers"),
            ("attrs>=22.2", "attrs==22.2", "pins a version"),
            ("attrs>=22.2", "attrs @ https://example.org/attrs.whl", "taken from an address"),
            ("attrs>=22.2", "six>=1", "it depends on ['httpx',"),
            ("Provides-Extra: video\n", "", "the extra video is gone"),
            ("Provides-Extra: video\n", "Provides-Extra: vide\n", "the extra vide is new"),
            ("text/markdown", "text/plain", "not text/markdown"),
            ("\n# vlmrun", "\nvlmrun", "does not begin with a title"),
            ("import vlmrun\n```", "import vlmrun", "does not end"),
            ("import vlmrun\n", "import vlm\n", "its description is not README.md"),
        ],
    )
    def test_one_mistake(
        self, wheel: Artefact, checkout: Path, old: str, new: str, problem: str
    ) -> None:
        found = list(metadata.check_metadata(self.changed(wheel, old, new), checkout))
        assert any(problem in each for each in found), found

    def test_metadata_that_breaks_the_standard(self, wheel: Artefact, checkout: Path) -> None:
        broken = self.changed(wheel, "Version: 1.2.0", "Version: one")
        with pytest.raises(StepFailed, match=r"breaks the standard: .*one"):
            list(metadata.check_metadata(broken, checkout))

    def test_no_metadata(self, checkout: Path) -> None:
        with pytest.raises(StepFailed, match="no metadata"):
            list(metadata.check_metadata(Artefact(Path("a.whl"), {}), checkout))

    @pytest.mark.parametrize("text", ["", "[pytest11]\nvlmrun = vlmrun.plugin\n"])
    def test_entry_point_of_another_module(self, wheel: Artefact, text: str) -> None:
        wheel.files["vlmrun-1.2.0.dist-info/entry_points.txt"] = text.encode()
        (found,) = metadata.check_entry_points(wheel.files)
        assert "vlmrun.testing.pytest_plugin" in found

    def test_entry_point_of_a_module_that_is_not_there(self, wheel: Artefact) -> None:
        del wheel.files["vlmrun/testing/pytest_plugin.py"]
        assert len(list(metadata.check_entry_points(wheel.files))) == 1


class TestVersion:
    def test_stated_once(self, checkout: Path) -> None:
        assert metadata.version_of(checkout) == "1.2.0"
        assert list(metadata.check_one_version(checkout)) == []

    def test_stated_elsewhere(self, checkout: Path) -> None:
        (checkout / "pyproject.toml").write_text('[project]\nversion = "1.2.0"\n')
        (checkout / "src/vlmrun/__init__.py").write_text('__version__ = "1.2.0"\n')
        first, second = metadata.check_one_version(checkout)
        assert first.startswith("pyproject.toml states a version")
        assert second.startswith("src/vlmrun/__init__.py states a version")

    @pytest.mark.parametrize("text", ["", 'VERSION = "1"\n', '__version__ = "1"\n' * 2])
    def test_not_in_its_place(self, checkout: Path, text: str) -> None:
        (checkout / "src/vlmrun/version.py").write_text(text)
        with pytest.raises(StepFailed, match=r"version\.py must have one line"):
            metadata.version_of(checkout)


def test_steps_are_told_with_what_they_found(capsys: pytest.CaptureFixture[str]) -> None:
    def fails() -> list[str]:
        raise StepFailed("no interpreter")

    steps = Steps()
    assert steps.run("a: first", lambda: [])
    assert not steps.run("b", lambda: ["one", "two"])
    assert not steps.run("a: second", fails)
    assert [step.name for step in steps.failed] == ["b", "a: second"]
    told = [line.split() for line in capsys.readouterr().err.splitlines()]
    assert [(line[0], line[-1]) for line in told] == [
        ("ok", "first"),
        ("FAILED", "b"),
        ("FAILED", "second"),
    ]
    table = steps.table()
    assert [line.split(" s  ")[1] for line in table.splitlines()[:3]] == [
        "a: first",
        "a: second",
        "b",
    ]
    assert "\nb:\n  - one\n  - two\n\na: second:\n  - no interpreter\n" in table
    assert table.endswith("3 steps, 2 failed")
