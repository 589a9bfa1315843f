"""A picture of black dots as a PNG of one bit a dot, without any library.

Small and exact: what a thermal head prints is what the file holds.
"""

from __future__ import annotations

from agent.paper import pngfile
from agent.paper.strip import Raster


def encode(raster: Raster, width: int, *, clear: bool = False) -> bytes:
    """PNG of ``raster`` on a white sheet of ``width`` dots.

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
        rows += (placed ^ paper).to_bytes(room, "big")
    return pngfile.write(width, bytes(rows), clear=clear)
