"""The line that is being made: runs of text and columns of dots at the pen.

In standard mode it is printed as a whole, aligned.  In page mode it is put on the
page wherever the pen stands.  A picture of columns alone joins the band above
it; beside text it stands on the line with the text.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from agent.escpos.decoding import Piece, advance
from agent.paper.strip import (
    CELL_HEIGHT,
    CELL_WIDTH,
    Picture,
    Placed,
    Raster,
    Run,
    TextLine,
)
from agent.paper.text import cells

BAND_HEIGHT: Final = 24
"""Dots of a column of ESC *, whatever its mode."""
MAX_PENDING: Final = 4096
"""Runs of one unprinted line: far more than the 96 characters it can show."""


class Line:
    """Positions are dots from where the line begins."""

    def __init__(self) -> None:
        self.x = 0
        self.extent = 0
        self._runs: list[Run] = []
        self._after = 0
        self._columns: list[tuple[int, bytes]] = []

    @property
    def empty(self) -> bool:
        return not self._runs and not self._columns

    @property
    def crowded(self) -> bool:
        return len(self._runs) >= MAX_PENDING or len(self._columns) >= MAX_PENDING

    @property
    def has_text(self) -> bool:
        return bool(self._runs)

    @property
    def has_columns(self) -> bool:
        return bool(self._columns)

    def move_to(self, x: int) -> None:
        self.x = max(0, x)
        self.extent = max(self.extent, self.x)

    def write(self, piece: Piece) -> None:
        """Put characters at the pen; those of one style become one run."""
        end = self.x + piece.advance * len(piece.text)
        run = Run(piece.text, piece.style, self.x + piece.before, piece.shapes)
        if piece.apart:
            after = max(0, end - run.x - width(run))
            run = replace(run, before=piece.before, after=after)
        last = self._runs[-1] if self._runs else None
        if last is not None and self._joins(last, piece):
            run = Run(
                last.text + run.text, last.style, last.x, last.shapes + run.shapes
            )
            self._runs.pop()
        self._runs.append(run)
        self.move_to(end)
        self._after = -1 if piece.apart else self.x

    def _joins(self, last: Run, piece: Piece) -> bool:
        if piece.apart or self._after != self.x:
            return False
        if last.style is not piece.style and last.style != piece.style:
            return False
        return bool(last.shapes) == bool(piece.shapes)

    def draw(self, columns: bytes) -> None:
        """Columns of 24 dots, three bytes each."""
        self._columns.append((self.x, columns))
        self.move_to(self.x + len(columns) // 3)

    def text(self, origin: int, ends: int) -> TextLine | None:
        """The runs, the line's start at ``origin``; as high as its tallest.

        ``ends`` is the sum of both ends of the print area: about its half a line
        upside down (ESC {) is turned.
        """
        if not self._runs:
            return None
        runs = [
            Run(r.text, r.style, r.x + origin, r.shapes, r.before, r.after)
            for r in self._runs
        ]
        if all(run.style.upside_down for run in runs):
            runs = [_mirrored(run, ends) for run in runs]
        return TextLine(tuple(runs), max(map(height, runs)))

    def band(self, area: int) -> tuple[int, Picture]:
        """All columns as one picture and where it begins, cut at the area's end."""
        start = min(x for x, _ in self._columns)
        band = bytearray()
        for x, data in self._columns:
            at = (x - start) * 3
            band.extend(bytes(max(0, at - len(band))))
            band[at : at + len(data)] = data
        room = max(area - start, 0) * 3
        return start, rows_of(bytes(band[:room]), 3)

    def both(self, origin: int, area: int, ends: int) -> tuple[Placed, ...]:
        """Text and columns of one line, all standing on its foot."""
        start, picture = self.band(area)
        raster = Raster(origin + start, picture.width, picture.height, picture.bits)
        text = self.text(origin, ends)
        marks = (raster,) if text is None else (raster, text)
        foot = max(mark.height for mark in marks)
        return tuple(Placed(0, foot - mark.height, mark) for mark in marks)


def height(run: Run) -> int:
    """How high a run stands."""
    font = run.style.font
    cell = CELL_WIDTH[font] if run.style.rotated else CELL_HEIGHT[font]
    return max([cell, *(shape.height for shape in run.shapes)]) * run.style.tall


def width(run: Run) -> int:
    """How wide a run is, less the space that its characters keep."""
    count = len(run.text) if run.style.rotated else cells(run.text)
    return advance(run.style, 0) * count


def _mirrored(run: Run, ends: int) -> Run:
    x = max(0, ends - run.x - width(run))
    return Run(run.text, run.style, x, run.shapes, run.after, run.before)


def rows_of(columns: bytes, column_bytes: int) -> Picture:
    """Turn columns of dots, top dot first, into rows."""
    width = len(columns) // column_bytes
    if not width:
        return Picture(0, 0, b"")
    pad = -width % 8
    size = (width + 7) // 8
    rows = []
    for plane in range(column_bytes):
        eight = columns[plane : width * column_bytes : column_bytes]
        for table in _BIT_OF:
            row = int(eight.translate(table), 2) << pad
            rows.append(row.to_bytes(size, "big"))
    return Picture(width, column_bytes * 8, b"".join(rows))


# For each bit, top first: the byte as the ASCII digit of that bit.
_BIT_OF: Final = tuple(
    bytes(0x30 + (byte >> bit & 1) for byte in range(256)) for bit in range(7, -1, -1)
)
