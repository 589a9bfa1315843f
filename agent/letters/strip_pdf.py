"""The strip for a mail: what the till printed, as a PDF of the paper's own size.

A copy says so at the top.  Where the bytes are gone the paper's lines stand in for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from agent.letters.view import MAX_LINE_CHARS, MAX_LINES, clean
from agent.paper import pdf
from agent.paper.strip import Feed, Run, Strip, Style, TextLine

MAX_PDF_BYTES: Final = 256 << 10
"""A metre of pictures; a receipt has some 20 kB.  A longer one is left out."""
_MARK: Final = Style(bold=True, wide=2, tall=2)
_CELL: Final = 12
"""Dots of a character's width."""


def compose(strip: Strip, *, mark: str, lang: str) -> bytes:
    """The document, ``mark`` above it; nothing if it is too large for a mail."""
    elements = strip.elements
    if mark:
        room = (strip.width - len(mark) * _CELL * _MARK.wide) // 2
        said = TextLine((Run(mark, _MARK, max(0, room)),), 60)
        elements = (said, Feed(24), *elements)
    made = pdf.render(Strip(elements, strip.width, strip.unread), lang=lang)
    return made if len(made) <= MAX_PDF_BYTES else b""


def of_lines(lines: Sequence[str]) -> Strip:
    """A strip of plain text."""
    shown = [clean(line, MAX_LINE_CHARS) for line in lines[:MAX_LINES]]
    columns = max((len(line) for line in shown), default=0)
    width = max(576, columns * _CELL)
    return Strip(tuple(TextLine((Run(line),)) for line in shown), width)
