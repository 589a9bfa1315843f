"""How often somebody may ask: a leaky bucket for each.  Sans-IO."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

MAX_KNOWN: Final = 256
"""Callers that are remembered; for one more, the one that has been quiet longest goes."""


class Rates:
    """``burst`` at once, ``per_s`` in the long run, for each caller by its name."""

    def __init__(self, per_s: float, burst: int) -> None:
        self._per_s = per_s
        self._burst = burst
        self._full: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def admits(self, caller: str, now_s: float) -> bool:
        """Count one; false when that is too many.  ``now_s``: monotonic."""
        level, at_s = self._full.get(caller, (0.0, now_s))
        level = max(0.0, level - (now_s - at_s) * self._per_s)
        fits = level + 1 <= self._burst
        self._full[caller] = (level + 1 if fits else level, now_s)
        self._full.move_to_end(caller)
        while len(self._full) > MAX_KNOWN:
            self._full.popitem(last=False)
        return fits
