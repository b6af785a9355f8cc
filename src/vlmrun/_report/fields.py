"""The list of fields beside the pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from vlmrun._report.html import isolated, shown, text

if TYPE_CHECKING:
    from vlmrun.types.evidence import Evidence

# What needs a look comes first: the uncertain fields, and then those of unknown confidence.
_ORDER = {"low": 0, "med": 1, None: 2, "hi": 3}

_TOOLS = (
    '<div class="tools"><input type="search" placeholder="Filter (press /)" '
    'aria-label="Filter fields"> <label><input type="checkbox" name="uncertain"> uncertain only'
    '</label> <label><input type="checkbox" name="sorted" checked> low confidence first</label>'
    "</div>"
)


def field_list(prefix: str, fields: Sequence[Evidence], is_one_page: bool) -> Iterator[str]:
    """Yield the fields, those with the lowest confidence first.

    Args:
        prefix: The beginning of the ids of elements, such as "r0".
        fields: The fields in the order of the response.
        is_one_page: Whether the document has only one page.
    """
    yield f'<aside class="fields" aria-label="Fields">{_TOOLS}<ol>\n'
    ordered = sorted(enumerate(fields), key=lambda each: _ORDER[each[1].level])
    for place, (number, field) in enumerate(ordered):
        # One stop of the Tab key for the whole list; the arrow keys move in it:
        # https://www.w3.org/WAI/ARIA/apg/practices/keyboard-interface/
        tab = 0 if place == 0 else -1
        yield (
            f'<li class="field {field.level or "none"}" id="{prefix}f{number}" data-n="{number}" '
            f'tabindex="{tab}"><span class="name">{isolated(field.field or "response")}</span>'
            f"{shown(field.value)}{_about(prefix, number, field, is_one_page)}</li>\n"
        )
    yield "</ol></aside>\n"


def _about(prefix: str, number: int, field: Evidence, is_one_page: bool) -> str:
    parts = []
    if field.confidence is not None:
        # A number says more than its level.
        level = field.level or "none"
        parts.append(f'<span class="chip {level}">{_confidence(field.confidence)}</span>')
    for index, page in enumerate(field.pages):
        link = f"#{prefix}b{number}" if index == 0 else f"#{prefix}p{page}"
        parts.append(f'<a href="{link}" tabindex="-1">page {page + 1}</a>')
    if not field.pages and field.boxes:
        # Without a page, the boxes are drawn if there is only one.
        shown_at = f'<a href="#{prefix}b{number}" tabindex="-1">in the image</a>'
        parts.append(shown_at if is_one_page else "page not stated")
    if field.text and field.text.strip() != str(field.value).strip():
        parts.append(f'<span class="quote">reads “{isolated(field.text[:200])}”</span>')
    return f'<div class="about">{" ".join(parts)}</div>' if parts else ""


def _confidence(value: object) -> str:
    shown_value = f"{value:.2f}" if isinstance(value, float) else str(value)
    return text(shown_value[:20])
