"""What marks take on paper, and in which shades: the same for every renderer.

Heights and widths in dots.  The runs of a line stand on one foot, whatever their
heights; a symbol has its readable lines (GS H) above and below.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Final, NamedTuple

from agent.paper.drawing import BOX_SIZE, Drawing, draw
from agent.paper.strip import (
    CELL_HEIGHT,
    CELL_WIDTH,
    Box,
    Cut,
    Element,
    Feed,
    Font,
    Page,
    Picture,
    Raster,
    Run,
    Style,
    Symbol,
    TextLine,
)
from agent.paper.text import cells

MARGIN: Final = 16
"""White paper around the print."""
HRI_GAP: Final = 2
"""Below the readable line of a bar code (GS H)."""
CUT_DOTS: Final = 24
"""A cut is shown as a line on so much paper, dashed if it is partial."""
STORED: Final = "Logo enregistré dans l’imprimante"
MAX_LABEL: Final = 300
"""Characters of a symbol's content that are shown in words."""


BASELINE: Final[dict[Font, int]] = {"A": 19, "B": 14, "C": 13, "D": 19, "E": 13}
"""Where characters stand in their cells, in dots from the top."""


class Tones(NamedTuple):
    """Colours by their numbers: 0 is bare paper, 1 black, 2 and 3 another."""

    ink: int
    ground: int


def tones(style: Style) -> Tones:
    """White on black (GS B) is ground in the ink's colour.

    On a ground letters are always bare paper: no colour can be read on another, and a head
    that has only one would print a mere block.
    """
    ink, ground = style.ink, style.ground
    if style.invert:
        ink, ground = ground, ink
    return Tones(0 if ground else ink, ground)


def underline(style: Style) -> int:
    """Dots of it: the same at any size, none when turned or white on black (ESC -)."""
    return 0 if style.rotated or style.invert else style.underline


class Cell(NamedTuple):
    """What one column of a run's characters takes."""

    width: int
    height: int


def cell(style: Style) -> Cell:
    upright = CELL_WIDTH[style.font], CELL_HEIGHT[style.font]
    wide, tall = reversed(upright) if style.rotated else upright
    return Cell(wide * style.wide, tall * style.tall)


def step(style: Style, character: str) -> int:
    """How far a character moves the pen at normal size; turned, by its height."""
    if style.rotated:
        return CELL_HEIGHT[style.font]
    return CELL_WIDTH[style.font] * max(1, cells(character))


def width(run: Run) -> int:
    count = len(run.text) if run.style.rotated else cells(run.text)
    return cell(run.style).width * count


def height(run: Run) -> int:
    """Characters that the POS drew may be higher than the font's."""
    drawn = max((shape.height for shape in run.shapes), default=0)
    wide = run.style.rotated and cells(run.text) > len(run.text)
    return max(cell(run.style).height * (1 + wide), drawn * run.style.tall)


def own(run: Run) -> Bar:
    r"""The paper that is a run's own, seen from where its characters begin.

    What is behind characters and the line under them take the spaces beside them too,
    unlike what HT, ESC $ and ESC \ skip (ESC -, GS B).
    """
    wide = run.before + width(run) + run.after
    return Bar(-run.before, 0, wide, height(run))


def foot(line: TextLine) -> int:
    """Where the runs stand, counted from the line's top."""
    return max(map(height, line.runs), default=0)


# -- symbols --------------------------------------------------------------


class Words(NamedTuple):
    """A readable line of a symbol, centred; ``y`` is the top of its characters."""

    text: str
    y: int
    font: Font


class Figure(NamedTuple):
    """A symbol with its lines; without a ``drawing`` it is a frame with words."""

    drawing: Drawing | None
    top: int
    words: tuple[Words, ...]
    width: int
    height: int

    @property
    def hanging(self) -> int:
        """What is below the symbol: its readable line."""
        return self.height - self.top - self.drawing.height if self.drawing else 0


def figure(symbol: Symbol, room: int = BOX_SIZE[0]) -> Figure:
    """``room``: how wide a frame may be in place of what cannot be drawn."""
    drawing = draw(symbol)
    if drawing is None:
        text = named(symbol)[: room // CELL_WIDTH["B"] - 1]
        words = Words(text, (BOX_SIZE[1] - CELL_HEIGHT["B"]) // 2, "B")
        return Figure(None, 0, (words,), room, BOX_SIZE[1])
    line = CELL_HEIGHT[symbol.hri_font] + HRI_GAP
    above = line if symbol.hri in {"above", "both"} else 0
    below = line if symbol.hri in {"below", "both"} else 0
    places = [0] * (above > 0) + [above + drawing.height] * (below > 0)
    words_at = (Words(symbol.readable, y, symbol.hri_font) for y in places)
    tall = above + drawing.height + below
    return Figure(drawing, above, tuple(words_at), drawing.width, tall)


def left(symbol: Symbol, wide: int, room: int) -> int:
    """Where a symbol starts, kept on the paper if it fits at all."""
    back = {"left": 0, "centre": (wide + 1) // 2, "right": wide}[symbol.anchor]
    return max(0, min(symbol.x - back, room - wide))


def named(symbol: Symbol) -> str:
    """A symbol in words."""
    if symbol.system == "LOGO":
        return STORED
    kind = "Code QR" if symbol.system == "QR" else f"Code {symbol.system}"
    text = symbol.text[:MAX_LABEL]
    return f"{kind}\u00a0: {text}{'…' if len(symbol.text) > MAX_LABEL else ''}"


class Bar(NamedTuple):
    """A black rectangle, in modules."""

    x: int
    y: int
    width: int
    height: int


def bars(digits: tuple[str, ...]) -> Iterator[Bar]:
    """The "1"s of rows as rectangles; equal rows below each other are one."""
    y = 0
    for row, group in groupby(digits):
        tall = sum(1 for _ in group)
        at = row.find("1")
        while at >= 0:
            end = row.find("0", at)
            end = len(row) if end < 0 else end
            yield Bar(at, y, end - at, tall)
            at = row.find("1", end)
        y += tall


def rows(shape: Picture) -> tuple[str, ...]:
    """Dots as rows of digits."""
    stride = (shape.width + 7) // 8
    bits = shape.bits
    return tuple(
        f"{int.from_bytes(bits[at : at + stride], 'big'):0{stride * 8}b}"[: shape.width]
        for at in range(0, stride * shape.height, stride)
    )


def sides(box: Box) -> tuple[Bar, ...]:
    """A frame's four lines, or the one rectangle that is filled; in dots."""
    x, wide, tall, line = box.x, box.width, box.height, box.line
    if not 0 < line * 2 < min(wide, tall):
        return (Bar(x, 0, wide, tall),)
    return (
        Bar(x, 0, wide, line),
        Bar(x, tall - line, wide, line),
        Bar(x, line, line, tall - 2 * line),
        Bar(x + wide - line, line, line, tall - 2 * line),
    )


# -- elements -------------------------------------------------------------


def rise(element: Element) -> int:
    """How far an element moves the paper; a cut and pulses do not."""
    match element:
        case TextLine() | Raster() | Box() | Page():
            return max(0, element.height)
        case Symbol():
            return figure(element).height
        case Feed(dots=dots):
            return max(0, dots)
        case _:
            return 0


def shown(element: Element) -> int:
    """What an element takes when cuts are shown too."""
    return CUT_DOTS if isinstance(element, Cut) else rise(element)
