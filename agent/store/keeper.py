"""Housekeeping off the accept path: checkpoints when idle, erasure when due.

Both run on the writer's thread between two group commits, in slices of some
milliseconds, since a checkpoint inside a COMMIT is what makes its p99 long.

Erased is the *content* (raw jobs, bodies, strips, tokens, recipients) of what
is settled, older than the retention, and at every destination that has a
cursor.  An entry that a destination refused is kept until a person has looked.
Keys stay as tombstones for some weeks; a sequence number is never given twice.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from agent.clock import Clock
from agent.errors import StoreError
from agent.store.hop import Runner
from agent.store.settings import StoreSettings
from agent.store.writer import GroupWriter

log = logging.getLogger(__name__)

IDLE_S: Final = 1.0
MAX_BUSY_ROUNDS: Final = 10
"""A till that never falls idle gets its checkpoint after this many seconds."""
FIRST_SWEEP_S: Final = 60.0
"""Not while the daemon starts."""
SWEEP_S: Final = 3600.0
SLICE_ROWS: Final = 250
"""A slice takes some 10 ms; one big DELETE of 90,000 rows made a WAL of 375 MB."""
SLICE_PAGES: Final = 200

HOUR_MS: Final = 3_600_000


@dataclass(frozen=True, slots=True)
class _Limits:
    """``floor``: the last entry that every cursor has; times in Unix ms."""

    floor: int
    settled_before: int
    logged_before: int
    tombstone_before: int


Slice = Callable[[sqlite3.Connection, _Limits], int]


class Keeper:
    """Runs for as long as the store is open."""

    def __init__(
        self, hop: Runner, writer: GroupWriter, clock: Clock, settings: StoreSettings
    ) -> None:
        self._hop = hop
        self._writer = writer
        self._clock = clock
        self._settings = settings

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._checkpoint_when_idle())
            group.create_task(self._erase_by_the_hour())

    async def erase(self) -> int:
        """One sweep.  Returns how many rows lost their content or went.

        Raises:
            StoreError: the disk is full or failed; what is done is done.
        """
        now_ms = int(self._clock.now().timestamp() * 1000)
        erased = 0
        try:
            limits = await self._hop.run(lambda db: self._limits(db, now_ms))
            for work in SLICES:
                while count := await self._hop.run(lambda db: _slice(db, work, limits)):  # noqa: B023 -- awaited in this very turn
                    erased += count
            if erased:
                # The old content also stands in the WAL until it is emptied.
                await self._hop.run(_give_back)
                await self._hop.run(_truncate)
                log.info("retention swept", extra={"rows": erased})
        except sqlite3.Error as error:
            raise self._writer.judge(error) from error
        return erased

    async def checkpoint(self) -> None:
        """Move the WAL's pages into the file, as far as readers allow."""
        try:
            await self._hop.run(
                lambda db: db.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
            )
        except sqlite3.Error as error:
            # Only a failed fsync is serious, and judge refuses further writes.
            wrong = self._writer.judge(error)
            log.warning("checkpoint put off", extra={"problem": str(wrong)})

    async def _checkpoint_when_idle(self) -> None:
        while True:
            await self._writer.wrote.wait()
            for _ in range(MAX_BUSY_ROUNDS):
                self._writer.wrote.clear()
                await self._clock.sleep(IDLE_S)
                if not self._writer.wrote.is_set():
                    break
            await self.checkpoint()

    async def _erase_by_the_hour(self) -> None:
        await self._clock.sleep(FIRST_SWEEP_S)
        while True:
            try:
                await self.erase()
            except StoreError as error:
                log.warning("retention put off", extra={"problem": str(error)})
            await self._clock.sleep(SWEEP_S)

    def _limits(self, db: sqlite3.Connection, now_ms: int) -> _Limits:
        old_ms = now_ms - self._settings.retention_hours * HOUR_MS
        (floor,) = db.execute(
            "SELECT coalesce((SELECT min(acked) FROM cursor), (SELECT seq FROM log_height))"
        ).fetchone()
        # A job settled before the oldest entry still to be sent has none to send.
        (waiting_ms,) = db.execute(
            "SELECT coalesce(min(at_ms), ?) FROM event WHERE seq > ?", (old_ms, floor)
        ).fetchone()
        return _Limits(
            floor=floor,
            settled_before=min(old_ms, waiting_ms),
            logged_before=old_ms,
            tombstone_before=now_ms - self._settings.tombstone_days * 24 * HOUR_MS,
        )


def _slice(db: sqlite3.Connection, work: Slice, limits: _Limits) -> int:
    db.execute("BEGIN IMMEDIATE")
    try:
        count = work(db, limits)
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
    return count


def _erase_jobs(db: sqlite3.Connection, limits: _Limits) -> int:
    return db.execute(
        """UPDATE job SET raw = NULL WHERE n IN (SELECT n FROM job
          WHERE raw IS NOT NULL AND settled_ms < ? LIMIT ?)""",
        (limits.settled_before, SLICE_ROWS),
    ).rowcount


def _erase_receipts(db: sqlite3.Connection, limits: _Limits) -> int:
    return db.execute(
        """UPDATE receipt SET body = NULL, strip = NULL, token = NULL, gist = NULL
        WHERE n IN (SELECT n FROM receipt WHERE body IS NOT NULL AND decided_ms < ?
          AND NOT EXISTS (SELECT 1 FROM parcel
            WHERE parcel.receipt = receipt.id AND state = 'due') LIMIT ?)""",
        (limits.settled_before, SLICE_ROWS),
    ).rowcount


def _erase_entries(db: sqlite3.Connection, limits: _Limits) -> int:
    return db.execute(
        """UPDATE event SET body = NULL WHERE seq IN (SELECT seq FROM event
          WHERE body IS NOT NULL AND seq <= ? AND at_ms < ?
            AND NOT EXISTS (SELECT 1 FROM aside WHERE aside.seq = event.seq) LIMIT ?)""",
        (limits.floor, limits.logged_before, SLICE_ROWS),
    ).rowcount


def _forget_entries(db: sqlite3.Connection, limits: _Limits) -> int:
    db.execute("UPDATE meta SET v = (SELECT seq FROM log_height) WHERE k = 'high_seq'")
    return db.execute(
        """DELETE FROM event WHERE seq IN (SELECT seq FROM event
          WHERE body IS NULL AND at_ms < ? LIMIT ?)""",
        (limits.tombstone_before, SLICE_ROWS),
    ).rowcount


def _forget_receipts(db: sqlite3.Connection, limits: _Limits) -> int:
    values = (limits.tombstone_before, SLICE_ROWS)
    db.execute(
        """DELETE FROM parcel WHERE receipt IN (SELECT id FROM receipt
          WHERE body IS NULL AND at_ms < ? LIMIT ?)""",
        values,
    )
    return db.execute(
        """DELETE FROM receipt WHERE n IN (SELECT n FROM receipt
          WHERE body IS NULL AND at_ms < ? LIMIT ?)""",
        values,
    ).rowcount


def _forget_jobs(db: sqlite3.Connection, limits: _Limits) -> int:
    return db.execute(
        """DELETE FROM job WHERE n IN (SELECT n FROM job
          WHERE raw IS NULL AND at_ms < ? LIMIT ?)""",
        (limits.tombstone_before, SLICE_ROWS),
    ).rowcount


SLICES: Final[tuple[Slice, ...]] = (
    _erase_jobs,
    _erase_receipts,
    _erase_entries,
    _forget_entries,
    _forget_receipts,
    _forget_jobs,
)


def _give_back(db: sqlite3.Connection) -> None:
    # executescript: execute(...).fetchall() frees one page only (STORE 4.8).
    db.executescript(f"PRAGMA incremental_vacuum({SLICE_PAGES:d})")


def _truncate(db: sqlite3.Connection) -> None:
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
