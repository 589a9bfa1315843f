"""Ruled lines and boxes: GS ( Q.

On a page they lie anywhere in its area; on the roll a line runs across at once,
or down beside all that is printed until it is ended.

Source: Epson ESC/POS Application Programming Guide, GS ( Q fn 48 to 51.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from agent.escpos.state import Handler, State
from agent.paper.strip import Box

_THICK: Final = (1, 2, 4)
"""Dots of a thin, a medium and a thick line (styles 1 to 3; 4 to 6 are double)."""


def _u16(body: bytes, at: int) -> int:
    return int.from_bytes(body[at : at + 2], "little")


def _stroke(style: int) -> tuple[int, bool]:
    """How thick a line of this style is in all, and whether it is double."""
    if not 1 <= style <= 6:
        return 0, False
    thick = _THICK[(style - 1) % 3]
    return (thick * 3, True) if style > 3 else (thick, False)


def _bar(width: int, height: int, style: int, x: int = 0) -> Box:
    """A line as a box: filled, or hollow, which is two lines."""
    double = _stroke(style)[1]
    return Box(x, width, height, _THICK[(style - 1) % 3] if double else 0)


def _corners(state: State, body: bytes) -> tuple[int, int, int, int]:
    """Left, top, width and height in dots of the reading direction."""
    x1, x2 = (state.dots_along(_u16(body, at)) for at in (0, 4))
    y1, y2 = (state.dots_across(_u16(body, at)) for at in (2, 6))
    return min(x1, x2), min(y1, y2), abs(x2 - x1), abs(y2 - y1)


def _page_line(state: State, body: bytes) -> None:
    """Fn 48: x1 y1 x2 y2 c style d; along or across, a slanting one is refused.

    It is thickened downwards or to the right; when it is drawn backwards, upwards or to
    the left.
    """
    x, y, width, height = _corners(state, body)
    thick = _stroke(body[9])[0]
    if not thick or (width and height):
        state.unread += len(body)
        return
    if _u16(body, 0) > _u16(body, 4):
        y -= thick - 1
    elif _u16(body, 2) > _u16(body, 6):
        x -= thick - 1
    width, height = max(width, thick), max(height, thick)
    _lay(state, x, y, _bar(width, height, body[9]))


def _page_box(state: State, body: bytes) -> None:
    """Fn 49: x1 y1 x2 y2 c style d ..; a double one is two boxes."""
    x, y, width, height = _corners(state, body)
    thick, double = _stroke(body[9])
    if not thick:
        return
    line = thick // 3 if double else thick
    _lay(state, x, y, Box(0, max(width, line), max(height, line), line))
    inset = 2 * line
    if double and width > 2 * inset and height > 2 * inset:
        inner = Box(0, width - 2 * inset, height - 2 * inset, line)
        _lay(state, x + inset, y + inset, inner)


def _lay(state: State, x: int, y: int, box: Box) -> None:
    sheet = state.roll.sheet
    state.settle()
    if sheet is not None and state.roll.afford(box):
        sheet.put_at(x, y, (box.width, box.height), box)


def _across(state: State, body: bytes) -> None:
    """Fn 50: x1 x2 n c style d; the line, then n units of paper in all."""
    left, right = sorted(state.dots_x(_u16(body, at)) for at in (0, 2))
    feed, style = state.dots_y(body[4]), body[6]
    thick = _stroke(style)[0]
    if state.roll.sheet is not None or not thick or right <= left:
        return
    state.flush()
    right = min(right, state.printer.width_dots)
    state.roll.add(_bar(max(1, right - left), thick, style, left))
    state.roll.feed(max(0, feed - thick))


def _down(state: State, body: bytes) -> None:
    """Fn 51: x a c style d; a of 1 begins the line, 0 ends it."""
    x, thick = state.dots_x(_u16(body, 0)), _stroke(body[4])[0]
    if state.roll.sheet is None and x < state.printer.width_dots:
        state.flush()
        state.roll.rule(x, thick or 1 if body[2] & 1 else None)


FUNCTIONS: Final[Mapping[int, tuple[int, Handler, bool]]] = {
    48: (11, _page_line, True),
    49: (11, _page_box, True),
    50: (8, _across, False),
    51: (6, _down, False),
}
"""Function number: how many bytes it needs after fn, what it does, and whether on a
page."""


def rule(state: State, params: bytes) -> None:
    """GS ( Q: pL pH fn ..; each function is for page or for standard mode."""
    needs, handler, on_page = FUNCTIONS.get(params[2], (0, None, False))
    body = params[3:]
    here = on_page == (state.roll.sheet is not None)
    if handler is not None and here and len(body) >= needs:
        handler(state, body)


HANDLERS: Final[Mapping[str, tuple[int, Handler]]] = {"GS ( Q": (3, rule)}
"""Mnemonic: the fewest parameter bytes it makes sense with, and its handler."""
