"""What the RCU hears of mails after a relay took them: the ledger, the counter, the address.

Comes down by the feed.  A mail that came back is ``bounced`` in the ledger; who still
stands there gets paper.  An address that takes no mail, or whose owner wants none, is
shut out for a time, by its keyed hash: the counter says so in words when it is typed
again.  Everything of one report is one commit with the feed's cursor.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Final, Protocol
from uuid import UUID

from pydantic import ValidationError

from agent.bus import Bus
from agent.choice.ledger import HandOver, Ledger
from agent.delivery.reasons import Reason
from agent.events import Event, LogGrew
from agent.identity import addresses
from agent.identity.kinds import Contact
from agent.ids import ReceiptId
from agent.pipeline.entries import Scribe
from agent.store.feed import FollowFeed
from agent.store.handovers import EndHandOver
from agent.store.records import Change
from agent.store.shut_out import ShutOut
from agent.wire.events import DeliveryStatus
from agent.wire.feed import Downward, MailReported

log = logging.getLogger(__name__)

DAY_MS: Final = 86_400_000
BOUNCED_DAYS: Final = 30
"""A mailbox that was shut may be open again."""
UNWANTED_DAYS: Final = 1095
"""An objection is kept for three years (DOMAIN G09)."""


class Shelf(Protocol):
    """The part of the store that this needs."""

    async def commit(self, *changes: Change) -> None: ...

    async def feed_cursor(self, source: str) -> str: ...

    async def ledger(self, receipt: ReceiptId) -> Ledger: ...


CameBack = Callable[[ReceiptId, int], Awaitable[None]]
"""The counter hears of a mail that came back, and of which copy."""


class MailReports:
    """Takes them from the feed."""

    def __init__(
        self,
        shelf: Shelf,
        scribe: Scribe,
        subject: Callable[[Contact], Awaitable[bytes]],
        came_back: CameBack,
        bus: Bus[Event],
    ) -> None:
        self._shelf = shelf
        self._scribe = scribe
        self._subject = subject
        self._came_back = came_back
        self._bus = bus

    async def take(self, event: Downward, follow: FollowFeed) -> None:
        """``mail.reported.v1``.

        Raises:
            StoreError: not now; the feed brings it again.
        """
        if await self._shelf.feed_cursor(follow.source) == follow.cursor:
            return
        try:
            said = MailReported.model_validate(event.data)
        except ValidationError:
            log.warning("a report on a mail cannot be read", extra={"event": event.id})
            await self._shelf.commit(follow)
            return
        row = await self._row(said)
        changes: list[Change] = [follow]
        if row is not None:
            changes += self._told(row, said)
        changes += await self._shut(said)
        await self._shelf.commit(*changes)
        log.info(
            "of a mail",
            extra={
                "state": said.state,
                "status": said.status,
                "ours": row is not None,
                "shut_out": any(isinstance(each, ShutOut) for each in changes),
            },
        )
        if row is not None and said.state == "bounced":
            await self._came_back(row.receipt, row.number)
        self._bus.publish(LogGrew())

    async def _row(self, said: MailReported) -> HandOver | None:
        """The hand-over that it is about; of another till's receipt there is none."""
        try:
            receipt = ReceiptId(UUID(said.receipt_id))
        except ValueError:
            return None
        rows = (await self._shelf.ledger(receipt)).rows
        mine = (row for row in rows if row.channel == "email")
        return next((row for row in mine if row.number == said.number), None)

    def _told(self, row: HandOver, said: MailReported) -> list[Change]:
        match said.state:
            case "bounced":
                status = DeliveryStatus(
                    receipt_id=str(row.receipt),
                    channel="email",
                    state="refused",
                    detail=f"{Reason.MAIL_BOUNCED}:{said.status}",
                    copy_number=row.number,
                )
                return [
                    EndHandOver(row.receipt, row.number, "bounced"),
                    self._scribe.write(row.receipt, status),
                ]
            case "delayed":
                status = DeliveryStatus(
                    receipt_id=str(row.receipt),
                    channel="email",
                    state="deferred",
                    detail=f"{Reason.MAIL_LATER}:{said.status}",
                    copy_number=row.number,
                )
                return [self._scribe.write(row.receipt, status)]
            case "unwanted":
                return []

    async def _shut(self, said: MailReported) -> list[Change]:
        unwanted = said.state == "unwanted"
        found = addresses.read(said.contact)
        if not (said.hard or unwanted) or not isinstance(found, Contact):
            return []
        days = UNWANTED_DAYS if unwanted else BOUNCED_DAYS
        subject = await self._subject(found)
        until_ms = self._scribe.now_ms() + days * DAY_MS
        return [ShutOut(subject, "unwanted" if unwanted else "bounced", until_ms)]
