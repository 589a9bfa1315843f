"""A code on the idle display: whose phone takes it gets the next receipt (online only).

The code is drawn anew every two minutes and after each sale, and the RCU is told of it by
the log before it is shown.  One phone takes it with a press; then the code is gone from
the display and two figures stand there, the same as on the phone, with a way to say that
it is somebody else's.  The next sale that is offered has that page, which counts as the
customer's choice.  Whatever is doubtful (another customer's paper in between, ten minutes,
a restart, no network) lets go of the phone: then the receipt is offered as ever.
"""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass, field, replace
from typing import Final, Protocol

from pydantic import ValidationError

from agent.bus import Bus
from agent.clock import Clock
from agent.entropy import Entropy
from agent.errors import StoreError, WorkerError
from agent.events import Event, LogGrew
from agent.ids import TOKEN_BYTES, PageToken, page_token
from agent.pipeline import offers
from agent.pipeline.entries import Scribe
from agent.pipeline.workshop import Workshop
from agent.screens.snapshot import UpFrontCode
from agent.store.feed import FollowFeed
from agent.store.records import Change, ReceiptRow
from agent.wire import upfront
from agent.wire.events import PageReserved
from agent.wire.feed import Downward, PageClaimed

log = logging.getLogger(__name__)

LOOK_S: Final = 1.0
PHONE: Final = "phone"
"""In place of a receipt, where somebody says « ce n'est pas mon téléphone »."""


class Shelf(Protocol):
    """The part of the store that this needs."""

    async def commit(self, *changes: Change) -> None: ...


@dataclass(frozen=True, slots=True)
class Reserved:
    """A code and the page behind it."""

    finder: str
    number: str
    page: PageToken = field(repr=False)
    svg: str = field(repr=False)
    since_s: float


class WaitingPhone:
    """What the display shows before a sale.  In memory: a restart lets go of everything."""

    def __init__(self) -> None:
        self.code: Reserved | None = None
        self._before: Reserved | None = None
        self._phone: Reserved | None = None

    def show(self, code: Reserved | None) -> None:
        """Another code; the one before may still be pressed for a moment."""
        self._before, self.code = self.code, code

    def claim(self, finder: str, now_s: float) -> bool:
        """A phone took it; ``False``: it is none of ours, or another phone waits."""
        if self.phone(now_s) is not None:
            return False
        for each in (self.code, self._before):
            fresh = each is not None and now_s - each.since_s < upfront.VALID_S
            if each is not None and each.finder == finder and fresh:
                self._phone = replace(each, since_s=now_s)
                self.code = self._before = None
                return True
        return False

    def phone(self, now_s: float) -> Reserved | None:
        """Which one waits."""
        found = self._phone
        if found is not None and now_s - found.since_s >= upfront.CLAIM_S:
            self._phone = found = None
        return found

    def drop(self) -> bool:
        """Let go of the phone; ``False``: there is none."""
        dropped, self._phone = self._phone is not None, None
        return dropped

    def take(self, row: ReceiptRow, now_s: float) -> tuple[ReceiptRow, bool]:
        """The next sale has the phone's page; and whether one waited."""
        phone, self._phone = self.phone(now_s), None
        self.code = self._before = None
        return (row, False) if phone is None else (replace(row, token=phone.page), True)

    def shown(self, now_s: float) -> UpFrontCode | None:
        """For the display."""
        if (phone := self.phone(now_s)) is not None:
            return UpFrontCode("", phone.number, offers.PHONE_WAITS, claimed=True)
        if self.code is None:
            return None
        return UpFrontCode(self.code.svg, self.code.number, offers.UP_FRONT)


class Counter(Protocol):
    """The part of the counter that this needs."""

    def here(self) -> str | None: ...

    def is_up(self, link: str) -> bool: ...

    def is_watched(self) -> bool: ...

    def changed(self) -> None: ...


class Reserving:
    """Makes codes, and tells the RCU of each."""

    def __init__(
        self, tickets_url: str, shelf: Shelf, scribe: Scribe, entropy: Entropy
    ) -> None:
        self._tickets_url = tickets_url
        self.shelf = shelf
        self._scribe = scribe
        self._entropy = entropy

    async def reserved(self, workshop: Workshop, clock: Clock) -> Reserved:
        """One more.

        Raises:
            StoreError, WorkerError: not now.
        """
        code = page_token(self._entropy.draw(TOKEN_BYTES))
        page = page_token(self._entropy.draw(TOKEN_BYTES))
        finder, number = upfront.finder_of(code), upfront.number_of(code)
        until = clock.now() + dt.timedelta(seconds=upfront.VALID_S)
        sealed = upfront.seal(code, page)
        said = PageReserved(finder=finder, sealed=sealed, number=number, until=until)
        svg = await workshop.draw_qr(f"{self._tickets_url}/u/{code}")
        await self.shelf.commit(self._scribe.write(None, said))
        return Reserved(finder, number, page, svg, clock.monotonic())


class UpFront:
    """A service; and what takes the phones of the feed.

    It works while the RCU is reached and a display is there: nobody scans a closed shop.
    """

    name = "upfront"

    def __init__(
        self,
        waiting: WaitingPhone,
        counter: Counter,
        workshop: Workshop,
        reserving: Reserving,
        clock: Clock,
        bus: Bus[Event],
    ) -> None:
        self._waiting = waiting
        self._counter = counter
        self._workshop = workshop
        self._reserving = reserving
        self._clock = clock
        self._bus = bus

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            try:
                await self.look()
            except (StoreError, WorkerError) as error:
                log.warning("no code is shown before a sale", extra={"why": str(error)})
                self._waiting.show(None)
            await self._clock.sleep(LOOK_S)

    async def look(self) -> None:
        """Show a code, another one, or none.

        Raises:
            StoreError, WorkerError: not now.
        """
        now_s, waiting = self._clock.monotonic(), self._waiting
        if not (self._counter.is_up("rcu") and self._counter.is_watched()):
            if waiting.code is not None:
                waiting.show(None)
                self._counter.changed()
            return
        if self._counter.here() is not None or waiting.phone(now_s) is not None:
            return
        code = waiting.code
        if code is None or now_s - code.since_s >= upfront.SHOWN_S:
            waiting.show(await self._reserving.reserved(self._workshop, self._clock))
            self._bus.publish(LogGrew())
            self._counter.changed()

    async def take(self, event: Downward, follow: FollowFeed) -> None:
        """``page.claimed.v1``.

        Raises:
            StoreError: not now; the feed brings it again.
        """
        await self._reserving.shelf.commit(follow)
        try:
            finder = PageClaimed.model_validate(event.data).finder
        except ValidationError:
            log.warning("a phone's claim cannot be read", extra={"id": event.id})
            return
        taken = self._waiting.claim(finder, self._clock.monotonic())
        log.info("a phone took a code", extra={"taken": taken})
        self._counter.changed()
