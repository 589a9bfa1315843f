"""What screens may have to show: every state."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from agent import notice_file
from agent.choice.session import Leg
from agent.delivery.reasons import WORDINGS, Reason
from agent.paper.html import render
from agent.paper.strip import Run, Strip, TextLine
from agent.pipeline import offers, words
from agent.qr.svg import draw
from agent.screens.snapshot import (
    Applied,
    ChannelState,
    DeadLetter,
    Figures,
    Forced,
    Lamp,
    Legal,
    Notice,
    Proof,
    Recent,
    Share,
    Shown,
    Snapshot,
    Way,
)
from agent.verbs import Channel, Choice, Words
from tests.screens.rooms import ROOMS

_NOTICE = notice_file.load().current("receipt_delivery", "email")
assert _NOTICE is not None
ASKS = _NOTICE.words("Épicerie Lucie et Compagnie SARL, Nantes")
"""As long as the name of a shop may be, or nearly."""

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
    return render(Strip(lines, width=42 * 12), "PAIN DE CAMPAGNE")


LAMPS = (
    Lamp(Words("Imprimante", "Printer"), "ok", Words("Prête", "Ready")),
    Lamp(Words("Comptes clients", "Customer accounts"), "ok", Words("En ligne", "Up")),
    Lamp(Words("E-mail", "E-mail"), "ok", Words("En ligne", "Up")),
)

LAW = Words(
    "Sauf exception légale, le ticket de caisse et le ticket de carte bancaire ne sont "
    "imprimés et remis qu’à votre\u00a0demande.",
    "Unless the law requires it, till and card receipts are printed and handed over "
    "only at your request.",
    "Salvo que la ley lo exija, los tiques de caja y de tarjeta solo se imprimen y se "
    "entregan si usted los pide.",
    "Sofern das Gesetz nichts anderes verlangt, werden Kassen- und Kartenbelege nur auf "
    "Ihren Wunsch gedruckt und ausgehändigt.",
    "ما لم يفرض القانون خلاف ذلك، لا تُطبع إيصالات الصندوق والبطاقة ولا تُسلّم إلا بطلب منكم.",
)

OFFERED = Shown(
    id="r-482",
    kind="sale",
    title=Words("Ticket de caisse", "Receipt", "Tique", "Kassenbon", "إيصال"),
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
    rule="R21",
    reason=Words("Imprimé seulement à la demande", "Printed only on request"),
    qr_svg=draw(PAGE, title="QR"),
    paper_copies=0,
    at="18:42",
    proofs=(
        Proof(holds=True, says=Words("Articles et total", "Items and total")),
        Proof(holds=True, says=Words("Règlement et total", "Payment and total")),
    ),
)

SOLD: tuple[tuple[str, Choice, int], ...] = (
    ("8,60\u00a0€", "none", 0),
    ("127,35\u00a0€", "email", 0),
    ("3,20\u00a0€", "paper", 1),
    ("54,90\u00a0€", "qr", 0),
    ("1\u202f249,00\u00a0€", "paper", 2),
    ("12,00\u00a0€", "account", 0),
    ("19,45\u00a0€", "sms", 0),
    ("7,77\u00a0€", "none", 0),
    ("64,10\u00a0€", "email", 0),
    ("2,40\u00a0€", "none", 0),
)

ADDRESS = "m•••@gmail.com"


def told(leg: Leg, *, later: bool = False) -> ChannelState:
    """As the counter says it of a channel."""
    says = words.state(leg, later=later)
    return ChannelState(leg.channel, leg.progress, says, leg.contact, leg.number)


MAIL = told(Leg("email", "done", 0, ADDRESS))
MAIL_WAITS = told(Leg("email", "waiting", 0, ADDRESS), later=True)
MAIL_REFUSED = told(Leg("email", "failed", 0, "m•••@gmial.com"))
TEXTED = told(Leg("sms", "done", 0, "06•••••12"))
PAPER_PRINTS = told(Leg("paper", "waiting", 1))
PRINTED = told(Leg("paper", "done", 0))
SLIP = Recent(
    id="r-slip",
    at="18:28",
    title=Words("Ticket carte", "Card slip"),
    total="1\u202f249,00\u00a0€",
    choice="none",
    paper_copies=0,
    mark="ORIGINAL",
    kind="card_slip",
)
RECENT = tuple(
    Recent(
        id=f"r-{481 - n}",
        at=f"18:{40 - n * 3:02d}",
        title=Words("Ticket de caisse", "Receipt"),
        total=total,
        choice=choice,
        paper_copies=copies,
        number=f"{481 - n:06d}",
        day="2026-11-21",
        slips=(SLIP,) if n == 4 else (),
        mark="ORIGINAL" if choice == "none" else f"DUPLICATA {max(copies, 1)}",
        states=((MAIL,) if choice == "email" else ()),
    )
    for n, (total, choice, copies) in enumerate(SOLD)
)

CHOICES: Final[tuple[Choice, ...]] = (
    "qr",
    "email",
    "sms",
    "account",
    "paper",
    "none",
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
    ways=(Way("qr"), Way("email", asks=ASKS), Way("paper"), Way("none")),
    legal=(Legal("fr-d541-372", "1", LAW),),
    rooms=ROOMS,
)

FIGURES = Figures(
    receipts=46,
    mix=(Share("paper", 12), Share("qr", 20), Share("email", 9), Share("sms", None)),
    paper_avoided_m=8.3,
    captured=41,
    valid=97,
    p50_ms=3200,
    p95_ms=7100,
    forced=(Forced("R10", 6), Forced("R14", None)),
)

PAPER_OUT = Notice(
    Words(
        "L’imprimante n’a plus de papier",
        "The printer is out of paper",
        "La impresora no tiene papel",
        "Der Drucker hat kein Papier",
        "نفد ورق الطابعة",
    ),
    Words("Mettez un rouleau\u00a0: l’impression reprend seule", "Put in a roll"),
)


def settled(choice: Choice, *states: ChannelState) -> Shown:
    """Chosen, with what its channels came to; the last one is what was chosen."""
    progress = states[-1].state if states else "none"
    waits = any(each.state == "waiting" for each in states)
    return replace(
        OFFERED,
        phase="delivering" if waits else "done",
        choice=choice,
        left_ms=None,
        progress="waiting" if progress == "asked" else progress,
        outcome=states[-1].says if states else words.NOTHING,
        states=states,
        leaves_ms=20_000,
    )


GUARANTEED: Final[dict[str, Any]] = {
    "guarantee": True,
    "rule": "R10",
    "on_silence": "paper",
    "reason": Words(
        "Garantie légale de conformité\u00a0: papier sauf accord du client",
        "Legal guarantee goods: paper unless the customer agrees",
    ),
}


def _dead(
    receipt: str, channel: Channel, at: str, why: Reason, contact: str = ""
) -> DeadLetter:
    said = Words(WORDINGS[why].fr, WORDINGS[why].en)
    return DeadLetter(receipt, channel, "2026-11-19", at, said, contact)


DEAD = (
    _dead("r-dead", "email", "17:05", Reason.EXPIRED, "m•••@example.org"),
    _dead("r-lost", "email", "11:32", Reason.EXPIRED),
    _dead("r-text", "sms", "09:10", Reason.SMS_REFUSED, "06 •• •• •• 78"),
)
OFFER = replace(IDLE, revision=2, shown=OFFERED)
EVERY_WAY = replace(OFFER, channels=CHOICES, ways=tuple(map(Way, CHOICES)))
STATES: dict[str, Snapshot] = {
    "idle": IDLE,
    "offered": OFFER,
    "offered_six": replace(EVERY_WAY, figures=FIGURES),
    "held": replace(EVERY_WAY, shown=replace(OFFERED, left_ms=None)),
    "mailed": replace(OFFER, shown=settled("email", MAIL)),
    "mail_later": replace(
        OFFER,
        shown=settled("email", MAIL_WAITS),
        lamps=(
            *LAMPS[:2],
            Lamp(
                Words("E-mail", "E-mail"),
                "wait",
                Words("Hors ligne\u00a0: tout partira au retour", "Offline"),
            ),
        ),
    ),
    "mail_refused": replace(
        OFFER,
        shown=replace(
            settled("paper", MAIL_REFUSED, PAPER_PRINTS),
            outcome=words.REFUSED_PRINTS,
        ),
    ),
    "texted": replace(EVERY_WAY, shown=settled("sms", TEXTED)),
    "taken_back": replace(
        EVERY_WAY,
        shown=replace(
            settled("email", replace(MAIL, state="failed", contact="")),
            states=(ChannelState("email", "failed", words.NO_MORE_THERE, copy=0),),
            outcome=words.NO_MORE_THERE,
            taken_back="email",
        ),
    ),
    "account_wants_card": replace(
        OFFER, ways=(*OFFER.ways, Way("account", ready=False, says=offers.SHOW_CARD))
    ),
    "mailed_and_printed": replace(
        EVERY_WAY,
        shown=replace(
            settled("paper", MAIL, replace(PRINTED, copy=1)), card=True, gift=True
        ),
        figures=FIGURES,
    ),
    "printed": replace(OFFER, shown=replace(settled("paper", PRINTED), paper_copies=1)),
    "silent": replace(
        OFFER,
        shown=replace(
            settled("none"),
            phase="timed_out",
            progress="none",
            outcome=words.NEXT,
        ),
    ),
    "applied": replace(
        EVERY_WAY,
        shown=replace(
            settled("account", told(Leg("account", "done", 0))),
            applied=Applied("account", offers.APPLIED["account"]),
            card=True,
            kept=True,
        ),
    ),
    "no_email_for_this_card": replace(
        EVERY_WAY,
        channels=("qr", "account", "paper", "none"),
        ways=(
            Way("qr"),
            Way("email", ready=False, says=offers.NO_EMAIL),
            Way("account"),
            Way("paper"),
            Way("none"),
        ),
        shown=replace(OFFERED, card=True),
    ),
    "guarantee": replace(
        EVERY_WAY,
        shown=replace(settled("paper", PRINTED), **GUARANTEED, paper_copies=1),
    ),
    "dead_letters": replace(EVERY_WAY, dead=DEAD),
    "self_checkout": replace(
        EVERY_WAY,
        exit_slip=True,
        shown=replace(settled("paper", PRINTED), card=True, gift=True, paper_copies=1),
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
        shown=settled("paper", replace(PAPER_PRINTS, copy=0)),
        notice=PAPER_OUT,
        lamps=(Lamp(LAMPS[0].name, "needs", PAPER_OUT.says), *LAMPS[1:]),
    ),
    "degraded": replace(
        EVERY_WAY,
        channels=("qr", "paper", "none"),
        ways=(
            Way("qr"),
            *(
                Way(way, ready=False, says=offers.NOT_A_SALE)
                for way in ("email", "sms", "account")
            ),
            Way("paper"),
            Way("none"),
        ),
        shown=replace(OFFERED, mode="degraded"),
    ),
}
"""What the pipeline can come to; tests/screens/test_states.py holds them to it."""
