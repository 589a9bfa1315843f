"""Rows become records.  Runs on the reader's thread; takes the seals off there.

A list leaves a damaged record out and logs it, so that one rotten row never
hides the others.  A read of one record raises ``DamagedRecord``.
"""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Final, TypeVar
from uuid import UUID

from agent.ids import EntryId, JobId, PageToken, ReceiptId
from agent.store import decisions, handovers, parcels
from agent.store.apply import aside_key
from agent.store.damage import DamagedRecord
from agent.store.records import (
    Entry,
    Job,
    KeepSale,
    LoggedEntry,
    PaperOf,
    Parcel,
    ParcelState,
    ReceiptRow,
    SetAside,
)
from agent.store.seal import Sealer, place
from agent.store.taking_in import piece_key
from agent.wire.brief import gist_in
from agent.wire.receipt import Gist

log = logging.getLogger(__name__)

T = TypeVar("T")

Row = tuple[Any, ...]

LONGEST_DEFERRAL_MS: Final = 86_400_000
"""Nobody defers a parcel by more than a day: one due later met a clock that
has since gone back, and is due now (STORE 6, Time)."""

_RECEIPT = """SELECT id, job, token, at_ms, rule, on_silence, body, strip, choice,
paper_copies, handed_over, gist, given, session, paper_mm,
(SELECT decision FROM job WHERE job.id = receipt.job) FROM receipt """
_LEAF: Final = _RECEIPT.replace("strip,", "NULL,")
"""Without what the screens show: a paper may be a megabyte, and many are looked at."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """What a destination has not got: how many, and since when (Unix ms)."""

    pending: int
    oldest_ms: int | None


@dataclass(frozen=True, slots=True)
class DayCounts:
    """Receipts that went to paper, and receipts that went out as QR or e-mail."""

    printed: int
    digital: int


@dataclass(frozen=True, slots=True)
class ReceiptPage:
    """Receipts, newest first; ``before`` is where the next page begins, if there is one."""

    rows: list[ReceiptRow]
    before: int | None


class Reads:
    """Every question the house asks of the cellar."""

    def __init__(self, sealer: Sealer) -> None:
        self.sealer = sealer

    def job_raw(self, db: sqlite3.Connection, job: JobId) -> bytes | None:
        sql = "SELECT raw, settled_ms FROM job {} WHERE id = ?"
        row = db.execute(sql.format(""), (job.bytes,)).fetchone()
        if row is None:
            # A bit may have flipped in the id, or in its copy in the index: what a list
            # named would seem erased.  The seal says whether it is this job's.
            row = db.execute(sql.format("NOT INDEXED"), (job.bytes,)).fetchone()
        if row is None or (row[0] is None and row[1] is not None):
            return None
        if row[0] is None:
            # Nothing is erased before it is settled: the row's head has rotted.
            raise DamagedRecord(place("job", job, "raw").decode())
        return self._open(row[0], "job", job, "raw")

    def passing(self, db: sqlite3.Connection, job: JobId) -> bytes | None:
        row = db.execute(
            "SELECT passing.raw FROM passing JOIN job USING (n) WHERE id = ?",
            (job.bytes,),
        ).fetchone()
        return self._open(row[0], "passing", job, "raw") if row else None

    def orphans(self, db: sqlite3.Connection) -> list[tuple[Job, bytes]]:
        """Pieces whose job never ended, as jobs that a crash has ended.

        A damaged piece ends the job before it: bytes after a hole would be
        read by the printer as something else.
        """
        keys = db.execute(
            "SELECT job, door, min(at_ms) FROM piece GROUP BY job ORDER BY min(n)"
        ).fetchall()
        found = []
        for key, door, at_ms in keys:
            job = JobId(UUID(bytes=key))
            rows = db.execute(
                "SELECT number, raw FROM piece WHERE job = ? ORDER BY number", (key,)
            )
            with closing(rows):
                raw = b"".join(self._unbroken(job, rows))
            found.append((Job(job, door, at_ms, "crash", "raw"), raw))
        return found

    def _unbroken(self, job: JobId, rows: Iterable[Row]) -> Iterable[bytes]:
        for expected, (number, sealed) in enumerate(rows):
            key = piece_key(job, number)
            try:
                piece = self._open(sealed, "piece", key, "raw")
            except DamagedRecord as damage:
                _log_damage(damage)
                return
            if number != expected:
                log.error("a piece of a job is missing", extra={"record": key})
                return
            yield piece

    def entries_after(
        self, db: sqlite3.Connection, seq: int, max_entries: int, max_bytes: int
    ) -> list[LoggedEntry]:
        rows = db.execute(
            """SELECT seq, id, type, at_ms, receipt, plain_len, body FROM event
            WHERE seq > ? AND body IS NOT NULL ORDER BY seq LIMIT ?""",
            (seq, max_entries),
        )
        # A statement left halfway, kept alive by a traceback, would pin its
        # snapshot: the reader would see no newer commit, and the WAL would grow.
        with closing(rows):
            return self._logged(rows, max_bytes)

    def _logged(self, rows: Iterable[Row], max_bytes: int) -> list[LoggedEntry]:
        entries: list[LoggedEntry] = []
        total = 0
        for number, key, kind, at_ms, receipt, length, sealed in rows:
            total += length
            if entries and total > max_bytes:
                break
            about = ReceiptId(UUID(bytes=receipt)) if receipt else None
            name = EntryId(UUID(bytes=key))
            try:
                body = self._open(sealed, "event", name, "body", kind, at_ms, about)
            except DamagedRecord as damage:
                if entries:
                    break  # these first; the next read meets it at its head
                raise DamagedRecord(damage.record, seq=number) from None
            entry = Entry(name, kind, at_ms, about, body)
            entries.append(LoggedEntry(number, entry))
        return entries

    def log_height(self, db: sqlite3.Connection) -> int:
        return int(db.execute("SELECT seq FROM log_height").fetchone()[0])

    def cursor(self, db: sqlite3.Connection, destination: str) -> int:
        row = db.execute(
            "SELECT acked FROM cursor WHERE dest = ?", (destination,)
        ).fetchone()
        return int(row[0]) if row else 0

    def backlog(self, db: sqlite3.Connection, destination: str) -> Backlog:
        acked = self.cursor(db, destination)
        row = db.execute(
            "SELECT at_ms FROM event WHERE seq > ? ORDER BY seq LIMIT 1", (acked,)
        ).fetchone()
        return Backlog(self.log_height(db) - acked, row[0] if row else None)

    def set_aside(self, db: sqlite3.Connection, destination: str) -> list[SetAside]:
        rows = db.execute(
            "SELECT seq, problem FROM aside WHERE dest = ? ORDER BY seq", (destination,)
        )

        def record(row: Row) -> SetAside:
            key = aside_key(destination, row[0])
            text = self._open(row[1], "aside", key, "problem").decode()
            return SetAside(destination, row[0], text)

        return _whole(rows, record)

    def receipt(self, db: sqlite3.Connection, key: ReceiptId) -> ReceiptRow | None:
        row = db.execute(
            _RECEIPT + "WHERE id = ? AND body IS NOT NULL", (key.bytes,)
        ).fetchone()
        return self._receipt(row) if row else None

    def open_receipts(self, db: sqlite3.Connection) -> list[ReceiptRow]:
        rows = db.execute(
            _RECEIPT + "WHERE choice IS NULL AND body IS NOT NULL ORDER BY n"
        )
        return _whole(rows, self._receipt)

    def recent_receipts(self, db: sqlite3.Connection, limit: int) -> list[ReceiptRow]:
        rows = db.execute(
            _RECEIPT + "WHERE body IS NOT NULL ORDER BY n DESC LIMIT ?", (limit,)
        )
        return _whole(rows, self._receipt)

    def receipts_before(
        self, db: sqlite3.Connection, before: int | None, limit: int
    ) -> ReceiptPage:
        keys = db.execute(
            """SELECT n FROM receipt WHERE body IS NOT NULL AND n < coalesce(?, n + 1)
            ORDER BY n DESC LIMIT ?""",
            (before, limit),
        ).fetchall()
        last = keys[-1][0] if len(keys) == limit else None
        if not keys:
            return ReceiptPage([], None)
        rows = db.execute(
            _LEAF + "WHERE body IS NOT NULL AND n BETWEEN ? AND ? ORDER BY n DESC",
            (keys[-1][0], keys[0][0]),
        )
        return ReceiptPage(_whole(rows, self._receipt), last)

    def due_parcels(
        self, db: sqlite3.Connection, channel: str, now_ms: int, limit: int
    ) -> list[Parcel]:
        rows = db.execute(
            """SELECT channel, receipt, recipient, lang, attempts, next_ms, state, detail,
            number, kind, at_ms FROM parcel WHERE channel = ?1 AND state = 'due'
              AND (next_ms <= ?2 OR next_ms > ?2 + ?3)
            ORDER BY next_ms LIMIT ?4""",
            (channel, now_ms, LONGEST_DEFERRAL_MS, limit),
        )
        return _whole(rows, self._parcel)

    def sendable_parcels(
        self, db: sqlite3.Connection, channel: str, now_ms: int, run: str, limit: int
    ) -> list[Parcel]:
        bounds = (limit, LONGEST_DEFERRAL_MS)
        rows = parcels.sendable(db, channel, now_ms, run, bounds)
        return _whole(rows, self._parcel)

    def printer_memory(self, db: sqlite3.Connection, printer: str) -> bytes | None:
        row = db.execute(
            "SELECT memory FROM printer_memory WHERE printer = ?", (printer,)
        ).fetchone()
        if row is None:
            return None
        try:
            return self._open(row[0], "printer_memory", printer, "memory")
        except DamagedRecord as damage:
            _log_damage(damage)
            return None

    def lessons_owed(self, db: sqlite3.Connection, limit: int) -> list[JobId]:
        rows = db.execute(
            """SELECT job.id FROM lesson JOIN job USING (n) WHERE job.raw IS NOT NULL
            ORDER BY lesson.n LIMIT ?""",
            (limit,),
        )
        return [JobId(UUID(bytes=key)) for (key,) in rows]

    def sales(self, db: sqlite3.Connection, limit: int) -> list[KeepSale]:
        rows = db.execute(
            "SELECT receipt, number, total, paper FROM sale ORDER BY receipt DESC LIMIT ?",
            (limit,),
        ).fetchall()
        return [
            KeepSale(ReceiptId(UUID(bytes=key)), number.hex(), total.hex(), paper.hex())
            for key, number, total, paper in reversed(rows)
        ]

    def papers_of(self, db: sqlite3.Connection, receipt: ReceiptId) -> list[PaperOf]:
        rows = db.execute(
            "SELECT job, part FROM paper_of WHERE receipt = ? ORDER BY job",
            (receipt.bytes,),
        )
        return [PaperOf(JobId(UUID(bytes=job)), receipt, part) for job, part in rows]

    def paper_of(self, db: sqlite3.Connection, job: JobId) -> PaperOf | None:
        row = db.execute(
            "SELECT receipt, part FROM paper_of WHERE job = ?", (job.bytes,)
        ).fetchone()
        return PaperOf(job, ReceiptId(UUID(bytes=row[0])), row[1]) if row else None

    def counts_since(self, db: sqlite3.Connection, since_ms: int) -> DayCounts:
        return DayCounts(*handovers.today(db, since_ms))

    def _open(
        self,
        sealed: bytes,
        table: str,
        key: UUID | str,
        column: str,
        *facts: str | int | UUID | None,
    ) -> bytes:
        return self.sealer.unseal(sealed, place(table, key, column, *facts))

    def _receipt(self, row: Row) -> ReceiptRow:
        key, job, token, at_ms, rule, on_silence, body, strip, choice, *rest = row
        copies, done, gist, given, session, paper_mm, decision = rest
        receipt = ReceiptId(UUID(bytes=key))
        document = self._open(body, "receipt", receipt, "body")
        return ReceiptRow(
            id=receipt,
            job=JobId(UUID(bytes=job)),
            token=PageToken(self._open(token, "receipt", receipt, "token").decode()),
            at_ms=at_ms,
            rule=rule,
            on_silence=on_silence,
            body=document,
            strip_html=self._open(strip, "receipt", receipt, "strip") if strip else b"",
            choice=choice,
            paper_copies=copies,
            handed_over=bool(done),
            gist=self._gist(gist, receipt, document),
            given=given,
            session=self._open(session, "receipt", receipt, "session")
            if session
            else b"",
            paper_mm=paper_mm,
            why=decisions.why(self.sealer, JobId(UUID(bytes=job)), decision),
        )

    def _gist(self, sealed: bytes | None, receipt: ReceiptId, document: bytes) -> Gist:
        """Of an older row from the document: on this thread it costs nobody."""
        if sealed is not None:
            said = json.loads(self._open(sealed, "receipt", receipt, "gist"))
            return Gist.again(said)
        try:
            return gist_in(document)
        except ValueError:
            return Gist()

    def _parcel(self, row: Row) -> Parcel:
        channel, key, recipient, lang, attempts, next_ms, state, detail, *rest = row
        number, kind, at_ms = rest
        receipt = ReceiptId(UUID(bytes=key))
        name = parcels.key(channel, receipt, kind)
        return Parcel(
            channel=channel,
            receipt=receipt,
            recipient=self._open(recipient, "parcel", name, "recipient").decode(),
            lang=lang,
            attempts=attempts,
            next_ms=next_ms,
            state=ParcelState(state),
            detail=self._open(detail, "parcel", name, "detail").decode(),
            number=number,
            kind=kind,
            at_ms=at_ms,
        )


def _whole(rows: Iterable[Row], record: Callable[[Row], T]) -> list[T]:
    found: list[T] = []
    for row in rows:
        try:
            found.append(record(row))
        except DamagedRecord as damage:
            _log_damage(damage)
    return found


def _log_damage(damage: DamagedRecord) -> None:
    log.error("a damaged record was left out", extra={"record": damage.record})
