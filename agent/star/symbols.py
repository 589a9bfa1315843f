"""Bar codes, QR and PDF417: kept as what they say, never as dots.

``Symbol.data`` is what the POS sent, ``Symbol.text`` what a scanner says: with the check
digit that the printer adds.  What a printer would refuse is kept too, and not drawn.

Source: Star, Line Mode Command Specifications, ESC b (and 5.1.4, Code 128), ESC GS x,
ESC GS y.  Star's ratios of thick to thin bars (n3) have no place in a ``Symbol``: the
thin bar's dots are kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from agent.paper.codes.gs1 import SEPARATOR, check_digit
from agent.paper.strip import Symbol
from agent.star.lengths import little
from agent.star.state import Handler, State

SYSTEMS: Final = (
    *("UPC-E", "UPC-A", "EAN8", "EAN13", "CODE39", "ITF", "CODE128", "CODE93"),
    "CODABAR",
)
"""ESC b n1."""
_MODULES: Final[Mapping[str, tuple[int, ...]]] = {
    "CODE39": (2, 3, 4, 2, 3, 4, 2, 3, 4),
    "CODABAR": (2, 3, 4, 2, 3, 4, 2, 3, 4),
    "ITF": (2, 4, 6, 2, 4, 6, 2, 3, 4),
}
_PLAIN_MODULES: Final = (2, 3, 4)
_WITH_TEXT: Final = frozenset({2, 4})
"""n2: characters under the bars, and (1, 2) a line feed behind them."""


# -- what a scanner says --------------------------------------------------


def _completed(digits: int) -> Callable[[str], str]:
    """The last digit "is automatically applied, so it is specified and ignored"."""

    def read(text: str) -> str:
        if not text.isdecimal() or len(text) not in {digits, digits + 1}:
            return text
        return text[:digits] + check_digit(text[:digits])

    return read


_SHORT: Final = (
    # manufacturer, zeros, product: which six digits of UPC-A's eleven UPC-E has
    (re.compile(r"0(\d\d)([012])0000(\d{3})"), r"\1\3\2"),
    (re.compile(r"0(\d{3})00000(\d\d)"), r"\g<1>\g<2>3"),
    (re.compile(r"0(\d{4})00000(\d)"), r"\g<1>\g<2>4"),
    (re.compile(r"0(\d{5})0000([5-9])"), r"\1\2"),
)


def _upc_e(text: str) -> str:
    """Eleven or twelve digits "in shortened form"; else as they are."""
    if not text.isdecimal() or len(text) not in {11, 12}:
        return text
    whole = text[:11]
    for pattern, short in _SHORT:
        if found := pattern.fullmatch(whole):
            return f"0{found.expand(short)}{check_digit(whole)}"
    return text


def _even(text: str) -> str:
    return "0" + text if len(text) % 2 else text


_ESCAPED: Final = re.compile(r"%(.)", re.DOTALL)


def _code_128(text: str) -> str:
    """%0 is %, %@ to %_ are control codes, %1 to %4 functions, %5 DEL, %6 to %8 start codes."""

    def said(found: re.Match[str]) -> str:
        escape = found[1]
        if "@" <= escape <= "_":
            return chr(ord(escape) - 0x40)
        first = found.start() == 0
        return {"0": "%", "5": "\x7f", "1": "" if first else SEPARATOR}.get(escape, "")

    return _ESCAPED.sub(said, text)


_READERS: Final[Mapping[str, Callable[[str], str]]] = {
    "UPC-E": _upc_e,
    "UPC-A": _completed(11),
    "EAN8": _completed(7),
    "EAN13": _completed(12),
    "ITF": _even,
    "CODE128": _code_128,
}


# -- bar codes ------------------------------------------------------------


def bar_code(state: State, params: bytes) -> None:
    """ESC b n1 n2 n3 n4 d1..dk RS."""
    kind, under, mode = (_digit(byte) for byte in params[:3])
    height, data = params[3], params[4:-1]
    system = SYSTEMS[kind] if kind < len(SYSTEMS) else ""
    modules = _MODULES.get(system, _PLAIN_MODULES)
    if not system or not data or not (1 <= under <= 4 and 1 <= mode <= len(modules)):
        state.unread += len(params)
        return
    text = data.decode("latin-1")
    state.symbol(
        Symbol(
            system,
            data,
            _READERS.get(system, str)(text),
            module=modules[mode - 1],
            height=max(height, 1),
            hri="below" if under in _WITH_TEXT else "none",
            variant="AUTO" if system == "CODE128" else "",
        )
    )


def _digit(byte: int) -> int:
    return byte - 0x30 if byte >= 0x30 else byte


# -- two dimensions -------------------------------------------------------

_STORED: Final = -1
_RANGES: Final[Mapping[tuple[str, int], range]] = {
    ("x", 0x31): range(9),
    ("x", 0x32): range(1, 11),
    ("x", 0x33): range(1, 11),
    ("y", 0x30): range(1, 3),
    ("y", 0x31): range(4),
    ("y", 0x32): range(1, 9),
}
"""ESC GS x S n, ESC GS y S n: what may be set."""


def _set(state: State, letter: str, params: bytes) -> None:
    fn, body = params[1], params[2:]
    if (letter, fn) == ("x", 0x30) or body[0] in _RANGES.get((letter, fn), ()):
        state.now.codes[letter, fn] = body


def _at(state: State, letter: str, fn: int, default: int, place: int = 0) -> int:
    body = state.now.codes.get((letter, fn), b"")
    return body[place] if place < len(body) else default


def pdf417(state: State, params: bytes) -> None:
    """ESC GS x: S sets, D stores, P prints, I asks."""
    if params[0] == 0x53:
        _set(state, "x", params)
    elif params[0] == 0x44:
        state.now.codes["x", _STORED] = params[3:]
    elif params[0] == 0x50 and (data := state.now.codes.get(("x", _STORED))):
        fixed = _at(state, "x", 0x30, 0) == 1
        state.symbol(
            Symbol(
                "PDF417",
                data,
                text_of(data),
                module=_at(state, "x", 0x32, 2),
                height=0,
                level=str(_at(state, "x", 0x31, 1)),
                rows=_at(state, "x", 0x30, 0, 1) if fixed else 0,
                columns=_at(state, "x", 0x30, 0, 2) if fixed else 0,
                tall=_at(state, "x", 0x33, 3),
                room=state.area,
            )
        )


def qr(state: State, params: bytes) -> None:
    """ESC GS y: S sets, D stores, P prints, I asks."""
    if params[0] == 0x53:
        _set(state, "y", params)
    elif params[0] == 0x44:
        data = params[5:] if params[1] == 0x31 else _joined(params[2:])
        state.now.codes["y", _STORED] = data
    elif params[0] == 0x50 and (data := state.now.codes.get(("y", _STORED), b"")):
        state.symbol(
            Symbol(
                "QR",
                data,
                text_of(data),
                module=_at(state, "y", 0x32, 3),
                height=0,
                level="LMQH"[_at(state, "y", 0x31, 0)],
                variant=str(_at(state, "y", 0x30, 2)),
            )
        )


def _joined(params: bytes) -> bytes:
    """ESC GS y D 2 a [m nL nH d]1..a: the data of all blocks, one behind the other."""
    found, at = [], 1
    for _ in range(params[0]):
        size = little(params, at + 1)
        found.append(params[at + 3 : at + 3 + size])
        at += 3 + size
    return b"".join(found)


def text_of(data: bytes) -> str:
    """Symbol bytes as text: UTF-8 when they are, else Latin-1."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


# Mnemonic: the fewest parameter bytes it makes sense with, and its handler.
HANDLERS: Final[Mapping[str, tuple[int, Handler]]] = {
    "ESC b": (5, bar_code),
    "ESC GS x": (1, pdf417),
    "ESC GS y": (1, qr),
}
