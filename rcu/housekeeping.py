"""The housekeeper: forgets what is due, a slice at a time, for ever."""

from __future__ import annotations

import logging
import sqlite3

from rcu.config import Settings
from rcu.seams import Clock
from rcu.store.retention import DAY_MS, Horizons, Retention

log = logging.getLogger(__name__)

BREATH_S = 0.05
"""Between two slices, so that batches and pages get their turn."""


class Housekeeper:
    """Runs the retention that the configuration asks for."""

    def __init__(self, retention: Retention, settings: Settings, clock: Clock) -> None:
        self._retention = retention
        self._page_ms = settings.pages.retention_days * DAY_MS
        self._history_ms = settings.history.retention_days * DAY_MS
        self._every_s = settings.history.sweep_every_s
        self._clock = clock

    async def run(self) -> None:
        """Sweep, rest, and again.  Ends only by being cancelled."""
        while True:
            try:
                gone = await self.sweep()
            except sqlite3.Error:
                # A full disk heals by being swept; a later round tries again.
                log.exception("a sweep failed")
            else:
                if gone:
                    log.info("a sweep is over", extra={"rows": gone})
            await self._clock.sleep(self._every_s)

    async def sweep(self) -> int:
        """Forget all that is due now; how many rows went."""
        total = 0
        while gone := await self._slice():
            total += gone
            await self._clock.sleep(BREATH_S)
        return total

    async def _slice(self) -> int:
        now_ms = self._clock.now_ms()
        horizons = Horizons(now_ms - self._page_ms, now_ms - self._history_ms)
        return await self._retention.sweep(now_ms, horizons)
