"""Characters that the POS drew itself: ESC &, ESC %, ESC ?, FS 2, FS ?.

Drawn characters print as dots (``Run.shapes``) and keep the text of the character
whose code they took.  A kanji of the POS's own has no text: it reads as "〓".

Source: Epson ESC/POS Application Programming Guide; the mnemonic is the clause.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from agent.escpos.kanji import key_of
from agent.escpos.line import rows_of
from agent.escpos.state import Handler, State
from agent.paper.strip import CELL_HEIGHT, CELL_WIDTH, Font, Picture

MAX_KANJI: Final = 256
"""Drawn kanji kept at once; a model has room for 94 or 95."""
KANJI_DOTS: Final = 24
"""Width and height of a kanji of FS 2."""


def _define(state: State, params: bytes) -> None:
    """ESC &: y c1 c2, then for each character x and x columns of y bytes."""
    high, first, last = params[:3]
    font = state.now.style.font
    at = 3
    for code in range(first, last + 1):
        if at >= len(params):
            return
        wide = params[at]
        columns = params[at + 1 : at + 1 + wide * high]
        state.characters[font, code] = _cell(font, columns, high)
        at += 1 + wide * high


def _cell(font: Font, columns: bytes, high: int) -> Picture:
    """A drawn character on a whole cell; what is missing of it is blank.

    Font B is 17 dots high on most models and 24 on some: what is drawn tells.
    """
    width, height = CELL_WIDTH[font], CELL_HEIGHT[font]
    picture = rows_of(columns.ljust(width * high, b"\0")[: width * high], high)
    stride = (width + 7) // 8
    if any(picture.bits[height * stride :]):
        height = picture.height
    return Picture(
        width, height, picture.bits.ljust(height * stride, b"\0")[: height * stride]
    )


def _use(state: State, params: bytes) -> None:
    state.now.characters_on = bool(params[0] & 1)


def _forget(state: State, params: bytes) -> None:
    state.characters.pop((state.now.style.font, params[0]), None)


def _define_kanji(state: State, params: bytes) -> None:
    """FS 2: c1 c2, then 24 columns of 3 bytes."""
    key = key_of(params[:2])
    if key in state.kanji_characters or len(state.kanji_characters) < MAX_KANJI:
        state.kanji_characters[key] = rows_of(params[2:74], KANJI_DOTS // 8)


def _forget_kanji(state: State, params: bytes) -> None:
    state.kanji_characters.pop(key_of(params[:2]), None)


HANDLERS: Final[Mapping[str, tuple[int, Handler]]] = {
    "ESC &": (4, _define),
    "ESC %": (1, _use),
    "ESC ?": (1, _forget),
    "FS 2": (74, _define_kanji),
    "FS ?": (2, _forget_kanji),
}
"""Mnemonic: the fewest parameter bytes it makes sense with, and its handler."""
