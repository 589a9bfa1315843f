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
from collections.abc import Awaitable, Callable
from functools import partial
from itertools import takewhile
from typing import Final

from agent.clock import Clock
from agent.errors import StoreError
from agent.store.age import Limits
from agent.store.hop import Runner
from agent.store.key_care import KeyCare
from agent.store.lasting import lasting
from agent.store.parcels import ADDRESSEE_MS
from agent.store.room import Room, RoomKeeper
from agent.store.salvaging import Salvaging
from agent.store.scrubbing import Scrubbing
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
TRUNCATE_TRIES: Final = 10

HOUR_MS: Final = 3_600_000
UNUSED_DAYS: Final = 1095
"""CNIL: three years after a customer was last seen (SAN-2020-008)."""


Slice = Callable[[sqlite3.Connection, Limits], int]


class Keeper:
    """Runs for as long as the store is open."""

    def __init__(  # noqa: PLR0913, PLR0917 -- all that is kept
        self,
        hop: Runner,
        writer: GroupWriter,
        clock: Clock,
        settings: StoreSettings,
        care: KeyCare | None = None,
        salvaging: Salvaging | None = None,
        room: RoomKeeper | None = None,
        overdue: Callable[[int, int], Awaitable[int]] | None = None,
        scrubbing: Scrubbing | None = None,
    ) -> None:
        self._hop = hop
        self._writer = writer
        self._clock = clock
        self._settings = settings
        self._care = care
        self._salvaging = salvaging
        self._room = room
        self._overdue = overdue
        self._scrubbing = scrubbing
        self._began = (int(clock.now().timestamp() * 1000), clock.monotonic())

    async def run(self) -> None:
        """Until cancelled."""
        works = [self._checkpoint_when_idle, self._erase_by_the_hour]
        if self._care is not None:
            works.append(self._care.run)
        if self._salvaging is not None:
            works.append(self._salvaging.run)
        if self._scrubbing is not None:
            works.append(self._scrubbing.run)
        if self._room is not None:
            works.append(self._room.look_now_and_then)
            works.append(partial(self._room.make_room, self.erase))
        async with asyncio.TaskGroup() as group:
            for work in works:
                group.create_task(lasting(work, self._clock))

    @property
    def room(self) -> Room:
        """How much room there is."""
        return self._room.room if self._room else Room()

    @property
    def wants_a_fresh_start(self) -> bool:
        """Something was salvaged that only a new process takes up."""
        return self._salvaging is not None and self._salvaging.found.is_set()

    async def erase(self) -> int:
        """One sweep.  Returns how many rows lost their content or went.

        Raises:
            StoreError: the disk is full or failed; what is done is done.
        """
        now_ms = int(self._clock.now().timestamp() * 1000)
        erased = 0
        try:
            limits = await self._hop.run(lambda db: self._limits(db, now_ms))
            if self._overdue is not None and await self._overdue(limits.floor, now_ms):
                limits = await self._hop.run(lambda db: self._limits(db, now_ms))
            for work in SLICES:
                while count := await self._hop.run(lambda db: _slice(db, work, limits)):  # noqa: B023 -- awaited in this very turn
                    erased += count
            if erased and self._care is not None:
                await self._care.sweep()
            if erased:
                # The old content also stands in the WAL until it is emptied.
                await self._hop.run(_give_back)
                await self.truncate()
                log.info("retention swept", extra={"rows": erased})
        except sqlite3.Error as error:
            raise self._writer.judge(error) from error
        return erased

    async def truncate(self) -> None:
        """Empty the WAL: what was overwritten stands nowhere any more.

        Raises:
            StoreError: the disk failed, or a reader held it for too long.
        """
        if self._care is not None:
            await self._care.forget_opened()
        for _ in range(TRUNCATE_TRIES):
            try:
                busy = await self._hop.run(_truncate)
            except sqlite3.Error as error:
                raise self._writer.judge(error) from error
            if not busy:
                return
            await self._clock.sleep(IDLE_S)
        raise StoreError("the WAL could not be emptied: somebody reads; try again")

    async def take_up_keys(self) -> bool:
        """Change over to another key of the till, if its file is one.

        Raises:
            StoreError: the key cannot be read, or the disk failed.
        """
        return self._care is not None and await self._care.take_up()

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

    def _limits(self, db: sqlite3.Connection, now_ms: int) -> Limits:
        old_ms = now_ms - self._settings.retention_hours * HOUR_MS
        (floor,) = db.execute(
            "SELECT coalesce((SELECT min(acked) FROM cursor), (SELECT seq FROM log_height))"
        ).fetchone()
        # A job settled before the oldest entry still to be sent has none to send.
        (waiting_ms,) = db.execute(
            """SELECT coalesce(min(at_ms), ?) FROM event
            WHERE seq > ? AND body IS NOT NULL""",
            (old_ms, floor),
        ).fetchone()
        began_ms, began_s = self._began
        return Limits(
            now_ms=now_ms,
            began_ms=began_ms,
            ran_to_ms=began_ms + int((self._clock.monotonic() - began_s) * 1000),
            floor=floor,
            boot=self._writer.boot,
            run_before=int(self._clock.monotonic() * 1000)
            - self._settings.retention_hours * HOUR_MS,
            settled_before=min(old_ms, waiting_ms),
            logged_before=old_ms,
            tombstone_before=now_ms - self._settings.tombstone_days * 24 * HOUR_MS,
            proof_before=now_ms - self._settings.proof_days * 24 * HOUR_MS,
            addressed_before=now_ms - ADDRESSEE_MS,
            unused_before=now_ms - UNUSED_DAYS * 24 * HOUR_MS,
        )


def _slice(db: sqlite3.Connection, work: Slice, limits: Limits) -> int:
    db.execute("BEGIN IMMEDIATE")
    try:
        count = work(db, limits)
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
    return count


def _erase_jobs(db: sqlite3.Connection, limits: Limits) -> int:
    return db.execute(
        """UPDATE job SET raw = NULL WHERE n IN (SELECT n FROM job
          WHERE raw IS NOT NULL AND settled_ms < ?
            AND (boot <> ? OR mono_ms < ?) LIMIT ?)""",
        (limits.settled_before, limits.boot, limits.run_before, SLICE_ROWS),
    ).rowcount


def _erase_receipts(db: sqlite3.Connection, limits: Limits) -> int:
    return db.execute(
        """UPDATE receipt SET body = NULL, strip = NULL, token = NULL, gist = NULL,
          session = NULL, kid = NULL
        WHERE n IN (SELECT n FROM receipt WHERE body IS NOT NULL AND decided_ms < ?
          AND NOT EXISTS (SELECT 1 FROM parcel
            WHERE parcel.receipt = receipt.id AND state = 'due')
          AND NOT EXISTS (SELECT 1 FROM job WHERE job.id = receipt.job
            AND boot = ? AND mono_ms >= ?) LIMIT ?)""",
        (limits.settled_before, limits.boot, limits.run_before, SLICE_ROWS),
    ).rowcount


def _erase_entries(db: sqlite3.Connection, limits: Limits) -> int:
    return db.execute(
        """UPDATE event SET body = NULL WHERE seq IN (SELECT seq FROM event
          WHERE body IS NOT NULL AND seq <= ? AND at_ms < ?
            AND (boot <> ? OR mono_ms < ?)
            AND NOT EXISTS (SELECT 1 FROM aside WHERE aside.seq = event.seq) LIMIT ?)""",
        (
            *(limits.floor, limits.logged_before),
            *(limits.boot, limits.run_before, SLICE_ROWS),
        ),
    ).rowcount


def _forget_addressees(db: sqlite3.Connection, limits: Limits) -> int:
    """A day behind the end of what went to them."""
    return db.execute(
        """DELETE FROM addressee WHERE (channel, receipt) IN (SELECT channel, receipt
          FROM addressee WHERE at_ms < ? AND at_ms NOT BETWEEN ? AND ?
          AND NOT EXISTS (SELECT 1 FROM parcel WHERE parcel.channel = addressee.channel
            AND parcel.receipt = addressee.receipt AND state = 'due') LIMIT ?)""",
        (*limits.aged(limits.addressed_before), SLICE_ROWS),
    ).rowcount


def _forget_entries(db: sqlite3.Connection, limits: Limits) -> int:
    db.execute("UPDATE meta SET v = (SELECT seq FROM log_height) WHERE k = 'high_seq'")
    return db.execute(
        """DELETE FROM event WHERE seq IN (SELECT seq FROM event
          WHERE body IS NULL AND at_ms < ? LIMIT ?)""",
        (limits.tombstone_before, SLICE_ROWS),
    ).rowcount


def _forget_receipts(db: sqlite3.Connection, limits: Limits) -> int:
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


def _forget_jobs(db: sqlite3.Connection, limits: Limits) -> int:
    return db.execute(
        """DELETE FROM job WHERE n IN (SELECT n FROM job
          WHERE raw IS NULL AND at_ms < ? LIMIT ?)""",
        (limits.tombstone_before, SLICE_ROWS),
    ).rowcount


def _forget_sales(db: sqlite3.Connection, limits: Limits) -> int:
    """With the bodies: what is the same as nothing that is there is of no use."""
    values = (*limits.aged(limits.logged_before), SLICE_ROWS)
    return sum(
        db.execute(
            f"""DELETE FROM {table} WHERE {key} IN (SELECT {key} FROM {table}
              WHERE at_ms < ? AND at_ms NOT BETWEEN ? AND ? LIMIT ?)""",  # noqa: S608 -- both names are ours
            values,
        ).rowcount
        for table, key in (("sale", "receipt"), ("paper_of", "job"))
    )


def _forget_names(db: sqlite3.Connection, limits: Limits) -> int:
    """By whom a receipt was known, with its content and the last entry about it."""
    del limits
    return db.execute(
        """DELETE FROM known_by WHERE (subject, receipt) IN (SELECT subject, receipt
          FROM known_by WHERE NOT EXISTS (SELECT 1 FROM receipt
            WHERE receipt.id = known_by.receipt AND body IS NOT NULL)
          AND receipt NOT IN (SELECT receipt FROM event
            WHERE body IS NOT NULL AND receipt IS NOT NULL) LIMIT ?)""",
        (SLICE_ROWS,),
    ).rowcount


def _forget_proofs(db: sqlite3.Connection, limits: Limits) -> int:
    # Of a receipt that is gone: a number must not be given again while it is here.
    return db.execute(
        """DELETE FROM hand_over WHERE (receipt, number) IN (SELECT receipt, number
          FROM hand_over WHERE receipt < ? AND NOT EXISTS (SELECT 1 FROM receipt
            WHERE receipt.id = hand_over.receipt) LIMIT ?)""",
        # Ids begin with their time (UUIDv7): only the old end is looked at.
        (max(0, limits.proof_before).to_bytes(6, "big"), SLICE_ROWS),
    ).rowcount


def _forget_preferences(db: sqlite3.Connection, limits: Limits) -> int:
    return db.execute(
        """DELETE FROM preference WHERE card IN (SELECT card FROM preference
          WHERE used_ms < ? AND used_ms NOT BETWEEN ? AND ? LIMIT ?)""",
        (*limits.aged(limits.unused_before), SLICE_ROWS),
    ).rowcount


def _erase_consents(db: sqlite3.Connection, limits: Limits) -> int:
    """From the beginning of the chain only, and what every destination has."""
    rows = db.execute(
        "SELECT seq, at_ms FROM consent WHERE body IS NOT NULL ORDER BY seq LIMIT ?",
        (SLICE_ROWS,),
    )
    proof = (limits.proof_before, limits.settled_before)
    before_ms, since_ms, until_ms = limits.aged(min(proof))

    def is_due(row: tuple[int, int]) -> bool:
        return row[1] < before_ms and not since_ms <= row[1] <= until_ms

    due = [seq for seq, _ in takewhile(is_due, rows.fetchall())]
    return db.execute(
        "UPDATE consent SET body = NULL WHERE body IS NOT NULL AND seq <= ?",
        (due[-1] if due else 0,),
    ).rowcount


SLICES: Final[tuple[Slice, ...]] = (
    _erase_jobs,
    _erase_receipts,
    _erase_entries,
    _forget_addressees,
    _forget_names,
    _forget_entries,
    _forget_receipts,
    _forget_jobs,
    _forget_sales,
    _forget_proofs,
    _forget_preferences,
    _erase_consents,
)


def _give_back(db: sqlite3.Connection) -> None:
    # executescript: execute(...).fetchall() frees one page only (STORE 4.8).
    db.executescript(f"PRAGMA incremental_vacuum({SLICE_PAGES:d})")


def _truncate(db: sqlite3.Connection) -> bool:
    """Whether somebody was in the way."""
    return bool(db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0])
