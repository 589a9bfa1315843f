"""Page mode's page, while marks are put on it.

The print region (ESC GS P 3) may be read in four directions (ESC GS P 2).  Positions are
of the reading direction, from the corner where reading begins.  The pen's ``y`` is the
base line of a character, 20 of its 24 dots from its top; bars and pictures stand on it.

Source: Star, Line Mode Command Specifications, ESC GS P, 3.1 (base line), 5-6-3.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

from agent.escpos.sheet import Area, Corners
from agent.paper.strip import Page, Placed, Raster, Symbol, TextLine, Turn

Mark = TextLine | Raster | Symbol

BASE_OF_CELL: Final = 20
"""Dots from the top of a character's 24 to its base line, at normal height."""
DEFAULT_HEIGHT: Final = 938
"""117.3 mm: dyL dyH = AAh 3."""
MAX_HEIGHT: Final = 2400
"""300 mm: the largest printable region in y direction."""

_TURNS: Final[tuple[Turn, ...]] = (0, 270, 180, 90)


class _Lying(NamedTuple):
    placed: Placed
    rows: tuple[int, int]
    area: Corners


@dataclass(slots=True)
class Sheet:
    """Marks wait here until ESC GS P 6 or 7 prints them.

    ``text_bytes`` is what would be thrown away unprinted.
    """

    width: int
    area: Area = field(init=False)
    y: int = BASE_OF_CELL
    text_bytes: int = 0
    _marks: list[_Lying] = field(default_factory=list)
    _bottom: int = 0

    def __post_init__(self) -> None:
        self.area = Area(0, 0, self.width, DEFAULT_HEIGHT)

    def set_area(self, corners: Corners) -> None:
        """ESC GS P 3: reading starts again at the region's corner."""
        x, y, width, height = corners
        if x >= self.width or y >= MAX_HEIGHT or not width or not height:
            return
        width, height = min(width, self.width - x), min(height, MAX_HEIGHT - y)
        self.area = Area(x, y, width, height, self.area.turn)
        self._bottom = max(self._bottom, y + height)
        self.y = BASE_OF_CELL

    def turn_to(self, direction: int) -> None:
        """ESC GS P 2: reading starts again at that corner."""
        self.area = self.area._replace(turn=_TURNS[direction & 3])
        self.y = BASE_OF_CELL

    def move_to(self, y: int) -> None:
        """Positions that exceed the region are ignored."""
        if 0 <= y <= self.area.across:
            self.y = y

    def put(self, x: int, size: tuple[int, int], mark: Mark, below: int = 0) -> None:
        """A mark of ``size`` (width, height), ``below`` of its dots under the pen."""
        top = self.y + below - size[1]
        at = self.area.place(x, top)
        ends = at[1], self.area.place(x + size[0], top + size[1])[1]
        placed = Placed(*at, mark, self.area.turn)
        self._marks.append(_Lying(placed, (min(ends), max(ends)), self.area[:4]))

    def cancel(self) -> None:
        """ESC GS P 8: what stands in the present region is thrown away."""
        self._marks = [each for each in self._marks if each.area != self.area[:4]]
        self.text_bytes = 0

    def printed(self) -> Page:
        """As long as the lowest region that was set, else as what is on it."""
        top = min([0, *(each.rows[0] for each in self._marks)])
        lowest = max([0, *(each.rows[1] for each in self._marks)])
        self.text_bytes = 0
        return Page(
            max((self._bottom or lowest) - top, 1),
            tuple(replace(each.placed, y=each.placed.y - top) for each in self._marks),
        )
