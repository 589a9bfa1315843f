"""A printer that takes no more bytes of a job, on a line that stands: wait, and say so.

Mostly it has no paper and a full buffer; it cannot be asked, for the question would lie
behind the bytes.  When somebody puts in a roll it goes on where it stopped: to hang up
and begin again would print the beginning twice.  One that was switched off breaks the
line, or its host notices; then the job is printed again, whole.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

STEPS: Final = 4
"""Looks within the time after which it is said."""


@dataclass(frozen=True, slots=True)
class Patience:
    """``hold_s``: how long it is waited for; ``late``: it is to be said that it stands."""

    hold_s: float
    late: Callable[[], None]


class Watch:
    """Calls ``late`` whenever ``progress`` has not changed for ``after_s`` seconds."""

    def __init__(
        self, progress: Callable[[], int], after_s: float, late: Callable[[], None]
    ) -> None:
        self._progress = progress
        self._after_s = after_s
        self._late = late
        self._loop = asyncio.get_running_loop()
        self._seen, self._since = progress(), self._loop.time()
        self._told = False
        self._timer = self._next()

    def stop(self) -> None:
        """Look no more."""
        self._timer.cancel()

    def _next(self) -> asyncio.TimerHandle:
        return self._loop.call_later(self._after_s / STEPS, self._look)

    def _look(self) -> None:
        now, now_s = self._progress(), self._loop.time()
        if now != self._seen:
            self._seen, self._since, self._told = now, now_s, False
        elif not self._told and now_s - self._since >= self._after_s:
            self._told = True
            self._late()
        self._timer = self._next()
