"""Reed-Solomon check codewords over GF(256), x^8 + x^4 + x^3 + x^2 + 1.

Source: ISO/IEC 18004, 7.5 and annex A.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

_FIELD: Final = 0x11D


def _powers() -> tuple[int, ...]:
    powers, value = [], 1
    for _ in range(255):
        powers.append(value)
        value <<= 1
        if value > 255:
            value ^= _FIELD
    return tuple(powers)


_POWER: Final = _powers()
_LOG: Final = {value: exponent for exponent, value in enumerate(_POWER)}


def _times(left: int, right: int) -> int:
    return _POWER[(_LOG[left] + _LOG[right]) % 255] if left and right else 0


@lru_cache(maxsize=64)  # every count of model 1 fits
def _generator(checks: int) -> tuple[int, ...]:
    """(x - 1)(x - 2)(x - 4)..., highest power first, without its leading 1."""
    poly = [1]
    for root in _POWER[:checks]:
        shifted = [0, *(_times(root, term) for term in poly)]
        poly = [a ^ b for a, b in zip([*poly, 0], shifted, strict=True)]
    return tuple(poly[1:])


def remainder(data: bytes, checks: int) -> bytes:
    """The ``checks`` codewords that follow ``data``."""
    generator = _generator(checks)
    rest = [0] * checks
    for byte in data:
        factor = byte ^ rest[0]
        rest = [*rest[1:], 0]
        if factor:
            rest = [a ^ _times(factor, b) for a, b in zip(rest, generator, strict=True)]
    return bytes(rest)
