"""Code 128, character by character, as the POS chose its code sets.

An ESC/POS printer does not choose: ``{A`` ``{B`` ``{C`` select a code set, ``{S`` shifts
one character, ``{1`` to ``{4`` are functions, ``{{`` is a brace, and in set C a byte is
two digits.  No library takes that, so bars and text are made here, both from the same
symbol characters.

Sources: ISO/IEC 15417; Epson ESC/POS, GS k m = 73, 74, 79.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final

from agent.paper.codes.gs1 import SEPARATOR

_FNC3, _FNC2, _SHIFT, _CODE_C, _CODE_B, _CODE_A, _FNC1 = range(96, 103)
_START: Final[Mapping[str, int]] = {"A": 103, "B": 104, "C": 105}
_SWITCH: Final[Mapping[str, int]] = {"A": _CODE_A, "B": _CODE_B, "C": _CODE_C}
_FNC4: Final[Mapping[str, int]] = {"A": _CODE_A, "B": _CODE_B}

# Widths of bars and spaces by value, then the stop character (ISO/IEC 15417, table 1).
_WIDTHS: Final = re.findall(
    "[0-9]+",
    """
212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212
112232 122132 122231 113222 123122 123221 223211 221132 221231 213212 223112 312131
311222 321122 321221 312212 322112 322211 212123 212321 232121 111323 131123 131321
112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121
313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111
314111 221411 431111 111224 111422 121124 121421 141122 141221 112214 112412 122114
122411 142112 142211 241211 221114 413111 241112 134111 111242 121142 121241 114212
124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113
114311 411113 411311 113141 114131 311141 411131 211412 211214 211232 2331112
""",
)
_PATTERNS: Final = tuple(
    "".join("10"[place % 2] * int(width) for place, width in enumerate(widths))
    for widths in _WIDTHS
)

_DIGITS: Final = re.compile(rb"[0-9]{2,}")


def bars(values: Sequence[int]) -> str:
    """The modules of a symbol: its characters, the check character and stop."""
    total = values[0] + sum(at * value for at, value in enumerate(values))
    return "".join(_PATTERNS[value] for value in (*values, total % 103, 106))


# -- what the POS says ----------------------------------------------------


def explicit(data: bytes) -> list[int] | None:
    """Symbol characters of ``{B..{C..`` data; ``None`` if a printer would refuse it."""
    values: list[int] = []
    chosen, shifted = "", False
    for item in _items(data):
        if item[1:] in _START and not shifted:
            chosen = _select(values, chosen, item[1:])
            continue
        value = _value(_other(chosen) if shifted else chosen, item)
        if value is None or (shifted and len(item) == 2):
            return None
        shifted = item == "{S"
        values.append(value)
    return values if len(values) > 1 and not shifted else None


def _items(data: bytes) -> Iterator[str]:
    """Characters; a brace with what follows it is one, and ``{{`` is a brace."""
    at = 0
    while at < len(data):
        size = 1 + (data[at] == 0x7B)
        item = data[at : at + size].decode("latin-1")
        at += size
        yield "{" if item == "{{" else item.ljust(size)


def _other(chosen: str) -> str:
    return {"A": "B", "B": "A"}.get(chosen, "")


def _value(chosen: str, item: str) -> int | None:
    """The symbol character of ``item`` in a code set; ``None``: it has none."""
    if len(item) == 2:
        return _function(chosen, item[1])
    code = ord(item)
    if chosen == "C":
        return code if code < 100 else None
    if chosen == "B":
        return code - 32 if 32 <= code < 128 else None
    if chosen == "A":
        return (code - 32) % 96 if code < 96 else None
    return None


def _function(chosen: str, name: str) -> int | None:
    if name == "1" and chosen:
        return _FNC1
    if chosen not in _FNC4:
        return None
    known = {"2": _FNC2, "3": _FNC3, "4": _FNC4[chosen], "S": _SHIFT}
    return known.get(name)


# -- what the printer chooses ---------------------------------------------


def automatic(text: str, *, gs1: bool = False) -> list[int] | None:
    """Symbol characters for ``text``, few of them; ``None``: not encodable.

    Four digits or more (two, if there is nothing else) go in set C.  With ``gs1`` FNC1
    comes first and stands for every GS.
    """
    try:
        data = text.encode("latin-1")
    except UnicodeEncodeError:
        return None
    if not data:
        return None
    values: list[int] = []
    chosen = ""
    for piece in _pieces(data):
        if piece.isdigit() and len(piece) % 2 == 0:
            chosen = _select(values, chosen, "C")
            values += [int(piece[at : at + 2]) for at in range(0, len(piece), 2)]
            continue
        for code in piece:
            if gs1 and code == ord(SEPARATOR):
                values.append(_FNC1)
                continue
            wanted = _set_for(code, chosen)
            chosen = _select(values, chosen, wanted)
            if code > 127:
                values.append(_FNC4[wanted])
            values.append(_value(wanted, chr(code % 128)) or 0)
    return [values[0], *[_FNC1] * gs1, *values[1:]] if chosen else None


def _select(values: list[int], chosen: str, wanted: str) -> str:
    """Begin with a code set, or change to it."""
    if not chosen:
        values.insert(0, _START[wanted])
    elif chosen != wanted:
        values.append(_SWITCH[wanted])
    return wanted


def _set_for(code: int, chosen: str) -> str:
    """The code set that has the character, preferably the present one."""
    low = code % 128
    if low < 32:
        return "A"
    if low > 95 or chosen not in _FNC4:
        return "B"
    return chosen


def _pieces(data: bytes) -> Iterator[bytes]:
    """Runs of digits worth set C, of an even length, and what lies between."""
    at = 0
    for run in _DIGITS.finditer(data):
        digits = run.group()
        if len(digits) < 4 and len(digits) != len(data):
            continue
        start = run.start() + len(digits) % 2
        if start > at:
            yield data[at:start]
        yield data[start : run.end()]
        at = run.end()
    if at < len(data):
        yield data[at:]


# -- what a scanner says --------------------------------------------------


def text(values: Sequence[int]) -> str:
    """What a scanner transmits: FNC1 in the first place is not said, later it is GS.

    FNC4 adds 128 to one character; two of them, to all that follow (ISO/IEC 15417, 4.3.4.2).
    """
    chosen = "ABC"[values[0] - 103]
    said: list[str] = []
    shifted = high = locked = False
    for before, value in pairwise(values):
        now = _other(chosen) if shifted else chosen
        shifted = False
        if chosen == "C" and value < 100:
            said.append(f"{value:02d}")
        elif value < 96:
            code = value + 32 if now == "B" or value < 64 else value - 64
            said.append(chr(code + 128 * (high != locked)))
            high = False
        elif value == _FNC1:
            said.append(SEPARATOR if said else "")
        elif value == _FNC4.get(chosen):
            locked, high = locked ^ (before == value and high), not high
        elif value == _SHIFT:
            shifted = True
        else:
            chosen = {_CODE_A: "A", _CODE_B: "B", _CODE_C: "C"}.get(value, chosen)
    return "".join(said)
