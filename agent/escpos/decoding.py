"""From text bytes to characters, in the way that the printer is set.

What a byte stands for depends on the code page, the national set, the kanji mode
and the characters that the POS drew itself.  The answer is pieces of one style
each, ready to be put on the line.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from agent.escpos import codepages
from agent.escpos.settings import Printer, Settings
from agent.paper.strip import CELL_HEIGHT, CELL_WIDTH, Picture, Style
from agent.paper.text import cells


class Piece(NamedTuple):
    """Characters of one style; the pen moves ``advance`` dots for each of them.

    ``shapes`` as in :class:`agent.paper.strip.Run`.  ``apart``: the characters do
    not stand cell by cell, so each becomes a run of its own.
    """

    text: str
    style: Style
    advance: int
    shapes: tuple[Picture, ...] = ()
    apart: bool = False


class Decoder:
    """Reads text for one printer during one job."""

    def __init__(self, printer: Printer) -> None:
        self._printer = printer
        self._tables: dict[tuple[int, int], str] = {}

    def read(self, now: Settings, raw: bytes) -> Iterator[Piece]:
        """The pieces of ``raw``; no byte is left out."""
        style, space = now.style, now.right_space
        if not now.kanji:
            yield Piece(
                self._single(now, raw), style, advance(style, space), (), space > 0
            )
            return
        text = raw.decode(self._printer.multibyte, "replace")
        for count, group in groupby(text, cells):
            step = advance(style, space) * count
            yield Piece("".join(group), style, step, (), space > 0)

    def _single(self, now: Settings, raw: bytes) -> str:
        if not now.page_chosen and not raw.isascii():
            utf8 = _utf8(raw)
            if utf8:
                return utf8
        key = now.page_number, now.country
        table = self._tables.get(key)
        if table is None:
            table = self._tables[key] = codepages.full_page(self._upper(key[0]), key[1])
        return codepages.decode(raw, table)

    def _upper(self, number: int) -> str:
        page = self._printer.pages.get(number)
        if page is None:
            page = codepages.upper_half(codepages.EPSON_PAGES.get(number, "CP437"))
        return codepages.tidied(page)


def advance(style: Style, space: int) -> int:
    """How far one character moves the pen."""
    cell = CELL_HEIGHT[style.font] if style.rotated else CELL_WIDTH[style.font]
    return (cell + space) * style.wide


def _utf8(raw: bytes) -> str:
    """``raw`` as UTF-8, or nothing.

    A POS that never selects a page may well send UTF-8; bytes of the old pages
    hardly ever are valid UTF-8.
    """
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return ""
    return "" if any("\x7f" <= character <= "\x9f" for character in text) else text
