"""What a choice comes to: changes in the store, sheets for the printer.

A choice is committed before anything is done about it; when the store fails,
paper is still printed.  The first print is the original unless the customer
has the receipt by another channel already; every further one bears DUPLICATA.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, Protocol

from agent.bus import Bus
from agent.choice.session import Settle
from agent.clock import Clock
from agent.errors import StoreError, WorkerError
from agent.events import DeliveryDue, Event, LogGrew
from agent.identity.contacts import mask_email
from agent.ids import JobId, ReceiptId
from agent.pipeline import words
from agent.pipeline.entries import NOTICE, Scribe
from agent.pipeline.lane import PaperLane, Sheet
from agent.pipeline.view import AtCounter, Paper, total_of
from agent.pipeline.whereabouts import Whereabouts
from agent.pipeline.workshop import Workshop
from agent.store.records import (
    Change,
    DecideReceipt,
    Job,
    JobState,
    MarkHandedOver,
    OrderPaper,
    Parcel,
    PutParcel,
    ReceiptRow,
    SettleJob,
)
from agent.wire.events import ChoiceMade, ConsentRecorded, IdentityCaptured

log = logging.getLogger(__name__)

RULE_SLIP: Final = "R21"
"""A card slip is printed on request only."""


class Shelf(Protocol):
    """The part of the store that settling needs."""

    async def commit(self, *changes: Change) -> None: ...

    async def receipt(self, receipt: ReceiptId) -> ReceiptRow | None: ...

    async def job(self, job: JobId) -> Job | None: ...

    async def tails(self, job: JobId) -> list[Job]: ...


@dataclass(frozen=True, slots=True)
class Desk:
    """What settling works with."""

    shelf: Shelf
    lane: PaperLane
    workshop: Workshop
    scribe: Scribe
    whereabouts: Whereabouts


class Settling:
    """Does what was decided."""

    def __init__(
        self,
        place: words.Place,
        rooms: Desk,
        clock: Clock,
        bus: Bus[Event],
    ) -> None:
        self.lane = rooms.lane
        self._place = place
        self._shelf = rooms.shelf
        self._workshop = rooms.workshop
        self._scribe = rooms.scribe
        self._whereabouts = rooms.whereabouts
        self._clock = clock
        self._bus = bus

    def page_url(self, row: ReceiptRow) -> str:
        """The customer's page: what the QR says."""
        return f"{self._place.tickets_url}/r/{row.token}"

    async def settle(self, at: AtCounter, settle: Settle, address: str | None) -> None:
        """Commit the choice together with what it comes to; then do it."""
        at.row = replace(at.row, choice=settle.choice)
        changes: list[Change] = [
            DecideReceipt(at.row.id, settle.choice),
            self._scribe.write(
                at.row.id,
                ChoiceMade(
                    receipt_id=str(at.row.id),
                    choice=settle.choice,
                    by=settle.by,
                    rule=at.row.rule,
                ),
            ),
        ]
        log.info(
            "choice made",
            extra={
                "receipt": str(at.row.id),
                "choice": settle.choice,
                "by": settle.by,
            },
        )
        if settle.choice == "paper":
            await self._paper(at, changes)
        else:
            changes += await self._without_paper(at, settle, address)
            kept = await self._commit(changes)
            at.progress, at.outcome = words.outcome(settle, address, kept=kept)
            if settle.choice == "email":
                at.masked = mask_email(address or "")
            if settle.choice == "qr" and self._place.qr_slip:
                await self._slip(at)
        self._bus.publish(LogGrew())
        if settle.choice == "email":
            self._bus.publish(DeliveryDue("email", at.row.id))

    async def _paper(self, at: AtCounter, changes: list[Change]) -> None:
        at.progress, at.outcome = "waiting", words.PRINTING
        at.papers = await self.print(at.papers, changes)

    async def follow(self, at: AtCounter, slip: Paper) -> None:
        """A card slip that comes after its sale was settled goes the same way."""
        if at.session.choice == "paper":
            at.companions += await self.print([slip])
        else:
            at.companions.append(slip)
            await self.forget([slip])

    async def forget(self, papers: Sequence[Paper]) -> None:
        """Nobody wants them on paper."""
        for paper in papers:
            self._whereabouts.note(paper.job, JobState.NO_PAPER)
        await self._commit(
            [SettleJob(paper.job, JobState.NO_PAPER, RULE_SLIP) for paper in papers]
        )

    async def _without_paper(
        self, at: AtCounter, settle: Settle, address: str | None
    ) -> list[Change]:
        changes = [] if settle.again else await self._no_paper(at)
        if settle.choice == "qr":
            at.row = replace(at.row, handed_over=True)
            changes.append(MarkHandedOver(at.row.id))
            changes.append(self._scribe.delivered(at.row.id, "qr", 0))
        if settle.choice == "email" and address is not None:
            changes += self._by_email(at.row.id, settle, address)
        return changes

    async def _no_paper(self, at: AtCounter) -> list[Change]:
        """The job and all that goes with it will not be printed."""
        jobs = [at.row.job, *(slip.job for slip in at.companions)]
        try:
            jobs += [tail.id for tail in await self._shelf.tails(at.row.job)]
        except StoreError:
            log.exception("store does not say what followed a job")
        for job in jobs:
            self._whereabouts.note(job, JobState.NO_PAPER)
        return [SettleJob(job, JobState.NO_PAPER, at.row.rule) for job in jobs]

    def _by_email(
        self, receipt: ReceiptId, settle: Settle, address: str
    ) -> list[Change]:
        by_cashier = settle.by == "cashier"
        typed: Literal["typed_by_cashier", "typed_by_customer"] = (
            "typed_by_cashier" if by_cashier else "typed_by_customer"
        )
        return [
            self._scribe.write(
                receipt,
                IdentityCaptured(
                    receipt_id=str(receipt),
                    kind="email",
                    value=address,
                    provenance=typed,
                ),
            ),
            self._scribe.write(
                receipt,
                ConsentRecorded(
                    receipt_id=str(receipt),
                    purpose="receipt_delivery",
                    channel="email",
                    decision="given",
                    method="cashier_oral" if by_cashier else "customer_screen",
                    notice=NOTICE,
                ),
            ),
            PutParcel(Parcel("email", receipt, address, "fr")),
        ]

    async def _commit(self, changes: list[Change]) -> bool:
        try:
            await self._shelf.commit(*changes)
        except StoreError:
            log.exception("a choice could not be kept")
            return False
        return True

    async def print(
        self, papers: Sequence[Paper], changes: Sequence[Change] = ()
    ) -> list[Paper]:
        """Order them, one commit with ``changes``; the papers as they are then.

        A document that somebody has already is marked as a copy.  When the
        store fails they are printed all the same.
        """
        ordered, sheets, all_changes = [], [], list(changes)
        for paper in papers:
            sheet = await self.sheet(paper)
            sheets.append(sheet)
            all_changes.append(SettleJob(paper.job, JobState.PAPER_DUE, sheet.rule))
            self._whereabouts.note(paper.job, JobState.PAPER_DUE)
            if paper.row is not None:
                copies = paper.row.paper_copies + 1
                all_changes.append(OrderPaper(paper.row.id, copies))
                row = replace(paper.row, paper_copies=copies)
                paper = replace(paper, row=row)  # noqa: PLW2901 -- as it is now
            ordered.append(paper)
        await self._commit(all_changes)
        for sheet in sheets:
            self.lane.put(sheet)
        return ordered

    async def sheet(self, paper: Paper, *, due: bool = False) -> Sheet:
        """The sheet of a paper; ``due``: it is in the count of copies already."""
        row = paper.row
        if row is None:
            return Sheet("R00", paper.job, paper.raw, paper.forwarded)
        ordered = max(0, row.paper_copies - 1) if due else row.paper_copies
        copy = ordered + int(row.handed_over)
        prelude = await self._mark(copy) if copy else b""
        return Sheet(
            row.rule, paper.job, paper.raw, paper.forwarded, prelude, row.id, copy
        )

    async def paper_of(self, row: ReceiptRow) -> Paper:
        """What there is to print of an earlier receipt."""
        try:
            job = await self._shelf.job(row.job)
        except StoreError:
            log.exception("store does not give a job back")
            job = None
        return Paper(row.job, None, job.forwarded if job else (), row)

    async def _slip(self, at: AtCounter) -> None:
        """The QR on paper, for a counter without a display."""
        fields = {
            "url": self.page_url(at.row),
            "shop": self._place.shop,
            "total": total_of(at.gist),
        }
        try:
            raw = await self._workshop.slip("qr", fields)
        except WorkerError:
            log.warning("no QR slip could be drawn, the receipt is printed")
            await self._paper(at, [])
            return
        self.lane.put(Sheet(at.row.rule, None, raw))

    async def _mark(self, copy: int) -> bytes:
        try:
            fields = {"number": copy, "at": self._clock.now().isoformat()}
            return await self._workshop.slip("duplicata", fields)
        except WorkerError:
            log.warning("no DUPLICATA mark could be drawn, a plain one goes")
            return words.PLAIN_DUPLICATA % copy

    async def read(self, receipt: ReceiptId) -> ReceiptRow | None:
        try:
            return await self._shelf.receipt(receipt)
        except StoreError:
            log.exception("store does not give a receipt back")
            return None
