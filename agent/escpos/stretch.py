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
    """Marks by their place; ``y`` is where the head stands.

    A stretch that was left stays on the roll as it is, so that going back to it
    costs nothing however long it has become.
    """

    def __init__(self) -> None:
        self.y = 0
        self.top = 0
        self.foot = 0
        self.marks: list[Placed] = []
        self.bare: list[Element] = []
        self._rules: dict[int, tuple[int, int]] = {}

    @classmethod
    def back(cls, roll: list[Element | Stretch], dots: int) -> Stretch:
        """Take from the end of ``roll`` what ``dots`` of paper hold."""
        below: Stretch | None = None
        taken: list[Element] = []
        left = dots = min(dots, MAX_BACK_DOTS)
        while left > 0 and roll and not isinstance(roll[-1], Cut):
            last = roll.pop()
            if isinstance(last, Stretch):
                left -= last.length
                last.take_all(taken, below)
                below, taken = last, []
            else:
                left -= _height(last)
                taken.append(last)
        if below is None:
            below = cls()
            below.take_all(taken, None)
        else:
            below.put_above(taken)
        below.rewind(dots)
        return below

    @property
    def length(self) -> int:
        """Dots of paper that it is long."""
        return self.foot - self.top

    @property
    def past(self) -> bool:
        """The paper has moved past all marks, and no line is being ruled."""
        return self.y >= self.foot and not self._rules

    def rewind(self, dots: int) -> None:
        """Not before its first row: what is above has been cut or is full."""
        self.y = max(self.top, self.y - dots)

    def rule(self, x: int, line: int | None) -> None:
        """Begin a line at ``x``, ``line`` dots thick, or end it."""
        begun = self._rules.pop(x, None)
        if begun is not None and self.y > begun[0]:
            box = Box(0, max(1, begun[1]), self.y - begun[0])
            self.marks.append(Placed(x, begun[0], box))
        if line is not None:
            self._rules[x] = self.y, line

    def take(self, element: Element) -> bool:
        """Put an element where the head stands; a cut is not for here."""
        match element:
            case Cut():
                return False
            case TextLine() | Raster() | Symbol() | Box():
                self.marks.append(Placed(0, self.y, element))
            case Page(marks=put):
                self.marks += (replace(each, y=each.y + self.y) for each in put)
            case Feed():
                pass
            case _:
                self.bare.append(element)
        self.y += _height(element)
        self.foot = max(self.foot, self.y)
        return True

    def take_all(self, upwards: list[Element], below: Stretch | None) -> None:
        """Put elements behind its end, and then another stretch."""
        self.y = self.foot
        for element in reversed(upwards):
            self.take(element)
        if below is not None:
            down = self.y - below.top
            self.marks += (replace(each, y=each.y + down) for each in below.marks)
            self.bare += below.bare
            self.y = self.foot = below.foot + down

    def put_above(self, upwards: list[Element]) -> None:
        """Put elements before its beginning; the head goes to its end."""
        above = Stretch()
        above.take_all(upwards, None)
        self.top -= above.length
        up = self.top
        self.marks += (replace(each, y=each.y + up) for each in above.marks)
        self.bare += above.bare
        self.y = self.foot

    def elements(self) -> list[Element]:
        """What came of it: pulses first, then the page, or mere paper."""
        for x in tuple(self._rules):
            self.rule(x, None)
        made: list[Element] = list(self.bare)
        if self.marks:
            marks = (replace(each, y=each.y - self.top) for each in self.marks)
            made.append(Page(max(1, self.length), tuple(marks)))
        elif self.length:
            made.append(Feed(self.length))
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
