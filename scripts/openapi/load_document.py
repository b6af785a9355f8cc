"""Reading a document, and refusing what no tool of ours can use: one message, and what to do.

All that take an OpenAPI document read it here. It needs PyYAML and nothing else, so that it runs
in the tools' environment of `generate.py` too.
"""

from __future__ import annotations

import codecs
import re
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.openapi.document import (
    METHODS,
    Finding,
    join,
    mapping,
    operations,
    references,
    resolve,
)
from scripts.openapi.marks import Parsed, TextError
from scripts.openapi.text import parse

MOST_BYTES = 20_000_000

_MOST_TOLD = 20
_VERSION = re.compile(r"3\.[01]\.\d+(-.+)?")


class UnusableError(ValueError):
    """A file cannot be used; the message has the file, the place, the reason and the mend."""


@dataclass
class Document:
    """A document that can be used.

    Args:
        path: Where it is from.
        text: Its text.
        parsed: What its text holds.
    """

    path: Path
    text: str
    parsed: Parsed

    @property
    def value(self) -> dict[str, Any]:
        """The document's data."""
        value: dict[str, Any] = self.parsed.value
        return value

    def told(self, finding: Finding, rule: str = "") -> str:
        """A finding in a line: file, line, JSON pointer, rule, reason and mend."""
        line = self.parsed.marks.line_of(finding.pointer)
        said = f"{finding.reason}; {finding.mend}"
        words = [f"#{finding.pointer}", rule, said] if rule else [f"#{finding.pointer}", said]
        return f"{shown(self.path)}:{line}: " + ": ".join(words)

    def refuse(self, findings: Iterable[Finding]) -> None:
        """End with these findings, if there are any.

        Raises:
            UnusableError: There are.
        """
        found = [self.told(finding) for finding in findings]
        if len(found) > _MOST_TOLD:
            found[_MOST_TOLD:] = [f"... and {len(found) - _MOST_TOLD} more"]
        if found:
            raise UnusableError("\n".join(found))


def shown(path: Path) -> str:
    """A path as messages have it: from the current folder on, if it is in there."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def read(path: Path, *, ours: bool = True) -> Document:
    """Read an OpenAPI document of version 3.0 or 3.1, in YAML or JSON.

    Args:
        path: Where it is.
        ours: Whether a client shall be made of it as it is; else it may do without `paths`, and
            have ids that are one name in Python.

    Raises:
        UnusableError: It is not there, no such document, or one that refers to what is not in it.
    """
    document = read_any(path)
    document.refuse(not_openapi(document.value, ours=ours))
    document.refuse(inconsistent(document.value, ours=ours))
    return document


def read_any(path: Path) -> Document:
    """Read any strict YAML or JSON, an overlay for example, in a file or as `REVISION:file`.

    Raises:
        UnusableError: It is not there, too large, or neither.
    """
    name = shown(path)
    text = _decoded(_content(path), name)
    if re.match(r"\s*<(!doctype|html|\?xml)", text, re.IGNORECASE):
        mend = "was it downloaded without signing in?"
        raise UnusableError(f"{name}:1: this is a web page, not a document; {mend}")
    try:
        return Document(path, text, parse(text))
    except TextError as error:
        raise UnusableError(f"{name}:{error.line}: {error.reason}; {error.mend}") from error


def _decoded(data: bytes, name: str) -> str:
    # PowerShell's `>` writes UTF-16.
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        form = "UTF-16" if wide else "UTF-8"
        reason = f"not a text in {form}: byte {data[error.start]:#04x} at offset {error.start}"
        raise UnusableError(f"{name}:{line}: {reason}; save it as UTF-8") from error


def _content(path: Path) -> bytes:
    mend = "give the path of an OpenAPI document"
    try:
        if ":" in str(path) and not path.exists():
            command = ["git", "show", str(path)]
            return subprocess.run(command, capture_output=True, check=True).stdout
        if path.stat().st_size > MOST_BYTES:
            size = f"{path.stat().st_size / 1e6:.0f} MB, more than {MOST_BYTES // 1_000_000}"
            raise UnusableError(f"{shown(path)}: the file has {size}; is it the right one?")
        return path.read_bytes()
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode("utf-8", "replace").strip()
        raise UnusableError(f"{path}: git cannot show it: {said}; {mend}") from error
    except OSError as error:
        raise UnusableError(f"{shown(path)}: cannot be read: {error.strerror}; {mend}") from error


def not_openapi(value: Any, *, ours: bool = True) -> Iterator[Finding]:
    """Why a value is no OpenAPI document, or none that anybody could find their way through."""
    if (finding := _of_another_kind(value)) is not None:
        yield finding
        return
    paths = value.get("paths")
    if not isinstance(paths, dict) and (ours or paths is not None):
        yield Finding("/paths", "`paths` is no mapping", "describe the operations under `paths`")
    for path in (("components",), ("components", "schemas")):
        pointer = join("", *path)
        if not isinstance(resolve(value, pointer), (dict, type(None))):
            yield Finding(pointer, f"`{path[-1]}` is no mapping", "write names, and what they mean")
    for path, item in mapping(value.get("paths")).items():
        for method in METHODS:
            if not isinstance(mapping(item).get(method, {}), dict):
                pointer = join("", "paths", path, method)
                yield Finding(pointer, "an operation is no mapping", "describe it, or take it out")


def inconsistent(value: Any, *, ours: bool = True) -> Iterator[Finding]:
    """Where an OpenAPI document contradicts itself, or leads out of itself."""
    yield from same_operation_ids(value, ours=ours)
    yield from dead_references(value)


def _of_another_kind(value: Any) -> Finding | None:
    if not isinstance(value, dict):
        kind = {list: "a list", str: "a text", type(None): "empty"}.get(type(value), "a number")
        reason = f"not an OpenAPI document: it is {kind}, not a mapping"
        return Finding("", reason, "is it the right file?")
    if "swagger" in value:
        reason = f"this is Swagger {value['swagger']}, not OpenAPI 3.1"
        return Finding("/swagger", reason, "convert it first; swagger2openapi does")
    if "openapi" not in value:
        reason = "not an OpenAPI document: there is no `openapi`"
        return Finding("", reason, "is it the right file?")
    version = value["openapi"]
    if not isinstance(version, str):
        reason = f"the version {version!r} is not a text"
        return Finding("/openapi", reason, "write openapi: '3.1.0'")
    if not _VERSION.fullmatch(version):
        reason = f"this is OpenAPI {version}, which the generator does not read"
        return Finding("/openapi", reason, "write it as OpenAPI 3.1.0")
    return None


def same_operation_ids(value: Any, *, ours: bool = True) -> Iterator[Finding]:
    """Of two operations with one id, or with one Python name, the generator keeps the last."""
    seen: dict[str, str] = {}
    for operation in operations(value):
        given = str(operation.value.get("operationId") or "")
        word = re.sub(r"[^a-z0-9]", "", operation.id.lower()) if ours else given
        if word and word in seen:
            reason = f"operationId {operation.id!r} is the same as that of {seen[word]}"
            yield Finding(operation.pointer, reason, "choose another operationId")
        seen.setdefault(word, operation.pointer)


def dead_references(value: Any) -> Iterator[Finding]:
    """References to another document, to nothing, or round in a circle."""
    for pointer, ref in references(value):
        if not ref.startswith("#"):
            where = "another address" if re.match(r"[a-z]+:|//", ref) else "another file"
            mend = "copy what it names under components, and refer to that"
            yield Finding(pointer, f"$ref {ref!r} leads to {where}", mend)
        elif not ref.startswith("#/"):
            mend = "write #/components/schemas/ and the name"
            yield Finding(pointer, f"$ref {ref!r} is no JSON pointer", mend)
        elif resolve(value, ref) is None:
            yield Finding(pointer, f"$ref {ref!r} points to nothing", "correct the name")
        elif _in_circle(value, ref):
            reason = f"$ref {ref!r} leads back to itself"
            yield Finding(pointer, reason, "write a schema in one of the places")


def _in_circle(value: Any, ref: str) -> bool:
    seen: set[str] = set()
    while isinstance(ref, str) and ref.startswith("#"):
        if ref in seen:
            return True
        seen.add(ref)
        ref = mapping(resolve(value, ref)).get("$ref", ...)
    return False
