"""Globs of files that are never packed: the built-in table, `exclude=` and `.skillignore`.

The globs are not those of .gitignore, so pathspec would change their meaning: `*` also matches `/`,
and `!` is refused, because what a folder's glob excludes is never looked at.
"""

from __future__ import annotations

import fnmatch
import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import attrs

from vlmrun._files.portable_names import normalize
from vlmrun._messages import short_repr
from vlmrun._special_files import check_regular
from vlmrun.errors import InputError, InputTypeError

IGNORE_FILE = ".skillignore"

_GLOBS_BY_REASON = {
    "version control": ".git .hg .svn .bzr .jj _darcs .fossil",
    "secrets": ".env* .netrc .npmrc .pypirc .aws .ssh .gnupg",
    "virtual environment": ".venv venv .virtualenv .conda .direnv",
    "installed packages": "node_modules bower_components .eggs *.egg-info",
    "cache": (
        "__pycache__ *.pyc *.pyo .cache .mypy_cache .pytest_cache .ruff_cache .hypothesis .tox "
        ".nox .coverage .ipynb_checkpoints .parcel-cache .turbo .gradle .terraform"
    ),
    "operating-system files": (
        ".DS_Store ._* __MACOSX .AppleDouble .Spotlight-V100 .Trashes .fseventsd .Trash-* "
        "Thumbs.db ehthumbs.db desktop.ini $RECYCLE.BIN .directory"
    ),
    "editor files": "*~ *.swp *.swo .#* #*# .idea .vscode .vs",
    "the ignore file": IGNORE_FILE,
}

DEFAULT_EXCLUDES: tuple[tuple[str, str], ...] = tuple(
    (glob, reason) for reason, globs in _GLOBS_BY_REASON.items() for glob in globs.split()
)
"""Pairs (glob, reason) of the files and folders that are always excluded. Each glob is compared
with the name of every file and folder, ignoring case. A folder with a `pyvenv.cfg` in it is
excluded under any name, because it is a virtual environment."""


@attrs.frozen
class ExcludeRule:
    """One compiled glob. If it matches a folder, nothing in that folder is packed."""

    pattern: re.Pattern[str]
    reason: str
    anchored: bool = False
    folders_only: bool = False

    def matches(self, path: str, is_folder: bool) -> bool:
        """Return whether a relative POSIX path matches, as a whole or by its last segment."""
        if self.folders_only and not is_folder:
            return False
        if self.pattern.match(path):
            return True
        return not self.anchored and bool(self.pattern.match(path.rpartition("/")[2]))


def _compile(glob: str, reason: str) -> ExcludeRule:
    body = normalize(glob)
    folders_only = body.endswith("/")
    body = body.rstrip("/")
    anchored = body.startswith(("/", "./"))
    body = body.removeprefix("./").lstrip("/")
    # `**/` also matches no folder at all, whereas fnmatch reads it as `*/` and requires one.
    variants = [body, body.removeprefix("**/"), body.replace("/**/", "/")]
    pattern = "|".join(fnmatch.translate(variant) for variant in dict.fromkeys(variants))
    return ExcludeRule(re.compile(pattern), reason, anchored, folders_only)


# Compiled apart from the user's globs, which are case-sensitive: these are well-known names, and
# "Thumbs.db" is written in several ways.
_DEFAULT_RULES = [
    ExcludeRule(re.compile(fnmatch.translate(glob), re.IGNORECASE), reason)
    for glob, reason in DEFAULT_EXCLUDES
]


class Excludes:
    """All globs that apply to one directory."""

    def __init__(self, rules: Iterable[ExcludeRule]) -> None:
        self._rules = [*_DEFAULT_RULES, *rules]

    def reason(self, path: str, is_folder: bool) -> str | None:
        """Return why a file or folder is excluded, or None. Its parents are not considered."""
        found = (rule.reason for rule in self._rules if rule.matches(path, is_folder))
        return next(found, None)

    def reason_with_parents(self, path: str, is_folder: bool) -> str | None:
        """Return why a file or folder, or any of its parents, is excluded, or None."""
        segments = path.split("/")
        for depth in range(1, len(segments)):
            if reason := self.reason("/".join(segments[:depth]), True):
                return reason
        return self.reason(path, is_folder)


def build_excludes(exclude: Any, ignore_file: Path | None = None) -> Excludes:
    """Combine the built-in globs, the caller's, and those of an ignore file if it exists.

    Raises:
        InputTypeError: `exclude` is not a list of str.
        InputError: A glob is empty or begins with `!`, or the ignore file is not UTF-8.
    """
    rules = [_compile(glob, f"exclude {glob!r}") for glob in check_globs(exclude)]
    if ignore_file is not None and os.path.lexists(ignore_file):
        rules += [_compile(glob, f"{IGNORE_FILE} {glob!r}") for glob in _read_globs(ignore_file)]
    return Excludes(rules)


def check_globs(exclude: Any) -> list[str]:
    """Return the globs of an `exclude` argument.

    Raises:
        InputTypeError: `exclude` is a single str, or has anything but str in it.
        InputError: A glob is empty or begins with `!`.
    """
    remedy = "Pass a list of globs: exclude=['drafts', '*.psd']"
    if isinstance(exclude, (str, bytes)) or not isinstance(exclude, Iterable):
        raise InputTypeError(
            f"exclude must be a list of globs, got {short_repr(exclude)}", None, remedy
        )
    globs: list[Any] = list(exclude)
    for glob in globs:
        if not isinstance(glob, str):
            raise InputTypeError(
                f"exclude has {short_repr(glob)}, which is not a glob", None, remedy
            )
        _check_glob(glob, "exclude")
    return globs


def _read_globs(ignore_file: Path) -> list[str]:
    try:
        check_regular(ignore_file)
        lines = ignore_file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{ignore_file} cannot be read as UTF-8: {error}") from error
    globs = [line.strip() for line in lines]
    globs = [glob for glob in globs if glob and not glob.startswith("#")]
    for glob in globs:
        _check_glob(glob, IGNORE_FILE)
    return globs


def _check_glob(glob: str, where: str) -> None:
    if not glob.strip("/. "):
        raise InputError(
            f"{where} has the glob {glob!r}, which is empty or matches everything",
            suggestion="Name files or folders: 'drafts/', '*.psd', 'resources/raw/*'",
        )
    if glob.startswith("!"):
        raise InputError(
            f"{where} has the glob {glob!r}; what a glob excludes cannot be included again",
            suggestion="Write narrower globs, or [!] for a name that starts with !",
        )
