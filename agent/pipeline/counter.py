"""What people ask of the counter (:class:`agent.screens.ports.Counter`).

A verb makes sense now or is refused in words; it returns once its effect is kept and
the paper lane knows.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Final

from agent.choice.preference import KEEPABLE, Preference
from agent.choice.session import (
    AskedAgain,
    Extended,
    Handed,
    Held,
    Picked,
    Preferred,
    Withdrawn,
    step,
)
from agent.events import LogGrew
from agent.identity import addresses, phones
from agent.identity.kinds import Contact, Unfit
from agent.pipeline import words
from agent.pipeline.posted import Posted
from agent.pipeline.settling import Presented, Wish
from agent.pipeline.upfront import PHONE
from agent.pipeline.view import AtCounter
from agent.screens.ports import View
from agent.screens.snapshot import Recent, Snapshot
from agent.store.records import Append, Change, ReceiptRow
from agent.verbs import By, Channel, Choice, Lang, Provenance, Reason, Refusal

log = logging.getLogger(__name__)

UNSAID: Final = Wish()
MAX_COPIES: Final = 20
"""Of one receipt: more are a mistake, or somebody plays with the keys."""


async def _no_dead_letter(_receipt: str, _channel: Channel, _by: str) -> Refusal | None:
    """Nothing is posted here."""
    await asyncio.sleep(0)
    return words.GONE


class Counter(Posted):
    """Answers screens and hands."""

    replays: Callable[[str, Channel, str], Awaitable[Refusal | None]] = staticmethod(
        _no_dead_letter
    )
    """Sends a dead letter again; put here by :class:`agent.pipeline.replays.Replays`."""

    # -- pictures -------------------------------------------------------------

    def here(self) -> str | None:
        return str(self._at.row.id) if self._at else None

    def snapshot(self, view: View) -> Snapshot:
        return self.picture.snapshot(view, self._at, self._clock.monotonic())

    async def look(self) -> None:
        await self.picture.look()

    def strip(self, receipt: str) -> bytes | None:
        """The paper of the receipt at the counter as HTML; of another: ``None``."""
        at = self._standing(receipt)
        return at.row.strip_html if at else None

    async def search(self, query: str, by: str = "cashier") -> tuple[Recent, ...]:
        """Bounded; what was asked is personal, that it was asked is logged."""
        found = await self._lookup.search(query)
        log.info("receipts searched", extra={"by": by, "found": len(found)})
        return found

    # -- the choice -------------------------------------------------------------

    async def choose(
        self,
        receipt: str,
        choice: Choice,
        contact: str | None,
        by: By,
        lang: Lang = "fr",
        base: Wish = UNSAID,
    ) -> Refusal | None:
        """Somebody chose for the receipt at the counter; ``base``: from elsewhere."""
        async with self._turn:
            at = self._standing(receipt)
            if at is None:
                return words.GONE
            if choice not in self.picture.channels(at):
                return words.NO_SUCH_CHANNEL
            if choice == "paper" and self._is_late(at.row):
                return words.TOO_LATE
            wish = await self._wish(choice, contact, base)
            if isinstance(wish, Refusal):
                return wish
            if by == "customer":
                at.lang = lang  # a cashier's page says nothing of the customer
            if not await self._under_way(at, choice, wish):
                mask = wish.contact.mask if wish.contact else ""
                await self._happen(Picked(choice, by, mask), wish)
        return None

    async def hold(self, receipt: str) -> Refusal | None:
        """A touch stops the countdown; on a settled receipt it asks for more time."""
        async with self._turn:
            at = self._standing(receipt)
            if at is None:
                return words.GONE
            await self._more_time(at, Held())
        return None

    async def extend(self, receipt: str) -> Refusal | None:
        """The countdown begins again; a settled receipt stays as long again."""
        async with self._turn:
            at = self._standing(receipt)
            if at is None:
                return words.GONE
            until_s = self._clock.monotonic() + self._place.window_s
            await self._more_time(at, Extended(until_s))
        return None

    async def speak(self, lang: Lang, receipt: str | None = None) -> Refusal | None:
        """The customer's screen is read in that language: so are QR, mail and slip."""
        if receipt is None:
            self.picture.tongue = lang
            self.changed()
            return None
        async with self._turn:
            at = self._standing(receipt)
            if at is None:
                return words.GONE
            if at.lang == lang:
                return None
            at.lang = lang
            await self.printing.commit([self._till.kept(at)])
            row, drawn = at.row, at.code
        code = await self._till.code(row, lang)
        if self._at is at and at.lang == lang and at.code is drawn and code.svg:
            at.code = code
        self.changed()
        return None

    async def _more_time(self, at: AtCounter, happening: Held | Extended) -> None:
        if not at.session.open:
            at.settled_at_s = self._clock.monotonic()
        await self._happen(happening)
        await self.printing.commit([self._till.kept(at)])

    async def not_me(self, receipt: str, by: By = "customer") -> Refusal | None:
        """The address, or else the card, was another's: nothing goes there.

        So is the phone that waits for the next receipt, where there is none yet.
        """
        if receipt == PHONE and self.picture.waiting.drop():
            log.info("a phone was sent away", extra={"by": by})
            self.changed()
            return None
        async with self._turn:
            at = self._standing(receipt)
            if at is None:
                return words.GONE
            taken = await self._again.take_back(at, by)
            if taken is None:
                return words.NOT_WRITTEN
            refused: list[Append] = []
            if taken:
                self._forget_contacts(at, taken)
            elif at.card is not None:
                refused = self._till.scribe.another_s(at.row, "loyalty")
                at.card = None
                at.session, _settle = step(at.session, Preferred(None))
                at.says = None
            else:
                return words.NOTHING_SENT
            await self.printing.commit([self._till.kept(at), *refused])
            self._bus.publish(LogGrew())
            self._note(at)
        self.changed()
        return None

    def _forget_contacts(self, at: AtCounter, taken: Sequence[Channel]) -> None:
        left = [each for each in taken if _is_gone(at, each)]
        for channel in taken:
            at.session, _settle = step(at.session, Withdrawn(channel))
            at.sent_to.pop(channel, None)
        at.taken_back = taken[-1]
        at.says = words.NO_MORE_THERE if left else words.TAKEN_BACK

    # -- cards --------------------------------------------------------------------

    async def keep_preference(self, receipt: str, *, keep: bool) -> Refusal | None:
        """« Conserver ce choix », or forget what was kept."""
        async with self._turn:
            at = self._standing(receipt)
            if at is None:
                return words.GONE
            if at.card is None:
                return words.NO_CARD
            preference = None
            if keep:
                if at.session.choice is None or not at.session.meant:
                    return words.NOTHING_TO_KEEP
                preference = Preference(KEEPABLE[at.session.choice])
            if not await self._cards.keep(at.card, preference):
                return words.NOT_WRITTEN
            await self._prefer(at, at.card)
        self.changed()
        return None

    async def identify(self, value: str, provenance: Provenance) -> Refusal | None:
        """A card: of the receipt that is open here, else of the next one."""
        found = self._cards.read(value)
        if isinstance(found, Unfit):
            return Refusal("no_card", found.fault.words)
        card = self._cards.known(value)
        if card is None:
            return words.NOT_WRITTEN
        how = Presented(found.value, provenance)
        log.info("card presented", extra={"how": provenance})
        async with self._turn:
            at = self._at
            if at is not None and at.session.open:
                await self._present(at, card, how)
            else:
                self._next_card = (self._clock.monotonic(), card, how)
        self.changed()
        return None

    # -- copies ---------------------------------------------------------------------

    async def reprint(
        self,
        receipt: str,
        reason: Reason = "asked",
        by: str = "cashier",
        also: tuple[Change, ...] = (),
    ) -> Refusal | None:
        """Print a receipt that the store has; the open one: choose paper for it."""
        async with self._turn:
            at = self._standing(receipt)
            if at is not None and at.session.open:
                await self._happen(Picked("paper", "cashier"))
                return None
            row = await self._stored(receipt)
            if isinstance(row, Refusal):
                return row
            await self._print_again(row, reason, by, None, also)
        self.changed()
        return None

    async def resend(
        self,
        receipt: str,
        channel: Channel,
        contact: str | None,
        reason: Reason,
        by: str = "cashier",
        base: Wish = UNSAID,
    ) -> Refusal | None:
        """Hand it over once more by that channel."""
        if channel == "paper":
            return await self.reprint(receipt, reason, by, base.also)
        wish = await self._wish(channel, contact, base)
        if isinstance(wish, Refusal):
            return wish
        async with self._turn:
            row = await self._stored(receipt)
            if isinstance(row, Refusal):
                return row
            at = self._standing(receipt) or await self._again.standing(row)
            at.lang = base.lang or at.lang
            if channel not in self.picture.channels(at):
                return words.NO_SUCH_CHANNEL
            mask = wish.contact.mask if wish.contact else ""
            if at.session.open:
                await self._happen(Picked(channel, "cashier", mask), wish)
                return None
            wish = replace(wish, why=reason, operator=by)
            await self._step(at, AskedAgain(channel, mask), wish)
        self.changed()
        return None

    async def replay(
        self, receipt: str, channel: Channel, by: str = "cashier"
    ) -> Refusal | None:
        """Send a dead letter again, to whom it was to go."""
        return await self.replays(receipt, channel, by)

    async def exit_slip(self, receipt: str, by: str = "cashier") -> Refusal | None:
        """What opens the barrier of a self-checkout; no copy of the receipt."""
        async with self._turn:
            row = await self._stored(receipt)
            if isinstance(row, Refusal):
                return row
            log.info("exit slip", extra={"receipt": receipt, "by": by})
            if not await self._again.exit(row, self._standing(receipt), self._place):
                return words.NO_SLIP
        self.changed()
        return None

    async def gift(self, receipt: str, by: str = "cashier") -> Refusal | None:
        """A gift receipt: the goods, no price.  No copy of the receipt."""
        async with self._turn:
            row = await self._stored(receipt)
            if isinstance(row, Refusal):
                return row
            log.info("gift receipt", extra={"receipt": receipt, "by": by})
            if not await self._again.gift(row, self._standing(receipt)):
                return words.NO_GOODS
        self.changed()
        return None

    async def fetched(self, receipt: str) -> Refusal | None:
        """The page behind the QR was read: that is a choice, unless one was made of it."""
        async with self._turn:
            at = self._standing(receipt)
            if at is None:
                return words.GONE
            await self._happen(Handed("qr"))
        return None

    # -- what is there ------------------------------------------------------------------

    def _standing(self, receipt: str) -> AtCounter | None:
        at = self._at
        return at if at is not None and str(at.row.id) == receipt else None

    async def _stored(self, receipt: str) -> ReceiptRow | Refusal:
        """Of the counter or the store, as long as paper may be asked for."""
        at = self._standing(receipt)
        row = at.row if at else await self._again.find(receipt)
        if row is None:
            return words.GONE
        if self._is_late(row) or row.given >= MAX_COPIES:
            return words.TOO_LATE
        return row

    async def _under_way(self, at: AtCounter, choice: Choice, wish: Wish) -> bool:
        """The same, to the same address: a verb that is repeated does no harm."""
        leg = at.session.leg(choice)
        if leg is None or wish.contact is None or leg.progress == "failed":
            return False
        subject = await self._till.consents.subject(wish.contact)
        return at.sent_to.get(choice) == subject

    def _is_late(self, row: ReceiptRow) -> bool:
        if self._standing(str(row.id)) is not None:
            return False  # it came a moment ago, whatever the wall clock says by now
        return self._now_ms() - row.at_ms > self._place.paper_for_s * 1000

    async def _wish(
        self, choice: Choice, contact: str | None, base: Wish
    ) -> Wish | Refusal:
        found: Contact | Unfit | None = None
        if choice == "email":
            found = addresses.read(contact or "", self._place.own_domain)
        elif choice == "sms":
            found = phones.read(contact or "", self._place.country)
        if isinstance(found, Unfit):
            return Refusal("no_address", found.fault.words, found.hint)
        if found is not None:
            why = await self._till.consents.shut_out(found)
            if refusal := words.shut_out(found.kind, why):
                return refusal
        return replace(base, contact=found)


def _is_gone(at: AtCounter, channel: Channel) -> bool:
    leg = at.session.leg(channel)
    return leg is not None and leg.progress == "done"
