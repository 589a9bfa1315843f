"""The printer's mind while it prints: settings, pen, logos, and the present line.

State takes characters and pictures at the pen, wraps them at the print region, aligns
finished lines and hands them to the roll, or to the page in page mode.  It knows no
command; the tables of handlers do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from agent.escpos.sheet import Corners
from agent.paper.measure import cell, figure
from agent.paper.strip import Anchor, Cut, Page, Picture, Raster, Symbol
from agent.paper.text import cells
from agent.star.characters import Decoder, jis
from agent.star.line import Line
from agent.star.pictures import cropped
from agent.star.raster import RasterBuffer
from agent.star.roles import CutKind
from agent.star.roll import Roll, bytes_of
from agent.star.settings import PAGE_LINES, Printer, Settings, Spaces
from agent.star.sheet import BASE_OF_CELL, Sheet

_ANCHORS: Final[tuple[Anchor, ...]] = ("left", "centre", "right")
_CELL_DOTS: Final = 24


class State:
    """See the module.  One instance per job."""

    def __init__(self, printer: Printer, shelf: Mapping[bytes, Picture]) -> None:
        self.printer = printer
        self.roll = Roll()
        self.unread = 0
        self.shelf = dict(shelf)
        self.raster = RasterBuffer()
        self.sheet: Sheet | None = None
        self.page_direction = 0
        self.page_area: Corners | None = None
        self.pulse_ms = 200, 200
        self.two_colours = False
        self.now = self._initial()
        self._decoder = Decoder(printer)
        self._line = Line()
        self._line_align = 0

    # -- settings ---------------------------------------------------------

    def _initial(self) -> Settings:
        printer = self.printer
        return Settings(
            printer.default_page,
            printer.country,
            codec=printer.multibyte,
            spacing=printer.spacing,
            next_spacing=printer.spacing,
            form=printer.spacing * PAGE_LINES,
            other_mode=Spaces(printer.spacing),
        )

    def reset(self) -> None:
        """ESC @: "after printing data in the line buffer"; page mode ends unprinted."""
        self.flush()
        self.print_rows()
        self.raster.on = False
        self.leave_page()
        self.now = self._initial()
        self.page_direction, self.page_area = 0, None
        self.roll.top = self.roll.length

    def cancel(self) -> None:
        """CAN: what is not printed is lost."""
        text = self._line.text(0, 0)
        if text is not None:
            self.roll.lost += bytes_of(text)
        self._line = Line()
        self.raster.clear()
        self.reset()

    @property
    def x(self) -> int:
        """Where the pen is, along the line."""
        return self._line.x

    @property
    def at_top_of_line(self) -> bool:
        return self._line.at_top

    @property
    def area(self) -> int:
        """How long a line may be, in dots."""
        if self.sheet is not None:
            return self.sheet.area.along
        end = min(self.now.width or self.printer.width_dots, self.printer.width_dots)
        return max(1, end - self.now.left)

    @property
    def pitch(self) -> int:
        """What a character takes now, with its space and expansion."""
        style = self.now.style
        return cell(style).width + self.now.right_space * style.wide

    # -- characters -------------------------------------------------------

    def write(self, raw: bytes) -> None:
        """Print text bytes, in what is selected."""
        now = self.now
        if self.sheet is not None:
            self.sheet.text_bytes += len(raw)
        if now.jis:
            text = jis(raw)
        else:
            text = self._decoder.text(raw, now.page, now.country, now.codec)
        self._put(text)

    def release(self) -> None:
        """Print what the decoder holds back: the other half does not come any more."""
        self._put(self._decoder.rest())

    def _put(self, text: str) -> None:
        step = max(self.pitch, 1)
        space = self.now.right_space * self.now.style.wide
        while text:
            wide = step * max(1, cells(text[0]))
            if self._line.x and self._line.x + wide > self.area:
                self.end_line()
                continue
            fits = max(1, (self.area - self._line.x) // wide)
            part = _of_one_width(text[:fits])
            self._begin_line()
            self._line.write(part, self.now.style, space)
            text = text[len(part) :]

    # -- the pen ----------------------------------------------------------

    def move_to(self, x: int) -> None:
        """Move the pen; what exceeds the print region is ignored."""
        if 0 <= x <= self.area:
            self._begin_line()
            self._line.move_to(x)

    def tab(self) -> None:
        """HT: to the next stop, counted from the paper's edge; without one, ignored."""
        stops = (stop - self.now.left for stop in self.now.tabs)
        self.move_to(next((stop for stop in stops if stop > self.x), self.x))

    def draw(self, make: Callable[[], Picture]) -> None:
        """A bit image at the pen, on one line with text; not made when there is no room."""
        self.release()
        if self.area <= self.x or not self.roll.image_fits():
            return
        picture = cropped(make(), self.area - self.x)
        if not self.roll.could_hold(len(picture.bits)):
            self.unread += len(picture.bits)
            return
        self._begin_line()
        self._line.draw(picture)

    def _begin_line(self) -> None:
        """ESC GS a in the middle of a line is for the next one."""
        if self._line.crowded:
            self.end_line()
        if self._line.empty:
            self._line_align = self.now.align

    # -- the paper --------------------------------------------------------

    def end_line(self, feed: int | None = None) -> None:
        """Print the line, and move on by ``feed`` dots (default: spacing)."""
        feed = self.now.spacing if feed is None else feed
        if self.sheet is not None:
            self._settle()
            self.sheet.move_to(min(self.sheet.y + feed, self.sheet.area.across))
        elif self._line.has_pictures:
            self._end_with_pictures(feed)
        else:
            text = self._line.text(self._origin(), self._ends)
            if text is None:
                self.roll.feed(feed)
            else:
                self.roll.add(replace(text, height=max(feed, text.height)))
        self._line = Line()

    def _end_with_pictures(self, feed: int) -> None:
        origin = self._origin()
        if not self._line.has_text:
            start, picture = self._line.picture()
            self.roll.place(origin + start, picture)
            self.roll.feed(feed - picture.height)
            return
        marks = self._line.both(origin, self._ends)
        rasters = [each.mark for each in marks if isinstance(each.mark, Raster)]
        if all(self.roll.ink(Picture(r.width, r.height, r.bits)) for r in rasters):
            tallest = max(each.y + each.mark.height for each in marks)
            self.roll.add(Page(max(feed, tallest), marks))
            return
        text = self._line.text(origin, self._ends)
        if text is not None:
            self.roll.add(replace(text, height=max(feed, text.height)))

    def flush(self) -> None:
        """Print what is pending: most commands that move paper do so first."""
        self.release()
        if self.sheet is not None:
            self._settle()
        elif not self._line.empty:
            self.end_line()
        self._line = Line()

    def cut(self, kind: CutKind) -> None:
        """Cut the paper, when anything is to be cut."""
        self.flush()
        if kind and self.sheet is None:
            self.roll.add(Cut(full=kind == "full"))

    def execute(self, which: str) -> None:
        """Raster: print the buffer and do as the EOT or FF mode says."""
        kind = self.raster.cut(which)
        self.print_rows()
        if kind:
            self.roll.add(Cut(full=kind == "full"))

    def print_rows(self) -> None:
        """Raster: print the buffer."""
        for piece in self.raster.printed(self.printer.width_dots):
            if isinstance(piece, int):
                self.roll.feed(piece)
            else:
                self.roll.place(self.raster.left * 8, piece)

    # -- pages ------------------------------------------------------------

    def enter_page(self) -> None:
        """ESC GS P 0: "valid only when input at the top of the line"."""
        self.flush()
        self.sheet = Sheet(self.printer.width_dots)
        self.sheet.turn_to(self.page_direction)
        if self.page_area is not None:
            self.sheet.set_area(self.page_area)
        self.now.change_mode()

    def leave_page(self) -> None:
        """ESC GS P 1: what is not printed is erased; its text counts as lost."""
        if self.sheet is not None:
            self._settle()
            self.roll.lost += self.sheet.text_bytes
            self.sheet, self.page_area = None, None
            self._line = Line()
            self.now.change_mode()

    def print_page(self) -> None:
        """ESC GS P 6."""
        if self.sheet is not None:
            self._settle()
            page = self.sheet.printed() if self.roll.page_fits() else None
            if page is not None and page.marks:
                self.roll.add(page)

    def cancel_page(self) -> None:
        """ESC GS P 8."""
        if self.sheet is not None:
            self._settle()
            self.roll.lost += self.sheet.text_bytes
            self.sheet.cancel()

    def lift_to(self, y: int) -> None:
        """Page mode: the pen to ``y``, at the same distance from the line's start."""
        self._settle()
        if self.sheet is not None:
            self.sheet.move_to(y)

    def _settle(self) -> None:
        """Page mode: put on the page what was written; the pen stays."""
        self.release()
        sheet, line = self.sheet, self._line
        if sheet is None or line.empty:
            return
        below = _CELL_DOTS - BASE_OF_CELL
        if line.has_pictures:
            start, picture = line.picture()
            if self.roll.ink(picture):
                raster = Raster(0, picture.width, picture.height, picture.bits)
                if self.roll.afford(raster):
                    sheet.put(start, (picture.width, picture.height), raster, below)
        text = line.text(0, self.area)
        if text is not None and self.roll.afford(text):
            tall = max(run.style.tall for run in text.runs)
            sheet.put(0, (line.extent, text.height), text, below * tall)
        self._line = Line()
        self._line.x = line.x

    # -- what is no text --------------------------------------------------

    def _alone(self) -> int:
        """Print what is pending; where what comes alone starts, in front of it or not."""
        at = self.x if self._line.empty or self.sheet is not None else 0
        self.flush()
        return at

    def place(self, picture: Picture) -> None:
        """A picture on a line of its own, aligned; or at the page's pen."""
        if not self.roll.could_hold(len(picture.bits)):
            self.unread += len(picture.bits)
            return
        at = self._alone()
        picture = cropped(picture, self.area - at)
        if self.sheet is None:
            self.roll.place(self._aligned(at + picture.width) + at, picture)
        elif self.roll.ink(picture):
            raster = Raster(0, picture.width, picture.height, picture.bits)
            if self.roll.afford(raster):
                self.sheet.put(at, (picture.width, picture.height), raster)
                self._line.move_to(at + picture.width)

    def symbol(self, symbol: Symbol) -> None:
        """Print a symbol; where it stands is worked out here."""
        at = self._alone()
        if self.sheet is None:
            align = self.now.align
            x = self.now.left + at + (0, self.area // 2, self.area)[align]
            self.roll.add(replace(symbol, x=x, anchor=_ANCHORS[align]))
        elif self.roll.symbol_fits(symbol) and self.roll.afford(symbol):
            seen = figure(symbol)
            mark = replace(symbol, x=0, anchor="left")
            self.sheet.put(at, (seen.width, seen.height), mark, seen.hanging)
            self._line.move_to(at + seen.width)

    @property
    def _ends(self) -> int:
        """Left and right end of the print region, added up."""
        return 2 * self.now.left + self.area

    def _origin(self) -> int:
        return self._aligned(self._line.extent, self._line_align)

    def _aligned(self, width: int, align: int | None = None) -> int:
        """Where a line or picture of ``width`` dots starts (default: ESC GS a now)."""
        spare = max(0, self.area - width)
        return (
            self.now.left
            + (0, spare // 2, spare)[self.now.align if align is None else align]
        )


def _of_one_width(text: str) -> str:
    """As much of the beginning as has characters of one width."""
    width = cells(text[0])
    for number, character in enumerate(text):
        if cells(character) != width:
            return text[:number]
    return text


Handler = Callable[[State, bytes], None]
"""What a command does, given its parameters."""
