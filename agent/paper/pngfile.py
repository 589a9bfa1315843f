"""A PNG file (RFC 2083) by hand: grey of one or eight bits, no filters.

Printed paper is mostly white: filters cost more time than they save bytes.
"""

from __future__ import annotations

import zlib
from typing import Final, Literal

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
DOTS_PER_METRE: Final = 8000
"""203 dpi, exactly 8 dots a millimetre."""

# One bit packs so well that the slow level pays; grey is four times quicker at two.
_LEVELS: Final = {1: 6, 8: 2}


def write(
    width: int, rows: bytes, *, depth: Literal[1, 8] = 1, clear: bool = False
) -> bytes:
    """The file of ``rows``, each padded to whole bytes; 0 is black.

    ``clear``: white lets through what lies beneath the picture.
    """
    stride = (width * depth + 7) // 8
    height = len(rows) // stride if stride else 0
    lines = b"".join(
        b"\0" + rows[at : at + stride] for at in range(0, height * stride, stride)
    )
    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([depth])
    white = (1 << depth) - 1
    scale = DOTS_PER_METRE.to_bytes(4, "big")
    return (
        _SIGNATURE
        + _chunk(b"IHDR", head + bytes(4))  # grey, deflated, not interlaced
        + (_chunk(b"tRNS", white.to_bytes(2, "big")) if clear else b"")
        + _chunk(b"pHYs", scale * 2 + b"\x01")
        + _chunk(b"IDAT", zlib.compress(lines, _LEVELS[depth]))
        + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, body: bytes) -> bytes:
    crc = zlib.crc32(kind + body).to_bytes(4, "big")
    return len(body).to_bytes(4, "big") + kind + body + crc
