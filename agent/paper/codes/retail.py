"""EAN and UPC, with the check digit that the POS sent, right or wrong.

Printers add a check digit but do not look at one that is sent (Epson, ePOS-Print XML,
``<barcode>``: "the check digit is not validated").  Libraries do, so the bars of these
four, which have a table of ten rows, are made here.

Source: ISO/IEC 15420, 4.2.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

# Number set A by digit; C is its complement, B is C read backwards (table 1).
_A: Final = (
    *("0001101", "0011001", "0010011", "0111101", "0100011"),
    *("0110001", "0101111", "0111011", "0110111", "0001011"),
)
_C: Final = tuple(bars.translate(str.maketrans("01", "10")) for bars in _A)
_B: Final = tuple(bars[::-1] for bars in _C)
_SETS: Final = {"A": _A, "B": _B}

# Number sets that tell the digit which has no bars: the first one of EAN-13 (table 3),
# and, A and B changed, the check digit of UPC-E (table 4).
_TELLING: Final = (
    *("AAAAAA", "AABABB", "AABBAB", "AABBBA", "ABAABB"),
    *("ABBAAB", "ABBBAA", "ABABAB", "ABABBA", "ABBABA"),
)
_ZERO_OF_UPC_E: Final = "BBBAAA"

_GUARD: Final = "101"
_CENTRE: Final = "01010"


def bars(system: str, digits: str) -> str:
    """Modules of ``digits``, check digit included; none for another number of them."""
    length, draw = _SYMBOLS[system]
    sound = len(digits) == length and digits.isascii() and digits.isdecimal()
    return draw(digits) if sound else ""


def _ean13(digits: str) -> str:
    left = _spelt(digits[1:7], _TELLING[int(digits[0])])
    right = "".join(_C[int(digit)] for digit in digits[7:])
    return _GUARD + left + _CENTRE + right + _GUARD


def _ean8(digits: str) -> str:
    left = _spelt(digits[:4], "AAAA")
    right = "".join(_C[int(digit)] for digit in digits[4:])
    return _GUARD + left + _CENTRE + right + _GUARD


def _upc_a(digits: str) -> str:
    return _ean13("0" + digits)


def _upc_e(digits: str) -> str:
    """Number system 0, six digits, and the check digit that they only imply."""
    check = int(digits[7])
    changed = _TELLING[check].translate(str.maketrans("AB", "BA"))
    if digits[0] != "0":
        return ""
    return _GUARD + _spelt(digits[1:7], changed if check else _ZERO_OF_UPC_E) + "010101"


def _spelt(digits: str, sets: str) -> str:
    pairs = zip(digits, sets, strict=True)
    return "".join(_SETS[number_set][int(digit)] for digit, number_set in pairs)


_SYMBOLS: Final[Mapping[str, tuple[int, Callable[[str], str]]]] = {
    "EAN13": (13, _ean13),
    "EAN8": (8, _ean8),
    "UPC-A": (12, _upc_a),
    "UPC-E": (8, _upc_e),
}
