"""The next openapi.yaml, made from a document that somebody hands in."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scripts.generate.failure import GenerationError
from scripts.openapi.document import METHODS, mapping, resolve
from scripts.openapi.load_document import (
    Document,
    UnusableError,
    dead_references,
    duplicate_operation_ids,
    inconsistencies,
    shown,
)
from scripts.update import overlay
from scripts.update.derive_names import is_made_twice
from scripts.update.merge_operations import merge
from scripts.update.normalize_operations import make_plain
from scripts.update.read_input import check_form, read
from scripts.update.update_report import Report
from scripts.update.write_yaml import rewrite


@dataclass
class Candidate:
    """What openapi.yaml would become.

    Attributes:
        text: Its text.
        report: What was done to the document on the way.
        ours: Whether the document is of our own form, and was taken as it stands.
    """

    text: str
    report: Report
    ours: bool


def make_candidate(spec: Path, contract: Path, actions: Path, *, remove: bool = False) -> Candidate:
    """Make the next contract.

    Args:
        spec: The newer document, JSON or YAML, ours or as FastAPI makes it.
        contract: The contract as it is.
        actions: The overlay for documents that are not of our form.
        remove: Whether operations that such a document lacks are to go.

    Raises:
        UnusableError: The document or the contract cannot be used.
        GenerationError: The overlay is broken, or the document does not fit.
    """
    handed_in, current = _read(spec), _read(contract).value
    document = handed_in.value
    text = contract.read_text("utf-8")
    if is_ours(document, current):
        handed_in.refuse(inconsistencies(document))
        written = handed_in.text.replace("\r\n", "\n")
        if document == current:
            written = text
        elif written.lstrip()[:1] == "{":
            written = rewrite(text, document)
        return Candidate(written, Report(), ours=True)
    document, passed = overlay.apply(document, overlay.load(actions))
    check_form(handed_in, document)
    _check_names(handed_in, document)
    try:
        plain = make_plain(document, _prefix(current))
        merged, report = merge(current, document, plain, remove=remove)
    except RecursionError as error:
        raise GenerationError(
            f"{shown(spec)}: a schema contains itself ({error}); "
            "let it refer to itself by a component"
        ) from None
    report.passed = passed
    return Candidate(rewrite(text, merged), report, ours=False)


def _read(path: Path) -> Document:
    document = read(path)
    check_form(document, document.value)
    return document


def _check_names(handed_in: Document, changed: dict[str, Any]) -> None:
    places: dict[str, list[tuple[str, dict[str, Any]]]] = {}
    for path, method, id in _operations(changed):
        places.setdefault(id, []).append((path, changed["paths"][path][method]))
    twice = (
        finding
        for finding in duplicate_operation_ids(changed, ours=False)
        if not is_made_twice(places[resolve(changed, finding.pointer)["operationId"]])
    )
    try:
        handed_in.refuse(chain(twice, dead_references(changed)))
    except UnusableError as error:
        raise GenerationError(f"{error}\nAn action of the overlay can mend it, too.") from None


def is_ours(document: dict[str, Any], current: dict[str, Any]) -> bool:
    """Whether a document is of our own form: our title, and mostly our ids at our paths.

    Ids and paths alone are no sign: those of a vendor's document that came in once are ours too.
    """
    theirs, ours = set(_operations(document)), set(_operations(current))
    title = document["info"].get("title") == current["info"].get("title")
    return title and 2 * len(theirs & ours) > len(theirs)


def _operations(document: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [
        (path, method, str(mapping(mapping(item)[method]).get("operationId")))
        for path, item in document["paths"].items()
        for method in METHODS
        if method in mapping(item)
    ]


def _prefix(current: dict[str, Any]) -> str:
    """What the address of our first server has of each path."""
    servers = current.get("servers") or [{}]
    return urlsplit(str(servers[0].get("url", ""))).path.rstrip("/")
