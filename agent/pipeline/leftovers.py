"""What an earlier run left: due paper is printed, open choices are offered again.

One thing that cannot be read never stops the others.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from agent.errors import StoreError
from agent.ids import JobId
from agent.pipeline.rooms import Rooms
from agent.pipeline.sales import Sales
from agent.pipeline.view import Paper
from agent.store.records import Job, JobState, ReceiptRow, SettleJob

log = logging.getLogger(__name__)

RESUMED_RECEIPTS: Final = 50
"""Those of whom something may still be due; the screens keep the last ten."""

Take = Callable[[Job, bytes | None], Awaitable[None]]


class Leftovers:
    """Taken up once, before the first new job."""

    def __init__(self, rooms: Rooms, sales: Sales) -> None:
        self._shelf = rooms.shelf
        self._counter = rooms.counter
        self._lane = rooms.lane
        self._codes = rooms.codes
        self._scribe = rooms.scribe
        self._hatch = rooms.hatch
        self._whereabouts = rooms.whereabouts
        self._recollection = rooms.recollection
        self._resends = rooms.resends
        self._law = rooms.law
        self._sales = sales

    async def take_up(self, take: Take) -> None:
        """``take`` does with a job what is done with one that comes in."""
        await self._try(self._law.keep(self._shelf))
        await self._recollection.recall()
        await self._sales.recall()
        await self._resends.recall()
        try:
            jobs = self._hatch.left(await self._shelf.unsettled_jobs())
            offered = await self._shelf.open_receipts()
            rows = await self._shelf.recent_receipts(RESUMED_RECEIPTS)
            today = await self._shelf.counts_since(self._scribe.midnight_ms())
        except StoreError:
            log.exception("store does not say what an earlier run left")
            return
        self._counter.count(printed=today.printed, digital=today.digital)
        for row in sorted(rows, key=lambda row: row.at_ms):
            await self._try(self._counter.remember(row, row.gist))
        by_job = {row.job: row for row in [*rows, *offered]}
        for job in jobs:
            await self._lane.pass_again(job.id)
            await self._try(self._take_up(job, by_job, take))
        await self._try(self._print_owed([job.id for job in jobs]))
        for row in offered:
            await self._try(self._offer_again(row))
        last = next((row for row in rows if row.session), None)
        if last is not None and not offered:
            await self._try(self._stand_again(last))
        await self._recollection.catch_up()

    async def _try(self, what: Awaitable[None]) -> None:
        try:
            await what
        except Exception:
            log.exception("something of an earlier run cannot be taken up")

    async def _take_up(
        self, job: Job, rows: Mapping[JobId, ReceiptRow], take: Take
    ) -> None:
        match job.state:
            case JobState.ACCEPTED:
                await take(job, await self._shelf.job_raw(job.id))
            case JobState.PAPER_DUE:
                paper = await self._sales.due(job, rows.get(job.id))
                for sheet in await self._counter.printing.due(paper):
                    self._lane.put(sheet)
                self._whereabouts.note(job.id, JobState.PAPER_DUE)
            case JobState.HELD:
                await self._hold_again(job, rows)
            case JobState.PRINTED | JobState.NO_PAPER:
                pass

    async def _hold_again(self, job: Job, rows: Mapping[JobId, ReceiptRow]) -> None:
        """What waits with an open receipt goes on waiting; the rest is over."""
        row = rows.get(job.follows or job.id)
        slip = row is not None and await self._sales.awaited(row, rows.values())
        if row is None or not (slip or row.choice is None):
            await self._shelf.commit(SettleJob(job.id, JobState.NO_PAPER, "R21"))
            return
        self._whereabouts.note(job.id, JobState.HELD)
        if slip and job.follows is None:
            await self._counter.attach(Paper(job.id, None, job.forwarded, row))

    async def _print_owed(self, taken_up: Sequence[JobId]) -> None:
        """Copies that were ordered of what is on paper already."""
        for sheet in await self._counter.printing.owed(taken_up):
            self._lane.put(sheet)

    async def _stand_again(self, row: ReceiptRow) -> None:
        row = self._with_reason(row)
        await self._counter.stand_again(row, await self._codes.of(row))

    async def _offer_again(self, row: ReceiptRow) -> None:
        row = self._with_reason(row)
        paper = await self._counter.printing.paper_of(row)
        code = await self._codes.of(row)
        await self._counter.offer(row, row.gist, paper, code)

    def _with_reason(self, row: ReceiptRow) -> ReceiptRow:
        """Of a receipt that is older than kept decisions: as its rule says it now."""
        return row if any(row.why) else replace(row, why=self._law.why(row.rule))
