"""The formats of a report: text, Markdown and JSON."""

from __future__ import annotations

import json
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from scripts.spec_diff.change import COMPATIBLE, LEVELS, Change
from scripts.spec_diff.diff_report import Report
from scripts.spec_diff.next_version import RULES

SCHEMA = 1


def as_json(report: Report) -> str:
    """Return the report as JSON: sorted, and the same for the same documents."""
    data = {
        "schema": SCHEMA,
        "old": report.old.name,
        "new": report.new.name,
        "breaking": report.is_breaking,
        "counts": _counts(report),
        "documentation_only": report.documentation,
        "version": report.version,
        "next_version": report.next_version,
        "changelog": report.changelog,
        "changes": [_data(change) for change in report.changes],
    }
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _counts(report: Report) -> dict[str, int]:
    """Count the changes of each level; one can be of several."""
    found = Counter(name for change in report.changes for name in change.levels)
    return {name: found[name] for name in (*LEVELS, COMPATIBLE)}


def _data(change: Change) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "subject": change.subject,
        "text": change.text,
        "classes": change.levels,
        "reasons": {name: change.reasons[name] for name in LEVELS if name in change.reasons},
        "old": change.old,
        "new": change.new,
        "directions": sorted(change.directions),
        "operations": change.operations,
        "guess": change.guess,
        "work": [
            {"file": each.file, "line": each.line, "text": each.text} for each in change.edits
        ],
    }


def as_text(report: Report) -> str:
    """Return the report for a terminal."""
    return "\n".join(_lines(report, markdown=False)) + "\n"


def as_markdown(report: Report) -> str:
    """Return the report for a pull request."""
    return "\n".join(_lines(report, markdown=True)) + "\n"


def _lines(report: Report, markdown: bool) -> Iterator[str]:
    yield ("# " if markdown else "") + f"{report.old.name} → {report.new.name}"
    yield ""
    yield _summary(report)
    breaking = [change for change in report.changes if change.is_breaking]
    others = [change for change in report.changes if not change.is_breaking]
    for title, changes in (("Breaking", breaking), ("Compatible", others)):
        if changes:
            yield from ("", ("## " if markdown else "") + title, "")
            yield from _listed(report, changes, markdown)
            yield from _new_schemas(changes, markdown)
    edits = sorted({each for change in report.changes for each in change.edits})
    if edits:
        yield from ("", ("## " if markdown else "") + "To edit", "")
        for each in edits:
            place = f"{each.file}:{each.line}"
            yield f"- `{place}`: {each.text}" if markdown else f"  {place}: {each.text}"
    yield ""
    if report.changelog:
        yield f"Next version: {report.version} → {report.next_version} ({RULES})."
        is_whole = report.changelog.startswith("## ")
        yield from ("", f"For CHANGELOG.md{'' if is_whole else ', below `## Unreleased`'}:", "")
        if markdown:
            yield from ("```markdown", *report.changelog.splitlines(), "```")
        else:
            yield from (f"  {line}".rstrip() for line in report.changelog.splitlines())
    else:
        yield f"Next version: {report.version}, unchanged."


def _summary(report: Report) -> str:
    numbers = {name: count for name, count in _counts(report).items() if count}
    texts = [f"{count} {name}" for name, count in numbers.items()]
    if report.documentation:
        texts.append(f"{report.documentation} in documentation only")
    return f"Changes: {', '.join(texts) or 'none'}."


def _new_schemas(changes: Iterable[Change], markdown: bool) -> Iterator[str]:
    """Yield all in one entry: a new operation can need dozens."""
    names = ", ".join(change.subject for change in changes if change.kind == "schema-added")
    if names:
        text = textwrap.fill(f"  new schemas: {names}", 100, subsequent_indent="    ")
        yield f"- **new schemas**: {names}" if markdown else text


def _listed(report: Report, changes: Iterable[Change], markdown: bool) -> Iterator[str]:
    for change in (each for each in changes if each.kind != "schema-added"):
        levels = ", ".join(change.levels) if change.is_breaking else ""
        if markdown:
            yield f"- **{change.subject}**: {change.text}" + (f" — _{levels}_" if levels else "")
        else:
            yield f"  {change.subject}: {change.text}" + (f"  [{levels}]" if levels else "")
        indent = "  - " if markdown else "      "
        for name, reasons in sorted(change.reasons.items()):
            for reason in reasons[:5]:
                yield f"{indent}{name}: {reason}"
            if len(reasons) > 5:
                yield f"{indent}{name}: and {len(reasons) - 5} more"
        if change.is_breaking and change.operations:
            shown = ", ".join(change.operations[:6])
            more = len(change.operations) - 6
            yield f"{indent}in {shown}" + (f" and {more} more" if more > 0 else "")
        if change.is_breaking and (change.old or change.new):
            sides = ((report.old, change.old), (report.new, change.new))
            places = [spec.place(pointer) for spec, pointer in sides if pointer]
            yield f"{indent}at {' → '.join(places)}"
