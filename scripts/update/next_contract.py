"""The next openapi.yaml: the current one with an incoming document merged into it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from urllib.parse import urlsplit

from scripts.generate.failure import GenerationError
from scripts.openapi.document import Finding, operations, path_template, resolve
from scripts.openapi.load_document import (
    Document,
    UnusableError,
    dead_references,
    duplicate_operation_ids,
    inconsistencies,
    shown,
)
from scripts.update import overlay
from scripts.update.derive_new_names import is_fastapi_duplicate
from scripts.update.merge_operations import merge
from scripts.update.normalize_operations import normalize
from scripts.update.read_input import check_form, read_without_aliases
from scripts.update.schema_style import Object
from scripts.update.update_report import UpdateReport
from scripts.update.verify import verify
from scripts.update.write_yaml import rewrite


@dataclass
class NextContract:
    """The next openapi.yaml, not written yet.

    Attributes:
        text: Its text.
        report: What was changed on the way.
        ours: Whether the incoming document has our form, and was taken unchanged.
    """

    text: str
    report: UpdateReport
    ours: bool


def build_next_contract(
    spec: Path, contract: Path, overlay_path: Path, *, remove: bool = False
) -> NextContract:
    """Build the next contract.

    Args:
        spec: The incoming document, JSON or YAML, in our form or as FastAPI generates it.
        contract: The current openapi.yaml.
        overlay_path: The overlay for documents that do not have our form.
        remove: Whether to remove operations that such a document lacks.

    Raises:
        UnusableError: The document or the contract cannot be used.
        GenerationError: The overlay has an error, or the document cannot be merged.
    """
    incoming, current = _read(spec), _read(contract).value
    text = contract.read_text("utf-8")
    if has_our_form(incoming.value, current):
        incoming.refuse(inconsistencies(incoming.value))
        written = incoming.text.replace("\r\n", "\n")
        if incoming.value == current:
            written = text
        elif written.lstrip()[:1] == "{":
            written = rewrite(text, incoming.value)
        contained = _operation_keys(incoming.value) & _operation_keys(current)
        report = UpdateReport(len(contained), len(_operation_keys(current)))
        return NextContract(written, report, ours=True)
    source, skipped = overlay.apply(incoming.value, overlay.load(overlay_path))
    check_form(incoming, source)
    _check_consistency(incoming, source)
    prefix, moved = _move(source, current)
    try:
        merged, report = merge(current, source, normalize(source, prefix), remove=remove)
        incoming.refuse(verify(source, merged, prefix, report))
    except RecursionError as error:
        raise GenerationError(
            f"{shown(spec)}: a schema contains itself ({error}); "
            "let it refer to itself by a component"
        ) from None
    report.skipped, report.moved = skipped, moved
    return NextContract(rewrite(text, merged), report, ours=False)


def _read(path: Path) -> Document:
    document = read_without_aliases(path)
    check_form(document, document.value)
    return document


def _check_consistency(incoming: Document, source: Object) -> None:
    try:
        incoming.refuse(chain(_duplicates(source), dead_references(source)))
    except UnusableError as error:
        raise GenerationError(f"{error}\nAn action of the overlay can fix it, too.") from None


def _duplicates(source: Object) -> Iterator[Finding]:
    by_id: dict[str, list[tuple[str, Object]]] = {}
    for each in operations(source):
        by_id.setdefault(str(each.value.get("operationId")), []).append((each.path, each.value))
    for finding in duplicate_operation_ids(source, ours=False):
        if not is_fastapi_duplicate(by_id[resolve(source, finding.pointer)["operationId"]]):
            yield finding


def has_our_form(document: Object, current: Object) -> bool:
    """Return whether a document has our title, and mostly our operationIds at our paths.

    Ids and paths alone prove nothing: they are the same in a document that was merged once.
    """
    theirs, ours = _operation_keys(document), _operation_keys(current)
    same_title = document["info"].get("title") == current["info"].get("title")
    return same_title and 2 * len(theirs & ours) > len(theirs)


def _operation_keys(document: Object) -> set[tuple[str, str, str]]:
    return {
        (each.path, each.method, str(each.value.get("operationId")))
        for each in operations(document)
    }


def _move(source: Object, current: Object) -> tuple[str, str]:
    """Return what the paths of a document have and ours lack, and what to report about it.

    That is the path in the URL of our first server. If most operations have moved below another
    path, the server has: its URL is changed in our document.
    """
    server = (current.get("servers") or [{}])[0]
    url = str(server.get("url", ""))
    expected = urlsplit(url).path.rstrip("/")
    ours = {(each.method, path_template(each.path)) for each in operations(current)}
    found = Counter(
        path[:at]
        for method, path in ((each.method, path_template(each.path)) for each in operations(source))
        for at in range(len(path))
        if (method, path[at:]) in ours
    )
    prefix, count = next(iter(found.most_common(1)), (expected, 0))
    fewer = min(len(ours), len(list(operations(source))))
    if prefix in (expected, "") or 2 * count <= fewer or found[expected] + found[""] > 0:
        return expected, ""
    server["url"] = f"{url.removesuffix('/').removesuffix(expected)}{prefix}"
    moved = f"The operations have moved from {expected or '/'} to {prefix}: "
    return prefix, f"{moved}the base URL is now {server['url']}."
