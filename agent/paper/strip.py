"""The strip: a receipt as marks on paper, before anyone asks what it means.

Units are printer dots from the left edge of the printable area (203 dpi:
8 dots = 1 mm).  A strip is a value: frozen, comparable, made once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Font = Literal["A", "B", "C", "D", "E"]
Hri = Literal["none", "above", "below", "both"]
Anchor = Literal["left", "centre", "right"]

Turn = Literal[0, 90, 180, 270]
"""Degrees clockwise, as a reader of upright paper sees it."""

CELL_WIDTH: dict[Font, int] = {"A": 12, "B": 9, "C": 8, "D": 10, "E": 8}
"""Dots per character at normal width (Epson TM-T88 family; D and E are TM-m30's)."""

CELL_HEIGHT: dict[Font, int] = {"A": 24, "B": 17, "C": 16, "D": 24, "E": 16}

BASE_DOTS = 24
"""Height of a standard character: what a page's pen stands on the foot of."""


@dataclass(frozen=True, slots=True)
class Picture:
    """Dots not yet placed: 1 bit per dot, rows padded to whole bytes, 1 = black."""

    width: int
    height: int
    bits: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Style:
    """How characters look.  ``wide`` and ``tall`` are multipliers, 1 to 8.

    ``ink`` is the colour of the characters, ``ground`` of what is behind them:
    0 is none (bare paper), 1 black, 2 and 3 what else the paper can turn (red).
    """

    font: Font = "A"
    bold: bool = False
    underline: int = 0
    invert: bool = False
    upside_down: bool = False
    rotated: bool = False
    wide: int = 1
    tall: int = 1
    ink: int = 1
    ground: int = 0


PLAIN = Style()


@dataclass(frozen=True, slots=True)
class Run:
    """Characters of one style, the first at ``x`` dots.

    ``shapes``, when there are any, are one a character: the dots that the POS
    drew for it (ESC &, FS 2).  ``text`` then is what it stands for as far as
    anyone can know: the character whose place it takes.

    ``before`` and ``after`` are dots of paper beside a single character that are its
    own (ESC SP, FS S): what is behind it and the line under it go on there.
    """

    text: str
    style: Style = PLAIN
    x: int = 0
    shapes: tuple[Picture, ...] = ()
    before: int = 0
    after: int = 0


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

    ``system`` is one of UPC-A UPC-E EAN13 EAN8 CODE39 ITF CODABAR CODE93 CODE128
    GS1-128, GS1-DATABAR with -TRUNCATED -LIMITED -EXPANDED -STACKED
    -STACKED-OMNIDIRECTIONAL -EXPANDED-STACKED, PDF417 QR MAXICODE AZTEC DATAMATRIX
    COMPOSITE; LOGO is a picture stored in the printer, whose dots are not in the stream.

    ``data`` is what the POS sent, ``text`` what a scanner says: with the check digit that
    the printer adds, GS (1D) where FNC1 parts two elements, "|" between the linear and
    the two-dimensional part of a composite.  ``caption`` is the readable line
    (GS H) where it is another than ``text``.

    ``module`` is dots per module, ``height`` dots of a bar, ``tall`` modules of a row of
    PDF417.  ``level`` is the error correction: L M Q H of QR, 0 to 8 or a ratio as "10%" of
    PDF417, "23%" of Aztec.  ``columns`` and ``rows`` are a size that the POS asks for, 0: as
    it comes; ``room`` is how many dots wide it may be then, 0: any.

    ``variant``: QR 1 2 MICRO; PDF417 TRUNCATED; MaxiCode's mode 2 to 6; Aztec FULL COMPACT;
    Data Matrix SQUARE RECTANGLE; CODE128 AUTO, whose code sets the printer chooses;
    the ``system`` of a composite's linear part, with "+C" behind it for CC-C.

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
    variant: str = ""
    columns: int = 0
    rows: int = 0
    tall: int = 3
    room: int = 0
    hri_font: Font = "A"
    caption: str = ""

    @property
    def readable(self) -> str:
        """The characters that GS H prints above or below the bars."""
        return self.caption or self.text


@dataclass(frozen=True, slots=True)
class Box:
    """A ruled rectangle (GS ( Q); ``line`` dots thick, or filled when that is 0."""

    x: int
    width: int
    height: int
    line: int = 0


@dataclass(frozen=True, slots=True)
class Placed:
    """A mark somewhere on a page.

    The mark stands upright in a frame of its own, its ``x`` counted from there;
    the frame's upper left corner lies at ``x``, ``y`` of the page and is turned
    about it by ``turn``: translate, then rotate, as in SVG.
    """

    x: int
    y: int
    mark: TextLine | Raster | Symbol | Box
    turn: Turn = 0


@dataclass(frozen=True, slots=True)
class Page:
    """A piece of paper whose marks do not simply follow each other.

    Page mode, paper that was fed back and printed on again, ruled frames.
    ``height`` is how far the paper moves; marks lie in it in printing order, and
    what reaches out of it is cut off when it is drawn, but not when it is read.
    """

    height: int
    marks: tuple[Placed, ...]


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


@dataclass(frozen=True, slots=True)
class Buzz:
    """The buzzer sounded; it leaves no mark."""


Element = TextLine | Raster | Symbol | Box | Page | Feed | Cut | Kick | Buzz


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
