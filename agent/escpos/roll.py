"""The paper roll: where elements go, and how much of it one job may use.

Slices of a cut picture that follow each other without a gap become one
picture.  Paper that is fed back (ESC K, ESC e), or ruled lengthwise (GS ( Q), makes
a *stretch*: its marks lie side by side or over each other until the paper is past
them, and come out as one ``Page``.

The budgets below end a job's strip, never the program: bytes from a till are
hostile.  What does not fit is counted in ``lost``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from agent.escpos.sheet import Corners, Sheet
from agent.escpos.stretch import Stretch
from agent.paper.strip import (
    Box,
    Buzz,
    Cut,
    Element,
    Feed,
    Kick,
    Page,
    Picture,
    Raster,
    Symbol,
    TextLine,
)

MAX_MARKS: Final = 20_000
"""Elements and runs of a strip: twenty times a 400-line receipt."""
MAX_SYMBOLS: Final = 100
"""A receipt has three, a demonstration sheet forty; each takes time to draw."""
MAX_LENGTH_DOTS: Final = 640_000
"""A strip is never longer than the roll: 80 m."""
MAX_RASTER_BYTES: Final = 4 << 20
"""7 m of solid picture at 576 dots; the page of a Windows driver is 0.1 m."""
MAX_PAGES: Final = 100
"""ESC FF keeps what it prints: three bytes more are the same page again."""


@dataclass(slots=True)
class _Slices:
    x: int
    width: int
    height: int
    bits: bytearray


class Roll:
    """Takes elements in printing order; :meth:`finish` gives them all.

    ``fresh``: nothing is printed since the last cut; ``head`` prints what then comes
    first, and ``skip`` are the lines that it takes the place of (FS ( E).
    """

    def __init__(self, width: int) -> None:
        self.sheet: Sheet | None = None
        self.full = False
        self.lost = 0
        self.fresh = True
        self.head: Callable[[], None] | None = None
        self.skip = 0
        self._width = width
        self._elements: list[Element | Stretch] = []
        self._slices: _Slices | None = None
        self._stretch: Stretch | None = None
        self._marks = 0
        self._symbols = 0
        self._pages = 0
        self._length = 0
        self._ink = 0

    # -- standard mode ----------------------------------------------------

    def add(self, element: Element) -> None:
        """Put an element below the last one."""
        if isinstance(element, Symbol) and not self.symbol_fits(element):
            return
        if isinstance(element, Cut):
            self._close_slices()
            self._keep(element)
            self.fresh, self.skip = True, 0
            return
        if not isinstance(element, Kick | Buzz):
            self._begin()
        if self.skip and isinstance(element, TextLine | Feed):
            self.skip -= 1
            return
        self._close_slices()
        self._keep(element)

    def _begin(self) -> None:
        """``head`` is called before the first thing below a cut."""
        if self.fresh:
            self.fresh = False
            if self.head is not None:
                self.head()

    def symbol_fits(self, symbol: Symbol) -> bool:
        """Count a symbol; one too many is lost."""
        self._symbols += 1
        if self._symbols > MAX_SYMBOLS:
            self.lost += len(symbol.data)
        return self._symbols <= MAX_SYMBOLS

    def feed(self, dots: int) -> None:
        """Move the paper; back as far as it has not been cut."""
        if dots > 0:
            self.add(Feed(dots))
        elif dots < 0:
            self._close_slices()
            if self._stretch is None:
                self._stretch = Stretch.back(self._elements, -dots)
            else:
                self._stretch.rewind(-dots)

    def rule(self, x: int, line: int | None) -> None:
        """Begin a line down the paper at ``x`` dots, or end it (``None``)."""
        self._close_slices()
        if self._stretch is None:
            self._stretch = Stretch.back(self._elements, 0)
        self._stretch.rule(x, line)
        self._leave_stretch()

    def could_hold(self, size: int) -> bool:
        """Whether a picture of ``size`` bytes still fits."""
        return self._ink + size <= MAX_RASTER_BYTES

    def ink(self, picture: Picture) -> bool:
        """Pay for a picture; one that has no dots or does not fit is not printed."""
        if not picture.width or not picture.height:
            return False
        if not self.could_hold(len(picture.bits)):
            self.lost += len(picture.bits)
            return False
        self._ink += len(picture.bits)
        return True

    def place(self, x: int, picture: Picture) -> None:
        """A picture with its left edge at ``x`` dots."""
        if not self.ink(picture):
            return
        self._begin()
        raster = Raster(x, picture.width, picture.height, picture.bits)
        if self._stretch is not None:
            self.add(raster)
        else:
            self._slice(raster)

    def _slice(self, raster: Raster) -> None:
        """Slices pay for themselves: what they make is kept in any case."""
        if not self.afford(raster):
            self.lost += len(raster.bits)
            return
        slices = self._slices
        if slices is None or (slices.x, slices.width) != (raster.x, raster.width):
            self._close_slices()
            slices = self._slices = _Slices(raster.x, raster.width, 0, bytearray())
        slices.height += raster.height
        slices.bits += raster.bits

    def _close_slices(self) -> None:
        slices, self._slices = self._slices, None
        if slices is not None:
            bits = bytes(slices.bits)
            raster = Raster(slices.x, slices.width, slices.height, bits)
            self._elements.append(raster)

    # -- page mode --------------------------------------------------------

    def open_sheet(self, direction: int, height: int, area: Corners | None) -> None:
        """Begin a page of ``height`` dots, read in the ``direction`` of ESC T.

        ``area`` is what ESC W set beforehand.
        """
        self._close_slices()
        self.sheet = Sheet(self._width, height)
        self.sheet.turn_to(direction)
        if area is not None:
            self.sheet.set_area(*area)

    def print_sheet(self) -> None:
        """Print the page, also when all of it was printed before (FF, ESC FF)."""
        if self.sheet is None:
            return
        self._pages += 1
        if self._pages > MAX_PAGES:
            return
        page = self.sheet.printed()
        if page.marks:
            self._begin()
            self._close_slices()
            self._keep(page)

    def clear_sheet(self) -> None:
        """Throw away what stands in the page's area (CAN); its text counts as lost."""
        if self.sheet is not None:
            self.lost += self.sheet.text_bytes
            self.sheet.cancel()

    def close_sheet(self) -> None:
        """Back to standard mode (FF, ESC S); unprinted text counts as lost."""
        if self.sheet is not None:
            self.lost += self.sheet.text_bytes
            self.sheet = None

    # -- the budget -------------------------------------------------------

    def afford(self, element: Element) -> bool:
        """Count an element; when the roll is full, its text is lost."""
        self._marks += 1 + (len(element.runs) if isinstance(element, TextLine) else 0)
        if isinstance(element, Page):
            self._marks += len(element.marks)
        self._length += height_of(element)
        if self._marks > MAX_MARKS or self._length > MAX_LENGTH_DOTS:
            self.full = True
        if self.full and isinstance(element, TextLine):
            self.lost += sum(len(run.text) for run in element.runs)
        return not self.full

    def _keep(self, element: Element) -> None:
        if not self.afford(element):
            return
        if self._stretch is not None:
            if self._stretch.take(element):
                self._leave_stretch()
                return
            self._end_stretch()
        self._elements.append(element)

    def _leave_stretch(self) -> None:
        if self._stretch is not None and self._stretch.past:
            self._end_stretch()

    def _end_stretch(self) -> None:
        stretch, self._stretch = self._stretch, None
        if stretch is not None:
            self._elements.append(stretch)

    def finish(self) -> tuple[Element, ...]:
        """The strip's elements; a page still open is printed, not lost."""
        if self.sheet is not None and self.sheet.unprinted:
            self.print_sheet()
        self.close_sheet()
        self._close_slices()
        self._end_stretch()
        found: list[Element] = []
        for each in self._elements:
            for element in each.elements() if isinstance(each, Stretch) else (each,):
                _append(found, element)
        return tuple(found)


def _append(elements: list[Element], element: Element) -> None:
    """Paper that moves twice has moved once, by as much."""
    last = elements[-1] if elements else None
    if isinstance(element, Feed) and isinstance(last, Feed):
        elements[-1] = Feed(last.dots + element.dots)
    else:
        elements.append(element)


def height_of(element: Element) -> int:
    """How far an element moves the paper, a symbol by what the POS said of it."""
    match element:
        case TextLine() | Raster() | Symbol() | Box() | Page():
            return element.height
        case Feed(dots=dots):
            return dots
        case _:
            return 0
