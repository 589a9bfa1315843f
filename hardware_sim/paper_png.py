"""Marks to a picture of the paper: warm thermal stock, soft dark ink, cut edges.

One dot is one pixel (203 dpi, written into the file), the strip is 80 mm wide
whatever the print width, and stands on a transparent ground with a faint
shadow.  ``raster`` is the bare ink for machines to read.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Literal

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from hardware_sim import decode, ink
from hardware_sim.marks import Feed, Mark, Row

Edge = Literal["cut", "partial", "torn"]

DPI = 203
PAPER_DOTS = 640
"""80 mm roll."""
MARGIN_TOP_DOTS = 56
MARGIN_BOTTOM_DOTS = 40
SHADOW_DOTS = 18
HEAD_TO_CUTTER_DOTS = 120
"""15 mm: what POS feed before a cut stays inside, as the next sheet's top margin."""
MOST_DOTS = 24_000
"""Three metres: what is printed after that is left out of the picture."""

PAPER = (252, 250, 245)
PAPER_EDGE = (240, 236, 228)
INK = (43, 40, 46)
SHADOW_ALPHA = 70
_TOOTH_DOTS = 8
_TEAR = (0, 5, 2, 7, 3, 6, 1, 4, 8, 2, 5, 0, 6, 3, 7, 1)
"""Heights of a hand-torn edge, repeated across; fixed, so pictures repeat."""


def raster(marks: Iterable[Mark], width_dots: int) -> Image.Image:
    """The ink alone: mode ``L``, black on white, as wide as the print head.

    Paper that was drawn back is printed on again; it never goes back further
    than its own beginning.
    """
    kept = tuple(marks)
    tops, height, y = [], 0, 0
    for mark in kept:
        tops.append(y)
        y = max(0, y + ink.advance(mark))
        height = max(height, y)
    canvas = Image.new("L", (width_dots, max(min(height, MOST_DOTS), 1)), 0)
    for mark, top in zip(kept, tops, strict=True):
        if top < canvas.height:
            ink.draw(canvas, mark, top)
    return ImageChops.invert(canvas)


def job_raster(raw: bytes, width_dots: int = 576) -> Image.Image:
    """A whole job's ink in one picture: mode ``L``, black on white, cuts ignored.

    A last line without LF stays in the line buffer, as it does in the printer.
    """
    decoder, _ = decode.run(raw, width_dots)
    return raster(decoder.take()[0], width_dots)


def png(marks: Iterable[Mark], width_dots: int, edge: Edge = "cut") -> bytes:
    """The strip as a PNG with transparency."""
    kept = tuple(marks)
    black = raster(kept if edge == "torn" else _without_lead(kept), width_dots)
    height = black.height + MARGIN_TOP_DOTS + MARGIN_BOTTOM_DOTS
    paper = _stock(height)
    burnt = Image.new("L", paper.size, 0)
    left = (PAPER_DOTS - width_dots) // 2
    burnt.paste(ImageChops.invert(black), (left, MARGIN_TOP_DOTS))
    paper.paste(INK, (0, 0), _bleed(burnt))
    shape = _outline(height, edge)
    out = io.BytesIO()
    _lay_down(paper, shape).save(out, "PNG", dpi=(DPI, DPI), compress_level=3)
    return out.getvalue()


def _without_lead(marks: tuple[Mark, ...]) -> tuple[Mark, ...]:
    """Less the blank end that hasn't passed the cutter."""
    inside = 0
    while marks and inside < HEAD_TO_CUTTER_DOTS and _is_blank(marks[-1]):
        inside += ink.advance(marks[-1])
        marks = marks[:-1]
    return (
        (*marks, Feed(inside - HEAD_TO_CUTTER_DOTS))
        if inside > HEAD_TO_CUTTER_DOTS
        else marks
    )


def _is_blank(mark: Mark) -> bool:
    return isinstance(mark, Feed) or (isinstance(mark, Row) and not mark.ink_dots)


def _stock(height: int) -> Image.Image:
    """Paper that curls a little: paler in the middle, warmer at the sides."""
    row = Image.new("RGB", (PAPER_DOTS, 1), PAPER)
    for x in range(PAPER_DOTS):
        far = abs(x - PAPER_DOTS / 2) / (PAPER_DOTS / 2)
        blend = max(0.0, far - 0.72) / 0.28
        row.putpixel((x, 0), _mix(PAPER, PAPER_EDGE, blend**2))
    return row.resize((PAPER_DOTS, height), Image.Resampling.NEAREST)


def _mix(
    one: tuple[int, int, int], two: tuple[int, int, int], part: float
) -> tuple[int, int, int]:
    red, green, blue = (
        round(a + (b - a) * part) for a, b in zip(one, two, strict=True)
    )
    return red, green, blue


def _bleed(burnt: Image.Image) -> Image.Image:
    """Heat spreads a fraction of a dot: edges soften, the core stays dark."""
    soft = burnt.filter(ImageFilter.GaussianBlur(0.55))
    return ImageChops.lighter(soft, burnt.point(lambda value: value * 15 // 16))


def _outline(height: int, edge: Edge) -> Image.Image:
    """255 where there is paper: serrated by the cutter, or torn by hand."""
    shape = Image.new("L", (PAPER_DOTS, height), 255)
    pen = ImageDraw.Draw(shape)
    for x in range(0, PAPER_DOTS, _TOOTH_DOTS):
        pen.polygon([(x, 0), (x + _TOOTH_DOTS, 0), (x + _TOOTH_DOTS // 2, 3)], fill=0)
        foot = height - 1
        if edge == "torn":
            deep = _TEAR[x // _TOOTH_DOTS % len(_TEAR)]
            after = _TEAR[(x // _TOOTH_DOTS + 1) % len(_TEAR)]
            pen.polygon(
                [
                    (x, foot - deep),
                    (x + _TOOTH_DOTS, foot - after),
                    (x + _TOOTH_DOTS, height),
                    (x, height),
                ],
                fill=0,
            )
        else:
            pen.polygon(
                [(x, foot), (x + _TOOTH_DOTS, foot), (x + _TOOTH_DOTS // 2, foot - 3)],
                fill=0,
            )
    if edge == "partial":  # one point in the middle still held the roll
        middle = PAPER_DOTS // 2
        pen.rectangle((middle - 5, height - 4, middle + 5, height), fill=255)
    return shape


def _lay_down(paper: Image.Image, shape: Image.Image) -> Image.Image:
    """On a transparent ground, with the shadow of a strip that lies on a table."""
    around = SHADOW_DOTS
    size = (paper.width + 2 * around, paper.height + 2 * around)
    shade = Image.new("L", size, 0)
    shade.paste(
        shape.point(lambda value: SHADOW_ALPHA if value else 0), (around, around + 4)
    )
    ground = Image.new("RGBA", size, (60, 52, 40, 0))
    ground.putalpha(shade.filter(ImageFilter.GaussianBlur(around / 3)))
    ground.paste(paper, (around, around), shape)
    return ground


def bare_png(marks: Iterable[Mark], width_dots: int) -> bytes:
    """The ink alone as a grey PNG."""
    out = io.BytesIO()
    raster(marks, width_dots).save(out, "PNG", dpi=(DPI, DPI))
    return out.getvalue()
