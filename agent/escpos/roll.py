"""The paper roll: where elements go, and how much of it one job may use.

Slices of a cut picture that follow each other without a gap become one
picture.  In page mode marks wait on the page, each at its height, and come out
from top to bottom when the page is printed (Epson ESC/POS, ESC L, FF).

The budgets below end a job's strip, never the program: bytes from a till are
hostile.  What does not fit is counted in ``lost``.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from operator import itemgetter
from typing import Final

from agent.paper.strip import Element, Feed, Raster, Symbol, TextLine

MAX_MARKS: Final = 20_000
"""Elements and runs of a strip: twenty times a 400-line receipt."""
MAX_SYMBOLS: Final = 100
"""A receipt has three, a demonstration sheet forty; each takes time to draw."""
MAX_LENGTH_DOTS: Final = 640_000
"""A strip is never longer than the roll: 80 m."""
MAX_RASTER_BYTES: Final = 4 << 20
"""7 m of solid picture at 576 dots; the page of a Windows driver is 0.1 m."""


@dataclass(frozen=True, slots=True)
class Picture:
    """1 bit per dot, rows padded to whole bytes, 1 = black, not yet placed."""

    width: int
    height: int
    bits: bytes = field(repr=False)


@dataclass(slots=True)
class Page:
    """Page mode's page: marks with their height, until it is printed.

    ``text_bytes`` is what CAN or ESC S would throw away unprinted.
    """

    left: int = 0
    top: int = 0
    width: int = 0
    y: int = 0
    text_bytes: int = 0
    unprinted: bool = False
    marks: list[tuple[int, Element]] = field(default_factory=list)


@dataclass(slots=True)
class _Slices:
    x: int
    width: int
    height: int
    bits: bytearray


class Roll:
    """Takes elements in printing order; :meth:`finish` gives them all."""

    def __init__(self) -> None:
        self.page: Page | None = None
        self.full = False
        self.lost = 0
        self._elements: list[Element] = []
        self._slices: _Slices | None = None
        self._marks = 0
        self._symbols = 0
        self._length = 0
        self._ink = 0

    def add(self, element: Element) -> None:
        """Put an element below the last one, or at the pen of the page."""
        if isinstance(element, Symbol):
            self._symbols += 1
            if self._symbols > MAX_SYMBOLS:
                self.lost += len(element.data)
                return
        if self.page is None:
            self._close_slices()
            self._keep(element)
            return
        if not isinstance(element, Feed) and self._afford(element):
            self.page.marks.append((self.page.top + self.page.y, element))
            self.page.unprinted = True
        self.page.y += _height(element)

    def feed(self, dots: int) -> None:
        """Move the paper; backwards is not kept, since a strip only grows."""
        if dots > 0:
            self.add(Feed(dots))

    def could_hold(self, size: int) -> bool:
        """Whether a picture of ``size`` bytes still fits."""
        return self._ink + size <= MAX_RASTER_BYTES

    def place(self, x: int, picture: Picture) -> None:
        """A picture with its left edge at ``x`` dots."""
        if not picture.width or not picture.height:
            return
        if not self.could_hold(len(picture.bits)):
            self.lost += len(picture.bits)
            return
        self._ink += len(picture.bits)
        if self.page is not None:
            self.add(Raster(x, picture.width, picture.height, picture.bits))
        else:
            self._slice(x, picture)

    def _slice(self, x: int, picture: Picture) -> None:
        """Slices pay for themselves: what they make is kept in any case."""
        if not self._afford(Raster(x, picture.width, picture.height, b"")):
            self.lost += len(picture.bits)
            return
        slices = self._slices
        if slices is None or (slices.x, slices.width) != (x, picture.width):
            self._close_slices()
            slices = self._slices = _Slices(x, picture.width, 0, bytearray())
        slices.height += picture.height
        slices.bits += picture.bits

    def _close_slices(self) -> None:
        slices, self._slices = self._slices, None
        if slices is not None:
            bits = bytes(slices.bits)
            raster = Raster(slices.x, slices.width, slices.height, bits)
            self._elements.append(raster)

    # -- page mode --------------------------------------------------------

    def open_page(self) -> None:
        if self.page is None:
            self._close_slices()
            self.page = Page()

    def turn_page_to(self, left: int, top: int, width: int) -> None:
        """Go on in another area of the page (ESC W)."""
        if self.page is not None:
            self.page.left, self.page.top, self.page.width = left, top, width
            self.page.y = 0

    def print_page(self) -> None:
        """Print what the page holds, from top to bottom (FF, ESC FF)."""
        page, self.page = self.page, None
        if page is None:
            return
        bottom = 0
        for y, element in _rows(page):
            if y > bottom:
                self._keep(Feed(y - bottom))
            self._keep(element)
            bottom = max(bottom, y) + _height(element)
        page.text_bytes, page.unprinted = 0, False
        self.page = page

    def clear_page(self) -> None:
        """Throw the page's marks away (CAN); its text counts as lost."""
        if self.page is not None:
            self.lost += self.page.text_bytes
            self.page = Page(self.page.left, self.page.top, self.page.width)

    def close_page(self) -> None:
        """Back to standard mode (FF, ESC S); unprinted text counts as lost."""
        self.clear_page()
        self.page = None

    # -- the budget -------------------------------------------------------

    def _afford(self, element: Element) -> bool:
        self._marks += 1 + (len(element.runs) if isinstance(element, TextLine) else 0)
        self._length += _height(element)
        if self._marks > MAX_MARKS or self._length > MAX_LENGTH_DOTS:
            self.full = True
        if self.full and isinstance(element, TextLine):
            self.lost += sum(len(run.text) for run in element.runs)
        return not self.full

    def _keep(self, element: Element) -> None:
        last = self._elements[-1] if self._elements else None
        if not self._afford(element):
            return
        if isinstance(element, Feed) and isinstance(last, Feed):
            self._elements[-1] = Feed(last.dots + element.dots)
        else:
            self._elements.append(element)

    def finish(self) -> tuple[Element, ...]:
        """The strip's elements; a page still open is printed, not lost."""
        if self.page is not None and self.page.unprinted:
            self.print_page()
        self.close_page()
        self._close_slices()
        return tuple(self._elements)


def _height(element: Element) -> int:
    match element:
        case TextLine(height=height) | Raster(height=height) | Symbol(height=height):
            return height
        case Feed(dots=dots):
            return dots
        case _:
            return 0


def _rows(page: Page) -> list[tuple[int, Element]]:
    """The page's marks by height; text at one height is one line."""
    rows: list[tuple[int, Element]] = []
    for y, element in sorted(page.marks, key=itemgetter(0)):
        if rows and isinstance(element, TextLine) and rows[-1][0] == y:
            above = rows[-1][1]
            if isinstance(above, TextLine):
                joined = replace(
                    above,
                    runs=above.runs + element.runs,
                    height=max(above.height, element.height),
                )
                rows[-1] = y, joined
                continue
        rows.append((y, element))
    return rows
