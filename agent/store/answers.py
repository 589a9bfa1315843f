"""Every question that may be put to the open store.

Each is one read on the reading connection, with one picture of the file.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable
from typing import TypeVar

from agent.choice.figures import Counts
from agent.choice.ledger import HandOver, Ledger, Outcome
from agent.choice.preference import Preference
from agent.errors import StoreError
from agent.ids import JobId, ReceiptId
from agent.store import (
    consents,
    devices,
    feed,
    handovers,
    jobs,
    parcels,
    people,
    preferences,
    shut_out,
)
from agent.store.damage import DamagedRecord
from agent.store.hop import Hop, Work
from agent.store.reads import Backlog, DayCounts, Reads, ReceiptPage
from agent.store.records import (
    GaveUp,
    Job,
    KeepSale,
    LoggedEntry,
    PaperOf,
    Parcel,
    ReceiptRow,
    SetAside,
)
from agent.store.seal import Sealer

log = logging.getLogger(__name__)

T = TypeVar("T")
Question = Callable[[sqlite3.Connection, Sealer], T]


class Answers:
    """The reading half of :class:`agent.store.store.Store`."""

    def __init__(
        self, reader: Hop, reads: Reads, judge: Callable[[sqlite3.Error], StoreError]
    ) -> None:
        """``judge`` says what an error of SQLite means."""
        self._reader = reader
        self._reads = reads
        self._judge = judge
        self.damaged = 0
        """Times that a record was not what had been written."""

    async def traces(self, subject: bytes) -> people.Traces:
        """What is here of one contact, by its reference (24 bytes)."""
        return await self._read(
            lambda db: people.traces(db, self._reads.sealer, subject)
        )

    async def unsettled_jobs(self) -> list[Job]:
        """ACCEPTED, HELD, PAPER_DUE, and of which something passes, as they came."""
        return await self._read(jobs.unsettled)

    async def passing(self, job: JobId) -> bytes | None:
        """What was let pass of a job and has not reached the printer.

        Raises:
            DamagedRecord: not the bytes that were let pass.
        """
        return await self._read(lambda db: self._reads.passing(db, job))

    async def tails(self, job: JobId) -> list[Job]:
        """The jobs that only feed or cut after this one, in order."""
        return await self._read(lambda db: jobs.tails(db, job))

    async def job(self, job: JobId) -> Job | None:
        """One job; ``None`` when unknown or forgotten."""
        return await self._read(lambda db: jobs.one(db, job))

    async def job_raw(self, job: JobId) -> bytes | None:
        """The job's own bytes, without its tails; ``None`` when unknown or erased.

        Raises:
            DamagedRecord: not the bytes that were accepted.
        """
        return await self._read(lambda db: self._reads.job_raw(db, job))

    async def lately(self, since_ms: int, limit: int) -> list[Job | GaveUp]:
        """The newest documents since then, and what was given up, in order."""
        return await self._read(lambda db: jobs.lately(db, since_ms, limit))

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

    async def sendable_parcels(
        self, channel: str, now_ms: int, run: str, limit: int
    ) -> list[Parcel]:
        """Due ones that ``run`` may send now: in order, and no other run has them."""
        return await self._read(
            lambda db: self._reads.sendable_parcels(db, channel, now_ms, run, limit)
        )

    async def next_parcel_ms(
        self, channel: str, run: str = "", now_ms: int = 0
    ) -> int | None:
        """When ``run`` may send the next one (Unix ms); ``None`` when there is none."""
        return await self._read(lambda db: parcels.next_ms(db, channel, run, now_ms))

    async def lease_holder(
        self, channel: str, receipt: ReceiptId, kind: parcels.Kind
    ) -> tuple[str, int]:
        """Which run may send that parcel now, and which copy it is."""
        return await self._read(lambda db: parcels.holder(db, channel, receipt, kind))

    async def addressees(self, channel: str) -> list[tuple[ReceiptId, str]]:
        """To whom receipts went by that channel lately.

        Raises:
            DamagedRecord: one is not what was kept.
        """
        return await self._read(
            lambda db: parcels.addressees(db, self._reads.sealer, channel)
        )

    async def dead_letters(self, limit: int) -> list[parcels.DeadLetter]:
        """Parcels that reached nobody and were not taken back, the newest first.

        Raises:
            DamagedRecord: one is not what was kept.
        """
        return await self._read(lambda db: parcels.dead(db, self._reads.sealer, limit))

    async def printer_memory(self, printer: str) -> bytes | None:
        """What the printer of that link remembers; ``None`` when nothing is known.

        A damaged record is left out and logged: a logo less is no harm.
        """
        return await self._read(lambda db: self._reads.printer_memory(db, printer))

    async def lessons_owed(self, limit: int) -> list[JobId]:
        """Jobs not yet learned from whose bytes are there, oldest first."""
        return await self._read(lambda db: self._reads.lessons_owed(db, limit))

    async def sales(self, limit: int) -> list[KeepSale]:
        """What tells the last sales apart, oldest first."""
        return await self._read(lambda db: self._reads.sales(db, limit))

    async def papers_of(self, receipt: ReceiptId) -> list[PaperOf]:
        """Reprints and card slips of a receipt's sale."""
        return await self._read(lambda db: self._reads.papers_of(db, receipt))

    async def paper_of(self, job: JobId) -> PaperOf | None:
        """Of which receipt's sale a job is a paper, if it is no sale of its own."""
        return await self._read(lambda db: self._reads.paper_of(db, job))

    async def counts_since(self, since_ms: int) -> DayCounts:
        """Printed and paperless since then: for today, local midnight."""
        return await self._read(lambda db: self._reads.counts_since(db, since_ms))

    async def devices(self) -> list[devices.Device]:
        """Every screen that was ever paired, the oldest first."""
        return await self._read(devices.read_all)

    async def ledger(self, receipt: ReceiptId) -> Ledger:
        """Originals and copies of one receipt."""
        return await self._read(lambda db: handovers.ledger(db, receipt))

    async def waiting(self, channel: str) -> list[HandOver]:
        """What was ordered by that channel and has not come, oldest first."""
        return await self._read(lambda db: handovers.waiting(db, channel))

    async def handed_over(
        self, since_ms: int, until_ms: int, after: int, limit: int
    ) -> list[HandOver]:
        """Rows ordered since then and before then, in order, from the ``after``-th."""
        return await self._read(
            lambda db: handovers.between(db, since_ms, until_ms, after, limit)
        )

    async def outbox(self) -> dict[str, tuple[int, int | None]]:
        """By channel: how many hand-overs wait, and since when (Unix ms)."""
        return await self._read(handovers.outbox)

    async def fate(self, receipt: ReceiptId, destination: str) -> Outcome:
        """Whether the destination has all that the log says of a receipt.

        ``failed``: it refused some of it for good.
        """
        return await self._read(lambda db: handovers.fate(db, receipt, destination))

    async def day(self, since_ms: int) -> Counts:
        """What the counter did since then: for today, local midnight."""
        return await self._read(lambda db: handovers.counts(db, since_ms))

    async def feed_cursor(self, source: str) -> str:
        """How far that feed is applied; empty at the beginning."""
        return await self._read(lambda db: feed.read(db, source))

    async def ask(self, question: Question[T]) -> T:
        """A question that another file of this room puts, as ``closings.tally``."""
        return await self._read(lambda db: question(db, self._reads.sealer))

    async def shut_out(self, subject: bytes, now_ms: int) -> shut_out.Why | None:
        """Why that contact gets no mail; ``None``: it may."""
        return await self._read(lambda db: shut_out.why(db, subject, now_ms))

    async def preference(self, card: bytes) -> Preference | None:
        """What is kept for the card of that keyed digest."""
        return await self._read(lambda db: preferences.read(db, card))

    async def consent_head(self) -> tuple[int, bytes, int] | None:
        """Of the last record: its number, its digest, its time (Unix ms)."""
        return await self._read(consents.head)

    async def consents_of(self, subject: bytes) -> list[consents.ConsentRow]:
        """All that was decided under one contact's keyed hash, in order.

        Raises:
            DamagedRecord: one body is not what was kept.
        """
        return await self._read(
            lambda db: consents.of_subject(db, self._reads.sealer, subject)
        )

    async def receipts_before(self, before: int | None, limit: int) -> ReceiptPage:
        """The newest receipts that still have content, those before ``before`` only.

        Without their strips: many are looked at for one that is meant.
        """
        return await self._read(
            lambda db: self._reads.receipts_before(db, before, limit)
        )

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
            self.damaged += 1
            log.error("a record is damaged", extra={"record": damage.record})  # noqa: TRY400 -- the key says it all
            raise
        except sqlite3.Error as error:
            raise self._judge(error) from error
