"""The printer's two fonts as ink: Spleen by Frederic Cambus (see ``fonts/``).

Font A is 12 x 24 dots, font B 9 x 17 (an 8 x 16 drawing in its cell), as the
TM-T88 family has them.  A glyph that the fonts lack is drawn as a box.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Literal

from PIL import Image

FontName = Literal["A", "B"]

CELL: dict[FontName, tuple[int, int]] = {"A": (12, 24), "B": (9, 17)}
"""Width and height of a character in dots (GS !, ESC M: fonts A and B)."""

_DRAWN: dict[FontName, tuple[str, int, int]] = {
    "A": ("spleen-12x24.hex", 12, 24),
    "B": ("spleen-8x16.hex", 8, 16),
}
_ALIKE = str.maketrans({"\u202f": " ", "\u00a0": " ", "‚": ",", "„": '"', "―": "—"})


@functools.cache
def _book(font: FontName) -> dict[str, str]:
    text = (Path(__file__).parent / "fonts" / _DRAWN[font][0]).read_text("ascii")
    pairs = (line.split(":") for line in text.splitlines())
    return {chr(int(code, 16)): rows for code, rows in pairs}


@functools.lru_cache(maxsize=1024)
def glyph(char: str, font: FontName) -> Image.Image:
    """A cell of mode ``L``: 255 where there is ink."""
    cell = Image.new("L", CELL[font], 0)
    _, width, height = _DRAWN[font]
    rows = _book(font).get(char.translate(_ALIKE))
    if rows is None:
        box = Image.new("L", (width - 2, height - 8), 255)
        box.paste(0, (1, 1, width - 3, height - 9))
        cell.paste(box, (1, 3))
        return cell
    drawn = Image.frombytes("1", (width, height), bytes.fromhex(rows))
    cell.paste(255, (0, 0), drawn)
    return cell
