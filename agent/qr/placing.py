"""A QR symbol's modules, placed by us on the tables of ``qrcode``.

The library builds a symbol cell by cell, some ten milliseconds each (and eight times
that when it tries all masks).  Everything but the data is the same for a version and a
level, so it is asked for that once; then a symbol is one number for its codewords, one
XOR with the mask, and one gathering of bits into rows.  The tests hold every version at
every level against the library's own matrix (ISO/IEC 18004).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from operator import itemgetter
from typing import Any, Final, NamedTuple

from qrcode.base import RSBlock, gexp, glog, rs_blocks
from qrcode.constants import (
    ERROR_CORRECT_H,
    ERROR_CORRECT_L,
    ERROR_CORRECT_M,
    ERROR_CORRECT_Q,
)
from qrcode.main import QRCode
from qrcode.util import (
    ALPHA_NUM,
    BIT_LIMIT_TABLE,
    MODE_8BIT_BYTE,
    MODE_ALPHA_NUM,
    MODE_NUMBER,
    length_in_bits,
)

MASK: Final = 3
LEVELS: Final = {
    "L": ERROR_CORRECT_L,
    "M": ERROR_CORRECT_M,
    "Q": ERROR_CORRECT_Q,
    "H": ERROR_CORRECT_H,
}
"""From the weakest correction to the strongest."""
LARGEST: Final = 40
KEPT: Final = 24
"""Layouts in memory, 0.1 MB each at version 23."""
_PADS: Final = (0xEC, 0x11)
_DIGITS: Final = {1: 4, 2: 7, 3: 10}
"""Bits of so many digits."""

Rows = tuple[str, ...]
"""A row is ``0110…``; 1 is dark."""


class Segment(NamedTuple):
    """A piece of the text in one of the modes of ``qrcode``; ``data`` is its bytes."""

    mode: int
    data: bytes


class _Layout(NamedTuple):
    """Where each module's bit comes from: ``"01"``, then the codewords' bits."""

    gather: Any
    mask: int
    bits: int
    side: int


def numeric(data: bytes) -> Segment:
    """Figures only."""
    return Segment(MODE_NUMBER, data)


def plain(data: bytes) -> Segment:
    """Any bytes."""
    return Segment(MODE_8BIT_BYTE, data)


def smallest(segments: Sequence[Segment], level: str, start: int = 1) -> int | None:
    """The least version from ``start`` on that holds them at that level."""
    limits = BIT_LIMIT_TABLE[LEVELS[level]]
    versions = range(start, LARGEST + 1)
    return next((v for v in versions if _size(segments, v) <= limits[v]), None)


def placed(segments: Sequence[Segment], version: int, level: str) -> Rows:
    """The modules, without a quiet zone.

    Raises:
        ValueError: the version does not hold them.
    """
    layout = _layout(version, level)
    raw = _codewords(_bits(segments, version), rs_blocks(version, LEVELS[level]))
    spare = layout.bits - 8 * len(raw)
    masked = (int.from_bytes(raw, "big") << spare) ^ layout.mask
    cells = "".join(layout.gather(f"01{masked:0{layout.bits}b}"))
    side = layout.side
    return tuple(cells[at : at + side] for at in range(0, side * side, side))


# --- bits of the text -------------------------------------------------------------


def _size(segments: Sequence[Segment], version: int) -> int:
    heads: int = sum(4 + length_in_bits(each.mode, version) for each in segments)
    return heads + sum(map(_width, segments))


def _width(segment: Segment) -> int:
    size = len(segment.data)
    if segment.mode == MODE_NUMBER:
        return size // 3 * 10 + _DIGITS.get(size % 3, 0)
    if segment.mode == MODE_ALPHA_NUM:
        return size // 2 * 11 + size % 2 * 6
    return size * 8


def _bits(segments: Sequence[Segment], version: int) -> str:
    return "".join(
        f"{each.mode:04b}{len(each.data):0{length_in_bits(each.mode, version)}b}"
        + "".join(_WRITERS[each.mode](each.data))
        for each in segments
    )


def _in_threes(data: bytes) -> Iterator[str]:
    text = data.decode()
    whole = len(text) // 3 * 3
    threes = _threes()
    yield from (threes[text[at : at + 3]] for at in range(0, whole, 3))
    if rest := text[whole:]:
        yield f"{int(rest):0{_DIGITS[len(rest)]}b}"


@cache
def _threes() -> dict[str, str]:
    return {f"{number:03d}": f"{number:010b}" for number in range(1000)}


def _in_pairs(data: bytes) -> Iterator[str]:
    values = [ALPHA_NUM.index(byte) for byte in data]
    for first, second in zip(values[::2], values[1::2], strict=False):
        yield f"{first * 45 + second:011b}"
    if len(values) % 2:
        yield f"{values[-1]:06b}"


def _in_bytes(data: bytes) -> Iterator[str]:
    yield f"{int.from_bytes(data, 'big'):0{8 * len(data)}b}" if data else ""


_WRITERS: Final = {
    MODE_NUMBER: _in_threes,
    MODE_ALPHA_NUM: _in_pairs,
    MODE_8BIT_BYTE: _in_bytes,
}


# --- codewords --------------------------------------------------------------------


def _codewords(bits: str, blocks: Sequence[RSBlock]) -> bytes:
    """Data and correction, interleaved (ISO/IEC 18004, 7.4.10, 7.5, 7.6)."""
    room = sum(block.data_count for block in blocks)
    if len(bits) > 8 * room:
        raise ValueError("the version does not hold it")
    bits += "0" * min(4, 8 * room - len(bits))
    bits += "0" * (-len(bits) % 8)
    size = len(bits) // 8
    data = int(bits, 2).to_bytes(size, "big")
    data += bytes(_PADS[at % 2] for at in range(room - size))
    pieces, checks, at = [], [], 0
    for block in blocks:
        piece = data[at : at + block.data_count]
        pieces.append(piece)
        checks.append(_check(piece, block.total_count - block.data_count))
        at += block.data_count
    return _interleaved(pieces) + _interleaved(checks)


def _interleaved(pieces: Sequence[bytes]) -> bytes:
    longest = max(map(len, pieces))
    return bytes(
        piece[at] for at in range(longest) for piece in pieces if at < len(piece)
    )


def _check(data: bytes, size: int) -> bytes:
    """The remainder by the generator of that degree: a shift register of ``size`` bytes."""
    table, left, keep = _remainders(size), 0, (1 << 8 * (size - 1)) - 1
    top = 8 * (size - 1)
    for byte in data:
        left = ((left & keep) << 8) ^ table[left >> top ^ byte]
    return left.to_bytes(size, "big")


@cache
def _remainders(size: int) -> tuple[int, ...]:
    """What a leading byte leaves; linear, so eight of them make all 256."""
    generator = [1]
    for power in range(size):
        root = gexp(power)
        generator = [
            one ^ _times(other, root)
            for one, other in zip([*generator, 0], [0, *generator], strict=True)
        ]
    rest = generator[1:]
    of_bit = [
        int.from_bytes(bytes(_times(each, 1 << bit) for each in rest), "big")
        for bit in range(8)
    ]
    table = [0] * 256
    for value in range(1, 256):
        low = value & -value
        table[value] = table[value ^ low] ^ of_bit[low.bit_length() - 1]
    return tuple(table)


def _times(one: int, other: int) -> int:
    """In GF(256)."""
    return gexp(glog(one) + glog(other)) if one and other else 0


# --- where they go ----------------------------------------------------------------


class _Template(QRCode):  # type: ignore[misc]
    """The library's symbol without data; keeps which cells are free for them."""

    free: list[list[bool]]

    def map_data(self, data: Sequence[int], mask_pattern: int) -> None:
        self.free = [[cell is None for cell in row] for row in self.modules]
        super().map_data(data, mask_pattern)


@lru_cache(maxsize=KEPT)
def _layout(version: int, level: str) -> _Layout:
    code = _Template(version=version, error_correction=LEVELS[level], border=0)
    code.data_cache = []
    code.makeImpl(test=False, mask_pattern=MASK)
    side = code.modules_count
    order = list(_in_order(code.free))
    mask = "".join("1" if code.modules[row][col] else "0" for row, col in order)
    place = {cell: at for at, cell in enumerate(order, 2)}
    sources = [
        place.get((row, col), int(code.modules[row][col]))
        for row in range(side)
        for col in range(side)
    ]
    return _Layout(itemgetter(*sources), int(mask, 2), len(order), side)


def _in_order(free: list[list[bool]]) -> Iterator[tuple[int, int]]:
    """Two columns at a time from the right, up and down (ISO/IEC 18004, 7.7.3)."""
    side = len(free)
    rows = range(side - 1, -1, -1)
    for right in (*range(side - 1, 6, -2), *range(5, 0, -2)):
        for row in rows:
            yield from ((row, col) for col in (right, right - 1) if free[row][col])
        rows = rows[::-1]
