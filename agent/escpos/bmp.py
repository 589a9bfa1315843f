"""A Windows bitmap as dots: what GS D carries.

Monochrome files by their palette; 16 colours, 256 colours and true colour by their
brightness, dithered.  Compressed files are refused, as by the printer.

Source: Epson ESC/POS Application Programming Guide, GS D; Microsoft, BITMAPFILEHEADER,
BITMAPCOREHEADER and BITMAPINFOHEADER.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from agent.escpos.pictures import halftone, rows
from agent.paper.strip import Picture

MAX_SIDE: Final = 8192
"""Dots; the widest that GS ( L may define."""

_WHITES: Final = (0x00, 0xFF)
"""A monochrome file without a palette: 0 black, 1 white."""


def _u(file: bytes, at: int, size: int = 4) -> int:
    return int.from_bytes(file[at : at + size], "little")


def read(file: bytes) -> Picture | None:
    """The picture, or ``None`` for what is no bitmap that a printer takes."""
    header = _u(file, 14)
    if header == 12:
        width, height, depth = _u(file, 18, 2), _u(file, 20, 2), _u(file, 24, 2)
        entry, compressed = 3, 0
    elif header >= 40:
        width, depth = _u(file, 18), _u(file, 28, 2)
        height = int.from_bytes(file[22:26], "little", signed=True)
        entry, compressed = 4, _u(file, 30)
    else:
        return None
    make = _DEPTHS.get(depth)
    if make is None or compressed or not 0 < width <= MAX_SIDE:
        return None
    palette = _greys(file[14 + header : _u(file, 10)], entry)
    lines = _lines(file[_u(file, 10) :], (width * depth + 31) // 32 * 4, abs(height))
    # Upside down, unless the height is negative.
    return make(width, lines[::-1] if height > 0 else lines, palette)


def _lines(data: bytes, size: int, height: int) -> list[bytes]:
    count = min(height, len(data) // size, MAX_SIDE)
    return [data[at : at + size] for at in range(0, count * size, size)]


def _greys(palette: bytes, entry: int) -> list[int]:
    """The brightness of each colour (ITU-R BT.601); its bytes are blue, green, red."""
    count = min(len(palette) // entry, 256)
    return [
        (palette[at] * 114 + palette[at + 1] * 587 + palette[at + 2] * 299) // 1000
        for at in range(0, count * entry, entry)
    ]


def _monochrome(width: int, lines: list[bytes], palette: list[int]) -> Picture:
    zero, one = (each < 128 for each in (palette + list(_WHITES)[len(palette) :])[:2])
    size = (width + 7) // 8
    tail = 0xFF00 >> (width % 8 or 8) & 0xFF
    black = bytes(
        (byte if one else 0) | (~byte & 0xFF if zero else 0) for byte in range(256)
    )
    made = []
    for line in lines:
        row = line[:size].translate(black)
        made.append(row[:-1] + bytes((row[-1] & tail,)))
    return rows(width, len(lines), b"".join(made))


def _sixteen(width: int, lines: list[bytes], palette: list[int]) -> Picture:
    tones = _tones(palette)
    table = bytes.maketrans(b"0123456789abcdef", tones[:16])
    return _dithered(
        width, [line.hex().encode("ascii").translate(table) for line in lines]
    )


def _indexed(width: int, lines: list[bytes], palette: list[int]) -> Picture:
    tones = _tones(palette)
    return _dithered(width, [line.translate(tones) for line in lines])


def _true(width: int, lines: list[bytes], _palette: list[int]) -> Picture:
    dark = _tones(list(range(256)))
    return _dithered(
        width,
        [
            bytes(
                (blue * 114 + green * 587 + red * 299) // 1000
                for blue, green, red in zip(
                    line[0 : 3 * width : 3],
                    line[1 : 3 * width : 3],
                    line[2 : 3 * width : 3],
                    strict=True,
                )
            ).translate(dark)
            for line in lines
        ],
    )


def _tones(palette: list[int]) -> bytes:
    """For each index 0 white to 15 black; an index without a colour is black."""
    return bytes((255 - grey + 8) // 17 for grey in palette).ljust(256, b"\x0f")


def _dithered(width: int, lines: list[bytes]) -> Picture:
    """Rows of one tone a byte, as black dots."""
    whole = (width + 7) // 8 * 8
    levels = b"".join(line[:width].ljust(whole, b"\0") for line in lines)
    if not levels:
        return rows(width, 0, b"")
    planes = []
    for digits in _DIGITS:
        bits = int(levels.translate(digits), 2).to_bytes(len(levels) // 8, "big")
        planes.append(Picture(width, len(lines), bits))
    return halftone(planes)


# For each bit of a tone, highest first: the tone as the ASCII digit of that bit.
_DIGITS: Final = tuple(
    bytes(0x30 + (byte >> bit & 1) for byte in range(256)) for bit in (3, 2, 1, 0)
)
_Make = Callable[[int, list[bytes], list[int]], Picture]
_DEPTHS: Final[Mapping[int, _Make]] = {
    1: _monochrome,
    4: _sixteen,
    8: _indexed,
    24: _true,
}
