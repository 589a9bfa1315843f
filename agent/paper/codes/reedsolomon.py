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


@lru_cache(maxsize=256)  # every factor
def _times(factor: int) -> bytes:
    """The products of ``factor`` with 0 to 255, for ``bytes.translate``."""
    if not factor:
        return bytes(256)
    log = _LOG[factor]
    return bytes((0, *(_POWER[(log + _LOG[value]) % 255] for value in range(1, 256))))


@lru_cache(maxsize=64)  # every count of model 1 fits
def _generator(checks: int) -> bytes:
    """(x - 1)(x - 2)(x - 4)..., highest power first, without its leading 1."""
    poly = b"\1"
    for root in _POWER[:checks]:
        shifted = b"\0" + poly.translate(_times(root))
        poly = bytes(a ^ b for a, b in zip(poly + b"\0", shifted, strict=True))
    return poly[1:]


def remainder(data: bytes, checks: int) -> bytes:
    """The ``checks`` codewords that follow ``data``."""
    generator = _generator(checks)
    top, whole = 8 * (checks - 1), (1 << 8 * checks) - 1
    rest = 0
    for byte in data:
        factor = byte ^ rest >> top
        product = int.from_bytes(generator.translate(_times(factor)))
        rest = (rest << 8 & whole) ^ product
    return rest.to_bytes(checks)
