"""A page's text row by row, each run at its own place.

The rows are those of :func:`agent.paper.text.page_rows`, which is how a page is read;
what is printed twice at one place, to look bold, is kept apart: for the eye only.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import NamedTuple

from agent.paper import measure
from agent.paper.strip import Page, Placed, Run, TextLine, Turn
from agent.paper.text import OVERPRINT_DOTS, page_rows


class Said(NamedTuple):
    """A run in its reading direction: ``x`` along, ``top`` down."""

    x: int
    top: int
    run: Run

    @property
    def end(self) -> int:
        return self.x + measure.width(self.run)


@dataclass(slots=True)
class Row:
    """``again`` has what is printed once more where it stands already."""

    turn: Turn
    said: list[Said] = field(default_factory=list)
    again: list[Said] = field(default_factory=list)
    _places: set[tuple[str, int]] = field(default_factory=set)

    def add(self, said: Said) -> None:
        text, x = said.run.text, said.x
        near = range(x - OVERPRINT_DOTS, x + OVERPRINT_DOTS + 1)
        twice = any((text, place) in self._places for place in near)
        (self.again if twice else self.said).append(said)
        self._places.add((text, x))

    def sort(self) -> None:
        """A row that is upside down is read from its other end."""
        flipped = all(said.run.style.upside_down for said in self.said)
        self.said.sort(key=lambda said: -said.end if flipped else said.x)


def rows(sheet: Page) -> list[Row]:
    """In reading order: direction by direction, from top to bottom."""
    made: dict[Turn, tuple[list[int], list[Row]]] = {}
    for read in page_rows(sheet):
        feet, found = made.setdefault(read.turn, ([], []))
        feet.append(read.foot)
        found.append(Row(read.turn))
    for each in sheet.marks:
        if isinstance(each.mark, TextLine):
            feet, found = made[each.turn]
            x, y = _read_from(each)
            foot = y + measure.foot(each.mark)
            row = found[max(0, bisect_right(feet, foot) - 1)]
            for run in each.mark.runs:
                row.add(Said(x + run.x, foot - measure.height(run), run))
    ordered = [row for _, found in made.values() for row in found]
    for row in ordered:
        row.sort()
    return ordered


def _read_from(each: Placed) -> tuple[int, int]:
    """The mark's corner, counted as if its direction were upright."""
    x, y = each.x, each.y
    return {0: (x, y), 90: (y, -x), 180: (-x, -y), 270: (-y, x)}[each.turn]
