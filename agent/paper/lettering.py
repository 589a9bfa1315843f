"""Characters in the face that we ship, put into the cells of a printer.

The face is DejaVu Sans Mono, which lies beside this module; at 20, 14.6, 13, 16.6 and
13 pixels its hinted advance is exactly the 12, 9, 8, 10 and 8 dots of fonts A to E.
A letter with two marks that it lacks (Vietnamese) is put together from what it has,
and what begins left of its cell (the tonos of a Greek capital) is moved into it.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from agent.paper.measure import BASELINE
from agent.paper.strip import CELL_HEIGHT, CELL_WIDTH, Font
from agent.paper.text import cells

if TYPE_CHECKING:
    from PIL.Image import Image as PillowImage
    from PIL.ImageFont import FreeTypeFont

FACE: Final = Path(__file__).parent / "fonts" / "DejaVuSansMono.ttf"
SIZES: Final[dict[Font, float]] = {"A": 20, "B": 14.6, "C": 13, "D": 16.6, "E": 13}
"""Pixels of the face whose advance is the cell's width."""

ABSENT: Final = "\U0010fffe"
"""No character: its picture is what a face shows for one that it lacks."""

MAX_KEPT: Final = 2048
"""Characters of which is known whether the face has them; a receipt uses a hundred."""

_ABOVE, _BELOW = 230, 220
"""Combining classes (Unicode 4.3) of marks that are set onto letters here."""
_INK: Final = 100
"""A dot is black that has as much of 255 when letters are pressed together."""


@lru_cache(maxsize=32)
def face(file: Path, size: float) -> FreeTypeFont:
    from PIL import ImageFont

    return ImageFont.truetype(file, size, layout_engine=ImageFont.Layout.BASIC)


def shows(file: Path, character: str) -> bool:
    """Whether a face has a character: what it lacks is its empty frame."""
    with_it = face(file, 20)
    drawn, absent = with_it.getmask(character), with_it.getmask(ABSENT)
    return drawn.size != absent.size or bytes(drawn) != bytes(absent)


@lru_cache(maxsize=MAX_KEPT)
def has(character: str) -> bool:
    """Whether the face that we ship has it."""
    return shows(FACE, character)


@lru_cache(maxsize=MAX_KEPT)
def parts(character: str) -> tuple[str, ...]:
    """What it is written with: itself, or a letter and marks; none: it cannot be."""
    if has(character):
        return (character,)
    letter, _, mark = unicodedata.decomposition(character).partition(" ")
    if not mark or letter.startswith("<"):  # a single, or a compatible one
        return ()
    beneath = parts(chr(int(letter, 16)))
    above = chr(int(mark, 16))
    set_on = has(above) and unicodedata.combining(above) in {_ABOVE, _BELOW}
    return (*beneath, above) if beneath and set_on else ()


def written(font: Font, character: str, large: int, *, soft: bool) -> PillowImage:
    """Its cells ``large`` times as large: shades, 255 is ink; all or none if not soft.

    The character has to have :func:`parts`.
    """
    wide, tall = CELL_WIDTH[font] * large, CELL_HEIGHT[font] * large
    letter, *marks = parts(character)
    sheet = _Sheet(font, large, soft=soft)
    image = sheet.inked(letter)
    for mark in marks:
        image = sheet.marked(image, mark)
    if marks:
        image = sheet.lowered(image)
    if _keeps_apart(character):
        image = sheet.moved(image)
    right = wide * (1 + max(1, cells(character)))
    cell = image.crop((wide, tall, right, 2 * tall))
    return cell if soft else cell.point(lambda shade: 255 * (shade >= _INK))


def _keeps_apart(character: str) -> bool:
    """Lines, and letters that join those beside them, reach out of their cells."""
    letter = unicodedata.category(character)[0] in "LM"
    return letter and unicodedata.bidirectional(character) != "AL"


class _Sheet:
    """A cell with as much paper above it, and at its left and its right."""

    def __init__(self, font: Font, large: int, *, soft: bool) -> None:
        self._wide, self._tall = CELL_WIDTH[font] * large, CELL_HEIGHT[font] * large
        self._foot = self._tall + BASELINE[font] * large
        self._face = face(FACE, SIZES[font] * large)
        self._mode = "L" if soft else "1"

    def inked(self, character: str) -> PillowImage:
        from PIL import Image, ImageDraw

        image = Image.new("L", (3 * self._wide, 2 * self._tall))
        pen = ImageDraw.Draw(image)
        pen.fontmode = self._mode
        at = self._wide, self._foot
        pen.text(at, character, fill=255, font=self._face, anchor="ls")
        return image

    def marked(self, letter: PillowImage, mark: str) -> PillowImage:
        """A letter with a mark in its middle, above or below what it has already."""
        from PIL import ImageChops

        image = self.inked(mark)
        _, top, _, bottom = letter.getbbox() or (0, 0, 0, 0)
        left, begins, right, ends = image.getbbox() or (0, 0, 0, 0)
        above = unicodedata.combining(mark) == _ABOVE
        down = min(0, top - ends) if above else max(0, bottom - begins)
        along = (3 * self._wide - left - right) // 2
        return ImageChops.lighter(letter, ImageChops.offset(image, along, down))

    def lowered(self, image: PillowImage) -> PillowImage:
        """Pressed together above the line where it stands, until it is in the cell."""
        from PIL import Image

        top = (image.getbbox() or (0, self._tall))[1]
        if top >= self._tall:
            return image
        upper = image.crop((0, top, image.width, self._foot))
        size = image.width, self._foot - self._tall
        pressed = Image.new("L", image.size)
        pressed.paste(upper.resize(size, Image.Resampling.BOX), (0, self._tall))
        lower = image.crop((0, self._foot, *image.size))
        pressed.paste(lower, (0, self._foot))
        return pressed

    def moved(self, image: PillowImage) -> PillowImage:
        """What begins left of the cell begins in it, and is pressed together if need be."""
        from PIL import Image

        left, top, right, bottom = image.getbbox() or (self._wide, 0, 0, 0)
        if left >= self._wide:
            return image
        ink = image.crop((left, top, right, bottom))
        size = min(ink.width, self._wide), ink.height
        moved = Image.new("L", image.size)
        moved.paste(ink.resize(size, Image.Resampling.BOX), (self._wide, top))
        return moved
