"""Elements of HTML. Whatever comes from a document or a response passes through `text`."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterator
from hashlib import sha256
from importlib import resources
from typing import Any

# Neither HTML nor XML has these characters, not even escaped; a lone surrogate has no UTF-8 form.
# The last two reverse the order of letters, so that a value reads as another one, and no language
# needs them: https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing
_NOT_SHOWN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u202d\u202e]"
)


def text(value: object) -> str:
    """Escape a value for an element or a quoted attribute."""
    return html.escape(_NOT_SHOWN.sub("\ufffd", str(value)))


def isolated(value: object) -> str:
    """Escape a value, and keep its direction of writing from changing the text around it."""
    return f"<bdi>{text(value)}</bdi>"


def shown(value: Any, limit: int = 2000) -> str:
    """Return the value of a field as escaped HTML."""
    if value is None:
        return '<span class="value empty">none</span>'
    if value == "":
        return '<span class="value empty">empty</span>'
    as_text = value if isinstance(value, str) else as_json(value)
    if len(as_text) > limit:
        as_text = f"{as_text[:limit]}…"
    return f'<bdi class="value">{text(as_text)}</bdi>'


def as_json(value: Any, indent: int | None = None) -> str:
    """Return data as JSON, with the characters as they are; never fail."""
    try:
        return json.dumps(value, ensure_ascii=False, indent=indent, default=str)
    except (ValueError, RecursionError):  # it contains itself, or is nested too deeply
        return str(type(value).__name__)


def start(title: str) -> Iterator[str]:
    """Yield the document up to its body.

    The policy allows this style and this script by their digests, images within the file, and
    nothing else: https://www.w3.org/TR/CSP3/
    """
    css, script = _asset("report.css"), _asset("report.js")
    policy = (
        "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; "
        f"style-src 'sha256-{_digest(css)}'; script-src 'sha256-{_digest(script)}'"
    )
    yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
    yield f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
    yield '<meta name="referrer" content="no-referrer">\n'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    yield f"<title>{text(title)}</title>\n<style>{css}</style>\n</head>\n<body>\n"


def end() -> Iterator[str]:
    """Yield the script and the end of the document."""
    yield f"<script>{_asset('report.js')}</script>\n</body>\n</html>\n"


def _asset(name: str) -> str:
    return resources.files("vlmrun._report").joinpath(name).read_text("utf-8")


def _digest(content: str) -> str:
    return base64.b64encode(sha256(content.encode()).digest()).decode()
