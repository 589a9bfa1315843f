"""GS : and GS ^: a piece of the stream that is printed again on demand.

A macro stays until it is defined anew; ESC @ does not clear it, so that it can
hold one.  GS ^ while one is being defined throws it away.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hardware_sim.commands import Frame

MOST_BYTES: Final = 2048
"""What a macro holds; the rest of a longer definition is not stored."""
MOST_REPLAYED_BYTES: Final = 512 * 1024
"""One GS ^ replays no more than 255 times 2048 bytes; nor may many of them between
two cuts, or five bytes each could keep the printer busy for hours."""

_DEFINE, _EXECUTE, _CUTS = b"\x1d:", b"\x1d^", (b"\x1dV", b"\x1bi", b"\x1bm")


class Macro:
    """Stands between framing and execution."""

    def __init__(self) -> None:
        self._kept: list[Frame] = []
        self._bytes = 0
        self._defining = False
        self._budget = MOST_REPLAYED_BYTES

    def expand(self, frame: Frame) -> Iterator[Frame]:
        """The frames to execute for one that came."""
        if frame.name == _DEFINE:
            self._define()
        elif frame.name == _EXECUTE:
            yield from self._execute(frame.args[0])
        else:
            self._record(frame)
            yield frame

    def _define(self) -> None:
        if not self._defining:
            self._forget()
        self._defining = not self._defining

    def _forget(self) -> None:
        self._kept, self._bytes = [], 0

    def _record(self, frame: Frame) -> None:
        if frame.name in _CUTS:
            self._budget = MOST_REPLAYED_BYTES
        if not self._defining:
            return
        self._bytes += len(frame.raw)
        if self._bytes <= MOST_BYTES:
            self._kept.append(frame)

    def _execute(self, times: int) -> Iterator[Frame]:
        """``times`` r of GS ^ r t m; waits (t) and the feed button (m) are not played."""
        if self._defining:
            self._defining = False
            self._forget()
        for _ in range(times):
            for frame in self._kept:
                self._budget -= len(frame.raw)
                if self._budget < 0:
                    return
                yield frame
