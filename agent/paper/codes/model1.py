"""QR code model 1, which no library encodes any more.

Versions 1 to 14, codewords in blocks of 2 x 4 and 4 x 2 modules, no alignment
patterns but lines along the right and the lower edge, a first codeword of four bits,
blocks one after the other instead of interleaved.

Sources: ISO/IEC 18004:2000, annex M (tables M.2, M.4); AIM ITS 97/001.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from agent.paper.codes.reedsolomon import remainder

# By version, for L M Q H: error correction codewords of a block, blocks, and data
# codewords of a block (tables M.2 and M.4).
_BLOCKS: Final = (
    "7,1,19 10,1,16 13,1,13 17,1,9",
    "10,1,36 16,1,30 22,1,24 30,1,16",
    "15,1,57 28,1,44 36,1,36 48,1,24",
    "20,1,80 40,1,60 50,1,50 66,1,34",
    "26,1,108 52,1,82 66,1,68 44,2,23",
    "34,1,136 32,2,53 42,2,43 56,2,29",
    "42,1,170 40,2,66 52,2,54 46,3,24",
    "24,2,104 48,2,80 64,2,64 56,3,29",
    "30,2,123 60,2,93 50,3,52 68,3,34",
    "34,2,145 68,2,111 58,3,61 58,4,31",
    "40,2,168 40,4,64 52,4,52 54,5,29",
    "46,2,192 46,4,73 58,4,61 62,5,33",
    "36,3,144 52,4,83 66,4,69 58,6,32",
    "40,3,163 60,4,92 60,5,62 66,6,35",
)
_LEVELS: Final = "LMQH"
_LEVEL_BITS: Final = {"L": 1, "M": 0, "Q": 3, "H": 2}
_FORMAT_GENERATOR: Final = 0b10100110111
_FORMAT_MASK: Final = 0x2825
_ALPHANUMERIC: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"

MAX_BYTES: Final = 1167
"""As digits: what version 14 holds at level L."""

_MASK: Final = 3
"""Of eight; which one makes no difference to today's readers (bench/qr.py)."""

Place = tuple[int, int]


def matrix(data: bytes, level: str) -> tuple[str, ...]:
    """Rows of modules, "1" black; none if the data are too long for version 14."""
    if not 0 < len(data) <= MAX_BYTES:
        return ()
    contents = _content(data, long=False), _content(data, long=True)
    for version, row in enumerate(_BLOCKS, 1):
        numbers = row.split()[_LEVELS.index(level)].split(",")
        checks, blocks, words = (int(number) for number in numbers)
        bits = "0000" + contents[version > 9]
        if len(bits) <= 8 * blocks * words:
            parts = _padded(bits, blocks, words)
            body = b"".join(parts) + b"".join(remainder(p, checks) for p in parts)
            return _drawn(version, level, body)
    return ()


# -- bits -----------------------------------------------------------------


def _content(data: bytes, *, long: bool) -> str:
    """One segment in the densest mode that has all characters.

    Its length takes more bits from version 10 on (``long``).
    """
    text = data.decode("latin-1")
    if data.isdigit():
        groups = [text[at : at + 3] for at in range(0, len(text), 3)]
        sizes = (0, 4, 7, 10)
        body = "".join(_bits(int(group), sizes[len(group)]) for group in groups)
        return "0001" + _bits(len(text), 12 if long else 10) + body
    if set(text) <= set(_ALPHANUMERIC):
        pairs = [text[at : at + 2] for at in range(0, len(text), 2)]
        body = "".join(_pair(pair) for pair in pairs)
        return "0010" + _bits(len(text), 11 if long else 9) + body
    body = "".join(_bits(byte, 8) for byte in data)
    return "0100" + _bits(len(data), 16 if long else 8) + body


def _bits(value: int, size: int) -> str:
    return format(value, f"0{size}b")


def _pair(pair: str) -> str:
    first = _ALPHANUMERIC.index(pair[0])
    if len(pair) == 1:
        return _bits(first, 6)
    return _bits(45 * first + _ALPHANUMERIC.index(pair[1]), 11)


def _padded(bits: str, blocks: int, words: int) -> list[bytes]:
    """Terminated, filled with EC 11, and cut into blocks."""
    total = blocks * words
    bits += "0" * min(4, 8 * total - len(bits))
    bits += "0" * (-len(bits) % 8)
    body = int(bits, 2).to_bytes(len(bits) // 8, "big")
    body += b"\xec\x11" * total
    return [body[at : at + words] for at in range(0, total, words)]


# -- modules --------------------------------------------------------------


def _drawn(version: int, level: str, body: bytes) -> tuple[str, ...]:
    side = 17 + 4 * version
    cells = _functions(side)
    places = list(_places(side))
    # some versions have room for a few codewords that no table gives them
    for byte, block in zip(body.ljust(len(places), b"\0"), places, strict=True):
        for bit, (x, y) in zip(_bits(byte, 8), block, strict=True):
            cells.setdefault((x, y), (bit == "1") != _masked(x, y))
    cells |= _format(side, level)
    return tuple(
        "".join("01"[cells.get((x, y), False)] for x in range(side))
        for y in range(side)
    )


def _masked(x: int, y: int) -> bool:
    return (x + y) % 3 == 0


def _functions(side: int) -> dict[Place, bool]:
    """Finders with their separators, timing, and the lines along two edges."""
    cells: dict[Place, bool] = {}
    for left, top in ((0, 0), (side - 7, 0), (0, side - 7)):
        for x in range(-1, 8):
            for y in range(-1, 8):
                ring = max(abs(x - 3), abs(y - 3))
                cells[left + x, top + y] = ring not in {2, 4}
    for at in range(8, side - 8):
        cells[at, 6] = cells[6, at] = at % 2 == 0
    cells |= {
        (side - 2 + dx, side - 2 + dy): dx + dy == 2 for dx in (0, 1) for dy in (0, 1)
    }
    for start in range(side - 9, 12, -8):
        for along in range(4):
            at = start - along
            cells |= {(side - 1, at): True, (side - 2, at): False}
            cells |= {(at, side - 1): True, (at, side - 2): False}
    return cells


def _format(side: int, level: str) -> dict[Place, bool]:
    """Level and mask, twice, and the module that is always dark (M.6)."""
    value = _LEVEL_BITS[level] << 3 | _MASK
    rest = value << 10
    for shift in range(14, 9, -1):
        if rest >> shift & 1:
            rest ^= _FORMAT_GENERATOR << shift - 10
    bits = _bits((value << 10 | rest) ^ _FORMAT_MASK, 15)
    across = [(x, 8) for x in (0, 1, 2, 3, 4, 5, 7, 8)]
    down = [(8, y) for y in (7, 5, 4, 3, 2, 1, 0)]
    low = [(8, side - 1 - at) for at in range(7)]
    right = [(side - 8 + at, 8) for at in range(8)]
    cells: dict[Place, bool] = {(8, side - 8): True}
    for places in (across + down, low + right):
        cells |= {place: bit == "1" for place, bit in zip(places, bits, strict=True)}
    return cells


def _places(side: int) -> Iterator[list[Place]]:
    """The modules of each codeword, in the order of the codewords.

    Two columns of upright blocks, then lying blocks, then four columns of upright ones
    between the finders on the left; the lines along the edges are left out.
    """
    columns = side // 4 + 3
    for column in range(columns):
        if column < 2:
            yield from _right(side, column)
        elif columns - column > 4:
            yield from _middle(side, column, last=column + 5 == columns)
        else:
            left = columns - column - 1
            x = left * 2 + 1 + (left == 3)
            yield from (_upright(x, y) for y in range(side - 9, 8, -4))


def _right(side: int, column: int) -> Iterator[list[Place]]:
    rows = (side - 8) // 4
    for row in range(rows):
        line = column == 0 and row % 2 == 0 and 0 < row < rows - 1
        if not line:
            yield _upright(side - 1 - 2 * column, side - 1 - 4 * row)


def _middle(side: int, column: int, *, last: bool) -> Iterator[list[Place]]:
    rows = side // 2
    x = side - 5 - 4 * (column - 2)
    for row in range(rows):
        finder = column == 2 and row >= rows - 4
        line = row == 0 and column % 2 == 1 and not last
        if not finder and not line:
            yield _lying(x, side - 1 - 2 * row - (row >= rows - 3))


def _upright(x: int, y: int) -> list[Place]:
    return [(x - bit % 2, y - bit // 2) for bit in range(8)]


def _lying(x: int, y: int) -> list[Place]:
    return [(x - bit % 4, y - bit // 4) for bit in range(8)]
