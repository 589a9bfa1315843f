"""From the counter's state to what a screen shows, in two languages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from agent.choice.ledger import mark
from agent.choice.preference import KEEPABLE, Preference
from agent.choice.session import Leg, Session
from agent.ids import JobId
from agent.pipeline import offers, words
from agent.pipeline.code import PAGE, Code
from agent.pipeline.place import Place
from agent.screens.snapshot import (
    Applied,
    ChannelState,
    Proof,
    Recent,
    Shown,
)
from agent.store.records import ReceiptRow
from agent.verbs import Channel, Lang, Words
from agent.wire import proof, shortcode
from agent.wire.money import format_money
from agent.wire.receipt import DocKind, Gist

TITLES: Final[dict[DocKind, Words]] = {
    DocKind.SALE: Words(
        "Ticket de caisse", "Receipt", "Tique de compra", "Kassenbon", "إيصال الشراء"
    ),
    DocKind.REFUND: Words("Avoir", "Credit note", "Abono", "Gutschrift", "إشعار دائن"),
    DocKind.VOID: Words("Annulation", "Void", "Anulación", "Storno", "إلغاء"),
    DocKind.DUPLICATE: Words("Duplicata", "Copy", "Duplicado", "Duplikat", "نسخة"),
    DocKind.GIFT: Words(
        "Ticket cadeau",
        "Gift receipt",
        "Tique regalo",
        "Geschenkbon",
        "إيصال هدية",
    ),
    DocKind.PROFORMA: Words(
        "Note provisoire",
        "Provisional bill",
        "Cuenta provisional",
        "Vorläufige Rechnung",
        "حساب مؤقت",
    ),
    DocKind.CARD_SLIP: Words(
        "Ticket carte",
        "Card slip",
        "Recibo de tarjeta",
        "Kartenbeleg",
        "إيصال البطاقة",
    ),
    DocKind.VOUCHER: Words("Bon", "Voucher", "Vale", "Gutschein", "قسيمة"),
    DocKind.EXIT_SLIP: Words(
        "Ticket de sortie",
        "Exit slip",
        "Tique de salida",
        "Ausgangsbon",
        "إيصال الخروج",
    ),
    DocKind.INVOICE: Words("Facture", "Invoice", "Factura", "Rechnung", "فاتورة"),
    DocKind.MERCHANT_SLIP: Words("Ticket commerçant", "Merchant slip"),
    DocKind.KITCHEN: Words("Bon de commande", "Kitchen order"),
    DocKind.X_REPORT: Words("Lecture X", "X report"),
    DocKind.Z_REPORT: Words("Clôture Z", "Z report"),
    DocKind.CASH_REPORT: Words("Mouvement de caisse", "Cash report"),
    DocKind.DRAWER: Words("Ouverture du tiroir", "Drawer opened"),
    DocKind.TEST_PAGE: Words("Page de test", "Test page"),
    DocKind.LABEL: Words("Étiquette", "Label"),
}
DOCUMENT: Final = Words("Document", "Document", "Documento", "Beleg", "مستند")


@dataclass(frozen=True, slots=True)
class Paper:
    """What there is to print of a job; ``raw`` is ``None`` if only the store has it.

    ``marked``: that it is a copy stands on it, or can stand there no more.
    """

    job: JobId
    raw: bytes | None
    forwarded: tuple[tuple[int, int], ...] = ()
    row: ReceiptRow | None = None
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """The customer's loyalty card: a keyed digest, what may be shown, what is kept."""

    digest: bytes
    mask: str = ""
    kept: Preference | None = None


@dataclass(slots=True)
class AtCounter:
    """The receipt that the screens show, and how far its choice has come."""

    session: Session
    row: ReceiptRow
    gist: Gist
    raw: bytes | None = None
    forwarded: tuple[tuple[int, int], ...] = ()
    code: Code = PAGE
    settled_at_s: float = 0.0
    companions: list[Paper] = field(default_factory=list)
    """Card slips that go where this sale goes."""
    offered_at_s: float = 0.0
    offered_ms: int = 0
    mentions: frozenset[str] = frozenset()
    discreet: bool = False
    """Its goods are nobody's business: no account is told of them."""
    lang: Lang = "fr"
    """In which its customer reads."""
    card: Card | None = None
    says: Words | None = None
    """Instead of what the last choice says by itself."""
    later: set[str] = field(default_factory=set)
    """Channels that wait for their network."""
    sent_to: dict[str, bytes] = field(default_factory=dict)
    """By channel, the keyed hash of the contact: the same again is no news."""
    taken_back: Channel | None = None
    """Whose address turned out to be another's: it may be given anew."""

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


def day(at_ms: int) -> str:
    """``2026-11-21`` in the shop's time zone."""
    return dt.datetime.fromtimestamp(at_ms / 1000).astimezone().date().isoformat()


def shown(at: AtCounter, place: Place, now_s: float, *, touch: bool = False) -> Shown:
    """The receipt at the counter; ``touch``: for the customer, who has no keys."""
    session, gist, row = at.session, at.gist, at.row
    leg = session.leg(session.choice or "")
    return Shown(
        id=str(row.id),
        kind=gist.kind,
        title=TITLES.get(gist.kind, DOCUMENT),
        total=total_of(gist),
        item_count=gist.units,
        number=gist.number,
        verdict=gist.level.value,
        phase=session.phase.value,
        choice=session.choice,
        on_silence=row.on_silence,
        window_ms=round(place.window_s * 1000),
        left_ms=_until(session.closes_at_s, now_s),
        progress=_progress(leg),
        outcome=_outcome(at, leg, touch=touch),
        rule=row.rule,
        reason=Words(*row.why),
        qr_svg=at.code.svg,
        qr_says=offers.WHOLE if at.code.kind == "whole" else None,
        paper_copies=row.paper_copies,
        at=clock_time(row.at_ms),
        proofs=proofs(gist),
        states=states(session.legs, at.later, at.taken_back),
        applied=_applied(at, touch=touch),
        guarantee="guarantee" in at.mentions,
        mode=mode_of(at.mentions),
        leaves_ms=None if session.open else _leaves(at, place, now_s),
        paper_until=day(row.at_ms + round(place.paper_for_s * 1000)),
        card=at.card is not None and (session.open or session.meant or _is_kept(at)),
        kept=_is_kept(at),
        gift=bool(gist.units),
        taken_back=at.taken_back,
        code="" if touch else phone_code(at, place, now_s),
        code_at=place.code_at,
    )


def phone_code(at: AtCounter, place: Place, now_s: float) -> str:
    """What the customer's phone types for this receipt, while it leads there."""
    fresh = now_s - at.offered_at_s < shortcode.VALID_S
    valid = place.phone_code and fresh
    return shortcode.spaced(shortcode.code_of(at.row.token)) if valid else ""


def states(
    legs: Sequence[Leg],
    later: Collection[str] = (),
    taken_back: Channel | None = None,
) -> tuple[ChannelState, ...]:
    """A line for each channel that was asked for."""
    return tuple(
        ChannelState(
            leg.channel,
            leg.progress,
            words.NO_MORE_THERE
            if leg.channel == taken_back
            else words.state(leg, later=leg.channel in later),
            leg.contact,
            leg.number,
        )
        for leg in legs
    )


def _progress(leg: Leg | None) -> Literal["none", "waiting", "done", "failed"]:
    if leg is None:
        return "none"
    return "waiting" if leg.progress == "asked" else leg.progress


def _outcome(at: AtCounter, leg: Leg | None, *, touch: bool) -> Words | None:
    session = at.session
    if session.open or session.choice is None:
        return None
    if at.says is not None:
        return words.TOUCHED.get(at.says.fr, at.says) if touch else at.says
    later = session.choice in at.later
    return words.resolved(session.choice, session.by, leg, later=later)


def _applied(at: AtCounter, *, touch: bool) -> Applied | None:
    """What is kept for the card, while it holds."""
    session, kept = at.session, at.card.kept if at.card else None
    holds = session.open or session.by == "preference"
    if session.preferred is None or kept is None or not holds:
        return None
    channel = "none" if session.preferred == "none" else kept.channel
    said = offers.APPLIED_TOUCH if touch else offers.APPLIED
    return Applied(channel, said[kept.channel])


def _is_kept(at: AtCounter) -> bool:
    kept, choice = at.card.kept if at.card else None, at.session.choice
    return kept is not None and choice is not None and KEEPABLE[choice] == kept.channel


def _until(at_s: float | None, now_s: float) -> int | None:
    return None if at_s is None else max(0, round((at_s - now_s) * 1000))


def _leaves(at: AtCounter, place: Place, now_s: float) -> int | None:
    return _until(at.settled_at_s + place.linger_s, now_s)


def mode_of(mentions: Collection[str]) -> Literal["live", "training", "degraded"]:
    """What the paper says of the mode that its POS was in."""
    if "training" in mentions:
        return "training"
    return "degraded" if "degraded" in mentions else "live"


def proofs(gist: Gist) -> tuple[Proof, ...]:
    """What the verdict rests on; nothing is put right, the gap is the paper's."""
    return tuple(
        Proof(
            tried.holds,
            Words(
                proof.said(tried, gist.currency, "fr"),
                proof.said(tried, gist.currency, "en"),
            ),
        )
        for tried in proof.ordered(gist.equations)
    )


def recent(row: ReceiptRow, gist: Gist, legs: Sequence[Leg] = ()) -> Recent:
    """A line of the cashier's list."""
    return Recent(
        id=str(row.id),
        at=clock_time(row.at_ms),
        title=TITLES.get(gist.kind, DOCUMENT),
        total=total_of(gist),
        choice=row.choice,
        paper_copies=row.paper_copies,
        number=gist.number,
        day=day(row.at_ms),
        # Paper that a rule printed has its number before the row has it.
        mark=mark(max(row.given, row.paper_copies)),
        states=states(legs),
        kind=gist.kind,
    )
