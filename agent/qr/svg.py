"""A QR symbol as SVG: the matrix by ``qrcode``, the drawing by us.

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

from typing import Final
from xml.sax.saxutils import escape

from qrcode.constants import (
    ERROR_CORRECT_H,
    ERROR_CORRECT_L,
    ERROR_CORRECT_M,
    ERROR_CORRECT_Q,
)
from qrcode.main import QRCode

QUIET: Final = 4
"""Modules of white on each side."""

MASK: Final = 3
MAX_URL_BYTES: Final = 1091
"""Of UTF-8: a version 23 at L, the largest read from a seven-inch screen."""

RISING: Final = (ERROR_CORRECT_M, ERROR_CORRECT_Q, ERROR_CORRECT_H)


def draw(url: str, *, title: str = "QR") -> str:
    """An ``<svg>`` element that a phone reads as ``url``.

    ``title`` is what a screen reader says instead of the pattern.

    Raises:
        ValueError: the address is empty or longer than ``MAX_URL_BYTES``.
    """
    rows = matrix(url)
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
    if not 0 < len(url.encode()) <= MAX_URL_BYTES:
        raise ValueError(f"an address has 1 to {MAX_URL_BYTES} bytes")
    code = QRCode(error_correction=ERROR_CORRECT_L, mask_pattern=MASK, border=0)
    code.add_data(url)
    version = code.best_fit()
    code.error_correction = _highest_level(code, version)
    code.version = version
    code.make(fit=False)
    modules: list[list[bool]] = code.get_matrix()
    return modules


def _highest_level(code: QRCode, version: int) -> int:
    """The strongest error correction that does not make the modules smaller."""
    best: int = ERROR_CORRECT_L
    for level in RISING:
        code.error_correction = level
        if code.best_fit() != version:
            break
        best = level
    return best


def _runs(rows: list[list[bool]]) -> str:
    """Path data: ``M x y h n``, a horizontal stroke for each run of dark."""
    out: list[str] = []
    for y, row in enumerate(rows, QUIET):
        start = -1
        for x, dark in enumerate([*row, False], QUIET):
            if dark and start < 0:
                start = x
            elif not dark and start >= 0:
                out.append(f"M{start} {y}.5h{x - start}")
                start = -1
    return "".join(out)
