"""One sale, one receipt: which papers that a POS prints are of a sale that is known.

A copy, a reprint, the paper once more after a roll ran out: no second receipt, no second
sale at the RCU.  What tells sales apart is printed on them (:mod:`agent.wire.sameness`)
and kept with the receipt, so a restart forgets nothing.  Where in doubt there are two:
a receipt too many is an annoyance, one too few is a customer's loss.

What a paper says of another document goes into the log with it: which sale a card slip
is of, and that a sale was annulled (docs/decisions/0009-papers-of-a-sale.md).
"""

from __future__ import annotations

import logging
from collections import OrderedDict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Protocol

from agent.errors import StoreError
from agent.ids import JobId, ReceiptId
from agent.pipeline.entries import Scribe
from agent.pipeline.view import Paper
from agent.store.damage import DamagedRecord
from agent.store.parcels import OweCorrection
from agent.store.records import (
    Change,
    Job,
    JobState,
    KeepSale,
    PaperOf,
    Part,
    ReceiptRow,
)
from agent.wire.events import MAX_NUMBER_CHARS, ReceiptAttached, ReceiptVoided
from agent.wire.receipt import DocKind, Gist, Receipt
from agent.wire.sameness import SALES, Printed, printed

log = logging.getLogger(__name__)

KNOWN_SALES: Final = 5_000
"""Three days (what the store keeps) of a till that never rests; half a megabyte."""
SLIP_NEAR_SALE_MS: Final = 60_000
"""A terminal prints its slips just before or after the POS prints the receipt."""
LATELY: Final = 16
PARTS: Final[Mapping[DocKind, Part]] = {
    DocKind.CARD_SLIP: "card_slip",
    DocKind.MERCHANT_SLIP: "merchant_slip",
}


class Shelf(Protocol):
    """The part of the store that this needs."""

    async def commit(self, *changes: Change) -> None: ...

    async def job(self, job: JobId) -> Job | None: ...

    async def sales(self, limit: int) -> list[KeepSale]: ...

    async def paper_of(self, job: JobId) -> PaperOf | None: ...

    async def receipt(self, receipt: ReceiptId) -> ReceiptRow | None: ...

    async def recent_receipts(self, limit: int) -> list[ReceiptRow]: ...


@dataclass(slots=True)
class _Sold:
    """``slips``: part and amount of those that are known."""

    receipt: ReceiptId
    at_ms: int
    amounts: tuple[int, ...]
    slips: list[tuple[Part, int]] = field(default_factory=list)

    @property
    def cards(self) -> int:
        """How many may have paid; one amount is the total, unless one card paid it."""
        return max(1, len(self.amounts) - 1)


@dataclass(frozen=True, slots=True)
class _Slip:
    """``receipt``: its own, if it is the customer's."""

    job: JobId
    part: Part
    amount: int
    at_ms: int
    receipt: ReceiptId | None = None


class Sales:
    """What was sold, and what was printed of it."""

    def __init__(self, shelf: Shelf, scribe: Scribe) -> None:
        self._shelf = shelf
        self._scribe = scribe
        self._by_number: OrderedDict[str, list[KeepSale]] = OrderedDict()
        self._lately: deque[_Sold] = deque(maxlen=LATELY)
        self._loose: deque[_Slip] = deque(maxlen=LATELY)

    async def recall(self) -> None:
        """At a start: what earlier runs sold, and the slips whose sale is to come."""
        since_ms = self._scribe.now_ms() - SLIP_NEAR_SALE_MS
        try:
            for kept in await self._shelf.sales(KNOWN_SALES):
                self._know(kept)
            rows = await self._shelf.recent_receipts(2 * LATELY)
            lately = [row for row in reversed(rows) if row.at_ms >= since_ms]
            self._lately.extend(_sold(row) for row in lately if row.gist.kind in SALES)
            for row in lately:
                await self._slip_again(row)
        except (StoreError, ValueError):  # a body that a newer version wrote
            log.exception("store does not say what was sold")

    async def _slip_again(self, row: ReceiptRow) -> None:
        slip = _slip(row.job, row.gist, row.at_ms, row.id)
        if slip is None:
            return
        of = await self._shelf.paper_of(row.job)
        if of is None:
            self._loose.append(slip)
        for sold in self._lately:
            if of is not None and sold.receipt == of.receipt:
                sold.slips.append((slip.part, slip.amount))

    async def first_of(self, printed: Printed) -> ReceiptRow | None:
        """The receipt that this is a paper of; ``None``: of none that is known."""
        known = self._same(printed)
        if known is None:
            return None
        try:
            return await self._shelf.receipt(known.receipt)
        except (StoreError, DamagedRecord):
            log.exception("store does not give a sale's receipt back")
            return None

    def _same(self, printed: Printed) -> KeepSale | None:
        """The one sale of that number.

        A number that two different papers of a day bear counts something else, and a
        paper without its time cannot be told from the next customer's.
        """
        known = self._by_number.get(printed.number or "", [])
        if printed.copy:
            fits = all(each.total == printed.total for each in known)
        else:
            alike = (printed.total, printed.paper)
            same = all((each.total, each.paper) == alike for each in known)
            fits = same and printed.dated
        return known[0] if known and fits else None

    async def waits(self, first: ReceiptRow) -> bool:
        """Nobody has it yet: it is being offered, or its paper is still to come."""
        if first.choice is None:
            return True
        try:
            job = await self._shelf.job(first.job)
        except StoreError:
            return False
        return job is not None and job.state is JobState.PAPER_DUE

    async def awaited(self, slip: ReceiptRow, rows: Iterable[ReceiptRow]) -> bool:
        """A card slip that was held goes where its sale goes, or the next one."""
        of = await self._shelf.paper_of(slip.job)
        if of is None:
            return any(each.job == slip.job for each in self._loose)
        return any(row.id == of.receipt and row.choice is None for row in rows)

    async def due(self, job: Job, row: ReceiptRow | None) -> Paper:
        """What an earlier run was to print; a copy of a sale is one still."""
        paper = Paper(job.id, None, job.forwarded, row)
        if row is not None:
            return paper
        try:
            of = await self._shelf.paper_of(job.id)
            if of is None or of.part not in {"reprint", "duplicate"}:
                return paper
            first = await self._shelf.receipt(of.receipt)
        except (StoreError, DamagedRecord):
            log.exception("store does not say of which sale a paper is")
            return paper
        return replace(paper, row=first, marked=of.part == "duplicate")

    def opened(self, row: ReceiptRow, printed: Printed) -> list[Change]:
        """A document that is new: what its commit keeps beside it."""
        slip = _slip(row.job, row.gist, row.at_ms, row.id)
        changes = self._tie(slip) if slip else []
        changes += self._annulled(printed, row.gist, row.id)
        if printed.number is not None:
            kept = KeepSale(row.id, printed.number, printed.total, printed.paper)
            self._know(kept)
            changes.append(kept)
        if printed.amounts:
            sold = _Sold(row.id, row.at_ms, printed.amounts)
            self._lately.append(sold)
            changes += self._slips_before(sold)
        return changes

    def passed(self, job: Job, gist: Gist, printed: Printed) -> list[Change]:
        """What a document says of a sale that is printed and is no receipt itself."""
        slip = _slip(job.id, gist, job.at_ms)
        changes = self._tie(slip) if slip else []
        return changes + self._annulled(printed, gist, None)

    def again(self, job: Job, first: ReceiptRow, printed: Printed) -> list[Change]:
        """This job is a paper of that sale, which may say what became of it."""
        log.info(
            "a known sale was printed again",
            extra={"job": str(job.id), "receipt": str(first.id)},
        )
        part: Part = "duplicate" if printed.copy else "reprint"
        changes: list[Change] = [PaperOf(job.id, first.id, part)]
        if printed.annulled_by is not None:
            number = printed.annulled_by or None
            said = ReceiptVoided(receipt_id=str(first.id), number=number)
            changes += self._told(first.id, said)
        return changes

    def _told(self, sale: ReceiptId, said: ReceiptVoided) -> list[Change]:
        """The RCU, whose page says so then; and whoever got the receipt as a parcel."""
        return [self._scribe.write(sale, said), OweCorrection(sale)]

    def _annulled(
        self, printed: Printed, gist: Gist, by: ReceiptId | None
    ) -> list[Change]:
        """The one known sale that this document annuls."""
        found = [
            kept
            for each in printed.annuls
            for kept in self._by_number.get(each.number, [])
            if each.total in {"", kept.total}
        ]
        if len(found) != 1:
            return []
        said = ReceiptVoided(
            receipt_id=str(found[0].receipt),
            by=str(by) if by else None,
            number=gist.number[:MAX_NUMBER_CHARS] if gist.number else None,
        )
        return self._told(found[0].receipt, said)

    def _tie(self, slip: _Slip) -> list[Change]:
        """To the sale that was paid with it, if one is near; else it waits for one."""
        for sold in reversed(self._lately):
            if _fits(slip, sold):
                return self._tied(slip, sold)
        self._loose.append(slip)
        return []

    def _tied(self, slip: _Slip, sold: _Sold) -> list[Change]:
        sold.slips.append((slip.part, slip.amount))
        changes: list[Change] = [PaperOf(slip.job, sold.receipt, slip.part)]
        if slip.receipt is not None:
            said = ReceiptAttached(receipt_id=str(slip.receipt), to=str(sold.receipt))
            changes.append(self._scribe.write(slip.receipt, said))
        return changes

    def _slips_before(self, sold: _Sold) -> list[Change]:
        found: list[Change] = []
        for slip in [*self._loose]:
            if _fits(slip, sold):
                self._loose.remove(slip)
                found += self._tied(slip, sold)
        return found

    def _know(self, kept: KeepSale) -> None:
        self._by_number.setdefault(kept.number, []).append(kept)
        while len(self._by_number) > KNOWN_SALES:
            self._by_number.popitem(last=False)


def _sold(row: ReceiptRow) -> _Sold:
    said = printed(Receipt.model_validate_json(row.body))
    return _Sold(row.id, row.at_ms, said.amounts)


def _slip(
    job: JobId, gist: Gist, at_ms: int, receipt: ReceiptId | None = None
) -> _Slip | None:
    part = PARTS.get(gist.kind)
    if part is None or gist.total is None:
        return None
    return _Slip(job, part, abs(gist.total), at_ms, receipt)


def _fits(slip: _Slip, sold: _Sold) -> bool:
    """A slip for each card, and for each amount as many as cards that paid it."""
    if abs(slip.at_ms - sold.at_ms) > SLIP_NEAR_SALE_MS:
        return False
    same = sold.slips.count((slip.part, slip.amount))
    parts = sum(part == slip.part for part, _ in sold.slips)
    return same < sold.amounts.count(slip.amount) and parts < sold.cards
