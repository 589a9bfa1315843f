"""The printer's mind while it prints: settings, pen, memory, and the present line.

State takes characters and pictures at the pen, wraps them at the print area,
aligns finished lines and hands them to the roll, or to the page in page mode.
It knows no command; the tables of handlers do.

Positions are dots from the left margin until a line is printed, and dots from
the left edge of the printable area from then on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from agent.escpos.counter import Counter
from agent.escpos.decoding import Decoder, Piece, advance
from agent.escpos.line import BAND_HEIGHT, Line
from agent.escpos.pcl import Rows
from agent.escpos.pictures import Plate
from agent.escpos.roll import Roll
from agent.escpos.settings import DOTS_PER_INCH, Printer, Settings
from agent.escpos.sheet import DEFAULT_HEIGHT, Corners
from agent.escpos.shelf import Shelf
from agent.paper.measure import figure
from agent.paper.strip import Anchor, Font, Page, Picture, Raster, Symbol

_ANCHORS: Final[tuple[Anchor, ...]] = ("left", "centre", "right")


class State:
    """See the module.  One instance per job."""

    def __init__(self, printer: Printer, job: bytes = b"") -> None:
        self.printer = printer
        self.roll = Roll(printer.width_dots)
        self.unread = 0
        self.selected = True
        self.page_direction = 0
        self.page_height = DEFAULT_HEIGHT
        self.page_area: Corners | None = None
        self.pcl_rows = Rows()
        self.saved: Settings | None = None
        self.starts_with = 0
        self.counter = Counter()
        self.plates: list[Plate] = []
        self.shelf = Shelf()
        self.now = self._initial()
        self.characters: Final[dict[tuple[Font, int], Picture]] = {}
        self.kanji_characters: Final[dict[bytes, Picture]] = {}
        self.records: Final[dict[bytes, bytes]] = {}
        drawn = self.characters, self.kanji_characters
        self._decoder = Decoder(printer, *drawn, job)
        self._line = Line()
        self._line_align = 0

    # -- settings ---------------------------------------------------------

    def _initial(self) -> Settings:
        printer = self.printer
        return Settings(
            printer.default_page,
            page_chosen=False,
            country=printer.country,
            kanji_on=printer.kanji_on,
        )

    def settings_of(self, area: int) -> Settings:
        """What GS ( M saved (1), if it did, or what the printer came with (0)."""
        if area and self.saved is not None:
            return replace(self.saved)
        return self._initial()

    def reset(self) -> None:
        """As after ESC @; what is in the printer's own memory stays there.

        A real printer drops an unprinted line here.  It is printed instead: a
        reader of the strip is served better by one line too many.
        """
        self.flush()
        self.now = self.settings_of(self.starts_with)
        self.page_direction = 0
        self.page_height = DEFAULT_HEIGHT
        self.page_area = None
        self.counter = Counter()
        self.plates = []
        self.shelf.reset()
        self.characters.clear()
        self.kanji_characters.clear()

    @property
    def x(self) -> int:
        """Where the pen is, along the line."""
        return self._line.x

    @property
    def line_begun(self) -> bool:
        """Is there anything on the line that is being made?"""
        return not self._line.empty

    @property
    def area(self) -> int:
        """How long a line may be, in dots."""
        sheet = self.roll.sheet
        if sheet is not None:
            return sheet.area.along
        room = self.printer.width_dots - self.now.left
        return max(1, min(self.now.width or room, room))

    @property
    def upright(self) -> bool:
        """Does the line run across the paper, not along it?"""
        sheet = self.roll.sheet
        return sheet is None or sheet.area.turn in {0, 180}

    def dots_x(self, units: int) -> int:
        """Horizontal motion units (GS P) as dots."""
        return units * DOTS_PER_INCH // self.now.unit_x

    def dots_y(self, units: int) -> int:
        """Vertical motion units as dots."""
        return units * DOTS_PER_INCH // self.now.unit_y

    def dots_along(self, units: int) -> int:
        """Motion units in the direction of the line."""
        return self.dots_x(units) if self.upright else self.dots_y(units)

    def dots_across(self, units: int) -> int:
        """Motion units from line to line."""
        return self.dots_y(units) if self.upright else self.dots_x(units)

    # -- characters -------------------------------------------------------

    def write(self, raw: bytes) -> None:
        """Print text bytes, in the code page that is selected."""
        if self.roll.sheet is not None:
            self.roll.sheet.text_bytes += len(raw)
        for piece in self._decoder.read(self._shown(), raw):
            self._put(piece)

    def _shown(self) -> Settings:
        """ESC V and ESC { do "not affect printing in page mode"."""
        style = self.now.style
        if self.roll.sheet is None or not (style.rotated or style.upside_down):
            return self.now
        style = replace(style, rotated=False, upside_down=False)
        return replace(self.now, style=style)

    def release(self) -> None:
        """Print what the decoder holds back: the other half does not come any more."""
        if self._decoder.held:
            for piece in self._decoder.rest(self._shown()):
                self._put(piece)

    def _put(self, piece: Piece) -> None:
        text, shapes, step = piece.text, piece.shapes, max(piece.advance, 1)
        while text:
            room = (self.area - self.x) // step
            if room < 1 and self.x:
                self._end_line(self.now.spacing)
                continue
            fits = 1 if piece.apart else max(room, 1)
            self._begin_line()
            if fits < len(text) or text is not piece.text:
                part = piece._replace(text=text[:fits], shapes=shapes[:fits])
            else:
                part = piece
            self._line.write(part)
            text, shapes = text[fits:], shapes[fits:]

    # -- the pen ----------------------------------------------------------

    def move_to(self, x: int) -> None:
        """Move the pen to ``x`` dots from where the line begins."""
        self.release()
        self._line.move_to(x)

    def to_line_start(self) -> None:
        self._line.x = 0

    def tab(self) -> None:
        """HT: to the next tab stop; without one the printer ignores it."""
        stops = self.now.tabs
        if stops is None:
            every = 8 * advance(self.now.style, self.now.right_space)
            stop = (self.x // every + 1) * every
            stops = (stop,) if stop < self.area else ()
        self.move_to(next((stop for stop in stops if stop > self.x), self.x))

    def columns(self, data: bytes) -> None:
        """ESC *: columns of 24 dots, three bytes each, at the pen."""
        self.release()
        self._begin_line()
        self._line.draw(data)

    def _begin_line(self) -> None:
        """ESC a in the middle of a line is for the next one."""
        if self._line.crowded:
            self._end_line(self.now.spacing)
        if self._line.empty:
            self._line_align = self.now.align

    # -- the paper --------------------------------------------------------

    def end_line(self, feed: int | None = None) -> None:
        """Print the line, and move on by ``feed`` dots (default: spacing).

        A line that is taller moves the paper by its own height; on a page the
        pen moves by just as much as was said.
        """
        self.release()
        self._end_line(self.now.spacing if feed is None else feed)

    def _end_line(self, feed: int) -> None:
        if self.roll.sheet is not None:
            self.settle()
            self.roll.sheet.y += feed
        elif self._line.has_columns:
            self._end_with_columns(feed)
        else:
            text = self._line.text(self._origin(), self._ends)
            if text is None:
                self.roll.feed(feed)
            else:
                self.roll.add(replace(text, height=max(feed, text.height)))
        self._line = Line()

    def _end_with_columns(self, feed: int) -> None:
        origin, area = self._origin(), self.area
        if not self._line.has_text:
            start, picture = self._line.band(area)
            self.roll.place(origin + start, picture)
            self.roll.feed(max(feed - BAND_HEIGHT, 0))
            return
        marks = self._line.both(origin, area, self._ends)
        rasters = (each.mark for each in marks if isinstance(each.mark, Raster))
        if all(self.roll.ink(Picture(r.width, r.height, r.bits)) for r in rasters):
            tallest = max(each.y + each.mark.height for each in marks)
            self.roll.add(Page(max(feed, tallest), marks))
            return
        text = self._line.text(origin, self._ends)
        if text is not None:
            self.roll.add(replace(text, height=max(feed, text.height)))

    def settle(self) -> None:
        """Page mode: put on the page what was written; the pen stays."""
        sheet, line = self.roll.sheet, self._line
        if sheet is None or line.empty:
            return
        if line.has_columns:
            start, picture = line.band(self.area)
            if self.roll.ink(picture):
                self._lay(Raster(0, picture.width, picture.height, picture.bits), start)
        text = line.text(0, self._ends)
        if text is not None and self.roll.afford(text):
            sheet.put(0, (line.extent, text.height), text)
        self._line = Line()
        self._line.x = line.x

    def flush(self) -> None:
        """Print what is pending: most commands that move paper do so first."""
        self.release()
        if self.roll.sheet is not None:
            self.settle()
            return
        if not self._line.empty:
            self.end_line()
        self._line = Line()

    def drop_line(self) -> None:
        """Print nothing of what is pending; its text counts as lost."""
        self.release()
        text = self._line.text(0, 0)
        if text is not None:
            self.roll.lost += sum(len(run.text) for run in text.runs)
        self._line = Line()

    def lift_to(self, y: int) -> None:
        """Page mode: the pen to ``y``, at the same distance from the line's start."""
        self.settle()
        sheet = self.roll.sheet
        if sheet is not None and 0 <= y <= sheet.area.across:
            sheet.y = y

    # -- what is no text --------------------------------------------------

    def place(self, picture: Picture) -> None:
        """Print a picture: aligned on a line of its own, or at the page's pen."""
        self.flush()
        if self.roll.sheet is None:
            self.roll.place(self.origin(picture.width), picture)
        elif self.roll.ink(picture):
            self._lay(Raster(0, picture.width, picture.height, picture.bits), self.x)
            self.move_to(self.x + picture.width)

    def symbol(self, symbol: Symbol) -> None:
        """Print a symbol; where it stands is worked out here."""
        self.flush()
        if self.roll.sheet is None:
            x, anchor = self.anchor()
            self.roll.add(replace(symbol, x=x, anchor=anchor))
        elif self.roll.symbol_fits(symbol) and self.roll.afford(symbol):
            seen = figure(symbol)
            mark = replace(symbol, x=0, anchor="left")
            self.roll.sheet.put(self.x, (seen.width, seen.height), mark, seen.hanging)
            self.move_to(self.x + seen.width)

    def _lay(self, raster: Raster, x: int) -> None:
        sheet = self.roll.sheet
        if sheet is not None and self.roll.afford(raster):
            sheet.put(x, (raster.width, raster.height), raster)

    @property
    def _ends(self) -> int:
        """Left and right end of the print area, added up."""
        if self.roll.sheet is not None:
            return self.area
        return 2 * self.now.left + self.area

    def _origin(self) -> int:
        return self.origin(self._line.extent, self._line_align)

    def origin(self, width: int, align: int | None = None) -> int:
        """Where a line or picture of ``width`` dots starts (default: ESC a now)."""
        spare = max(0, self.area - width)
        aligned = self.now.align if align is None else align
        return self.now.left + (0, spare // 2, spare)[aligned]

    def anchor(self) -> tuple[int, Anchor]:
        """Where a symbol stands whose width is not known."""
        at = self.now.left + (0, self.area // 2, self.area)[self.now.align]
        return at, _ANCHORS[self.now.align]


Handler = Callable[[State, bytes], None]
"""What a command does, given its parameters."""
