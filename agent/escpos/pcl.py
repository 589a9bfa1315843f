"""Pictures of the PCL kind, as printers of Custom and their Windows drivers speak them.

``ESC * b 72 W`` and 72 bytes are one row of dots; ``ESC * r A`` and ``ESC * r B`` begin
and end a picture.  The lead-in is that of Epson's bit images (and of ESC &), but a small
letter follows where Epson has a number, so the two never meet.  Their bytes must not
come out as text, and their picture is a receipt like any other.

A sequence: ``ESC * or &``, a group (a small letter), then values: an optional sign,
digits, and a letter that says what they are; a capital ends it.  After ``W`` and ``V``
come as many bytes.  Source: Hewlett-Packard PCL 5 Technical Reference, chapters 2
and 15.
"""

from __future__ import annotations

from typing import Final, NamedTuple

GROUPS: Final = frozenset(b"abcdefghijklmnopqrstuvwxyz")
MAX_VALUES: Final = 8
MAX_DIGITS: Final = 5
"""Counts go to 32767; anything longer is no sequence."""
MAX_ROW_BYTES: Final = 4096
"""A row unpacked: five times the widest head."""

_PLAIN, _RUNS, _PACKED, _DELTA = 0, 1, 2, 3


class Value(NamedTuple):
    """``what`` is the capital letter of it; a value that is not said is 0."""

    what: str
    number: int


class Sequence(NamedTuple):
    """``group`` as in ``*b``; ``data`` is what follows a W or V."""

    group: str
    values: tuple[Value, ...]
    data: bytes


def length(data: bytes, start: int) -> int:
    """Bytes of a sequence whose group stands at ``start``, from there on.

    0 when it is none, ``~n`` when n bytes are needed to tell.
    """
    at, count = start + 1, 0
    for _ in range(MAX_VALUES):
        end = _digits(data, at)
        if len(data[at:end].strip(b"+-")) > MAX_DIGITS:
            return 0
        if end >= len(data):
            return ~(end + 1 - start)
        letter = data[end : end + 1].decode("latin-1")
        if not (letter.isascii() and letter.isalpha()):
            return 0
        count, at = _number(data[at:end]), end + 1
        if letter.isupper():
            return at - start + (max(count, 0) if letter in "WV" else 0)
    return 0


def _digits(data: bytes, at: int) -> int:
    """Where a sign and digits end; no further than one too many."""
    stop = min(len(data), at + MAX_DIGITS + 2)
    at += data[at : at + 1] in (b"+", b"-")
    while at < stop and 0x30 <= data[at] <= 0x39:
        at += 1
    return at


def _number(said: bytes) -> int:
    return int(said) if said.strip(b"+-") else 0


def read(raw: bytes) -> Sequence | None:
    """A whole sequence, from its ESC on; ``None`` when it is none."""
    if len(raw) < 3 or raw[2] not in GROUPS or length(raw, 2) != len(raw) - 2:
        return None
    values: list[Value] = []
    at = 3
    while True:
        end = _digits(raw, at)
        letter = chr(raw[end])
        values.append(Value(letter.upper(), _number(raw[at:end])))
        at = end + 1
        if letter.isupper():
            return Sequence(raw[1:3].decode("latin-1"), tuple(values), raw[at:])


class Rows:
    """Rows of dots as they come, unpacked by the method that was set (``*b M``)."""

    def __init__(self) -> None:
        self.method = _PLAIN
        self._seed = b""

    def begin(self) -> None:
        self._seed = b""

    def row(self, data: bytes) -> bytes:
        """The row's bytes; what is broken in it ends it."""
        if self.method == _DELTA:
            unpacked = _from_seed(self._seed, data)
        elif self.method in (_RUNS, _PACKED):
            unpacked = _UNPACK[self.method](data)
        else:
            unpacked = data[:MAX_ROW_BYTES]
        self._seed = unpacked
        return unpacked


def _from_runs(data: bytes) -> bytes:
    """Method 1: pairs of a count less one, and a byte."""
    made = bytearray()
    for at in range(0, len(data) - 1, 2):
        made += data[at + 1 : at + 2] * (data[at] + 1)
        if len(made) >= MAX_ROW_BYTES:
            break
    return bytes(made[:MAX_ROW_BYTES])


def _from_packed(data: bytes) -> bytes:
    """Method 2 (TIFF PackBits): n below 128: n + 1 bytes; above: a byte 257 - n times."""
    made = bytearray()
    at = 0
    while at < len(data) and len(made) < MAX_ROW_BYTES:
        head = data[at]
        if head < 128:
            made += data[at + 1 : at + 2 + head]
            at += 2 + head
        else:
            made += data[at + 1 : at + 2] * (257 - head if head > 128 else 0)
            at += 2 if head > 128 else 1
    return bytes(made[:MAX_ROW_BYTES])


_UNPACK: Final = {_RUNS: _from_runs, _PACKED: _from_packed}


def _from_seed(seed: bytes, data: bytes) -> bytes:
    """Method 3: the row above, with pieces of 1 to 8 bytes replaced."""
    made = bytearray(seed)
    at = place = 0
    while at < len(data):
        size = (data[at] >> 5) + 1
        skip, at = _offset(data, at)
        place += skip
        piece = data[at : at + size]
        if place + len(piece) > MAX_ROW_BYTES:
            break
        made.extend(bytes(max(0, place + len(piece) - len(made))))
        made[place : place + len(piece)] = piece
        at, place = at + size, place + size
    return bytes(made)


def _offset(data: bytes, at: int) -> tuple[int, int]:
    """Five bits; 31 goes on in the next byte, and 255 in the one after."""
    skip, at = data[at] & 31, at + 1
    goes_on = skip == 31
    while goes_on and at < len(data):
        skip, goes_on, at = skip + data[at], data[at] == 255, at + 1
    return skip, at
