"""Enforces the hard cap on what was never sent; see :mod:`agent.store.overdue`."""

from __future__ import annotations

import logging
import sqlite3
from pathlib import Path
from typing import Final

from agent.clock import Clock
from agent.store import overdue, side_files
from agent.store.hop import Runner
from agent.store.pen import Pen, Stamp, transaction
from agent.store.seal import Sealer
from agent.store.settings import StoreSettings
from agent.store.writer import GroupWriter

log = logging.getLogger(__name__)

DAY_MS: Final = 86_400_000


class HardCap:
    """Asked by every sweep."""

    def __init__(
        self,
        path: Path,
        hop: Runner,
        writer: GroupWriter,
        sealer: Sealer,
        clock: Clock,
        settings: StoreSettings,
    ) -> None:
        self._path = path
        self._folder = path.parent / overdue.FOLDER
        self._hop = hop
        self._writer = writer
        self._sealer = sealer
        self._clock = clock
        self._days = settings.max_unsent_days

    async def enforce(self, floor: int, now_ms: int) -> int:
        """Export and erase what is above ``floor`` and too old; how many entries.

        Raises:
            sqlite3.Error: the disk is full or failed; what was not exported stays.
        """
        now = self._clock.now()
        await self._hop.run(lambda _: side_files.age_out(self._path, now, self._days))
        total = 0
        while count := await self._hop.run(lambda db: self._some(db, floor, now_ms)):
            total += count
        return total

    def _some(self, db: sqlite3.Connection, floor: int, now_ms: int) -> int:
        age_ms = self._days * DAY_MS
        run = (self._writer.boot, int(self._clock.monotonic() * 1000) - age_ms)
        seqs = overdue.due(db, floor, now_ms - age_ms, run)
        if not seqs:
            return 0
        try:
            path = overdue.export(db, seqs, self._folder)
        except OSError as error:
            log.critical("nothing can be exported, it stays: %s", error)
            return 0
        stamp = Stamp(self._writer.boot, now_ms, 0)
        with transaction(db, self._sealer):
            overdue.erase(Pen(db, self._sealer, stamp), seqs, path.name)
        log.critical(
            "not sent for too long: exported, encrypted, and erased; receipt-agent resend "
            "sends it",
            extra={"file": str(path), "entries": len(seqs), "days": self._days},
        )
        return len(seqs)
