"""Reading the evidence of a response, which is spread over it.

Beside a field `total` stands a `total_metadata` with its boxes and its confidence. Some responses
have boxes in the objects that they are about, and in Markdown documents, tables have them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

import attrs

from vlmrun.types._evidence_places import placed
from vlmrun.types._evidence_shapes import (
    METADATA,
    REGION_KEYS,
    Found,
    four_numbers,
    is_metadata,
    keys_of_region,
    page_number,
    read_metadata,
)
from vlmrun.types._sent_file import SentFile
from vlmrun.types.evidence import Evidence, EvidenceMap

_NEEDS_QUOTES = re.compile(r'[.\[\]"]')
_NOTHING = Found(None, None, (), None)

# The keys of a path as a linked list, the last one first: most paths are never written out, and
# responses may be nested very deeply.
Link: TypeAlias = "tuple[Any, str | int] | None"


class _Node(NamedTuple):
    """A value of the response, with the metadata that was sent beside it."""

    link: Link
    value: Any
    about: Any = None
    page: int | None = None


def read_evidence(
    response: Any, *, is_document: bool = False, sent: Sequence[SentFile] = ()
) -> EvidenceMap:
    """Return the evidence of a response. No shape is an error.

    Args:
        response: JSON data, which may have models with `model_dump` in it.
        is_document: Whether it is a Markdown document, whose boxes are on the page they are in.
        sent: The files that were sent, to whose pages the numbers in the response refer.
    """
    found = [item for _, item in _fields(response, is_document)]
    numbers = {page for item in found for page in item.pages}
    if is_document and isinstance(response, Mapping) and isinstance(response.get("pages"), list):
        numbers.update(_own_number(*each) for each in enumerate(response["pages"]))
    return EvidenceMap(placed(found, sent, numbers))


def read_fields(response: Any) -> Iterator[tuple[list[str | int], Evidence]]:
    """Yield the evidence of each field of a response, with the keys that lead to it."""
    for link, item in _fields(response, False):
        yield _keys(link), item


def field_path(link: Link) -> str:
    """Return a path such as `items[0].total`; keys with dots or brackets are in `["..."]`."""
    return "".join(map(path_step, _keys(link))).removeprefix(".")


def _keys(link: Link) -> list[str | int]:
    keys = []
    while link is not None:
        link, key = link
        keys.append(key)
    return keys[::-1]


def path_step(key: str | int) -> str:
    if isinstance(key, int):
        return f"[{key}]"
    is_plain = key and not _NEEDS_QUOTES.search(key)
    return f".{key}" if is_plain else f"[{json.dumps(key, ensure_ascii=False)}]"


def _fields(response: Any, is_document: bool) -> Iterator[tuple[Link, Evidence]]:
    # A stack instead of recursion: parsed JSON can be nested deeper than Python's recursion limit.
    stack = [] if response is None else [_Node(None, response)]
    while stack:
        node = stack.pop()
        evidence, children = _read(node._replace(value=_plain(node.value)))
        if evidence is not None:
            yield node.link, evidence
        if is_document and node.link == (None, "pages"):
            children = [
                child._replace(page=_own_number(index, child.value))
                for index, child in enumerate(children)
            ]
        stack += reversed(children)


def _plain(value: Any) -> Any:
    """Return a model of the caller's as a dict; other values are returned unchanged."""
    dump = getattr(value, "model_dump", None)
    if dump is None or isinstance(value, (type, Mapping)):
        return value
    return dump()


def _own_number(index: int, page: Any) -> int:
    """Return the number of a page of a Markdown document."""
    metadata = page.get("metadata") if isinstance(page, Mapping) else None
    own = page_number(metadata.get("page_number")) if isinstance(metadata, Mapping) else None
    return index if own is None else own


def _read(node: _Node) -> tuple[Evidence | None, list[_Node]]:
    """Return the evidence of a value, if it is a field with some, and the values inside it."""
    value, about = node.value, node.about
    if isinstance(value, (list, tuple)) and value:
        parts = _parts(about, len(value))
        children = [
            _Node((node.link, index), each, parts[index] if parts else None, node.page)
            for index, each in enumerate(value)
        ]
        return None if parts or about is None else _evidence(node, about), children
    if isinstance(value, Mapping) and value:
        if about is None:
            about = value.get(METADATA)
        # Most objects have no boxes, which is faster to see by their keys.
        inline = _NOTHING if REGION_KEYS.isdisjoint(value) else read_metadata(value)
        skipped = keys_of_region(value) if inline.boxes else frozenset()
        children = list(_children(node, value, about, skipped))
        if about is None and not inline.boxes:
            return None, children
        return _evidence(node, about, inline), children
    return _evidence(node, about), []


def _parts(about: Any, length: int) -> list[Any] | None:
    """Return what was sent about each item of a list; None if it is about the list as a whole."""
    is_parallel = isinstance(about, (list, tuple)) and len(about) == length
    return list(about) if is_parallel and four_numbers(about) is None else None


def _children(
    node: _Node, value: Mapping[Any, Any], about: Any, skipped: frozenset[str]
) -> Iterator[_Node]:
    inner = about if isinstance(about, Mapping) else {}
    for key, child in value.items():
        name = str(key)
        if name in skipped or name == METADATA:
            continue
        if name.endswith(METADATA):
            field = name.removesuffix(METADATA)
            if field not in value and is_metadata(child):
                yield _Node((node.link, field), None, child, node.page)
                continue
            if field in value and not _is_field(child, value[field]):
                continue
        own = value.get(name + METADATA)
        if own is None and name not in REGION_KEYS and isinstance(inner.get(name), (Mapping, list)):
            own = inner[name]  # in an object of the same structure
        yield _Node((node.link, name), child, own, node.page)


def _is_field(value: Any, sibling: Any) -> bool:
    """Return whether an `x_metadata` beside a field `x` is likely a field of the user's schema."""
    if not isinstance(value, Mapping) or not value or is_metadata(value):
        return False
    return not (isinstance(sibling, Mapping) and not sibling.keys().isdisjoint(value))


def _evidence(node: _Node, about: Any, inline: Found = _NOTHING) -> Evidence:
    beside = _NOTHING if about is None else read_metadata(about)
    boxes = beside.boxes or inline.boxes
    page = beside.page if beside.boxes or not inline.boxes else inline.page
    if node.page is not None:
        page = node.page if page is None else page
        boxes = tuple(
            attrs.evolve(box, page=node.page) if box.page is None else box for box in boxes
        )
    is_inline = about is None and bool(inline.boxes)
    return Evidence(
        field_path(node.link),
        node.value,
        _first(beside.confidence, inline.confidence if inline.boxes else None),
        page,
        boxes,
        _first(beside.text, inline.text if inline.boxes else None),
        node.value if is_inline else about,
    )


def _first(*values: Any) -> Any:
    # Not `or`: a confidence of 0 and an empty text are values.
    return next((value for value in values if value is not None), None)
