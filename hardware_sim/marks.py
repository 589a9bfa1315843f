"""What a print head leaves on paper, before it is drawn: rows, pictures, feeds.

All measures are dots at 203 dpi (8 a millimetre), x from the left edge of the
printable area.  Values only; nothing here knows a command.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from PIL import Image

from hardware_sim.glyphs import CELL, FontName

COLUMN_DOTS = CELL["A"][0]
"""One column of text as people count columns: font A."""
BLACK = 255
GREY = 128
"""What colour 2 of a two-colour roll is drawn as (ESC r, GS ( N)."""


def in_columns(pieces: Iterable[tuple[int, str]]) -> str:
    """Pieces of text at their columns, or right behind what is there already.

    Wide characters (Unicode Standard Annex #11) take two columns.
    """
    taken, line = 0, []
    for column, text in pieces:
        line.append(" " * (column - taken) + text)
        wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
        taken = max(taken, column) + len(text) + wide
    return "".join(line)


@dataclass(frozen=True, slots=True)
class Style:
    """How characters look (ESC !, ESC E, ESC M, ESC -, GS !, GS B, ESC {, ESC SP).

    Attributes:
        gap_dots: blank to the right of a character of single width (ESC SP).
        lead_dots: the same to its left (FS S, kanji only).
        rotated: each character lies on its right side (ESC V).
        level: 255 is black, :data:`GREY` is colour 2, 0 leaves no ink.
        ground: the level behind the character (GS ( N, function 49).
    """

    font: FontName = "A"
    width: int = 1
    height: int = 1
    bold: bool = False
    underline_dots: int = 0
    inverted: bool = False
    upside_down: bool = False
    gap_dots: int = 0
    lead_dots: int = 0
    rotated: bool = False
    level: int = BLACK
    ground: int = 0

    @property
    def char_dots(self) -> int:
        """What one character takes of the line."""
        wide, high = CELL[self.font]
        gaps = self.lead_dots + self.gap_dots
        if self.rotated:  # ESC V: its height is what it takes of the line now
            return (high + gaps) * self.height
        return (wide + gaps) * self.width

    @property
    def line_dots(self) -> int:
        wide, high = CELL[self.font]
        return wide * self.width if self.rotated else high * self.height


@dataclass(frozen=True, slots=True)
class Run:
    """Characters of one style."""

    x: int
    text: str
    style: Style

    @property
    def wide_dots(self) -> int:
        return len(self.text) * self.style.char_dots

    @property
    def end(self) -> int:
        return self.x + self.wide_dots


@dataclass(frozen=True, slots=True)
class Bits:
    """A bit image standing in a line (ESC *): mode ``L``, 255 is ink."""

    x: int
    image: Image.Image

    @property
    def wide_dots(self) -> int:
        return self.image.width

    @property
    def end(self) -> int:
        return self.x + self.image.width


@dataclass(frozen=True, slots=True)
class Row:
    """One printed line; ``feed_dots`` is how far the paper moves for it.

    What stands in it shares a foot; in a line printed upside down (``hung``)
    the foot is on top.
    """

    runs: tuple[Run, ...]
    bits: tuple[Bits, ...]
    feed_dots: int
    hung: bool = False

    @property
    def text(self) -> str:
        """The line in columns of font A, blanks where nothing stands."""
        runs = sorted(self.runs, key=lambda run: run.x)
        line = in_columns((round(run.x / COLUMN_DOTS), run.text) for run in runs)
        return line.rstrip()

    @property
    def ink_dots(self) -> int:
        """Height of the tallest thing in it."""
        heights = [run.style.line_dots for run in self.runs]
        return max([*heights, *(bits.image.height for bits in self.bits)], default=0)


@dataclass(frozen=True, slots=True)
class Picture:
    """A raster, a bar code, a 2D symbol or a whole page of page mode.

    ``image`` is mode ``L``, 255 is ink; ``lines`` is the text of a page.
    """

    x: int
    image: Image.Image
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Feed:
    """Blank paper; less than nothing is paper drawn back under the head."""

    dots: int


@dataclass(frozen=True, slots=True)
class Symbol:
    """A bar code's or 2D symbol's data as the printer was given it."""

    system: str
    data: bytes


Mark = Row | Picture | Feed
