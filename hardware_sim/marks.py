"""What a print head leaves on paper, before it is drawn: rows, pictures, feeds.

All measures are dots at 203 dpi (8 a millimetre), x from the left edge of the
printable area.  Values only; nothing here knows a command.
"""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image

from hardware_sim.glyphs import CELL, FontName

COLUMN_DOTS = CELL["A"][0]
"""One column of text as people count columns: font A."""


@dataclass(frozen=True, slots=True)
class Style:
    """How characters look (ESC !, ESC E, ESC M, ESC -, GS !, GS B, ESC {, ESC SP)."""

    font: FontName = "A"
    width: int = 1
    height: int = 1
    bold: bool = False
    underline_dots: int = 0
    inverted: bool = False
    upside_down: bool = False
    gap_dots: int = 0

    @property
    def char_dots(self) -> int:
        """What one character takes of the line."""
        return (CELL[self.font][0] + self.gap_dots) * self.width

    @property
    def line_dots(self) -> int:
        return CELL[self.font][1] * self.height


@dataclass(frozen=True, slots=True)
class Run:
    """Characters of one style."""

    x: int
    text: str
    style: Style

    @property
    def end(self) -> int:
        return self.x + len(self.text) * self.style.char_dots


@dataclass(frozen=True, slots=True)
class Bits:
    """A bit image standing in a line (ESC *): mode ``L``, 255 is ink."""

    x: int
    image: Image.Image

    @property
    def end(self) -> int:
        return self.x + self.image.width


@dataclass(frozen=True, slots=True)
class Row:
    """One printed line; ``feed_dots`` is how far the paper moves for it."""

    runs: tuple[Run, ...]
    bits: tuple[Bits, ...]
    feed_dots: int

    @property
    def text(self) -> str:
        """The line in columns of font A, blanks where nothing stands."""
        line = ""
        for run in sorted(self.runs, key=lambda run: run.x):
            line = line.ljust(round(run.x / COLUMN_DOTS)) + run.text
        return line.rstrip()

    @property
    def ink_dots(self) -> int:
        """Height of the tallest thing in it."""
        heights = [run.style.line_dots for run in self.runs]
        return max([*heights, *(bits.image.height for bits in self.bits)], default=0)


@dataclass(frozen=True, slots=True)
class Picture:
    """A raster, a bar code or a 2D symbol: mode ``L``, 255 is ink."""

    x: int
    image: Image.Image


@dataclass(frozen=True, slots=True)
class Feed:
    """Blank paper."""

    dots: int


@dataclass(frozen=True, slots=True)
class Symbol:
    """A bar code's or 2D symbol's data as the printer was given it."""

    system: str
    data: bytes


Mark = Row | Picture | Feed
