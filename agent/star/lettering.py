"""How characters look, and what bytes stand for: handlers of 3.3.1 to 3.3.3.

Arguments out of their range change nothing ("the preset values are unchanged", 3.2).
The upper line (ESC _) has no counterpart on a strip and is left out.  Font B is 9 x 24 on
a Star printer; the strip's font B has its width.

Source: Star, Line Mode Command Specifications, by the command's name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from agent.paper.strip import Font
from agent.star.characters import COUNTRIES, UTF_8_PAGE
from agent.star.state import Handler, State

_FLAG: Final[Mapping[int, bool]] = {0: False, 0x30: False, 1: True, 0x31: True}
_TIMES: Final[Mapping[int, int]] = {
    byte: times
    for digit, times in enumerate(range(1, 7))
    for byte in (digit, digit + 0x30)
}
_FONTS: Final[Mapping[int, Font]] = {0: "A", 1: "B", 16: "A", 0x30: "A", 0x31: "B"}
"""16 is OCR-B, 16 x 24, of which the strip has no cell."""
HEX: Final[Mapping[int, int]] = {
    **{n: n for n in range(16)},
    **{0x30 + n: n for n in range(10)},
    **{0x41 + n: 10 + n for n in range(6)},
}


def _look(state: State, **changes: Any) -> None:
    state.release()
    state.now.style = replace(state.now.style, **changes)


def _always(**changes: Any) -> Handler:
    def handler(state: State, _: bytes) -> None:
        _look(state, **changes)

    return handler


def _spaced(dots: int) -> Handler:
    def handler(state: State, _: bytes) -> None:
        state.release()
        state.now.right_space = dots

    return handler


def _size(state: State, params: bytes) -> None:
    """ESC i n1 n2: high, wide."""
    if params[0] in _TIMES and params[1] in _TIMES:
        _look(state, tall=_TIMES[params[0]], wide=_TIMES[params[1]])


def _wide(state: State, params: bytes) -> None:
    if params[0] in _TIMES:
        _look(state, wide=_TIMES[params[0]])


def _high(state: State, params: bytes) -> None:
    if params[0] in _TIMES:
        _look(state, tall=_TIMES[params[0]])


def _underline(state: State, params: bytes) -> None:
    """ESC - n: two dots."""
    if params[0] in _FLAG:
        _look(state, underline=2 if _FLAG[params[0]] else 0)


def _font(state: State, params: bytes) -> None:
    if params[0] in _FONTS:
        _look(state, font=_FONTS[params[0]])


def _right_space(state: State, params: bytes) -> None:
    if params[0] in HEX:
        state.release()
        state.now.right_space = HEX[params[0]]


def _upside_down(state: State, *, on: bool) -> None:
    """SI, DC2: "enabled only when at the top of the line"."""
    if state.at_top_of_line:
        _look(state, upside_down=on)


def _colours(state: State, params: bytes) -> None:
    """ESC RS C n: two colours, or not."""
    state.two_colours = params[0] in {1, 2, 0x31, 0x32}
    if not state.two_colours:
        _look(state, ink=1)


def _colour(state: State, params: bytes) -> None:
    """ESC RS c n: black or red; "ignored when not in the 2 color print mode"."""
    if state.two_colours and params[0] in _FLAG:
        _look(state, ink=2 if _FLAG[params[0]] else 1)


def _page(state: State, params: bytes) -> None:
    """ESC GS t n; StarPRNT's 128 is UTF-8."""
    state.release()
    state.now.page = params[0]
    state.now.codec = "utf-8" if params[0] == UTF_8_PAGE else _multibyte(state)


def _multibyte(state: State) -> str:
    return state.now.codec if state.now.codec != "utf-8" else state.printer.multibyte


def _country(state: State, params: bytes) -> None:
    if params[0] in COUNTRIES:
        state.release()
        state.now.country = COUNTRIES[params[0]]


def _shift_jis(state: State, params: bytes) -> None:
    """ESC $ n."""
    if params[0] in _FLAG:
        state.release()
        state.now.codec = "cp932" if _FLAG[params[0]] else ""


def _jis(state: State, _: bytes) -> None:
    """ESC p: JIS where the printer has kanji, else a pitch of 14 dots."""
    state.release()
    if state.printer.multibyte == "cp932":
        state.now.jis = True
    else:
        state.now.right_space = 2


def _no_jis(state: State, _: bytes) -> None:
    state.release()
    state.now.jis = False


def _unicode(state: State, params: bytes) -> None:
    """ESC GS ) U pL pH 48 m: UTF-8, or what was before (StarPRNT)."""
    if params[2] == 0x30:
        state.release()
        on = _FLAG.get(params[3], False)
        state.now.codec = "utf-8" if on else state.printer.multibyte


# Mnemonic: the fewest parameter bytes it makes sense with, and its handler.
HANDLERS: Final[Mapping[str, tuple[int, Handler]]] = {
    "ESC i": (2, _size),
    "ESC W": (1, _wide),
    "ESC h": (1, _high),
    "SO": (0, _always(wide=2)),
    "DC4": (0, _always(wide=1)),
    "ESC SO": (0, _always(tall=2)),
    "ESC DC4": (0, _always(tall=1)),
    "ESC E": (0, _always(bold=True)),
    "ESC F": (0, _always(bold=False)),
    "ESC 4": (0, _always(invert=True)),
    "ESC 5": (0, _always(invert=False)),
    "ESC -": (1, _underline),
    "SI": (0, lambda state, _: _upside_down(state, on=True)),
    "DC2": (0, lambda state, _: _upside_down(state, on=False)),
    "ESC RS F": (1, _font),
    "ESC RS C": (1, _colours),
    "ESC RS c": (1, _colour),
    "ESC GS t": (1, _page),
    "ESC R": (1, _country),
    "ESC SP": (1, _right_space),
    "ESC M": (0, _spaced(0)),
    "ESC g": (0, _spaced(2)),
    "ESC P": (0, _spaced(3)),
    "ESC :": (0, _spaced(4)),
    "ESC p": (0, _jis),
    "ESC q": (0, _no_jis),
    "ESC $": (1, _shift_jis),
    "ESC GS ) U": (4, _unicode),
}
