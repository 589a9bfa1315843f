"""Dead letters: parcels that reached nobody, shown to whoever can do something, sent again.

``receipt-agent deliveries replay`` leaves one file an order; a screen asks the counter.
Sent again is a copy of the receipt, with a number of its own, to the address that the
parcel had, as long as the store still knows it (a day).  An order is done when its file is
gone.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol
from uuid import UUID

from agent.bus import Bus
from agent.clock import Clock
from agent.delivery.reasons import wording
from agent.errors import StoreError
from agent.events import CounterChanged, Event
from agent.identity import contacts
from agent.identity.kinds import Contact, Kind
from agent.ids import ReceiptId
from agent.pipeline import words
from agent.pipeline.counter import Counter
from agent.screens.snapshot import DeadLetter as Shown
from agent.store.damage import DamagedRecord
from agent.store.parcels import DeadLetter
from agent.verbs import Channel, Refusal, Words

log = logging.getLogger(__name__)

LOOK_S: Final = 5.0
MAX_SHOWN: Final = 20
"""More are a fault of the relay's, which its lamp says."""
MAX_ORDER_BYTES: Final = 1024
CHANNELS: Final[dict[str, Channel]] = {"email": "email", "sms": "sms"}
KINDS: Final[dict[str, Kind]] = {"email": "email", "sms": "phone"}
_UNKNOWN: Final = Words("Envoi impossible", "Could not be sent")


@dataclass(frozen=True, slots=True)
class Order:
    """Send this one again."""

    receipt: str
    channel: str

    def written(self) -> bytes:
        """As a file."""
        said = {"receipt": self.receipt, "channel": self.channel}
        return json.dumps(said).encode()


def read(content: bytes) -> Order | None:
    """The order in a file; ``None``: it is none."""
    try:
        said = json.loads(content)
        order = Order(str(UUID(said["receipt"])), said["channel"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return order if order.channel in CHANNELS else None


class Shelf(Protocol):
    """The part of the store that this needs."""

    async def dead_letters(self, limit: int) -> list[DeadLetter]: ...


class Replays:
    """A service: looks for dead letters, and for orders."""

    name = "replays"

    def __init__(
        self,
        folder: Path,
        shelf: Shelf,
        counter: Counter,
        clock: Clock,
        bus: Bus[Event],
        country: str,
    ) -> None:
        self._folder = folder
        self._shelf = shelf
        self._counter = counter
        self._clock = clock
        self._bus = bus
        self._country = country
        counter.replays = self.replay

    async def run(self) -> None:
        """Look, do, wait, again."""
        while True:
            try:
                await self.take_up()
                await self.look()
            except (StoreError, DamagedRecord):
                log.exception("dead letters cannot be read")
            await self._clock.sleep(LOOK_S)

    async def look(self) -> None:
        """Show those that are there.

        Raises:
            StoreError: not now.
        """
        found = await self._shelf.dead_letters(MAX_SHOWN)
        self._show(tuple(self._shown(each) for each in found))

    def _show(self, letters: tuple[Shown, ...]) -> None:
        picture = self._counter.picture
        if letters != picture.dead:
            picture.dead = letters
            picture.revision += 1
            self._bus.publish(CounterChanged())

    async def take_up(self) -> int:
        """Do what was ordered; how many.

        Raises:
            StoreError: the order stays.
        """
        done = 0
        for path in sorted(self._folder.glob("*.json")):
            with path.open("rb") as file:
                order = read(file.read(MAX_ORDER_BYTES))
            if order is None:
                log.error("a file is no order to send again", extra={"file": path.name})
                path.rename(path.with_suffix(".bad"))
                continue
            refused = await self.replay(order.receipt, CHANNELS[order.channel], "it")
            if refused is not None:
                log.warning("not sent again", extra={"why": refused.code})
            path.unlink()
            done += 1
        return done

    async def replay(
        self, receipt: str, channel: Channel, by: str = "cashier"
    ) -> Refusal | None:
        """Send it again to whom it was to go; why not, in words."""
        letter = await self._dead(receipt, channel)
        if letter is None:
            return words.GONE
        if not letter.recipient:
            return words.ADDRESS_FORGOTTEN
        log.info("a dead letter is sent again", extra={"receipt": receipt, "by": by})
        refused = await self._counter.resend(
            receipt, channel, letter.recipient, "not_arrived", by
        )
        if refused is None:
            shown = (str(letter.receipt), channel)
            self._show(
                tuple(
                    each
                    for each in self._counter.picture.dead
                    if (each.id, each.channel) != shown
                )
            )
        return refused

    async def _dead(self, receipt: str, channel: Channel) -> DeadLetter | None:
        try:
            key = ReceiptId(UUID(receipt))
        except ValueError:
            return None
        return next(
            (
                each
                for each in await self._shelf.dead_letters(MAX_SHOWN)
                if (each.receipt, each.channel) == (key, channel)
            ),
            None,
        )

    def _shown(self, letter: DeadLetter) -> Shown:
        at = datetime.fromtimestamp(letter.at_ms / 1000, self._clock.now().tzinfo)
        at = at.astimezone()
        why = wording(letter.detail)
        says = Words(why.fr, why.en) if why else _UNKNOWN
        return Shown(
            id=str(letter.receipt),
            channel=CHANNELS[letter.channel],
            day=f"{at:%Y-%m-%d}",
            at=f"{at:%H:%M}",
            says=says,
            contact=self._mask(letter),
        )

    def _mask(self, letter: DeadLetter) -> str:
        if not letter.recipient:
            return ""
        kind = KINDS[letter.channel]
        found = contacts.read(kind, letter.recipient, country=self._country)
        return found.mask if isinstance(found, Contact) else ""
