"""Commands about places: lines, feeds, margins, tabs, page mode, cuts, questions."""

from __future__ import annotations

from typing import Final

from hardware_sim import ruled
from hardware_sim.effects import Ask, Cut, Pulse
from hardware_sim.head import DEFAULT_SPACING_DOTS
from hardware_sim.mechanism import Mechanism
from hardware_sim.orders import Act, head, i16, u16
from hardware_sim.orders_ink import begin_paper, end_paper

DPI: Final = 203
_PARTIAL_CUTS: Final = frozenset({1, 49, 66, 98, 104})
_MOST_BACK_UNITS: Final = 48
"""ESC K feeds back no further; more is ignored."""
_MOST_BACK_LINES: Final = 2
"""The same of ESC e."""


def _tabs(printer: Mechanism, args: bytes) -> None:
    """ESC D n1..nk NUL: columns of the current character width; none at all for NUL."""
    wide = printer.head.style.char_dots
    printer.head.tabs_dots = tuple(n * wide for n in args.rstrip(b"\0"))


def _units(printer: Mechanism, args: bytes) -> None:
    """GS P x y: motion units are 1/x and 1/y inch; 0 is the default."""
    printer.head.unit_x_dots = DPI / args[0] if args[0] else 1.0
    printer.head.unit_y_dots = DPI / args[1] if args[1] else 1.0


def _move(printer: Mechanism, units: int, *, relative: bool) -> None:
    """ESC $ and ESC backslash, in motion units; outside of the line they are ignored."""
    it = printer.head
    surface = it.surface
    target = round(units * it.across_dots) + (surface.x if relative else 0)
    if 0 <= target <= surface.room_dots:
        surface.x = target


def _move_down(printer: Mechanism, units: int, *, relative: bool) -> None:
    """GS $ and GS backslash: page mode only."""
    it = printer.head
    if it.in_page:
        page = it.page
        target = round(units * it.down_dots) + (page.y if relative else 0)
        page.move(page.x, target)


def _at_start(printer: Mechanism) -> bool:
    return printer.head.line.at_start


def _justify(printer: Mechanism, args: bytes) -> None:
    """ESC a n: at the beginning of a line only."""
    if _at_start(printer) and args[0] % 48 <= 2:
        printer.head.line.justify = args[0] % 48


def _left_margin(printer: Mechanism, args: bytes) -> None:
    """GS L: at the beginning of a line only."""
    if _at_start(printer):
        printer.head.line.left_dots = round(u16(args) * printer.head.unit_x_dots)


def _line_width(printer: Mechanism, args: bytes) -> None:
    """GS W: at the beginning of a line only."""
    if _at_start(printer):
        printer.head.line.area_dots = round(u16(args) * printer.head.unit_x_dots)


def _to_line_start(printer: Mechanism, args: bytes) -> None:
    """GS T n: 0 erases the line buffer, 1 prints it."""
    it = printer.head
    if it.in_page:
        return
    if args[0] % 48 == 1:
        it.finish_line()
    it.line.clear()


def _line_feed(printer: Mechanism, _: bytes) -> None:
    begin_paper(printer)
    printer.head.flush()


def _draw_back(printer: Mechanism, dots: float, *, allowed: bool) -> None:
    """ESC K, ESC e: what is out of range only prints the buffer."""
    if allowed or not printer.head.in_page:
        printer.head.draw_back(dots if allowed else 0)


def _area(printer: Mechanism, args: bytes) -> None:
    """ESC W xL xH yL yH dxL dxH dyL dyH: along and down the paper, however it is read."""
    it = printer.head
    x, wide = (round(u16(args, at) * it.unit_x_dots) for at in (0, 4))
    y, deep = (round(u16(args, at) * it.unit_y_dots) for at in (2, 6))
    it.page.choose_area(x, y, wide, deep)


def _page_depth(printer: Mechanism, args: bytes) -> None:
    """GS ( P pL pH 48 wL wH hL hH xL xH n: the height is what can be chosen."""
    if args[2:3] == b"0" and len(args) >= 7 and u16(args, 5):
        it = printer.head
        it.page.choose_depth(round(u16(args, 5) * it.unit_y_dots))


def _direction(printer: Mechanism, args: bytes) -> None:
    """ESC T n."""
    if args[0] % 48 <= 3:
        printer.head.page.choose_direction(args[0] % 48)


def _form_feed(printer: Mechanism, _: bytes) -> None:
    """FF: in page mode prints the page and leaves; on a roll it ends the job."""
    it = printer.head
    if it.in_page:
        begin_paper(printer)
        it.print_page()
        it.leave_page()
    else:
        it.finish_line()


def _print_page(printer: Mechanism, _: bytes) -> None:
    """ESC FF: prints, and keeps the page as it is."""
    if printer.head.in_page:
        begin_paper(printer)
        printer.head.print_page()


def _cancel(printer: Mechanism, _: bytes) -> None:
    """CAN: page mode only."""
    if printer.head.in_page:
        printer.head.page.cancel()


def _cut(printer: Mechanism, args: bytes) -> Cut:
    """GS V m [n]: with n, that many vertical units are fed first."""
    it = printer.head
    it.finish_line()
    end_paper(printer)
    if len(args) > 1 and not it.in_page:
        it.feed(args[1] * it.unit_y_dots)
    return Cut(partial=args[0] in _PARTIAL_CUTS)


def _pulse(_: Mechanism, args: bytes) -> Pulse:
    """ESC p m t1 t2: on for t1 times 2 ms."""
    return Pulse(pin=5 if args[0] % 48 else 2, on_ms=args[1] * 2)


def _ask(name: bytes) -> Act:
    return lambda _, args: Ask(name, args)


ACTS: Final[dict[bytes, Act]] = {
    b"\n": _line_feed,
    b"\t": lambda p, _: p.head.tab(),
    b"\x0c": _form_feed,
    b"\x18": _cancel,
    b"\x1b\x0c": _print_page,
    b"\x1b@": lambda p, _: p.initialize(),
    b"\x1b=": head("selected", lambda _, a: bool(a[0] & 1)),
    b"\x1b2": head("spacing_dots", lambda _, a: DEFAULT_SPACING_DOTS),  # noqa: ARG005 -- one shape for all
    b"\x1b3": head("spacing_dots", lambda p, a: round(a[0] * p.head.down_dots)),
    b"\x1bJ": lambda p, a: p.head.feed(a[0] * p.head.down_dots),
    b"\x1bd": lambda p, a: p.head.feed(a[0] * p.head.spacing_dots),
    b"\x1bK": lambda p, a: _draw_back(
        p, a[0] * p.head.down_dots, allowed=a[0] <= _MOST_BACK_UNITS
    ),
    b"\x1be": lambda p, a: _draw_back(
        p, a[0] * p.head.spacing_dots, allowed=a[0] <= _MOST_BACK_LINES
    ),
    b"\x1ba": _justify,
    b"\x1bD": _tabs,
    b"\x1b$": lambda p, a: _move(p, u16(a), relative=False),
    b"\x1b\\": lambda p, a: _move(p, i16(a), relative=True),
    b"\x1dL": _left_margin,
    b"\x1dW": _line_width,
    b"\x1dP": _units,
    b"\x1dT": _to_line_start,
    # Page mode
    b"\x1bL": lambda p, _: p.head.enter_page(),
    b"\x1bS": lambda p, _: p.head.leave_page(),
    b"\x1bW": _area,
    b"\x1bT": _direction,
    b"\x1d$": lambda p, a: _move_down(p, u16(a), relative=False),
    b"\x1d\\": lambda p, a: _move_down(p, i16(a), relative=True),
    b"\x1d(P": _page_depth,
    b"\x1d(Q": ruled.draw,
    # What isn't ink
    b"\x1dV": _cut,
    b"\x1bi": lambda p, _: _cut(p, b"\x01"),
    b"\x1bm": lambda p, _: _cut(p, b"\x01"),
    b"\x1bp": _pulse,
    b"\x1dr": _ask(b"GS r"),
    b"\x1dI": _ask(b"GS I"),
    b"\x1da": _ask(b"GS a"),
    b"\x1d(H": _ask(b"GS ( H"),
    b"\x1bv": _ask(b"ESC v"),
    b"\x1bu": _ask(b"ESC u"),
}
