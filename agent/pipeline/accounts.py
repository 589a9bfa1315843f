"""Receipts that go into their customers' accounts: done when the service says so.

The log carries the wish up; the RCU looks whose account it is, and its answer comes down
by the feed.  Until then the screen says « bientôt »: nothing is claimed that is not so.
Where nobody has an account by any identifier of the receipt, or the RCU refused some of
its entries, the customer gets what they would want instead.
"""

from __future__ import annotations

import logging
from typing import Final, Protocol
from uuid import UUID

from agent.choice.ledger import HandOver, Outcome
from agent.clock import Clock
from agent.errors import StoreError
from agent.ids import ReceiptId
from agent.pipeline.counter import Counter
from agent.store.feed import FollowFeed
from agent.store.handovers import EndHandOver
from agent.store.records import Change
from agent.wire.feed import AccountAnswered, Downward

log = logging.getLogger(__name__)

LOOK_S: Final = 2.0
"""A glance at an index that is mostly empty."""
DESTINATION: Final = "rcu"


class Shelf(Protocol):
    """The part of the store that this needs."""

    async def commit(self, *changes: Change) -> None: ...

    async def waiting(self, channel: str) -> list[HandOver]: ...

    async def fate(self, receipt: ReceiptId, destination: str) -> Outcome: ...


class Accounts:
    """A service; and what takes the answers of the feed."""

    name = "accounts"

    def __init__(self, shelf: Shelf, counter: Counter, clock: Clock) -> None:
        self._shelf = shelf
        self._counter = counter
        self._clock = clock

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await self._clock.sleep(LOOK_S)
            try:
                await self.look()
            except StoreError:
                log.exception("store does not say which accounts are reached")

    async def look(self) -> None:
        """End what the RCU refused to take in: that comes on paper.

        Raises:
            StoreError: not now.
        """
        for due in await self._shelf.waiting("account"):
            fate = await self._shelf.fate(due.receipt, DESTINATION)
            if fate == "failed":
                await self._counter.lost(due.receipt, "account", due.number)

    async def take(self, event: Downward, follow: FollowFeed) -> None:
        """``account.answered.v1``.  Safe to repeat: what has ended stays as it is.

        Raises:
            StoreError: not now; the feed brings it again.
        """
        due = await self._due(event)
        if due is None:
            await self._shelf.commit(follow)
            return
        answered = AccountAnswered.model_validate(event.data)
        log.info(
            "an account was asked for",
            extra={"receipt": answered.receipt_id, "status": answered.status},
        )
        if answered.status == "filled":
            done = EndHandOver(due.receipt, due.number, "done")
            await self._shelf.commit(done, follow)
            await self._counter.arrived(due.receipt, "account", due.number)
            return
        # First what the customer gets instead: it must not be lost with an answer.
        await self._counter.lost(due.receipt, "account", due.number)
        await self._shelf.commit(follow)

    async def _due(self, event: Downward) -> HandOver | None:
        """What still waits for that answer."""
        try:
            answered = AccountAnswered.model_validate(event.data)
            receipt = ReceiptId(UUID(answered.receipt_id))
        except ValueError:  # ValidationError is one
            log.warning("an answer of accounts cannot be read", extra={"id": event.id})
            return None
        for each in await self._shelf.waiting("account"):
            if (each.receipt, each.number) == (receipt, answered.number):
                return each
        return None
