"""A day in the shop: sales by the clock or by a button, and what became of them.

It holds everything that the shop's page shows as one value, :meth:`Day.picture`,
and rings when that has changed.  It keeps the newest few sheets and messages.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from hardware_sim.customer import Customer
from hardware_sim.goods import SHOPS
from hardware_sim.handset import Handset
from hardware_sim.office import DOCUMENTS
from hardware_sim.pos import Played
from hardware_sim.programs import ProgramError
from hardware_sim.receipts import money
from hardware_sim.shop import NAME, Shop
from hardware_sim.tickets import Ticket

KEPT_SHEETS: Final = 8
"""More hang out of no printer; a picture has some 30 KB."""
KEPT_LINES: Final = 12
"""Of the diary on the page."""
SHOWN_MESSAGES: Final = 5
SLOW_BYTES_S: Final = 400.0
"""A receipt then takes some seconds."""
SWITCHES: Final = ("paper_out", "cover_open", "slow", "drawer_open")

ROUND: Final = (
    ("bakery",),
    ("kitchen", "restaurant"),
    ("supermarket",),
    ("merchant_slip", "customer_slip", "fashion"),
    ("diy",),
    ("x_report",),
    ("bakery",),
    ("refund",),
)
"""What the clock rings up, one line after the other: jobs that belong together."""

BUTTONS: Final = {
    **{kind: (kind,) for kind in DOCUMENTS},
    "card": ("merchant_slip", "customer_slip"),
}
"""What the page's buttons print."""

WORDS: Final = {
    "kitchen": ("Commande en cuisine", "Kitchen order"),
    "x_report": ("Lecture X", "X report"),
    "z_report": ("Clôture Z", "Z report"),
    "merchant_slip": ("Ticket carte, commerçant", "Card slip, merchant"),
    "customer_slip": ("Ticket carte, client", "Card slip, customer"),
    "refund": ("Avoir", "Refund"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the diary, in the page's two languages."""

    at: str
    fr: str
    en: str


@dataclass(frozen=True, slots=True)
class Paper:
    """A sheet that came out."""

    number: int
    png: bytes = field(repr=False)


class Day:
    """``async with asyncio.TaskGroup()`` runs :meth:`run` beside the page."""

    def __init__(self, shop: Shop, customer: Customer, every_s: float) -> None:
        self.shop = shop
        self.papers: deque[Paper] = deque(maxlen=KEPT_SHEETS)
        self.by_clock = True
        self._customer = customer
        self._every_s = every_s
        self._seeds = itertools.count(1)
        self._diary: deque[Line] = deque(maxlen=KEPT_LINES)
        self._revision = 0
        self._rung = asyncio.Event()
        self._selling = asyncio.Lock()
        self.phone = Handset(shop.rcu_url, lambda: shop.rcu.running, self.ring)

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._watch_paper())
            group.create_task(self._watch_mail())
            group.create_task(self.phone.run())
            group.create_task(self._by_the_clock())

    async def changed(self) -> None:
        """Until there is something new to show."""
        await self._rung.wait()

    def picture(self) -> dict[str, Any]:
        """The whole shop as JSON can hold it."""
        switches = self.shop.printer.switches
        box = self.shop.mailbox
        first = box.taken - len(box.messages)
        numbered = list(enumerate(box.messages, start=first))[-SHOWN_MESSAGES:]
        return {
            "revision": self._revision,
            "shop": NAME,
            "screens": self.shop.counter.url,
            "by_clock": self.by_clock,
            "every_s": self._every_s,
            "rcu": self.shop.rcu.running,
            "printer": {
                "paper_out": switches.paper_out,
                "cover_open": switches.cover_open,
                "slow": switches.slow_bytes_s > 0,
                "drawer_open": switches.drawer_open,
            },
            "sheets": [paper.number for paper in self.papers],
            "phone": {
                "path": self.phone.path,
                "fr": self.phone.fr,
                "en": self.phone.en,
                "turn": self.phone.turn,
            },
            "mail": [
                {"number": number, "subject": mail.subject, "to": mail.recipients[0]}
                for number, mail in reversed(numbered)
            ],
            "diary": [
                {"at": line.at, "fr": line.fr, "en": line.en}
                for line in reversed(self._diary)
            ],
        }

    def mail_html(self, number: int) -> str | None:
        """The HTML of a message by its number since the shop opened."""
        box = self.shop.mailbox
        place = number - (box.taken - len(box.messages))
        return box.messages[place].html if 0 <= place < len(box.messages) else None

    # -- what a person at the page does ---------------------------------------

    async def sell(self, *kinds: str) -> None:
        """Ring up documents, in that order, as one visit to the till."""
        async with self._selling:
            for kind in kinds:
                moment = datetime.now()  # noqa: DTZ005 -- tills print local time
                ticket = DOCUMENTS[kind](next(self._seeds), 42, moment)
                self._note(*_rung_up(kind, ticket))
                played = await self.shop.pos.play_with_library(ticket)
                if played.failure:
                    self._note(*_not_printed(played))

    def turn(self, switch: str, *, on: bool) -> None:
        """Do something to the printer: one of :data:`SWITCHES`."""
        printer = self.shop.printer
        match switch:
            case "paper_out":
                printer.turn(paper_out=on)
            case "cover_open":
                printer.turn(cover_open=on)
            case "slow":
                printer.turn(slow_bytes_s=SLOW_BYTES_S if on else 0.0)
            case "drawer_open":
                printer.turn(drawer_open=on)
            case _:
                raise ValueError(f"no switch {switch!r}")
        self.ring()

    async def scan(self) -> None:
        """Hold the phone in front of the customer display."""
        now = await self.shop.counter.snapshot("display")
        if now["shown"] is None or not now["shown"]["qr_svg"]:
            self.phone.say("Aucun QR code à l’écran", "No QR code on the display")
            return
        try:
            url = await self._customer.scan(now)
        except TimeoutError:
            self.phone.say("QR code illisible", "The QR code cannot be read")
            return
        self._note("Le téléphone a lu le QR code", "The phone has read the QR code")
        parts = urlsplit(url)
        if parts.fragment:
            # Its page reads it by a script, which the frame of this phone runs none of.
            self.phone.say(
                f"Le QR code contient le ticket entier ({len(parts.fragment)} chiffres)",
                f"The QR code holds the whole receipt ({len(parts.fragment)} figures)",
            )
            return
        await self.phone.look(parts.path)

    async def switch_rcu(self, *, on: bool) -> None:
        """Stop the central service, or start it again."""
        if on == self.shop.rcu.running:
            return
        if not on:
            await self.shop.rcu.stop()
            self._note("Le service central est arrêté", "The central service is down")
            return
        try:
            await self.shop.open_rcu()
        except ProgramError as error:
            print(f"✗ {error}", flush=True)
        self._note("Le service central est revenu", "The central service is back")
        self.phone.hope()

    def ring(self) -> None:
        """Something changed: the page draws again."""
        self._revision += 1
        self._rung.set()
        self._rung = asyncio.Event()

    # -- what happens by itself -----------------------------------------------

    async def _by_the_clock(self) -> None:
        for kinds in itertools.cycle(ROUND):
            while not self.by_clock:
                await self.changed()
            await self.sell(*kinds)
            await asyncio.sleep(self._every_s)

    async def _watch_paper(self) -> None:
        printer, kicks = self.shop.printer, 0
        for number in itertools.count():
            while len(printer.papers) <= number:
                if len(printer.kicks) > kicks:
                    kicks = len(printer.kicks)
                    self._note("Le tiroir-caisse s’ouvre", "The drawer opens")
                await printer.news()
            picture = await asyncio.to_thread(printer.papers[number].png)
            self.papers.append(Paper(number, picture))
            self._note("Un ticket sort de l’imprimante", "Paper comes out")

    async def _watch_mail(self) -> None:
        box = self.shop.mailbox
        while True:
            await box.wait(box.taken + 1, None)
            self._note("Un message arrive dans la boîte", "A message has arrived")

    def _note(self, fr: str, en: str) -> None:
        at = f"{datetime.now():%H:%M:%S}"  # noqa: DTZ005 -- the clock on the wall
        self._diary.append(Line(at, fr, en))
        self.ring()


def _rung_up(kind: str, ticket: Ticket) -> tuple[str, str]:
    """The diary's words for a job that goes to the printer."""
    cents = ticket.truth.total_cents
    total = "" if cents is None else f", {_amount(cents)}"
    if kind in WORDS:
        fr, en = WORDS[kind]
        return f"{fr}{total}", en
    name = next(shop.name for trade, shop in SHOPS.items() if trade == kind)
    return f"Vente\u00a0: {name.replace(chr(39), '’')}{total}", "Sale"


def _not_printed(played: Played) -> tuple[str, str]:
    if played.connected_s is None:
        return (
            "La caisse n’a pas pu imprimer\u00a0: personne ne répond",
            "The POS could not print: nobody answers",
        )
    return (
        "La caisse n’a pas pu imprimer\u00a0: liaison rompue",
        "The POS could not print: the line broke",
    )


def _amount(cents: int) -> str:
    """As a page writes it: a true minus, no break within."""
    text = money(cents, " €").replace("-", "\u2212")
    return text.replace(" ", "\u00a0")
