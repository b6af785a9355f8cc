"""Loading of OpenAPI documents: every command reads them here, and refuses the same ones.

The module needs ruamel.yaml and nothing else, because it also runs in the generator's environment.
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
from scripts.openapi.strict_yaml import Parsed, StrictYAMLError, parse

MAX_BYTES = 20_000_000

_MAX_FINDINGS = 20
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_VERSION = re.compile(r"3\.[01]\.\d+(-.+)?")


class UnusableError(ValueError):
    """A file cannot be used; the message names the file, the location, the reason and the fix."""


@dataclass
class Document:
    """A YAML or JSON file.

    Args:
        path: Where it was read from.
        text: Its text.
        parsed: The data, with line numbers.
    """

    path: Path
    text: str
    parsed: Parsed

    @property
    def value(self) -> dict[str, Any]:
        """The data."""
        value: dict[str, Any] = self.parsed.value
        return value

    def format_finding(self, finding: Finding, rule: str = "") -> str:
        """Return a finding as one line: file, line, JSON pointer, rule, reason and fix."""
        line = self.parsed.line_of(finding.pointer)
        parts = [f"#{finding.pointer}", rule, f"{finding.reason}; {finding.fix}"]
        return f"{shown(self.path)}:{line}: " + ": ".join(part for part in parts if part)

    def refuse(self, findings: Iterable[Finding]) -> None:
        """Raise an error that lists the findings, if there are any.

        Raises:
            UnusableError: There are findings.
        """
        found = [self.format_finding(finding) for finding in findings]
        if len(found) > _MAX_FINDINGS:
            found[_MAX_FINDINGS:] = [f"... and {len(found) - _MAX_FINDINGS} more"]
        if found:
            raise UnusableError("\n".join(found))


def shown(path: Path) -> str:
    """Return a path for a message: relative to the current directory if it is below it."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def read(path: Path, *, ours: bool = True) -> Document:
    """Read an OpenAPI 3.0 or 3.1 document, in YAML or JSON.

    Args:
        path: The file, or `REVISION:file`.
        ours: Whether a client is generated from it as it is. Otherwise it may lack `paths`, and
            have operationIds that become the same Python name.

    Raises:
        UnusableError: It does not exist, is not OpenAPI, or refers to parts that it does not have.
    """
    document = read_any(path)
    document.refuse(not_openapi(document.value, ours=ours))
    document.refuse(inconsistencies(document.value, ours=ours))
    return document


def read_any(path: Path) -> Document:
    """Read any strict YAML or JSON file, such as an overlay.

    Raises:
        UnusableError: It does not exist, is too large, or is not strict.
    """
    name = shown(path)
    text = _decode(_content(path), name)
    if re.match(r"\s*<(!doctype|html|\?xml)", text, re.IGNORECASE):
        fix = "was it downloaded without signing in?"
        raise UnusableError(f"{name}:1: this is a web page, not a document; {fix}")
    try:
        document = Document(path, text, parse(text))
    except StrictYAMLError as error:
        raise UnusableError(f"{name}:{error.line}: {error.reason}; {error.fix}") from error
    if _SURROGATE.search(text):
        document.refuse(_lone_surrogates(document.value, ""))
    return document


def _lone_surrogates(value: Any, pointer: str) -> Iterator[Finding]:
    if isinstance(value, (dict, list)):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, inner in items:
            yield from _lone_surrogates(key, pointer)
            yield from _lone_surrogates(inner, join(pointer, key))
    elif isinstance(value, str):
        for found in re.findall("[\ud800-\udfff]", value):
            yield Finding(pointer, f"contains a lone surrogate, \\u{ord(found):x}", "remove it")


def _decode(data: bytes, name: str) -> str:
    # Windows PowerShell's `>` writes UTF-16.
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        encoding = "UTF-16" if wide else "UTF-8"
        reason = f"not {encoding} text: byte {data[error.start]:#04x} at offset {error.start}"
        raise UnusableError(f"{name}:{line}: {reason}; save it as UTF-8") from error


def _content(path: Path) -> bytes:
    fix = "pass the path of an OpenAPI document"
    try:
        if ":" in str(path) and not path.exists():
            command = ["git", "show", str(path)]
            return subprocess.run(command, capture_output=True, check=True).stdout
        if path.stat().st_size > MAX_BYTES:
            size = f"{path.stat().st_size / 1e6:.0f} MB, more than {MAX_BYTES // 1_000_000}"
            raise UnusableError(f"{shown(path)}: the file has {size}; is it the right file?")
        return path.read_bytes()
    except subprocess.CalledProcessError as error:
        message = error.stderr.decode("utf-8", "replace").strip()
        raise UnusableError(f"{path}: git cannot show it: {message}; {fix}") from error
    except OSError as error:
        raise UnusableError(f"{shown(path)}: cannot be read: {error.strerror}; {fix}") from error


def not_openapi(value: Any, *, ours: bool = True) -> Iterator[Finding]:
    """Yield why data is not an OpenAPI document, or lacks the structure to find anything in it."""
    if (finding := _other_format(value)) is not None:
        yield finding
        return
    paths = value.get("paths")
    if not isinstance(paths, dict) and (ours or paths is not None):
        fix = "describe the operations under `paths`"
        yield Finding("/paths", "`paths` is not a mapping", fix)
    for keys in (("components",), ("components", "schemas")):
        pointer = join("", *keys)
        if not isinstance(resolve(value, pointer), (dict, type(None))):
            reason = f"`{keys[-1]}` is not a mapping"
            yield Finding(pointer, reason, "write each name, and what it stands for")
    for path, item in mapping(value.get("paths")).items():
        for method in METHODS:
            if not isinstance(mapping(item).get(method, {}), dict):
                pointer = join("", "paths", path, method)
                yield Finding(pointer, "an operation is not a mapping", "describe it, or remove it")


def inconsistencies(value: Any, *, ours: bool = True) -> Iterator[Finding]:
    """Yield where an OpenAPI document contradicts itself, or refers to what it does not have."""
    yield from duplicate_operation_ids(value, ours=ours)
    yield from dead_references(value)


def _other_format(value: Any) -> Finding | None:
    if not isinstance(value, dict):
        kind = {list: "a list", str: "a string", type(None): "empty"}.get(type(value), "a number")
        reason = f"not an OpenAPI document: it is {kind}, not a mapping"
        return Finding("", reason, "is it the right file?")
    if "swagger" in value:
        reason = f"this is Swagger {value['swagger']}, not OpenAPI 3.1"
        return Finding("/swagger", reason, "convert it first, with swagger2openapi for example")
    if "openapi" not in value:
        reason = "not an OpenAPI document: there is no `openapi`"
        return Finding("", reason, "is it the right file?")
    version = value["openapi"]
    if not isinstance(version, str):
        reason = f"the version {version!r} is not a string"
        return Finding("/openapi", reason, "write openapi: '3.1.0'")
    if not _VERSION.fullmatch(version):
        reason = f"this is OpenAPI {version}, which the generator does not support"
        return Finding("/openapi", reason, "convert it to OpenAPI 3.1.0")
    return None


def duplicate_operation_ids(value: Any, *, ours: bool = True) -> Iterator[Finding]:
    """Of two operations with the same id, or Python name, the generator drops the first."""
    seen: dict[str, str] = {}
    for operation in operations(value):
        written = str(operation.value.get("operationId") or "")
        name = re.sub(r"[^a-z0-9]", "", operation.id.lower()) if ours else written
        if name and name in seen:
            reason = f"operationId {operation.id!r} is the same as that of {seen[name]}"
            yield Finding(operation.pointer, reason, "choose another operationId")
        seen.setdefault(name, operation.pointer)


def dead_references(value: Any) -> Iterator[Finding]:
    """References to other documents, to nothing, or back to themselves are not followed."""
    for pointer, ref in references(value):
        if not ref.startswith("#"):
            where = "another URL" if re.match(r"[a-z]+:|//", ref) else "another file"
            fix = "copy the target to components, and refer to that"
            yield Finding(pointer, f"$ref {ref!r} leads to {where}", fix)
        elif not ref.startswith("#/"):
            fix = "write #/components/schemas/ and the name"
            yield Finding(pointer, f"$ref {ref!r} is not a JSON pointer", fix)
        elif resolve(value, ref) is None:
            yield Finding(pointer, f"$ref {ref!r} points to nothing", "correct the name")
        elif _is_cycle(value, ref):
            reason = f"$ref {ref!r} leads back to itself"
            yield Finding(pointer, reason, "replace one of the references by a schema")


def _is_cycle(value: Any, ref: str) -> bool:
    seen: set[str] = set()
    while isinstance(ref, str) and ref.startswith("#"):
        if ref in seen:
            return True
        seen.add(ref)
        ref = mapping(resolve(value, ref)).get("$ref", ...)
    return False
