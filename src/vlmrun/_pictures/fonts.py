"""Fonts for labels in any script."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Any

from vlmrun._optional_imports import import_optional

# Pillow's own font has Latin letters only. Pillow finds these in the fonts of the system; each
# covers more scripts than its predecessors lack.
_SYSTEM_FONTS = (
    "DejaVuSans.ttf",
    "NotoSans-Regular.ttf",
    "NotoSansCJK-Regular.ttc",
    "NotoSansArabic-Regular.ttf",
    "NotoSansHebrew-Regular.ttf",
    "NotoSansDevanagari-Regular.ttf",
    "WenQuanYiZenHei.ttf",
    "wqy-zenhei.ttc",
    "DroidSansFallbackFull.ttf",
    "Arial Unicode.ttf",
    "arial.ttf",
    "segoeui.ttf",
    "msgothic.ttc",
    "msyh.ttc",
    "malgun.ttf",
    "PingFang.ttc",
    "AppleSDGothicNeo.ttc",
    "GeezaPro.ttc",
)
_RIGHT_TO_LEFT = ("R", "AL")
# A code point that is never assigned, so that each font shows its sign for a missing character.
_NEVER_ASSIGNED = "\U0010ffff"


def font_for(text: str, size: int) -> tuple[Any, str]:
    r"""Return a font that has all characters of a text, and the text as it is to be drawn.

    If no font has them, the text is returned with escapes such as `\u5408`.
    """
    for name in (None, *_SYSTEM_FONTS):
        font = _font(name, size)
        if font is not None and all(_has(font, character) for character in text):
            return font, _in_visual_order(text)
    return _font(None, size), text.encode("ascii", "backslashreplace").decode()


@lru_cache(maxsize=256)
def _font(name: str | None, size: int) -> Any:
    fonts = import_optional("PIL.ImageFont", "viz", "Drawing labels")
    try:
        if name is not None:
            return fonts.truetype(name, size)
        return fonts.load_default(size)
    except OSError:
        return None
    except ImportError:  # Pillow was built without FreeType: a bitmap font in one size
        return fonts.load_default()


@lru_cache(maxsize=4096)
def _has(font: Any, character: str) -> bool:
    if character.isspace() or (character.isascii() and character.isprintable()):
        return True
    if not hasattr(font, "getname"):  # the bitmap font
        return False
    if unicodedata.category(character) in ("Mn", "Cf"):  # drawn with the character before it
        return True
    return _pixels(font, character) != _pixels(font, _NEVER_ASSIGNED)


def _pixels(font: Any, character: str) -> tuple[Any, bytes]:
    mask = font.getmask(character)
    return mask.size, bytes(mask)


def _in_visual_order(text: str) -> str:
    """Return a text as a layout from left to right shows it in the right order.

    Pillow orders and joins letters by itself where it has the library Raqm. Without it, each run
    of a script from right to left is reversed: its letters are in order, though not joined.
    """
    if text.isascii() or _has_raqm():
        return text
    runs: list[list[str]] = []
    was_reversed = False
    for character in text:
        is_reversed = unicodedata.bidirectional(character) in _RIGHT_TO_LEFT
        if not runs or is_reversed != was_reversed:
            runs.append([])
        runs[-1].append(character)
        was_reversed = is_reversed
    return "".join(
        "".join(reversed(run) if unicodedata.bidirectional(run[0]) in _RIGHT_TO_LEFT else run)
        for run in runs
    )


@lru_cache(maxsize=1)
def _has_raqm() -> bool:
    features = import_optional("PIL.features", "viz", "Drawing labels")
    return bool(features.check("raqm"))
