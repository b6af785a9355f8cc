"""What stays behind when a skill is bundled: the built-in table, `exclude=` and `.skillignore`."""

from __future__ import annotations

import fnmatch
import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import attrs

from vlmrun._files.portable_names import normal
from vlmrun._messages import short_repr
from vlmrun.errors import InputError, InputTypeError

IGNORE_FILE = ".skillignore"

_BY_REASON = {
    "version control": ".git .hg .svn .bzr .jj _darcs .fossil",
    "secrets": ".env* .netrc .npmrc .pypirc .aws .ssh .gnupg",
    "virtual environment": ".venv venv .virtualenv .conda .direnv",
    "installed packages": "node_modules bower_components .eggs *.egg-info",
    "cache": (
        "__pycache__ *.pyc *.pyo .cache .mypy_cache .pytest_cache .ruff_cache .hypothesis .tox "
        ".nox .coverage .ipynb_checkpoints .parcel-cache .turbo .gradle .terraform"
    ),
    "litter of the operating system": (
        ".DS_Store ._* __MACOSX .AppleDouble .Spotlight-V100 .Trashes .fseventsd .Trash-* "
        "Thumbs.db ehthumbs.db desktop.ini $RECYCLE.BIN .directory"
    ),
    "litter of an editor": "*~ *.swp *.swo .#* #*# .idea .vscode .vs",
    "the ignore file": IGNORE_FILE,
}

DEFAULT_EXCLUDES: tuple[tuple[str, str], ...] = tuple(
    (glob, reason) for reason, globs in _BY_REASON.items() for glob in globs.split()
)
"""(glob, reason) of what no bundle takes. Each glob is held against the name of every file and
folder, in any case of letters. A folder with a `pyvenv.cfg` stays behind by any name: it is a
virtual environment."""


@attrs.frozen
class Rule:
    """One glob. It holds for a folder as a whole: nothing in a folder that matches travels."""

    pattern: re.Pattern[str]
    reason: str
    anchored: bool = False
    folders_only: bool = False

    def holds(self, path: str, is_folder: bool) -> bool:
        """Whether a file or folder with this relative POSIX path matches, by path or by name."""
        if self.folders_only and not is_folder:
            return False
        if self.pattern.match(path):
            return True
        return not self.anchored and bool(self.pattern.match(path.rpartition("/")[2]))


def _rule(glob: str, reason: str) -> Rule:
    body = normal(glob)
    folders_only = body.endswith("/")
    body = body.rstrip("/")
    anchored = body.startswith(("/", "./"))
    body = body.removeprefix("./").lstrip("/")
    # `**/` stands for no folder too, where the `*/` that fnmatch sees in it needs one.
    bodies = [body, body.removeprefix("**/"), body.replace("/**/", "/")]
    pattern = "|".join(fnmatch.translate(form) for form in dict.fromkeys(bodies))
    return Rule(re.compile(pattern), reason, anchored, folders_only)


_DEFAULT_RULES = [
    Rule(re.compile(fnmatch.translate(glob), re.IGNORECASE), reason)
    for glob, reason in DEFAULT_EXCLUDES
]


class Excludes:
    """All globs that hold for one directory."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules = [*_DEFAULT_RULES, *rules]

    def reason(self, path: str, is_folder: bool) -> str | None:
        """Why this very file or folder stays behind, or None; folders above are not looked at."""
        found = (rule.reason for rule in self._rules if rule.holds(path, is_folder))
        return next(found, None)

    def reason_along(self, path: str, is_folder: bool) -> str | None:
        """Why a file or folder stays behind, it or any of the folders above it."""
        parts = path.split("/")
        for depth in range(1, len(parts)):
            if reason := self.reason("/".join(parts[:depth]), True):
                return reason
        return self.reason(path, is_folder)


def excludes_for(directory: Path, exclude: Any) -> Excludes:
    """The built-in globs, the caller's, and those of the directory's `.skillignore`.

    Raises:
        InputTypeError: `exclude` is not a list of str.
        InputError: An empty glob, or one that begins with `!`, or an ignore file that is no text.
    """
    rules = _given(exclude)
    for glob in _ignored(directory):
        rules.append(_rule(glob, f"{IGNORE_FILE} {glob!r}"))
    return Excludes(rules)


def excludes_given(exclude: Any) -> Excludes:
    """The built-in globs and the caller's; raises as `excludes_for` does."""
    return Excludes(_given(exclude))


def _given(exclude: Any) -> list[Rule]:
    return [_rule(glob, f"exclude {glob!r}") for glob in checked_globs(exclude)]


def checked_globs(exclude: Any) -> list[str]:
    """The globs of an `exclude` argument.

    Raises:
        InputTypeError: It is one text, or has anything but texts in it.
        InputError: A glob is empty.
    """
    remedy = "Pass a list of globs: exclude=['drafts', '*.psd']"
    if isinstance(exclude, (str, bytes)) or not isinstance(exclude, Iterable):
        raise InputTypeError(
            f"exclude must be a list of globs, got {short_repr(exclude)}", None, remedy
        )
    globs: list[Any] = list(exclude)
    for glob in globs:
        if not isinstance(glob, str):
            raise InputTypeError(f"exclude has {short_repr(glob)}, which is no glob", None, remedy)
        _check_glob(glob, "exclude")
    return globs


def _ignored(directory: Path) -> list[str]:
    file = directory / IGNORE_FILE
    if not os.path.lexists(file):
        return []
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file} cannot be read as UTF-8 text: {error}") from error
    globs = [line.strip() for line in lines]
    globs = [glob for glob in globs if glob and not glob.startswith("#")]
    for glob in globs:
        _check_glob(glob, IGNORE_FILE)
    return globs


def _check_glob(glob: str, where: str) -> None:
    if not glob.strip("/. "):
        raise InputError(
            f"{where} has the glob {glob!r}, which is empty or stands for everything",
            suggestion="Name files or folders: 'drafts/', '*.psd', 'resources/raw/*'",
        )
    if glob.startswith("!"):
        raise InputError(
            f"{where} has the glob {glob!r}; what a glob leaves out cannot be taken in again",
            suggestion="Write narrower globs, or [!] for a name that starts with !",
        )
