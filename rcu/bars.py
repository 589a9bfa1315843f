"""Bar codes as an SVG path, for the code that a shop scans at a return.

EAN-13, EAN-8, UPC-A (GS1 General Specifications, 5.2) and Code 128 (ISO/IEC
15417, code sets B and C).  Anything else, or text that the symbology cannot
hold, is ``None``: the page then shows the text alone, never a code that a
scanner would read as something else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

HEIGHT: Final = 60
"""In modules; the SVG scales."""
QUIET: Final = 11
"""Modules of silence left of an EAN-13; Code 128 asks for 10."""
MAX_CODE128_CHARS: Final = 32
"""More would make bars thinner than a phone's pixels."""

_L: Final = re.findall("[1-4]{4}", "3211222121221411113212311114131212133112")
_PARITY: Final = re.findall(
    "[LG]{6}", "LLLLLLLLGLGGLLGGLGLLGGGLLGLLGGLGGLLGLGGGLLLGLGLGLGLGGLLGGLGL"
)
_CODE128: Final = re.findall(
    "[1-4]{6}",
    "212222222122222221121223121322131222122213122312132212221213221312231212"
    "112232122132122231113222123122123221223211221132221231213212223112312131"
    "311222321122321221312212322112322211212123212321232121111323131123131321"
    "112313132113132311211313231113231311112133112331132131113123113321133121"
    "313121211331231131213113213311213131311123311321331121312113312311332111"
    "314111221411431111111224111422121124121421141122141221112214112412122114"
    "122411142112142211241211221114413111241112134111111242121142121241114212"
    "124112124211411212421112421211212141214121412121111143111341131141114113"
    "114311411113411311113141114131311141411131211412211214211232",
)
_START_B: Final = 104
_START_C: Final = 105
_STOP: Final = "2331112"


@dataclass(frozen=True, slots=True)
class Bars:
    """A drawn code: ``path`` in a box of ``width`` by ``HEIGHT`` modules."""

    path: str
    width: int
    height: int = HEIGHT


def bars(system: str, text: str) -> Bars | None:
    """Draw ``text`` in ``system``, or ``None``."""
    match system.upper().replace("-", "").replace("_", "").replace(" ", ""):
        case "EAN13" | "JAN13" if _checked(text, 13):
            return _draw(_ean13(text))
        case "UPCA" if _checked(text, 12):
            return _draw(_ean13("0" + text))
        case "EAN8" | "JAN8" if _checked(text, 8):
            return _draw(_ean8(text))
        case "CODE128" if _fits_code128(text):
            return _draw(_code128(text))
        case _:
            return None


def _checked(text: str, length: int) -> bool:
    if not re.fullmatch(rf"[0-9]{{{length}}}", text):
        return False
    weighted = sum(
        int(digit) * (3 if index % 2 else 1) for index, digit in enumerate(text[::-1])
    )
    return weighted % 10 == 0


def _ean13(text: str) -> str:
    left = "".join(
        _L[int(digit)] if parity == "L" else _L[int(digit)][::-1]
        for digit, parity in zip(text[1:7], _PARITY[int(text[0])], strict=True)
    )
    return (
        "111" + left + "11111" + "".join(_L[int(digit)] for digit in text[7:]) + "111"
    )


def _ean8(text: str) -> str:
    left, right = ("".join(_L[int(d)] for d in half) for half in (text[:4], text[4:]))
    return "111" + left + "11111" + right + "111"


def _fits_code128(text: str) -> bool:
    return bool(re.fullmatch(rf"[\x20-\x7e]{{1,{MAX_CODE128_CHARS}}}", text))


def _code128(text: str) -> str:
    if re.fullmatch(r"(?:[0-9]{2}){2,}", text):
        values = [_START_C, *(int(text[at : at + 2]) for at in range(0, len(text), 2))]
    else:
        values = [_START_B, *(ord(character) - 32 for character in text)]
    check = values[0] + sum(at * value for at, value in enumerate(values))
    return "".join(_CODE128[value] for value in (*values, check % 103)) + _STOP


def _draw(runs: str) -> Bars:
    """Runs of dark, light, dark ... in modules, dark first."""
    pieces, at = [], QUIET
    for index, width in enumerate(map(int, runs)):
        if index % 2 == 0:
            pieces.append(f"M{at} 0h{width}v{HEIGHT}h-{width}z")
        at += width
    return Bars("".join(pieces), at + QUIET)
