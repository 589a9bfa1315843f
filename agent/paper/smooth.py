"""Characters with soft edges, for screens and mail.

They fill the same cells as :mod:`agent.paper.glyphs` does in dots.  FreeType draws
each at the size at which it is shown, so enlarged ones are not coarse.  What cannot
be written in the face that we ship is enlarged from its dots.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from agent.paper.frames import frame
from agent.paper.glyphs import glyph
from agent.paper.lettering import parts, written
from agent.paper.strip import CELL_HEIGHT, CELL_WIDTH, Font
from agent.paper.text import cells

if TYPE_CHECKING:
    from PIL.Image import Image as PillowImage

MAX_KEPT: Final = 1024
"""Characters kept: 0.5 MB; 20 MB if all of them were the largest."""


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
    if parts(character) and not framed(character):
        image = written(font, character, large, soft=True)
        image = image.resize(size, Image.Resampling.BOX)
    else:
        image = _of_dots(font, character)
        image = image.resize(size, Image.Resampling.NEAREST)
    raw, stride = image.tobytes(), size[0]
    return tuple(raw[at : at + stride] for at in range(0, len(raw), stride))


def _of_dots(font: Font, character: str) -> PillowImage:
    from PIL import Image

    rows = dots(font, character)
    shades = str.maketrans("01", "\x00\xff")
    digits = "".join(rows).translate(shades).encode("latin-1")
    return Image.frombytes("L", (len(rows[0]), len(rows)), digits)
