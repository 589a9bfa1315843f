"""What a dead agent held and must be on paper: ordered, printed, settled.

Paper always wins: what was accepted is printed as it is, and an open choice becomes paper.
Nothing is understood here.  Each order is one commit before its bytes go out, so a
process that is killed in the midst leaves paper that is due and no choice that is open.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from agent.choice import resuming
from agent.choice.session import Phase
from agent.errors import StoreError
from agent.ids import JobId
from agent.pipeline.lane import Sheet
from agent.pipeline.printing import Desk, Printing
from agent.pipeline.recollection import Recollection
from agent.pipeline.resends import Resends
from agent.pipeline.sales import Sales
from agent.pipeline.view import Paper
from agent.store.handovers import KeepSession
from agent.store.records import (
    Change,
    DecideReceipt,
    Job,
    JobState,
    ReceiptRow,
    SettleJob,
)
from agent.store.store import Store
from agent.wire.events import ChoiceMade

log = logging.getLogger(__name__)

RECENT: Final = 50
"""Receipts that a card slip or paper that is due may belong to, as at a start."""
BYPASSED: Final = "R00"
"""Not understood, printed unchanged."""
SAYS_NOTHING: Final = "R01"
SLIP: Final = "R21"


@dataclass(frozen=True, slots=True)
class Rooms:
    """``learning`` only notes which jobs a printer's memory has still to learn from."""

    store: Store
    desk: Desk
    sales: Sales
    resends: Resends
    learning: Recollection


class HeldPaper:
    """Of one store, once."""

    def __init__(self, rooms: Rooms) -> None:
        self._store = rooms.store
        self._desk = rooms.desk
        self._printing = Printing(rooms.desk)
        self._sales = rooms.sales
        self._resends = rooms.resends
        self._learning = rooms.learning

    async def order(self) -> int:
        """Line all of it up; how many jobs of which paper is to come.

        Raises:
            StoreError: the store does not say what there is.
        """
        await self._learning.recall()
        await self._sales.recall()
        await self._resends.recall()
        jobs = await self._store.unsettled_jobs()
        rows = {
            row.job: row
            for row in [
                *await self._store.recent_receipts(RECENT),
                *await self._store.open_receipts(),
            ]
        }
        ordered = 0
        for job in jobs:
            await self._desk.lane.pass_again(job.id)
            try:
                ordered += await self._take(job, rows)
            except StoreError:
                log.exception("one job is left for the agent", extra={"job": job.id})
        for sheet in await self._printing.owed([job.id for job in jobs]):
            self._desk.lane.put(sheet)
            ordered += 1
        return ordered

    async def _take(self, job: Job, rows: Mapping[JobId, ReceiptRow]) -> bool:
        match job.state:
            case JobState.ACCEPTED:
                return await self._accepted(job)
            case JobState.PAPER_DUE:
                paper = await self._sales.due(job, rows.get(job.id))
                for sheet in await self._printing.due(paper):
                    self._desk.lane.put(sheet)
                return True
            case JobState.HELD:
                return await self._held(job, rows)
            case JobState.PRINTED | JobState.NO_PAPER:
                return False

    async def _accepted(self, job: Job) -> bool:
        """A tail, definitions, a document: as the POS sent it."""
        raw = await self._store.job_raw(job.id)
        if raw is None:
            return False
        self._learning.owe(job)
        state, rule = JobState.PAPER_DUE, BYPASSED
        if job.shape in {"tail", "control"}:
            rule = SAYS_NOTHING
        if await self._goes_nowhere(job, raw):
            state = JobState.NO_PAPER
        await self._store.commit(
            SettleJob(job.id, state, rule), *self._learning.owed(job.id)
        )
        if state is JobState.PAPER_DUE:
            self._desk.lane.put(Sheet(rule, job.id, raw, job.forwarded))
        return state is JobState.PAPER_DUE

    async def _goes_nowhere(self, job: Job, raw: bytes) -> bool:
        """The POS gave it up, or it came twice and the first is on its way."""
        if job.evidence == "abandoned":
            return job.shape != "control"
        if job.shape == "tail" and job.follows is not None:
            first = await self._store.job(job.follows)
            return first is not None and first.state is JobState.NO_PAPER
        again = self._resends.first_of(job, raw) if job.shape == "document" else None
        before = await self._store.job(again) if again is not None else None
        return before is not None and before.state is not JobState.PRINTED

    async def _held(self, job: Job, rows: Mapping[JobId, ReceiptRow]) -> bool:
        row = rows.get(job.follows or job.id)
        if row is None:
            await self._store.commit(SettleJob(job.id, JobState.NO_PAPER, SLIP))
            return False
        slip = await self._sales.awaited(row, rows.values())
        if job.follows is not None and (slip or row.choice is None):
            return False  # it is printed behind its document
        if not slip and row.choice is not None:
            await self._store.commit(SettleJob(job.id, JobState.NO_PAPER, SLIP))
            return False
        chosen = [] if slip else self._chosen(row)
        paper = Paper(job.id, None, job.forwarded, row)
        await self._printing.order([paper], "fallback", "agent", chosen)
        return True

    def _chosen(self, row: ReceiptRow) -> list[Change]:
        """Nobody can be asked any more: paper, and the log says so."""
        scribe = self._desk.scribe
        made = ChoiceMade(
            receipt_id=str(row.id), choice="paper", by="rule", rule=row.rule
        )
        changes: list[Change] = [
            DecideReceipt(row.id, "paper"),
            scribe.write(row.id, made),
        ]
        if (kept := resuming.read(row.session)) is not None:
            done = replace(
                kept,
                phase=Phase.DONE,
                choice="paper",
                by="rule",
                closes_ms=None,
                settled_ms=scribe.now_ms(),
            )
            changes.append(KeepSession(row.id, resuming.write(done)))
        return changes
