"""What a choice comes to: changes in the store, numbers in the ledger, things to do.

A choice is committed together with what it comes to, before anything is done about it;
when the store fails, paper is still printed and nothing else is promised.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from agent import verbs
from agent.bus import Bus
from agent.choice.ledger import HandOver, Ledger, Why
from agent.choice.session import (
    By,
    Failed,
    Handed,
    Ordered,
    Settle,
    Withdrawn,
    step,
)
from agent.clock import Clock
from agent.consent.acts import Seen
from agent.errors import StoreError
from agent.events import DeliveryDue, Event, LogGrew
from agent.identity.kinds import Contact
from agent.ids import JobId, ReceiptId
from agent.pipeline import keeping, proving, words
from agent.pipeline.agreed import SEEN, beside, delivery
from agent.pipeline.code import Code
from agent.pipeline.codes import Codes
from agent.pipeline.consents import Deed, Whom
from agent.pipeline.entries import Provenance, Scribe, sha256_of
from agent.pipeline.invitations import Invitations
from agent.pipeline.lane import Sheet
from agent.pipeline.place import Place
from agent.pipeline.printing import Desk, Printing
from agent.pipeline.view import AtCounter, Paper, phone_code, total_of
from agent.store.handovers import EndHandOver, KeepSession, OrderHandOver
from agent.store.preferences import UsePreference
from agent.store.records import (
    Change,
    DecideReceipt,
    JobState,
    MarkHandedOver,
    Parcel,
    PutParcel,
    ReceiptRow,
    SettleJob,
)
from agent.verbs import Channel, Lang, Reason
from agent.wire.consent import Purpose
from agent.wire.events import AccountPushed, ChoiceMade

log = logging.getLogger(__name__)

BY_PEOPLE: Final = frozenset({"customer", "cashier"})
WHYS: Final[Mapping[By, Why]] = {
    "customer": "chosen",
    "cashier": "chosen",
    "preference": "preference",
    "rule": "fallback",
    "silence": "rule",
    "next_sale": "rule",
}
PROVENANCES: Final[Mapping[verbs.Provenance, Provenance]] = {
    "printed": "printed",
    "scanned": "scanned",
    "looked_up": "looked_up",
    "typed": "typed_by_cashier",
}
"""As the log has it."""
OPERATORS: Final[Mapping[By, str]] = {"customer": "customer", "cashier": "cashier"}


@dataclass(frozen=True, slots=True)
class Presented:
    """A card's number, and how it came here."""

    number: str = field(repr=False)
    provenance: verbs.Provenance


@dataclass(frozen=True, slots=True)
class Wish:
    """Where a choice is to go.  ``why`` and ``operator``: it is asked for once more.

    ``seen``: the customer had the sentence before their eyes elsewhere than on our
    screens, since ``shown_ms``, in ``lang``; ``boxes`` are those that they ticked there.
    ``also``: goes into the same commit.
    """

    contact: Contact | None = None
    why: Reason | None = None
    operator: str = ""
    seen: Seen | None = None
    shown_ms: int = 0
    lang: Lang | None = None
    boxes: tuple[Purpose, ...] = ()
    also: tuple[Change, ...] = ()


class Settling:
    """Does what was decided."""

    def __init__(
        self,
        place: Place,
        desk: Desk,
        clock: Clock,
        bus: Bus[Event],
        codes: Codes,
    ) -> None:
        self.printing = Printing(desk)
        self.lane = desk.lane
        self._place = place
        self._desk = desk
        self.shelf = desk.shelf
        self.scribe: Scribe = desk.scribe
        self.consents = desk.consents
        self.invitations = Invitations(place, desk.scribe, desk.consents)
        self._scribe = desk.scribe
        self._clock = clock
        self._bus = bus
        self._codes = codes
        self._ways: Final[
            Mapping[str, Callable[[AtCounter, Settle, Wish], Awaitable[None]]]
        ] = {
            "none": self._nothing,
            "paper": self._paper,
            "qr": self._qr,
            "email": self._send,
            "sms": self._send,
            "account": self._account,
        }

    async def code(self, row: ReceiptRow, lang: Lang) -> Code:
        """Its QR, for somebody who reads that language."""
        return await self._codes.of(row, lang)

    def page_url(self, row: ReceiptRow) -> str:
        """The customer's page: what the QR says."""
        return self._place.page_url(row.token)

    async def settle(self, at: AtCounter, settle: Settle, wish: Wish) -> None:
        """Commit the choice together with what it comes to; then do it."""
        if wish.why is None:
            at.row = replace(at.row, choice=settle.choice)
        at.says = None
        log.info(
            "choice made",
            extra={
                "receipt": str(at.row.id),
                "choice": settle.choice,
                "by": wish.operator or settle.by,
                "why": wish.why or "",
            },
        )
        await self._ways[settle.choice](at, settle, wish)
        self._bus.publish(LogGrew())

    def kept(self, at: AtCounter) -> KeepSession:
        """How far it has come, for the store."""
        return keeping.kept(at, self._clock.monotonic(), self._scribe.now_ms())

    def presented(self, row: ReceiptRow, how: Presented) -> Sequence[Change]:
        """For the log: a card was shown for it."""
        said = PROVENANCES[how.provenance]
        return self._scribe.identified(row, "loyalty", how.number, said)

    # -- the ways --------------------------------------------------------------

    async def _nothing(self, at: AtCounter, settle: Settle, _: Wish) -> None:
        decided = self._decided(at, settle, Wish())
        changes = [*decided, *await self._no_paper(at, settle)]
        if not await self.printing.commit(changes):
            at.says = words.NOT_KEPT

    async def _paper(self, at: AtCounter, settle: Settle, wish: Wish) -> None:
        number = at.row.given
        at.session, _settle = step(at.session, Ordered("paper", number))
        why, operator = _signed(settle, wish)
        decided = self._decided(at, settle, wish)
        at.papers = await self.printing.order(at.papers, why, operator, decided)

    async def _qr(self, at: AtCounter, settle: Settle, wish: Wish) -> None:
        slip = await self.qr_slip(at) if self._place.qr_slip else None
        if self._place.qr_slip and slip is None:
            at.session, instead = step(at.session, Failed("qr"))
            if instead is not None:
                await self.settle(at, replace(instead, again=settle.again), wish)
            return
        if not await self._hand_over(at, settle, wish, "qr", []):
            return
        at.session, _settle = step(at.session, Handed("qr"))
        if slip is not None:
            self.lane.put(slip)
            at.says = words.SLIP

    async def _send(self, at: AtCounter, settle: Settle, wish: Wish) -> None:
        channel, contact = settle.choice, wish.contact
        if channel not in {"email", "sms"} or contact is None:
            return
        number = at.row.given
        parcel = Parcel(channel, at.row.id, contact.value, at.lang, number=number)
        typed: Provenance = (
            "typed_by_cashier" if _told(settle, wish) else "typed_by_customer"
        )
        told = self._scribe.identified(at.row, contact.kind, contact.value, typed)
        if channel == "sms":
            said = await proving.proof(self.consents.keyed, contact.value, at.row.token)
            told += proving.told(self._scribe, at.row, said, told)
        agreed = await self._deeds(at, settle, wish, channel, contact)
        at.sent_to[channel] = await self.consents.subject(contact)
        at.taken_back = None
        async with self.consents.recorded(*agreed) as proof:
            changes = [*told, *proof, PutParcel(parcel)]
            kept = await self._hand_over(at, settle, wish, channel, changes)
        if kept:
            self._bus.publish(DeliveryDue(channel, at.row.id))

    async def _account(self, at: AtCounter, settle: Settle, wish: Wish) -> None:
        card = at.card
        holder = await self.consents.holder(card.digest) if card else None
        agreed = await self._deeds(at, settle, wish, "account", holder)
        async with self.consents.recorded(*agreed) as proof:
            pushed = AccountPushed(receipt_id=str(at.row.id), number=at.row.given)
            changes = [*proof, self._scribe.write(at.row.id, pushed)]
            await self._hand_over(at, settle, wish, "account", changes)

    async def _hand_over(
        self,
        at: AtCounter,
        settle: Settle,
        wish: Wish,
        channel: Literal["qr", "email", "sms", "account"],
        changes: list[Change],
    ) -> bool:
        """Give it the next number, in one commit with the choice; ``False``: not kept."""
        before, row = at.session, at.row
        why, operator = _signed(settle, wish)
        given, new = Ledger(row.id, row.given).order(
            channel, why, operator, self._scribe.now_ms()
        )
        if channel == "qr":
            new = replace(new, outcome="done", ended_ms=new.at_ms)
            changes = [
                MarkHandedOver(row.id),
                self._scribe.delivered(row.id, "qr", new.number),
            ]
        replaced = await self._taken_back(row.id, row.given, channel)
        at.session, _settle = step(at.session, Ordered(channel, new.number))
        at.row = replace(
            row, given=given.given, handed_over=row.handed_over or channel == "qr"
        )
        kept = await self.printing.commit(
            [
                *replaced,
                OrderHandOver(new),
                *changes,
                *await self._no_paper(at, settle),
                *self._decided(at, settle, wish),
            ]
        )
        if not kept:
            at.row = row
            at.session, _settle = step(before, Withdrawn(channel))
            at.says = words.NOT_KEPT
        return kept

    async def _taken_back(
        self, receipt: ReceiptId, given: int, channel: Channel
    ) -> list[Change]:
        """What the same channel was to bring before: its parcel is replaced."""
        if not given:
            return []
        return [
            EndHandOver(receipt, row.number, "withdrawn")
            for row in await self.rows(receipt)
            if row.channel == channel and row.outcome == "waiting"
        ]

    async def rows(self, receipt: ReceiptId) -> tuple[HandOver, ...]:
        """The ledger of a receipt; empty when the store does not say."""
        try:
            return (await self._desk.shelf.ledger(receipt)).rows
        except StoreError:
            log.exception("store does not give a ledger back")
            return ()

    async def sale_of(self, job: JobId) -> ReceiptId | None:
        """Of which sale a paper is, if that is known."""
        try:
            of = await self._desk.shelf.paper_of(job)
        except StoreError:
            log.exception("store does not say of which sale a paper is")
            return None
        return of.receipt if of else None

    async def _no_paper(self, at: AtCounter, settle: Settle) -> list[Change]:
        """The job and all that goes with it will not be printed."""
        if settle.again:
            return []
        jobs = [at.row.job, *(slip.job for slip in at.companions)]
        try:
            jobs += [tail.id for tail in await self._desk.shelf.tails(at.row.job)]
        except StoreError:
            log.exception("store does not say what followed a job")
        for job in jobs:
            self._desk.whereabouts.note(job, JobState.NO_PAPER)
        return [SettleJob(job, JobState.NO_PAPER, at.row.rule) for job in jobs]

    async def qr_slip(self, at: AtCounter) -> Sheet | None:
        """Its QR on paper, for a counter without a display."""
        code = await self._codes.slip(at.row)
        if code is None:
            return None
        fields = {
            **code,
            "shop": self._place.shop,
            "total": total_of(at.gist),
            "lang": words.written_in(at.lang),
            "code": phone_code(at, self._place, self._clock.monotonic()),
            "code_at": self._place.code_at,
        }
        raw = await self.printing.slip("qr", fields)
        return None if not raw else Sheet(at.row.rule, None, raw)

    async def follow(self, at: AtCounter, slip: Paper) -> None:
        """A card slip that comes after its sale was settled goes the same way."""
        if at.session.leg("paper") is not None:
            by = at.session.by or "cashier"
            why, operator = _signed(Settle("paper", by, again=True), Wish())
            at.companions += await self.printing.order([slip], why, operator)
        else:
            at.companions.append(slip)
            await self.printing.forget([slip])

    # -- what is written of it -----------------------------------------------------

    def _decided(self, at: AtCounter, settle: Settle, wish: Wish) -> list[Change]:
        if wish.why is not None:
            return [self.kept(at), *wish.also]
        made = ChoiceMade(
            receipt_id=str(at.row.id),
            choice=settle.choice,
            by=settle.by,
            rule=at.row.rule,
        )
        took_ms = None
        if settle.by in BY_PEOPLE and not settle.again:
            took_ms = round((self._clock.monotonic() - at.offered_at_s) * 1000)
        used: list[Change] = []
        if settle.by == "preference" and at.card is not None:
            used.append(UsePreference(at.card.digest, self._scribe.now_ms()))
        return [
            *used,
            DecideReceipt(at.row.id, settle.choice),
            self._scribe.write(at.row.id, made),
            replace(self.kept(at), took_ms=took_ms),
            *wish.also,
        ]

    async def _deeds(
        self,
        at: AtCounter,
        settle: Settle,
        wish: Wish,
        channel: Literal["email", "sms", "account"],
        contact: Whom | None,
    ) -> list[Deed]:
        seen = wish.seen or SEEN.get(settle.by)
        given = delivery(at, channel, contact, seen)
        given = replace(
            given,
            shown_ms=wish.shown_ms or given.shown_ms,
            operator=_signed(settle, wish)[1],
            evidence=await sha256_of(at.row.strip_html),
        )
        # Goods that are nobody's business leave no box to tick (G14).
        return [given, *beside(given, () if at.discreet else wish.boxes)]


def _told(settle: Settle, wish: Wish) -> bool:
    """The cashier typed it."""
    return settle.by == "cashier" and wish.seen is None


def _signed(settle: Settle, wish: Wish) -> tuple[Why, str]:
    """Why, and by whom."""
    operator = wish.operator or OPERATORS.get(settle.by, "agent")
    return wish.why or WHYS[settle.by], operator
