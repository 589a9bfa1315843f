"""Page mode's page, while marks are put on it.

The print area (ESC W) may be read in four directions (ESC T).  All positions
here are of the reading direction: ``x`` along the line, ``y`` down from line to line,
from the corner where reading begins.  :meth:`Sheet.put` turns them into places of
the paper.

The pen's ``y`` is the foot on which marks stand: one ``h`` dots high takes the rows
from ``y - h`` to ``y``.  A page begins with the foot of a standard character, 24;
GS $ sets it freely.  Only the readable line of a bar code hangs below it.

Source: Epson ESC/POS Application Programming Guide: ESC L, ESC W, ESC T, GS $.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Final, NamedTuple

from agent.paper.strip import (
    BASE_DOTS,
    Box,
    Page,
    Placed,
    Raster,
    Symbol,
    TextLine,
    Turn,
)

Corners = tuple[int, int, int, int]
"""Left, top, width and height in dots of the paper."""

Mark = TextLine | Raster | Symbol | Box

DEFAULT_HEIGHT: Final = 1662
"""Dots of the page that no ESC W has set (Epson TM-T88 family)."""
MAX_HEIGHT: Final = 16_384
"""Two metres.  ESC W can say 65535 units of any size."""

# ESC T n: where reading begins, and how its line lies on the paper.
_TURNS: Final[tuple[Turn, ...]] = (0, 270, 180, 90)


class Area(NamedTuple):
    """The rectangle that ESC W sets, in dots of the paper, and its direction."""

    x: int
    y: int
    width: int
    height: int
    turn: Turn = 0

    @property
    def along(self) -> int:
        """How long a line is."""
        return self.height if self.turn in {90, 270} else self.width

    @property
    def across(self) -> int:
        """How far lines go down."""
        return self.width if self.turn in {90, 270} else self.height

    def place(self, u: int, v: int) -> tuple[int, int]:
        """Where on the paper a point of the reading direction lies."""
        match self.turn:
            case 0:
                return self.x + u, self.y + v
            case 90:
                return self.x + self.width - v, self.y + u
            case 180:
                return self.x + self.width - u, self.y + self.height - v
            case 270:
                return self.x + v, self.y + self.height - u


class _Lying(NamedTuple):
    """A mark, when it was put down, and the rows of the paper that it takes."""

    number: int
    placed: Placed
    top: int
    bottom: int


@dataclass(slots=True)
class Sheet:
    """Marks wait here until the page is printed (FF, ESC FF).

    ``text_bytes`` is what CAN or ESC S would throw away unprinted.
    """

    width: int
    height: int = DEFAULT_HEIGHT
    area: Area = field(init=False)
    y: int = BASE_DOTS
    text_bytes: int = 0
    unprinted: bool = False
    _marks: dict[Corners, list[_Lying]] = field(default_factory=dict)
    _number: int = 0
    _bottom: int = 0

    def __post_init__(self) -> None:
        self.height = min(max(1, self.height), MAX_HEIGHT)
        self.area = Area(0, 0, self.width, self.height)

    def set_area(self, x: int, y: int, width: int, height: int) -> None:
        """ESC W: reading starts again at the area's corner."""
        x, y = min(x, self.width - 1), min(y, MAX_HEIGHT - 1)
        width = min(max(1, width), self.width - x)
        height = min(max(1, height), MAX_HEIGHT - y)
        self.area = Area(x, y, width, height, self.area.turn)
        self._bottom = max(self._bottom, y + height)
        self.y = BASE_DOTS

    def turn_to(self, direction: int) -> None:
        """ESC T 0 to 3: reading starts again at that corner."""
        self.area = self.area._replace(turn=_TURNS[direction & 3])
        self.y = BASE_DOTS

    def put(self, x: int, size: tuple[int, int], mark: Mark, hanging: int = 0) -> None:
        """A mark of ``size`` (width, height) at ``x``, its foot on the pen's line.

        ``hanging`` of its dots are below the foot.
        """
        self.put_at(x, self.y + hanging - size[1], size, mark)

    def put_at(self, x: int, y: int, size: tuple[int, int], mark: Mark) -> None:
        """A mark with its upper left corner at a point of the reading direction."""
        at = self.area.place(x, y)
        rows = at[1], self.area.place(x + size[0], y + size[1])[1]
        placed = Placed(*at, mark, self.area.turn)
        lying = _Lying(self._number, placed, min(rows), max(rows))
        self._marks.setdefault(self.area[:4], []).append(lying)
        self._number += 1
        self.unprinted = True

    def cancel(self) -> None:
        """CAN: what stands in the present area is thrown away."""
        self._marks.pop(self.area[:4], None)
        self.unprinted = bool(self._marks)
        self.text_bytes = 0

    def printed(self) -> Page:
        """The paper as it comes out.

        As long as the lowest area that was set; when none was, as long as what
        is on it: 20 cm of white paper are nobody's wish, below it, nor above it
        when reading begins at the far end.  What reaches above the page, and is
        lost on a printer, makes it longer.
        """
        lying = sorted(chain.from_iterable(self._marks.values()))
        bottom, highest = self._bottom, min((each.top for each in lying), default=0)
        top = min(0, highest)
        if not bottom and lying:
            bottom = max(each.bottom for each in lying)
            if self.area.turn in {180, 270}:
                top = highest
        self.text_bytes, self.unprinted = 0, False
        marks = (each.placed for each in lying)
        return Page(
            min(max(bottom - top, 1), MAX_HEIGHT),
            tuple(replace(placed, y=placed.y - top) for placed in marks),
        )
