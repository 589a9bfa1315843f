"""The strip as the picture that a thermal printer would have made of it.

One dot of the print head is one pixel, at 203 dpi.  In one bit it is black or
white, as on the paper; in eight bits, for screens and mail, characters have soft
edges and the second colour is a lighter one.  Marks print over what is there.

A page's marks are turned about the corner of their frames: translate, then
rotate, as in SVG.  What reaches out of a page or of the paper is cut off.
"""

from __future__ import annotations

from typing import Final, Literal

from PIL import Image, ImageChops

from agent.paper import masks, measure, pngfile
from agent.paper.budget import Budget, Mark, rationed, within
from agent.paper.drawing import BOX_SIZE
from agent.paper.measure import MARGIN
from agent.paper.strip import (
    Box,
    Cut,
    Element,
    Page,
    Raster,
    Run,
    Strip,
    Symbol,
    TextLine,
    Turn,
)

MAX_HEIGHT: Final = 16_384
"""Dots: 2 m of paper, twice the longest receipt in the corpus; 10 MB while it is drawn."""
MAX_DOTS: Final = 50_000_000
"""Of all marks: the longest paper inked five times over; a page of 20,000 lines is four
times that.  Drawn in about a second."""
RUN_DOTS: Final = 4_000
"""What a run costs beside its dots, in them: a tenth of a millisecond."""

_DASH: Final = 8
"""Dots of a line that is not cut through, and of the paper between two."""
_LAST: Final = 30
"""Dots for the mark that says that there was more."""
# White, black, and what a second and third colour look like.
_BLACK: Final = (255, 0, 0, 0)
_GREY: Final = (255, 0, 96, 116)  # on white 4.5:1 and more, as WCAG 1.4.3 asks


def render(strip: Strip, depth: Literal[1, 8] = 1) -> bytes:
    """A PNG of one or eight bits a dot, with white paper around the print.

    Longer strips end at ``MAX_HEIGHT`` with an ellipsis, and so do those of more than
    ``MAX_DOTS``: what comes after them is not drawn.
    """
    image = _printed(strip, soft=depth == 8)
    shades = image if depth == 8 else image.convert("1", dither=Image.Dither.NONE)
    return pngfile.write(image.width, shades.tobytes(), depth=depth)


def raster(strip: Strip) -> Raster:
    """The bare dots of all elements under each other; cuts take no paper."""
    strip = rationed(strip)
    height = min(sum(map(measure.rise, strip.elements)), MAX_HEIGHT)
    sheet = _Sheet((strip.width, height), strip.width, soft=False)
    y = 0
    for element in within(strip, Budget(MAX_DOTS), _cost).elements:
        if y < height and not isinstance(element, Cut):
            sheet.add(element, 0, y)
        y += measure.rise(element)
    dots = ImageChops.invert(sheet.image).convert("1", dither=Image.Dither.NONE)
    return Raster(0, dots.width, dots.height, dots.tobytes())


def _printed(strip: Strip, *, soft: bool) -> Image.Image:
    budget = Budget(MAX_DOTS)
    strip = within(rationed(strip), budget, _cost)
    wanted = sum(map(measure.shown, strip.elements)) + budget.short * _LAST
    height = min(wanted, MAX_HEIGHT)
    size = strip.width + 2 * MARGIN, height + 2 * MARGIN
    sheet = _Sheet(size, strip.width, soft=soft)
    y = MARGIN
    for element in strip.elements:
        if y >= MARGIN + height:
            break
        sheet.add(element, MARGIN, y)
        y += measure.shown(element)
    if wanted > height or budget.short:
        sheet.end(MARGIN + height - _LAST)
    return sheet.image


def _cost(mark: Mark) -> int:
    """Dots that a mark is drawn with."""
    match mark:
        case TextLine(runs=runs):
            return sum(RUN_DOTS + measure.width(r) * measure.height(r) for r in runs)
        case Box():
            return sum(each.width * each.height for each in measure.sides(mark))
        case Raster():
            return mark.width * mark.height
        case Symbol():
            figure = measure.figure(mark)
            return RUN_DOTS + figure.width * figure.height


class _Sheet:
    """Paper while it is printed on; ``room`` dots of its width can be."""

    def __init__(self, size: tuple[int, int], room: int, *, soft: bool) -> None:
        self.image = Image.new("L", size, 255)
        self._room = room
        self._soft = soft
        self._shades = _GREY if soft else _BLACK

    def add(self, element: Element, x: int, y: int) -> None:
        match element:
            case TextLine() | Raster() | Symbol() | Box():
                self._print(element, x, y, box=self._room)
            case Page():
                self._page(element, x, y)
            case Cut(full=full):
                dash = self.image.width if full else _DASH
                for at in range(0, self.image.width, 2 * dash):
                    line = at, y + measure.CUT_DOTS // 2, dash, 1
                    self._ink(masks.Inked(None, *line))
            case _:
                pass  # neither a feed nor a pulse leaves a mark

    def end(self, y: int) -> None:
        """There was more."""
        self.image.paste(255, (0, y, *self.image.size))
        dots = Run("…")
        middle = (self.image.width - measure.width(dots)) // 2
        self._print(TextLine((dots,)), middle, y, box=0)

    def _page(self, page: Page, x: int, y: int) -> None:
        height = min(page.height, self.image.height - y)
        sheet = _Sheet((self._room, max(height, 0)), self._room, soft=self._soft)
        for placed in page.marks:
            at = placed.x, placed.y
            sheet._print(placed.mark, *at, box=BOX_SIZE[0], turn=placed.turn)
        under = self.image.crop((x, y, x + self._room, y + height))
        self.image.paste(ImageChops.darker(under, sheet.image), (x, y))

    def _print(
        self, mark: masks.Mark, x: int, y: int, *, box: int, turn: Turn = 0
    ) -> None:
        for piece in masks.pieces(mark, self._room, soft=self._soft, box=box):
            self._ink(_placed(piece, x, y, turn))

    def _ink(self, piece: masks.Inked) -> None:
        mask, x, y, wide, tall, ink = piece
        self.image.paste(self._shades[ink], (x, y, x + wide, y + tall), mask)


# Degrees clockwise, in Pillow's words.
_TURNED: Final = {
    90: Image.Transpose.ROTATE_270,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_90,
}


def _placed(piece: masks.Inked, x: int, y: int, turn: Turn) -> masks.Inked:
    """A piece of a mark whose frame lies at ``x``, ``y`` of the paper."""
    mask, u, v, wide, tall, ink = piece
    if turn and mask is not None:
        mask = mask.transpose(_TURNED[turn])
    match turn:
        case 0:
            return masks.Inked(mask, x + u, y + v, wide, tall, ink)
        case 90:
            return masks.Inked(mask, x - v - tall, y + u, tall, wide, ink)
        case 180:
            return masks.Inked(mask, x - u - wide, y - v - tall, wide, tall, ink)
        case 270:
            return masks.Inked(mask, x + v, y - u - wide, tall, wide, ink)
