"""Pictures of results: evidence drawn on pages, and regions cut out of them.

They need the extra `images`; PDFs need `pdf`, videos `video`.
"""

from vlmrun.viz._draw import crop, draw, pages

__all__ = ["crop", "draw", "pages"]
