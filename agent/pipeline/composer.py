"""Writes the mail of a parcel by way of the worker."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from agent.clock import Clock
from agent.delivery.channels.email import message_id
from agent.errors import WorkerError
from agent.ids import ReceiptId
from agent.pipeline.workshop import Letter, Workshop
from agent.store.records import Parcel, ReceiptRow


class Shelf(Protocol):
    """The part of the store that composing needs."""

    async def receipt(self, receipt: ReceiptId) -> ReceiptRow | None: ...


class MailComposer:
    """The Message-ID is the receipt's own, so a second try is the same message."""

    def __init__(
        self,
        shelf: Shelf,
        workshop: Workshop,
        clock: Clock,
        *,
        sender: str,
        shop: str,
        page_url: Callable[[ReceiptRow], str],
    ) -> None:
        self._shelf = shelf
        self._workshop = workshop
        self._clock = clock
        self._sender = sender
        self._shop = shop
        self._page_url = page_url

    async def compose(self, parcel: Parcel) -> bytes:
        """An RFC 5322 message.

        Raises:
            WorkerError: the receipt is gone, or the worker gave no result.
        """
        row = await self._shelf.receipt(parcel.receipt)
        if row is None:
            raise WorkerError("the receipt of a parcel is gone")
        domain = self._sender.rpartition("@")[2]
        letter = Letter(
            sender=self._sender,
            recipient=parcel.recipient,
            message_id=message_id(parcel.receipt, domain),
            date=self._clock.now(),
            url=self._page_url(row),
            shop=self._shop,
            lang=parcel.lang,
            copy_number=row.paper_copies,
        )
        return await self._workshop.compose(letter, row.body)
