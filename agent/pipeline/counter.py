"""The counter: which receipt is offered, what was chosen, what the screens show.

One receipt stands at the counter.  The next sale settles it at once.  A choice
is committed before anything is done about it; when the store fails, paper is
still printed.  Settled receipts can be printed again from the cashier's list:
the first print is the original unless a channel has it already, every further
one bears DUPLICATA.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Final, Literal

from agent.bus import Bus
from agent.choice.session import (
    Choice,
    Happening,
    Held,
    NextSale,
    Phase,
    Picked,
    Session,
    Settle,
    Silence,
    step,
)
from agent.clock import Clock
from agent.events import CounterChanged, Event, PrinterState
from agent.identity.contacts import email as email_address
from agent.ids import ReceiptId
from agent.pipeline import words
from agent.pipeline.lane import Sheet
from agent.pipeline.settling import Settling
from agent.pipeline.view import AtCounter, Paper, lamps, recent, shown, trouble
from agent.screens.ports import Refusal
from agent.screens.snapshot import Recent, Snapshot
from agent.store.records import Parcel, ParcelState, ReceiptRow
from agent.wire.receipt import Gist

log = logging.getLogger(__name__)

RECENT_RECEIPTS: Final = 10
IDLE_CHECK_S: Final = 3600.0
MAX_LOOSE_SLIPS: Final = 4
SLIP_NEAR_SALE_S: Final = 60.0
"""A terminal prints its slip just before or after the POS prints the receipt."""


class Counter:
    """One customer at a time.  A service: its run loop hears silence."""

    name = "counter"

    def __init__(
        self,
        place: words.Place,
        till: Settling,
        clock: Clock,
        bus: Bus[Event],
        printer: Callable[[], PrinterState],
    ) -> None:
        self._place = place
        self._till = till
        self._clock = clock
        self._bus = bus
        self._printer = printer
        self._at: AtCounter | None = None
        self._recent: deque[tuple[ReceiptId, Recent]] = deque(maxlen=RECENT_RECEIPTS)
        self._loose: deque[tuple[float, Paper]] = deque()
        self._turn = asyncio.Lock()
        self._moved = asyncio.Event()
        self._revision = 0
        self._day: date | None = None
        self._printed_today = 0
        self._digital_today = 0
        self._links: dict[str, bool] = {}
        till.lane.on_printed = self._printed

    # -- what the corridor does ------------------------------------------

    async def offer(
        self, row: ReceiptRow, gist: Gist, paper: Paper, qr_svg: str
    ) -> None:
        """Put a receipt on the counter; the one before it is settled."""
        async with self._turn:
            await self._happen(NextSale())
            closes_at_s = self._clock.monotonic() + self._place.window_s
            self._at = AtCounter(
                Session(row.id, row.on_silence, closes_at_s),
                row,
                gist,
                paper.raw,
                paper.forwarded,
                qr_svg,
                companions=await self._slips_before(),
            )
            self._remember(row, gist)
        self._changed()

    async def attach(self, slip: Paper) -> None:
        """A card slip goes where its sale goes.

        That is the one being offered, else the one settled a moment ago, else
        the next: a terminal prints before or after the POS, never much later.
        """
        async with self._turn:
            at, now_s = self._at, self._clock.monotonic()
            if at is not None and at.session.phase is Phase.OFFERED:
                at.companions.append(slip)
            elif at is not None and now_s - at.settled_at_s < SLIP_NEAR_SALE_S:
                await self._till.follow(at, slip)
            else:
                self._loose.append((now_s, slip))
                while len(self._loose) > MAX_LOOSE_SLIPS:
                    await self._till.forget([self._loose.popleft()[1]])

    async def stop(self) -> None:
        """Let the choice in hand be done; the open one is offered again later."""
        async with self._turn:
            self._at = None

    def remember(self, row: ReceiptRow, gist: Gist) -> None:
        """List a document that was not offered, so that it can be printed."""
        self._remember(row, gist)
        self._changed()

    def count(self, *, printed: int = 0, digital: int = 0) -> None:
        """Add to today's figures, which begin again at midnight."""
        today = self._clock.now().astimezone().date()
        if today != self._day:
            self._day, self._printed_today, self._digital_today = today, 0, 0
        self._printed_today += printed
        self._digital_today += digital

    async def sheet(self, paper: Paper) -> Sheet:
        """Of a paper that was due already when we started."""
        return await self._till.sheet(paper, due=True)

    async def paper_of(self, row: ReceiptRow) -> Paper:
        """What there is to print of an earlier receipt."""
        return await self._till.paper_of(row)

    def page_url(self, row: ReceiptRow) -> str:
        """The customer's page: what the QR says."""
        return self._till.page_url(row)

    # -- what the screens do (agent.screens.ports.Counter) ----------------

    def snapshot(self, view: Literal["cashier", "display"]) -> Snapshot:
        notice = trouble(
            self._printer(),
            stuck=bool(self._till.lane.stuck),
            keeps=self._place.keeps,
        )
        return Snapshot(
            revision=self._revision,
            shop=self._place.shop,
            till=self._place.till,
            channels=self._channels(),
            shown=(
                shown(self._at, self._place.window_s, self._clock.monotonic())
                if self._at
                else None
            ),
            recent=(
                tuple(line for _, line in self._recent) if view == "cashier" else ()
            ),
            lamps=lamps(self._printer(), notice, self._links),
            notice=notice,
            printed_today=self._printed_today,
            digital_today=self._digital_today,
        )

    def strip(self, receipt: str) -> bytes | None:
        """The paper of the receipt at the counter as HTML; of another: ``None``."""
        at = self._at
        return at.row.strip_html if at and str(at.row.id) == receipt else None

    async def choose(
        self,
        receipt: str,
        choice: Choice,
        email: str | None,
        by: Literal["customer", "cashier"],
    ) -> Refusal | None:
        """Somebody chose for the receipt at the counter."""
        address = email_address(email or "")
        async with self._turn:
            if self._at is None or str(self._at.row.id) != receipt:
                return words.GONE
            if choice not in self._channels():
                return words.NO_SUCH_CHANNEL
            if choice == "email" and address is None:
                return words.NO_ADDRESS
            await self._happen(Picked(choice, by), address)
        return None

    async def hold(self, receipt: str) -> Refusal | None:
        """A touch stops the countdown; on a settled receipt it asks for more time."""
        async with self._turn:
            if self._at is None or str(self._at.row.id) != receipt:
                return words.GONE
            if self._at.session.phase is Phase.SETTLED:
                self._at.settled_at_s = self._clock.monotonic()
            await self._happen(Held())
        return None

    async def reprint(self, receipt: str) -> Refusal | None:
        """Print one of the last receipts again; the open one: choose paper for it."""
        async with self._turn:
            at = self._at
            offered = at is not None and at.session.phase is Phase.OFFERED
            if at is not None and offered and str(at.row.id) == receipt:
                await self._happen(Picked("paper", "cashier"))
                return None
            known = next((key for key, _ in self._recent if str(key) == receipt), None)
            row = await self._till.read(known) if known else None
            if row is None:
                return words.GONE
            await self._print_again(row)
        self._changed()
        return None

    # -- the silence ------------------------------------------------------

    async def run(self) -> None:
        """Settle what nobody chose for, when its window closes."""
        while True:
            self._moved.clear()
            await self._wait_for_silence()
            async with self._turn:
                if self._over():
                    self._at = None
                    self._changed()
                elif self._closed():
                    await self._happen(Silence())

    async def _wait_for_silence(self) -> None:
        wait_s, until_s = IDLE_CHECK_S, self._next_s()
        if until_s is not None:
            wait_s = max(0.0, until_s - self._clock.monotonic())
        async with asyncio.TaskGroup() as group:
            nap = group.create_task(self._clock.sleep(wait_s))
            moved = group.create_task(self._moved.wait())
            await asyncio.wait({nap, moved}, return_when=asyncio.FIRST_COMPLETED)
            nap.cancel()
            moved.cancel()

    async def _slips_before(self) -> list[Paper]:
        """The slips that came just before; those of long ago nobody wanted."""
        since_s = self._clock.monotonic() - SLIP_NEAR_SALE_S
        slips = [slip for at_s, slip in self._loose if at_s >= since_s]
        stale = [slip for at_s, slip in self._loose if at_s < since_s]
        self._loose.clear()
        if stale:
            await self._till.forget(stale)
        return slips

    def _next_s(self) -> float | None:
        """When the countdown ends, or the settled receipt leaves the screens."""
        at = self._at
        if at is None or at.session.phase is Phase.OFFERED:
            return at.session.closes_at_s if at else None
        return at.settled_at_s + self._place.linger_s

    def _over(self) -> bool:
        at = self._at
        settled = at is not None and at.session.phase is Phase.SETTLED
        until_s = self._next_s()
        return settled and until_s is not None and self._clock.monotonic() >= until_s

    def _closed(self) -> bool:
        closes_at_s = self._at.session.closes_at_s if self._at else None
        return closes_at_s is not None and self._clock.monotonic() >= closes_at_s

    # -- settling ---------------------------------------------------------

    async def _happen(self, happening: Happening, address: str | None = None) -> None:
        at = self._at
        if at is None:
            return
        at.session, settle = step(at.session, happening)
        if settle is not None:
            await self._settle(at, settle, address)
        self._changed()

    async def _settle(self, at: AtCounter, settle: Settle, address: str | None) -> None:
        try:
            await self._till.settle(at, settle, address)
        except Exception:
            log.exception("a choice could not be done, the receipt is printed")
            paper = at.paper
            self._till.lane.put(Sheet("R00", paper.job, paper.raw, paper.forwarded))
            at.progress, at.outcome = "waiting", words.PRINTING
            return
        finally:
            at.settled_at_s = self._clock.monotonic()
        if settle.choice in {"qr", "email"} and not settle.again:
            self.count(digital=1)
        if settle.choice == "paper" and at.row.paper_copies == 1:
            self.count(printed=1)
        self._remember(at.row, at.gist)

    # -- the picture ------------------------------------------------------

    def _printed(self, sheet: Sheet) -> None:
        if sheet.receipt is None:
            return
        at = self._at
        if at is not None and at.row.id == sheet.receipt and _is_paper(at):
            at.progress, at.outcome = "done", words.PRINTED
        self._changed()

    def link_changed(self, link: str, *, up: bool) -> None:
        """The RCU or the mail relay went away or came back."""
        self._links[link] = up
        self._changed()

    async def parcel_news(self, parcel: Parcel) -> None:
        """What became of a parcel: it arrived, never will, or waits."""
        at = self._at
        if at is not None and at.row.id == parcel.receipt:
            if parcel.state is ParcelState.DONE:
                at.row = replace(at.row, handed_over=True)
            if at.session.choice == "email":
                at.progress, at.outcome = words.parcel(parcel, at.masked)
            self._changed()

    async def parcel_dead(self, parcel: Parcel) -> None:
        """No channel took it: what the customer was promised comes on paper.

        May be heard twice for one parcel; a receipt on paper is left alone.
        """
        async with self._turn:
            row = await self._till.read(parcel.receipt)
            if row is not None and not row.paper_copies:
                await self._print_again(row)

    async def _print_again(self, row: ReceiptRow) -> None:
        at = self._at
        here = at is not None and at.row.id == row.id
        paper = at.paper if at and here else await self._till.paper_of(row)
        (ordered,) = await self._till.print([paper])
        if ordered.row is None:
            return
        if at and here:
            at.row = ordered.row
        elif at:
            # A slip that was asked for by itself no longer waits for its sale.
            at.companions = [each for each in at.companions if each.job != row.job]
        self._loose = deque(each for each in self._loose if each[1].job != row.job)
        if row.paper_copies == 0:
            self.count(printed=1)
        self._remember(ordered.row, row.gist)

    def _channels(self) -> tuple[Choice, ...]:
        if self._place.email:
            return ("qr", "email", "paper", "none")
        return ("qr", "paper", "none")

    def _remember(self, row: ReceiptRow, gist: Gist) -> None:
        line = (row.id, recent(row, gist))
        for index, (known, _) in enumerate(self._recent):
            if known == row.id:
                self._recent[index] = line
                return
        self._recent.appendleft(line)

    def changed(self) -> None:
        """Something that the screens show is different (printer, links)."""
        self._changed()

    def _changed(self) -> None:
        self._revision += 1
        self._moved.set()
        self._bus.publish(CounterChanged())


def _is_paper(at: AtCounter) -> bool:
    return at.session.choice == "paper"
