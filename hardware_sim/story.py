"""The whole story without a person: seven things that a receipt may live through.

Each step acts as people do (a POS prints, a customer touches the display, a
phone looks at it) and believes only what comes out at the other end: pixels,
paper bytes, the page, the mailbox, the RCU's books.  Every wait is bounded.
Without a browser the customer's touches are HTTP requests and the phone looks
at the QR's SVG, drawn to pixels; the step says so.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Final

import httpx
from playwright.async_api import Error as BrowserError

from hardware_sim import library_bytes, phone, recordings
from hardware_sim.browser import Browser
from hardware_sim.counter import Snapshot
from hardware_sim.customer import PATIENCE_S, Customer
from hardware_sim.goods import Trade
from hardware_sim.office import kitchen
from hardware_sim.pos import Played
from hardware_sim.programs import ProgramError
from hardware_sim.receipts import money, sale
from hardware_sim.shop import Shop
from hardware_sim.tickets import Kick, Ticket

RECORDED: Final = "thermal__receipt_with_barcode"
"""One sheet, no drawer pulse: its bytes must reach the paper as they are."""
ADDRESS: Final = "camille.martin@example.org"
SEEDS: Final = range(100)
AGAIN_S: Final = 0.05
"""Between two looks into the RCU's books, which know no bell."""
"""One in three sales is paid in cash."""


class StoryError(Exception):
    """Something came out otherwise than it should; says what."""


@dataclass(frozen=True, slots=True)
class Told:
    """How one step went."""

    letter: str
    title: str
    well: bool
    took_s: float
    says: str


Step = tuple[str, str, Callable[[], Awaitable[str]]]


class Story:
    """Plays the steps in a shop that is open; ``browser`` may be ``None``."""

    def __init__(self, shop: Shop, browser: Browser | None) -> None:
        self._shop = shop
        self.customer = Customer(shop.counter, browser)
        self._last: str | None = None

    @property
    def steps(self) -> tuple[Step, ...]:
        """Letter, title, and what to do."""
        return (
            ("a", "QR: the phone opens the receipt's page", self.by_qr),
            ("b", "Paper: the POS's own bytes", self.on_paper),
            ("c", "E-mail: typed on the customer display", self.by_email),
            ("d", "Kitchen order: paper at once", self.for_the_kitchen),
            ("e", "Cash: the drawer opens at once", self.drawer),
            ("f", "RCU away: all goes on, arrives once", self.without_rcu),
            ("g", "Silence: no paper", self.silence),
        )

    async def play(self) -> AsyncIterator[Told]:
        """All steps, one after the other, whatever becomes of each."""
        for step in self.steps:
            yield await _tell(*step)

    # -- the steps --------------------------------------------------------------

    async def by_qr(self) -> str:
        ticket = sale("restaurant", 1)
        now, took_s = await self._ring_up(ticket)
        await self.customer.hold(now)
        url = await self.customer.scan(now)
        await self.customer.choose(now, "qr")
        page = await self.customer.open(url)
        total = phone.total_on_page(page.html)
        _same("the page's total", total, ticket.truth.total_cents)
        return (
            f"QR there {_ms(took_s)} after the POS began to print, read from "
            f"{self.customer.way}; page and ticket say {_euros(ticket)}"
        )

    async def on_paper(self) -> str:
        raw, printer = recordings.job(RECORDED), self._shop.printer
        before, papers = len(printer.paper_bytes), len(printer.papers)
        _sent(await self._shop.pos.play(raw))
        now = await self._offered()
        await self.customer.choose(now, "paper")
        await self._shop.counter.until(
            lambda then: then["shown"]["progress"] == "done",
            PATIENCE_S,
            "end of printing",
        )
        printed = bytes(printer.paper_bytes)
        # What the job defines for later ones went ahead: it moves no paper.
        _same("the paper's bytes", printed[before:][-len(raw) :], raw)
        _same("sheets", len(printer.papers) - papers, 1)
        return f"{RECORDED}: {len(raw)} bytes, the same on paper as from the POS"

    async def by_email(self) -> str:
        ticket, box = sale("fashion", 2), self._shop.mailbox
        now, _ = await self._ring_up(ticket)
        before = box.taken
        await self.customer.write_address(now, ADDRESS)
        message = (await box.wait(before + 1, PATIENCE_S))[-1]
        for kind, part in (("text", message.text), ("HTML", message.html)):
            if _euros(ticket) not in _plain(part):
                raise StoryError(f"the message's {kind} does not say {_euros(ticket)}")
        _same("the recipient", message.recipients, (ADDRESS,))
        return f"the mailbox has it; text and HTML say {_euros(ticket)}"

    async def for_the_kitchen(self) -> str:
        ticket, printer = kitchen(3), self._shop.printer
        raw = library_bytes.encode(ticket)
        before, since_s = len(printer.paper_bytes), time.monotonic()
        _sent(await self._shop.pos.play_with_library(ticket))
        printed = await printer.wait_printed(before + len(raw), PATIENCE_S)
        took_s = time.monotonic() - since_s
        _same("the order's bytes", printed[before:], raw)
        return f"{len(raw)} bytes, untouched, printed after {_ms(took_s)}"

    async def drawer(self) -> str:
        printer = self._shop.printer
        kicks, papers = len(printer.kicks), len(printer.papers)
        since_s = time.monotonic()
        _sent(await self._shop.pos.play_with_library(paid("bakery", cash=True)))
        await printer.wait_kicks(kicks + 1, PATIENCE_S)
        took_s = time.monotonic() - since_s
        now = await self._offered()
        _same("sheets while the customer may choose", len(printer.papers), papers)
        await self.customer.choose(now, "none")
        return f"{_ms(took_s)} after the POS began to print; no paper"

    async def without_rcu(self) -> str:
        shop, ticket = self._shop, sale("bakery", 4)
        await shop.rcu.stop()
        now, _ = await self._ring_up(ticket)
        url = await self.customer.scan(now)
        await self.customer.choose(now, "qr")
        back_s = await shop.open_rcu()
        page = await self.customer.open(url)
        if page.status:
            total = phone.total_on_page(page.html)
            _same("the page's total", total, ticket.truth.total_cents)
        says = f"says {_euros(ticket)}" if page.status else "needs a browser"
        await self._in_the_books(now["shown"]["id"])
        return (
            f"QR shown and read without it; back after {_ms(back_s)}, the page "
            f"{says}, the books hold the receipt once"
        )

    async def silence(self) -> str:
        printer = self._shop.printer
        before = bytes(printer.paper_bytes)
        now, _ = await self._ring_up(paid("supermarket", cash=False))
        settled = await self._shop.counter.until(
            lambda then: then["shown"]["phase"] != "offered",
            self._shop.window_s + PATIENCE_S,
            "end of the countdown",
        )
        _same("what silence chose", settled["shown"]["choice"], "none")
        _same("the paper", bytes(printer.paper_bytes), before)
        _same("the QR", settled["shown"]["qr_svg"], now["shown"]["qr_svg"])
        return f"untouched for {self._shop.window_s:g} s: no paper, the QR stays shown"

    # -- what people do ---------------------------------------------------------

    async def _ring_up(self, ticket: Ticket) -> tuple[Snapshot, float]:
        """A sale by python-escpos; the offer, and how long it took to be shown."""
        since_s = time.monotonic()
        _sent(await self._shop.pos.play_with_library(ticket))
        now = await self._offered()
        took_s = time.monotonic() - since_s
        _same("the total on the screens", _plain(now["shown"]["total"]), _euros(ticket))
        return now, took_s

    async def _in_the_books(self, receipt: str) -> None:
        """Once it has arrived there; what the QR holds itself waits for nobody."""
        since_s, shop = time.monotonic(), self._shop
        while not shop.issued(receipt) and time.monotonic() - since_s < PATIENCE_S:  # noqa: ASYNC110 -- the books know no bell
            await asyncio.sleep(AGAIN_S)
        _same("times in the RCU's books", shop.issued(receipt), 1)

    async def _offered(self) -> Snapshot:
        now = await self._shop.counter.offered(self._last, PATIENCE_S)
        self._last = now["shown"]["id"]
        return now


def paid(trade: Trade, *, cash: bool) -> Ticket:
    """The first sale of that trade that opens the drawer, or does not."""
    sales = (sale(trade, seed) for seed in SEEDS)
    return next(
        ticket
        for ticket in sales
        if any(isinstance(part, Kick) for part in ticket.parts) is cash
    )


async def _tell(letter: str, title: str, act: Callable[[], Awaitable[str]]) -> Told:
    since_s = time.monotonic()
    try:
        says, well = await act(), True
    except (StoryError, OSError, ProgramError, httpx.HTTPError, BrowserError) as error:
        # TimeoutError is an OSError.
        says, well = f"{type(error).__name__}: {error}", False
    return Told(letter, title, well, time.monotonic() - since_s, says)


def _sent(played: Played) -> None:
    if played.failure:
        raise StoryError(f"the POS could not print: {played.failure}")


def _same(what: str, found: object, wanted: object) -> None:
    if found == wanted:
        return
    if isinstance(found, bytes) and isinstance(wanted, bytes):
        raise StoryError(f"{what}: {len(found)} other than the {len(wanted)} bytes")
    raise StoryError(f"{what}: {found!r} instead of {wanted!r}")


def _euros(ticket: Ticket) -> str:
    return money(ticket.truth.total_cents or 0, " €")


def _plain(text: str) -> str:
    """No-break spaces as plain ones."""
    return text.replace("\u00a0", " ").replace("\u202f", " ").replace("&nbsp;", " ")


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"
