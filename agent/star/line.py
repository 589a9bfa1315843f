"""The line that is being made: runs of text and pictures at the pen.

Characters and bit images stand on one foot, as in the printer's line buffer.
"""

from __future__ import annotations

from typing import Final

from agent.paper.measure import cell
from agent.paper.strip import Picture, Placed, Raster, Run, Style, TextLine
from agent.paper.text import cells
from agent.star.pictures import beside

MAX_PENDING: Final = 4096
"""Runs of one unprinted line: far more than it can show."""


class Line:
    """Positions are dots from where the line begins."""

    def __init__(self) -> None:
        self.x = 0
        self.extent = 0
        self._runs: list[Run] = []
        self._after = -1
        self._pictures: list[tuple[int, Picture]] = []

    @property
    def empty(self) -> bool:
        return not self._runs and not self._pictures

    @property
    def at_top(self) -> bool:
        """No data, and no position set (3.1, "top of line")."""
        return self.empty and self.extent == 0

    @property
    def crowded(self) -> bool:
        return max(len(self._runs), len(self._pictures)) >= MAX_PENDING

    @property
    def has_text(self) -> bool:
        return bool(self._runs)

    @property
    def has_pictures(self) -> bool:
        return bool(self._pictures)

    def move_to(self, x: int) -> None:
        self.x = max(0, x)
        self.extent = max(self.extent, self.x)

    def write(self, text: str, style: Style, space: int) -> None:
        """Put characters at the pen; those of one style become one run."""
        if space:
            for character in text:
                self._write(character, style)
                self.move_to(self.x + space)
                self._after = -1
            return
        self._write(text, style)

    def _write(self, text: str, style: Style) -> None:
        last = self._runs[-1] if self._runs else None
        if last is not None and self._after == self.x and last.style == style:
            self._runs[-1] = Run(last.text + text, style, last.x)
        else:
            self._runs.append(Run(text, style, self.x))
        self.move_to(self.x + cell(style).width * cells(text))
        self._after = self.x

    def draw(self, picture: Picture) -> None:
        self._pictures.append((self.x, picture))
        self.move_to(self.x + picture.width)

    def text(self, origin: int, ends: int) -> TextLine | None:
        """The runs, the line's start at ``origin``; as high as its tallest.

        ``ends`` is the sum of both ends of the print region: about its half a line
        upside down (SI) is turned.
        """
        if not self._runs:
            return None
        runs = [Run(run.text, run.style, run.x + origin) for run in self._runs]
        if runs[0].style.upside_down:
            runs = [_mirrored(run, ends) for run in runs]
        return TextLine(tuple(runs), max(cell(run.style).height for run in runs))

    def picture(self) -> tuple[int, Picture]:
        """Where the pictures begin, and all of them as one."""
        start = min(x for x, _ in self._pictures)
        return start, beside((x - start, picture) for x, picture in self._pictures)

    def both(self, origin: int, ends: int) -> tuple[Placed, ...]:
        """Text and pictures of one line, all standing on its foot."""
        start, picture = self.picture()
        raster = Raster(origin + start, picture.width, picture.height, picture.bits)
        text = self.text(origin, ends)
        marks = (raster,) if text is None else (raster, text)
        foot = max(mark.height for mark in marks)
        return tuple(Placed(0, foot - mark.height, mark) for mark in marks)


def _mirrored(run: Run, ends: int) -> Run:
    width = cell(run.style).width * cells(run.text)
    return Run(run.text, run.style, max(0, ends - run.x - width))
