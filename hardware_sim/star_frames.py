"""Where one command of Star line mode, or of Star raster, ends.  No meaning here.

Typed from Star's manual for what tills send: lettering, placing, feeds and cuts, the
drawer, questions, and the three raster commands with data.  A control byte without an
entry stands for itself, an unknown escape for two bytes.
"""

from __future__ import annotations

from collections.abc import Iterator

from hardware_sim.commands import MOST_TEXT, TEXT, Frame

ESC = 0x1B
_FIXED: dict[bytes, int] = {
    # ESC @, ESC SP n, ESC d n, ESC a n, ESC E, ESC F, ESC 4, ESC 5, ESC 0, ESC 1, ESC 2
    b"\x1b@": 0, b"\x1b ": 1, b"\x1bd": 1, b"\x1ba": 1, b"\x1bE": 0, b"\x1bF": 0, b"\x1b4": 0,
    b"\x1b5": 0, b"\x1b0": 0, b"\x1b1": 0, b"\x1b2": 0,
    # ESC - n, ESC _ n, ESC W n, ESC h n, ESC i n1 n2, ESC l n, ESC Q n, ESC M, ESC P, ESC :
    b"\x1b-": 1, b"\x1b_": 1, b"\x1bW": 1, b"\x1bh": 1, b"\x1bi": 2, b"\x1bl": 1, b"\x1bQ": 1,
    b"\x1bM": 0, b"\x1bP": 0, b"\x1b:": 0,
    # ESC s n1 n2, ESC z n, ESC J n, ESC I n, ESC R n, ESC b is not here: tills of ours have none
    b"\x1bs": 2, b"\x1bz": 1, b"\x1bJ": 1, b"\x1bI": 1, b"\x1bR": 1,
    # ESC RS a n, ESC RS F n, ESC RS E n, ESC GS t n, ESC GS a n, ESC GS A nL nH, ESC GS R nL nH
    b"\x1b\x1ea": 1, b"\x1b\x1eF": 1, b"\x1b\x1eE": 1, b"\x1b\x1dt": 1, b"\x1b\x1da": 1,
    b"\x1b\x1dA": 2, b"\x1b\x1dR": 2,
    # ESC ACK SOH, ESC BEL n1 n2, ESC GS ETX s n1 n2
    b"\x1b\x06\x01": 0, b"\x1b\x07": 2, b"\x1b\x1d\x03": 3,
}  # fmt: skip
_TO_NUL = b"\x1b*r"
_RASTER_BARE = b"ABC"
"""ESC * r A, B, C: enter, leave, clear; the others have ASCII digits and NUL."""


class StarFramer:
    """Cuts a stream into frames, whatever the pieces it arrives in."""

    def __init__(self) -> None:
        self._tail = b""
        self._raster = False

    def feed(self, data: bytes) -> list[Frame]:
        self._tail += data
        frames = list(self._frames(self._tail))
        self._tail = self._tail[sum(len(frame.raw) for frame in frames) :]
        return frames

    def _frames(self, data: bytes) -> Iterator[Frame]:
        at = 0
        while at < len(data):
            frame = self._next(data[at:])
            if frame is None:
                return
            if frame.name == _TO_NUL:
                self._raster = {b"A": True, b"B": False}.get(frame.args, self._raster)
            yield frame
            at += len(frame.raw)

    def _next(self, data: bytes) -> Frame | None:
        if data[0] == ESC:
            return _command(data)
        if self._raster and data[:1] in (b"b", b"k"):
            return _row(data)
        if data[0] < 0x20:
            return Frame(data[:1], b"", data[:1])
        end = 1
        while end < min(len(data), MOST_TEXT) and data[end] >= 0x20:
            end += 1
        return Frame(TEXT, b"", data[:end])


def _row(data: bytes) -> Frame | None:
    """A row of dots: b n1 n2 d1..dk with a line feed, k n1 n2 d1..dk without."""
    if len(data) < 3:
        return None
    end = 3 + int.from_bytes(data[1:3], "little")
    return None if len(data) < end else Frame(data[:1], data[1:end], data[:end])


def _command(data: bytes) -> Frame | None:
    if data[: len(_TO_NUL)] == _TO_NUL:
        if len(data) < 4:
            return None
        end = 4 if data[3] in _RASTER_BARE else data.find(b"\0", 4) + 1
        return Frame(_TO_NUL, data[3:end], data[:end]) if end else None
    if len(data) < 3 and (len(data) < 2 or data[1] in b"*\x1e\x1d\x06"):
        return None
    for length in (3, 2):
        name = data[:length]
        if name in _FIXED:
            end = length + _FIXED[name]
            return (
                Frame(name, data[length:end], data[:end]) if len(data) >= end else None
            )
    return Frame(data[:2], b"", data[:2])
