"""What comes to paper: sheets for the lane, each with its number in the ledger.

The first print of a receipt that nobody has is the ORIGINAL; every other one bears
DUPLICATA.  A number is given when the print is ordered, in the commit that makes the
job due; when the store fails, paper is still printed.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

from agent.choice.ledger import HandOver, Ledger, Why
from agent.errors import StoreError, WorkerError
from agent.ids import JobId, ReceiptId
from agent.intake.raw import without
from agent.pipeline import marking
from agent.pipeline.consents import Consents
from agent.pipeline.entries import Scribe
from agent.pipeline.lane import PaperLane, Sheet
from agent.pipeline.view import Paper
from agent.pipeline.whereabouts import Whereabouts
from agent.pipeline.workshop import Workshop
from agent.store.handovers import EndHandOver, OrderHandOver
from agent.store.reads import ReceiptPage
from agent.store.records import (
    Change,
    Job,
    JobState,
    OrderPaper,
    PaperOf,
    ReceiptRow,
    SettleJob,
)

log = logging.getLogger(__name__)

RULE_SLIP: Final = "R21"
"""A card slip is printed on request only."""


class Shelf(Protocol):
    """The part of the store that printing needs."""

    async def commit(self, *changes: Change) -> None: ...

    async def job(self, job: JobId) -> Job | None: ...

    async def job_raw(self, job: JobId) -> bytes | None: ...

    async def ledger(self, receipt: ReceiptId) -> Ledger: ...

    async def paper_of(self, job: JobId) -> PaperOf | None: ...

    async def waiting(self, channel: str) -> list[HandOver]: ...

    async def receipt(self, receipt: ReceiptId) -> ReceiptRow | None: ...

    async def tails(self, job: JobId) -> list[Job]: ...

    async def receipts_before(self, before: int | None, limit: int) -> ReceiptPage: ...


@dataclass(frozen=True, slots=True)
class Desk:
    """What printing and settling work with."""

    shelf: Shelf
    lane: PaperLane
    workshop: Workshop
    scribe: Scribe
    whereabouts: Whereabouts
    consents: Consents


class Printing:
    """Orders paper."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._shelf = desk.shelf
        self.lane = desk.lane
        self.lane.redrawn = self._redrawn

    async def order(
        self,
        papers: Sequence[Paper],
        why: Why,
        operator: str,
        changes: Sequence[Change] = (),
    ) -> list[Paper]:
        """Order them, one commit with ``changes``; the papers as they are then.

        A document that somebody has already is marked as a copy.
        """
        ordered, sheets, all_changes = [], [], list(changes)
        for paper in papers:
            after, sheet = await self._ordered(paper, why, operator, all_changes)
            ordered.append(after)
            sheets.append(sheet)
        if not await self.commit(all_changes):
            self.lane.noting.owe(*all_changes)
        for sheet in sheets:
            self.lane.put(sheet)
        return ordered

    async def _ordered(
        self, paper: Paper, why: Why, operator: str, changes: list[Change]
    ) -> tuple[Paper, Sheet]:
        self._desk.whereabouts.note(paper.job, JobState.PAPER_DUE)
        row = paper.row
        changes.append(
            SettleJob(paper.job, JobState.PAPER_DUE, row.rule if row else "R00")
        )
        if row is None:
            return paper, Sheet("R00", paper.job, paper.raw, paper.forwarded)
        given, new = Ledger(row.id, row.given).order(
            "paper", why, operator, self._desk.scribe.now_ms(), job=paper.job
        )
        copies = row.paper_copies + 1
        changes += [OrderHandOver(new), OrderPaper(row.id, copies)]
        sheet = await self.sheet(paper, row, new.number)
        row = replace(row, given=given.given, paper_copies=copies)
        return replace(paper, row=row), sheet

    async def sheet(self, paper: Paper, row: ReceiptRow, number: int) -> Sheet:
        """The sheet of a paper that has its number."""
        marked = number and not paper.marked
        return Sheet(
            row.rule,
            paper.job,
            paper.raw,
            paper.forwarded,
            await self._mark(number, paper) if marked else b"",
            row.id,
            number,
            then=(EndHandOver(row.id, number, "done"),),
        )

    async def due(self, paper: Paper) -> list[Sheet]:
        """Of a paper that was due already when we started: each print ordered of it."""
        row = paper.row
        if row is None:
            return [Sheet("R00", paper.job, paper.raw, paper.forwarded)]
        try:
            owed = (await self._shelf.ledger(row.id)).owed
        except StoreError:
            log.exception("store does not say which copies are due")
            owed = ()
        numbers = [each.number for each in owed if each.job in {None, paper.job}]
        # Before there was a ledger, one print was due, the last that was counted.
        numbers = numbers or [max(0, row.given - 1)]
        return [await self.sheet(paper, row, number) for number in numbers]

    async def owed(self, taken_up: Collection[JobId]) -> list[Sheet]:
        """Copies still to be printed of jobs that were printed once already."""
        sheets = []
        for due in await self._shelf.waiting("paper"):
            row = await self.read(due.receipt)
            if row is None or (due.job or row.job) in taken_up:
                continue
            paper = replace(await self.paper_of(row), job=due.job or row.job)
            sheets.append(await self.sheet(paper, row, due.number))
        return sheets

    async def paper_of(self, row: ReceiptRow) -> Paper:
        """What there is to print of an earlier receipt."""
        try:
            job = await self._shelf.job(row.job)
        except StoreError:
            log.exception("store does not give a job back")
            job = None
        return Paper(row.job, None, job.forwarded if job else (), row)

    async def slip(
        self, name: str, fields: Mapping[str, Any], body: bytes = b""
    ) -> bytes | None:
        """A slip of ours; ``None``: the worker gave none."""
        try:
            return await self._desk.workshop.slip(name, fields, body)
        except WorkerError:
            log.warning("no slip could be drawn", extra={"slip": name})
            return None

    async def _mark(self, number: int, paper: Paper) -> bytes:
        """What stands above a copy and leaves the printer as it was for the job."""
        at, drawn = self._desk.scribe.now(), None
        if await self._begins_anew(paper):
            fields = {"number": number, "at": at.isoformat()}
            drawn = await self.slip("duplicata", fields)
        return marking.plain(number, at) if drawn is None else drawn

    async def _begins_anew(self, paper: Paper) -> bool:
        raw = paper.raw
        if raw is None:
            try:
                raw = await self._shelf.job_raw(paper.job)
            except StoreError:
                log.exception(
                    "store does not give a job back, its copy is marked plainly"
                )
        if raw is None:
            return False
        sent = [each for each in paper.forwarded if each != (0, len(raw))]
        return marking.begins_anew(without(raw, sent))

    async def _redrawn(self, sheet: Sheet) -> bytes:
        """Of a sheet whose bytes are gone: from what is known of its receipt."""
        row = await self.read(sheet.receipt) if sheet.receipt else None
        if row is None:
            return b""
        fields = {"number": sheet.copy, "at": self._desk.scribe.now().isoformat()}
        return await self.slip("again", fields, row.body) or b""

    async def forget(self, papers: Sequence[Paper]) -> None:
        """Nobody wants them on paper."""
        for paper in papers:
            self._desk.whereabouts.note(paper.job, JobState.NO_PAPER)
        await self.commit(
            [SettleJob(paper.job, JobState.NO_PAPER, RULE_SLIP) for paper in papers]
        )

    async def commit(self, changes: Sequence[Change]) -> bool:
        """Whether the store has them."""
        try:
            await self._shelf.commit(*changes)
        except StoreError:
            log.exception("a choice could not be kept")
            return False
        return True

    async def read(self, receipt: ReceiptId) -> ReceiptRow | None:
        """A receipt that the store still has."""
        try:
            return await self._shelf.receipt(receipt)
        except StoreError:
            log.exception("store does not give a receipt back")
            return None
