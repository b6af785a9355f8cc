"""docs/guarantees.md lists every guarantee, with links to the tests that hold it.

`python -m tests.docs.test_guarantees` updates the links.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/guarantees.md"

# Guarantees without a test, and why. Remove an entry as soon as there is a test.
UNTESTED = {"P40": "not held yet: httpcore searches its whole pool for every request"}

ENTRY = re.compile(r"^### (P\d{2,3}) [^\n]+\n\n(.*?)(?=^#|\Z)", re.MULTILINE | re.DOTALL)

TEST = re.compile(r"^ *(?:async )?def (test_p\d{2,3}\w*)\(", re.MULTILINE)


def entries() -> dict[str, str]:
    page = PAGE.read_text("utf-8")
    found = ENTRY.findall(page)
    assert len({number for number, _ in found}) == len(found) == page.count("\n### ")
    return dict(found)


# The first 40 are one series; later ones have numbers with gaps.
GUARANTEES = [f"P{number:02}" for number in range(1, 41)]
GUARANTEES += sorted(entries().keys() - {*GUARANTEES}, key=lambda number: int(number[1:]))


def numbers_of(test: str) -> list[str]:
    """Return the guarantees that a test's name refers to."""
    match = re.match(r"test((?:_p\d{2,3})+)_", test)
    return [number.upper() for number in match[1].split("_")[1:]] if match else []


@cache
def files_by_guarantee() -> dict[str, set[str]]:
    """Return the test files, relative to the root, that hold each guarantee."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in ROOT.glob("tests/**/test_*.py"):
        for test in TEST.findall(path.read_text("utf-8")):
            for number in numbers_of(test):
                found[number].add(path.relative_to(ROOT).as_posix())
    return found


def links(files: set[str]) -> str:
    """Return the line, or the list, with which an entry should end."""
    lines = [f"- [{file.removeprefix('tests/')}](../{file})" for file in sorted(files)]
    return "\n".join(["Tests:", "", *lines])


def with_links(page: str) -> str:
    """Return the page with the links to the tests brought up to date."""

    def updated(match: re.Match[str]) -> str:
        own = match[0].partition("\nTests:\n")[0].rstrip()
        files = files_by_guarantee().get(match[1])
        return f"{own}\n\n{links(files)}\n\n" if files else f"{own}\n\n"

    return ENTRY.sub(updated, page).rstrip() + "\n"


def test_every_guarantee_has_an_entry_and_every_number_is_a_guarantee() -> None:
    assert list(entries()) == GUARANTEES
    assert files_by_guarantee().keys() <= set(GUARANTEES)


@pytest.mark.parametrize("number", GUARANTEES)
def test_an_entry_links_to_the_tests_of_its_guarantee(number: str) -> None:
    entry, files = entries()[number], files_by_guarantee().get(number, set())
    if number in UNTESTED:
        assert not files
        assert "Not guaranteed yet." in entry
        return
    assert files
    assert entry.strip().endswith(links(files)), (
        f"{number} is held in {sorted(files)}: run python -m tests.docs.test_guarantees"
    )


def test_numbers_are_read_from_the_names_of_tests() -> None:
    assert numbers_of("test_p17_p100_without_a_key") == ["P17", "P100"]
    assert numbers_of("test_png_is_read") == []


if __name__ == "__main__":
    PAGE.write_text(with_links(PAGE.read_text("utf-8")), "utf-8")
