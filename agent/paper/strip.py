"""The strip: a receipt as marks on paper, before anyone asks what it means.

Units are printer dots from the left edge of the printable area (203 dpi:
8 dots = 1 mm).  A strip is a value: frozen, comparable, made once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Font = Literal["A", "B", "C"]
Hri = Literal["none", "above", "below", "both"]
Anchor = Literal["left", "centre", "right"]

CELL_WIDTH: dict[Font, int] = {"A": 12, "B": 9, "C": 8}
"""Dots per character at normal width (Epson TM-T88 family)."""

CELL_HEIGHT: dict[Font, int] = {"A": 24, "B": 17, "C": 16}


@dataclass(frozen=True, slots=True)
class Style:
    """How characters look.  ``wide`` and ``tall`` are multipliers, 1 to 8."""

    font: Font = "A"
    bold: bool = False
    underline: int = 0
    invert: bool = False
    upside_down: bool = False
    rotated: bool = False
    wide: int = 1
    tall: int = 1


PLAIN = Style()


@dataclass(frozen=True, slots=True)
class Run:
    """Characters of one style, the first at ``x`` dots."""

    text: str
    style: Style = PLAIN
    x: int = 0


@dataclass(frozen=True, slots=True)
class TextLine:
    """One printed line; ``height`` is how far the paper moved, in dots."""

    runs: tuple[Run, ...]
    height: int = 30


@dataclass(frozen=True, slots=True)
class Raster:
    """A picture: 1 bit per dot, rows padded to whole bytes, 1 = black."""

    x: int
    width: int
    height: int
    bits: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Symbol:
    """A bar code or two-dimensional symbol, kept as its content.

    ``system`` is one of UPC-A UPC-E EAN13 EAN8 CODE39 ITF CODABAR CODE93
    CODE128 GS1-128 QR ... ; ``module`` is dots per module, ``height`` dots.
    LOGO is a picture stored in the printer: its dots are not in the stream.
    How wide a symbol comes out only its encoder knows, so ``anchor`` says which
    point of it stands at ``x``.
    """

    system: str
    data: bytes
    text: str
    x: int = 0
    module: int = 3
    height: int = 162
    hri: Hri = "none"
    level: str = ""
    anchor: Anchor = "left"


@dataclass(frozen=True, slots=True)
class Feed:
    """Paper moved without a mark."""

    dots: int


@dataclass(frozen=True, slots=True)
class Cut:
    """The cutter ran."""

    full: bool = True


@dataclass(frozen=True, slots=True)
class Kick:
    """A pulse on the drawer connector: pin 2 (0) or pin 5 (1)."""

    connector: int
    on_ms: int = 0
    off_ms: int = 0


Element = TextLine | Raster | Symbol | Feed | Cut | Kick


@dataclass(frozen=True, slots=True)
class Strip:
    """A job on paper.  ``unread`` counts bytes that had no meaning to us."""

    elements: tuple[Element, ...] = ()
    width: int = 576
    unread: int = 0


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A line as monospaced text: one character a column of font A.

    A double-width line has half the columns, so ``text`` keeps single
    characters and ``wide`` tells.
    """

    text: str
    wide: int = 1
    tall: int = 1
    bold: bool = False
