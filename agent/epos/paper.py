"""The paper in an ePOS-Print document: feeds, cuts, rules and pages.

Handlers of :mod:`agent.epos.translate`.  Rules and cuts are heeded at the beginning of a
line only, so a line that is open is printed first.

Source: Epson, ePOS-Print XML User's Manual, "XML reference"; Epson ESC/POS Application
Programming Guide, GS V, GS ( Q, FS ( L and page mode.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from agent.epos.grammar import Order
from agent.epos.job import ESC, FS, GS, u16
from agent.epos.writing import Handler, Writing

_TO_STANDARD: Final = b"\x0c"
"""FF: print the page, and leave page mode."""
_HOW_TO_CUT: Final[Mapping[str, bytes]] = {
    "no_feed": GS + b"V\1",
    "feed": GS + b"V\x42\0",
    "reserve": GS + b"V\x62\0",
    "no_feed_fullcut": GS + b"V\0",
    "feed_fullcut": GS + b"V\x41\0",
    "reserve_fullcut": GS + b"V\x61\0",
}
_POSITIONS: Final[Mapping[str, bytes]] = {
    "peeling": FS + b"(L\2\0\x41\x30",
    "cutting": FS + b"(L\2\0\x42\x30",
    "current_tof": FS + b"(L\2\0\x43\x32",
    "next_tof": FS + b"(L\2\0\x43\x31",
}
"""FS ( L <Function 65> to <Function 67>; printers of receipts ignore them."""
_THICK: Final = (1, 2, 4, 3, 6, 12)
"""Dots of a rule, by style less one; the last three are double."""


def _feed(to: Writing, order: Order) -> None:
    given = order.given
    if "linespc" in given:
        to.job.measured(ESC + b"3" + bytes((order.number("linespc", 30),)))
    if "unit" in given:
        to.job.measured(b"")
        to.job.end_line(ESC + b"J" + bytes((order.number("unit", 0),)))
    if "line" in given:
        to.job.end_line(ESC + b"d" + bytes((order.number("line", 1),)))
    if "pos" in given and not to.on_page:
        to.job.at_line_start()
        to.job.order(_POSITIONS[order.word("pos", "")])
    if not given.keys() & {"unit", "line", "pos"}:
        to.job.end_line()


def _cut(to: Writing, order: Order) -> None:
    to.job.at_line_start()
    to.job.order(_HOW_TO_CUT[order.word("type", "feed")])


def _hline(to: Writing, order: Order) -> None:
    """GS ( Q <Function 50>; the paper moves on by the thickness of the line."""
    style = order.number("style", 1)
    ends = u16(order.number("x1", 0), order.number("x2", 0))
    to.job.at_line_start()
    to.job.measured(_ruled(50, ends + bytes((_THICK[style - 1], 1, style, 48))))


def _vline(to: Writing, order: Order) -> None:
    """GS ( Q <Function 51>: begin or end."""
    begins = order.name == "vline-begin"
    tail = bytes((int(begins), 1, order.number("style", 1), 48))
    to.job.at_line_start()
    to.job.measured(_ruled(51, u16(order.number("x", 0)) + tail))


def _ruled(fn: int, body: bytes) -> bytes:
    return GS + b"(Q" + u16(len(body) + 1) + bytes((fn,)) + body


# -- pages ----------------------------------------------------------------


def _page(to: Writing, order: Order) -> None:
    """ESC L .. FF; the paper before it is finished, the settings go on."""
    to.job.at_line_start()
    to.job.order(ESC + b"L")
    to.on_page = True
    for each in order.inside:
        to.obey(each)
    to.on_page = False
    to.job.end_line(_TO_STANDARD)


def _area(to: Writing, order: Order) -> None:
    sides = (order.number(name, 0) for name in ("x", "y", "width", "height"))
    to.job.measured(ESC + b"W" + u16(*sides))


def _direction(to: Writing, order: Order) -> None:
    to.job.order(ESC + b"T" + bytes((order.number("dir", 0),)))


def _position(to: Writing, order: Order) -> None:
    x, y = order.number("x", 0), order.number("y", 21)
    to.job.measured(ESC + b"$" + u16(x) + GS + b"$" + u16(y))


def _line(to: Writing, order: Order) -> None:
    """GS ( Q <Function 48> and <Function 49>."""
    corners = u16(*(order.number(name, 0) for name in ("x1", "y1", "x2", "y2")))
    tail = bytes((1, order.number("style", 1), 48))
    if order.name == "line":
        to.job.measured(_ruled(48, corners + tail))
    else:
        to.job.measured(_ruled(49, corners + tail + bytes((48, 1))))


HANDLERS: Final[Mapping[str, Handler]] = {
    "feed": _feed,
    "cut": _cut,
    "hline": _hline,
    "vline-begin": _vline,
    "vline-end": _vline,
    "page": _page,
    "area": _area,
    "direction": _direction,
    "position": _position,
    "line": _line,
    "rectangle": _line,
}
"""By element."""
