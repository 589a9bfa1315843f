"""A receipt whose code was scanned goes on top of the cashier's list, to be printed or returned.

The code is our QR's address, the receipt's number, or a bar code that stood on its
paper.  It is personal: that one was looked for is logged, which one is not.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from typing import Protocol

from agent.errors import StoreError
from agent.pipeline import words
from agent.pipeline.lookup import MAX_LOOKED_AT, PAGE, Shelf
from agent.store.records import ReceiptRow
from agent.verbs import Refusal
from agent.wire.receipt import Gist

log = logging.getLogger(__name__)


class Lists(Protocol):
    """The part of the counter that shows it."""

    def page_url(self, row: ReceiptRow) -> str: ...

    async def remember(
        self, row: ReceiptRow, gist: Gist, *, scanned: bool = False
    ) -> None: ...


class Scanned:
    """Implements :class:`agent.hands.doing.Finder`."""

    def __init__(self, shelf: Shelf, counter: Lists) -> None:
        self._shelf = shelf
        self._counter = counter

    async def find(self, code: str, by: str) -> Refusal | None:
        """The newest receipt with that code; of one that is not kept any more: gone."""
        row = await self._newest(lambda row: self._bears(row, code))
        log.info("receipt scanned", extra={"by": by, "found": row is not None})
        if row is None:
            return words.GONE
        await self._counter.remember(row, row.gist, scanned=True)
        return None

    async def _newest(self, fits: Callable[[ReceiptRow], bool]) -> ReceiptRow | None:
        before: int | None = None
        for _ in range(0, MAX_LOOKED_AT, PAGE):
            try:
                page = await self._shelf.receipts_before(before, PAGE)
            except StoreError:
                log.exception("store does not give receipts back")
                return None
            found = next(filter(fits, page.rows), None)
            if found is not None or page.before is None:
                return found
            before = page.before
            await asyncio.sleep(0)
        return None

    def _bears(self, row: ReceiptRow, code: str) -> bool:
        return (
            row.gist.number == code
            or self._counter.page_url(row) == code
            or _stood_on(row.body, code)
        )


def _stood_on(body: bytes, code: str) -> bool:
    """Whether a symbol of the paper says that, and not just any field."""
    # Reading all of a receipt takes a hundred times as long as looking for a few bytes.
    if json.dumps(code, ensure_ascii=False).encode() not in body:
        return False
    return any(each.get("text") == code for each in json.loads(body).get("codes", ()))
