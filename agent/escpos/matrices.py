"""GS ( k: two-dimensional codes, stacked DataBar and composites.

Each function sets one thing; <Function x80> stores what to print, <Function x81> prints it.
There is one storage area: what is stored for one code drives out what was stored for
another, but the two parts of a composite stay side by side.  ESC @ clears all of it.

Settings out of their range are ignored.  Functions x82 answer the host; they leave no mark.
Source: Epson ESC/POS Application Programming Guide, GS ( k, by function.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import replace
from typing import Final

from agent.escpos.scanning import scanned
from agent.escpos.settings import Settings
from agent.escpos.state import State
from agent.paper.strip import Font, Symbol

_PDF417, _QR, _MAXICODE, _DATABAR, _COMPOSITE, _AZTEC, _DATAMATRIX = range(48, 55)
_STORE, _PRINT = 80, 81
_LINEAR_PART, _SECOND_PART = 48, 49

_STACKED: Final = "GS1-DATABAR-STACKED"
"""<Function 380> with n = 72, and with numbers that the manual does not have."""
_DATABARS: Final[Mapping[int, str]] = {
    73: "GS1-DATABAR-STACKED-OMNIDIRECTIONAL",
    76: "GS1-DATABAR-EXPANDED-STACKED",
}
# <Function 480>, b of the linear part, and of the other part.
_LINEARS: Final[Mapping[int, str]] = {
    65: "EAN8",
    66: "EAN13",
    67: "UPC-A",
    68: "UPC-E",
    69: "UPC-E",
    70: "GS1-DATABAR",
    71: "GS1-DATABAR-TRUNCATED",
    72: _STACKED,
    73: "GS1-DATABAR-STACKED-OMNIDIRECTIONAL",
    74: "GS1-DATABAR-LIMITED",
    75: "GS1-DATABAR-EXPANDED",
    76: "GS1-DATABAR-EXPANDED-STACKED",
    77: "GS1-128",
}
_CC_C: Final = 66
_FONTS: Final[Mapping[int, Font]] = {
    n: font
    for digit, font in enumerate[Font](("A", "B", "C", "D", "E"), 1)
    for n in (digit, digit + 0x30)
} | {97: "A", 98: "B"}


# -- settings -------------------------------------------------------------

_Check = Callable[[bytes], bool]


def _each(*ranges: Container[int]) -> _Check:
    """One range a byte."""

    def check(body: bytes) -> bool:
        pairs = zip(body, ranges, strict=False)
        return len(body) >= len(ranges) and all(byte in r for byte, r in pairs)

    return check


def _widest(body: bytes) -> bool:
    width = int.from_bytes(body[:2], "little")
    return len(body) >= 2 and (width == 0 or 106 <= width <= 3952)


def _pdf417_level(body: bytes) -> bool:
    """A level when m = 48, a ratio in tenths when m = 49."""
    ranges = {48: range(48, 57), 49: range(41)}
    return len(body) >= 2 and body[1] in ranges.get(body[0], ())


_FLAG: Final = frozenset({0, 1, 48, 49})
_WIDTH: Final = _each(range(2, 9))
_SIDE: Final = range(145)

SETTINGS: Final[Mapping[tuple[int, int], _Check]] = {
    (_PDF417, 65): _each(range(31)),
    (_PDF417, 66): _each(frozenset({0, *range(3, 91)})),
    (_PDF417, 67): _each(range(1, 9)),
    (_PDF417, 68): _WIDTH,
    (_PDF417, 69): _pdf417_level,
    (_PDF417, 70): _each(range(2)),
    (_QR, 65): _each(range(49, 52)),
    (_QR, 67): _each(range(1, 17)),
    (_QR, 69): _each(range(48, 52)),
    (_MAXICODE, 65): _each(range(50, 55)),
    (_DATABAR, 67): _WIDTH,
    (_DATABAR, 71): _widest,
    (_COMPOSITE, 67): _WIDTH,
    (_COMPOSITE, 71): _widest,
    (_COMPOSITE, 72): _each({0, 48, *_FONTS}),
    (_AZTEC, 66): _each(_FLAG, range(33)),
    (_AZTEC, 67): _each(range(2, 17)),
    (_AZTEC, 69): _each(range(5, 96)),
    (_DATAMATRIX, 66): _each(_FLAG, _SIDE, _SIDE),
    (_DATAMATRIX, 67): _each(range(2, 17)),
}
"""By cn and fn: what the parameters of a setting may be."""
_DEFAULTS: Final[Mapping[tuple[int, int], bytes]] = {
    (_PDF417, 69): bytes((49, 1)),
    (_QR, 65): bytes((50, 0)),
    (_QR, 69): bytes((48,)),
    (_MAXICODE, 65): bytes((50,)),
    (_DATABAR, 67): bytes((2,)),
    (_DATABAR, 71): bytes((141, 0)),
    (_COMPOSITE, 67): bytes((2,)),
    (_COMPOSITE, 71): bytes((141, 0)),
    (_AZTEC, 69): bytes((23,)),
    **{(cn, 67): bytes((3,)) for cn in (_PDF417, _QR, _AZTEC, _DATAMATRIX)},
    (_PDF417, 68): bytes((3,)),
}


def two_dimensional(state: State, params: bytes) -> None:
    """GS ( k: pL pH cn fn ..; stores settings and data, and prints with fn 81."""
    cn, fn, body = params[2], params[3], params[4:]
    if cn not in SYMBOLS:
        return
    check = SETTINGS.get((cn, fn))
    if fn == _STORE:
        _store(state.now, cn, body)
    elif fn == _PRINT:
        if symbol := stored_symbol(state, cn):
            state.symbol(symbol)
    elif check is not None and check(body):
        state.now.codes = {**state.now.codes, (cn, fn): body}


def stored_symbol(state: State, cn: int) -> Symbol | None:
    """What fn 81 would print and fn 82 would measure, as it is set now."""
    symbol = SYMBOLS[cn](_Orders(state, cn)) if cn in SYMBOLS else None
    return symbol if symbol and symbol.data else None


def _store(now: Settings, cn: int, body: bytes) -> None:
    """Keep m d.., of a composite m a b d.., where a says which part that is."""
    part = body[1] if cn == _COMPOSITE and len(body) > 1 else 0
    beside = {key: kept for key, kept in now.stored.items() if key[0] == cn}
    now.stored = {**beside, (cn, part): body}


# -- symbols --------------------------------------------------------------


class _Orders:
    """What was set and stored for one kind of code."""

    def __init__(self, state: State, cn: int) -> None:
        self.room = state.area
        self.height = state.now.bar_height
        self._codes = state.now.codes
        self._stored = state.now.stored
        self._cn = cn

    def at(self, fn: int, place: int = 0) -> int:
        """A parameter of <Function fn>; what was not set is as the manual says, or 0."""
        body = self._codes.get((self._cn, fn)) or _DEFAULTS.get((self._cn, fn), b"")
        return body[place] if place < len(body) else 0

    def stored(self, part: int = 0) -> bytes:
        return self._stored.get((self._cn, part), b"")

    @property
    def widest(self) -> int:
        """Dots: <Function x71>, or the print area."""
        return self.at(71) + 256 * self.at(71, 1) or self.room


def text_of(data: bytes) -> str:
    """Symbol bytes as text: UTF-8 when they are, else Latin-1."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _plain(system: str, orders: _Orders) -> Symbol:
    """What the symbols of one stored part share; the rest is the caller's to say."""
    data = orders.stored()[1:]
    return Symbol(system, data, text_of(data), module=orders.at(67), height=0)


def _pdf417(orders: _Orders) -> Symbol:
    ratio = orders.at(69) == 49
    level = orders.at(69, 1)
    return replace(
        _plain("PDF417", orders),
        level=f"{level * 10}%" if ratio else str(level - 48),
        variant="TRUNCATED" if orders.at(70) else "",
        columns=orders.at(65),
        rows=orders.at(66),
        tall=orders.at(68),
        room=orders.room,
    )


def _qr(orders: _Orders) -> Symbol:
    return replace(
        _plain("QR", orders),
        level="LMQH"[orders.at(69) - 48],
        variant=("1", "2", "MICRO")[orders.at(65) - 49],
    )


def _maxicode(orders: _Orders) -> Symbol:
    data = orders.stored()[1:]
    mode = str(orders.at(65) - 48)
    return Symbol("MAXICODE", data, text_of(data), height=0, variant=mode)


def _databar(orders: _Orders) -> Symbol:
    body = orders.stored()
    system = _DATABARS.get(int.from_bytes(body[1:2]), _STACKED)
    said = scanned(system, body[2:])
    return Symbol(
        system,
        body[2:],
        said.text,
        module=orders.at(67),
        height=0,
        room=orders.widest,
        caption=said.caption,
    )


def _composite(orders: _Orders) -> Symbol:
    """Both parts; one alone is kept, though a printer waits for the other."""
    linear, second = orders.stored(_LINEAR_PART), orders.stored(_SECOND_PART)
    system = _LINEARS.get(int.from_bytes(linear[2:3]), "")
    said = scanned(system, linear[3:])
    beside = scanned("GS1-DATABAR-EXPANDED", second[3:])
    font = _FONTS.get(orders.at(72))
    texts = [text for text in (said.text, beside.text) if text]
    return Symbol(
        "COMPOSITE",
        linear[3:] + second[3:],
        "|".join(texts),
        module=orders.at(67),
        height=orders.height,
        hri="below" if font else "none",
        variant=system + "+C" * (second[2:3] == bytes((_CC_C,))),
        room=orders.widest,
        hri_font=font or "A",
        caption=said.caption or said.text,
    )


def _aztec(orders: _Orders) -> Symbol:
    return replace(
        _plain("AZTEC", orders),
        level=f"{orders.at(69)}%",
        variant="COMPACT" if orders.at(66) & 1 else "FULL",
        rows=orders.at(66, 1),
    )


def _data_matrix(orders: _Orders) -> Symbol:
    """d1 is the side that a rectangle is named by: 8 x 18 has eight rows."""
    return replace(
        _plain("DATAMATRIX", orders),
        variant="RECTANGLE" if orders.at(66) & 1 else "SQUARE",
        rows=orders.at(66, 1),
        columns=orders.at(66, 2),
    )


SYMBOLS: Final[Mapping[int, Callable[[_Orders], Symbol]]] = {
    _PDF417: _pdf417,
    _QR: _qr,
    _MAXICODE: _maxicode,
    _DATABAR: _databar,
    _COMPOSITE: _composite,
    _AZTEC: _aztec,
    _DATAMATRIX: _data_matrix,
}
"""By cn."""
