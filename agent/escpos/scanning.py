"""What a scanner reads from a bar code, and what stands below it in characters.

The bytes that a POS sends are not yet either: the printer adds check digits, makes six
digits of eleven (UPC-E), takes parentheses for the eye only (GS1-128) and stars for start
and stop (CODE39).  Data that a printer would refuse say what they say, byte by byte:
:func:`scanned` never fails, and the encoders refuse them again.

Sources: Epson ESC/POS, GS k and GS ( k <Function 380>, <Function 480>; GS1 General
Specifications, 7.8 to 7.10.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final, NamedTuple

from agent.paper.codes import code128
from agent.paper.codes.gs1 import SEPARATOR, check_digit


class Scanned(NamedTuple):
    """``caption`` is the readable line where it is another than ``text``."""

    text: str
    caption: str = ""


def scanned(system: str, data: bytes) -> Scanned:
    """``data`` of GS k as a scanner says it; see ``Symbol.text``."""
    said = _READERS.get(system, _plain)(data)
    return Scanned(data.decode("latin-1")) if said is None else said


def shown(text: str) -> str:
    """Control characters are blanks below a bar code."""
    return "".join(" " if c < " " or c == "\x7f" else c for c in text)


_Reader = Callable[[bytes], Scanned | None]


def _plain(data: bytes) -> Scanned:
    return Scanned(data.decode("latin-1"))


# -- UPC and EAN ----------------------------------------------------------


def _completed(length: int) -> _Reader:
    """Digits whose check digit the printer adds when it is not there."""

    def read(data: bytes) -> Scanned | None:
        if not data.isdigit() or len(data) not in {length - 1, length}:
            return None
        text = data.decode("ascii")
        return Scanned(text if len(text) == length else text + check_digit(text))

    return read


def _upc_e(data: bytes) -> Scanned | None:
    """Six digits; or a 0 and six, with or without a check digit; or UPC-A to shorten."""
    digits = data.decode("ascii") if data.isdigit() else ""
    if len(digits) == 6:
        digits = "0" + digits
    if len(digits) in {11, 12}:
        digits = _shortened(digits[:11]) + digits[11:]
    if len(digits) not in {7, 8} or digits[0] != "0":
        return None
    check = check_digit("0" + _lengthened(digits[1:7]))
    return Scanned(digits if len(digits) == 8 else digits + check)


def _lengthened(six: str) -> str:
    """The ten digits that six stand for (GS1 General Specifications, figure 5.2.2.4.2-1)."""
    last = six[5]
    if last in "012":
        return f"{six[:2]}{last}0000{six[2:5]}"
    if last == "3":
        return f"{six[:3]}00000{six[3:5]}"
    if last == "4":
        return f"{six[:4]}00000{six[4]}"
    return f"{six[:5]}0000{last}"


def _shortened(eleven: str) -> str:
    """The seven digits for eleven; empty when there are too few zeros in them."""
    ten = eleven[1:]
    tries = (
        ten[:2] + ten[7:] + ten[2],
        ten[:3] + ten[8:] + "3",
        ten[:4] + ten[9] + "4",
        ten[:5] + ten[9],
    )
    fitting = (six for six in tries if _lengthened(six) == ten)
    return eleven[0] + next(fitting, "")


# -- CODE39, CODE128 ------------------------------------------------------


def _code39(data: bytes) -> Scanned | None:
    """Start and stop are stars; the printer adds those that are not sent."""
    text = data.decode("latin-1")
    bare = text.removeprefix("*")
    bare = bare.removesuffix("*") or bare
    return Scanned(bare, text if bare != text else "")


def _code128(data: bytes) -> Scanned | None:
    values = code128.explicit(data)
    if values is None:
        return None
    text = code128.text(values)
    return Scanned(text, shown(text) if shown(text) != text else "")


# -- GS1 ------------------------------------------------------------------


def _item_number(data: bytes) -> Scanned | None:
    """GS1 DataBar: thirteen digits, of which the printer makes an element (01)."""
    if not data.isdigit() or len(data) != 13:
        return None
    digits = data.decode("ascii")
    whole = digits + check_digit(digits)
    return Scanned("01" + whole, "(01)" + whole)


class _Item(NamedTuple):
    """A character, or the function that a brace makes of the one behind it."""

    character: str
    function: bool = False
    literal: bool = False


def _items(data: bytes, literal: str) -> Iterator[_Item]:
    """Characters; behind a brace those of ``literal`` stand for themselves."""
    at = 0
    while at < len(data):
        braced = data[at] == 0x7B
        character = data[at + braced : at + braced + 1].decode("latin-1")
        at += 1 + braced
        known = braced and character != "" and character in literal
        yield _Item(character, function=braced and not known, literal=known)


class _Elements:
    """Element strings while they are read; ``since`` is where a value began."""

    def __init__(self) -> None:
        self.text: list[str] = []
        self.caption: list[str] = []
        self.since = 0
        self.parted = False

    def say(self, character: str) -> None:
        self.text.append(character)
        self.caption.append(character)

    def function_1(self) -> None:
        self.text.append(SEPARATOR)
        self.since, self.parted = len(self.text), False

    def part(self, character: str) -> None:
        """A bracket or a blank: for the eye, but the first one ends the identifier."""
        self.caption.append(character)
        if character in ") " and not self.parted:
            self.since, self.parted = len(self.text), True
        elif character == "(":
            self.parted = False

    def check(self) -> bool:
        """The value's check digit; without a bracket the identifier has two digits."""
        start = self.since if self.parted else self.since + 2
        digits = "".join(self.text[start:])
        if not (digits.isascii() and digits.isdigit()):
            return False
        self.say(check_digit(digits))
        return True

    def scanned(self) -> Scanned:
        text, caption = "".join(self.text), shown("".join(self.caption))
        return Scanned(text, caption if caption != text else "")


def _gs1_128(data: bytes) -> Scanned | None:
    """``( )`` and blanks are for the eye, ``*`` is a check digit, ``{1`` is FNC1."""
    elements = _Elements()
    for item in _items(data, "{()*"):
        if item.function and item.character != "1":
            return None
        if item.function:
            elements.function_1()
            elements.caption.append(" ")
        elif item.literal or item.character not in "() *":
            elements.say(item.character)
        elif item.character != "*":
            elements.part(item.character)
        elif not elements.check():
            return None
    return elements.scanned()


def _gs1_expanded(data: bytes) -> Scanned | None:
    """GS1 DataBar Expanded: ``( )`` are for the eye, ``{1`` is FNC1."""
    elements = _Elements()
    for item in _items(data, "()"):
        if item.function and item.character != "1":
            return None
        if item.function:
            elements.function_1()
        elif item.literal or item.character not in "()":
            elements.say(item.character)
        else:
            elements.part(item.character)
    return elements.scanned()


_READERS: Final[Mapping[str, _Reader]] = {
    "UPC-A": _completed(12),
    "UPC-E": _upc_e,
    "EAN13": _completed(13),
    "EAN8": _completed(8),
    "CODE39": _code39,
    "CODE128": _code128,
    "GS1-128": _gs1_128,
    "GS1-DATABAR": _item_number,
    "GS1-DATABAR-TRUNCATED": _item_number,
    "GS1-DATABAR-LIMITED": _item_number,
    "GS1-DATABAR-STACKED": _item_number,
    "GS1-DATABAR-STACKED-OMNIDIRECTIONAL": _item_number,
    "GS1-DATABAR-EXPANDED": _gs1_expanded,
    "GS1-DATABAR-EXPANDED-STACKED": _gs1_expanded,
}
