"""The examples of CONTRIBUTING.md, carried out in a copy of the project."""

from __future__ import annotations

import re

from tests.scripts.project_copy import ROOT, ProjectCopy

_TOKEN = re.compile(
    r"`(?P<path>[\w./]+\.(?:py|yaml))`|^```(?P<kind>py|yaml|diff)\n(?P<code>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


def carry_out(project: ProjectCopy, title: str) -> list[str]:
    """Apply the code blocks of a section to the file that is named before each of them.

    Returns:
        The paths of the files.
    """
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    section = text.partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    path = ""
    changed = []
    for token in _TOKEN.finditer(section):
        path = token["path"] or path
        if token["kind"]:
            _apply(project, path, token["kind"], token["code"])
            changed.append(path)
    return changed


def _apply(project: ProjectCopy, path: str, kind: str, code: str) -> None:
    file = project.folder / path
    if kind == "diff":
        lines = code.splitlines(keepends=True)
        old, new = ("".join(line[1:] for line in lines if line[0] != sign) for sign in "+-")
        assert file.read_text("utf-8").count(old) == 1, f"{path} does not have once:\n{old}"
        project.edit(path, (old, new))
    elif path == "openapi.yaml":
        if code.startswith("  /"):
            end = "\nx-lint: {webhooks"
            project.edit(path, (end, f"\n{code.rstrip()}{end}"))
            return
        parent = "\ntags:\n" if code.startswith("  -") else "\n  schemas:\n"
        project.edit(path, (parent, parent + code))
    elif file.exists():
        separator = "\n\n" if kind == "py" else ""
        file.write_text(file.read_text("utf-8") + separator + code, "utf-8")
    else:
        file.write_text(code, "utf-8")
