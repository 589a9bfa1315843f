"""Withdrawals that somebody left in the shop: taken up beside the running counter.

``receipt-agent consent withdraw`` leaves one file an order, with no contact in it: only
its keyed hash.  Each becomes a record for every purpose that the contact had agreed to,
and what is still on its way to that contact is taken back.  ``consent admit`` leaves the
opposite: an address that was shut out asks for mails again, which is one record and lets
it in.  An order is done when its file is gone; twice is as once.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal, Protocol, get_args

from agent.bus import Bus
from agent.clock import Clock
from agent.consent.acts import Declined, Told
from agent.consent.purposes import DELIVERY, TERMS
from agent.consent.standing import Said, last
from agent.errors import StoreError
from agent.events import Event, LogGrew
from agent.identity import contacts
from agent.identity.kinds import Contact, Kind
from agent.ids import ReceiptId
from agent.pipeline.consents import KINDS, Consents, Deed, Pseudonym
from agent.store.handovers import EndHandOver
from agent.store.parcels import ForgetAddressee
from agent.store.records import Change, Parcel, ParcelState, PutParcel
from agent.store.shut_out import LetIn, Why
from agent.wire.consent import Channel, Purpose

log = logging.getLogger(__name__)

LOOK_S: Final = 5.0
MAX_ORDER_BYTES: Final = 1024
MAX_PARCELS: Final = 1000
"""On their way at once; the network is never away for so many."""
A_DAY_MS: Final = 86_400_000
SUBJECT_BYTES: Final = 24
OPERATOR: Final = "it"

No = Literal["withdrawn", "objected"]
Ordered = Literal["withdrawn", "objected", "admitted"]


@dataclass(frozen=True, slots=True)
class Order:
    """A contact says no: to everything (``purpose`` empty), or to one purpose.

    ``admitted``: it asks for mails again.
    """

    kind: Kind
    subject: bytes
    decision: Ordered
    purpose: Purpose | None = None

    def written(self) -> bytes:
        """As a file."""
        return json.dumps(
            {
                "kind": self.kind,
                "subject": self.subject.hex(),
                "decision": self.decision,
                "purpose": self.purpose,
            }
        ).encode()


def read(content: bytes) -> Order | None:
    """The order in a file; ``None``: it is none."""
    try:
        said = json.loads(content)
        order = Order(
            said["kind"],
            bytes.fromhex(said["subject"]),
            said["decision"],
            said["purpose"],
        )
    except (ValueError, KeyError, TypeError):
        return None
    fits = (
        order.kind in get_args(Kind)
        and len(order.subject) == SUBJECT_BYTES
        and order.decision in get_args(Ordered)
        and (order.purpose is None or goes(order.purpose, order.kind))
    )
    return order if fits else None


def goes(purpose: Purpose, kind: Kind) -> bool:
    """Whether that purpose is asked of that kind of contact."""
    terms = TERMS.get(purpose)
    return terms is not None and _channel(kind) in terms.channels


class Shelf(Protocol):
    """The part of the store that withdrawals need."""

    async def commit(self, *changes: Change) -> None: ...

    async def due_parcels(
        self, channel: str, now_ms: int, limit: int
    ) -> list[Parcel]: ...

    async def shut_out(self, subject: bytes, now_ms: int) -> Why | None: ...

    async def addressees(self, channel: str) -> list[tuple[ReceiptId, str]]: ...


class Withdrawals:
    """Looks for orders.  A service."""

    name = "withdrawals"

    def __init__(
        self,
        folder: Path,
        consents: Consents,
        shelf: Shelf,
        clock: Clock,
        bus: Bus[Event],
        country: str,
    ) -> None:
        self._folder = folder
        self._bus = bus
        self._consents = consents
        self._shelf = shelf
        self._clock = clock
        self._country = country

    async def run(self) -> None:
        """Look, do, wait, again."""
        while True:
            try:
                await self.take_up()
            except StoreError:
                log.exception("a withdrawal waits for the store")
            await self._clock.sleep(LOOK_S)

    async def take_up(self) -> int:
        """Do what was ordered; how many.

        Raises:
            StoreError: not written; the order stays.
        """
        done = 0
        for path in sorted(self._folder.glob("*.json")):
            with path.open("rb") as file:
                order = read(file.read(MAX_ORDER_BYTES))
            if order is None:
                log.error("a file is no withdrawal", extra={"file": path.name})
                path.rename(path.with_suffix(".bad"))
                continue
            await self.do(order)
            path.unlink()
            done += 1
        return done

    async def do(self, order: Order) -> None:
        """Record it, and take back what is on its way.

        Raises:
            StoreError: nothing of it is written.
        """
        now_ms = int(self._clock.now().timestamp() * 1000)
        whom = Pseudonym(order.kind, order.subject)
        if order.decision == "admitted":
            await self._let_in(whom, now_ms)
            return
        decision = order.decision
        said = await self._consents.said(whom)
        deeds = [
            Deed(
                Declined(purpose, channel, decision, "cashier_oral"),
                whom,
                None,
                now_ms,
                operator=OPERATOR,
            )
            for purpose, channel in _asked(order, said)
        ]
        taken = await self._on_their_way(order, now_ms)
        forgotten = await self._to_forget(order)
        async with self._consents.recorded(*deeds) as records:
            await self._shelf.commit(*taken, *forgotten, *records)
        self._bus.publish(LogGrew())
        log.info(
            "a withdrawal is recorded",
            extra={"records": len(deeds), "taken_back": len(taken) // 2},
        )

    async def _let_in(self, whom: Pseudonym, now_ms: int) -> None:
        """Of one that is not shut out nothing is recorded: nobody decided anything."""
        if await self._shelf.shut_out(whom.subject, now_ms) in {None, "blocked"}:
            log.info("an address that was to be let in is not the till's to let in")
            return
        deed = Deed(Told("email"), whom, None, now_ms, operator=OPERATOR)
        async with self._consents.recorded(deed) as records:
            await self._shelf.commit(LetIn(whom.subject), *records)
        self._bus.publish(LogGrew())
        log.info("an address is let in again")

    async def _on_their_way(self, order: Order, now_ms: int) -> list[Change]:
        if order.purpose not in {None, DELIVERY}:
            return []
        changes: list[Change] = []
        for channel, kind in KINDS.items():
            if kind != order.kind:
                continue
            for parcel in await self._shelf.due_parcels(
                channel, now_ms + A_DAY_MS, MAX_PARCELS
            ):
                if await self._is_for(parcel.recipient, order):
                    changes += [_taken_back(parcel), _ended(parcel)]
        return changes

    async def _to_forget(self, order: Order) -> list[Change]:
        """Where a correction or a replay would still go."""
        if order.purpose not in {None, DELIVERY}:
            return []
        return [
            ForgetAddressee(channel, receipt)
            for channel, kind in KINDS.items()
            if kind == order.kind
            for receipt, recipient in await self._shelf.addressees(channel)
            if await self._is_for(recipient, order)
        ]

    async def _is_for(self, recipient: str, order: Order) -> bool:
        found = contacts.read(order.kind, recipient, country=self._country)
        if not isinstance(found, Contact):
            return False
        return await self._consents.subject(found) == order.subject


def _asked(order: Order, said: list[Said]) -> list[tuple[Purpose, Channel]]:
    """What the contact had agreed to; the delivery, where nothing is known of it."""
    channel = _channel(order.kind)
    if order.purpose is not None:
        return [(order.purpose, channel)]
    pairs = dict.fromkeys((each.purpose, each.channel) for each in said)
    given = [pair for pair in pairs if _holds(said, pair)]
    return given or [(DELIVERY, channel)]


def _channel(kind: Kind) -> Channel:
    return next(channel for channel, each in KINDS.items() if each == kind)


def _holds(said: list[Said], pair: tuple[Purpose, Channel]) -> bool:
    found = last(said, *pair)
    return found is not None and found.decision == "given"


def _taken_back(parcel: Parcel) -> PutParcel:
    return PutParcel(
        replace(parcel, recipient="", state=ParcelState.DEAD, detail="withdrawn")
    )


def _ended(parcel: Parcel) -> EndHandOver:
    return EndHandOver(parcel.receipt, parcel.number, "withdrawn")
