"""The printer's mind while it prints: settings, pen, and the line not yet printed.

State takes characters and pictures at the pen, wraps them at the print area,
aligns finished lines and hands them to the roll.  It knows no command;
``interpret``, ``images`` and ``symbols`` do.

Positions are dots from the left margin until a line is printed, and dots from
the left edge of the printable area from then on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final

from agent.escpos import codepages
from agent.escpos.roll import Picture, Roll
from agent.paper.strip import (
    CELL_HEIGHT,
    CELL_WIDTH,
    PLAIN,
    Anchor,
    Run,
    Style,
    TextLine,
)
from agent.paper.text import cells

DOTS_PER_INCH: Final = 203
DEFAULT_SPACING: Final = 30
"""Dots from line to line (Epson ESC/POS, ESC 2: about 1/6 inch)."""
BAND_HEIGHT: Final = 24
"""Dots of a column of ESC *, whatever its mode."""

MAX_PENDING: Final = 4096
"""Runs of one unprinted line: far more than the 96 characters it can show."""

_ANCHORS: Final[tuple[Anchor, ...]] = ("left", "centre", "right")


@dataclass(frozen=True, slots=True)
class Printer:
    """What the stream does not say about the printer it was written for.

    ``pages`` maps the n of ESC t to the 128 characters of the bytes 80 to FF;
    a number it lacks means what Epson's manual says.  ``multibyte`` is the
    Python codec that FS & switches on ("gb18030", "cp932", "big5", "euc_kr");
    empty: the model has no kanji and ignores FS &.
    """

    width_dots: int = 576
    pages: Mapping[int, str] = field(default_factory=dict, repr=False)
    default_page: int = 0
    country: int = 0
    multibyte: str = ""

    @property
    def columns(self) -> int:
        """Characters of font A on a line."""
        return max(1, self.width_dots // CELL_WIDTH["A"])


@dataclass(slots=True)
class Settings:
    """All that ESC @ sets back."""

    page_number: int
    page_chosen: bool
    country: int
    style: Style = PLAIN
    emphasized: bool = False
    double_strike: bool = False
    right_space: int = 0
    align: int = 0
    left: int = 0
    width: int = 0
    spacing: int = DEFAULT_SPACING
    unit_x: int = DOTS_PER_INCH
    unit_y: int = DOTS_PER_INCH
    tabs: tuple[int, ...] | None = None
    kanji: bool = False
    module: int = 3
    bar_height: int = 162
    hri: int = 0


class State:
    """See the module.  One instance per job."""

    def __init__(self, printer: Printer) -> None:
        self.printer = printer
        self.roll = Roll()
        self.unread = 0
        self.selected = True
        self.graphics: Picture | None = None
        self.shelf: dict[bytes, Picture] = {}
        self.codes: dict[tuple[int, int], bytes] = {}
        self.now = self._initial()
        self.x = 0
        self._extent = 0
        self._line_align = 0
        self._runs: list[Run] = []
        self._columns: list[tuple[int, bytes]] = []
        self._tables: dict[tuple[int, int], str] = {}

    # -- settings ---------------------------------------------------------

    def _initial(self) -> Settings:
        printer = self.printer
        return Settings(
            printer.default_page, page_chosen=False, country=printer.country
        )

    def reset(self) -> None:
        """As after ESC @; what was stored in the printer stays stored.

        A real printer drops an unprinted line here.  It is printed instead: a
        reader of the strip is served better by one line too many.
        """
        self.flush()
        self.now = self._initial()

    @property
    def area(self) -> int:
        """How wide the print area is, in dots."""
        page = self.roll.page
        if page is not None and page.width:
            return page.width
        room = self.printer.width_dots - self.now.left
        return max(1, min(self.now.width or room, room))

    def dots_x(self, units: int) -> int:
        return units * DOTS_PER_INCH // self.now.unit_x

    def dots_y(self, units: int) -> int:
        return units * DOTS_PER_INCH // self.now.unit_y

    # -- characters -------------------------------------------------------

    def write(self, raw: bytes) -> None:
        """Print text bytes, in the code page that is selected."""
        if self.roll.page is not None:
            self.roll.page.text_bytes += len(raw)
        if self.now.kanji:
            text = raw.decode(self.printer.multibyte, "replace")
            for count, group in groupby(text, cells):
                self._put("".join(group), self._advance() * count)
        else:
            self._put(self._decode(raw), self._advance())

    def _decode(self, raw: bytes) -> str:
        now = self.now
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
        page = self.printer.pages.get(number)
        if page is None:
            page = codepages.upper_half(codepages.EPSON_PAGES.get(number, "CP437"))
        return codepages.tidied(page)

    def _advance(self) -> int:
        style = self.now.style
        cell = CELL_HEIGHT[style.font] if style.rotated else CELL_WIDTH[style.font]
        return (cell + self.now.right_space) * style.wide

    def _put(self, text: str, advance: int) -> None:
        while text:
            room = (self.area - self.x) // advance
            if room < 1 and self.x:
                self.end_line()
                continue
            piece, text = text[: max(room, 1)], text[max(room, 1) :]
            for part in piece if self.now.right_space else (piece,):
                self._add_run(part)
                self.move_to(self.x + advance * len(part))

    def _add_run(self, text: str) -> None:
        style = self.now.style
        last = self._runs[-1] if self._runs else None
        if last and last.style == style and self._after(last) == self.x:
            self._runs[-1] = Run(last.text + text, style, last.x)
            return
        if len(self._runs) >= MAX_PENDING:
            self.end_line()
        self._begin_line()
        self._runs.append(Run(text, style, self.x))

    def _after(self, last: Run) -> int:
        return last.x + len(last.text) * self._advance()

    # -- the pen ----------------------------------------------------------

    def move_to(self, x: int) -> None:
        """Move the pen to ``x`` dots from the left margin."""
        self.x = max(0, x)
        self._extent = max(self._extent, self.x)

    def tab(self) -> None:
        """HT: to the next tab stop; without one the printer ignores it."""
        stops = self.now.tabs
        if stops is None:
            every = 8 * self._advance()
            stop = (self.x // every + 1) * every
            stops = (stop,) if stop < self.area else ()
        self.move_to(next((stop for stop in stops if stop > self.x), self.x))

    def columns(self, data: bytes) -> None:
        """ESC *: columns of 24 dots, three bytes each, at the pen."""
        if len(self._columns) >= MAX_PENDING:
            self.end_line()
        self._begin_line()
        self._columns.append((self.x, data))
        self.move_to(self.x + len(data) // 3)

    # -- the paper --------------------------------------------------------

    def end_line(self, feed: int | None = None) -> None:
        """Print the line, and move the paper by ``feed`` dots (default: spacing).

        A line that is taller moves the paper by its own height.
        """
        feed = self.now.spacing if feed is None else feed
        runs, columns = self._runs, self._columns
        origin = self.origin(self._extent, self._line_align)
        self._runs, self._columns, self.x, self._extent = [], [], 0, 0
        if columns:
            self._print_band(origin, columns)
            feed = max(feed - BAND_HEIGHT, 0)
        if runs:
            placed = tuple(Run(run.text, run.style, run.x + origin) for run in runs)
            self.roll.add(TextLine(placed, max(feed, *map(_height, runs), 1)))
        else:
            self.roll.feed(feed)

    def flush(self) -> None:
        """Print what is pending: most commands that move paper do so first."""
        if self._runs or self._columns:
            self.end_line()
        self.x = self._extent = 0

    def lift_to(self, y: int) -> None:
        """Page mode: go on at height ``y``, at the same distance from the left."""
        x = self.x
        if self._runs or self._columns:
            self.end_line(0)
        self.move_to(x)
        if self.roll.page is not None:
            self.roll.page.y = max(0, y)

    def _begin_line(self) -> None:
        """ESC a in the middle of a line is for the next one."""
        if not self._runs and not self._columns:
            self._line_align = self.now.align

    def origin(self, width: int, align: int | None = None) -> int:
        """Where a line or picture of ``width`` dots starts (default: ESC a now)."""
        spare = max(0, self.area - width)
        return (
            self._left()
            + (0, spare // 2, spare)[self.now.align if align is None else align]
        )

    def anchor(self) -> tuple[int, Anchor]:
        """Where a symbol stands whose width is not known."""
        at = self._left() + (0, self.area // 2, self.area)[self.now.align]
        return at, _ANCHORS[self.now.align]

    def _left(self) -> int:
        page = self.roll.page
        return self.now.left + (page.left if page is not None else 0)

    def _print_band(self, origin: int, columns: list[tuple[int, bytes]]) -> None:
        """All pictures of a line as one, so that bands join to a picture.

        What reaches beyond the print area is not printed.
        """
        start = columns[0][0]
        band = bytearray()
        for x, data in columns:
            at = max(0, x - start) * 3
            band.extend(bytes(max(0, at - len(band))))
            band[at : at + len(data)] = data
        room = max(self.area - start, 0) * 3
        self.roll.place(origin + start, rows_of(bytes(band[:room]), 3))


Handler = Callable[[State, bytes], None]
"""What a command does, given its parameters."""


def rows_of(columns: bytes, column_bytes: int) -> Picture:
    """Turn columns of dots, top dot first, into rows."""
    width = len(columns) // column_bytes
    if not width:
        return Picture(0, 0, b"")
    pad = -width % 8
    size = (width + 7) // 8
    rows = []
    for plane in range(column_bytes):
        eight = columns[plane : width * column_bytes : column_bytes]
        for table in _BIT_OF:
            row = int(eight.translate(table), 2) << pad
            rows.append(row.to_bytes(size, "big"))
    return Picture(width, column_bytes * 8, b"".join(rows))


# For each bit, top first: the byte as the ASCII digit of that bit.
_BIT_OF: Final = tuple(
    bytes(0x30 + (byte >> bit & 1) for byte in range(256)) for bit in range(7, -1, -1)
)


def _height(run: Run) -> int:
    return CELL_HEIGHT[run.style.font] * run.style.tall


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
