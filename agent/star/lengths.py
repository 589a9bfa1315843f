"""How long a Star command is whose length stands in its own bytes.

Each function takes the bytes, and the offset where the parameters begin, and says how
many parameter bytes there are.  When that can't be told yet it answers ``~n``: "come
back when n parameter bytes are here".  ``REFUSED``: the bytes are no such command, and
what follows is ordinary data again.  What both languages count alike is in
:mod:`agent.escpos.lengths`.

Source of every layout: Star, Line Mode Command Specifications, by the command's name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from agent.escpos.lengths import REFUSED, Length

MAX_COMMAND_BYTES: Final = 1024 * 1024
"""Longest command held back until it is whole.  ESC GS S can say 8 MB; a metre of 80 mm
paper is 576 KB."""

MAX_TABS: Final = 16
"""ESC D, ESC B: "a maximum of 16"; what follows is discarded up to the NUL."""

MAX_LIST_BYTES: Final = 255
"""Numbers in decimal digits up to a NUL (ESC * r): "max. 255 digits"; tabs the same."""

MAX_BAR_CODE_BYTES: Final = 512
"""ESC b up to its RS: ten times what fits across the widest paper."""

MAX_REPORT_BYTES: Final = 64
"""ESC # .. LF NUL: the longest that is seen has 12."""


def little(data: bytes, start: int, size: int = 2) -> int:
    return int.from_bytes(data[start : start + size], "little")


def by_first(
    known: Mapping[int, int | Length], other: int | Length = REFUSED
) -> Length:
    """The first parameter selects a length or a layout."""

    def length(data: bytes, start: int) -> int:
        if len(data) <= start:
            return ~1
        rest = known.get(data[start], other)
        if isinstance(rest, int):
            return rest
        return rest(data, start)

    return length


def up_to(stop: bytes, head: int, limit: int) -> Length:
    """``head`` bytes, then data that ends with ``stop`` within ``limit`` bytes."""

    def length(data: bytes, start: int) -> int:
        reach = start + head + limit
        found = data.find(stop, start + head, reach)
        if found >= 0:
            return found + len(stop) - start
        return REFUSED if len(data) >= reach else ~(max(len(data) - start, head) + 1)

    return length


def tabs(data: bytes, start: int) -> int:
    """ESC D n1..nk NUL, ESC B n1..nk NUL."""
    return up_to(b"\0", 0, MAX_LIST_BYTES)(data, start)


def digits(data: bytes, start: int) -> int:
    """ESC * r X n NUL: decimal digits."""
    return up_to(b"\0", 0, MAX_LIST_BYTES)(data, start)


def discarded(data: bytes, start: int) -> int:
    """ESC * r N n NUL: n bytes follow that the printer throws away."""
    size = digits(data, start)
    return size if size < 0 else size + number(data[start : start + size])


def number(raw: bytes) -> int:
    """Decimal digits before a NUL; what are none count for nothing."""
    said = bytes(byte for byte in raw if 0x30 <= byte <= 0x39)[:5]
    return int(said or b"0")


def characters(data: bytes, start: int) -> int:
    """ESC & c1 c2 n d1..d48; with c2 = 0 nothing follows n, which is deleted."""
    if len(data) < start + 2:
        return ~2
    first, second = data[start : start + 2]
    if first not in {1, 0x31} or second not in {0, 1, 0x30, 0x31}:
        return REFUSED
    return 3 + 48 * (second & 1)


def logos(data: bytes, start: int) -> int:
    """ESC FS q n [xL xH yL yH d1..d(x*y*8)]1..n."""
    if len(data) <= start:
        return ~1
    if data[start] == 0:
        return REFUSED
    end = start + 1
    for _ in range(data[start]):
        if len(data) < end + 4:
            return ~(end + 4 - start)
        end += 4 + little(data, end) * little(data, end + 2) * 8
        if end - start > MAX_COMMAND_BYTES:
            break
    return end - start


def blocks(data: bytes, start: int) -> int:
    """ESC GS + m [t nL nH d1..dn]1..m, and ESC GS y D 2 behind its 2."""
    if len(data) <= start:
        return ~1
    end = start + 1
    for _ in range(data[start]):
        if len(data) < end + 3:
            return ~(end + 3 - start)
        end += 3 + little(data, end + 1)
        if end - start > MAX_COMMAND_BYTES:
            break
    return end - start


def behind_first(rest: Length) -> Length:
    """One byte more than ``rest`` says of what follows it."""

    def length(data: bytes, start: int) -> int:
        size = rest(data, start + 1)
        if size == REFUSED:
            return REFUSED
        return size - 1 if size < 0 else size + 1

    return length


def marks(data: bytes, start: int) -> int:
    """ESC GS * 0 n m1..mk: n in three decimal digits."""
    if len(data) < start + 4:
        return ~4
    return 4 + number(data[start + 1 : start + 4])


def block_raster(data: bytes, start: int) -> int:
    """ESC GS S m xL xH yL yH n d1..d(x*y): x in bytes, y in dots."""
    if len(data) < start + 6:
        return ~6
    return 6 + little(data, start + 1) * little(data, start + 3)
