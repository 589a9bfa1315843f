"""Raster mode's image buffer: rows of dots between ESC * r A and ESC * r B.

Rows wait in the buffer until a mode is executed (ESC FF NUL, ESC FF EOT, or the end of the
session); then they are printed, and cut as that mode says.

Source: Star, Line Mode Command Specifications, 3.4 (Raster Graphics).
"""

from __future__ import annotations

from typing import Final

from agent.paper.strip import Picture
from agent.star.roles import DEFAULT_MODE, MODES, CutKind

MAX_ROWS: Final = 64_000
"""ESC * r P: the longest page, 8 m."""
BLANK_ROWS: Final = 240
"""30 mm of nothing between two prints are a feed, not a picture."""


class RasterBuffer:
    """One printer's buffer and the modes that empty it."""

    def __init__(self) -> None:
        self.on = False
        """Between ESC * r A, which is ignored then, and ESC * r B."""
        self.left = 0
        """Bytes (ESC * r m l)."""
        self.right = 0
        self._modes = {"E": DEFAULT_MODE, "F": DEFAULT_MODE}
        self._rows: list[bytes] = []
        self._kept = b""
        """``k``: what the next row is printed over."""

    def reset(self) -> None:
        """ESC * r R, and entering raster mode."""
        self.left = self.right = 0
        self._modes = {"E": DEFAULT_MODE, "F": DEFAULT_MODE}
        self.clear()

    def clear(self) -> None:
        """ESC * r C."""
        self._rows, self._kept = [], b""

    def set_mode(self, which: str, number: int) -> None:
        """ESC * r E n, ESC * r F n."""
        self._modes[which] = number if number in MODES else DEFAULT_MODE

    def cut(self, which: str) -> CutKind:
        """What executing a mode cuts.  A mode is not executed on an empty buffer."""
        return MODES[self._modes[which]] if self._rows or self._kept else ""

    @property
    def room(self) -> int:
        """Rows that still fit."""
        return MAX_ROWS - len(self._rows)

    def row(self, data: bytes) -> None:
        """``b``: a row, over what ``k`` left, and on to the next."""
        if self.room > 0:
            self._rows.append(_over(self._kept, data))
        self._kept = b""

    def keep(self, data: bytes) -> None:
        """``k``: a row that stays where it is."""
        self._kept = _over(self._kept, data)

    def move(self, dots: int) -> None:
        """ESC * r Y n; what ``k`` left stays on its row."""
        dots = min(dots, self.room)
        if dots > 0:
            self._rows.append(self._kept)
            self._rows += [b""] * (dots - 1)
            self._kept = b""

    def printed(self, width_dots: int) -> list[Picture | int]:
        """All rows as pictures, and as numbers the dots between that are bare paper."""
        if self._kept:
            self.row(b"")
        room = max(width_dots // 8 - self.left - self.right, 0)
        rows = [row[:room].rstrip(b"\0") for row in self._rows]
        self.clear()
        found: list[Picture | int] = []
        start = 0
        while start < len(rows):
            end, blank = _until_gap(rows, start)
            if end > start:
                found.append(_picture(rows[start:end]))
            if blank:
                found.append(blank)
            start = end + blank
        return found


def _over(under: bytes, data: bytes) -> bytes:
    if not under:
        return data
    size = max(len(under), len(data))
    below, above = under.ljust(size, b"\0"), data.ljust(size, b"\0")
    return bytes(a | b for a, b in zip(below, above, strict=True))


def _until_gap(rows: list[bytes], start: int) -> tuple[int, int]:
    """Where the rows from ``start`` on end, and how much bare paper follows."""
    end = start
    while end < len(rows):
        blank = 0
        while end + blank < len(rows) and not rows[end + blank]:
            blank += 1
        if blank >= BLANK_ROWS or end + blank == len(rows):
            return end, blank
        end += blank + 1
    return end, 0


def _picture(rows: list[bytes]) -> Picture:
    size = max(map(len, rows), default=0)
    bits = b"".join(row.ljust(size, b"\0") for row in rows)
    return Picture(size * 8, len(rows), bits)
