"""A picture of black dots as a PNG of one bit a dot, without any library.

Small and exact: what a thermal head prints is what the file holds.
"""

from __future__ import annotations

import zlib
from typing import Final

from agent.paper.strip import Raster

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
DOTS_PER_METRE: Final = 8000
"""203 dpi, exactly 8 dots a millimetre."""


def encode(raster: Raster, width: int, *, clear: bool = False) -> bytes:
    """PNG (RFC 2083) of ``raster`` on a white sheet of ``width`` dots.

    The picture keeps its ``x``; what reaches beyond the sheet is cut off.  On a
    ``clear`` sheet, what is not printed lets through what lies beneath.
    """
    size = (raster.width + 7) // 8
    room = (width + 7) // 8
    shift = size * 8 + raster.x - room * 8  # right edge of the picture beyond ours
    paper = (1 << room * 8) - 1
    blank = (1 << size * 8 - raster.width) - 1  # padding bits are no picture
    rows = bytearray()
    for start in range(0, size * raster.height, size):
        dots = int.from_bytes(raster.bits[start : start + size], "big") & ~blank
        placed = (dots >> shift if shift > 0 else dots << -shift) & paper
        rows += b"\0" + (placed ^ paper).to_bytes(room, "big")
    head = width.to_bytes(4, "big") + raster.height.to_bytes(4, "big")
    scale = DOTS_PER_METRE.to_bytes(4, "big")
    return (
        _SIGNATURE
        + _chunk(b"IHDR", head + b"\x01\x00\x00\x00\x00")  # 1 bit, greyscale
        + (_chunk(b"tRNS", b"\x00\x01") if clear else b"")  # white is see-through
        + _chunk(b"pHYs", scale * 2 + b"\x01")
        + _chunk(b"IDAT", zlib.compress(bytes(rows), 6))
        + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, body: bytes) -> bytes:
    crc = zlib.crc32(kind + body).to_bytes(4, "big")
    return len(body).to_bytes(4, "big") + kind + body + crc
