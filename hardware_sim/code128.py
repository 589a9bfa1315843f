"""Code 128 as the printer is told to draw it: code sets chosen by the POS.

ISO/IEC 15417.  GS k 73 names every code set itself (``{A {B {C``, ``{S`` for one
character, ``{1``-``{4`` for FNC, ``{{`` for a brace); GS k 74 and 79 leave the
choice to the printer.  zxing-cpp's writer would choose anew, and another width.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_PATTERNS: Final = (
    "212222", "222122", "222221", "121223", "121322", "131222", "122213", "122312", "132212",
    "221213", "221312", "231212", "112232", "122132", "122231", "113222", "123122", "123221",
    "223211", "221132", "221231", "213212", "223112", "312131", "311222", "321122", "321221",
    "312212", "322112", "322211", "212123", "212321", "232121", "111323", "131123", "131321",
    "112313", "132113", "132311", "211313", "231113", "231311", "112133", "112331", "132131",
    "113123", "113321", "133121", "313121", "211331", "231131", "213113", "213311", "213131",
    "311123", "311321", "331121", "312113", "312311", "332111", "314111", "221411", "431111",
    "111224", "111422", "121124", "121421", "141122", "141221", "112214", "112412", "122114",
    "122411", "142112", "142211", "241211", "221114", "413111", "241112", "134111", "111242",
    "121142", "121241", "114212", "124112", "124211", "411212", "421112", "421211", "212141",
    "214121", "412121", "111143", "111341", "131141", "114113", "114311", "411113", "411311",
    "113141", "114131", "311141", "411131", "211412", "211214", "211232", "2331112",
)  # fmt: skip
"""Widths of bars and spaces in turn, by value."""
_STOP: Final = 106
_START: Final = {"A": 103, "B": 104, "C": 105}
_SWITCH: Final = {"A": 101, "B": 100, "C": 99}
_SHIFT: Final = 98
_FNC: Final = {("A", 4): 101, ("B", 4): 100}
_FNC_ANY: Final = {1: 102, 2: 97, 3: 96}
_FEWEST_PAIRS_DIGITS: Final = 4
"""So many digits in a row are shorter in set C."""


@dataclass(slots=True)
class _Writer:
    values: list[int]
    code_set: str
    text: str = ""

    def switch(self, to: str) -> None:
        if not self.values:
            self.values.append(_START[to])
        elif to != self.code_set:
            self.values.append(_SWITCH[to])
        self.code_set = to

    def character(self, byte: int, code_set: str) -> None:
        self.values.append(_value(byte, code_set))
        shown = f"{byte:02d}" if code_set == "C" else chr(byte)
        self.text += shown if shown.isprintable() else " "

    def function(self, number: int) -> None:
        known = _FNC.get((self.code_set, number), _FNC_ANY.get(number))
        if known is None or (self.code_set == "C" and number != 1):
            raise ValueError(f"FNC{number} is not in code set {self.code_set}")
        self.values.append(known)
        self.text += " "


def _value(byte: int, code_set: str) -> int:
    if code_set == "C" and byte <= 99:
        return byte
    if code_set == "A" and byte < 0x60:
        return byte - 32 if byte >= 32 else byte + 64
    if code_set == "B" and 32 <= byte <= 127:
        return byte - 32
    raise ValueError(f"{byte:#04x} is not in code set {code_set}")


def told(data: bytes) -> tuple[str, str]:
    """GS k 73: its modules (``1`` is a bar) and its readable text.

    Functions and control characters are read as spaces.

    Raises:
        ValueError: it doesn't begin with a code set, or a character isn't in it.
    """
    if data[:2] not in (b"{A", b"{B", b"{C"):
        raise ValueError("Code 128 begins with its code set")
    writer, shifted, at = _Writer([], "B"), False, 0
    while at < len(data):
        if data[at] != 0x7B:
            code_set = {"A": "B", "B": "A"}.get(writer.code_set, "C")
            writer.character(data[at], code_set if shifted else writer.code_set)
            shifted, at = False, at + 1
            continue
        shifted = _escape(writer, data[at + 1 : at + 2])
        at += 2
    return _modules(writer.values), writer.text


def _escape(writer: _Writer, what: bytes) -> bool:
    """What follows a brace; ``True`` if it shifts the next character."""
    if what in (b"A", b"B", b"C"):
        writer.switch(what.decode("ascii"))
    elif what == b"S":
        writer.values.append(_SHIFT)
        return True
    elif what == b"{":
        writer.character(0x7B, writer.code_set)
    elif what in (b"1", b"2", b"3", b"4"):
        writer.function(int(what))
    else:
        raise ValueError("a brace is written twice")
    return False


def chosen(parts: list[str | int]) -> str:
    """Modules of text (strings) and FNC (numbers), code sets chosen to be short.

    Raises:
        ValueError: a character that Code 128 doesn't have.
    """
    writer = _Writer([], "B")
    for part in parts:
        if isinstance(part, int):
            if not writer.values:
                writer.switch("C" if _starts_with_digits(parts) else "B")
            writer.function(part)
            continue
        for code_set, piece in _pieces(part, writer.code_set):
            writer.switch(code_set)
            codes = _pairs(piece) if code_set == "C" else piece.encode("latin-1")
            for code in codes:
                writer.character(code, code_set)
    return _modules(writer.values)


def _starts_with_digits(parts: list[str | int]) -> bool:
    text = next((part for part in parts if isinstance(part, str)), "")
    return text[:_FEWEST_PAIRS_DIGITS].isdecimal() and len(text) >= _FEWEST_PAIRS_DIGITS


def _pairs(digits: str) -> bytes:
    return bytes(int(digits[at : at + 2]) for at in range(0, len(digits), 2))


def _pieces(text: str, code_set: str) -> Iterator[tuple[str, str]]:
    """The text cut by code set: pairs of digits, then A for controls, else B."""
    at = 0
    while at < len(text):
        run = _digits(text, at)
        wanted = 2 if code_set == "C" else _FEWEST_PAIRS_DIGITS
        if run >= wanted:
            yield "C", text[at : at + run // 2 * 2]
            code_set, at = "C", at + run // 2 * 2
            continue
        char = text[at]
        if code_set == "C" or not _holds(code_set, char):
            code_set = "A" if ord(char) < 32 else "B"
        yield code_set, char
        at += 1


def _digits(text: str, at: int) -> int:
    end = at
    while end < len(text) and text[end] in "0123456789":
        end += 1
    return end - at


def _holds(code_set: str, char: str) -> bool:
    return ord(char) < 0x60 if code_set == "A" else ord(char) >= 32


def _modules(values: list[int]) -> str:
    if len(values) < 2:
        raise ValueError("nothing to draw")
    check = values[0] + sum(place * value for place, value in enumerate(values))
    widths = "".join(_PATTERNS[value] for value in (*values, check % 103, _STOP))
    return "".join("10"[place % 2] * int(width) for place, width in enumerate(widths))
