"""Report what differs between the public names of the package now and at a revision of git.

    python -m scripts.api_diff [BASE]

BASE is a tag, a branch or a commit; by default the latest tag. Without any tag, nothing has been
released, and there is nothing to compare. The sources are read, never imported: classes, functions
and methods with their parameters, bases, constants, the names that a module re-exports, the
attributes of a client, and the fields of the public types, which are the keywords of their
constructors.

A breaking change passes if the top section of CHANGELOG.md announces it, in a line of this form
with the name between backticks; a name includes everything below it:

    - Breaking (api): `vlmrun.types.FileResponse.bytes` was removed; use `size`.

The section must be that of a version that is newer than BASE.

Exit status: 0 nothing breaks, or all of it is announced; 1 something breaks that is not announced;
2 there is no such revision, or the sources cannot be read.
"""

from __future__ import annotations

import argparse
import re
import sys
import tarfile
import tempfile
from collections.abc import Sequence
from pathlib import Path

from scripts.api_diff.api_changes import ApiChange, compare
from scripts.api_diff.git import GitError, git, latest_tag
from scripts.api_diff.public_names import PublicNames

ROOT = Path(__file__).resolve().parents[2]

_MAX_NAMES = 3
_HEADING = re.compile(r"^## +(\S+)", re.M)
_ANNOUNCEMENT = re.compile(r"^- Breaking \(api\): (.*(?:\n  .*)*)", re.M)


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare, and print the report; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="api_diff", description="Report what differs between the public names now and before."
    )
    parser.add_argument("base", nargs="?", default="", help="a tag, branch or commit")
    parser.add_argument("--project", type=Path, default=ROOT, help="the checkout")
    options = parser.parse_args(arguments)
    project = options.project.resolve()
    try:
        base = options.base or latest_tag(project)
        if not base:
            print("No release has a tag yet: there is nothing to compare with.")
            return 0
        changes, released = _changes_since(base, project)
    except GitError as error:
        print(error, file=sys.stderr)
        return 2
    changelog = project / "CHANGELOG.md"
    text = changelog.read_text("utf-8") if changelog.is_file() else ""
    sections = _HEADING.search(text)
    announced, note = _announced_changes(changes, text if sections else ""), ""
    if announced and sections and sections[1] == released:
        note = f"The top section of CHANGELOG.md is about {released}, as {base} was: start another."
        announced = set()
    print("\n".join(_as_text(base, changes, announced, note)))
    return 1 if any(each.breaking and each not in announced for each in changes) else 0


def _changes_since(base: str, project: Path) -> tuple[list[ApiChange], str]:
    """Return the changes since a revision, and the version that it has."""
    with tempfile.TemporaryDirectory(prefix="api-diff-") as folder:
        before = Path(folder).resolve()
        archive = before / "sources.tar"
        revision = f"{base}^{{tree}}"
        found = git(project, "archive", "--format=tar", f"--output={archive}", revision, "src")
        if found.returncode != 0:
            reason = (found.stderr.strip().splitlines() or [""])[-1]
            raise GitError(f"{base}: git has no sources of it: {reason}")
        with tarfile.open(archive) as sources:
            sources.extractall(before, filter="data")
        try:
            changes = compare(PublicNames(before), PublicNames(project))
        except SyntaxError as error:
            where = f"{error.filename}:{error.lineno}"
            raise GitError(f"{where}: the sources cannot be read: {error.msg}") from error
        except (ImportError, ValueError) as error:
            raise GitError(f"the sources cannot be read: {error}") from error
        version = before / "src" / "vlmrun" / "version.py"
        text = version.read_text("utf-8") if version.is_file() else ""
    match = re.search(r'^__version__ = "([^"]+)"', text, re.M)
    return changes, match[1] if match else ""


def _announced_changes(changes: list[ApiChange], changelog: str) -> set[ApiChange]:
    """Return the changes that the first section of the changelog names, or a part before them."""
    names = {
        re.sub(r"\(.*", "", name).strip()
        for line in _ANNOUNCEMENT.findall(_HEADING.split(changelog)[2] if changelog else "")
        for name in re.findall(r"`([^`]+)`", line)
    }
    found = set()
    for change in changes:
        own = {change.name, *change.also}
        own |= {name.removeprefix("vlmrun.") for name in own}
        if any(f"{each}.".startswith(f"{name}.") for name in names for each in own):
            found.add(change)
    return found


def _as_text(
    base: str, changes: list[ApiChange], announced: set[ApiChange], note: str
) -> list[str]:
    breaking = [each for each in changes if each.breaking]
    others = [each for each in changes if not each.breaking]
    lines = [f"Since {base}: {len(breaking)} breaking, {len(others)} compatible."]
    for title, found in (("Breaking", breaking), ("Compatible", others)):
        lines += ["", title, ""] if found else []
        for each in found:
            mark = "  [announced]" if each in announced else ""
            also = f" (and {', '.join(each.also[:_MAX_NAMES])})" if each.also else ""
            lines.append(f"  {each.place}: {each.name} {each.text}{also}{mark}")
    if len(announced) < len(breaking):
        lines += [
            "",
            "Undo it, or announce it on top of CHANGELOG.md: - Breaking (api): … `name` …",
        ]
    return lines + (["", note] if note else [])


if __name__ == "__main__":
    sys.exit(main())
