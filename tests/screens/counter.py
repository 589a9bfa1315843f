"""A counter that shows what it is told to, and remembers what was asked of it."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace
from typing import Any

from agent.bus import Bus
from agent.events import CounterChanged, Event
from agent.paper.html import render
from agent.paper.strip import Run, Strip, TextLine
from agent.qr.svg import draw
from agent.screens.ports import By, Refusal, View
from agent.screens.server import ScreensServer
from agent.screens.settings import ScreensSettings
from agent.screens.snapshot import (
    Choice,
    Lamp,
    Notice,
    Recent,
    Shown,
    Snapshot,
    Words,
)

PAGE = "http://127.0.0.1:8090/r/ABCDEFGHIJKLMNOPQRSTUVWXYZ"

PAPER = """\
            ÉPICERIE LUCIE
        12, rue des Lilas, 44000 Nantes
            SIRET 552 100 554 00013

Ticket 000482            21/11/2026  18:42
------------------------------------------
PAIN DE CAMPAGNE                     3,20 B
POMMES REINETTE
   0,792 kg x   2,49 EUR/kg          1,97 B
COMTE 18 MOIS
   2 x   4,50                        9,00 B
REMISE FIDELITE                     -1,00 B
VIN DE LOIRE LES CAILLOUX           29,00 C
------------------------------------------
TOTAL                     42,17 EUR
ESPECES                             50,00
RENDU                                7,83

TVA B  5,50%      12,48     0,69     13,17
TVA C 20,00%      24,17     4,83     29,00

         Merci de votre visite
     Échange sous 30 jours avec ce ticket
"""


def strip(paper: str = PAPER) -> str:
    """The strip as the worker draws it, on paper of 42 columns."""
    lines = tuple(TextLine((Run(line),)) for line in paper.splitlines())
    return render(Strip(lines, width=42 * 12))


LAMPS = (
    Lamp(Words("Imprimante", "Printer"), "ok", Words("Prête", "Ready")),
    Lamp(Words("Comptes clients", "Customer accounts"), "ok", Words("En ligne", "Up")),
    Lamp(Words("E-mail", "E-mail"), "ok", Words("En ligne", "Up")),
)

OFFERED = Shown(
    id="r-482",
    kind="sale",
    title=Words("Ticket de caisse", "Receipt"),
    total="42,17\u00a0€",
    item_count=5,
    number="000482",
    verdict="V2",
    phase="offered",
    choice=None,
    on_silence="none",
    window_ms=8000,
    left_ms=6200,
    progress="none",
    outcome=None,
    rule="R10",
    reason=Words("Imprimé seulement à la demande", "Printed only on request"),
    qr_svg=draw(PAGE, title="QR"),
    paper_copies=0,
    at="18:42",
)

SOLD: tuple[tuple[str, Choice, int], ...] = (
    ("8,60\u00a0€", "none", 0),
    ("127,35\u00a0€", "email", 0),
    ("3,20\u00a0€", "paper", 1),
    ("54,90\u00a0€", "qr", 0),
    ("1\u202f249,00\u00a0€", "paper", 2),
    ("12,00\u00a0€", "none", 0),
    ("19,45\u00a0€", "qr", 0),
    ("7,77\u00a0€", "none", 0),
    ("64,10\u00a0€", "email", 0),
    ("2,40\u00a0€", "none", 0),
)

RECENT = tuple(
    Recent(
        id=f"r-{481 - n}",
        at=f"18:{40 - n * 3:02d}",
        title=Words("Ticket de caisse", "Receipt"),
        total=total,
        choice=choice,
        paper_copies=copies,
    )
    for n, (total, choice, copies) in enumerate(SOLD)
)

IDLE = Snapshot(
    revision=1,
    shop="Épicerie Lucie",
    till="Caisse 2",
    channels=("qr", "email", "paper", "none"),
    shown=None,
    recent=RECENT,
    lamps=LAMPS,
    notice=None,
    printed_today=12,
    digital_today=34,
)

PAPER_OUT = Notice(
    Words("L’imprimante n’a plus de papier", "The printer is out of paper"),
    Words("Mettez un rouleau : l’impression reprend seule", "Put in a roll"),
)

COVER_OPEN = Notice(
    Words("Le capot de l’imprimante est ouvert", "The printer’s cover is open"),
    Words("Fermez-le : l’impression reprend seule", "Close it and it goes on"),
)


def settled(choice: Choice, outcome: Words | None, progress: Any = "done") -> Shown:
    return replace(
        OFFERED,
        phase="settled",
        choice=choice,
        left_ms=None,
        progress=progress,
        outcome=outcome,
    )


OFFER = replace(IDLE, revision=2, shown=OFFERED)
STATES: dict[str, Snapshot] = {
    "idle": IDLE,
    "offered": OFFER,
    "held": replace(OFFER, shown=replace(OFFERED, left_ms=None)),
    "mailed": replace(
        OFFER,
        shown=settled(
            "email",
            Words("E-mail envoyé · m•••@gmail.com", "E-mail sent · m•••@gmail.com"),
        ),
    ),
    "mail_later": replace(
        OFFER,
        shown=settled(
            "email",
            Words(
                "E-mail en route · m•••@gmail.com",
                "On its way · m•••@gmail.com",
            ),
            "waiting",
        ),
        lamps=(
            *LAMPS[:2],
            Lamp(
                Words("E-mail", "E-mail"),
                "wait",
                Words("Hors ligne : tout partira au retour", "Offline"),
            ),
        ),
    ),
    "mail_refused": replace(
        OFFER,
        shown=settled(
            "email",
            Words("E-mail refusé · m•••@gmial.com", "E-mail refused · m•••@gmial.com"),
            "failed",
        ),
    ),
    "printed": replace(
        OFFER,
        shown=replace(
            settled("paper", Words("Ticket imprimé", "Printed")), paper_copies=1
        ),
    ),
    "silent": replace(
        OFFER,
        shown=settled("none", None, "none"),
    ),
    "paper_out": replace(
        OFFER,
        shown=replace(OFFERED, left_ms=None),
        notice=PAPER_OUT,
        lamps=(Lamp(LAMPS[0].name, "needs", PAPER_OUT.says), *LAMPS[1:]),
    ),
    "paper_out_soon": replace(
        OFFER,
        notice=PAPER_OUT,
        lamps=(Lamp(LAMPS[0].name, "needs", PAPER_OUT.says), *LAMPS[1:]),
    ),
    "paper_waits": replace(
        OFFER,
        shown=settled(
            "paper",
            Words("Le ticket s’imprime", "The receipt is printing"),
            "waiting",
        ),
        notice=PAPER_OUT,
        lamps=(Lamp(LAMPS[0].name, "needs", PAPER_OUT.says), *LAMPS[1:]),
    ),
}


LARGE = replace(
    OFFERED,
    total="12\u202f345,67\u00a0€",
    item_count=128,
    number="2026-000000482",
    on_silence="paper",
)
LONG_NAME = "Boulangerie-Pâtisserie de la Gare Saint-Lazare et fils"
OFFLINE = Words("Hors ligne : tout partira au retour", "Offline: sent once back")
EXTREMES: dict[str, Snapshot] = {
    "large": replace(OFFER, shop=LONG_NAME, shown=LARGE),
    "large_help": replace(STATES["paper_out"], shop=LONG_NAME, shown=LARGE),
    "long_name": replace(IDLE, shop=LONG_NAME),
    "long_name_help": replace(IDLE, shop=LONG_NAME, notice=PAPER_OUT),
    "refund": replace(
        OFFER,
        shown=replace(
            OFFERED,
            title=Words("Avoir", "Credit note"),
            total="\u22121\u202f249,00\u00a0€",
        ),
    ),
    "all_is_wrong": replace(
        OFFER,
        shown=replace(
            settled(
                "email",
                Words(
                    "E-mail : partira dès le retour du réseau · m•••@gmail.com",
                    "E-mail: leaves once the network is back · m•••@gmail.com",
                ),
                "failed",
            ),
            total=LARGE.total,
        ),
        notice=COVER_OPEN,
        lamps=(
            Lamp(LAMPS[0].name, "needs", COVER_OPEN.says),
            *(Lamp(lamp.name, "wait", OFFLINE) for lamp in LAMPS[1:]),
        ),
    ),
    "unknown": replace(
        OFFER, shown=replace(OFFERED, total=None, item_count=None, number=None)
    ),
}
"""What strains a layout."""


@dataclass(frozen=True)
class Asked:
    """A verb that reached the counter."""

    verb: str
    receipt: str
    choice: Choice | None = None
    email: str | None = None
    by: By | None = None


class FakeCounter:
    """Implements ``agent.screens.ports.Counter``."""

    def __init__(self, bus: Bus[Event]) -> None:
        self._bus = bus
        self.showing = IDLE
        self.paper = strip()
        self.asked: list[Asked] = []
        self.refusal: Refusal | None = None
        self.looks = 0

    def forget(self) -> None:
        """As new."""
        self.showing = IDLE
        self.paper = strip()
        self.asked.clear()
        self.refusal = None
        self.looks = 0

    def show(self, snapshot: Snapshot) -> None:
        """Put this on the screens, as the next revision."""
        self.showing = replace(snapshot, revision=self.showing.revision + 1)
        self._bus.publish(CounterChanged())

    def snapshot(self, view: View) -> Snapshot:
        self.looks += 1
        if view == "display":
            return replace(self.showing, recent=())
        return self.showing

    def strip(self, receipt: str) -> bytes | None:
        shown = self.showing.shown
        return self.paper.encode() if shown and shown.id == receipt else None

    async def choose(
        self, receipt: str, choice: Choice, email: str | None, by: By
    ) -> Refusal | None:
        self.asked.append(Asked("choose", receipt, choice, email, by))
        return self.refusal

    async def hold(self, receipt: str) -> Refusal | None:
        self.asked.append(Asked("hold", receipt))
        return self.refusal

    async def reprint(self, receipt: str) -> Refusal | None:
        self.asked.append(Asked("reprint", receipt))
        return self.refusal


@dataclass
class Screens:
    """A running server and the counter behind it."""

    counter: FakeCounter
    bus: Bus[Event]
    port: int
    task: asyncio.Task[None]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextlib.asynccontextmanager
async def running(given: socket.socket | None = None) -> AsyncGenerator[Screens]:
    """The real server, on a free port if none is given, stopped at the end."""
    bus: Bus[Event] = Bus()
    counter = FakeCounter(bus)
    with contextlib.ExitStack() as closing:
        door = given or closing.enter_context(socket.create_server(("127.0.0.1", 0)))
        server = ScreensServer(ScreensSettings(), counter, bus, [door])
        async with asyncio.TaskGroup() as tasks:
            task = tasks.create_task(server.run())
            yield Screens(counter, bus, door.getsockname()[1], task)
            task.cancel()
