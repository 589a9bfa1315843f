"""Loyalty cards at the till: known by a keyed digest, with what their holders prefer.

The secret is the ring's (HMAC-SHA256, 16 bytes kept); without one no card is known and
nothing is kept.  The number itself goes into the log for the RCU and nowhere else.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final, Protocol

from agent.choice.preference import Preference
from agent.errors import StoreError
from agent.identity import cards
from agent.identity.contacts import match_key
from agent.identity.kinds import Contact, Unfit
from agent.pipeline.view import Card
from agent.store.preferences import KeepPreference
from agent.store.records import Change

log = logging.getLogger(__name__)

EXAMPLE: Final = "2000000000008"


class Shelf(Protocol):
    """The part of the store that cards need."""

    async def commit(self, *changes: Change) -> None: ...

    async def preference(self, card: bytes) -> Preference | None: ...


class Cards:
    """``secret``: of the HMAC, or ``None`` when there is none."""

    def __init__(
        self,
        shelf: Shelf,
        secret: bytes | None,
        now_ms: Callable[[], int],
    ) -> None:
        self._shelf = shelf
        self._secret = secret
        self._now_ms = now_ms
        # Loads the check digits: the first customer with a card does not wait for it.
        cards.read(EXAMPLE)

    @staticmethod
    def read(number: str) -> Contact | Unfit:
        """A card's number as printed, typed or scanned."""
        return cards.read(number)

    def known(self, number: str) -> Card | None:
        """A card that was printed or read; ``None``: it is none, or nothing is kept."""
        found = self.read(number)
        if isinstance(found, Unfit) or self._secret is None:
            return None
        return Card(match_key(found, self._secret), found.mask)

    async def kept(self, card: Card) -> Preference | None:
        """What its holder prefers."""
        try:
            return await self._shelf.preference(card.digest)
        except StoreError:
            log.exception("store does not say what a card's holder prefers")
            return None

    async def keep(self, card: Card, preference: Preference | None) -> bool:
        """Keep it, or forget what was kept; ``False``: the store could not."""
        return await self._commit(
            KeepPreference(card.digest, preference, self._now_ms())
        )

    async def _commit(self, change: Change) -> bool:
        try:
            await self._shelf.commit(change)
        except StoreError:
            log.exception("a preference could not be kept")
            return False
        return True
