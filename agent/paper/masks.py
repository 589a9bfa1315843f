"""Marks as masks, through which a printer's ink goes onto a picture.

A mask is a Pillow image of eight bits, 255 where there is ink.  In dots it knows
nothing between; smooth, characters have soft edges for screens, while pictures
and symbols stay as they are.  The pieces of a mark are placed in its frame.

Enlarging, inverting and emphasising are what the printer does too: repeat a
dot, flip it, print it once more a dot to the right.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from PIL import Image, ImageChops

from agent.paper import measure, smooth
from agent.paper.drawing import Drawing
from agent.paper.strip import (
    CELL_HEIGHT,
    CELL_WIDTH,
    Box,
    Font,
    Picture,
    Raster,
    Run,
    Style,
    Symbol,
    TextLine,
)
from agent.paper.text import cells, visible

Mark = TextLine | Raster | Symbol | Box
Rows = tuple[bytes, ...]

MAX_CELLS: Final = 2048
"""Characters of a run that are drawn: the longest page is no longer."""
MAX_KEPT: Final = 2048
"""Characters kept as rows of dots: about 1 MB; a receipt uses a hundred."""

_SHADES: Final = str.maketrans("01", "\x00\xff")


class Inked(NamedTuple):
    """Ink (1 to 3) through a mask whose corner is at ``x``, ``y``; none: all of it."""

    mask: Image.Image | None
    x: int
    y: int
    width: int
    height: int
    ink: int = 1


def through(mask: Image.Image, x: int, y: int, ink: int = 1) -> Inked:
    return Inked(mask, x, y, *mask.size, ink)


def sides(box: Box) -> Iterator[Inked]:
    for x, y, width, height in measure.sides(box):
        yield Inked(None, x, y, max(width, 0), max(height, 0))


def pieces(mark: Mark, room: int, *, soft: bool, box: int) -> Iterator[Inked]:
    """A mark's pieces in printing order, in the mark's own frame.

    ``room``: dots across the paper; ``box``: how wide a frame may be in place of a
    symbol that cannot be drawn.
    """
    match mark:
        case TextLine():
            foot = measure.foot(mark)
            for run in mark.runs:
                yield from lettered(run, run.x, foot - measure.height(run), soft=soft)
        case Raster():
            yield through(dots(mark), mark.x, 0)
        case Symbol():
            yield from _symbol(mark, room, soft=soft, box=box)
        case Box():
            yield from sides(mark)


def dots(picture: Picture | Raster) -> Image.Image:
    size = picture.width, picture.height
    stride = (picture.width + 7) // 8
    bits = picture.bits.ljust(stride * picture.height, b"\0")
    return Image.frombytes("1", size, bits).convert("L")


# -- symbols --------------------------------------------------------------


def _symbol(symbol: Symbol, room: int, *, soft: bool, box: int) -> Iterator[Inked]:
    figure = measure.figure(symbol, box)
    x = measure.left(symbol, figure.width, room)
    if figure.drawing is None:
        for side in sides(Box(x, figure.width, figure.height - 8, 1)):
            yield side._replace(y=side.y + 4)
    else:
        yield through(_modules(figure.drawing), x, figure.top)
    for words in figure.words:
        run = Run(words.text, Style(font=words.font))
        wide = measure.width(run)
        at = max(0, min(x + (figure.width - wide) // 2, room - wide))
        yield from lettered(run, at, words.y, soft=soft)


def _modules(drawing: Drawing) -> Image.Image:
    digits = "".join(drawing.rows).translate(_SHADES).encode("latin-1")
    size = len(drawing.rows[0]), len(drawing.rows)
    image = Image.frombytes("L", size, digits)
    return image.resize((drawing.width, drawing.height), Image.Resampling.NEAREST)


# -- characters -----------------------------------------------------------


def lettered(run: Run, x: int, y: int, *, soft: bool) -> Iterator[Inked]:
    """A run with what is behind it; nothing for mere paper."""
    ink, ground = measure.tones(run.style)
    written = ink and (run.text.strip() or measure.underline(run.style))
    if not (ground or written):
        return
    mask = _letters(run, soft=soft)
    if ground:
        yield through(ImageChops.invert(mask), x, y, ground)
    else:
        yield through(mask, x, y, ink)
    yield from _beside(run, x, y, ground or ink)


def _beside(run: Run, x: int, y: int, ink: int) -> Iterator[Inked]:
    """What goes on beside a character, in the spaces that are its own."""
    tall = measure.height(run)
    inked = tall if measure.tones(run.style).ground else measure.underline(run.style)
    if inked:
        for at, wide in (-run.before, run.before), (measure.width(run), run.after):
            if wide:
                yield Inked(None, x + at, y + tall - inked, wide, inked, ink)


def _letters(run: Run, *, soft: bool) -> Image.Image:
    style = run.style
    if run.shapes:
        mask = _enlarged(_drawn(run), style)
    elif soft:
        mask = _set(_soft(style, _said(run)), style)
    else:
        upright = [_upright(style.font, character) for character in _said(run)]
        mask = _enlarged(_set(upright, style), style)
    if style.upside_down:
        mask = mask.transpose(Image.Transpose.ROTATE_180)
    if style.bold:
        again = Image.new("L", mask.size)
        again.paste(mask, (style.wide, 0))
        mask = ImageChops.lighter(mask, again)
    if lines := measure.underline(style):
        mask.paste(255, (0, mask.height - lines, *mask.size))
    return mask


def _said(run: Run) -> str:
    return visible(run.text)[:MAX_CELLS]


def _set(characters: Sequence[Rows], style: Style) -> Image.Image:
    """Upright characters beside each other; rotated, they stand on one foot."""
    if style.rotated:
        characters = _turned(characters)
    rows = [b"".join(row) for row in zip(*characters, strict=True)]
    size = (len(rows[0]), len(rows)) if rows else (0, 0)
    return Image.frombytes("L", size, b"".join(rows))


def _turned(characters: Sequence[Rows]) -> list[Rows]:
    """Each a quarter turn clockwise (ESC V); those of two cells are twice as high."""
    tallest = max((len(rows[0]) for rows in characters), default=0)
    made = []
    for rows in characters:
        wide = len(rows)
        columns = zip(*reversed(rows), strict=True)
        lines = [bytes(column) for column in columns]
        made.append((*[bytes(wide)] * (tallest - len(lines)), *lines))
    return made


def _enlarged(mask: Image.Image, style: Style) -> Image.Image:
    if style.wide == style.tall == 1:
        return mask
    size = mask.width * style.wide, mask.height * style.tall
    return mask.resize(size, Image.Resampling.NEAREST)


@lru_cache(maxsize=MAX_KEPT)
def _upright(font: Font, character: str) -> Rows:
    wide = CELL_WIDTH[font] * max(1, cells(character))
    return tuple(
        row.ljust(wide, "0")[:wide].translate(_SHADES).encode("latin-1")
        for row in smooth.dots(font, character)
    )


def _soft(style: Style, text: str) -> list[Rows]:
    font, wide, tall = style.font, style.wide, style.tall
    if style.rotated:
        wide, tall = tall, wide
    return [smooth.cell(font, character, wide, tall) for character in text]


def _drawn(run: Run) -> Image.Image:
    """Characters that the POS drew, each at the upper left of its cell."""
    style = run.style
    tallest = max(CELL_HEIGHT[style.font], *(shape.height for shape in run.shapes))
    made: list[Image.Image] = []
    for character, shape in zip(_said(run), run.shapes, strict=False):
        wide = CELL_WIDTH[style.font] * max(1, cells(character))
        image = Image.new("L", (wide, tallest))
        image.paste(dots(shape), (0, 0))
        turn = Image.Transpose.ROTATE_270
        made.append(image.transpose(turn) if style.rotated else image)
    line = Image.new("L", (sum(i.width for i in made), made[0].height if made else 0))
    at = 0
    for image in made:
        line.paste(image, (at, 0))
        at += image.width
    return line
