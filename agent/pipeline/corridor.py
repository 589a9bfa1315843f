"""The corridor itself: takes jobs in order, and never leaves one lying.

A job is durable before it gets here, or it is printed at the door.  Then:
understood by the worker, decided by the rules, printed at once or offered.
Whatever fails on the way, its bytes go to the printer unchanged (R00).
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, replace
from typing import Final, Protocol

from agent.bus import Bus
from agent.entropy import Entropy
from agent.errors import StoreError, WorkerError
from agent.events import Event, LogGrew
from agent.ids import TOKEN_BYTES, JobId, page_token
from agent.intake.raw import merged
from agent.pipeline import recollection
from agent.pipeline.counter import Counter
from agent.pipeline.entries import Scribe
from agent.pipeline.hatch import Hatch
from agent.pipeline.lane import PaperLane, Sheet
from agent.pipeline.reading import Reading
from agent.pipeline.resends import Resends
from agent.pipeline.view import Paper
from agent.pipeline.whereabouts import Whereabouts
from agent.pipeline.workshop import Understood, Workshop
from agent.rules.decide import NOT_UNDERSTOOD, Decision, decide
from agent.store.reads import DayCounts
from agent.store.records import (
    Change,
    Choice,
    ForwardParts,
    Job,
    JobState,
    OpenReceipt,
    ReceiptRow,
    SettleJob,
)
from agent.wire.events import IdentityCaptured
from agent.wire.receipt import DocKind

log = logging.getLogger(__name__)

HASHED_HERE_BYTES: Final = 256 << 10
"""A quarter of a millisecond."""
ABANDONED: Final = "R90"
"""The POS took it back before it was printed, and will send it again."""
RESENT: Final = "R91"
"""The same document again, since the POS had given up on the first."""
DRAIN_S: Final = 4.0
"""At a stop: for the jobs in hand and their paper, inside TimeoutStopSec."""
_UNFINISHED: Final = frozenset({"stop", "crash", "size"})
_RECORDED: Final = frozenset({DocKind.REFUND})
"""Printed at once, and yet a document of the customer's that the RCU wants."""


_AFTER: Final[Mapping[Choice | None, JobState]] = {
    None: JobState.HELD,
    "none": JobState.HELD,
    "paper": JobState.PAPER_DUE,
}
"""Where a job goes with its receipt; a card slip ("none") waits with its sale."""
RESUMED_RECEIPTS: Final = 50
"""Those of whom something may still be due; the screens keep the last ten."""


class Shelf(recollection.Shelf, Protocol):
    """The part of the store that the corridor needs."""

    async def job(self, job: JobId) -> Job | None: ...

    async def unsettled_jobs(self) -> list[Job]: ...

    async def open_receipts(self) -> list[ReceiptRow]: ...

    async def recent_receipts(self, limit: int) -> list[ReceiptRow]: ...

    async def counts_since(self, since_ms: int) -> DayCounts: ...


@dataclass(frozen=True, slots=True)
class Rooms:
    """What the corridor leads to."""

    shelf: Shelf
    counter: Counter
    lane: PaperLane
    workshop: Workshop
    scribe: Scribe
    entropy: Entropy
    bus: Bus[Event]
    hatch: Hatch
    reading: Reading
    whereabouts: Whereabouts
    recollection: recollection.Recollection
    resends: Resends


class Corridor:
    """Where jobs become receipts.  A service."""

    name = "corridor"

    def __init__(self, rooms: Rooms) -> None:
        self._shelf = rooms.shelf
        self._counter = rooms.counter
        self._lane = rooms.lane
        self._workshop = rooms.workshop
        self._scribe = rooms.scribe
        self._entropy = rooms.entropy
        self._bus = rooms.bus
        self._hatch = rooms.hatch
        self._reading = rooms.reading
        self._whereabouts = rooms.whereabouts
        self._recollection = rooms.recollection
        self._resends = rooms.resends
        self._resumed = False

    # -- the service -------------------------------------------------------

    async def run(self) -> None:
        """Take jobs until cancelled; what an earlier run left goes first."""
        if not self._resumed:
            await self._resume()
            self._resumed = True
        while True:
            job, raw = await self._hatch.next()
            try:
                if isinstance(job, str):
                    self._resends.abandoned(job)
                else:
                    await self._take(job, raw)
            finally:
                self._hatch.done()

    async def stop(self) -> None:
        """The doors are closed: finish the jobs in hand, print what is due."""
        try:
            async with asyncio.timeout(DRAIN_S):
                await self._hatch.drained()
        except TimeoutError:
            log.warning("stopped with jobs in hand, the next start takes them up")
        if not await self._lane.drained(DRAIN_S):
            log.warning("stopped with paper due, the next start prints it")

    async def _take(self, job: Job, raw: bytes | None) -> None:
        try:
            if raw is None:
                raw = await self._shelf.job_raw(job.id)
            if raw is not None:
                await self._way(job, raw)
        except WorkerError as error:
            log.warning("job not understood, printed", extra={"why": str(error)})
            self._reading.owe(job)
            await self._print(job, raw, NOT_UNDERSTOOD.rule)
            if not self._hatch.empty:
                return  # a worker in trouble is not asked more while others wait
        except Exception:
            log.exception("corridor failed, job printed")
            if self._whereabouts.of(job.id) is not JobState.PAPER_DUE:
                self._reading.owe(job)
                await self._print(job, raw, NOT_UNDERSTOOD.rule)
        await self._recollection.catch_up(job.id, raw)

    async def _way(self, job: Job, raw: bytes) -> None:
        if job.evidence == "abandoned" and job.shape != "control":
            # A printer would have dropped it; what it defined on the way stays.
            self._reading.owe(job)
            await self._leave(job, ABANDONED)
            return
        if job.shape == "document" and job.evidence not in _UNFINISHED:
            first = self._resends.first_of(job.door, job.id, raw)
            known = await self._shelf.job(first) if first else None
            if known is None:
                await self._document(job, raw)
            else:
                await self._again(job, raw, known)
            return
        self._reading.owe(job)
        if job.shape == "tail":
            await self._tail(job, raw)
        else:
            rule = "R01" if job.shape == "control" else NOT_UNDERSTOOD.rule
            await self._print(job, raw, rule)

    async def _again(self, job: Job, raw: bytes, first: Job) -> None:
        """No second receipt; a second sheet only if the first is out already."""
        fields = {"job": str(job.id), "first": str(first.id)}
        log.info("a job came again", extra=fields)
        if first.state is JobState.PRINTED:
            await self._print(job, raw, RESENT)
        else:
            await self._leave(job, RESENT)

    async def _leave(self, job: Job, rule: str) -> None:
        over = SettleJob(job.id, JobState.NO_PAPER, rule)
        self._whereabouts.note(job.id, JobState.NO_PAPER)
        await self._shelf.commit(over, *self._recollection.owed(job.id))

    async def _document(self, job: Job, raw: bytes) -> None:
        understood = await self._reading.understand(job, raw)
        if understood.defines or self._recollection.behind:
            self._reading.owe(job)
        decision = decide(understood.facts)
        log.info(
            "job understood",
            extra={
                "job": str(job.id),
                "kind": understood.gist.kind.value,
                "rule": decision.rule,
                "action": decision.action,
            },
        )
        recorded = understood.gist.kind in _RECORDED
        if recorded or (decision.action != "print" and not self._hatch.hold):
            row = await self._record(job, raw, understood, decision, "paper")
            self._lane.put(Sheet(row.rule, job.id, raw, job.forwarded, receipt=row.id))
            self._counter.remember(row, understood.gist)
            return
        match decision.action:
            case "print":
                await self._print(job, raw, decision.rule)
            case "offer":
                await self._offer(job, raw, understood, decision)
            case "attach":
                row = await self._record(job, raw, understood, decision, "none")
                job = self._let_pass(job, understood)
                slip = Paper(job.id, raw, job.forwarded, row)
                await self._counter.attach(slip)
                self._counter.remember(row, understood.gist)

    async def _offer(
        self, job: Job, raw: bytes, understood: Understood, decision: Decision
    ) -> None:
        row = self._row(job, understood, decision, None)
        async with asyncio.TaskGroup() as group:
            drawing = group.create_task(self._qr(row))
            group.create_task(self._open(row, job, raw, understood))
        self._whereabouts.note(job.id, JobState.HELD)
        job = self._let_pass(job, understood)
        paper = Paper(job.id, raw, job.forwarded, row)
        await self._counter.offer(row, understood.gist, paper, drawing.result())
        self._bus.publish(LogGrew())

    def _let_pass(self, job: Job, understood: Understood) -> Job:
        """What later jobs rely on does not wait for a customer's choice."""
        if not understood.passes:
            return job
        ranges = merged((*job.forwarded, *understood.left_out))
        self._lane.let_pass(understood.passes, ForwardParts(job.id, ranges))
        return replace(job, forwarded=ranges)

    async def _record(
        self,
        job: Job,
        raw: bytes,
        understood: Understood,
        decision: Decision,
        choice: Choice,
    ) -> ReceiptRow:
        row = self._row(job, understood, decision, choice)
        await self._open(row, job, raw, understood)
        self._whereabouts.note(job.id, _AFTER[choice])
        self._bus.publish(LogGrew())
        return row

    def _row(
        self,
        job: Job,
        understood: Understood,
        decision: Decision,
        choice: Choice | None,
    ) -> ReceiptRow:
        return ReceiptRow(
            id=self._scribe.receipt_id(),
            job=job.id,
            token=page_token(self._entropy.draw(TOKEN_BYTES)),
            at_ms=job.at_ms,
            rule=decision.rule,
            on_silence=decision.on_silence,
            body=understood.document,
            strip_html=understood.strip_html,
            gist=understood.gist,
            choice=choice,
            paper_copies=int(choice == "paper"),
        )

    async def _open(
        self, row: ReceiptRow, job: Job, raw: bytes, understood: Understood
    ) -> None:
        changes: list[Change] = [
            OpenReceipt(row),
            self._scribe.issued(row, await _sha256(raw)),
        ]
        if understood.loyalty_card:
            card = IdentityCaptured(
                receipt_id=str(row.id),
                kind="loyalty",
                value=understood.loyalty_card,
                provenance="printed",
            )
            changes.append(self._scribe.write(row.id, card))
        changes.append(SettleJob(job.id, _AFTER[row.choice], row.rule))
        await self._shelf.commit(*changes, *self._recollection.owed(job.id))

    async def _qr(self, row: ReceiptRow) -> str:
        try:
            return await self._workshop.draw_qr(self._counter.page_url(row))
        except WorkerError:
            log.warning("no QR could be drawn")
            return ""

    async def _tail(self, job: Job, raw: bytes) -> None:
        """What follows a cut goes the way of its document."""
        went = self._whereabouts.of(job.follows)
        if went in {JobState.HELD, JobState.NO_PAPER}:
            over = SettleJob(job.id, went, "R21")
            await self._shelf.commit(over, *self._recollection.owed(job.id))
        else:
            await self._print(job, raw, "R01")

    async def _print(self, job: Job, raw: bytes | None, rule: str) -> None:
        self._whereabouts.note(job.id, JobState.PAPER_DUE)
        try:
            due = SettleJob(job.id, JobState.PAPER_DUE, rule)
            await self._shelf.commit(due, *self._recollection.owed(job.id))
        except StoreError:
            log.exception("a sheet is due, but the store does not know")
        self._lane.put(Sheet(rule, job.id, raw, job.forwarded))

    # -- what an earlier run left -------------------------------------------

    async def _resume(self) -> None:
        """One thing that cannot be read never stops the others."""
        await self._recollection.recall()
        try:
            jobs = await self._shelf.unsettled_jobs()
            offered = await self._shelf.open_receipts()
            rows = await self._shelf.recent_receipts(RESUMED_RECEIPTS)
            today = await self._shelf.counts_since(self._scribe.midnight_ms())
        except StoreError:
            log.exception("store does not say what an earlier run left")
            return
        self._counter.count(printed=today.printed, digital=today.digital)
        for row in sorted(rows, key=lambda row: row.at_ms):
            await self._try(self._list_again(row))
        by_job = {row.job: row for row in [*rows, *offered]}
        for job in jobs:
            await self._try(self._take_up(job, by_job))
        for row in offered:
            await self._try(self._offer_again(row))
        await self._recollection.catch_up()

    async def _try(self, what: Awaitable[None]) -> None:
        try:
            await what
        except Exception:
            log.exception("something of an earlier run cannot be taken up")

    async def _list_again(self, row: ReceiptRow) -> None:
        self._counter.remember(row, row.gist)

    async def _take_up(self, job: Job, rows: Mapping[JobId, ReceiptRow]) -> None:
        match job.state:
            case JobState.ACCEPTED:
                await self._take(job, await self._shelf.job_raw(job.id))
            case JobState.PAPER_DUE:
                paper = Paper(job.id, None, job.forwarded, rows.get(job.id))
                self._lane.put(await self._counter.sheet(paper))
                self._whereabouts.note(job.id, JobState.PAPER_DUE)
            case JobState.HELD:
                await self._hold_again(job, rows)
            case JobState.PRINTED | JobState.NO_PAPER:
                pass

    async def _hold_again(self, job: Job, rows: Mapping[JobId, ReceiptRow]) -> None:
        """What waits with an open receipt goes on waiting; the rest is over."""
        row = rows.get(job.follows or job.id)
        if row is not None and row.choice is None:
            self._whereabouts.note(job.id, JobState.HELD)
        else:
            await self._shelf.commit(SettleJob(job.id, JobState.NO_PAPER, "R21"))

    async def _offer_again(self, row: ReceiptRow) -> None:
        paper = await self._counter.paper_of(row)
        await self._counter.offer(row, row.gist, paper, await self._qr(row))


async def _sha256(raw: bytes) -> str:
    """Of a long job on a thread, where it lets the loop run."""
    if len(raw) <= HASHED_HERE_BYTES:
        return hashlib.sha256(raw).hexdigest()
    return (await asyncio.to_thread(hashlib.sha256, raw)).hexdigest()
