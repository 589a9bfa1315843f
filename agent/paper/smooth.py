"""Characters with soft edges, for screens and mail.

They fill the same cells as :mod:`agent.paper.glyphs` does in dots.  FreeType draws
each at the size at which it is shown, so enlarged ones are not coarse.  What the
face that we ship lacks is enlarged from its dots.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from agent.paper.frames import frame
from agent.paper.glyphs import glyph
from agent.paper.measure import BASELINE
from agent.paper.strip import CELL_HEIGHT, CELL_WIDTH, Font
from agent.paper.text import cells

if TYPE_CHECKING:
    from PIL.Image import Image as PillowImage
    from PIL.ImageFont import FreeTypeFont

FACE: Final = Path(__file__).parent / "fonts" / "DejaVuSansMono.ttf"
_SIZES: Final[dict[Font, float]] = {"A": 20, "B": 14.6, "C": 13, "D": 16.6, "E": 13}
"""Pixels of the face whose advance is the cell's width."""

MAX_KEPT: Final = 1024
"""Characters kept: 0.5 MB; 20 MB if all of them were the largest."""


@lru_cache(maxsize=16)
def _face(size: float) -> FreeTypeFont:
    from PIL import ImageFont

    return ImageFont.truetype(FACE, size, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=MAX_KEPT)
def has(character: str) -> bool:
    """Whether the face that we ship has it: what it lacks is its empty frame."""
    face = _face(20)
    drawn, frame = face.getmask(character), face.getmask("\U0010fffe")
    return drawn.size != frame.size or bytes(drawn) != bytes(frame)


def dots(font: Font, character: str) -> tuple[str, ...]:
    """The rows of a cell in dots, "1" is black; lines and blocks fill it exactly."""
    lines = frame(character, CELL_WIDTH[font], CELL_HEIGHT[font])
    return lines or glyph(font, character)


def framed(character: str) -> bool:
    """Whether it is a line or block that fills its cell."""
    return bool(frame(character, CELL_WIDTH["A"], CELL_HEIGHT["A"]))


@lru_cache(maxsize=MAX_KEPT)
def cell(font: Font, character: str, wide: int, tall: int) -> tuple[bytes, ...]:
    """The rows of a cell ``wide`` and ``tall`` times as large: shades, 255 is ink."""
    from PIL import Image

    large = max(wide, tall)
    size = CELL_WIDTH[font] * max(1, cells(character)) * wide, CELL_HEIGHT[font] * tall
    if has(character) and not framed(character):
        image = _drawn(font, character, large)
        image = image.resize(size, Image.Resampling.BOX)
    else:
        image = _of_dots(font, character)
        image = image.resize(size, Image.Resampling.NEAREST)
    raw, stride = image.tobytes(), size[0]
    return tuple(raw[at : at + stride] for at in range(0, len(raw), stride))


def _drawn(font: Font, character: str, large: int) -> PillowImage:
    from PIL import Image, ImageDraw

    width, height = CELL_WIDTH[font] * large, CELL_HEIGHT[font] * large
    image = Image.new("L", (width, height))
    face = _face(_SIZES[font] * large)
    pen = ImageDraw.Draw(image)
    pen.text((0, BASELINE[font] * large), character, fill=255, font=face, anchor="ls")
    return image


def _of_dots(font: Font, character: str) -> PillowImage:
    from PIL import Image

    rows = dots(font, character)
    shades = str.maketrans("01", "\x00\xff")
    digits = "".join(rows).translate(shades).encode("latin-1")
    return Image.frombytes("L", (len(rows[0]), len(rows)), digits)
