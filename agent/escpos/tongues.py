"""Which characters the bytes mean: code pages, countries, kanji and their looks.

Handlers of the commands that choose them; what a byte then is, ``decoding`` says.
Kanji have a size, an underline and spaces of their own (FS !, FS -, FS S, FS W);
emphasis, turning and colours they share with all others.

Source: Epson ESC/POS Application Programming Guide; the mnemonic is the clause.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from agent.escpos.settings import Kanji
from agent.escpos.state import Handler, State
from agent.paper.strip import Font

_SYSTEMS: Final[Mapping[int, str]] = {0: "jis", 1: "cp932", 2: "shift_jis_2004"}
# Kanji of 24 by 24, 20 by 24 and 16 by 16 dots take two cells of these.
_FONTS: Final[Mapping[int, Font]] = {0: "A", 1: "D", 2: "C"}


def _number(n: int) -> int:
    """A parameter that may be sent as a digit: 1 or 49."""
    return n - 48 if 48 <= n <= 57 else n


def _code_page(state: State, params: bytes) -> None:
    """ESC t: 254 and 255 are pages of the user's own, of which nothing is known."""
    state.now.page_number = params[0]
    state.now.page_chosen = params[0] < 254 or params[0] in state.printer.pages


def _country(state: State, params: bytes) -> None:
    state.now.country = params[0]


def _kanji_on(state: State, _params: bytes) -> None:
    state.now.kanji_on = True


def _kanji_off(state: State, _params: bytes) -> None:
    state.now.kanji_on = False


def _system(state: State, params: bytes) -> None:
    """FS C: how Japanese is coded."""
    state.now.kanji_system = _SYSTEMS.get(_number(params[0]), state.now.kanji_system)


def _encode(state: State, params: bytes) -> None:
    """FS ( C: pL pH fn m; fn 48 with m 2 or 50 is UTF-8, with 1 code pages again."""
    if params[2] == 48 and _number(params[3]) in (1, 2):
        state.now.utf8 = _number(params[3]) == 2


def _kanji_font(state: State, params: bytes) -> None:
    """FS ( A: pL pH fn m; fn 48."""
    font = _FONTS.get(_number(params[3]))
    if params[2] == 48 and font is not None:
        state.now.kanji = replace(state.now.kanji, font=font)


def _look(change: Callable[[Kanji, bytes], Kanji]) -> Handler:
    def handle(state: State, params: bytes) -> None:
        state.now.kanji = change(state.now.kanji, params)

    return handle


def _mode(kanji: Kanji, params: bytes) -> Kanji:
    """FS !: bit 2 width, bit 3 height, bit 7 underline."""
    n = params[0]
    return replace(
        kanji,
        wide=2 if n & 0x04 else 1,
        tall=2 if n & 0x08 else 1,
        underline=1 if n & 0x80 else 0,
    )


def _underlined(kanji: Kanji, params: bytes) -> Kanji:
    n = _number(params[0])
    return replace(kanji, underline=n) if n <= 2 else kanji


def _quadruple(kanji: Kanji, params: bytes) -> Kanji:
    size = 1 + (params[0] & 1)
    return replace(kanji, wide=size, tall=size)


def _spaces(state: State, params: bytes) -> None:
    """FS S: space left and right of each kanji."""
    left, right = (
        min(state.dots_along(n), state.printer.width_dots) for n in params[:2]
    )
    state.now.kanji = replace(state.now.kanji, left=left, right=right)


HANDLERS: Final[Mapping[str, tuple[int, Handler]]] = {
    "ESC t": (1, _code_page),
    "ESC R": (1, _country),
    "FS &": (0, _kanji_on),
    "FS .": (0, _kanji_off),
    "FS C": (1, _system),
    "FS ( C": (4, _encode),
    "FS ( A": (4, _kanji_font),
    "FS !": (1, _look(_mode)),
    "FS -": (1, _look(_underlined)),
    "FS W": (1, _look(_quadruple)),
    "FS S": (2, _spaces),
}
"""Mnemonic: the fewest parameter bytes it makes sense with, and its handler."""
