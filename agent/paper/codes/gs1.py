"""GS1 element strings: where one ends and the next begins.

Text here is what a scanner transmits: application identifiers without brackets,
and the separator GS (1D) where FNC1 ends an element of variable length.

Source: GS1 General Specifications, 7.8 (figure 7.8.5-2: predefined lengths).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

SEPARATOR: Final = "\x1d"

# The first two digits of identifiers whose elements end by themselves, and the length
# of identifier and value together.
_LENGTHS: Final[Mapping[str, int]] = {
    "00": 20,
    **dict.fromkeys(("01", "02", "03"), 16),
    "04": 18,
    **{str(ai): 8 for ai in range(11, 20)},
    "20": 4,
    **{str(ai): 10 for ai in range(31, 37)},
    "41": 16,
}


def check_digit(digits: str) -> str:
    """The mod-10 digit of EAN, UPC and GTIN (GS1 General Specifications, 7.9)."""
    weighted = sum(
        int(digit) * (3 if place % 2 == 0 else 1)
        for place, digit in enumerate(reversed(digits))
    )
    return str(-weighted % 10)


def bracketed(text: str) -> bytes:
    """The elements with their identifier's first digits in brackets, as zint reads.

    A separator behind an element of predefined length says nothing and is left
    out.  Empty when this is no element string.
    """
    parts = list(_elements(text))
    whole = "".join(f"[{part[:2]}]{part[2:]}" for part in parts)
    sound = all(len(p) > 2 and p[:2].isdecimal() and p.isascii() for p in parts)
    return whole.encode("ascii") if sound else b""


def _elements(text: str) -> Iterator[str]:
    for piece in text.split(SEPARATOR):
        rest = piece
        while 0 < _LENGTHS.get(rest[:2], 0) < len(rest):
            length = _LENGTHS[rest[:2]]
            yield rest[:length]
            rest = rest[length:]
        yield rest


def true_gtin(text: str) -> bool:
    """Does a leading item number (01) end with its check digit?

    Symbols that leave the digit out would give the right one back.
    """
    return not text.startswith("01") or (
        len(text) >= 16
        and text[2:16].isascii()
        and text[2:16].isdecimal()
        and check_digit(text[2:15]) == text[15]
    )
