"""Characters and the pen: styles, code pages, alignment, tabs, margins.

Handlers of the commands that change how and where the next characters print;
none of them prints.

Source: Epson ESC/POS Application Programming Guide; the mnemonic is the clause.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from agent.escpos.settings import DOTS_PER_INCH
from agent.escpos.state import Handler, State
from agent.paper.strip import CELL_WIDTH, Font, Style


def _u16(params: bytes, at: int = 0) -> int:
    return int.from_bytes(params[at : at + 2], "little")


# -- characters -----------------------------------------------------------


def _restyle(change: Callable[[Style, int], Style]) -> Handler:
    """A handler that makes a new style of the old one and the parameter."""

    def handle(state: State, params: bytes) -> None:
        state.now.style = change(state.now.style, params[0])

    return handle


def _font(n: int) -> Font:
    fonts: Mapping[int, Font] = {1: "B", 49: "B", 2: "C", 50: "C", 98: "B"}
    return fonts.get(n, "A")


def _resized(style: Style, n: int) -> Style:
    """GS !: bits 4-6 width, bits 0-2 height, each less one."""
    return replace(style, wide=(n >> 4 & 7) + 1, tall=(n & 7) + 1)


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


def _right_space(state: State, params: bytes) -> None:
    state.now.right_space = min(state.dots_x(params[0]), state.printer.width_dots)


def _code_page(state: State, params: bytes) -> None:
    """ESC t: 255 is a page of the user's own, of which nothing is known."""
    state.now.page_number = params[0]
    state.now.page_chosen = params[0] != 255


def _country(state: State, params: bytes) -> None:
    state.now.country = params[0]


def _kanji(state: State, _params: bytes) -> None:
    state.now.kanji = bool(state.printer.multibyte)


def _no_kanji(state: State, _params: bytes) -> None:
    state.now.kanji = False


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
    """GS T: print the pending line (bit 0), or stay on it; back to the margin."""
    if params[0] & 1:
        state.flush()
    state.to_line_start()


# Mnemonic: the fewest parameter bytes it makes sense with, and its handler.
HANDLERS: Final[Mapping[str, tuple[int, Handler]]] = {
    "ESC !": (1, _print_mode),
    "ESC E": (1, _emphasize),
    "ESC G": (1, _double_strike),
    "ESC -": (1, _restyle(lambda style, n: replace(style, underline=n & 3))),
    "ESC M": (1, _restyle(lambda style, n: replace(style, font=_font(n)))),
    "ESC {": (1, _restyle(lambda style, n: replace(style, upside_down=bool(n & 1)))),
    "ESC V": (1, _restyle(lambda style, n: replace(style, rotated=n & 3 != 0))),
    "GS !": (1, _restyle(_resized)),
    "GS B": (1, _restyle(lambda style, n: replace(style, invert=bool(n & 1)))),
    "ESC SP": (1, _right_space),
    "ESC t": (1, _code_page),
    "ESC R": (1, _country),
    "FS &": (0, _kanji),
    "FS .": (0, _no_kanji),
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
