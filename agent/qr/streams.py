"""Numbers as bytes, bytes as digits.

A stream is LEB128 varints, seven bits a byte, low ones first; a signed number is zigzag
(0, -1, 1, -2 ...), so that small ones are short.  The digits of n bytes are those of one
big-endian number, padded to as many as 256**n - 1 has: their count gives n.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Final

MAX_NUMBER: Final = 2**53 - 1
"""What a browser counts exactly."""
MAX_BYTES: Final = 1200
"""Behind the digits: version 24 at L holds as many, and no target allows it."""
_SEVEN: Final = 0x7F


class StreamError(ValueError):
    """Cut off, too large, or not the shortest."""


def written(numbers: Iterable[int]) -> bytes:
    """Unsigned numbers, one after the other."""
    out = bytearray()
    for number in numbers:
        left = number
        while left > _SEVEN:
            out.append(left & _SEVEN | 0x80)
            left >>= 7
        out.append(left)
    return bytes(out)


def folded(number: int) -> int:
    """Signed to unsigned."""
    return number << 1 if number >= 0 else (~number << 1) | 1


def unfolded(number: int) -> int:
    """The way back."""
    return ~(number >> 1) if number & 1 else number >> 1


class Stream:
    """Reads what ``written`` wrote."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._at = 0

    def next(self) -> int:
        """One number.

        Raises:
            StreamError: there is none, or it has more than 53 bits.
        """
        number, shift = 0, 0
        while True:
            if self._at >= len(self._raw) or shift > 49:
                raise StreamError("a number is cut off or too large")
            byte = self._raw[self._at]
            self._at += 1
            number |= (byte & _SEVEN) << shift
            if byte <= _SEVEN:
                break
            shift += 7
        if number > MAX_NUMBER:
            raise StreamError("a number is too large")
        return number

    def signed(self) -> int:
        """See ``next``."""
        return unfolded(self.next())

    @property
    def done(self) -> bool:
        return self._at == len(self._raw)


@cache
def digits_of(size: int) -> int:
    """How many digits that many bytes take."""
    return len(str((1 << 8 * size) - 1)) if size else 0


def to_digits(raw: bytes) -> str:
    """At most ``MAX_BYTES`` of bytes, in figures."""
    return f"{int.from_bytes(raw, 'big'):0{digits_of(len(raw))}d}"


def from_digits(digits: str) -> bytes:
    """The way back.

    Raises:
        StreamError: not figures, or not as many as any bytes have, or too many.
    """
    if not (digits.isascii() and digits.isdigit()):
        raise StreamError("not figures")
    # 2.408 digits a byte; the next size down is tried for the rounding.
    size = len(digits) * 10_000 // 24_082
    if size > MAX_BYTES:
        raise StreamError("too many figures")
    sizes = [each for each in (size, size + 1) if digits_of(each) == len(digits)]
    if not sizes:
        raise StreamError("not as many figures as bytes have")
    number = int(digits)
    if number >> 8 * sizes[0]:
        raise StreamError("more than the bytes hold")
    return number.to_bytes(sizes[0], "big")
