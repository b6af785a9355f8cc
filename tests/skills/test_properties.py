"""Properties that hold for any SKILL.md and any files of a skill."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from vlmrun import skills
from vlmrun.errors import VLMRunError

from .conftest import GOOD
from .files import tree

pytestmark = pytest.mark.slow

bounded = settings(
    max_examples=100,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)

LINES = some.text(some.characters(exclude_categories=("Cs",)), max_size=60)
VALUES = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.dates() | LINES,
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(LINES, inner, max_size=3),
    max_leaves=8,
)
NAMES = some.text("abcXYZ09_-é", min_size=1, max_size=12).map(lambda name: f"{name}.txt")


def written(folder: str, content: bytes) -> Path:
    path = Path(folder) / "SKILL.md"
    path.write_bytes(content)
    return path.parent


@bounded
@given(some.binary(max_size=200) | LINES.map(lambda text: f"---\n{text}\n---\nBody".encode()))
def test_any_skill_file_is_read_or_refused_with_an_error_of_this_package(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        directory = written(folder, content)
        assert isinstance(skills.validate(directory), list | tuple)
        assert_read_or_refused(directory)


@bounded
@given(name=LINES, description=LINES, extra=some.dictionaries(LINES, VALUES, max_size=3))
def test_front_matter_that_yaml_has_written_is_read(
    name: str, description: str, extra: dict[str, Any]
) -> None:
    values = {**extra, "name": name, "description": description}
    text = yaml.safe_dump(values, allow_unicode=True)
    content = f"---\n{text}---\nDo it.\n".encode()
    with tempfile.TemporaryDirectory() as folder:
        directory = written(folder, content)
        findings = skills.validate(directory)
        messages = [each.message for each in findings]
        assert not [message for message in messages if "is not YAML" in message]
        assert_read_or_refused(directory)


@bounded
@given(some.dictionaries(NAMES, some.binary(max_size=300), max_size=6))
def test_a_bundle_unpacks_to_the_same_files_and_bundles_to_the_same_bytes(
    files: dict[str, bytes],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        source, copy = Path(folder) / "a", Path(folder) / "b"
        source.mkdir()
        directory = written(str(source), GOOD.encode())
        # Names that differ only in case are refused, as not every system can hold both.
        for name, content in {name.casefold(): each for name, each in files.items()}.items():
            (directory / name).write_bytes(content)
        bundled = skills.bundle(directory)
        skills.unpack(bundled.data, copy)
        assert tree(copy) == {name: tree(directory)[name] for name in bundled.files}
        assert skills.bundle(copy).data == bundled.data
        assert skills.hash_directory(copy) == skills.hash_directory(directory)


@bounded
@given(some.binary(max_size=200), some.integers(0, 400), some.integers(0, 255))
def test_a_damaged_bundle_unpacks_completely_or_not_at_all(
    content: bytes, place: int, byte: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        source, copy = Path(folder) / "a", Path(folder) / "b"
        source.mkdir()
        written(str(source), GOOD.encode())
        (source / "data.bin").write_bytes(content)
        data = bytearray(skills.bundle(source).data)
        data[place % len(data)] = byte
        try:
            skills.unpack(bytes(data), copy)
        except VLMRunError:
            assert not copy.exists() or tree(copy) == {}
        else:
            assert copy.exists()


def assert_read_or_refused(directory: Path) -> None:
    """Assert that reading raises nothing but an error of this package."""
    try:
        manifest = skills.read(directory)
    except VLMRunError:
        return
    assert manifest is not None
