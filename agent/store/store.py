"""The cellar's door: open it, commit changes, ask questions.

Durable when ``commit`` returns.  One connection writes and checkpoints, one
reads; each has its thread, and both are closed whatever happens (aiosqlite's
threads are not daemons: one left open keeps the process from ending).

Errors: ``StoreError`` means that this write or read did not happen.  After a
fatal one (failed fsync, damaged file) every commit and ``ping`` raises, so the
watchdog starves and the service manager starts a fresh process.
``DamagedRecord`` (a kind of ``StoreError``) concerns one record only.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import AsyncGenerator, Collection
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

from agent.clock import Clock
from agent.errors import StoreError
from agent.ids import JobId, ReceiptId
from agent.store.damage import DamagedRecord
from agent.store.hop import Hop, Work
from agent.store.keeper import Keeper
from agent.store.opening import held, prepare_reader, prepare_writer
from agent.store.reads import Backlog, DayCounts, Reads
from agent.store.records import (
    AcceptJob,
    Change,
    Job,
    LoggedEntry,
    Parcel,
    ReceiptRow,
    SetAside,
)
from agent.store.seal import Sealer
from agent.store.settings import StoreSettings
from agent.store.writer import GroupWriter

log = logging.getLogger(__name__)

T = TypeVar("T")


class Store:
    """An open cellar.  Made by ``open`` only."""

    def __init__(
        self, reader: Hop, writer: GroupWriter, keeper: Keeper, hop: Hop, reads: Reads
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._keeper = keeper
        self._hop = hop
        self._reads = reads

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        path: Path,
        *,
        sealer: Sealer,
        clock: Clock,
        settings: StoreSettings,
        spared: Collection[JobId] = (),
    ) -> AsyncGenerator[Store]:
        """Open or create the file (0600); take up what a crash left in pieces.

        Pieces of the jobs in ``spared`` stay pieces: somebody has all of their bytes.
        On the way out what is queued is still written.

        Raises:
            StoreError: with the file and the remedy.
        """
        with held(path):
            async with _connected(path) as hop, _connected(path) as reader:
                boot = await hop.run(
                    lambda db: prepare_writer(db, path, settings.max_size_mb)
                )
                await reader.run(lambda db: prepare_reader(db, path))
                writer = GroupWriter(hop, sealer, clock, boot)
                keeper = Keeper(hop, writer, clock, settings)
                store = cls(reader, writer, keeper, hop, Reads(sealer))
                async with _running(writer, keeper):
                    await store._adopt_orphans(spared)
                    yield store

    @property
    def transactions(self) -> int:
        """COMMITs since the start; commits share them."""
        return self._writer.transactions

    async def commit(self, *changes: Change) -> None:
        """Write all of them or none.  Durable when it returns.

        Cancelling the caller does not withdraw the changes.  Waits while 1000
        commits or 8 MB are queued.

        Raises:
            StoreError: disk full or failed; nothing of it is written.
        """
        await self._writer.commit(changes)

    async def ping(self) -> None:
        """Prove that the writer's thread answers.

        Raises:
            StoreError: it refuses; the process should restart.
        """
        self._writer.refuse_if_over()
        try:
            await self._hop.run(lambda db: db.execute("SELECT 1").fetchone())
        except sqlite3.Error as error:
            raise self._writer.judge(error) from error

    async def erase(self) -> int:
        """Sweep what the retention no longer allows; also done by the hour."""
        return await self._keeper.erase()

    async def unsettled_jobs(self) -> list[Job]:
        """ACCEPTED, HELD and PAPER_DUE, in order of acceptance."""
        return await self._read(self._reads.unsettled_jobs)

    async def tails(self, job: JobId) -> list[Job]:
        """The jobs that only feed or cut after this one, in order."""
        return await self._read(lambda db: self._reads.tails(db, job))

    async def job(self, job: JobId) -> Job | None:
        """One job; ``None`` when unknown or forgotten."""
        return await self._read(lambda db: self._reads.job(db, job))

    async def job_raw(self, job: JobId) -> bytes | None:
        """The job's own bytes, without its tails; ``None`` when unknown or erased.

        Raises:
            DamagedRecord: not the bytes that were accepted.
        """
        return await self._read(lambda db: self._reads.job_raw(db, job))

    async def entries_after(
        self, seq: int, max_entries: int, max_bytes: int
    ) -> list[LoggedEntry]:
        """Entries above ``seq`` in order, at least one if there is one.

        Erased entries are skipped.  ``max_bytes`` counts bodies.

        Raises:
            DamagedRecord: the first one is damaged; its ``seq`` says which.
        """
        return await self._read(
            lambda db: self._reads.entries_after(db, seq, max_entries, max_bytes)
        )

    async def log_height(self) -> int:
        """The last sequence number given out; 0 before the first."""
        return await self._read(self._reads.log_height)

    async def cursor(self, destination: str) -> int:
        """How far the destination has the log; 0 before the first."""
        return await self._read(lambda db: self._reads.cursor(db, destination))

    async def backlog(self, destination: str) -> Backlog:
        """How much the destination has not got."""
        return await self._read(lambda db: self._reads.backlog(db, destination))

    async def set_aside(self, destination: str) -> list[SetAside]:
        """What the destination refused for good, in order."""
        return await self._read(lambda db: self._reads.set_aside(db, destination))

    async def receipt(self, receipt: ReceiptId) -> ReceiptRow | None:
        """One receipt; ``None`` when unknown or erased.

        Raises:
            DamagedRecord: its body, strip or token is damaged.
        """
        return await self._read(lambda db: self._reads.receipt(db, receipt))

    async def open_receipts(self) -> list[ReceiptRow]:
        """Those still without a choice, oldest first."""
        return await self._read(self._reads.open_receipts)

    async def recent_receipts(self, limit: int) -> list[ReceiptRow]:
        """The newest first."""
        return await self._read(lambda db: self._reads.recent_receipts(db, limit))

    async def due_parcels(self, channel: str, now_ms: int, limit: int) -> list[Parcel]:
        """Due ones, the longest waiting first."""
        return await self._read(
            lambda db: self._reads.due_parcels(db, channel, now_ms, limit)
        )

    async def next_parcel_ms(self, channel: str) -> int | None:
        """When the next one is due (Unix ms); ``None`` when there is none."""
        return await self._read(lambda db: self._reads.next_parcel_ms(db, channel))

    async def printer_memory(self, printer: str) -> bytes | None:
        """What the printer of that link remembers; ``None`` when nothing is known.

        A damaged record is left out and logged: a logo less is no harm.
        """
        return await self._read(lambda db: self._reads.printer_memory(db, printer))

    async def lessons_owed(self, limit: int) -> list[JobId]:
        """Jobs not yet learned from whose bytes are there, oldest first."""
        return await self._read(lambda db: self._reads.lessons_owed(db, limit))

    async def counts_since(self, since_ms: int) -> DayCounts:
        """Printed and paperless since then: for today, local midnight."""
        return await self._read(lambda db: self._reads.counts_since(db, since_ms))

    async def _read(self, work: Work[T]) -> T:
        def snapshot(db: sqlite3.Connection) -> T:
            # One picture for all statements of a read.
            db.execute("BEGIN")
            try:
                return work(db)
            finally:
                db.execute("ROLLBACK")

        try:
            return await self._reader.run(snapshot)
        except DamagedRecord as damage:
            log.error("a record is damaged", extra={"record": damage.record})  # noqa: TRY400 -- the key says it all
            raise
        except sqlite3.Error as error:
            raise self._writer.judge(error) from error

    async def _adopt_orphans(self, spared: Collection[JobId]) -> None:
        for job, raw in await self._read(self._reads.orphans):
            if job.id in spared:
                continue
            log.warning("a job was cut off by a crash", extra={"job": str(job.id)})
            await self.commit(AcceptJob(job, raw))


@asynccontextmanager
async def _connected(path: Path) -> AsyncGenerator[Hop]:
    hop = Hop(path)
    try:
        await hop
    except sqlite3.Error as error:
        raise StoreError(f"{path}: cannot be opened ({error})") from error
    try:
        yield hop
    finally:
        await hop.close()


@asynccontextmanager
async def _running(writer: GroupWriter, keeper: Keeper) -> AsyncGenerator[None]:
    """Both tasks for the length of the block.

    Not a TaskGroup: it would wrap whatever the caller's block raises into an
    ExceptionGroup, and a ConfigError has to stay one.  The writer never falls:
    its ``finally`` answers every waiter, and ``ping`` tells.
    """
    writing = asyncio.create_task(writer.run(), name="store writer")
    keeping = asyncio.create_task(keeper.run(), name="store keeper")
    try:
        yield
    finally:
        keeping.cancel()
        writer.close()
        await asyncio.wait((keeping, writing))
        for task in (keeping, writing):
            if not task.cancelled() and (bug := task.exception()) is not None:
                log.error("a task of the store fell", exc_info=bug)
