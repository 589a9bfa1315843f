"""From the counter's state to what a screen shows, in two languages."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Final, Literal

from agent.choice.session import Phase, Session
from agent.events import PrinterState
from agent.ids import JobId
from agent.rules.decide import TABLE, Decision
from agent.screens.snapshot import Lamp, Notice, Recent, Shown, Words
from agent.store.records import ReceiptRow
from agent.wire.money import format_money
from agent.wire.receipt import DocKind, Gist

Progress = Literal["none", "waiting", "done", "failed"]

TITLES: Final[dict[DocKind, Words]] = {
    DocKind.SALE: Words("Ticket de caisse", "Receipt"),
    DocKind.REFUND: Words("Avoir", "Credit note"),
    DocKind.DUPLICATE: Words("Duplicata", "Copy"),
    DocKind.CARD_SLIP: Words("Ticket carte", "Card slip"),
}
DOCUMENT: Final = Words("Document", "Document")
REASONS: Final[dict[str, Decision]] = {row.decision.rule: row.decision for row in TABLE}


@dataclass(frozen=True, slots=True)
class Paper:
    """What there is to print of a job; ``raw`` is ``None`` if only the store has it."""

    job: JobId
    raw: bytes | None
    forwarded: tuple[tuple[int, int], ...] = ()
    row: ReceiptRow | None = None


@dataclass(slots=True)
class AtCounter:
    """The receipt that the screens show, and how far its choice has come."""

    session: Session
    row: ReceiptRow
    gist: Gist
    raw: bytes | None = None
    forwarded: tuple[tuple[int, int], ...] = ()
    qr_svg: str = ""
    progress: Progress = "none"
    outcome: Words | None = None
    masked: str = ""
    settled_at_s: float = 0.0
    companions: list[Paper] = field(default_factory=list)
    """Card slips that go where this sale goes."""

    @property
    def paper(self) -> Paper:
        """The receipt itself, to print."""
        return Paper(self.row.job, self.raw, self.forwarded, self.row)

    @property
    def papers(self) -> list[Paper]:
        """The receipt and its slips."""
        return [self.paper, *self.companions]

    @papers.setter
    def papers(self, ordered: list[Paper]) -> None:
        for paper in ordered:
            if paper.row is not None and paper.job == self.row.job:
                self.row = paper.row
        self.companions = [each for each in ordered if each.job != self.row.job]


def clock_time(at_ms: int) -> str:
    """``14:32`` in the shop's time zone."""
    return dt.datetime.fromtimestamp(at_ms / 1000).astimezone().strftime("%H:%M")


def total_of(gist: Gist) -> str | None:
    if gist.total is None:
        return None
    return format_money(gist.total, gist.currency, "fr")


def shown(at: AtCounter, window_s: float, now_s: float) -> Shown:
    """The receipt at the counter."""
    closes_at_s = at.session.closes_at_s
    left_ms = (
        None if closes_at_s is None else max(0, round((closes_at_s - now_s) * 1000))
    )
    gist, decision = at.gist, REASONS[at.row.rule]
    return Shown(
        id=str(at.row.id),
        kind=gist.kind,
        title=TITLES.get(gist.kind, DOCUMENT),
        total=total_of(gist),
        item_count=gist.units,
        number=gist.number,
        verdict=gist.level.value,
        phase="offered" if at.session.phase is Phase.OFFERED else "settled",
        choice=at.session.choice,
        on_silence=at.row.on_silence,
        window_ms=round(window_s * 1000),
        left_ms=left_ms,
        progress=at.progress,
        outcome=at.outcome,
        rule=at.row.rule,
        reason=Words(decision.reason_fr, decision.reason_en),
        qr_svg=at.qr_svg,
        paper_copies=at.row.paper_copies,
        at=clock_time(at.row.at_ms),
    )


def recent(row: ReceiptRow, gist: Gist) -> Recent:
    """A line of the cashier's list."""
    return Recent(
        id=str(row.id),
        at=clock_time(row.at_ms),
        title=TITLES.get(gist.kind, DOCUMENT),
        total=total_of(gist),
        choice=row.choice,
        paper_copies=row.paper_copies,
    )


_PRINTER: Final = Words("Imprimante", "Printer")
_TROUBLES: Final[tuple[tuple[str, Words, Words], ...]] = (
    (
        "out",
        Words("L’imprimante n’a plus de papier", "The printer is out of paper"),
        Words(
            "Mettez un rouleau : l’impression reprend seule",
            "Put in a roll: printing goes on by itself",
        ),
    ),
    (
        "cover",
        Words("Le capot de l’imprimante est ouvert", "The printer’s cover is open"),
        Words("Fermez-le : l’impression reprend seule", "Close it and it goes on"),
    ),
    (
        "offline",
        Words("L’imprimante ne répond pas", "The printer does not answer"),
        Words(
            "Vérifiez son câble et son interrupteur", "Check its cable and its switch"
        ),
    ),
    (
        "no_store",
        Words("Tous les tickets s’impriment", "Every receipt is printed"),
        Words(
            "La base de la caisse est illisible : prévenez le support",
            "The till’s database cannot be read: call support",
        ),
    ),
)


def trouble(state: PrinterState, *, stuck: bool, keeps: bool) -> Notice | None:
    """What a person has to do at the printer, or ``None``."""
    found = {
        "out": state.paper == "out",
        "cover": state.cover_open,
        "offline": (state.known and not state.online) or stuck,
        "no_store": not keeps,
    }
    for name, says, remedy in _TROUBLES:
        if found[name]:
            return Notice(says, remedy)
    return None


def lamps(
    printer: PrinterState, notice: Notice | None, links: dict[str, bool]
) -> tuple[Lamp, ...]:
    """Printer, central service, mail: state by colour, shape and word."""
    lamp = [
        Lamp(_PRINTER, "needs", notice.says) if notice else _printer_well(printer),
    ]
    names = {
        "rcu": Words("Comptes clients", "Customer accounts"),
        "mail": Words("E-mail", "E-mail"),
    }
    well = Words("En ligne", "Online")
    away = Words("Hors ligne : tout partira au retour", "Offline: sent once back")
    for link, name in names.items():
        if link in links:
            lamp.append(
                Lamp(name, "ok", well) if links[link] else Lamp(name, "wait", away)
            )
    return tuple(lamp)


def _printer_well(state: PrinterState) -> Lamp:
    if state.paper == "near_end":
        return Lamp(
            _PRINTER, "wait", Words("Bientôt plus de papier", "Paper is running low")
        )
    return Lamp(_PRINTER, "ok", Words("Prête", "Ready"))
