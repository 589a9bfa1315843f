"""The paper: feeds, cuts, and page mode.

Handlers of the commands that print the pending line or move the paper.

Source: Epson ESC/POS Application Programming Guide; the mnemonic is the clause.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from agent.escpos.logos import foot
from agent.escpos.settings import DEFAULT_SPACING
from agent.escpos.state import Handler, State
from agent.paper.strip import Cut

MAX_BACK_UNITS: Final = 48
MAX_BACK_LINES: Final = 2
_FULL: Final = frozenset({0, 48, 65, 97, 103})
"""The m of a cut that leaves nothing standing."""


def _u16(params: bytes, at: int = 0) -> int:
    return int.from_bytes(params[at : at + 2], "little")


# -- paper ----------------------------------------------------------------


def _line_feed(state: State, _params: bytes) -> None:
    state.end_line()


def _default_spacing(state: State, _params: bytes) -> None:
    state.now.spacing = DEFAULT_SPACING


def _spacing(state: State, params: bytes) -> None:
    state.now.spacing = state.dots_across(params[0])


def _feed_dots(state: State, params: bytes) -> None:
    """ESC J."""
    state.end_line(state.dots_across(params[0]))


def _feed_back(state: State, params: bytes) -> None:
    """ESC K: prints the line, then n units of paper back; more than 48 are none."""
    units = params[0] if params[0] <= MAX_BACK_UNITS else 0
    _back(state, state.dots_across(units))


def _lines_back(state: State, params: bytes) -> None:
    """ESC e: prints the line, then n lines of paper back; more than 2 are none."""
    lines = params[0] if params[0] <= MAX_BACK_LINES else 0
    _back(state, state.now.spacing * lines)


def _back(state: State, dots: int) -> None:
    """On a page the pen goes up; on the roll the paper goes down."""
    if state.roll.sheet is not None:
        state.end_line(-dots)
        return
    state.end_line(0)
    state.roll.feed(-dots)


def _feed_lines(state: State, params: bytes) -> None:
    """ESC d: prints the line, then n lines of paper in all."""
    state.end_line(state.now.spacing * params[0])


def _cut(state: State, params: bytes) -> None:
    """GS V: with m above 49, after a feed of n units."""
    feed = state.dots_y(params[1]) if len(params) > 1 else 0
    _cut_off(state, feed, full=params[0] in _FULL)


def _cut_by_function(state: State, params: bytes) -> None:
    """GS ( V: pL pH fn m n; fn 48 at once, 49 and 51 after a feed of n units."""
    feed = state.dots_y(params[4]) if params[2] != 48 and len(params) > 4 else 0
    _cut_off(state, feed, full=params[3] in _FULL)


def _partial_cut(state: State, _params: bytes) -> None:
    """ESC i, ESC m: one or three points of paper are left."""
    _cut_off(state, 0, full=False)


def _cut_off(state: State, feed: int, *, full: bool) -> None:
    state.flush()
    foot(state)
    if feed:
        state.roll.feed(feed)
    state.roll.add(Cut(full=full))


def _reset(state: State, _params: bytes) -> None:
    """ESC @: leaves page mode as well; what the page holds is lost."""
    _leave_page(state)
    state.reset()


def _select(state: State, params: bytes) -> None:
    """ESC =: 2 speaks to the customer display alone, until the next ESC =."""
    state.selected = params[0] & 3 != 2


# -- page mode ------------------------------------------------------------


def _open_page(state: State, _params: bytes) -> None:
    """ESC L: only at the beginning of a line, which is made one here."""
    if state.roll.sheet is None:
        state.flush()
        state.now.change_mode()
        area = state.page_area
        state.roll.open_sheet(state.page_direction, state.page_height, area)


def _standard_mode(state: State, _params: bytes) -> None:
    """ESC S: what the page still holds is not printed."""
    _leave_page(state)


def _leave_page(state: State) -> None:
    """Back to the roll, at the beginning of a line; ESC W is forgotten."""
    state.settle()
    if state.roll.sheet is not None:
        state.now.change_mode()
        state.page_area = None
    state.roll.close_sheet()
    state.flush()


def _print_page(state: State, _params: bytes) -> None:
    """ESC FF: print, and keep the page."""
    state.flush()
    state.roll.print_sheet()


def _form_feed(state: State, _params: bytes) -> None:
    """FF: print the page and leave page mode; in standard mode, end the line."""
    state.flush()
    state.roll.print_sheet()
    _leave_page(state)


def _cancel(state: State, _params: bytes) -> None:
    """CAN: only in page mode."""
    state.settle()
    state.roll.clear_sheet()


def _page_area(state: State, params: bytes) -> None:
    """ESC W: x y dx dy; reading starts at the area's corner.  dx or dy of 0: refused.

    In standard mode it is kept for the next page, as in the TM-T88 family.
    """
    x, y = state.dots_x(_u16(params, 0)), state.dots_y(_u16(params, 2))
    wide, high = state.dots_x(_u16(params, 4)), state.dots_y(_u16(params, 6))
    if not wide or not high:
        return
    if state.roll.sheet is None:
        state.page_area = x, y, wide, high
        return
    state.settle()
    state.roll.sheet.set_area(x, y, wide, high)
    state.to_line_start()


def _page_size(state: State, params: bytes) -> None:
    """GS ( P fn 48: pL pH fn wx wx wy wy ..; how long a page is, for the next ESC L."""
    height = state.dots_y(_u16(params, 5))
    if params[2] == 48 and state.roll.sheet is None and height:
        state.page_height = height


def _direction(state: State, params: bytes) -> None:
    """ESC T: 0 to the right, 1 up, 2 to the left, 3 down; kept for later pages."""
    if params[0] & 0x0F > 3:
        return
    state.page_direction = params[0] & 3
    if state.roll.sheet is not None:
        state.settle()
        state.roll.sheet.turn_to(state.page_direction)
        state.to_line_start()


def _vertical(state: State, params: bytes) -> None:
    """GS $: only in page mode, and only within the area."""
    if state.roll.sheet is not None:
        state.lift_to(state.dots_across(_u16(params)))


def _vertical_by(state: State, params: bytes) -> None:
    r"""GS \: signed, only in page mode."""
    if state.roll.sheet is not None:
        units = int.from_bytes(params[:2], "little", signed=True)
        down = state.dots_across(abs(units))
        state.lift_to(state.roll.sheet.y + (down if units > 0 else -down))


# Mnemonic: the fewest parameter bytes it makes sense with, and its handler.
HANDLERS: Final[Mapping[str, tuple[int, Handler]]] = {
    "LF": (0, _line_feed),
    "ESC 2": (0, _default_spacing),
    "ESC 3": (1, _spacing),
    "ESC J": (1, _feed_dots),
    "ESC d": (1, _feed_lines),
    "ESC K": (1, _feed_back),
    "ESC e": (1, _lines_back),
    "GS V": (1, _cut),
    "GS ( V": (4, _cut_by_function),
    "ESC i": (0, _partial_cut),
    "ESC m": (0, _partial_cut),
    "ESC @": (0, _reset),
    "ESC =": (1, _select),
    "ESC L": (0, _open_page),
    "ESC S": (0, _standard_mode),
    "ESC FF": (0, _print_page),
    "FF": (0, _form_feed),
    "CAN": (0, _cancel),
    "ESC W": (8, _page_area),
    "GS ( P": (7, _page_size),
    "ESC T": (1, _direction),
    "GS $": (2, _vertical),
    "GS \\": (2, _vertical_by),
}
