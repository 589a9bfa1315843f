"""The printer's fonts as ink: Spleen by Frederic Cambus (see ``fonts/``).

Font A is 12 x 24 dots, font B 9 x 17 (an 8 x 16 drawing in its cell), as the
TM-T88 family has them, font C 8 x 16.  A glyph that the fonts lack is drawn as
a box.  The three sizes of kanji come from a font of the system if it has one,
else each is an empty box of its size.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Literal

from PIL import Image, ImageDraw, ImageFont

FontName = Literal["A", "B", "C", "KA", "KB", "KC"]

CELL: dict[FontName, tuple[int, int]] = {
    "A": (12, 24), "B": (9, 17), "C": (8, 16), "KA": (24, 24), "KB": (20, 24), "KC": (16, 16),
}  # fmt: skip
"""Width and height of a character in dots (ESC M, GS !; FS ( A for kanji)."""

_DRAWN: dict[FontName, tuple[str, int, int]] = {
    "A": ("spleen-12x24.hex", 12, 24),
    "B": ("spleen-8x16.hex", 8, 16),
    "C": ("spleen-8x16.hex", 8, 16),
}
_ALIKE = str.maketrans({"\u202f": " ", "\u00a0": " ", "‚": ",", "„": '"', "―": "—"})

_SYSTEM_FONTS = (
    "/usr/share/fonts/opentype/unifont/unifont.otf",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/truetype/fonts-japanese-gothic.ttf",
)
"""Where Debian keeps fonts with kanji; the first that is there is taken."""


@functools.cache
def _book(font: FontName) -> dict[str, str]:
    text = (Path(__file__).parent / "fonts" / _DRAWN[font][0]).read_text("ascii")
    pairs = (line.split(":") for line in text.splitlines())
    return {chr(int(code, 16)): rows for code, rows in pairs}


@functools.cache
def _kanji_font(size: int) -> ImageFont.FreeTypeFont | None:
    for path in _SYSTEM_FONTS:
        if Path(path).exists():
            return ImageFont.truetype(path, size)
    return None


@functools.lru_cache(maxsize=1024)
def glyph(char: str, font: FontName) -> Image.Image:
    """A cell of mode ``L``: 255 where there is ink."""
    if font not in _DRAWN:
        return _kanji(char, CELL[font])
    cell = Image.new("L", CELL[font], 0)
    _, width, height = _DRAWN[font]
    rows = _book(font).get(char.translate(_ALIKE))
    if rows is None:
        cell.paste(_box(width - 2, height - 8), (1, 3))
        return cell
    drawn = Image.frombytes("1", (width, height), bytes.fromhex(rows))
    cell.paste(255, (0, 0), drawn)
    return cell


def _box(width: int, height: int) -> Image.Image:
    box = Image.new("L", (width, height), 255)
    box.paste(0, (1, 1, width - 1, height - 1))
    return box


def _kanji(char: str, size: tuple[int, int]) -> Image.Image:
    cell = Image.new("L", size, 0)
    font = _kanji_font(min(size))
    if char.isspace():
        return cell
    if font is None:
        cell.paste(_box(size[0] - 2, size[1] - 2), (1, 1))
        return cell
    pen = ImageDraw.Draw(cell)
    pen.fontmode = "1"  # a dot is burnt or it is not
    pen.text((size[0] // 2, size[1] // 2), char, fill=255, font=font, anchor="mm")
    return cell
