"""A QR symbol as SVG: the tables of ``qrcode``, the modules placed and drawn by us.

What is worth knowing (measured, ``python -m bench.qr``):

* The mask is fixed.  Trying all eight costs six times the drawing and changes
  nothing for a reader (scan trials: .50/.50/.49 and 1.00/1.00/1.00).
* The module's size decides whether a phone reads it, so the smallest version
  wins, at level L; the level is then raised while the version stays the same.
* Dark modules are drawn as runs, one stroke a run: a tenth of the text of one
  rectangle a module, and no seams.

The picture is in modules, four of them quiet all around (ISO/IEC 18004, 6.3.8).
Black on white whatever the page's colours: readers want reflectance contrast.
"""

from __future__ import annotations

import re
from typing import Final
from xml.sax.saxutils import escape

from qrcode.util import optimal_data_chunks

from agent.qr.placing import LEVELS, Rows, Segment, placed, smallest

QUIET: Final = 4
"""Modules of white on each side."""
MAX_URL_BYTES: Final = 1091
"""Of UTF-8: a version 23 at L, the largest read from a seven-inch screen."""
_RUN: Final = re.compile("1+")


def draw(url: str, *, title: str = "QR") -> str:
    """An ``<svg>`` element that a phone reads as ``url``.

    ``title`` is what a screen reader says instead of the pattern.

    Raises:
        ValueError: the address is empty or longer than ``MAX_URL_BYTES``.
    """
    return drawn(_rows(url), title=title)


def drawn(rows: Rows, *, title: str = "QR") -> str:
    """An ``<svg>`` element of modules that are placed already."""
    side = len(rows) + 2 * QUIET
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}"'
        ' role="img" shape-rendering="crispEdges">'
        f"<title>{escape(title)}</title>"
        f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/>'
        f'<path stroke="#000" d="{_runs(rows)}"/></svg>'
    )


def matrix(url: str) -> list[list[bool]]:
    """The modules, row by row, without the quiet zone; true is dark."""
    return [[cell == "1" for cell in row] for row in _rows(url)]


def _rows(url: str) -> Rows:
    if not 0 < len(url.encode()) <= MAX_URL_BYTES:
        raise ValueError(f"an address has 1 to {MAX_URL_BYTES} bytes")
    pieces = [Segment(each.mode, each.data) for each in optimal_data_chunks(url)]
    version = smallest(pieces, "L")
    if version is None:
        raise ValueError("no symbol holds it")
    # The strongest error correction that does not make the modules smaller.
    fitting = [each for each in LEVELS if smallest(pieces, each) == version]
    return placed(pieces, version, fitting[-1])


def _runs(rows: Rows) -> str:
    """Path data: ``M x y h n``, a horizontal stroke for each run of dark."""
    return "".join(
        f"M{run.start() + QUIET} {y}.5h{run.end() - run.start()}"
        for y, row in enumerate(rows, QUIET)
        for run in _RUN.finditer(row)
    )
