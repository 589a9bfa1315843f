"""What stands at the counter, and what happens to it.

One receipt stands there.  The next sale settles it at once.  A choice is committed
before anything is done about it; when the store fails, paper is still printed.  What
was handed over is in the ledger; a restart finds a receipt where it was.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Final

from agent.bus import Bus
from agent.choice import resuming
from agent.choice.ledger import Ledger, Why
from agent.choice.preference import Situation, applied
from agent.choice.session import (
    AskedAgain,
    Handed,
    Happening,
    NextSale,
    Ordered,
    Preferred,
    Settle,
    Silence,
    step,
)
from agent.clock import Clock
from agent.events import CounterChanged, Event, PrinterState
from agent.ids import ReceiptId
from agent.pipeline import windows, words
from agent.pipeline.again import Again
from agent.pipeline.cards import Cards
from agent.pipeline.code import Code
from agent.pipeline.companions import SLIP_NEAR_SALE_S, Companions
from agent.pipeline.lane import Sheet
from agent.pipeline.lookup import Lookup
from agent.pipeline.naps import nap
from agent.pipeline.openings import Openings
from agent.pipeline.picture import Picture
from agent.pipeline.place import Place
from agent.pipeline.settling import Presented, Settling, Wish
from agent.pipeline.view import AtCounter, Card, Paper, mode_of
from agent.store.records import Change, ReceiptRow
from agent.wire.receipt import Gist

log = logging.getLogger(__name__)

IDLE_CHECK_S: Final = 3600.0
CARD_BEFORE_SALE_S: Final = 120.0
"""A card is scanned while the goods are; one of long ago was another customer's."""


class Standing:
    """One customer at a time.  A service: its run loop hears silence."""

    name = "counter"

    def __init__(
        self,
        place: Place,
        till: Settling,
        clock: Clock,
        bus: Bus[Event],
        printer: Callable[[], PrinterState],
        cards: Cards,
    ) -> None:
        self._place = place
        self._till = till
        self.printing = till.printing
        self._clock = clock
        self._bus = bus
        self._cards = cards
        self._at: AtCounter | None = None
        self._companions = Companions(till.printing, clock)
        self._next_card: tuple[float, Card, Presented] | None = None
        """Shown before its sale came: when, and what the log is to have of it."""
        self._turn = asyncio.Lock()
        self._moved = asyncio.Event()
        self._openings = Openings(place, till, clock, cards)
        self._again = Again(till, till.scribe, bus)
        self._lookup = Lookup(till.shelf, till.rows)
        self.picture = Picture(place, till.lane, printer, till.consents.asks)
        self._another_came = False
        """Whose document is only printed: nothing of the one before may stay."""
        till.lane.on_printed = self._printed
        till.lane.on_unkept = self._make_way

    # -- what the corridor does ------------------------------------------

    def opening(
        self, row: ReceiptRow, card: str | None, mentions: Sequence[str]
    ) -> ReceiptRow:
        """The row of a receipt that is about to be offered: with its session in it."""
        return self._openings.opening(row, card, mentions)

    async def invitation(
        self, row: ReceiptRow, mentions: Collection[str], *, card: bool
    ) -> Change:
        """What its customer's own phone may ask for."""
        return await self._till.invitations.first(row, mentions, card=card)

    async def offer(
        self, row: ReceiptRow, gist: Gist, paper: Paper, code: Code
    ) -> None:
        """Put a receipt on the counter; the one before it is settled.

        One that was there before a restart goes on with what is left of its time.
        """
        async with self._turn:
            await self._happen(NextSale())
            at = await self._openings.stands(row, gist)
            at.raw, at.forwarded, at.code = paper.raw, paper.forwarded, code
            at.companions = await self._companions.claimed()
            self._at = at
            await self._take_card(at)
            self._note(at)
            await self._file_slips()
        self.changed()

    async def next_customer(self) -> None:
        """Another is served, whose paper is printed at once.

        Nothing of the one before stays on the screens, least of all the receipt's QR.
        """
        async with self._turn:
            await self._happen(NextSale())
            self._at = None
            self.picture.waiting.drop()
        self.changed()

    def take_phone(self, row: ReceiptRow) -> tuple[ReceiptRow, bool]:
        """A receipt that is about to be offered: with the page of a phone that waits."""
        return self.picture.waiting.take(row, self._clock.monotonic())

    async def next_begins(self) -> None:
        """Another customer's articles are scanned: a settled receipt makes room."""
        async with self._turn:
            if self._at is not None and not self._at.session.open:
                self._at = None
        self.changed()

    async def stand_again(self, row: ReceiptRow, code: Code) -> None:
        """After a restart: the last receipt stays on the screens for its time."""
        kept = resuming.read(row.session)
        if kept is None or kept.settled_ms is None or self._at is not None:
            return
        ago_s = (self._now_ms() - kept.settled_ms) / 1000
        if not 0 <= ago_s < self._place.linger_s:
            return
        at = await self._openings.stands(row, row.gist)
        paper = await self.printing.paper_of(row)
        at.forwarded, at.code = paper.forwarded, code
        at.settled_at_s = self._clock.monotonic() - ago_s
        async with self._turn:
            self._at = at
        self.changed()

    async def attach(self, slip: Paper) -> None:
        """A card slip goes where its sale goes.

        That is the one being offered, else the one settled a moment ago, else
        the next: a terminal prints before or after the POS, never much later.
        """
        async with self._turn:
            at, now_s = self._at, self._clock.monotonic()
            if at is not None and at.session.open:
                at.companions.append(slip)
            elif at is not None and now_s - at.settled_at_s < SLIP_NEAR_SALE_S:
                await self._till.follow(at, slip)
            else:
                await self._companions.wait(slip)

    async def once_more(
        self, row: ReceiptRow, paper: Paper, changes: Sequence[Change]
    ) -> None:
        """The POS printed a sale again: one copy more of it, with ``changes``."""
        async with self._turn:
            await self._print_again(row, "pos", "agent", paper, changes)
        self.changed()

    async def stop(self) -> None:
        """Let the choice in hand be done; the open one is offered again later."""
        async with self._turn:
            self._at = None

    async def remember(
        self, row: ReceiptRow, gist: Gist, *, scanned: bool = False
    ) -> None:
        """List a document that was not offered, so that it can be printed."""
        rows = await self._till.rows(row.id)
        legs = resuming.legs(
            Ledger(row.id, row.given, rows), resuming.read(row.session)
        )
        recents = self.picture.recents
        (recents.point_out if scanned else recents.note)(row, gist, legs)
        await self._file_slips()
        self.changed()

    async def _file_slips(self) -> None:
        """Card slips beneath their sales, as far as the store knows of which they are."""
        recents = self.picture.recents
        for slip, job in recents.loose:
            of = await self._till.sale_of(job)
            if of is not None:
                recents.put_under(slip, of)

    def count(self, *, printed: int = 0, digital: int = 0) -> None:
        """Add to today's figures."""
        self.picture.count(self._clock.now(), printed=printed, digital=digital)

    def page_url(self, row: ReceiptRow) -> str:
        """The customer's page: what the QR says."""
        return self._till.page_url(row)

    # -- news ---------------------------------------------------------------

    def link_changed(self, link: str, *, up: bool) -> None:
        """The RCU or the mail relay went away or came back."""
        self.picture.links[link] = up
        self.changed()

    def is_up(self, link: str) -> bool:
        """Not known to be away."""
        return self.picture.is_up(link)

    def is_watched(self) -> bool:
        """Whether a page of the customer's display is open."""
        return self.picture.links.get("display", False)

    def unread_page(self) -> ReceiptRow | None:
        """Of the receipt here whose QR leads to a page, which may never be filled."""
        at = self._at
        return at.row if at is not None and at.code.kind == "page" else None

    async def show_code(self, receipt: ReceiptId, code: Code) -> None:
        """Another QR of the same receipt, if it still stands here."""
        async with self._turn:
            at = self._at
            if at is not None and at.row.id == receipt:
                at.code = code
        self.changed()

    def _make_way(self) -> None:
        self._another_came = True
        self._moved.set()

    def _printed(self, sheet: Sheet) -> None:
        at = self._at
        if at is not None and sheet.receipt == at.row.id:
            leg = at.session.leg("paper")
            if leg is not None and leg.number == sheet.copy:
                at.session, _settle = step(at.session, Handed("paper"))
                refused = at.says is words.REFUSED_PRINTS
                at.says = words.REFUSED_PRINTED if refused else None
            self._note(at)
        if sheet.receipt is not None:
            self.changed()

    # -- the silence ------------------------------------------------------

    async def run(self) -> None:
        """Settle what nobody chose for, when its window closes."""
        while True:
            self._moved.clear()
            if not self._another_came:
                await self._wait_for_silence()
            if self._another_came:
                self._another_came = False
                await self.next_customer()
            async with self._turn:
                now_s = self._clock.monotonic()
                if windows.is_over(self._at, self._place.linger_s, now_s):
                    self._at = None
                    self.changed()
                elif windows.is_closed(self._at, now_s):
                    await self._happen(Silence())

    async def _wait_for_silence(self) -> None:
        wait_s, until_s = IDLE_CHECK_S, windows.ends_s(self._at, self._place.linger_s)
        if until_s is not None:
            wait_s = max(0.0, until_s - self._clock.monotonic())
        await nap(self._clock, wait_s, self._moved)

    # -- settling ---------------------------------------------------------

    async def _happen(self, happening: Happening, wish: Wish | None = None) -> None:
        if self._at is not None:
            await self._step(self._at, happening, wish)
            self.changed()

    async def _step(
        self, at: AtCounter, happening: Happening, wish: Wish | None = None
    ) -> None:
        at.session, settle = step(at.session, happening)
        if settle is not None:
            await self._settle(at, settle, wish or Wish())

    async def _settle(self, at: AtCounter, settle: Settle, wish: Wish) -> None:
        before = at.row
        try:
            await self._till.settle(at, settle, wish)
        except Exception:
            log.exception("a choice could not be done, the receipt is printed")
            paper = at.paper
            self._till.lane.put(Sheet("R00", paper.job, paper.raw, paper.forwarded))
            at.says = words.PRINTING
            return
        finally:
            at.settled_at_s = self._clock.monotonic()
        digital = settle.choice not in {"paper", "none"} and not settle.again
        first_paper = at.row.paper_copies > before.paper_copies == 0
        self.count(printed=int(first_paper), digital=int(digital))
        self._note(at)

    async def _print_again(
        self,
        row: ReceiptRow,
        why: Why,
        operator: str,
        again: Paper | None = None,
        changes: Sequence[Change] = (),
    ) -> None:
        at = self._at
        here = at is not None and at.row.id == row.id
        paper = at.paper if at and here else await self.printing.paper_of(row)
        paper = replace(again, row=paper.row) if again else paper
        (ordered,) = await self.printing.order([paper], why, operator, changes)
        if ordered.row is None:
            return
        if at and here:
            at.row = ordered.row
            at.session, _settle = step(at.session, AskedAgain("paper"))
            number = ordered.row.given - 1
            at.session, _settle = step(at.session, Ordered("paper", number))
        elif at:
            # A slip that was asked for by itself no longer waits for its sale.
            at.companions = [each for each in at.companions if each.job != row.job]
        self._companions.drop(row.job)
        if row.paper_copies == 0:
            self.count(printed=1)
        if at and here:
            self._note(at)
        else:
            await self.remember(ordered.row, row.gist)

    # -- cards ------------------------------------------------------------

    async def _take_card(self, at: AtCounter) -> None:
        """The card on the receipt, else the one that was shown for this sale."""
        shown, self._next_card = self._next_card, None
        if at.card is None and shown is not None:
            at_s, card, how = shown
            if self._clock.monotonic() - at_s <= CARD_BEFORE_SALE_S:
                await self._present(at, card, how)
                return
        if at.card is not None:
            await self._prefer(at, at.card)

    async def _present(self, at: AtCounter, card: Card, how: Presented) -> None:
        """A card that was shown belongs to this sale."""
        await self._prefer(at, card)
        await self.printing.commit(
            [
                *self._till.presented(at.row, how),
                self._till.invitations.again(at.row, at.mentions),
                self._till.kept(at),
            ]
        )

    async def _prefer(self, at: AtCounter, card: Card) -> None:
        """What is kept for it is what silence means from now on."""
        card = replace(card, kept=await self._cards.kept(card))
        at.card = card
        live = mode_of(at.mentions) == "live"
        account = self._place.account and live and not at.discreet
        now = Situation(at.row.on_silence == "paper", account)
        choice = applied(card.kept, now)
        at.session, _settle = step(at.session, Preferred(choice))

    def _note(self, at: AtCounter) -> None:
        self.picture.recents.note(at.row, at.gist, at.session.legs)

    def _now_ms(self) -> int:
        return int(self._clock.now().timestamp() * 1000)

    def changed(self) -> None:
        """Something that the screens show is different."""
        self.picture.revision += 1
        self._moved.set()
        self._bus.publish(CounterChanged())
