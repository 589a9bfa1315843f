"""Finds receipts that the store still has, page by page, and says how each stands."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Protocol

from agent.choice import resuming, search
from agent.choice.ledger import HandOver, Ledger
from agent.errors import StoreError
from agent.ids import JobId, ReceiptId
from agent.pipeline.recents import with_slip
from agent.pipeline.view import recent
from agent.screens.snapshot import MAX_FOUND, Recent
from agent.store.damage import DamagedRecord
from agent.store.reads import ReceiptPage
from agent.store.records import PaperOf, ReceiptRow
from agent.wire.receipt import DocKind

log = logging.getLogger(__name__)

PAGE: Final = 50
"""Receipts read at once: some milliseconds of the reader's thread."""
MAX_LOOKED_AT: Final = 5_000
"""Three days of a till that never rests."""
MASKS: Final = (b"**", b"xx", b"XX", b"..", b"##", "••".encode())
"""Before a card's last four digits on paper: ``************1234``, ``•••• 1234``."""


class Shelf(Protocol):
    """The part of the store that searching needs."""

    async def paper_of(self, job: JobId) -> PaperOf | None: ...

    async def receipt(self, receipt: ReceiptId) -> ReceiptRow | None: ...

    async def receipts_before(self, before: int | None, limit: int) -> ReceiptPage: ...


class Lookup:
    """``rows`` is the ledger of a receipt."""

    def __init__(
        self,
        shelf: Shelf,
        rows: Callable[[ReceiptId], Awaitable[tuple[HandOver, ...]]],
    ) -> None:
        self._shelf = shelf
        self._rows = rows

    async def search(self, query: str) -> tuple[Recent, ...]:
        """The newest that fit, at most ``MAX_FOUND``; none without a store."""
        wanted = search.words(query)
        found: list[ReceiptRow] = []
        before: int | None = None
        looked_at = 0
        while wanted and len(found) < MAX_FOUND and looked_at < MAX_LOOKED_AT:
            try:
                page = await self._shelf.receipts_before(before, PAGE)
            except StoreError:
                log.exception("store does not give receipts back")
                break
            found += [row for row in page.rows if _fits(row, wanted)]
            looked_at += len(page.rows)
            before = page.before
            if before is None:
                break
            await asyncio.sleep(0)
        return await self._filed(found[:MAX_FOUND])

    async def _filed(self, rows: Sequence[ReceiptRow]) -> tuple[Recent, ...]:
        """A line for each; of a card slip the line of its sale, with it beneath."""
        lines: dict[ReceiptId, Recent] = {}
        slips: list[tuple[ReceiptId, Recent]] = []
        for row in rows:
            sale = await self._sale_of(row)
            if sale is not None:
                slips.append((sale.id, await self._line(row)))
            about = sale or row
            if about.id not in lines:
                lines[about.id] = await self._line(about)
        for key, slip in slips:
            lines[key] = with_slip(lines[key], slip)
        return tuple(lines.values())

    async def _sale_of(self, slip: ReceiptRow) -> ReceiptRow | None:
        if slip.gist.kind is not DocKind.CARD_SLIP:
            return None
        try:
            of = await self._shelf.paper_of(slip.job)
            return await self._shelf.receipt(of.receipt) if of else None
        except (StoreError, DamagedRecord):
            log.exception("store does not say of which sale a slip is")
            return None

    async def _line(self, row: ReceiptRow) -> Recent:
        kept = resuming.read(row.session)
        ledger = Ledger(row.id, row.given, await self._rows(row.id))
        return recent(row, row.gist, resuming.legs(ledger, kept))


def _fits(row: ReceiptRow, wanted: Sequence[search.Word]) -> bool:
    at = dt.datetime.fromtimestamp(row.at_ms / 1000).astimezone()
    seen = search.Found(row.gist.number, row.gist.total, at)
    return all(
        search.fits(word, seen, card=_bears(row, word.last_four)) for word in wanted
    )


def _bears(row: ReceiptRow, last_four: str) -> bool:
    """Whether its paper bears a masked card number that ends so.

    Found by the digits: a pattern that begins with the mask would be slow on a paper
    that is full of it.
    """
    if not last_four:
        return False
    body, digits = row.body, last_four.encode()
    at = body.find(digits)
    while at >= 0:
        after = body[at + len(digits) : at + len(digits) + 1]
        before = body[max(0, at - 1) : at]
        end = at - 1 if before in {b" ", b"-"} else at
        if not after.isdigit() and body[max(0, end - 6) : end].endswith(MASKS):
            return True
        at = body.find(digits, at + 1)
    return False
