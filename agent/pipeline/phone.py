"""What a customer asked for on their own phone, on the page behind the QR.

A wish comes down by the feed and goes through
the counter's verbs, as if the customer stood there; its answer goes up.  Wish, answer and
the feed's cursor are one commit, so a wish that comes twice is done once.
"""

from __future__ import annotations

import logging
from hashlib import sha256
from typing import Protocol
from uuid import UUID

from pydantic import ValidationError

from agent.bus import Bus
from agent.consent.acts import Declined
from agent.consent.purposes import TERMS
from agent.events import Event, LogGrew
from agent.ids import ReceiptId
from agent.pipeline import words
from agent.pipeline.consents import KINDS, Consents, Deed, Pseudonym
from agent.pipeline.counter import Counter
from agent.pipeline.entries import Scribe
from agent.pipeline.settling import Wish
from agent.store.feed import FollowFeed
from agent.store.records import Change
from agent.verbs import Refusal
from agent.wire.consent import Channel, Purpose
from agent.wire.events import ChoiceAnswered
from agent.wire.feed import ChoiceWished, Downward

log = logging.getLogger(__name__)


class Shelf(Protocol):
    """The part of the store that this needs."""

    async def commit(self, *changes: Change) -> None: ...

    async def feed_cursor(self, source: str) -> str: ...


class Wishes:
    """Does what a phone asked for."""

    def __init__(
        self,
        shelf: Shelf,
        counter: Counter,
        scribe: Scribe,
        consents: Consents,
        bus: Bus[Event],
    ) -> None:
        self._shelf = shelf
        self._counter = counter
        self._scribe = scribe
        self._consents = consents
        self._bus = bus

    async def take(self, event: Downward, follow: FollowFeed) -> None:
        """``choice.wished.v1``.

        Raises:
            StoreError: not now; the feed brings it again.
        """
        if await self._shelf.feed_cursor(follow.source) == follow.cursor:
            return
        try:
            wish = ChoiceWished.model_validate(event.data)
        except ValidationError:
            log.warning("a wish cannot be read", extra={"wish": event.id})
            await self._shelf.commit(follow)
            return
        taken = self._answer(wish, event, None)
        if wish.choice == "withdraw":
            await self._withdraw(wish, event, follow)
            return
        base = Wish(
            seen="own_phone",
            shown_ms=round(wish.shown_at.timestamp() * 1000),
            lang=wish.lang,
            boxes=self._ticked(wish),
            also=(follow, taken),
        )
        refusal = await self._do(wish, base)
        if await self._shelf.feed_cursor(follow.source) != follow.cursor:
            answer = taken if refusal is None else self._answer(wish, event, refusal)
            await self._shelf.commit(follow, answer)
        log.info(
            "a phone asked",
            extra={
                "receipt": wish.receipt_id,
                "choice": wish.choice,
                "refused": refusal.code if refusal else "",
            },
        )
        self._bus.publish(LogGrew())

    async def _do(self, wish: ChoiceWished, base: Wish) -> Refusal | None:
        if wish.choice == "withdraw":
            return words.GONE
        if wish.expires_at.timestamp() * 1000 <= self._scribe.now_ms():
            return words.TOO_LATE
        if wish.choice != "paper" and not self._is_shown(wish, wish.choice):
            return words.ANOTHER_SENTENCE
        contact = wish.contact or None
        refusal = await self._counter.choose(
            wish.receipt_id, wish.choice, contact, "customer", wish.lang, base
        )
        if refusal is not words.GONE:
            return refusal
        return await self._counter.resend(
            wish.receipt_id, wish.choice, contact, "asked", "customer", base
        )

    def _is_shown(self, wish: ChoiceWished, channel: Channel) -> bool:
        """What the customer read is what the record will say they read."""
        said = self._consents.asks(channel)
        text = getattr(said, wish.lang) if said else ""
        return sha256(text.encode()).hexdigest() == wish.sentence_sha256

    def _ticked(self, wish: ChoiceWished) -> tuple[Purpose, ...]:
        """Those whose sentence is still the one that the customer ticked."""
        if wish.choice not in {"email", "account"}:
            return ()
        offered = self._consents.boxes("email" if wish.choice == "email" else "account")
        shown = {
            purpose: sha256(getattr(said, wish.lang).encode()).hexdigest()
            for purpose, said in offered.items()
        }
        return tuple(each for each in shown if wish.ticked.get(each) == shown[each])

    async def _withdraw(
        self, wish: ChoiceWished, event: Downward, follow: FollowFeed
    ) -> None:
        """As easy as it was given (GDPR, art. 7, 3), also when the receipt is gone here.

        Raises:
            StoreError: not now; the feed brings it again.
        """
        deed = self._no(wish)
        code = None if deed else words.GONE
        answer = self._answer(wish, event, code)
        if deed is None:
            await self._shelf.commit(follow, answer)
        else:
            async with self._consents.recorded(deed) as proof:
                await self._shelf.commit(follow, answer, *proof)
        log.info("a phone withdrew", extra={"purpose": wish.purpose or ""})
        self._bus.publish(LogGrew())

    def _no(self, wish: ChoiceWished) -> Deed | None:
        purpose, channel = wish.purpose, wish.channel
        if purpose is None or channel is None or not wish.subject:
            return None
        if channel not in TERMS[purpose].channels:
            return None
        _, kid, found = wish.subject.split(":")
        return Deed(
            Declined(purpose, channel, "withdrawn", "own_phone"),
            Pseudonym(KINDS[channel], bytes.fromhex(kid + found)),
            _receipt(wish.receipt_id),
            round(wish.shown_at.timestamp() * 1000),
            wish.lang,
            "customer",
        )

    def _answer(
        self, wish: ChoiceWished, event: Downward, refusal: Refusal | None
    ) -> Change:
        said = ChoiceAnswered(
            receipt_id=wish.receipt_id,
            wish=event.id,
            status="refused" if refusal else "taken",
            code=refusal.code if refusal else "",
        )
        return self._scribe.write(_receipt(wish.receipt_id), said)


def _receipt(name: str) -> ReceiptId | None:
    try:
        return ReceiptId(UUID(name))
    except ValueError:
        return None
