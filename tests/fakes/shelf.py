"""A store in memory for the corridor's tests; can be told to fail.

Implements the reads and ``commit`` that agent.pipeline's protocols name.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace

from agent.choice.figures import Counts
from agent.choice.ledger import HandOver, Ledger, Outcome
from agent.choice.preference import Preference
from agent.errors import StoreError
from agent.ids import JobId, ReceiptId
from agent.store.consents import ConsentRow, KeepConsent
from agent.store.damage import DamagedRecord
from agent.store.decisions import KeepPack
from agent.store.displayed import KeepDisplayed
from agent.store.feed import FollowFeed
from agent.store.handovers import EndHandOver, KeepSession, OrderHandOver
from agent.store.parcels import ForgetAddressee, OweCorrection
from agent.store.people import KnowBy
from agent.store.preferences import KeepPreference, UsePreference
from agent.store.reads import DayCounts, ReceiptPage
from agent.store.records import (
    AcceptJob,
    Append,
    Change,
    DecideReceipt,
    Entry,
    GaveUp,
    Job,
    JobState,
    KeepMemory,
    KeepSale,
    LetPass,
    MarkHandedOver,
    OpenReceipt,
    OrderPaper,
    OweLesson,
    PaperOf,
    Parcel,
    Passed,
    PutParcel,
    ReceiptRow,
    SettleJob,
)
from agent.store.shut_out import LetIn, ShutOut, Why


class FakeShelf:
    def __init__(self) -> None:
        self.jobs: dict[JobId, Job] = {}
        self.raws: dict[JobId, bytes] = {}
        self.passes: dict[JobId, bytes] = {}
        self.rules: dict[JobId, str] = {}
        self.decisions: dict[JobId, bytes] = {}
        self.packs: dict[bytes, bytes] = {}
        self.rows: dict[ReceiptId, ReceiptRow] = {}
        self.entries: list[Entry] = []
        self.parcels: list[Parcel] = []
        self.memories: dict[str, bytes] = {}
        self.lessons: list[JobId] = []
        self.heard: list[JobId | GaveUp] = []
        """Jobs, and that their POS gave up, in order."""
        self.kept_sales: list[KeepSale] = []
        self.papers: list[PaperOf] = []
        self.handed: dict[tuple[ReceiptId, int], HandOver] = {}
        self.took_ms: dict[ReceiptId, int] = {}
        self.preferences: dict[bytes, Preference | None] = {}
        self.feeds: dict[str, str] = {}
        self.known: list[tuple[ReceiptId, str, str]] = []
        self.used_cards: list[bytes] = []
        self.acked: dict[str, int] = {}
        self.refused: set[ReceiptId] = set()
        self.consents: list[ConsentRow] = []
        self.displayed: list[KeepDisplayed] = []
        self.shut: dict[bytes, ShutOut] = {}
        self.corrected: list[ReceiptId] = []
        self.forgotten: list[ForgetAddressee] = []
        self.broken = False
        self.damaged: set[JobId] = set()
        self.commits = 0
        self.breaks_on: type[Change] | None = None
        self.turns = 0
        """Of the event loop, which a commit takes."""

    async def commit(self, *changes: Change) -> None:
        for _ in range(self.turns):
            await asyncio.sleep(0)
        self._fail(changes)
        self.commits += 1
        for change in changes:
            self._apply(change)

    async def consent_head(self) -> tuple[int, bytes, int] | None:
        self._fail()
        end = self.consents[-1:]
        return (end[0].seq, end[0].digest, end[0].at_ms) if end else None

    async def consents_of(self, subject: bytes) -> list[ConsentRow]:
        self._fail()
        return [row for row in self.consents if row.subject == subject]

    async def shut_out(self, subject: bytes, now_ms: int) -> Why | None:
        self._fail()
        found = self.shut.get(subject)
        return found.why if found and found.until_ms > now_ms else None

    def _fail(self, changes: tuple[Change, ...] = ()) -> None:
        hit = self.breaks_on is not None and any(
            isinstance(change, self.breaks_on) for change in changes
        )
        if self.broken or hit:
            raise StoreError("told to fail")

    def _apply(self, change: Change) -> None:  # noqa: C901, PLR0912, PLR0915 -- one arm a change
        match change:
            case AcceptJob(job=job, raw=raw):
                self.jobs.setdefault(job.id, job)
                self.heard.append(job.id)
                self.raws[job.id] = raw
            case LetPass(job=job_id, raw=raw, forwarded=forwarded):
                self.jobs[job_id] = replace(self.jobs[job_id], forwarded=forwarded)
                self.passes[job_id] = raw
            case Passed(job=job_id):
                self.passes.pop(job_id, None)
            case GaveUp():
                self.heard.append(change)
            case SettleJob(job=job_id, state=state, rule=rule, decision=decision):
                self.jobs[job_id] = replace(self.jobs[job_id], state=state)
                self.rules[job_id] = rule
                if decision:
                    self.decisions.setdefault(job_id, decision)
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
            case KeepConsent(row=row, prev=prev):
                end = self.consents[-1].digest if self.consents else prev
                assert end == prev
                self.consents.append(row)
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
            case KeepSale():
                self.kept_sales.append(change)
            case PaperOf():
                self.papers.append(change)
            case FollowFeed(source=source, cursor=cursor):
                self.feeds[source] = cursor
            case KeepDisplayed():
                self.displayed.append(change)
            case ShutOut(subject=subject):
                self.shut[subject] = change
            case LetIn(subject=subject):
                self.shut.pop(subject, None)
            case KeepPack():
                self.packs[change.digest] = change.text
            case _:
                self._hand_over(change)

    def _hand_over(self, change: Change) -> None:  # noqa: C901 -- one arm a change
        match change:
            case OrderHandOver(row=new):
                row = self.rows[new.receipt]
                self.rows[row.id] = replace(row, given=max(row.given, new.number + 1))
                self.handed.setdefault((new.receipt, new.number), new)
            case EndHandOver(receipt=receipt, number=number, outcome=outcome):
                over = self.handed.get((receipt, number))
                late = outcome == "done" and over and over.outcome == "withdrawn"
                back = outcome == "bounced" and over and over.outcome == "done"
                if over and (over.outcome == "waiting" or late or back):
                    over = replace(over, outcome=outcome)
                    self.handed[receipt, number] = over
            case KeepSession(receipt=receipt, session=session, took_ms=took_ms):
                self.rows[receipt] = replace(self.rows[receipt], session=session)
                if took_ms is not None:
                    self.took_ms.setdefault(receipt, took_ms)
            case KeepPreference(card=card, preference=preference):
                self.preferences[card] = preference
            case OweCorrection(receipt=receipt):
                self.corrected.append(receipt)
            case ForgetAddressee():
                self.forgotten.append(change)
            case UsePreference():
                self.used_cards.append(change.card)
            case KnowBy(receipt=receipt, kind=kind, value=value):
                self.known.append((receipt, kind, value))
            case _:
                raise AssertionError(change)

    def _owed_from(self, job: JobId) -> list[JobId]:
        order = list(self.jobs)
        return [each for each in order[order.index(job) :] if each in self.lessons]

    async def unsettled_jobs(self) -> list[Job]:
        self._fail()
        done = {JobState.PRINTED, JobState.NO_PAPER}
        return [
            job
            for job in self.jobs.values()
            if job.state not in done or job.id in self.passes
        ]

    async def passing(self, job: JobId) -> bytes | None:
        self._fail()
        if job in self.damaged:
            raise DamagedRecord(f"passing {job}")
        return self.passes.get(job)

    async def job(self, job: JobId) -> Job | None:
        self._fail()
        return self.jobs.get(job)

    async def job_raw(self, job: JobId) -> bytes:
        self._fail()
        if job in self.damaged:
            raise DamagedRecord(f"job {job}")
        return self.raws[job]

    async def lately(self, since_ms: int, limit: int) -> list[Job | GaveUp]:
        self._fail()
        found = [
            each if isinstance(each, GaveUp) else self.jobs[each] for each in self.heard
        ]
        wanted = [each for each in found if each.at_ms >= since_ms]
        return [
            each
            for each in wanted
            if isinstance(each, GaveUp) or each.shape == "document"
        ][-limit:]

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

    async def sales(self, limit: int) -> list[KeepSale]:
        self._fail()
        return self.kept_sales[-limit:]

    async def paper_of(self, job: JobId) -> PaperOf | None:
        self._fail()
        return next((each for each in self.papers if each.job == job), None)

    async def counts_since(self, since_ms: int) -> DayCounts:
        self._fail()
        rows = [row for row in self.rows.values() if row.at_ms >= since_ms]
        return DayCounts(
            printed=sum(row.paper_copies > 0 for row in rows),
            digital=sum(row.handed_over or row.choice == "email" for row in rows),
        )

    async def ledger(self, receipt: ReceiptId) -> Ledger:
        self._fail()
        row = self.rows.get(receipt)
        rows = [over for key, over in self.handed.items() if key[0] == receipt]
        return Ledger(receipt, row.given if row else len(rows), tuple(rows))

    async def waiting(self, channel: str) -> list[HandOver]:
        self._fail()
        return [
            over
            for over in self.handed.values()
            if (over.channel, over.outcome) == (channel, "waiting")
        ]

    async def fate(self, receipt: ReceiptId, destination: str) -> Outcome:
        self._fail()
        if receipt in self.refused:
            return "failed"
        last = max(
            (n for n, entry in enumerate(self.entries, 1) if entry.receipt == receipt),
            default=0,
        )
        return "done" if self.acked.get(destination, 0) >= last else "waiting"

    async def day(self, since_ms: int) -> Counts:
        self._fail()
        return Counts(receipts=len(self.rows))

    async def feed_cursor(self, source: str) -> str:
        self._fail()
        return self.feeds.get(source, "")

    async def preference(self, card: bytes) -> Preference | None:
        self._fail()
        return self.preferences.get(card)

    async def receipts_before(self, before: int | None, limit: int) -> ReceiptPage:
        self._fail()
        rows = list(self.rows.values())[::-1]
        start = before or 0
        more = start + limit < len(rows)
        return ReceiptPage(rows[start : start + limit], start + limit if more else None)
