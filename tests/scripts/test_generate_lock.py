"""`lock.json`: what the trees were made of, and why they are not what they should be."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scripts.generate import lock

SMALL_CONTRACT = Path(__file__).with_name("small.yaml")
WORDS = "[tool.unasyncd.add_replacements]\nAsyncShop = 'Shop'\n"

pytestmark = pytest.mark.slow

Command = Callable[..., Any]


class Project:
    """A folder with sources of all three trees, made once and then changed."""

    def __init__(self, folder: Path, generate: Command) -> None:
        self.folder = folder
        self._generate = generate

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")

    def append(self, name: str, text: str) -> None:
        self.write(name, (self.folder / name).read_text("utf-8") + text)

    def run(self, *options: str) -> Any:
        """Run the command on the folder's sources, with the lock in the folder."""
        paths = {
            "contract": "openapi.yaml",
            "package": "small_api",
            "async-tree": "_async",
            "sync-tree": "_sync",
            "types": "types",
            "index": "_index",
            "config": "pyproject.toml",
            "lock": "lock.json",
        }
        named = [f"--{option}={self.folder / path}" for option, path in paths.items()]
        return self._generate(*named, *options)

    def why(self) -> list[str]:
        """What `--check` says of the reasons, and that it does not agree."""
        done = self.run("--check")
        assert done.returncode == 1, done.stdout + done.stderr
        said = done.stdout.split("\n\n")
        assert "run `make generate` and commit" in said[0]
        first, *reasons = said[1].splitlines()
        assert first == "Why:"
        return [reason.strip().replace(f"{self.folder}/", "") for reason in reasons]


@pytest.fixture(scope="session")
def made(generate: Command, tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = Project(tmp_path_factory.mktemp("locked") / "project", generate)
    project.write("openapi.yaml", SMALL_CONTRACT.read_text("utf-8"))
    project.write("_async/shop.py", 'class AsyncShop:\n    """A shop."""\n    attribute = "shop"\n')
    project.write("types/thing.py", '__all__ = ["Thing"]\n')
    project.write("pyproject.toml", WORDS)
    done = project.run()
    assert done.returncode == 0, done.stdout + done.stderr
    return project.folder


@pytest.fixture
def project(made: Path, tmp_path: Path, generate: Command) -> Project:
    return Project(Path(shutil.copytree(made, tmp_path / "project")), generate)


def test_it_tells_what_the_trees_were_made_of(made: Path) -> None:
    locked = json.loads((made / "lock.json").read_text("utf-8"))
    assert locked["contract"] == {"operations": 3, "schemas": 3}
    assert locked["versions"].keys() >= {"openapi-python-client", "ruff", "unasyncd"}
    assert locked["inputs"]["contract"] == lock.digest(made / "openapi.yaml")
    assert {name: tree["files"] for name, tree in locked["trees"].items()} == {
        "package": len(list((made / "small_api").rglob("*.py"))) + 1,
        "twin": 1,
        "index": 4,
    }
    assert str(made) not in (made / "lock.json").read_text("utf-8")


def test_it_agrees_with_what_was_just_made(project: Project, contents: Command) -> None:
    before = contents(project.folder)
    done = project.run("--check")
    assert (done.returncode, done.stdout) == (0, "the derived trees are up to date\n")
    assert contents(project.folder) == before


def test_a_second_run_changes_no_byte(project: Project) -> None:
    before = (project.folder / "lock.json").read_bytes()
    assert project.run().returncode == 0
    assert (project.folder / "lock.json").read_bytes() == before


def test_a_contract_that_has_changed(project: Project) -> None:
    text = (project.folder / "openapi.yaml").read_text("utf-8")
    project.write("openapi.yaml", text.replace("A thing.", "Some thing."))
    assert project.why() == ["openapi.yaml changed since the last `make generate`"]
    assert "small_api: 15 files, 2 changed\n" in project.run().stdout
    assert project.run("--check").returncode == 0


def test_a_change_that_makes_no_difference_to_the_trees(project: Project) -> None:
    project.append("openapi.yaml", "# A comment.\n")
    done = project.run("--check")
    assert done.returncode == 1
    assert done.stdout.startswith("lock.json is out of date: run `make generate` and commit")
    assert project.why() == ["openapi.yaml changed since the last `make generate`"]


def test_edits_by_hand_are_told_from_changes_of_the_source(project: Project) -> None:
    project.append("small_api/client.py", "# Edited.\n")
    edited = "small_api was edited by hand: that will be lost, so change openapi.yaml instead"
    assert project.why() == [edited]
    text = (project.folder / "openapi.yaml").read_text("utf-8")
    project.write("openapi.yaml", text.replace("A thing.", "Some thing."))
    assert project.why() == ["openapi.yaml changed since the last `make generate`", edited]
    done = project.run()
    assert done.returncode == 0
    assert "had been edited by hand; `git diff` shows what of that is gone" in done.stdout


def test_sources_in_python_that_have_changed(project: Project) -> None:
    project.append("_async/shop.py", "\n\nclass Till:\n    attribute = 'till'\n")
    assert project.why() == [
        "_async or scripts/generate changed since the last `make generate`",
        "_async and types or scripts/generate changed since the last `make generate`",
    ]


def test_the_twins_words_that_have_changed(project: Project) -> None:
    project.write("pyproject.toml", f"# A comment.\n\n[other]\na = 1\n{WORDS}\n")
    assert project.run("--check").returncode == 0
    project.append("pyproject.toml", "shop = 'store'\n")
    words = "the table tool.unasyncd of pyproject.toml changed since the last `make generate`"
    assert project.why() == [words]


def test_pins_that_have_changed(project: Project) -> None:
    locked = json.loads((project.folder / "lock.json").read_text("utf-8"))
    now = locked["versions"]["ruff"]
    locked["versions"]["ruff"] = "0.1.0"
    locked["inputs"]["requirements"] = ""
    locked["inputs"]["overlay"] = "0" * 64
    project.write("lock.json", json.dumps(locked))
    assert project.why() == [
        "scripts/update/overlay.yaml changed since the last `make generate`",
        "scripts/generate/requirements.txt changed since the last `make generate`",
        f"the pins changed: ruff 0.1.0 -> {now}",
    ]


@pytest.mark.parametrize("text", [None, "", "<<<<<<< ours\n{}\n", "[]", '{"inputs": {}}'])
def test_a_lock_that_is_not_there_or_not_whole(text: str | None, project: Project) -> None:
    if text is None:
        (project.folder / "lock.json").unlink()
    else:
        project.write("lock.json", text)
    assert project.why() == ["lock.json is missing, or not whole"]
    assert project.run().returncode == 0
    assert project.run("--check").returncode == 0


def test_only_one_tree_leaves_the_lock_alone(project: Project, contents: Command) -> None:
    (project.folder / "lock.json").unlink()
    assert project.run("--only", "index").returncode == 0
    assert not (project.folder / "lock.json").exists()


def test_a_run_that_was_cut_short_is_told(project: Project) -> None:
    (project.folder / "_sync").rename(project.folder / "._sync.outgoing")
    assert "an earlier run was cut short while it replaced _sync" in project.why()
    assert project.run().returncode == 0
    assert project.run("--check").returncode == 0
    assert not (project.folder / "._sync.outgoing").exists()
