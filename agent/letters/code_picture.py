"""The POS's own bar code for returns as a picture, since mail readers drop SVG.

A PNG of one bit on white, with its quiet zone, two dots a pixel of the screen.  Never
drawn: what its symbology cannot say exactly, and bars that would be thinner than a pixel.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from agent.paper import drawing, pngfile
from agent.paper.strip import Symbol
from agent.wire.receipt import Code, Receipt

WIDEST: Final = 480
"""Pixels of the screen; the column has 504."""
QUIET: Final = 11
"""Modules of white on each side (EAN-13 asks for 11 and 7, Code 128 for 10, QR for 4)."""
TALL: Final = 72
"""Pixels of a bar."""
SHARP: Final = 2
"""Dots a pixel."""
LARGEST_MODULE: Final = 3
"""Pixels: a short code need not fill the column."""


@dataclass(frozen=True, slots=True)
class CodePicture:
    """``width`` and ``height`` in pixels of the screen; ``text`` is what a scanner says."""

    png: bytes
    width: int
    height: int
    text: str


def of_receipt(receipt: Receipt) -> CodePicture | None:
    """Of the code by which the shop finds this receipt again."""
    found = (code for code in receipt.codes if code.role == "receipt")
    code = next(found, None)
    return None if code is None else draw(code)


def draw(code: Code) -> CodePicture | None:
    """``None``: it cannot be drawn so that it is read."""
    modules = drawing.draw(
        Symbol(
            code.system,
            code.text.encode("utf-8", "replace"),
            code.text,
            module=1,
            height=1,
            level="M" if code.system == "QR" else "",
            variant="AUTO" if code.system == "CODE128" else "",
        )
    )
    if modules is None:
        return None
    flat = len(modules.rows) == 1
    wide = len(modules.rows[0]) + 2 * QUIET
    module = min(LARGEST_MODULE, WIDEST // wide)
    if module < 1:
        return None
    dots = module * SHARP
    blank = "0" * wide
    rows = [f"{'0' * QUIET}{row}{'0' * QUIET}" for row in modules.rows]
    if flat:
        tall, edge = TALL * SHARP, 4 * SHARP
    else:
        tall, edge = dots, QUIET * dots
    picture = (
        _packed(blank, dots) * edge
        + b"".join(_packed(row, dots) * tall for row in rows)
        + _packed(blank, dots) * edge
    )
    height = (len(rows) * tall + 2 * edge) // SHARP
    png = pngfile.write(wide * dots, picture)
    return CodePicture(png, wide * module, height, code.text)


def _packed(row: str, dots: int) -> bytes:
    """One row of dots, a bit each, padded with white; 0 is black."""
    bits = "".join(("0" if module == "1" else "1") * dots for module in row)
    bits += "1" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big")
