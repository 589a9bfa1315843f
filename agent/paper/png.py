"""The strip as the picture that a thermal printer would have made of it.

One dot of the print head is one pixel, black or white, at 203 dpi.  A row of
dots is one integer, so enlarging, inverting and emphasising are what the
printer does too: repeat a dot, flip it, print it once more a dot to the right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from agent.paper import onebit
from agent.paper.drawing import draw, left_of
from agent.paper.glyphs import glyph, turned
from agent.paper.strip import (
    CELL_HEIGHT,
    CELL_WIDTH,
    PLAIN,
    Cut,
    Element,
    Feed,
    Raster,
    Run,
    Strip,
    Symbol,
    TextLine,
)
from agent.paper.text import visible

MAX_HEIGHT: Final = 16_384
"""Dots: 2 m of paper, twice the longest receipt in the corpus; 1.2 MB of bits."""
MARGIN: Final = 16
"""White paper around the print, as on a real strip."""
HRI_HEIGHT: Final = 28
CUT_HEIGHT: Final = 24
BOX_HEIGHT: Final = 48

_DOUBLED: Final = {n: str.maketrans({"0": "0" * n, "1": "1" * n}) for n in range(1, 17)}


@dataclass(frozen=True, slots=True)
class _Block:
    """Rows of dots, the most significant of ``width`` bits on the left."""

    width: int
    rows: Sequence[int]

    @property
    def height(self) -> int:
        return len(self.rows)


def render(strip: Strip) -> bytes:
    """A PNG of one bit a dot; longer strips are cut at ``MAX_HEIGHT``."""
    height = min(sum(map(_height, strip.elements)), MAX_HEIGHT)
    sheet = _Sheet(strip, height)
    y = MARGIN
    for element in strip.elements:
        if y >= MARGIN + height:
            break
        sheet.draw(element, y)
        y += _height(element)
    return sheet.png()


def _height(element: Element) -> int:
    match element:
        case TextLine(height=height) | Raster(height=height) | Feed(dots=height):
            return max(0, height)
        case Symbol():
            return _symbol_height(element)
        case Cut():
            return CUT_HEIGHT
        case _:
            return 0


def _symbol_height(symbol: Symbol) -> int:
    drawing = draw(symbol)
    if drawing is None:
        return BOX_HEIGHT
    lines = {"none": 0, "above": 1, "below": 1, "both": 2}[symbol.hri]
    return drawing.height + lines * HRI_HEIGHT


class _Sheet:
    def __init__(self, strip: Strip, height: int) -> None:
        self._strip = strip
        self._width = strip.width + 2 * MARGIN
        self._rows = [0] * (height + 2 * MARGIN)

    def png(self) -> bytes:
        stride = (self._width + 7) // 8
        pad = stride * 8 - self._width
        bits = b"".join((row << pad).to_bytes(stride, "big") for row in self._rows)
        sheet = Raster(0, self._width, len(self._rows), bits)
        return onebit.encode(sheet, self._width)

    def draw(self, element: Element, y: int) -> None:
        match element:
            case TextLine():
                self._line(element, y)
            case Raster():
                self._put(_picture(element), MARGIN + element.x, y)
            case Symbol():
                self._symbol(element, y)
            case Cut():
                dashes = int("1111111100000000" * (self._width // 16 + 1), 2)
                self._put(_Block(self._width, [dashes]), 0, y + CUT_HEIGHT // 2)
            case _:
                pass

    def _put(self, block: _Block, x: int, y: int) -> None:
        """Print over what is there; what is off the sheet is cut off."""
        paper = (1 << self._width) - 1
        shift = self._width - x - block.width
        for at, row in enumerate(block.rows[: max(0, len(self._rows) - y)], y):
            self._rows[at] |= (row << shift if shift >= 0 else row >> -shift) & paper

    def _line(self, line: TextLine, y: int) -> None:
        """All runs stand on one line, whatever their heights."""
        blocks = [(run, _letters(run)) for run in line.runs]
        foot = y + max((block.height for _, block in blocks), default=0)
        for run, block in blocks:
            self._put(block, MARGIN + run.x, foot - block.height)

    def _symbol(self, symbol: Symbol, y: int) -> None:
        drawing = draw(symbol)
        if drawing is None:
            self._box(f"{symbol.system} {symbol.text}", y)
            return
        wide = _DOUBLED[min(drawing.module, 16)]
        rows = [int(row.translate(wide), 2) for row in drawing.rows]
        tall = [row for row in rows for _ in range(drawing.row)]
        x = MARGIN + left_of(drawing, symbol, self._strip)
        middle = x + drawing.width // 2
        if symbol.hri in ("above", "both"):
            self._words(symbol.text, middle, y)
            y += HRI_HEIGHT
        self._put(_Block(drawing.width, tall), x, y)
        if symbol.hri in ("below", "both"):
            self._words(symbol.text, middle, y + drawing.height + 2)

    def _box(self, words: str, y: int) -> None:
        """What cannot be drawn is named."""
        wide, tall = self._strip.width, BOX_HEIGHT - 8
        full, sides = (1 << wide) - 1, 1 << wide - 1 | 1
        frame = _Block(wide, [full, *[sides] * (tall - 2), full])
        self._put(frame, MARGIN, y + 4)
        self._words(words, MARGIN + wide // 2, y + 12)

    def _words(self, text: str, middle: int, y: int) -> None:
        block = _letters(Run(text[: max(1, self._strip.width // CELL_WIDTH["A"] - 2)]))
        self._put(block, max(0, middle - block.width // 2), y)


def _picture(raster: Raster) -> _Block:
    stride = (raster.width + 7) // 8
    pad = stride * 8 - raster.width
    return _Block(
        raster.width,
        [
            int.from_bytes(raster.bits[at : at + stride], "big") >> pad
            for at in range(0, stride * raster.height, stride)
        ],
    )


# -- characters -----------------------------------------------------------


def _letters(run: Run) -> _Block:
    """A run as dots, in its style."""
    style, text = run.style, visible(run.text)
    cell = CELL_HEIGHT[style.font] if style.rotated else CELL_WIDTH[style.font]
    width = len(text) * cell * style.wide
    if not text or (not text.strip() and replace(style, bold=False) == PLAIN):
        return _Block(width, [0] * CELL_HEIGHT[style.font] * style.tall)
    one = turned if style.rotated else glyph
    cells = [one(style.font, character) for character in text]
    digits = ["".join(row) for row in zip(*cells, strict=True)]
    if style.upside_down:
        digits = [row[::-1] for row in reversed(digits)]
    if style.wide > 1:
        digits = [row.translate(_DOUBLED[style.wide]) for row in digits]
    rows = [int(row, 2) for row in digits]
    return _Block(width, _inked(run, rows, width))


def _inked(run: Run, rows: list[int], width: int) -> list[int]:
    """Emphasis, underline, height, white on black."""
    style = run.style
    full = (1 << width) - 1
    if style.bold:
        rows = [row | row >> style.wide for row in rows]
    if style.underline:
        lines = min(style.underline, len(rows))
        rows = rows[:-lines] + [full] * lines
    if style.tall > 1:
        rows = [row for row in rows for _ in range(style.tall)]
    return [row ^ full for row in rows] if style.invert else rows
