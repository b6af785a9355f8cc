"""Say what differs between the public names of the package now and at a revision of git.

    python -m scripts.api_diff [BASE] [--format text|json]

BASE is a tag, a branch or a commit; by default the latest tag before now. Where there is no tag
yet, nothing was promised to anybody: it says so, and is content. The sources are read, never
imported: classes, functions and methods with their parameters, bases, constants, the names that a
module re-exports, what a client has as attributes, and the fields of the public types, which are
the keywords of their constructors.

A breaking change passes if the top section of CHANGELOG.md announces it, in a line of this form
with the name between backticks; a name stands for all that is below it:

    - Breaking (api): `vlmrun.types.FileResponse.bytes` is gone; use `size`.

The section must be that of a version that BASE did not have yet.

Exit status: 0 nothing breaks, or all of it is announced; 1 something breaks that is not; 2 there
is no such revision, or the sources cannot be read.
"""

from __future__ import annotations

import argparse
import io
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Sequence
from pathlib import Path

from scripts.api_diff.announced import LINE, announced, is_announced, top_section
from scripts.api_diff.changes import ApiChange, compare
from scripts.api_diff.public_names import PublicNames

ROOT = Path(__file__).resolve().parents[2]

_MOST_NAMES = 3


class ApiDiffError(Exception):
    """The comparison is not possible; the message says why."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare, and print the report; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="api_diff.py", description="What differs between the public names now and before."
    )
    parser.add_argument("base", nargs="?", default="", help="a tag, branch or commit")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument("--project", type=Path, default=ROOT, help="the checkout")
    given = parser.parse_args(arguments)
    try:
        base = given.base or _latest_tag(given.project)
        if not base:
            print("No release has a tag yet: there is nothing to compare with.")
            return 0
        findings, excused, note = _compare(given.project.resolve(), base)
    except ApiDiffError as error:
        print(error, file=sys.stderr)
        return 2
    print(_as_json(base, findings, excused) if given.format == "json" else "", end="")
    if given.format == "text":
        print("\n".join(_as_text(base, findings, excused, note)))
    return 1 if any(each.breaking and each not in excused for each in findings) else 0


def _compare(project: Path, base: str) -> tuple[list[ApiChange], set[ApiChange], str]:
    """The findings, those that are announced, and what is wrong with the announcements."""
    with tempfile.TemporaryDirectory(prefix="api-diff-") as folder:
        before = Path(folder).resolve()
        _check_out(project, base, before)
        try:
            findings = compare(PublicNames(before), PublicNames(project))
        except SyntaxError as error:
            where = f"{error.filename}:{error.lineno}"
            raise ApiDiffError(f"{where}: the sources cannot be read: {error.msg}") from error
        except (ImportError, ValueError) as error:
            raise ApiDiffError(f"the sources cannot be read: {error}") from error
        released = _version(before)
    changelog = project / "CHANGELOG.md"
    version, section = top_section(changelog.read_text("utf-8") if changelog.is_file() else "")
    names = announced(section)
    if names and version == released:
        note = f"The top section of CHANGELOG.md is about {version}, as {base} was: start another."
        return findings, set(), note
    excused = {each for each in findings if each.breaking and is_announced(each, names)}
    return findings, excused, ""


def _git(project: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            ["git", "-C", str(project), *arguments], capture_output=True, check=False
        )
    except OSError as error:
        raise ApiDiffError(f"git cannot be run: {error}") from error


def _latest_tag(project: Path) -> str:
    """The tag of the latest release; none in a checkout without tags, or without history."""
    found = _git(project, "describe", "--tags", "--abbrev=0")
    return found.stdout.decode().strip() if found.returncode == 0 else ""


def _check_out(project: Path, base: str, folder: Path) -> None:
    """The package's sources as they were at a revision."""
    found = _git(project, "archive", "--format=tar", f"{base}^{{tree}}", "src")
    if found.returncode != 0:
        reason = found.stderr.decode("utf-8", "replace").strip().splitlines()
        raise ApiDiffError(f"{base}: git has no sources of it: {reason[-1] if reason else ''}")
    with tarfile.open(fileobj=io.BytesIO(found.stdout)) as archive:
        for member in archive.getmembers():
            if member.isfile() and member.name.endswith(".py"):
                content = archive.extractfile(member)
                assert content is not None
                path = folder / member.name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content.read())


def _version(project: Path) -> str:
    path = project / "src" / "vlmrun" / "version.py"
    text = path.read_text("utf-8") if path.is_file() else ""
    found = re.search(r'^__version__ = "([^"]+)"', text, re.M)
    return found[1] if found else ""


def _as_text(base: str, findings: list[ApiChange], excused: set[ApiChange], note: str) -> list[str]:
    breaking = [each for each in findings if each.breaking]
    others = [each for each in findings if not each.breaking]
    lines = [f"Since {base}: {len(breaking)} breaking, {len(others)} compatible."]
    for title, found in (("Breaking", breaking), ("Compatible", others)):
        lines += ["", title, ""] if found else []
        for each in found:
            mark = "  [announced]" if each in excused else ""
            same = f" (and {', '.join(each.also[:_MOST_NAMES])})" if each.also else ""
            lines.append(f"  {each.place}: {each.name} {each.text}{same}{mark}")
    if len(excused) < len(breaking):
        lines += ["", f"Undo it, or announce it on top of CHANGELOG.md: {LINE} `name` …"]
    return lines + (["", note] if note else [])


def _as_json(base: str, findings: list[ApiChange], excused: set[ApiChange]) -> str:
    data = {
        "schema": 1,
        "base": base,
        "breaking": any(each.breaking and each not in excused for each in findings),
        "changes": [
            {
                "name": each.name,
                "text": each.text,
                "place": each.place,
                "breaking": each.breaking,
                "announced": each in excused,
                "also": list(each.also),
            }
            for each in findings
        ],
    }
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.exit(main())
