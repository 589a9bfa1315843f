"""How long a command is whose length stands in its own bytes.

Each function takes the bytes, and the offset where the parameters begin, and
says how many parameter bytes there are.  When that can't be told yet it
answers ``~n``: "come back when n parameter bytes are here".  When the bytes are
no such command it answers ``REFUSED``: the printer ignores them, and what follows
is ordinary data again.  So a half-received picture is looked at once, not once
per packet.

A list of pictures that grows beyond ``MAX_COMMAND_BYTES`` ends with the
picture that crosses that line (no printer has the memory for it).

Source of every layout: Epson ESC/POS Application Programming Guide.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

MAX_COMMAND_BYTES: Final = 1024 * 1024
"""Longest command held back until it is whole.  A metre of 80 mm paper as one
GS v 0 picture is 576 KB; a flood must not fill the till's memory."""

MAX_TABS: Final = 32
"""ESC D: "the data following the 32nd is processed as normal data"."""

MAX_ASCIIZ_BYTES: Final = 255
"""Longest GS k content in its NUL-ended form; what the other form can say."""

MAX_COUNTER_DIGITS: Final = 5
"""GS C ; : every number is 0-65535."""

REFUSED: Final = -(1 << 62)

Length = Callable[[bytes, int], int]


def _little(data: bytes, start: int, size: int) -> int:
    return int.from_bytes(data[start : start + size], "little")


def counted(head: int, width: int, unit: int = 1) -> Length:
    """``head`` bytes, a little-endian count of ``width`` bytes, ``unit`` bytes each."""
    whole = head + width

    def length(data: bytes, start: int) -> int:
        if len(data) < start + whole:
            return ~whole
        return whole + unit * _little(data, start + head, width)

    return length


def by_first(known: Mapping[int, int | Length]) -> Length:
    """The first parameter selects a length or a layout; others are refused."""

    def length(data: bytes, start: int) -> int:
        if len(data) <= start:
            return ~1
        rest = known.get(data[start], REFUSED)
        if isinstance(rest, int):
            return rest
        return rest(data, start)

    return length


def tabs(data: bytes, start: int) -> int:
    """ESC D n1..nk NUL: rising columns; a byte that falls is normal data."""
    last = 0
    for index in range(min(len(data) - start, MAX_TABS)):
        column = data[start + index]
        if column == 0:
            return index + 1
        if column <= last:
            return index
        last = column
    if len(data) - start <= MAX_TABS:
        return ~(len(data) - start + 1)
    return MAX_TABS + (data[start + MAX_TABS] == 0)


def asciiz(data: bytes, start: int) -> int:
    """GS k m d1..dk NUL (function A): printable characters, then NUL."""
    stop = min(len(data), start + 1 + MAX_ASCIIZ_BYTES + 1)
    for index in range(start + 1, stop):
        if data[index] == 0:
            return index + 1 - start
        if not 0x20 <= data[index] < 0x7F:
            return REFUSED
    if stop < start + 1 + MAX_ASCIIZ_BYTES + 1:
        return ~(stop - start + 1)
    return REFUSED


def characters(data: bytes, start: int) -> int:
    """ESC & y c1 c2 [x d1..d(x*y)]...: one x for every character c1 to c2.

    The first byte is looked at as soon as it is here: it may begin something else.
    """
    if len(data) <= start:
        return ~1
    if len(data) < start + 3:
        return ~3
    rows, first, last = data[start : start + 3]
    if not (1 <= rows <= 3 and 0x20 <= first <= last <= 0x7E):
        return REFUSED
    end = start + 3
    for _ in range(first, last + 1):
        if end >= len(data):
            return ~(end + 1 - start)
        end += 1 + data[end] * rows
    return end - start


def pictures(data: bytes, start: int) -> int:
    """FS q n [xL xH yL yH d1..d(x*y*8)]1..n: the printer's stored pictures."""
    if len(data) <= start:
        return ~1
    if data[start] == 0:
        return REFUSED
    end = start + 1
    for _ in range(data[start]):
        if len(data) < end + 4:
            return ~(end + 4 - start)
        end += 4 + _little(data, end, 2) * _little(data, end + 2, 2) * 8
        if end - start > MAX_COMMAND_BYTES:
            break
    return end - start


def downloaded(data: bytes, start: int) -> int:
    """GS * x y d1..d(x*y*8)."""
    if len(data) < start + 2:
        return ~2
    return 2 + data[start] * data[start + 1] * 8


def raster(data: bytes, start: int) -> int:
    """GS v 0 m xL xH yL yH d1..d(x*y): x in bytes, y in dots."""
    if len(data) < start + 5:
        return ~5
    return 5 + _little(data, start + 1, 2) * _little(data, start + 3, 2)


def bitmap(data: bytes, start: int) -> int:
    """GS D m fn a kc1 kc2 b c, then a Windows BMP that says its own size."""
    if len(data) <= start:
        return ~1
    if data[start] != 0x30:
        return REFUSED
    if len(data) < start + 13:
        return ~13
    size = _little(data, start + 9, 4)
    if data[start + 7 : start + 9] != b"BM" or size < 14:
        return REFUSED
    return 7 + size


def counter(data: bytes, start: int) -> int:
    """GS C ; sa ; sb ; sn ; sr ; sc ; with numbers in decimal digits."""
    fields, digits = 0, 0
    for index in range(start, len(data)):
        if data[index] == 0x3B:
            fields, digits = fields + 1, 0
        elif 0x30 <= data[index] <= 0x39 and digits < MAX_COUNTER_DIGITS:
            digits += 1
        else:
            return REFUSED
        if fields == 5:
            return index + 1 - start
    return ~(len(data) - start + 1)
