"""The paper roll: where elements go, and how much of it one job may use.

Slices of a cut picture that follow each other without a gap become one picture.  The
budgets end a job's strip, never the program: bytes from a till are hostile.  What does
not fit is counted in ``lost``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from agent.paper.strip import (
    Cut,
    Element,
    Feed,
    Page,
    Picture,
    Raster,
    Symbol,
    TextLine,
)

MAX_MARKS: Final = 20_000
"""Elements and runs of a strip: twenty times a 400-line receipt."""
MAX_SYMBOLS: Final = 100
"""A receipt has three; each takes time to draw."""
MAX_LENGTH_DOTS: Final = 640_000
"""A strip is never longer than the roll: 80 m."""
MAX_RASTER_BYTES: Final = 4 << 20
"""7 m of solid picture at 576 dots."""
MAX_PAGES: Final = 100
"""ESC GS P 6 keeps what it prints: four bytes more are the same page again."""

MAX_IMAGES: Final = 8_000
"""Bit images: 24 m of bands."""


@dataclass(slots=True)
class _Slices:
    x: int
    width: int
    height: int
    bits: bytearray


class Roll:
    """Takes elements in printing order; :meth:`finish` gives them all."""

    def __init__(self) -> None:
        self.full = False
        self.lost = 0
        self.length = 0
        """Dots of paper so far."""
        self.top = 0
        """Where the form began (FF, VT): at the last cut, or where it was set."""
        self._elements: list[Element] = []
        self._slices: _Slices | None = None
        self._marks = 0
        self._symbols = 0
        self._pages = 0
        self._images = 0
        self._ink = 0

    def add(self, element: Element) -> None:
        """Put an element below the last one."""
        if isinstance(element, Symbol) and not self.symbol_fits(element):
            return
        self._close_slices()
        if self.afford(element):
            self._elements.append(element)
        if isinstance(element, Cut):
            self.top = self.length

    def feed(self, dots: int) -> None:
        if dots > 0:
            self.add(Feed(dots))

    def place(self, x: int, picture: Picture) -> None:
        """A picture with its left edge at ``x`` dots."""
        if not self.ink(picture):
            return
        raster = Raster(x, picture.width, picture.height, picture.bits)
        if not self.afford(raster):
            self.lost += len(raster.bits)
            return
        slices = self._slices
        if slices is None or (slices.x, slices.width) != (x, picture.width):
            self._close_slices()
            slices = self._slices = _Slices(x, picture.width, 0, bytearray())
        slices.height += picture.height
        slices.bits += picture.bits

    def finish(self) -> tuple[Element, ...]:
        self._close_slices()
        return tuple(self._elements)

    def _close_slices(self) -> None:
        slices, self._slices = self._slices, None
        if slices is not None:
            self._elements.append(
                Raster(slices.x, slices.width, slices.height, bytes(slices.bits))
            )

    # -- the budget -------------------------------------------------------

    def symbol_fits(self, symbol: Symbol) -> bool:
        """Count a symbol; one too many is lost."""
        self._symbols += 1
        if self._symbols > MAX_SYMBOLS:
            self.lost += len(symbol.data)
        return self._symbols <= MAX_SYMBOLS

    def page_fits(self) -> bool:
        """Count a page that is asked for."""
        self._pages += 1
        return self._pages <= MAX_PAGES

    def image_fits(self) -> bool:
        """Count a bit image; each is work, however few dots it has."""
        self._images += 1
        return self._images <= MAX_IMAGES

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

    def afford(self, element: Element) -> bool:
        """Count an element; when the roll is full, its text is lost."""
        self._marks += 1 + (len(element.runs) if isinstance(element, TextLine) else 0)
        if isinstance(element, Page):
            self._marks += len(element.marks)
        self.length += height_of(element)
        if self._marks > MAX_MARKS or self.length > MAX_LENGTH_DOTS:
            self.full = True
        if self.full and isinstance(element, TextLine):
            self.lost += bytes_of(element)
        return not self.full


def bytes_of(line: TextLine) -> int:
    """No fewer bytes than its text was sent in."""
    return sum(len(run.text.encode()) for run in line.runs)


def height_of(element: Element) -> int:
    """How far an element moves the paper, as far as that is known without drawing it."""
    if isinstance(element, Feed):
        return element.dots
    if isinstance(element, TextLine | Raster | Symbol | Page):
        return element.height
    return 0
