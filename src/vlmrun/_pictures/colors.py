"""Colors of evidence by its confidence, in pictures and reports."""

from __future__ import annotations

Color = tuple[int, int, int]

# Dark enough for white letters on them: at least 4.5 to 1, as WCAG 2.2 requires (1.4.3). Okabe and
# Ito's hues, which people with color blindness can tell apart, in these shades.
COLORS: dict[str | None, Color] = {
    "hi": (0, 115, 84),
    "med": (156, 96, 0),
    "low": (190, 30, 45),
    None: (0, 90, 156),
}


def color_of(level: str | None) -> Color:
    """Return the color of a level of confidence: "hi", "med", "low", or None if it is unknown."""
    return COLORS.get(level, COLORS[None])
