"""EAN and UPC: digits to modules, with the check digit that the POS sent.

ISO/IEC 15420.  The printer adds a missing check digit and never looks at one
that is there (Epson ESC/POS, notes on GS k), so that it can print a bar code
that no scanner takes; zxing-cpp's writer refuses to.
"""

from __future__ import annotations

from typing import Final

_L: Final = (
    "0001101", "0011001", "0010011", "0111101", "0100011",
    "0110001", "0101111", "0111011", "0110111", "0001011",
)  # fmt: skip
_R: Final = tuple("".join("10"[int(bit)] for bit in code) for code in _L)
_SETS: Final = {"L": _L, "R": _R, "G": tuple(code[::-1] for code in _R)}
_FIRST_DIGIT: Final = (
    "LLLLLL", "LLGLGG", "LLGGLG", "LLGGGL", "LGLLGG",
    "LGGLLG", "LGGGLL", "LGLGLG", "LGLGGL", "LGGLGL",
)  # fmt: skip
"""EAN-13's first digit has no bars: the sets of the next six tell it."""
_UPC_E_CHECK: Final = (
    "GGGLLL", "GGLGLL", "GGLLGL", "GGLLLG", "GLGGLL",
    "GLLGGL", "GLLLGG", "GLGLGL", "GLGLLG", "GLLGLG",
)  # fmt: skip
"""UPC-E's check digit, in the sets of its six."""


def _coded(digits: str, sets: str) -> str:
    return "".join(
        _SETS[which][int(digit)] for digit, which in zip(digits, sets, strict=True)
    )


def check_digit(digits: str) -> str:
    """Of everything before it, whatever the length (GS1 General Specifications 7.9)."""
    total = sum(int(digit) * (3, 1)[at % 2] for at, digit in enumerate(digits[::-1]))
    return str(-total % 10)


def _complete(text: str, length: int) -> str:
    """With a check digit, the POS' own if it sent one.

    Raises:
        ValueError: not that many digits.
    """
    if len(text) not in (length - 1, length) or not (
        text.isascii() and text.isdecimal()
    ):
        raise ValueError(f"{length - 1} or {length} digits are asked for")
    return text if len(text) == length else text + check_digit(text)


def ean_13(text: str) -> tuple[str, str]:
    """12 or 13 digits to 95 modules (``1`` is a bar), and all 13 digits."""
    digits = _complete(text, 13)
    left = _coded(digits[1:7], _FIRST_DIGIT[int(digits[0])])
    return f"101{left}01010{_coded(digits[7:], 'R' * 6)}101", digits


def upc_a(text: str) -> tuple[str, str]:
    """11 or 12 digits: an EAN-13 that begins with 0, which isn't printed."""
    digits = _complete(text, 12)
    return ean_13("0" + digits)[0], digits


def ean_8(text: str) -> tuple[str, str]:
    """7 or 8 digits to 67 modules, and all 8 digits."""
    digits = _complete(text, 8)
    modules = f"101{_coded(digits[:4], 'LLLL')}01010{_coded(digits[4:], 'RRRR')}101"
    return modules, digits


def upc_e(text: str) -> tuple[str, str]:
    """6, 7, 8, 11 or 12 digits to 51 modules, and the six that stand in them.

    Raises:
        ValueError: another length, a number system that isn't 0, or a UPC-A
            without zeros to leave out.
    """
    if len(text) == 6:
        text = "0" + text
    if text[:1] != "0":
        raise ValueError("UPC-E begins with 0")
    if len(text) in (11, 12):
        full = _complete(text, 12)
        short = _shortened(full)
    else:
        sent = _complete(text, 8) if len(text) == 8 else _complete(text + "0", 8)
        short = sent[1:7]
        eleven = "0" + _lengthened(short)
        full = eleven + (text[7:] or check_digit(eleven))
    return f"101{_coded(short, _UPC_E_CHECK[int(full[-1])])}010101", short


def _shortened(full: str) -> str:
    """GS1 General Specifications 5.2.2.4.2, the four rules of zero suppression."""
    maker, item = full[1:6], full[6:11]
    if maker[2] in "012" and maker[3:] == "00" and item[:2] == "00":
        return maker[:2] + item[2:] + maker[2]
    if maker[3:] == "00" and item[:3] == "000":
        return maker[:3] + item[3:] + "3"
    if maker[4] == "0" and item[:4] == "0000":
        return maker[:4] + item[4] + "4"
    if item[:4] == "0000" and item[4] in "56789":
        return maker + item[4]
    raise ValueError("this UPC-A has no short form")


def _lengthened(short: str) -> str:
    """The ten digits that six stand for."""
    body, last = short[:5], short[5]
    if last in "012":
        return body[:2] + last + "0000" + body[2:]
    if last == "3":
        return body[:3] + "00000" + body[3:]
    if last == "4":
        return body[:4] + "00000" + body[4]
    return body + "0000" + last
