"""The corridor itself: takes jobs in order, and never leaves one lying.

A job is durable before it gets here, or it is printed at the door.  Then:
understood by the worker, decided by the rules, printed at once or offered.
Whatever fails on the way, its bytes go to the printer unchanged (R00).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from agent.errors import StoreError, WorkerError
from agent.events import LogGrew
from agent.intake.raw import merged
from agent.pieces import breath
from agent.pipeline.entries import sha256_of
from agent.pipeline.lane import Sheet
from agent.pipeline.law import Ruling
from agent.pipeline.leftovers import Leftovers
from agent.pipeline.rooms import Rooms
from agent.pipeline.sales import Sales
from agent.pipeline.view import Paper
from agent.pipeline.workshop import Understood
from agent.rules.decide import (
    ABANDONED,
    NOT_UNDERSTOOD,
    RESENT,
    SAME_SALE,
    Decision,
    is_recorded,
)
from agent.store.records import (
    Change,
    Choice,
    GaveUp,
    Job,
    JobState,
    OpenReceipt,
    ReceiptRow,
    SettleJob,
)
from agent.wire.receipt import DocKind

log = logging.getLogger(__name__)

DRAIN_S: Final = 4.0
"""At a stop: for the jobs in hand and their paper, inside TimeoutStopSec."""
_UNFINISHED: Final = frozenset({"stop", "crash", "size", "torn"})
_AFTER: Final[Mapping[Choice | None, JobState]] = {
    None: JobState.HELD,
    "none": JobState.HELD,
    "paper": JobState.PAPER_DUE,
}
"""Where a job goes with its receipt; a card slip ("none") waits with its sale."""
_TO_THE_CUSTOMER: Final = b"\x1b=\x02"
"""ESC = 2: what follows goes to the customer display that hangs on the printer."""
_OF_A_CUSTOMER: Final = frozenset({DocKind.SALE, DocKind.REFUND, DocKind.VOID})
"""Printed at once, these say that somebody else stands at the counter now.  An invoice
or a voucher is as likely of the customer who has just paid."""


class Corridor:
    """Where jobs become receipts.  A service."""

    name = "corridor"

    def __init__(self, rooms: Rooms) -> None:
        self._shelf = rooms.shelf
        self._counter = rooms.counter
        self._lane = rooms.lane
        self._workshop = rooms.workshop
        self._scribe = rooms.scribe
        self._bus = rooms.bus
        self._hatch = rooms.hatch
        self._reading = rooms.reading
        self._whereabouts = rooms.whereabouts
        self._recollection = rooms.recollection
        self._resends = rooms.resends
        self._law = rooms.law
        self._codes = rooms.codes
        self._sales = Sales(rooms.shelf, rooms.scribe)
        self._leftovers = Leftovers(rooms, self._sales)
        self._resumed = False

    # -- the service -------------------------------------------------------

    async def run(self) -> None:
        """Take jobs until cancelled; what an earlier run left goes first."""
        if not self._resumed:
            await self._leftovers.take_up(self._take)
            self._resumed = self._hatch.resumed = True
        while True:
            job, raw = await self._hatch.next()
            try:
                if isinstance(job, GaveUp):
                    self._resends.abandoned(job)
                else:
                    await self._take(job, raw)
                    await breath()
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
            if job.shape == "document":
                await self._counter.next_customer()
        await self._recollection.catch_up(job.id, raw)

    async def _way(self, job: Job, raw: bytes) -> None:
        if job.evidence == "abandoned" and job.shape != "control":
            # A printer would have dropped it; what it defined on the way stays.
            self._reading.owe(job)
            await self._leave(job, ABANDONED)
            return
        if job.shape == "document" and job.evidence not in _UNFINISHED:
            first = self._resends.first_of(job, raw)
            known = await self._shelf.job(first) if first else None
            if known is None:
                await self._document(job, raw)
            else:
                await self._again(job, raw, known)
            return
        self._reading.owe(job)
        if job.shape == "control" and _TO_THE_CUSTOMER in raw:
            await self._counter.next_begins()
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

    async def _leave(self, job: Job, rule: str, *also: Change) -> None:
        over = SettleJob(job.id, JobState.NO_PAPER, rule)
        self._whereabouts.note(job.id, JobState.NO_PAPER)
        await self._shelf.commit(over, *also, *self._recollection.owed(job.id))

    async def _once_more(
        self, job: Job, raw: bytes, understood: Understood, first: ReceiptRow
    ) -> None:
        """No second receipt: while it waits nothing, later one copy more."""
        again = self._sales.again(job, first, understood.printed)
        copy, hold = understood.printed.copy, self._hatch.hold
        if hold and not copy and await self._sales.waits(first):
            await self._leave(job, SAME_SALE, *again)
            return
        changes = [*again, *self._recollection.owed(job.id)]
        # What flows to the printer already cannot be marked in front any more.
        paper = Paper(job.id, raw, job.forwarded, first, copy or not hold)
        await self._counter.once_more(first, paper, changes)

    async def _document(self, job: Job, raw: bytes) -> None:
        understood = await self._reading.understand(job, raw)
        if understood.defines or self._recollection.behind:
            self._reading.owe(job)
        await breath()
        ruling = self._law.rule(understood.facts)
        decision = ruling.decision
        log.info(
            "job understood",
            extra={
                "job": str(job.id),
                "kind": understood.gist.kind.value,
                "rule": decision.rule,
                "action": decision.action,
            },
        )
        first = await self._sales.first_of(understood.printed)
        if first is not None:
            await self._once_more(job, raw, understood, first)
            return
        await breath()
        await self._make_room(understood, decision)
        recorded = is_recorded(ruling.facts, decision)
        if recorded or (decision.action != "print" and not self._hatch.hold):
            await self._print_recorded(job, raw, understood, ruling)
            return
        match decision.action:
            case "print":
                said = self._sales.passed(job, understood.gist, understood.printed)
                await self._print(job, raw, ruling, *said)
                if said:
                    self._bus.publish(LogGrew())
            case "offer":
                await self._offer(job, raw, understood, ruling)
            case "attach":
                row = await self._record(job, raw, understood, ruling, "none")
                job = await self._let_pass(job, understood)
                slip = Paper(job.id, raw, job.forwarded, row)
                await self._counter.attach(slip)
                await self._counter.remember(row, understood.gist)

    async def _make_room(self, understood: Understood, decision: Decision) -> None:
        """What is offered makes room by itself."""
        if decision.action == "print" and understood.gist.kind in _OF_A_CUSTOMER:
            await self._counter.next_customer()

    async def _print_recorded(
        self, job: Job, raw: bytes, understood: Understood, ruling: Ruling
    ) -> None:
        row = await self._record(job, raw, understood, ruling, "paper")
        paper = Paper(job.id, raw, job.forwarded, row)
        self._lane.put(await self._counter.printing.sheet(paper, row, 0))
        await self._counter.remember(row, understood.gist)

    async def _offer(
        self, job: Job, raw: bytes, understood: Understood, ruling: Ruling
    ) -> None:
        row, waited = self._counter.take_phone(
            self._scribe.row(job, understood, ruling.decision, None)
        )
        row = self._counter.opening(
            row,
            understood.loyalty_card,
            sorted(understood.mentions),
        )
        async with asyncio.TaskGroup() as group:
            drawing = group.create_task(self._codes.of(row))
            group.create_task(self._open(row, ruling, raw, understood))
        self._whereabouts.note(job.id, JobState.HELD)
        job = await self._let_pass(job, understood)
        paper = Paper(job.id, raw, job.forwarded, row)
        await self._counter.offer(row, understood.gist, paper, drawing.result())
        self._bus.publish(LogGrew())
        if waited:
            # Whoever took the code before the sale has chosen.
            await self._counter.choose(str(row.id), "qr", None, "customer")

    async def _let_pass(self, job: Job, understood: Understood) -> Job:
        """What later jobs rely on does not wait for a customer's choice."""
        if not understood.passes:
            return job
        ranges = merged((*job.forwarded, *understood.left_out))
        await self._lane.let_pass(understood.passes, job.id, ranges)
        return replace(job, forwarded=ranges)

    async def _record(
        self,
        job: Job,
        raw: bytes,
        understood: Understood,
        ruling: Ruling,
        choice: Choice,
    ) -> ReceiptRow:
        row = self._scribe.row(job, understood, ruling.decision, choice)
        await self._open(row, ruling, raw, understood)
        self._whereabouts.note(job.id, _AFTER[choice])
        self._bus.publish(LogGrew())
        return row

    async def _open(
        self, row: ReceiptRow, ruling: Ruling, raw: bytes, understood: Understood
    ) -> None:
        changes: list[Change] = [
            OpenReceipt(row),
            *self._sales.opened(row, understood.printed),
        ]
        if ruling.goes_up:
            changes.insert(1, self._scribe.issued(row, await sha256_of(raw)))
            if row.choice is None:
                card = bool(understood.loyalty_card)
                said = understood.mentions
                changes.append(await self._counter.invitation(row, said, card=card))
        if understood.loyalty_card and ruling.is_sale:
            number = understood.loyalty_card
            changes += self._scribe.identified(row, "loyalty", number, "printed")
        if row.choice == "paper":
            changes.append(self._scribe.printed(row))
        changes.append(ruling.settled(row.job, _AFTER[row.choice]))
        await self._shelf.commit(*changes, *self._recollection.owed(row.job))

    async def _tail(self, job: Job, raw: bytes) -> None:
        """What follows a cut goes the way of its document."""
        went = self._whereabouts.of(job.follows)
        if went in {JobState.HELD, JobState.NO_PAPER}:
            over = SettleJob(job.id, went, "R21")
            await self._shelf.commit(over, *self._recollection.owed(job.id))
        else:
            await self._print(job, raw, "R01")

    async def _print(
        self, job: Job, raw: bytes | None, by: Ruling | str, *also: Change
    ) -> None:
        """``by``: what decided it, or the rule of a job that says nothing."""
        ruling = by if isinstance(by, Ruling) else self._law.by_shape(by)
        self._whereabouts.note(job.id, JobState.PAPER_DUE)
        try:
            due = ruling.settled(job.id, JobState.PAPER_DUE)
            await self._shelf.commit(due, *also, *self._recollection.owed(job.id))
        except StoreError:
            log.exception("a sheet is due, but the store does not know")
        self._lane.put(Sheet(ruling.decision.rule, job.id, raw, job.forwarded))
