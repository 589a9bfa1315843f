"""Characters as dots, in the cells of a thermal printer.

The face is DejaVu Sans Mono, which lies beside this module; at 20, 14.6, 13, 16.6 and
13 pixels its hinted advance is exactly the 12, 9, 8, 10 and 8 dots of fonts A to E.
It has no kanji, kana, hangul, Thai or scripts of India: those come from a face of
the system, if there is one, and else are an empty box of the right size.

Ideographs take two cells.  Pillow draws each character once; it is loaded with the
first one.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from agent.paper.strip import CELL_HEIGHT, CELL_WIDTH, Font
from agent.paper.text import cells

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

# Pixels of the face, and the baseline in the cell.
_SIZES: Final[dict[Font, tuple[float, int]]] = {
    "A": (20, 19),
    "B": (14.6, 14),
    "C": (13, 13),
    "D": (16.6, 19),
    "E": (13, 13),
}
_FILE: Final = Path(__file__).parent / "fonts" / "DejaVuSansMono.ttf"

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

_ABSENT: Final = "\U0010fffe"
"""No character: its picture is what a face shows for one that it lacks."""

MAX_GLYPHS: Final = 2048
"""Characters kept, about 4 MB; a receipt uses a hundred."""

Glyph = tuple[str, ...]


@lru_cache(maxsize=32)
def _face(file: Path, size: float) -> FreeTypeFont:
    from PIL import ImageFont

    return ImageFont.truetype(file, size, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=1)
def _faces() -> tuple[Path, ...]:
    return (_FILE, *(file for file in SYSTEM_FACES if file.is_file()))


@lru_cache(maxsize=MAX_GLYPHS)
def _face_with(character: str) -> Path | None:
    for file in _faces():
        face = _face(file, 20)
        drawn, absent = face.getmask(character), face.getmask(_ABSENT)
        if drawn.size != absent.size or bytes(drawn) != bytes(absent):
            return file
    return None


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
    if file == _FILE:
        return _ours(font, character, size)
    return _systems(file, character, size)


def _ours(font: Font, character: str, size: tuple[int, int]) -> Glyph:
    pixels, baseline = _SIZES[font]
    # lines and blocks reach into the cells beside theirs: draw those too
    beside = "\u2500" <= character <= "\u259f"
    at, text = (-size[0], character * 3) if beside else (0, character)
    return _drawn(_face(_FILE, pixels), text, (at, baseline), size)


def _systems(file: Path, character: str, size: tuple[int, int]) -> Glyph:
    """As large as a kanji of two such cells; a mark stands where it would be."""
    width, height = size
    square = min(2 * width // cells(character), height)
    face = _face(file, square)
    wide = face.getlength(character)
    if wide > width:
        face, wide = _face(file, square * width / wide), width
    left = (width - round(wide)) // 2
    if unicodedata.category(character) == "Mn":  # drawn behind or before the pen
        left = max(0, -round(face.getbbox(character, anchor="ls")[0]))
    baseline = (height - square) // 2 + round(square * 5 / 6)
    return _drawn(face, character, (left, baseline), size)


def _drawn(
    face: FreeTypeFont, text: str, at: tuple[int, int], size: tuple[int, int]
) -> Glyph:
    from PIL import Image, ImageDraw

    cell = Image.new("1", size, 0)
    pen = ImageDraw.Draw(cell)
    pen.fontmode = "1"
    pen.text(at, text, fill=1, font=face, anchor="ls")
    bits, stride = cell.tobytes(), (size[0] + 7) // 8
    rows = (bits[at : at + stride] for at in range(0, len(bits), stride))
    return tuple(
        f"{int.from_bytes(row, 'big'):0{stride * 8}b}"[: size[0]] for row in rows
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
