"""CBOR as a QR's body needs it: written in the one way that RFC 8949, 4.2 allows.

Integers of 53 bits, which a browser counts exactly, text, byte strings, arrays, maps with integer keys from 0, ``true`` and
``null``.  The reader refuses everything else, and everything that the writer would have
written otherwise: one receipt has one form.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

from agent.qr.streams import MAX_NUMBER

Value: TypeAlias = (
    "int | str | bytes | bool | Sequence[Value] | Mapping[int, Value] | None"
)

MAX_DEPTH: Final = 4
MAX_PARTS: Final = 10_000
"""Of an array or map; a receipt has hundreds."""
_UINT, _NEGATIVE, _BYTES, _TEXT, _ARRAY, _MAP = range(6)
_TRUE, _NULL = 0xF5, 0xF6
_WIDTHS: Final = {24: 1, 25: 2, 26: 4, 27: 8}


class CborError(ValueError):
    """Not what ``dumps`` writes."""


def dumps(value: Value) -> bytes:
    """The value, canonical.

    Raises:
        CborError: a number of more than 53 bits.
    """
    match value:
        case None:
            made = bytes([_NULL])
        case True:
            made = bytes([_TRUE])
        case int():
            made = _head(_UINT, value) if value >= 0 else _head(_NEGATIVE, ~value)
        case str():
            raw = value.encode()
            made = _head(_TEXT, len(raw)) + raw
        case bytes():
            made = _head(_BYTES, len(value)) + value
        case Mapping():
            pairs = sorted((dumps(key), dumps(each)) for key, each in value.items())
            made = _head(_MAP, len(pairs)) + b"".join(map(b"".join, pairs))
        case _:
            made = _head(_ARRAY, len(value)) + b"".join(map(dumps, value))
    return made


def loads(raw: bytes) -> Value:
    """What ``dumps`` wrote.

    Raises:
        CborError: anything else, cut off or with something behind it included.
    """
    reader = _Reader(raw)
    value = reader.value(0)
    if reader.at != len(raw):
        raise CborError("something stands behind it")
    return value


def _head(major: int, number: int) -> bytes:
    top = major << 5
    if number > MAX_NUMBER:
        raise CborError("a number of more than 53 bits")
    if number < 24:
        return bytes([top | number])
    fitting = ((c, w) for c, w in _WIDTHS.items() if number < 1 << 8 * w)
    code, width = next(fitting)
    return bytes([top | code]) + number.to_bytes(width, "big")


class _Reader:
    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self.at = 0

    def value(self, depth: int) -> Value:
        if depth > MAX_DEPTH:
            raise CborError("too deep")
        first = self._take(1)[0]
        if first in {_TRUE, _NULL}:
            return True if first == _TRUE else None
        major, number = first >> 5, self._number(first & 31)
        match major:
            case 0 | 1:
                return number if major == _UINT else ~number
            case 2:
                return self._take(number)
            case 3:
                return self._text(number)
            case 4:
                return [self.value(depth + 1) for _ in range(self._few(number))]
            case 5:
                return self._map(self._few(number), depth)
            case _:
                raise CborError("a tag or a number with a point")

    def _map(self, pairs: int, depth: int) -> dict[int, Value]:
        made: dict[int, Value] = {}
        before = b""
        for _ in range(pairs):
            start = self.at
            key = self.value(MAX_DEPTH)
            raw = self._raw[start : self.at]
            if type(key) is not int or key < 0 or raw <= before:
                raise CborError("keys are numbers from 0, each once, in order")
            before = raw
            made[key] = self.value(depth + 1)
        return made

    def _number(self, low: int) -> int:
        if low < 24:
            return low
        width = _WIDTHS.get(low)
        if width is None:
            raise CborError("an indefinite length")
        number = int.from_bytes(self._take(width), "big")
        if number < (24 if width == 1 else 1 << 4 * width):
            raise CborError("a number that is longer than it need be")
        if number > MAX_NUMBER:
            raise CborError("a number of more than 53 bits")
        return number

    def _text(self, size: int) -> str:
        try:
            return self._take(size).decode()
        except UnicodeDecodeError:
            raise CborError("text that is not UTF-8") from None

    def _few(self, number: int) -> int:
        if number > MAX_PARTS:
            raise CborError("too many parts")
        return number

    def _take(self, size: int) -> bytes:
        end = self.at + size
        if end > len(self._raw):
            raise CborError("cut off")
        taken, self.at = self._raw[self.at : end], end
        return taken
