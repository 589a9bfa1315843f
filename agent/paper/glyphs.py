"""Characters as dots, in the cells of a thermal printer.

The face that we ship (:mod:`agent.paper.lettering`) has no kanji, kana, hangul, Thai
or scripts of India: those come from a face of the system, if there is one, and else
are an empty box of the right size.

Ideographs take two cells.  Pillow draws each character once; it is loaded with the
first one.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from agent.paper.lettering import FACE, face, parts, shows, written
from agent.paper.strip import CELL_HEIGHT, CELL_WIDTH, Font
from agent.paper.text import cells

if TYPE_CHECKING:
    from PIL.Image import Image as PillowImage

SYSTEM_FACES: Final = tuple(
    Path("/usr/share/fonts", path)
    for path in (
        "opentype/noto/NotoSansCJK-Regular.ttc",  # fonts-noto-cjk
        "truetype/wqy/wqy-zenhei.ttc",  # fonts-wqy-zenhei
        "truetype/tlwg/TlwgMono.ttf",  # fonts-tlwg-mono-ttf, of fonts-thai-tlwg
        "opentype/unifont/unifont.otf",  # fonts-unifont
    )
)
"""Where Debian puts faces with more; the first that has a character draws it."""

MAX_GLYPHS: Final = 2048
"""Characters kept, about 4 MB; a receipt uses a hundred."""

Glyph = tuple[str, ...]


@lru_cache(maxsize=1)
def _faces() -> tuple[Path, ...]:
    return tuple(file for file in SYSTEM_FACES if file.is_file())


@lru_cache(maxsize=MAX_GLYPHS)
def _face_with(character: str) -> Path | None:
    """The first face that can show it; letters and marks of ours come before others."""
    if parts(character):
        return FACE
    return next((file for file in _faces() if shows(file, character)), None)


def has(character: str) -> bool:
    """Whether any face here has it; else its glyph is an empty box."""
    return character.isspace() or _face_with(character) is not None


@lru_cache(maxsize=MAX_GLYPHS)
def glyph(font: Font, character: str) -> Glyph:
    """The rows of one cell or two from the top, as digits: "1" is black."""
    size = CELL_WIDTH[font] * max(1, cells(character)), CELL_HEIGHT[font]
    file = _face_with(character)
    if character.isspace() or file is None:
        return _box(*size, drawn=not character.isspace())
    if file == FACE:
        return _rows(written(font, character, 1, soft=False).convert("1"))
    return _systems(file, character, size)


def _systems(file: Path, character: str, size: tuple[int, int]) -> Glyph:
    """As large as a kanji of two such cells; a mark stands where it would be."""
    from PIL import Image, ImageDraw

    width, height = size
    square = min(2 * width // cells(character), height)
    used = face(file, square)
    wide = used.getlength(character)
    if wide > width:
        used, wide = face(file, square * width / wide), width
    left = (width - round(wide)) // 2
    if unicodedata.category(character) == "Mn":  # drawn behind or before the pen
        left = max(0, -round(used.getbbox(character, anchor="ls")[0]))
    above = -used.getbbox(character, anchor="ls")[1]  # a face may rise above its square
    baseline = max((height - square) // 2 + round(square * 5 / 6), round(above))
    cell = Image.new("1", size, 0)
    pen = ImageDraw.Draw(cell)
    pen.fontmode = "1"
    pen.text((left, baseline), character, fill=1, font=used, anchor="ls")
    return _rows(cell)


def _rows(cell: PillowImage) -> Glyph:
    bits, stride = cell.tobytes(), (cell.width + 7) // 8
    rows = (bits[at : at + stride] for at in range(0, len(bits), stride))
    return tuple(
        f"{int.from_bytes(row, 'big'):0{stride * 8}b}"[: cell.width] for row in rows
    )


def _box(width: int, height: int, *, drawn: bool) -> Glyph:
    """An empty frame, a dot of paper around it; or mere paper."""
    blank = "0" * width
    if not drawn:
        return (blank,) * height
    edge = f"0{'1' * (width - 2)}0"
    sides = f"01{'0' * (width - 4)}10"
    return (blank, edge, *(sides,) * (height - 4), edge, blank)


@lru_cache(maxsize=MAX_GLYPHS)
def turned(font: Font, character: str) -> Glyph:
    """The same a quarter turn clockwise (ESC V)."""
    upright = glyph(font, character)
    return tuple("".join(column) for column in zip(*reversed(upright), strict=True))
