"""Enforces the hard cap on what was never sent; see :mod:`agent.store.overdue`."""

from __future__ import annotations

import logging
import sqlite3
from pathlib import Path
from typing import Final

from agent.clock import Clock
from agent.store import exported, overdue, side_files
from agent.store.damage import UNREADABLE
from agent.store.hop import Runner
from agent.store.pen import Pen, Stamp, transaction
from agent.store.seal import Sealer
from agent.store.settings import StoreSettings
from agent.store.writer import GroupWriter

log = logging.getLogger(__name__)

DAY_MS: Final = 86_400_000
GRACE_S: Final = 4 * 3600
"""From the alarm to the removal of an old export; no more, for a till is off at night."""


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
        self._folder = path.parent / exported.FOLDER
        self._hop = hop
        self._writer = writer
        self._sealer = sealer
        self._clock = clock
        self._days = settings.max_unsent_days
        self._exported_days = settings.exported_days
        self._going: dict[str, float] = {}
        """Exports that were found too old, and since when, by the monotonic clock (s)."""

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
        for file in await self._hop.run(lambda _: exported.files(self._path)):
            await self._hop.run(lambda db: self._age(db, file, floor, now_ms))  # noqa: B023 -- awaited in this very turn
        return total

    def _age(self, db: sqlite3.Connection, file: Path, floor: int, now_ms: int) -> None:
        """An export goes when all of it has been sent after all, or with age.

        Then it is said first: for some hours somebody may still take it away, and a
        clock that was set wrong be set right.
        """
        try:
            sent = overdue.taken_back(db, file, floor)
        except UNREADABLE:
            sent = False
        try:
            made_ms = file.stat().st_mtime * 1000
            if sent:
                exported.remove(file)
                log.info("an export was put back and sent", extra={"file": str(file)})
            else:
                self._age_out(file, now_ms - made_ms > self._exported_days * DAY_MS)
        except OSError as error:  # somebody took it away, or may not
            log.warning("an export stays: %s", error)

    def _age_out(self, file: Path, old: bool) -> None:  # noqa: FBT001 -- one caller
        if not old:
            self._going.pop(file.name, None)
            return
        now_s = self._clock.monotonic()
        since_s = self._going.setdefault(file.name, now_s)
        if since_s == now_s:
            log.critical(
                "an export that nobody sent is removed soon; take it away or send it with "
                "receipt-agent resend",
                extra={"file": str(file), "hours": GRACE_S // 3600},
            )
        elif now_s - since_s >= GRACE_S:
            exported.remove(file)
            del self._going[file.name]
            log.critical(
                "an export that nobody sent is removed", extra={"file": str(file)}
            )

    def _some(self, db: sqlite3.Connection, floor: int, now_ms: int) -> int:
        age_ms = self._days * DAY_MS
        run = (self._writer.boot, int(self._clock.monotonic() * 1000) - age_ms)
        seqs = overdue.due(db, floor, now_ms - age_ms, run)
        if not seqs:
            return 0
        try:
            path = overdue.export(db, self._sealer, seqs, self._folder)
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
