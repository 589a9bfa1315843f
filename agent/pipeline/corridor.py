"""The corridor itself: takes jobs in order, and never leaves one lying.

A job is durable before it gets here, or it is printed at the door.  Then:
understood by the worker, decided by the rules, printed at once or offered.
Whatever fails on the way, its bytes go to the printer unchanged (R00).
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final, Protocol

from agent.bus import Bus
from agent.entropy import Entropy
from agent.errors import StoreError, WorkerError
from agent.events import Event, LogGrew
from agent.ids import TOKEN_BYTES, JobId, page_token
from agent.intake.raw import without
from agent.pipeline.counter import Counter
from agent.pipeline.entries import Scribe
from agent.pipeline.lane import PaperLane, Sheet
from agent.pipeline.workshop import Understood, Workshop
from agent.rules.decide import NOT_UNDERSTOOD, Decision, decide
from agent.store.reads import DayCounts
from agent.store.records import (
    AcceptJob,
    Change,
    Choice,
    Job,
    JobState,
    KeepPiece,
    OpenReceipt,
    ReceiptRow,
    SettleJob,
)
from agent.wire.events import IdentityCaptured
from agent.wire.receipt import DocKind, Receipt

log = logging.getLogger(__name__)

MAX_JOBS: Final = 256
"""Durable jobs waiting to be understood; then the doors wait, and the POS."""
DRAIN_S: Final = 4.0
"""At a stop: for the jobs in hand and their paper, inside TimeoutStopSec."""
UNDERSTAND_AT_MOST_S: Final = 10.0
"""With a cold worker on a slow till; a customer waits no longer for paper."""
KNOWN_JOBS: Final = 64
"""Tails follow their document within seconds."""
_UNFINISHED: Final = frozenset({"stop", "crash", "size"})
_RECORDED: Final = frozenset({DocKind.REFUND})
"""Printed at once, and yet a document of the customer's that the RCU wants."""


class Shelf(Protocol):
    """The part of the store that the corridor needs."""

    async def commit(self, *changes: Change) -> None: ...

    async def unsettled_jobs(self) -> list[Job]: ...

    async def job_raw(self, job: JobId) -> bytes | None: ...

    async def open_receipts(self) -> list[ReceiptRow]: ...

    async def recent_receipts(self, limit: int) -> list[ReceiptRow]: ...

    async def counts_since(self, since_ms: int) -> DayCounts: ...


class Drawer(Protocol):
    """The printer's other duty."""

    def kick(self, raw: bytes) -> bool: ...


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
    drawer: Drawer


class Corridor:
    """Where jobs become receipts.  A service, and :class:`agent.intake.ports.Counter`."""

    name = "corridor"

    def __init__(self, rooms: Rooms) -> None:
        self._shelf = rooms.shelf
        self._counter = rooms.counter
        self._lane = rooms.lane
        self._workshop = rooms.workshop
        self._scribe = rooms.scribe
        self._entropy = rooms.entropy
        self._bus = rooms.bus
        self._drawer = rooms.drawer
        self._jobs: asyncio.Queue[tuple[Job, bytes]] = asyncio.Queue(MAX_JOBS)
        self._went: OrderedDict[JobId, JobState] = OrderedDict()
        self._resumed = False

    # -- what the doors do -------------------------------------------------

    async def keep(self, job: JobId, door: str, number: int, raw: bytes) -> None:
        try:
            await self._shelf.commit(KeepPiece(job, door, number, raw))
        except StoreError:
            # The whole job comes later and is printed if it can't be kept then.
            log.exception("a piece of a job could not be kept")

    async def accept(self, job: Job, raw: bytes) -> None:
        try:
            await self._shelf.commit(AcceptJob(job, raw))
        except StoreError:
            log.exception("a job could not be kept, it is printed")
            await self._lane.print_unkept(without(raw, job.forwarded))
            return
        await self._jobs.put((job, raw))

    def kick(self, raw: bytes) -> None:
        if not self._drawer.kick(raw):
            log.warning("a drawer pulse was dropped, too many wait")

    # -- the service -------------------------------------------------------

    async def run(self) -> None:
        """Take jobs until cancelled; what an earlier run left goes first."""
        if not self._resumed:
            await self._resume()
            self._resumed = True
        while True:
            job, raw = await self._jobs.get()
            try:
                await self._take(job, raw)
            finally:
                self._jobs.task_done()

    async def stop(self) -> None:
        """The doors are closed: finish the jobs in hand, print what is due."""
        try:
            async with asyncio.timeout(DRAIN_S):
                await self._jobs.join()
        except TimeoutError:
            log.warning("stopped with jobs in hand, the next start takes them up")
        if not await self._lane.drained(DRAIN_S):
            log.warning("stopped with paper due, the next start prints it")

    async def _take(self, job: Job, raw: bytes) -> None:
        try:
            await self._way(job, raw)
        except WorkerError as error:
            log.warning("job not understood, printed", extra={"why": str(error)})
            await self._print(job, raw, NOT_UNDERSTOOD.rule)
        except Exception:
            log.exception("corridor failed, job printed")
            await self._print(job, raw, NOT_UNDERSTOOD.rule)

    async def _way(self, job: Job, raw: bytes) -> None:
        if job.shape == "tail":
            await self._tail(job, raw)
        elif job.shape == "control":
            await self._print(job, raw, "R01")
        elif job.shape == "raw" or job.evidence in _UNFINISHED:
            await self._print(job, raw, NOT_UNDERSTOOD.rule)
        else:
            await self._document(job, raw)

    async def _document(self, job: Job, raw: bytes) -> None:
        understood = await self._understand(raw)
        decision = decide(understood.facts)
        match decision.action:
            case "print":
                await self._print(job, raw, decision.rule)
                if understood.kind in _RECORDED:
                    await self._record(job, raw, understood, decision, "paper")
            case "offer":
                await self._offer(job, raw, understood, decision)
            case "attach":
                row = await self._record(job, raw, understood, decision, "none")
                self._counter.attach(job.id)
                self._counter.remember(row, _parse(understood))

    async def _understand(self, raw: bytes) -> Understood:
        """Also bounded when the worker is warming, or others wait for it."""
        try:
            async with asyncio.timeout(UNDERSTAND_AT_MOST_S):
                return await self._workshop.understand(raw)
        except TimeoutError:
            raise WorkerError("not understood in time") from None

    async def _offer(
        self, job: Job, raw: bytes, understood: Understood, decision: Decision
    ) -> None:
        row = self._row(job, understood, decision, None)
        async with asyncio.TaskGroup() as group:
            drawing = group.create_task(self._qr(row))
            group.create_task(self._open(row, job, raw, understood))
        self._went_to(job.id, JobState.HELD)
        await self._counter.offer(row, _parse(understood), drawing.result())
        self._bus.publish(LogGrew())

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
        self._went_to(job.id, JobState.HELD)
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
            choice=choice,
        )

    async def _open(
        self, row: ReceiptRow, job: Job, raw: bytes, understood: Understood
    ) -> None:
        changes: list[Change] = [OpenReceipt(row), self._scribe.issued(row, raw)]
        if understood.loyalty_card:
            card = IdentityCaptured(
                receipt_id=str(row.id),
                kind="loyalty",
                value=understood.loyalty_card,
                provenance="printed",
            )
            changes.append(self._scribe.write(row.id, card))
        if row.choice != "paper":
            changes.append(SettleJob(job.id, JobState.HELD, row.rule))
        await self._shelf.commit(*changes)

    async def _qr(self, row: ReceiptRow) -> str:
        try:
            return await self._workshop.draw_qr(self._counter.page_url(row))
        except WorkerError:
            log.warning("no QR could be drawn")
            return ""

    async def _tail(self, job: Job, raw: bytes) -> None:
        """What follows a cut goes the way of its document."""
        parent = self._went.get(job.follows) if job.follows else None
        if parent in {JobState.HELD, JobState.NO_PAPER}:
            await self._shelf.commit(SettleJob(job.id, JobState.HELD, "R21"))
        else:
            await self._print(job, raw, "R01")

    async def _print(self, job: Job, raw: bytes, rule: str) -> None:
        self._went_to(job.id, JobState.PAPER_DUE)
        try:
            await self._shelf.commit(SettleJob(job.id, JobState.PAPER_DUE, rule))
        except StoreError:
            log.exception("a sheet is due, but the store does not know")
        self._lane.put(Sheet(rule, job.id, raw, job.forwarded))

    def _went_to(self, job: JobId, state: JobState) -> None:
        self._went[job] = state
        while len(self._went) > KNOWN_JOBS:
            self._went.popitem(last=False)

    # -- what an earlier run left -------------------------------------------

    async def _resume(self) -> None:
        try:
            jobs = await self._shelf.unsettled_jobs()
            open_rows = await self._shelf.open_receipts()
            rows = {row.job: row for row in await self._shelf.recent_receipts(50)}
            today = await self._shelf.counts_since(self._scribe.midnight_ms())
        except StoreError:
            log.exception("store does not say what an earlier run left")
            return
        self._counter.count(printed=today.printed, digital=today.digital)
        for row in sorted(rows.values(), key=lambda row: row.at_ms)[-10:]:
            self._counter.remember(row, Receipt.model_validate_json(row.body))
        for job in jobs:
            await self._take_up(job, rows.get(job.id))
        for row in open_rows:
            receipt = Receipt.model_validate_json(row.body)
            await self._counter.offer(row, receipt, await self._qr(row))

    async def _take_up(self, job: Job, row: ReceiptRow | None) -> None:
        raw = await self._shelf.job_raw(job.id)
        if raw is None:
            return
        if job.state is JobState.ACCEPTED:
            await self._take(job, raw)
        elif job.state is JobState.PAPER_DUE:
            receipt = row.id if row else None
            self._lane.put(Sheet("R00", job.id, raw, job.forwarded, receipt=receipt))


def _parse(understood: Understood) -> Receipt:
    return Receipt.model_validate_json(understood.document)
