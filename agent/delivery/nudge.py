"""Somebody's pulse waits for a place in a stream, and whether it has for long enough."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

PULSE_WAITS_S: Final = 0.1
"""For the end of a command: what comes that soon is at once for whoever pressed the key
(R. B. Miller, 1968), and a picture of 12 KB is through."""


class Nudge:
    """``moved`` is called when either changes."""

    def __init__(self, moved: Callable[[], None]) -> None:
        self.waits = False
        self.late = False
        """It has waited for the end of a command for long enough."""
        self._moved = moved
        self._late_soon: asyncio.TimerHandle | None = None

    def come(self) -> None:
        """One more waits."""
        if not self.waits:
            self.waits, self.late = True, False
            if self._late_soon is not None:
                self._late_soon.cancel()
            loop = asyncio.get_running_loop()
            self._late_soon = loop.call_later(PULSE_WAITS_S, self._grow_late)
        self._moved()

    def _grow_late(self) -> None:
        self.late = True
        self._moved()
