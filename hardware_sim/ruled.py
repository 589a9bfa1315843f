"""Ruled lines and boxes: GS ( Q.

A line of two dots and more grows down and to the right, or up and to the left
when it is drawn backwards (Epson ESC/POS, GS ( Q, function 48).
"""

from __future__ import annotations

from typing import Final, NamedTuple

from PIL import Image, ImageDraw

from hardware_sim import blocks
from hardware_sim.mechanism import Mechanism
from hardware_sim.orders import u16

_WIDTHS: Final = {1: (1, 0), 2: (2, 0), 3: (3, 0), 4: (1, 1), 5: (2, 2), 6: (3, 3)}
"""Line type to dots of a stroke, and of the gap before its twin (4-6 are double)."""


class _Box(NamedTuple):
    """Two corners in dots, as they were sent."""

    x1: int
    y1: int
    x2: int
    y2: int


def draw(printer: Mechanism, args: bytes) -> None:
    """GS ( Q pL pH fn ...: 48 a line, 49 a box (page mode); 50 a line (standard)."""
    function, in_page = args[2:3], printer.head.in_page
    if function == b"0" and in_page and len(args) >= 13:
        _line(printer, _corners(printer, args), _WIDTHS.get(args[12], (1, 0)))
    elif function == b"1" and in_page and len(args) >= 13:
        _rectangle(printer, _corners(printer, args), _WIDTHS.get(args[12], (1, 0)))
    elif function == b"2" and not in_page and len(args) >= 10:
        _across(printer, args)
    elif function == b"3":
        printer.complain("vertical lines of standard mode are not drawn")


def _corners(printer: Mechanism, args: bytes) -> _Box:
    """x1 y1 x2 y2, from where reading starts in the printing area; 5 bytes in."""
    it = printer.head
    x1, x2 = (round(u16(args, at) * it.across_dots) for at in (3, 7))
    y1, y2 = (round(u16(args, at) * it.down_dots) for at in (5, 9))
    return _Box(x1, y1, x2, y2)


def _line(printer: Mechanism, box: _Box, width: tuple[int, int]) -> None:
    stroke, gap = width
    _stroke(printer, box, stroke, 0)
    if gap:
        _stroke(printer, box, stroke, stroke + gap)


def _stroke(printer: Mechanism, box: _Box, stroke: int, aside: int) -> None:
    """One stroke, moved ``aside`` the way it grows."""
    page = printer.head.page
    left, right = sorted((box.x1, box.x2))
    top, foot = sorted((box.y1, box.y2))
    if box.y1 == box.y2:
        grows = aside if box.x1 <= box.x2 else 1 - stroke - aside
        ink = Image.new("L", (_within(right - left + 1), stroke), 255)
        page.stamp(ink, left, top + grows)
    elif box.x1 == box.x2:
        grows = aside if box.y1 <= box.y2 else 1 - stroke - aside
        ink = Image.new("L", (stroke, _within(foot - top + 1)), 255)
        page.stamp(ink, left + grows, top)
    else:
        _slanted(printer, box, stroke, aside)


def _slanted(printer: Mechanism, box: _Box, stroke: int, aside: int) -> None:
    page = printer.head.page
    size = (page.room_dots, page.depth_dots)
    ink = Image.new("L", size, 0)
    ends = (box.x1, box.y1 + aside, box.x2, box.y2 + aside)
    ImageDraw.Draw(ink).line(ends, fill=255, width=stroke)
    page.stamp(ink, 0, 0)


def _within(dots: int) -> int:
    """No line is longer than the page memory (65535 motion units might be)."""
    return min(dots, 2400)


def _rectangle(printer: Mechanism, box: _Box, width: tuple[int, int]) -> None:
    """Four lines that grow inwards."""
    left, right = sorted((box.x1, box.x2))
    top, foot = sorted((box.y1, box.y2))
    for line in (
        _Box(left, top, right, top),
        _Box(left, top, left, foot),
        _Box(right, foot, left, foot),
        _Box(right, foot, right, top),
    ):
        _line(printer, line, width)


def _across(printer: Mechanism, args: bytes) -> None:
    """50: x1 x2 n c m1 m2: a line of its own, then n vertical motion units in all."""
    it = printer.head
    x1, x2 = sorted(round(u16(args, at) * it.unit_x_dots) for at in (3, 5))
    stroke, gap = _WIDTHS.get(args[9], (1, 0))
    tall = 2 * stroke + gap if gap else stroke
    image = Image.new("L", (it.width_dots, tall), 0)
    image.paste(255, (x1, 0, x2 + 1, stroke))
    if gap:
        image.paste(255, (x1, stroke + gap, x2 + 1, tall))
    blocks.rule(it, image, max(0, round(args[7] * it.unit_y_dots) - tall))
