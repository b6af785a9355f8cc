"""Pictures and reports of results: evidence drawn on pages, regions cut out of them, and HTML.

They need the extra `images`; PDFs need `pdf`, videos `video`.
"""

from vlmrun.viz._draw import crop, draw, draw_pages, pages
from vlmrun.viz._report import report

__all__ = ["crop", "draw", "draw_pages", "pages", "report"]
