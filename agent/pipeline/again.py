"""A receipt found again, taken back before it left, or printed as a gift receipt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal
from uuid import UUID

from agent.bus import Bus
from agent.choice import resuming
from agent.choice.ledger import Ledger
from agent.choice.session import Phase, Session
from agent.consent.acts import Declined
from agent.consent.purposes import DELIVERY
from agent.events import Event, LogGrew
from agent.ids import ReceiptId
from agent.pipeline import words
from agent.pipeline.consents import KINDS, Deed, Pseudonym
from agent.pipeline.entries import Scribe
from agent.pipeline.keeping import sent_to
from agent.pipeline.lane import Sheet
from agent.pipeline.place import Place
from agent.pipeline.printing import Printing
from agent.pipeline.settling import Settling
from agent.pipeline.view import AtCounter, Card
from agent.store.handovers import EndHandOver
from agent.store.parcels import ForgetAddressee
from agent.store.records import Change, Parcel, ParcelState, PutParcel, ReceiptRow
from agent.verbs import By, Channel
from agent.wire.consent import Method
from agent.wire.events import DeliveryStatus
from agent.wire.receipt import DocKind

RULE_ASKED: Final = "R03"
WITHDRAWN: Final = "withdrawn"
"""Of a parcel: why it never left."""
HOW: Final[Mapping[By, Method]] = {
    "customer": "customer_screen",
    "cashier": "cashier_oral",
}
SENT: Final[tuple[Literal["email", "sms"], ...]] = ("email", "sms")


class Again:
    """What may be done with a receipt that was settled."""

    def __init__(self, till: Settling, scribe: Scribe, bus: Bus[Event]) -> None:
        self._till = till
        self._printing: Printing = till.printing
        self._scribe = scribe
        self._bus = bus

    async def find(self, receipt: str) -> ReceiptRow | None:
        """A receipt that the store still has, by the id that screens know."""
        try:
            key = ReceiptId(UUID(receipt))
        except ValueError:
            return None
        return await self._printing.read(key)

    async def standing(self, row: ReceiptRow) -> AtCounter:
        """As if it stood at the counter, resolved, with what its channels came to."""
        kept = resuming.read(row.session)
        ledger = Ledger(row.id, row.given, await self._till.rows(row.id))
        session = Session(
            row.id,
            row.on_silence,
            None,
            Phase.DONE,
            row.choice,
            legs=resuming.legs(ledger, kept),
        )
        at = AtCounter(session, row, row.gist)
        if kept is not None:
            at.lang, at.offered_ms = kept.lang, kept.offered_ms
            at.sent_to = sent_to(kept)
            at.mentions = frozenset(kept.mentions)
            if kept.card:
                at.card = Card(bytes.fromhex(kept.card), kept.card_mask)
        at.discreet = self._scribe.is_discreet(row)
        return at

    async def take_back(self, at: AtCounter, by: By) -> list[Channel] | None:
        """The channels whose address is another's: nothing goes there any more.

        What has not left never does; of what has, the agreement is withdrawn and the
        address unlinked from the receipt.  ``None``: the store does not take it.
        """
        taken: list[Channel] = []
        changes: list[Change] = []
        deeds: list[Deed] = []
        for channel in SENT:
            leg = at.session.leg(channel)
            if leg is None or leg.progress == "failed":
                continue
            taken.append(channel)
            if leg.progress != "done":
                changes += _withdrawn(at.row.id, channel, leg.number or 0)
            changes.append(ForgetAddressee(channel, at.row.id))
            changes += self._scribe.another_s(at.row, KINDS[channel])
            deeds += await self._no(at, channel, by)
        if not taken:
            return []
        async with self._till.consents.recorded(*deeds) as proof:
            kept = await self._printing.commit([*changes, *proof])
        if not kept:
            return None
        self._bus.publish(LogGrew())
        return taken

    async def _no(
        self, at: AtCounter, channel: Literal["email", "sms"], by: By
    ) -> list[Deed]:
        """To the delivery, and to all else that was agreed to about this receipt."""
        subject, kind = at.sent_to.get(channel), KINDS[channel]
        whom = Pseudonym(kind, subject) if subject is not None else None
        more = await self._till.consents.given_about(whom, at.row.id) if whom else []
        since_ms = at.offered_ms or at.row.at_ms
        return [
            Deed(
                Declined(purpose, way, "withdrawn", HOW[by]),
                whom,
                at.row.id,
                since_ms,
                at.lang,
                by,
            )
            for purpose, way in dict.fromkeys([(DELIVERY, channel), *more])
        ]

    async def gift(self, row: ReceiptRow, at: AtCounter | None) -> bool:
        """A slip with the goods and no price; no hand-over of the receipt."""
        kept = at or resuming.read(row.session)
        lang = words.written_in(kept.lang if kept else "fr")
        fields = {"at": self._scribe.now().isoformat(), "lang": lang}
        return await self._slip("gift", fields, row, DocKind.GIFT)

    async def exit(self, row: ReceiptRow, at: AtCounter | None, place: Place) -> bool:
        """A slip that opens the barrier behind a self-checkout; no hand-over either."""
        kept = at or resuming.read(row.session)
        lang = words.written_in(kept.lang if kept else "fr")
        now = self._scribe.now().isoformat()
        fields = {"at": now, "lang": lang, "shop": place.shop}
        return await self._slip("exit", fields, row, DocKind.EXIT_SLIP)

    async def _slip(
        self, name: str, fields: Mapping[str, str], row: ReceiptRow, kind: DocKind
    ) -> bool:
        raw = await self._printing.slip(name, fields, row.body)
        if not raw:
            return False
        status = DeliveryStatus(
            receipt_id=str(row.id),
            channel="paper",
            state="delivered",
            kind=kind,
        )
        await self._printing.commit([self._scribe.write(row.id, status)])
        self._printing.lane.put(Sheet(RULE_ASKED, None, raw))
        return True


def _withdrawn(
    receipt: ReceiptId, channel: Literal["email", "sms"], number: int
) -> list[Change]:
    parcel = Parcel(
        channel,
        receipt,
        "",
        "fr",
        state=ParcelState.DEAD,
        detail=WITHDRAWN,
        number=number,
    )
    return [PutParcel(parcel), EndHandOver(receipt, number, "withdrawn")]
