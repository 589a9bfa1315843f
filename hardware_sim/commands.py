"""Where one ESC/POS command ends and the next begins.  No meaning here.

Typed from Epson's command reference (each entry names its command); knows the
length of everything a receipt printer is sent, so that a picture's bytes are
never taken for text or for a cut.  It never fails: an unknown escape is taken
as two bytes, as printers do, and text goes on after it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

ESC, FS, GS, DLE = 0x1B, 0x1C, 0x1D, 0x10
TEXT = b""
"""The name of a frame that is plain characters."""
MOST_TEXT = 1024
"""Characters in one text frame: bounds what is printed between two looks at the paper."""

MOST_AT_ONCE = 4096
"""Bytes looked at together: each command looks at all that is behind it."""
MOST_TABS = 32
"""Stops that one ESC D sets; a further number is printed like any other byte."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One command or one run of text.  ``raw`` joined gives the stream back."""

    name: bytes
    args: bytes
    raw: bytes


# Parameter bytes after the name.  Names of three bytes come before two.
_FIXED: dict[bytes, int] = {
    # ESC SP n, ESC ! n, ESC $ nL nH, ESC % n, ESC - n, ESC 2, ESC 3 n
    b"\x1b ": 1, b"\x1b!": 1, b"\x1b$": 2, b"\x1b%": 1, b"\x1b-": 1, b"\x1b2": 0, b"\x1b3": 1,
    # ESC <, ESC = n, ESC ? n, ESC @, ESC C n, ESC E n, ESC F n, ESC G n, ESC J n, ESC K n
    b"\x1b<": 0, b"\x1b=": 1, b"\x1b?": 1, b"\x1b@": 0, b"\x1bC": 1, b"\x1bE": 1, b"\x1bF": 1,
    b"\x1bG": 1, b"\x1bJ": 1, b"\x1bK": 1,
    # ESC L, ESC S, ESC FF, ESC M n, ESC R n, ESC T n, ESC U n, ESC V n
    b"\x1bL": 0, b"\x1bS": 0, b"\x1b\x0c": 0, b"\x1bM": 1, b"\x1bR": 1, b"\x1bT": 1,
    b"\x1bU": 1, b"\x1bV": 1,
    # ESC W xL xH yL yH dxL dxH dyL dyH, ESC \ nL nH, ESC a n, ESC c m n
    b"\x1bW": 8, b"\x1b\\": 2, b"\x1ba": 1, b"\x1bc": 2,
    # ESC d n, ESC e n, ESC f m n, ESC i, ESC m, ESC p m t1 t2, ESC q, ESC r n
    b"\x1bd": 1, b"\x1be": 1, b"\x1bf": 2, b"\x1bi": 0, b"\x1bm": 0, b"\x1bp": 3, b"\x1bq": 0,
    b"\x1br": 1,
    # ESC t n, ESC u n, ESC v, ESC { n
    b"\x1bt": 1, b"\x1bu": 1, b"\x1bv": 0, b"\x1b{": 1,
    # FS ! n, FS &, FS - n, FS ., FS 2 c1 c2 d1..d72, FS ? c1 c2, FS C n, FS S n1 n2, FS W n
    b"\x1c!": 1, b"\x1c&": 0, b"\x1c-": 1, b"\x1c.": 0, b"\x1c2": 74, b"\x1c?": 2, b"\x1cC": 1,
    b"\x1cS": 2, b"\x1cW": 1,
    # FS L, FS a 0 n, FS a 1, FS a 2, FS b, FS c, FS g 2 m a1..a4 nL nH, FS p n m
    b"\x1cL": 0, b"\x1ca0": 1, b"\x1ca1": 0, b"\x1ca2": 0, b"\x1cb": 0, b"\x1cc": 0,
    b"\x1cg2": 7, b"\x1cp": 2,
    # GS ! n, GS $ nL nH, GS / m, GS :, GS B n, GS E n, GS H n, GS I n, GS L nL nH
    b"\x1d!": 1, b"\x1d$": 2, b"\x1d/": 1, b"\x1d:": 0, b"\x1dB": 1, b"\x1dE": 1, b"\x1dH": 1,
    b"\x1dI": 1, b"\x1dL": 2,
    # GS C 0 n m, GS C 1 aL aH bL bH n r, GS C 2 nL nH
    b"\x1dC0": 2, b"\x1dC1": 6, b"\x1dC2": 2,
    # GS P x y, GS T n, GS W nL nH, GS \ nL nH, GS ^ r t m, GS a n, GS b n, GS c, GS f n
    b"\x1dP": 2, b"\x1dT": 1, b"\x1dW": 2, b"\x1d\\": 2, b"\x1d^": 3, b"\x1da": 1, b"\x1db": 1,
    b"\x1dc": 0, b"\x1df": 1,
    # GS g 0 m nL nH, GS g 2 m nL nH, GS h n, GS j n, GS r n, GS w n, GS z 0 t1 t2
    b"\x1dg0": 3, b"\x1dg2": 3, b"\x1dh": 1, b"\x1dj": 1, b"\x1dr": 1, b"\x1dw": 1, b"\x1dz0": 2,
    # DLE ENQ n
    b"\x10\x05": 1,
}  # fmt: skip

_REAL_TIME_PULSES = {1: 2, 2: 2, 3: 5, 7: 1, 8: 7}
"""DLE DC4 fn: parameter bytes after ``fn``."""


def _u16(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 2], "little")


def _fixed_head(
    head: int, size: Callable[[bytes], int]
) -> Callable[[bytes], int | None]:
    """A command whose first ``head`` bytes tell its whole length."""
    return lambda data: size(data) if len(data) >= head else None


def _until(mark: bytes, count: int, skip: int) -> Callable[[bytes], int | None]:
    """A command that ends with the ``count``-th ``mark`` after ``skip`` bytes."""

    def size(data: bytes) -> int | None:
        at = skip - 1
        for _ in range(count):
            at = data.find(mark, at + 1)
            if at < 0:
                return None
        return at + 1

    return size


def _tabs(data: bytes) -> int | None:
    """ESC D n1..nk NUL; the list also ends before a stop that isn't beyond the last."""
    last = 0
    for at in range(2, len(data)):
        if data[at] == 0:
            return at + 1
        if data[at] <= last or at - 2 == MOST_TABS:
            return at
        last = data[at]
    return None


def _user_characters(data: bytes) -> int | None:
    """ESC & y c1 c2 [x d1..d(y*x)] for each of c1..c2."""
    if len(data) < 5:
        return None
    y, first, last = data[2:5]
    at = 5
    for _ in range(max(last - first + 1, 0)):
        if at >= len(data):
            return None
        at += 1 + y * data[at]
    return at


def _nv_images(data: bytes) -> int | None:
    """FS q n [xL xH yL yH d1..d(x*y*8)] n times."""
    if len(data) < 3:
        return None
    at = 3
    for _ in range(data[2]):
        if at + 4 > len(data):
            return None
        at += 4 + _u16(data, at) * _u16(data, at + 2) * 8
    return at


def _barcode(data: bytes) -> int | None:
    """GS k m d1..dk NUL (m <= 6), GS k m n d1..dn (m >= 65)."""
    if len(data) < 3:
        return None
    if data[2] >= 65:
        return 4 + data[3] if len(data) >= 4 else None
    return _until(b"\0", 1, 3)(data)


def _dle_eot(data: bytes) -> int | None:
    """DLE EOT n, and DLE EOT n a for n = 7, 8, 18 (ink, MICR)."""
    return None if len(data) < 3 else 4 if data[2] in {7, 8, 18} else 3


_FAMILY = _fixed_head(5, lambda d: 5 + _u16(d, 3))
"""ESC ( x, FS ( x, GS ( x: pL pH, so that unknown functions are skipped too."""

_SIZED: dict[bytes, Callable[[bytes], int | None]] = {
    b"\x1b(": _FAMILY,
    b"\x1c(": _FAMILY,
    b"\x1d(": _FAMILY,
    b"\x1b&": _user_characters,
    # ESC * m nL nH d..: one byte a column for 8 dots, three for 24 (m = 32, 33)
    b"\x1b*": _fixed_head(5, lambda d: 5 + _u16(d, 3) * (3 if d[2] >= 32 else 1)),
    b"\x1bD": _tabs,
    # FS g 1 m a1..a4 nL nH d1..dn
    b"\x1cg1": _fixed_head(10, lambda d: 10 + _u16(d, 8)),
    b"\x1cq": _nv_images,
    # GS 8 L p1 p2 p3 p4
    b"\x1d8L": _fixed_head(7, lambda d: 7 + int.from_bytes(d[3:7], "little")),
    # GS * x y d1..d(x*y*8)
    b"\x1d*": _fixed_head(4, lambda d: 4 + d[2] * d[3] * 8),
    # GS C ; sa ; sb ; sn ; sr ; sc ;
    b"\x1dC;": _until(b";", 6, 2),
    # GS D m fn a kc1 kc2 b c then a Windows BMP that says its own size
    b"\x1dD": _fixed_head(15, lambda d: 9 + int.from_bytes(d[11:15], "little")),
    # GS Q 0 m xL xH yL yH d..
    b"\x1dQ0": _fixed_head(8, lambda d: 8 + _u16(d, 4) * _u16(d, 6)),
    # GS V m, GS V m n for m >= 65
    b"\x1dV": _fixed_head(3, lambda d: 4 if d[2] >= 65 else 3),
    b"\x1dk": _barcode,
    # GS v 0 m xL xH yL yH d1..d(x*y)
    b"\x1dv0": _fixed_head(8, lambda d: 8 + _u16(d, 4) * _u16(d, 6)),
    b"\x10\x04": _dle_eot,
    # DLE DC4 fn ...
    b"\x10\x14": _fixed_head(3, lambda d: 3 + _REAL_TIME_PULSES.get(d[2], 0)),
}
_WIDE = {name[:2] for name in (*_FIXED, *_SIZED) if len(name) == 3}
_LEADS = bytes((ESC, FS, GS, DLE))


def _name(data: bytes) -> bytes | None:
    """The command's name, or ``None`` while it can't be told."""
    if len(data) < 2:
        return None
    short = data[:2]
    if short[1:] == b"(" and short[0] in (ESC, FS, GS):
        return data[:3] if len(data) >= 3 else None
    if short in _WIDE:
        if len(data) < 3:
            return None
        return data[:3] if data[:3] in _FIXED or data[:3] in _SIZED else short
    return short


def _measure(data: bytes) -> tuple[bytes, int] | None:
    """Name and length of the command that ``data`` starts with."""
    name = _name(data)
    if name is None:
        return None
    if name in _FIXED:
        return name, len(name) + _FIXED[name]
    size = _SIZED.get(name) or (_FAMILY if name[1:2] == b"(" else None)
    if size is None:
        return name, 2  # unknown: two bytes, as real firmware does
    length = size(data)
    return None if length is None else (name, length)


class Framer:
    """Cuts a stream into frames, whatever the pieces it arrives in."""

    def __init__(self) -> None:
        self._tail = b""
        self._need = 1

    @property
    def pending(self) -> bytes:
        """What has come of a command that is not yet whole."""
        return self._tail

    def feed(self, data: bytes) -> list[Frame]:
        frames: list[Frame] = []
        for at in range(0, len(data), MOST_AT_ONCE):
            self._tail += data[at : at + MOST_AT_ONCE]
            if len(self._tail) >= self._need:
                whole = list(self._frames(self._tail))
                self._tail = self._tail[sum(len(frame.raw) for frame in whole) :]
                frames += whole
        return frames

    def _frames(self, data: bytes) -> Iterator[Frame]:
        at = 0
        self._need = 1
        while at < len(data):
            frame = _text(data, at) or self._command(data[at:])
            if frame is None:
                return
            yield frame
            at += len(frame.raw)

    def _command(self, data: bytes) -> Frame | None:
        if data[0] not in _LEADS:
            return Frame(data[:1], b"", data[:1])
        measured = _measure(data)
        if measured is None:
            return None
        name, length = measured
        if length > len(data):
            self._need = length
            return None
        return Frame(name, data[len(name) : length], data[:length])


def _text(data: bytes, at: int) -> Frame | None:
    end = at
    while end < len(data) and end - at < MOST_TEXT and data[end] >= 0x20:
        end += 1
    run = data[at:end]
    return Frame(TEXT, b"", run) if run else None
