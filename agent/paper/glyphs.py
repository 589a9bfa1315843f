"""Characters as dots, in the cells of a thermal printer.

The face is DejaVu Sans Mono, which lies beside this module; at 20, 14.6 and 13
pixels its hinted advance is exactly the 12, 9 and 8 dots of fonts A, B and C.
Pillow draws each character once; it is loaded with the first one.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from agent.paper.strip import CELL_HEIGHT, CELL_WIDTH, Font

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

# Pixels of the face, and the baseline in the cell.
_SIZES: Final[dict[Font, tuple[float, int]]] = {
    "A": (20, 19),
    "B": (14.6, 14),
    "C": (13, 13),
}
_FILE: Final = Path(__file__).parent / "fonts" / "DejaVuSansMono.ttf"

MAX_GLYPHS: Final = 2048
"""Characters kept, about 4 MB; a receipt uses a hundred."""


@lru_cache(maxsize=3)
def _face(font: Font) -> FreeTypeFont:
    from PIL import ImageFont

    size, _ = _SIZES[font]
    return ImageFont.truetype(_FILE, size, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=MAX_GLYPHS)
def glyph(font: Font, character: str) -> tuple[str, ...]:
    """The rows of a cell from the top, as digits: "1" is black."""
    from PIL import Image, ImageDraw

    size = CELL_WIDTH[font], CELL_HEIGHT[font]
    cell = Image.new("1", size, 0)
    pen = ImageDraw.Draw(cell)
    pen.fontmode = "1"
    # lines and blocks reach into the cells beside theirs: draw those too
    beside = "\u2500" <= character <= "\u259f"
    at, text = (-size[0], character * 3) if beside else (0, character)
    pen.text((at, _SIZES[font][1]), text, fill=1, font=_face(font), anchor="ls")
    bits, stride = cell.tobytes(), (size[0] + 7) // 8
    rows = (bits[at : at + stride] for at in range(0, len(bits), stride))
    return tuple(
        f"{int.from_bytes(row, 'big'):0{stride * 8}b}"[: size[0]] for row in rows
    )


@lru_cache(maxsize=MAX_GLYPHS)
def turned(font: Font, character: str) -> tuple[str, ...]:
    """The same a quarter turn clockwise (ESC V)."""
    upright = glyph(font, character)
    return tuple("".join(column) for column in zip(*reversed(upright), strict=True))
