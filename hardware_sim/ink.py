"""Marks to ink masks (mode ``L``, 255 is ink): the dots that a head would burn.

Bold is drawn twice one dot apart, an underline keeps its thickness whatever the
size (ESC -), and there is none under inverted or rotated characters, as on the
real printer.  What is printed over something else adds to it.
"""

from __future__ import annotations

from PIL import Image, ImageChops

from hardware_sim.glyphs import CELL, glyph
from hardware_sim.marks import BLACK, Bits, Feed, Mark, Picture, Row, Run, Style


def character(shape: Image.Image, style: Style) -> Image.Image:
    """One character cell of that shape in that style."""
    if style.bold:
        shape = ImageChops.lighter(shape, _shifted(shape))
    across, down = style.width, style.height
    wide, high = CELL[style.font]
    drawn = shape.resize((wide * across, high * down), Image.Resampling.NEAREST)
    if style.rotated:
        across = down
        drawn = drawn.transpose(Image.Transpose.ROTATE_270)
    cell = Image.new("L", (style.char_dots, style.line_dots), 0)
    cell.paste(drawn, (style.lead_dots * across, 0))
    if style.underline_dots and not style.inverted and not style.rotated:
        foot = cell.height - style.underline_dots
        cell.paste(255, (0, foot, cell.width, cell.height))
    return _coloured(cell, style)


def _shifted(shape: Image.Image) -> Image.Image:
    moved = Image.new("L", shape.size, 0)
    moved.paste(shape, (1, 0))
    return moved


def _coloured(cell: Image.Image, style: Style) -> Image.Image:
    if style.inverted:
        cell = ImageChops.invert(cell)
    if style.level == BLACK and not style.ground:
        return cell
    ground = Image.new("L", cell.size, style.ground)
    ground.paste(style.level, (0, 0), cell)
    return ground


def written(run: Run) -> Image.Image:
    """A run of characters, without its place."""
    style = run.style
    box = Image.new("L", (run.wide_dots, style.line_dots), 0)
    for place, char in enumerate(run.text):
        cell = character(glyph(char, style.font), style)
        box.paste(cell, (place * style.char_dots, 0))
    return box.transpose(Image.Transpose.ROTATE_180) if style.upside_down else box


def mask(thing: Run | Bits) -> Image.Image:
    return written(thing) if isinstance(thing, Run) else thing.image


def advance(mark: Mark) -> int:
    """How far the paper moves on for it; less than nothing is back."""
    match mark:
        case Row():
            return mark.feed_dots
        case Picture():
            return mark.image.height
        case Feed():
            return mark.dots


def stamp(canvas: Image.Image, ink: Image.Image, at: tuple[int, int]) -> None:
    """Print over what is there: grey never pales black."""
    canvas.paste(255, at, ink)


def draw(canvas: Image.Image, mark: Mark, y: int) -> None:
    """One mark with its top at row ``y``."""
    match mark:
        case Row():
            things: list[Run | Bits] = [*mark.bits, *mark.runs]
            for thing in things:
                ink = mask(thing)
                sunk = 0 if mark.hung else mark.ink_dots - ink.height
                stamp(canvas, ink, (thing.x, y + sunk))
        case Picture():
            stamp(canvas, mark.image, (mark.x, y))
        case Feed():
            return
