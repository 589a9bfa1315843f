"""A piece of paper that the head passes more than once.

ESC K and ESC e feed back: the next marks come beside or over what stands there.
GS ( Q fn 51 rules a line down the paper beside all that is printed meanwhile.
Either way the marks no longer follow each other, so they are kept with their
places until the paper has moved past all of them.

Source: Epson ESC/POS Application Programming Guide: ESC K, ESC e, GS ( Q.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from agent.paper.measure import figure
from agent.paper.strip import (
    Box,
    Cut,
    Element,
    Feed,
    Page,
    Placed,
    Raster,
    Symbol,
    TextLine,
)

MAX_BACK_DOTS: Final = 4096
"""Half a metre: printers go back 48 dots or two lines, clones a little more."""


class Stretch:
    """Marks by their place; ``y`` is where the head stands, 0 the first row."""

    def __init__(self) -> None:
        self.y = 0
        self._height = 0
        self._marks: list[Placed] = []
        self._bare: list[Element] = []
        self._rules: dict[int, tuple[int, int]] = {}

    @classmethod
    def back(cls, elements: list[Element], dots: int) -> Stretch:
        """Take from the end of ``elements`` what ``dots`` of paper hold."""
        taken: list[Element] = []
        left = min(dots, MAX_BACK_DOTS)
        while left > 0 and elements and not isinstance(elements[-1], Cut):
            element = elements.pop()
            taken.append(element)
            left -= _height(element)
        made = cls()
        for element in reversed(taken):
            made.take(element)
        made.rewind(min(dots, MAX_BACK_DOTS))
        return made

    @property
    def past(self) -> bool:
        """The paper has moved past all marks, and no line is being ruled."""
        return self.y >= self._height and not self._rules

    def rewind(self, dots: int) -> None:
        """Not before its first row: what is above has been cut or is full."""
        self.y = max(0, self.y - dots)

    def rule(self, x: int, line: int | None) -> None:
        """Begin a line at ``x``, ``line`` dots thick, or end it."""
        begun = self._rules.pop(x, None)
        if begun is not None and self.y > begun[0]:
            box = Box(0, max(1, begun[1]), self.y - begun[0])
            self._marks.append(Placed(x, begun[0], box))
        if line is not None:
            self._rules[x] = self.y, line

    def take(self, element: Element) -> bool:
        """Put an element where the head stands; a cut is not for here."""
        match element:
            case Cut():
                return False
            case TextLine() | Raster() | Symbol() | Box():
                self._marks.append(Placed(0, self.y, element))
            case Page(marks=marks):
                self._marks += (replace(each, y=each.y + self.y) for each in marks)
            case Feed():
                pass
            case _:
                self._bare.append(element)
        self.y += _height(element)
        self._height = max(self._height, self.y)
        return True

    def elements(self) -> list[Element]:
        """What came of it: pulses first, then the page, or mere paper."""
        for x in tuple(self._rules):
            self.rule(x, None)
        made: list[Element] = list(self._bare)
        if self._marks:
            made.append(Page(max(1, self._height), tuple(self._marks)))
        elif self._height:
            made.append(Feed(self._height))
        return made


def _height(element: Element) -> int:
    match element:
        case Symbol():
            return figure(element).height
        case TextLine() | Raster() | Box() | Page():
            return element.height
        case Feed(dots=dots):
            return dots
        case _:
            return 0
