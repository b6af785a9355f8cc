"""The project's texts use standard English terms.

`python -m tests.docs.test_language` lists the offences in the whole tree, or below the paths that
are passed to it.
"""

from __future__ import annotations

import io
import re
import sys
import tokenize
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]

# Patterns of the files that must be free of banned terms.
SCANNED = (
    *("*.md", "*.py", "Makefile", "pyproject.toml", "openapi.yaml"),
    *(".github/**/*.*", "docs/**/*.md", "examples/**/*.md"),
    *(f"{folder}/**/*.py" for folder in ("src", "scripts", "tests", "examples", "benchmarks")),
    *("scripts/**/*.yaml", "tests/**/*.yaml", "src/**/*.yaml"),
)
# Derived files, and this one.
SKIPPED = (
    "src/vlmrun/_sync/",
    "src/vlmrun/_index/",
    "docs/operations.md",
    "tests/docs/test_language.py",
)

# What to use in place of each term. A space also stands for a line break.
BANNED = {
    r'"""(?:What|Where|How) ': "start with an imperative or a noun phrase",
    r"\banew\b": "again",
    r"\bby and by\b": "gradually",
    r"\bcounterparts?\b": "sync client, async client",
    r"\bforeign\b(?! key)": "third-party, from another service",
    r"\bhalf a character\b": "lone surrogate",
    r"\bhas no word for\b": "is not valid JSON",
    r"\bhonest(?:ly)?\b": "default, derived from the request",
    r"\bin a test's hands\b": "controlled by a test",
    r"(?<=[^\s#])(?<!here) is (?:no|(?-i:none))\b(?! (?:longer|more|of)\b)": "is not a",
    r"\bkeeps? to the (?:moment|time)\b": "respects the deadline",
    r"\blitter\b": "OS and editor files",
    r"\bmend(?:s|ed|ing)?\b": "fix, normalize",
    r"\b(?:a|the|that|which) moment\b": "deadline, timestamp",
    r"\bmust be text\b|\blists? of texts\b": "must be a str, list of str",
    r"\bpatience\b": "poll schedule",
    r"\bpicture of the house\b": "architecture overview",
    r"\bpromises?\b": "guarantee",
    r"\bshall\b": "must, should, will",
    r"\bstand-?ins?\b": "mock server",
    r"\bsurely\b": "drop it, or certainly",
    r"\bthe vendor\b|\bvendor's\b": "the official SDK, VLM Run",
    r"\btime is up\b": "timed out",
    r"\btries after the first\b": "retries",
    r"\btwins?\b": "sync and async clients",
    r"\bunanswered\b": "without a response",
    r"\bwithout a word\b": "silently",
    r"\bwished\b": "requested",
}
TERMS = [
    (re.compile(term.replace(" ", r"[\s#]+"), re.IGNORECASE), instead)
    for term, instead in BANNED.items()
]


# The same for words of names in Python, in snake_case or CamelCase.
BANNED_NAMES = {
    "foreign": "third_party",
    "honest": "default",
    "litter": "system_files",
    "mend": "fix, normalize",
    "mended": "fixed, normalized",
    "patience": "poll_schedule",
    "promise": "guarantee",
    "shall": "must",
    "stand_in": "mock_server",
    "told": "reported",
    "twin": "sync_client, async_client",
    "twins": "sync_and_async",
    "unanswered": "no_response",
    "vendor": "official_sdk",
    "wished": "requested",
}
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


class Offence(NamedTuple):
    path: str
    line: int
    term: str
    instead: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.term!r} -> {self.instead}"


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def files(patterns: Iterable[str]) -> list[Path]:
    """Return the files that match the patterns, without the skipped ones."""
    found = {path for pattern in patterns for path in ROOT.glob(pattern) if path.is_file()}
    return sorted(path for path in found if not name_of(path).startswith(SKIPPED))


def offences(name: str, content: str) -> Iterator[Offence]:
    """Yield the banned terms in a file: of Python, in names, strings and comments."""
    if not name.endswith(".py"):
        yield from in_text(name, 1, content)
        return
    for token in tokenize.generate_tokens(io.StringIO(content).readline):
        if token.type == tokenize.NAME:
            for instead in instead_of_name(token.string):
                yield Offence(name, token.start[0], token.string, instead)
        # F-strings are tokens of their own kind from Python 3.12 on.
        elif tokenize.tok_name[token.type] in ("STRING", "COMMENT", "FSTRING_MIDDLE"):
            yield from in_text(name, token.start[0], token.string)


def in_text(name: str, first: int, text: str) -> Iterator[Offence]:
    """Yield the banned terms in text that begins in a line of a file."""
    for term, instead in TERMS:
        for match in term.finditer(text):
            line = first + text.count("\n", 0, match.start())
            yield Offence(name, line, " ".join(match[0].split()), instead)


@cache
def instead_of_name(identifier: str) -> list[str]:
    """Return what to use in place of the banned words in a name."""
    snake = f"_{_CAMEL.sub('_', identifier).lower()}_"
    return [instead for term, instead in BANNED_NAMES.items() if f"_{term}_" in snake]


FOLDERS = defaultdict(list)
for _path in files(SCANNED):
    FOLDERS[name_of(_path.parent)].append(_path)


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_files_of_a_folder_use_standard_terms(folder: str) -> None:
    found = [offences(name_of(path), path.read_text("utf-8")) for path in FOLDERS[folder]]
    assert [str(each) for each in chain(*found)] == []


def test_terms_are_found_in_strings_and_comments_of_python() -> None:
    code = 'twin = "a twin"  # Surely\n\n"""What there is no\n    longer is no\n    file."""\n'
    found = [(each.line, each.term.lower()) for each in offences("a.py", code)]
    assert found == [(1, "twin"), (1, "twin"), (1, "surely"), (3, '"""what'), (4, "is no")]


def test_terms_are_found_in_names_of_python() -> None:
    code = "both_twins = StandIn()\ntwine = mending = 1\n"
    assert [each.term for each in offences("a.py", code)] == ["both_twins", "StandIn"]


def test_terms_are_found_in_other_files_across_lines() -> None:
    page = "There is no key. There\nis none. This is\nno key. Half a\ncharacter is no longer."
    found = [(each.line, each.term.lower()) for each in offences("a.md", page)]
    assert found == [(3, "half a character"), (2, "is no")]


if __name__ == "__main__":
    chosen = tuple(sys.argv[1:])
    for path in files(SCANNED):
        if not chosen or name_of(path).startswith(chosen):
            for offence in sorted(offences(name_of(path), path.read_text("utf-8"))):
                print(offence)
