"""A report as text, as Markdown, or as JSON."""

from __future__ import annotations

import json
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from scripts.spec_diff.changes import CLASSES, COMPATIBLE, Change, Report
from scripts.spec_diff.proposal import RULES

SCHEMA = 1


def as_json(report: Report) -> str:
    """The report for programs: sorted, the same for the same documents."""
    return json.dumps(as_data(report), indent=2, ensure_ascii=False) + "\n"


def as_data(report: Report) -> dict[str, Any]:
    """The report as JSON data; `spec_diff.py` documents its keys."""
    return {
        "schema": SCHEMA,
        "old": report.old,
        "new": report.new,
        "breaking": report.is_breaking,
        "counts": counts(report),
        "documentation_only": report.documentation,
        "version": report.version,
        "next_version": report.proposal,
        "changelog": report.stanza,
        "changes": [_data(change) for change in report.changes],
    }


def counts(report: Report) -> dict[str, int]:
    """How many changes are in each class; one may be in several."""
    found = Counter(name for change in report.changes for name in change.classes)
    return {name: found[name] for name in (*CLASSES, COMPATIBLE)}


def _data(change: Change) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "subject": change.subject,
        "text": change.text,
        "classes": change.classes,
        "reasons": {name: change.reasons[name] for name in CLASSES if name in change.reasons},
        "old": change.old,
        "new": change.new,
        "directions": sorted(change.directions),
        "operations": change.operations,
        "guess": change.guess,
        "work": [{"file": each.file, "line": each.line, "text": each.text} for each in change.work],
    }


def as_text(report: Report) -> str:
    """The report for a terminal."""
    return "\n".join(_lines(report, markdown=False)) + "\n"


def as_markdown(report: Report) -> str:
    """The report for a pull request."""
    return "\n".join(_lines(report, markdown=True)) + "\n"


def _lines(report: Report, markdown: bool) -> Iterator[str]:
    yield ("# " if markdown else "") + f"{report.old} → {report.new}"
    yield ""
    yield _summary(report)
    breaking = [change for change in report.changes if change.is_breaking]
    others = [change for change in report.changes if not change.is_breaking]
    for title, changes in (("Breaking", breaking), ("Compatible", others)):
        if changes:
            yield from ("", ("## " if markdown else "") + title, "")
            yield from _listed(changes, markdown)
            yield from _new_schemas(changes, markdown)
    todo = sorted({each for change in report.changes for each in change.work})
    if todo:
        yield from ("", ("## " if markdown else "") + "To edit", "")
        for each in todo:
            place = f"{each.file}:{each.line}"
            yield f"- `{place}`: {each.text}" if markdown else f"  {place}: {each.text}"
    yield ""
    if report.stanza:
        yield f"Next version: {report.version} → {report.proposal} ({RULES})."
        yield from ("", "For CHANGELOG.md:", "")
        if markdown:
            yield from ("```markdown", *report.stanza.splitlines(), "```")
        else:
            yield from (f"  {line}".rstrip() for line in report.stanza.splitlines())
    else:
        yield f"Next version: {report.version}, as it is."


def _summary(report: Report) -> str:
    number = {name: count for name, count in counts(report).items() if count}
    texts = [f"{count} {name}" for name, count in number.items()]
    if report.documentation:
        texts.append(f"{report.documentation} in documentation only")
    return f"Changes: {', '.join(texts) or 'none'}."


def _new_schemas(changes: Iterable[Change], markdown: bool) -> Iterator[str]:
    """All in one entry: a new operation can bring dozens."""
    names = ", ".join(change.subject for change in changes if change.kind == "schema-added")
    if names:
        text = textwrap.fill(f"  new schemas: {names}", 100, subsequent_indent="    ")
        yield f"- **new schemas**: {names}" if markdown else text


def _listed(changes: Iterable[Change], markdown: bool) -> Iterator[str]:
    for change in (each for each in changes if each.kind != "schema-added"):
        classes = ", ".join(change.classes) if change.is_breaking else ""
        if markdown:
            yield f"- **{change.subject}**: {change.text}" + (f" — _{classes}_" if classes else "")
        else:
            yield f"  {change.subject}: {change.text}" + (f"  [{classes}]" if classes else "")
        indent = "  - " if markdown else "      "
        for name, reasons in sorted(change.reasons.items()):
            for reason in reasons[:5]:
                yield f"{indent}{name}: {reason}"
            if len(reasons) > 5:
                yield f"{indent}{name}: and {len(reasons) - 5} more of the kind"
        if change.is_breaking and change.operations:
            shown = ", ".join(change.operations[:6])
            more = len(change.operations) - 6
            yield f"{indent}in {shown}" + (f" and {more} more" if more > 0 else "")
        if change.is_breaking and (change.old or change.new):
            pointers = [each for each in (change.old, change.new) if each]
            yield f"{indent}at {' → '.join(dict.fromkeys(pointers))}"
