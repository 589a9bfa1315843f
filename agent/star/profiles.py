"""A Star printer as python-escpos' database knows it: its width and its code pages."""

from __future__ import annotations

from typing import Final

from agent.escpos import profiles
from agent.star.settings import Printer

PROFILE: Final = "TSP600"
_KATAKANA: Final = 2
"""The database calls this page CP932; Star's list says Katakana."""


def printer(width_dots: int | None = None) -> Printer:
    """Of 80 mm paper, unless its width is given."""
    known = profiles.printer(PROFILE, width_dots=width_dots)
    pages = {n: page for n, page in known.pages.items() if n != _KATAKANA}
    return Printer(width_dots=known.width_dots, pages=pages)
