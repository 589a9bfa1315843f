"""Characters and the pen: styles, alignment, tabs, margins.

Handlers of the commands that change how and where the next characters print;
none of them prints.

Source: Epson ESC/POS Application Programming Guide; the mnemonic is the clause.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final, get_args

from agent.escpos import drawn, tongues
from agent.escpos.settings import DOTS_PER_INCH
from agent.escpos.state import Handler, State
from agent.paper.strip import CELL_WIDTH, Font, Style


def _u16(params: bytes, at: int = 0) -> int:
    return int.from_bytes(params[at : at + 2], "little")


# -- characters -----------------------------------------------------------


_FONTS: Final[Mapping[int, Font]] = {
    **dict(enumerate(get_args(Font))),
    97: "A",
    98: "B",
}


def _restyle(change: Callable[[Style, int], Style]) -> Handler:
    """A handler that makes a new style of the old one and the parameter."""

    def handle(state: State, params: bytes) -> None:
        state.now.style = change(state.now.style, params[0])

    return handle


def _number(n: int) -> int:
    """A parameter that may be sent as a digit: 1 or 49."""
    return n - 48 if 48 <= n <= 57 else n


def _select_font(style: Style, n: int) -> Style:
    """ESC M: 97 and 98 are the special fonts A and B."""
    return replace(style, font=_FONTS.get(_number(n), style.font))


def _underline(style: Style, n: int) -> Style:
    dots = _number(n)
    return replace(style, underline=dots) if dots <= 2 else style


def _rotate(style: Style, n: int) -> Style:
    """ESC V: 1 and 2 differ by half a dot between characters."""
    mode = _number(n)
    return replace(style, rotated=mode > 0) if mode <= 2 else style


def _ink(style: Style, n: int) -> Style:
    """ESC r: the second colour is whatever the paper has, mostly red."""
    colour = _number(n)
    return replace(style, ink=colour + 1) if colour <= 1 else style


def _resize(state: State, params: bytes) -> None:
    """GS !: bits 4-6 width, bits 0-2 height, each less one; kanji too."""
    wide, tall = (params[0] >> 4 & 7) + 1, (params[0] & 7) + 1
    state.now.style = replace(state.now.style, wide=wide, tall=tall)
    state.now.kanji = replace(state.now.kanji, wide=wide, tall=tall)


def _character_colour(style: Style, colour: int) -> Style:
    return replace(style, ink=colour)


def _ground_colour(style: Style, colour: int) -> Style:
    return replace(style, ground=colour)


FUNCTIONS: Final[Mapping[int, Callable[[Style, int], Style]]] = {
    48: _character_colour,
    49: _ground_colour,
}
"""GS ( N: the colour of characters, and of what is behind them.  Shading (50) is drawn
around characters, whose place and text stay the same."""


def _colours(state: State, params: bytes) -> None:
    """GS ( N: pL pH fn m."""
    change, colour = FUNCTIONS.get(params[2]), _number(params[3])
    if change is not None and colour <= 3:
        state.now.style = change(state.now.style, colour)


def _emphasize(state: State, params: bytes) -> None:
    state.now.emphasized = bool(params[0] & 1)
    _embolden(state)


def _double_strike(state: State, params: bytes) -> None:
    state.now.double_strike = bool(params[0] & 1)
    _embolden(state)


def _embolden(state: State) -> None:
    bold = state.now.emphasized or state.now.double_strike
    state.now.style = replace(state.now.style, bold=bold)


def _print_mode(state: State, params: bytes) -> None:
    """ESC !: font, emphasis, height, width and underline in one byte."""
    n = params[0]
    state.now.emphasized = bool(n & 0x08)
    state.now.style = replace(
        state.now.style,
        font="B" if n & 0x01 else "A",
        tall=2 if n & 0x10 else 1,
        wide=2 if n & 0x20 else 1,
        underline=1 if n & 0x80 else 0,
    )
    _embolden(state)


def _upside_down(state: State, params: bytes) -> None:
    """ESC {: heeded at the beginning of a line only."""
    if not state.line_begun:
        upside_down = bool(params[0] & 1)
        state.now.style = replace(state.now.style, upside_down=upside_down)


def _right_space(state: State, params: bytes) -> None:
    state.now.right_space = min(state.dots_x(params[0]), state.printer.width_dots)


# -- position -------------------------------------------------------------


def _tab(state: State, _params: bytes) -> None:
    state.tab()


def _tab_stops(state: State, params: bytes) -> None:
    """ESC D: columns of the present character width, ended by NUL."""
    wide = CELL_WIDTH[state.now.style.font] * state.now.style.wide
    wide += state.now.right_space
    state.now.tabs = tuple(sorted(n * wide for n in params if n))


def _absolute(state: State, params: bytes) -> None:
    """ESC $: beyond the print area it is ignored, like on the printer."""
    x = state.dots_along(_u16(params))
    if x <= state.area:
        state.move_to(x)


def _relative(state: State, params: bytes) -> None:
    r"""ESC \: signed; beyond the print area it is ignored."""
    units = int.from_bytes(params[:2], "little", signed=True)
    dots = state.dots_along(abs(units))
    x = state.x + (dots if units >= 0 else -dots)
    if 0 <= x <= state.area:
        state.move_to(x)


def _align(state: State, params: bytes) -> None:
    if params[0] & 0x0F <= 2:
        state.now.align = params[0] & 0x0F


def _left_margin(state: State, params: bytes) -> None:
    """GS L: what is left of the paper is the print area, unless GS W said less."""
    state.now.left = min(state.dots_x(_u16(params)), state.printer.width_dots)


def _print_width(state: State, params: bytes) -> None:
    """GS W: never beyond the paper."""
    state.now.width = max(1, state.dots_x(_u16(params)))


def _units(state: State, params: bytes) -> None:
    """GS P: units per inch; 0 is the printer's own."""
    state.now.unit_x = params[0] or DOTS_PER_INCH
    state.now.unit_y = params[1] or DOTS_PER_INCH


def _start_of_line(state: State, params: bytes) -> None:
    """GS T: print the pending line (1), or drop it (0); on a page it is ignored."""
    if state.roll.sheet is not None or not (state.line_begun or state.x):
        return
    if _number(params[0]) == 1:
        state.end_line()
    elif _number(params[0]) == 0:
        state.drop_line()


# Mnemonic: the fewest parameter bytes it makes sense with, and its handler.
HANDLERS: Final[Mapping[str, tuple[int, Handler]]] = {
    **tongues.HANDLERS,
    **drawn.HANDLERS,
    "ESC !": (1, _print_mode),
    "ESC E": (1, _emphasize),
    "ESC G": (1, _double_strike),
    "ESC -": (1, _restyle(_underline)),
    "ESC M": (1, _restyle(_select_font)),
    "ESC {": (1, _upside_down),
    "ESC V": (1, _restyle(_rotate)),
    "ESC r": (1, _restyle(_ink)),
    "GS !": (1, _resize),
    "GS ( N": (4, _colours),
    "GS B": (1, _restyle(lambda style, n: replace(style, invert=bool(n & 1)))),
    "ESC SP": (1, _right_space),
    "HT": (0, _tab),
    "ESC D": (0, _tab_stops),
    "ESC $": (2, _absolute),
    "ESC \\": (2, _relative),
    "ESC a": (1, _align),
    "GS L": (2, _left_margin),
    "GS W": (2, _print_width),
    "GS P": (2, _units),
    "GS T": (1, _start_of_line),
}
