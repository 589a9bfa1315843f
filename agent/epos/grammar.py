"""What an ePOS-Print document may say: a table of elements, attributes and values.

An attribute's value becomes the number that ESC/POS has for it, so that nothing behind
this table reads a word of XML.  What the table does not have is an error of the whole
document, as for the schema that a printer checks it against.

Two things are judged more gently than a schema would.  Lengths of a picture's data are
not compared with its size here, and a value that the type allows but no printer knows
(a module of 200 dots) passes: a printer takes its default then, so ``codes`` does.

Source: Epson, ePOS-Print XML User's Manual, "XML reference"; the element is the clause.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

from agent.epos.words import (
    ALIGN,
    BARCODES,
    COLOURS,
    CUTS,
    DIRECTIONS,
    FONTS,
    HRI,
    LAYOUTS,
    LEVELS,
    PATTERNS,
    POSITIONS,
    STYLES,
    SYMBOLS,
)

Value = int | str
Place = Literal["both", "roll", "page"]
Holds = Literal["nothing", "text", "base64", "hex", "elements"]
_Read = Callable[[str], Value | None]


@dataclass(frozen=True, slots=True)
class Order:
    """One element, checked.

    ``given`` are its attributes that were given, ``data`` is what base64 or hexadecimal
    digits in it stood for, ``inside`` the elements of a page.
    """

    name: str
    given: Mapping[str, Value] = field(default_factory=dict)
    text: str = ""
    data: bytes = field(default=b"", repr=False)
    inside: tuple[Order, ...] = ()
    place: Place = "both"

    def number(self, name: str, default: int) -> int:
        value = self.given.get(name, default)
        return value if isinstance(value, int) else default

    def word(self, name: str, default: str) -> str:
        value = self.given.get(name, default)
        return value if isinstance(value, str) else default


class Kind(NamedTuple):
    """What an element may have and hold, and where it may stand."""

    attributes: Mapping[str, _Read] = {}
    needs: frozenset[str] = frozenset()
    holds: Holds = "nothing"
    place: Place = "both"


# -- values ---------------------------------------------------------------

_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,9}")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8}){0,4}")


def _number(low: int, high: int) -> _Read:
    def read(text: str) -> int | None:
        value = int(text) if _INTEGER.fullmatch(text) else low - 1
        return value if low <= value <= high else None

    return read


def _word(words: frozenset[str]) -> _Read:
    return lambda text: text if text in words else None


def _language(text: str) -> str | None:
    return text.lower() if _LANGUAGE.fullmatch(text) else None


def _level(text: str) -> Value | None:
    """A name, or the percentage that Aztec Code has."""
    return text if text in LEVELS else _BYTE(text)


_FLAG: Final = {"true": 1, "1": 1, "false": 0, "0": 0}.get
_BYTE: Final = _number(0, 255)
_SHORT: Final = _number(0, 65535)
_SIGNED: Final = _number(-32768, 32767)
_SCALE: Final = _number(1, 8)
_POINT: Final[Mapping[str, _Read]] = {"x": _SHORT, "y": _SHORT}
_TWO_POINTS: Final[Mapping[str, _Read]] = {
    **dict.fromkeys(("x1", "y1", "x2", "y2"), _SHORT),
    "style": STYLES.get,
}

KINDS: Final[Mapping[str, Kind]] = {
    "text": Kind(
        {
            "lang": _language,
            "font": FONTS.get,
            "smooth": _FLAG,
            "dw": _FLAG,
            "dh": _FLAG,
            "width": _SCALE,
            "height": _SCALE,
            "reverse": _FLAG,
            "ul": _FLAG,
            "em": _FLAG,
            "color": COLOURS.get,
            "x": _SHORT,
            "y": _SHORT,
            "align": ALIGN.get,
            "rotate": _FLAG,
            "linespc": _BYTE,
        },
        holds="text",
    ),
    "feed": Kind(
        {"unit": _BYTE, "line": _BYTE, "linespc": _BYTE, "pos": _word(POSITIONS)}
    ),
    "image": Kind(
        {
            "width": _SHORT,
            "height": _SHORT,
            "color": COLOURS.get,
            "align": ALIGN.get,
            "mode": {"mono": 0, "gray16": 1}.get,
        },
        needs=frozenset({"width", "height"}),
        holds="base64",
    ),
    "logo": Kind(
        {"key1": _BYTE, "key2": _BYTE, "align": ALIGN.get},
        needs=frozenset({"key1", "key2"}),
    ),
    "barcode": Kind(
        {
            "type": BARCODES.get,
            "hri": HRI.get,
            "font": FONTS.get,
            "width": _BYTE,
            "height": _BYTE,
            "align": ALIGN.get,
            "rotate": _FLAG,
        },
        needs=frozenset({"type"}),
        holds="text",
    ),
    "symbol": Kind(
        {
            "type": _word(SYMBOLS),
            "level": _level,
            "width": _BYTE,
            "height": _BYTE,
            "size": _SHORT,
            "align": ALIGN.get,
            "rotate": _FLAG,
        },
        needs=frozenset({"type"}),
        holds="text",
    ),
    "hline": Kind(
        {"x1": _SHORT, "x2": _SHORT, "style": STYLES.get},
        needs=frozenset({"x1", "x2"}),
        place="roll",
    ),
    "vline-begin": Kind(
        {"x": _SHORT, "style": STYLES.get}, needs=frozenset({"x"}), place="roll"
    ),
    "vline-end": Kind(
        {"x": _SHORT, "style": STYLES.get}, needs=frozenset({"x"}), place="roll"
    ),
    "page": Kind(holds="elements", place="roll"),
    "area": Kind(
        {**_POINT, "width": _SHORT, "height": _SHORT},
        needs=frozenset({"x", "y", "width", "height"}),
        place="page",
    ),
    "direction": Kind({"dir": DIRECTIONS.get}, needs=frozenset({"dir"}), place="page"),
    "position": Kind(_POINT, needs=frozenset(_POINT), place="page"),
    "line": Kind(_TWO_POINTS, needs=frozenset(_TWO_POINTS) - {"style"}, place="page"),
    "rectangle": Kind(
        _TWO_POINTS, needs=frozenset(_TWO_POINTS) - {"style"}, place="page"
    ),
    "cut": Kind({"type": _word(CUTS)}, place="roll"),
    "pulse": Kind(
        {
            "drawer": {"drawer_1": 0, "drawer_2": 1}.get,
            "time": {f"pulse_{ms}": ms for ms in range(100, 600, 100)}.get,
        },
        place="roll",
    ),
    "sound": Kind(
        {"pattern": _word(PATTERNS), "repeat": _BYTE, "cycle": _number(1000, 25500)},
        place="roll",
    ),
    "command": Kind(holds="hex"),
    "layout": Kind(
        {
            "type": _word(LAYOUTS),
            "width": _SHORT,
            "height": _SIGNED,
            "margin-top": _SIGNED,
            "margin-bottom": _SIGNED,
            "offset-cut": _SIGNED,
            "offset-label": _SIGNED,
        },
        place="roll",
    ),
    "recovery": Kind(place="roll"),
    "reset": Kind(place="roll"),
    "batch-begin": Kind(place="roll"),
    "batch-end": Kind(place="roll"),
    "rotate-begin": Kind(place="roll"),
    "rotate-end": Kind(place="roll"),
}
"""By element."""


def check(
    name: str, attributes: Mapping[str, str], text: str, inside: tuple[Order, ...]
) -> Order | str:
    """The element as an order, or what is wrong with it."""
    kind = KINDS.get(name)
    if kind is None:
        return "an element that is not known"
    given: dict[str, Value] = {}
    for key, said in attributes.items():
        read = kind.attributes.get(key)
        value = None if read is None else read(said.strip())
        if value is None:
            known = key if read else "an attribute that is not known"
            return f"{name}: {known}"
        given[key] = value
    if not kind.needs <= given.keys():
        return f"{name}: an attribute is missing"
    if inside and kind.holds != "elements":
        return f"{name}: elements in it"
    return _filled(Order(name, given, inside=inside, place=kind.place), kind, text)


def _filled(order: Order, kind: Kind, text: str) -> Order | str:
    """The order with what stands between its tags."""
    data: bytes | None = b""
    match kind.holds:
        case "nothing" | "elements":
            data = None if text.strip() else b""
        case "base64":
            data = _base64(text)
        case "hex":
            data = _hexadecimal(text)
        case "text":
            return Order(order.name, order.given, text=text, place=order.place)
    if data is None:
        return f"{order.name}: what stands in it"
    return Order(
        order.name, order.given, data=data, inside=order.inside, place=order.place
    )


def _base64(text: str) -> bytes | None:
    """xs:base64Binary; padding that was left away is not missed."""
    digits = "".join(text.split()).rstrip("=")
    try:
        return base64.b64decode(digits + "=" * (-len(digits) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


def _hexadecimal(text: str) -> bytes | None:
    try:
        return bytes.fromhex("".join(text.split()))
    except ValueError:
        return None
