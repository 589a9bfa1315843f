"""Where things are printed, and how the paper moves: 3.3.4 to 3.3.6, 3.3.11, 3.16.

Source: Star, Line Mode Command Specifications, by the command's name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from agent.paper.strip import Buzz, Kick
from agent.star.lengths import MAX_TABS, little
from agent.star.roles import CUTS
from agent.star.settings import DEFAULT_SPACING, DOTS_PER_MM
from agent.star.state import Handler, State

NARROWEST_DOTS: Final = 36 * DOTS_PER_MM
"""Margins that leave less are ignored (ESC l, ESC Q)."""
_ALIGNMENTS: Final[Mapping[int, int]] = {
    byte: align for align in range(3) for byte in (align, align + 0x30)
}
_FIXED_PULSE_MS: Final = 200, 200
"""SUB and EM: device 2 is not set by ESC BEL."""


# -- lines ----------------------------------------------------------------


def _line_feed(state: State, _: bytes) -> None:
    state.release()
    state.end_line()


def _carriage_return(state: State, params: bytes) -> None:
    """CR is a line feed when a memory switch says so."""
    if state.printer.cr_feeds:
        _line_feed(state, params)


def _feed(state: State, dots: int) -> None:
    """Print the line, and move on by so much in all."""
    state.release()
    state.end_line(dots)


def _lines(state: State, params: bytes) -> None:
    """ESC a n."""
    if 1 <= params[0] <= 127:
        _feed(state, params[0] * state.now.spacing)


def _spacing(dots: int) -> Handler:
    def handler(state: State, _: bytes) -> None:
        state.now.spacing = dots

    return handler


def _four_mm(state: State, params: bytes) -> None:
    """ESC z 1."""
    if params[0] in {1, 0x31}:
        state.now.spacing = DEFAULT_SPACING


def _next_spacing(state: State, params: bytes) -> None:
    """ESC A n (dot impact: n/72 inch) waits for ESC 2."""
    state.now.next_spacing = round(params[0] * 203 / 72) or state.now.spacing


def _apply_spacing(state: State, _: bytes) -> None:
    state.now.spacing = state.now.next_spacing


# -- forms ----------------------------------------------------------------


def _form_length(state: State, params: bytes) -> None:
    """ESC C n lines, ESC C 0 n of 24 mm; the form begins here."""
    if params[0]:
        state.now.form = params[0] * state.now.spacing
    elif 1 <= params[1] <= 22:
        state.now.form = params[1] * 24 * DOTS_PER_MM
    state.roll.top = state.roll.length


def _form_feed(state: State, _: bytes) -> None:
    """FF: to the top of the next form, after printing what is pending."""
    state.flush()
    if state.sheet is None:
        at = state.roll.length - state.roll.top
        state.roll.feed(-at % state.now.form or state.now.form)
        state.roll.top = state.roll.length


def _vertical_tab(state: State, params: bytes) -> None:
    """VT: to the next stop, below the last one to the next form."""
    if not state.now.stops or state.sheet is not None:
        return
    state.flush()
    at = state.roll.length - state.roll.top
    below = next((stop for stop in state.now.stops if stop > at), None)
    if below is None:
        _form_feed(state, params)
    else:
        state.roll.feed(below - at)


def _vertical_stops(state: State, params: bytes) -> None:
    state.now.stops = _rising(params, state.now.spacing)


# -- along the line -------------------------------------------------------


def _rising(params: bytes, unit: int) -> tuple[int, ...]:
    """Stops as long as they rise, 16 at most."""
    stops: list[int] = []
    for byte in params[:MAX_TABS]:
        if byte == 0 or (stops and byte * unit <= stops[-1]):
            break
        stops.append(byte * unit)
    return tuple(stops)


def _tab(state: State, _: bytes) -> None:
    state.release()
    state.tab()


def _stops(state: State, params: bytes) -> None:
    state.now.tabs = _rising(params, state.pitch)


def _left_margin(state: State, params: bytes) -> None:
    left = params[0] * state.pitch
    end = state.now.width or state.printer.width_dots
    if end - left >= NARROWEST_DOTS and state.at_top_of_line:
        state.now.left = left


def _right_margin(state: State, params: bytes) -> None:
    """ESC Q n: where the print region ends, from the left edge."""
    width = params[0] * state.pitch
    if width - state.now.left >= NARROWEST_DOTS and state.at_top_of_line:
        state.now.width = width


def _absolute(state: State, params: bytes) -> None:
    state.release()
    state.move_to(little(params, 0))


def _relative(state: State, params: bytes) -> None:
    """From 32768 on, to the left."""
    state.release()
    by = int.from_bytes(params[:2], "little", signed=True)
    state.move_to(state.x + by)


def _align(state: State, params: bytes) -> None:
    state.now.align = _ALIGNMENTS.get(params[0], state.now.align)


# -- machine --------------------------------------------------------------


def _cut(state: State, params: bytes) -> None:
    if params[0] in CUTS:
        state.cut(CUTS[params[0]])


def _pulse_width(state: State, params: bytes) -> None:
    """ESC BEL n1 n2: ten milliseconds each, for device 1."""
    if 1 <= params[0] <= 127 and 1 <= params[1] <= 127:
        state.pulse_ms = 10 * params[0], 10 * params[1]


def kick(state: State, connector: int) -> None:
    """The pulse on a connector."""
    on_ms, off_ms = state.pulse_ms if connector == 0 else _FIXED_PULSE_MS
    state.roll.add(Kick(connector, on_ms, off_ms))


def _kick(connector: int) -> Handler:
    return lambda state, _: kick(state, connector)


def buzz(state: State, _: bytes) -> None:
    state.roll.add(Buzz())


# -- page mode ------------------------------------------------------------


def _page(state: State, params: bytes) -> None:
    """ESC GS P fn: 2 and 3 are kept for the page that comes, also outside of one."""
    fn, body = params[0] - 0x30, params[1:]
    match fn:
        case 0 if state.sheet is None and state.at_top_of_line:
            state.enter_page()
        case 1:
            state.leave_page()
        case 6:
            state.print_page()
        case 7:
            state.print_page()
            state.leave_page()
        case 8:
            state.cancel_page()
        case _:
            _region(state, fn, body)


def _region(state: State, fn: int, body: bytes) -> None:
    sheet = state.sheet
    if fn == 2 and body[0] in {0, 1, 2, 3, 0x30, 0x31, 0x32, 0x33}:
        state.lift_to(-1)
        state.page_direction = body[0] & 3
        if sheet is not None:
            sheet.turn_to(state.page_direction)
    elif fn == 3:
        state.lift_to(-1)
        state.page_area = (
            *(little(body, 0), little(body, 2)),
            *(little(body, 4), little(body, 6)),
        )
        if sheet is not None:
            sheet.set_area(state.page_area)
            state.move_to(0)
    elif fn == 4:
        state.lift_to(little(body, 0))
    elif fn == 5 and sheet is not None:
        state.lift_to(sheet.y + int.from_bytes(body[:2], "little", signed=True))


# Mnemonic: the fewest parameter bytes it makes sense with, and its handler.
HANDLERS: Final[Mapping[str, tuple[int, Handler]]] = {
    "ESC @": (0, lambda state, _: state.reset()),
    "CAN": (0, lambda state, _: state.cancel()),
    "LF": (0, _line_feed),
    "CR": (0, _carriage_return),
    "FF": (0, _form_feed),
    "VT": (0, _vertical_tab),
    "HT": (0, _tab),
    "ESC a": (1, _lines),
    "ESC J": (1, lambda state, params: _feed(state, 2 * params[0])),
    "ESC I": (1, lambda state, params: _feed(state, params[0])),
    "ESC z": (1, _four_mm),
    "ESC 0": (0, _spacing(3 * DOTS_PER_MM)),
    "ESC 1": (0, _spacing(round(203 * 7 / 72))),  # dot impact: 7/72 inch
    "ESC A": (1, _next_spacing),
    "ESC 2": (0, _apply_spacing),
    "ESC C": (1, _form_length),
    "ESC B": (1, _vertical_stops),
    "ESC D": (1, _stops),
    "ESC l": (1, _left_margin),
    "ESC Q": (1, _right_margin),
    "ESC GS A": (2, _absolute),
    "ESC GS R": (2, _relative),
    "ESC GS a": (1, _align),
    "ESC d": (1, _cut),
    "ESC BEL": (2, _pulse_width),
    "BEL": (0, _kick(0)),
    "FS": (0, _kick(0)),
    "SUB": (0, _kick(1)),
    "EM": (0, _kick(1)),
    "ESC GS BEL": (3, buzz),
    "ESC GS EM DC2": (3, buzz),
    "ESC GS P": (1, _page),
}
