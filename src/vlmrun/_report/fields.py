"""The list of fields beside the pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from vlmrun._report.html import isolated, shown, text
from vlmrun._report.layout import Layout

if TYPE_CHECKING:
    from vlmrun.types.evidence import Evidence

# What needs a look comes first: the uncertain fields, and then those of unknown confidence.
_ORDER = {"low": 0, "med": 1, None: 2, "hi": 3}

_LONGEST_NAME = 300

_TOOLS = (
    '<div class="tools"><input type="search" placeholder="Filter (press /)" '
    'aria-label="Filter fields"> <label><input type="checkbox" name="uncertain"> uncertain only'
    '</label> <label><input type="checkbox" name="sorted" checked> low confidence first</label>'
    "</div>"
)


def field_list(prefix: str, fields: Sequence[Evidence], layout: Layout) -> Iterator[str]:
    """Yield the fields, those with the lowest confidence first.

    Args:
        prefix: The beginning of the ids of elements, such as "r0".
        fields: The fields in the order of the response.
        layout: What is shown of the document.
    """
    shown_on = layout.shown()
    yield f'<aside class="fields" aria-label="Fields">{_TOOLS}<ol>\n'
    ordered = sorted(enumerate(fields), key=lambda each: _ORDER[each[1].level])
    for place, (number, field) in enumerate(ordered):
        # One stop of the Tab key for the whole list; the arrow keys move in it:
        # https://www.w3.org/WAI/ARIA/apg/practices/keyboard-interface/
        tab = 0 if place == 0 else -1
        yield (
            f'<li class="field {field.level or "none"}" id="{prefix}f{number}" data-n="{number}" '
            f'tabindex="{tab}"><span class="name">{_name(field)}</span>'
            f"{shown(field.value)}"
            f"{_about(prefix, number, field, shown_on.get(number, []), layout)}</li>\n"
        )
    yield "</ol></aside>\n"


def _name(field: Evidence) -> str:
    name = field.field or "response"
    # The end of a path says more than its beginning.
    return isolated(name if len(name) <= _LONGEST_NAME else f"…{name[1 - _LONGEST_NAME :]}")


def _about(
    prefix: str, number: int, field: Evidence, shown_on: Sequence[int], layout: Layout
) -> str:
    parts = []
    if field.confidence is not None:
        # A number says more than its level.
        level = field.level or "none"
        parts.append(f'<span class="chip {level}">{_confidence(field.confidence)}</span>')
    # Only what is drawn is linked: a link that leads nowhere would look like a fault of the report.
    for index, page in enumerate(shown_on):
        link = f"#{prefix}b{number}" if index == 0 else f"#{prefix}p{page}"
        is_stated = page in field.pages or field.files
        name = f"page {page + 1}" if is_stated else "in the image"
        parts.append(f'<a href="{link}" tabindex="-1">{name}</a>')
    parts += map(text, _not_shown(field, shown_on, layout))
    if field.text and field.text.strip() != str(field.value).strip():
        parts.append(f'<span class="quote">reads “{isolated(field.text[:200])}”</span>')
    return f'<div class="about">{" ".join(parts)}</div>' if parts else ""


def _not_shown(field: Evidence, shown_on: Sequence[int], layout: Layout) -> Iterator[str]:
    """Yield where the boxes of a field are that are not drawn."""
    if field.files:
        if not shown_on:
            names = ", ".join(field.files[:3]) + (", …" if len(field.files) > 3 else "")
            is_certain = all(len(box.files) == 1 for box in field.boxes)
            pages = "".join(f"page {page + 1} of " for page in field.pages[:1])
            yield f"{pages}{names}" if is_certain else f"page not stated: in one of {names}"
        return
    for page in field.pages:
        if page not in shown_on:
            is_outside = page in layout.pages and field.boxes
            yield f"page {page + 1}" + (", beyond its edges or in pixels" if is_outside else "")
    if field.boxes and not field.pages and not shown_on:
        yield "beyond the edges" if layout.is_one_page else "page not stated"


def _confidence(value: object) -> str:
    shown_value = f"{value:.2f}" if isinstance(value, float) else str(value)
    return text(shown_value[:20])
