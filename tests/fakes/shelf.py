"""A store in memory for the corridor's tests; can be told to fail.

Implements the reads and ``commit`` that agent.pipeline's protocols name.
"""

from __future__ import annotations

from dataclasses import replace

from agent.errors import StoreError
from agent.ids import JobId, ReceiptId
from agent.store.damage import DamagedRecord
from agent.store.reads import DayCounts
from agent.store.records import (
    AcceptJob,
    Append,
    Change,
    DecideReceipt,
    Entry,
    ForwardParts,
    Job,
    JobState,
    KeepMemory,
    MarkHandedOver,
    OpenReceipt,
    OrderPaper,
    OweLesson,
    Parcel,
    PutParcel,
    ReceiptRow,
    SettleJob,
)


class FakeShelf:
    def __init__(self) -> None:
        self.jobs: dict[JobId, Job] = {}
        self.raws: dict[JobId, bytes] = {}
        self.rules: dict[JobId, str] = {}
        self.rows: dict[ReceiptId, ReceiptRow] = {}
        self.entries: list[Entry] = []
        self.parcels: list[Parcel] = []
        self.memories: dict[str, bytes] = {}
        self.lessons: list[JobId] = []
        self.broken = False
        self.damaged: set[JobId] = set()
        self.commits = 0
        self.breaks_on: type[Change] | None = None

    async def commit(self, *changes: Change) -> None:
        self._fail(changes)
        self.commits += 1
        for change in changes:
            self._apply(change)

    def _fail(self, changes: tuple[Change, ...] = ()) -> None:
        hit = self.breaks_on is not None and any(
            isinstance(change, self.breaks_on) for change in changes
        )
        if self.broken or hit:
            raise StoreError("told to fail")

    def _apply(self, change: Change) -> None:  # noqa: C901, PLR0912 -- one arm a change
        match change:
            case AcceptJob(job=job, raw=raw):
                self.jobs.setdefault(job.id, job)
                self.raws[job.id] = raw
            case ForwardParts(job=job_id, forwarded=forwarded):
                self.jobs[job_id] = replace(self.jobs[job_id], forwarded=forwarded)
            case SettleJob(job=job_id, state=state, rule=rule):
                self.jobs[job_id] = replace(self.jobs[job_id], state=state)
                self.rules[job_id] = rule
            case OpenReceipt(row=row):
                self.rows[row.id] = row
            case DecideReceipt(receipt=receipt, choice=choice):
                self.rows[receipt] = replace(self.rows[receipt], choice=choice)
            case OrderPaper(receipt=receipt, copies=copies):
                row = self.rows[receipt]
                most = max(row.paper_copies, copies)
                self.rows[receipt] = replace(row, paper_copies=most)
            case MarkHandedOver(receipt=receipt):
                self.rows[receipt] = replace(self.rows[receipt], handed_over=True)
            case Append(entry=entry):
                self.entries.append(entry)
            case PutParcel(parcel=parcel):
                self.parcels.append(parcel)
            case KeepMemory(printer=printer, memory=memory, job=job_id):
                self.memories[printer] = memory
                if job_id is not None:
                    self.lessons = self._owed_from(job_id)
                    self.lessons = [each for each in self.lessons if each != job_id]
            case OweLesson(job=job_id, oldest=oldest):
                self.lessons.append(job_id)
                self.lessons = self._owed_from(oldest)
            case _:
                raise AssertionError(change)

    def _owed_from(self, job: JobId) -> list[JobId]:
        order = list(self.jobs)
        return [each for each in order[order.index(job) :] if each in self.lessons]

    async def unsettled_jobs(self) -> list[Job]:
        self._fail()
        done = {JobState.PRINTED, JobState.NO_PAPER}
        return [job for job in self.jobs.values() if job.state not in done]

    async def job(self, job: JobId) -> Job | None:
        self._fail()
        return self.jobs.get(job)

    async def job_raw(self, job: JobId) -> bytes:
        self._fail()
        if job in self.damaged:
            raise DamagedRecord(f"job {job}")
        return self.raws[job]

    async def tails(self, job: JobId) -> list[Job]:
        self._fail()
        return [each for each in self.jobs.values() if each.follows == job]

    async def receipt(self, receipt: ReceiptId) -> ReceiptRow | None:
        self._fail()
        return self.rows.get(receipt)

    async def open_receipts(self) -> list[ReceiptRow]:
        self._fail()
        return [row for row in self.rows.values() if row.choice is None]

    async def recent_receipts(self, limit: int) -> list[ReceiptRow]:
        self._fail()
        return list(self.rows.values())[::-1][:limit]

    async def printer_memory(self, printer: str) -> bytes | None:
        self._fail()
        return self.memories.get(printer)

    async def lessons_owed(self, limit: int) -> list[JobId]:
        self._fail()
        return self.lessons[:limit]

    async def counts_since(self, since_ms: int) -> DayCounts:
        self._fail()
        rows = [row for row in self.rows.values() if row.at_ms >= since_ms]
        return DayCounts(
            printed=sum(row.paper_copies > 0 for row in rows),
            digital=sum(row.handed_over or row.choice == "email" for row in rows),
        )
