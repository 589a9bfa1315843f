"""What strains a layout: long names, large sums, all that can be wrong at once."""

from __future__ import annotations

from dataclasses import replace

from agent.pipeline import offers, words
from agent.screens.snapshot import Lamp, Notice, Proof, Snapshot, Way
from agent.verbs import Words
from tests.screens.states import (
    CHOICES,
    EVERY_WAY,
    GUARANTEED,
    IDLE,
    LAMPS,
    MAIL_REFUSED,
    OFFER,
    OFFERED,
    PAPER_OUT,
    PAPER_PRINTS,
    STATES,
    settled,
)

COVER_OPEN = Notice(
    Words(
        "Le capot de l’imprimante est ouvert",
        "The printer’s cover is open",
        "La tapa de la impresora está abierta",
        "Die Klappe des Druckers ist offen",
        "غطاء الطابعة مفتوح",
    ),
    Words("Fermez-le\u00a0: l’impression reprend seule", "Close it and it goes on"),
)

LARGE = replace(
    OFFERED,
    total="12\u202f345,67\u00a0€",
    item_count=128,
    number="2026-000000482",
    **GUARANTEED,
)
UNPROVEN = replace(
    OFFERED,
    verdict="V0",
    proofs=(
        Proof(
            holds=False,
            says=Words(
                "Articles et total\u00a0: il manque\u00a00,36\u00a0€",
                "Items and total: €0.36\u00a0missing",
            ),
        ),
        *(
            Proof(holds=True, says=Words(fr, en))
            for fr, en in (
                ("Quantité × prix", "Quantity × price"),
                ("TVA et total", "VAT and total"),
                ("Articles par taux de TVA", "Items by VAT rate"),
                ("Règlement et total", "Payment and total"),
                ("Date du ticket carte", "Date of the card slip"),
            )
        ),
    ),
)
LONG_NAME = "Boulangerie-Pâtisserie de la Gare Saint-Lazare et fils"
OFFLINE = Words("Hors ligne\u00a0: tout partira au retour", "Offline: sent once back")
EXTREMES: dict[str, Snapshot] = {
    "large": replace(EVERY_WAY, shop=LONG_NAME, shown=LARGE),
    "large_help": replace(STATES["paper_out"], shop=LONG_NAME, shown=LARGE),
    "long_name": replace(
        IDLE, shop=LONG_NAME, channels=CHOICES, ways=tuple(map(Way, CHOICES))
    ),
    "long_name_help": replace(IDLE, shop=LONG_NAME, notice=PAPER_OUT),
    "large_credit": replace(
        OFFER,
        recent=(
            replace(
                IDLE.recent[4],
                title=Words("Avoir", "Credit note"),
                kind="refund",
                total="\u22121\u202f249,00\u00a0€",
                choice="paper",
                slips=(),
            ),
            *IDLE.recent,
        ),
    ),
    "all_is_wrong": replace(
        EVERY_WAY,
        shown=replace(
            settled("paper", MAIL_REFUSED, PAPER_PRINTS),
            **GUARANTEED,
            outcome=words.REFUSED_PRINTS,
            total=LARGE.total,
            card=True,
            gift=True,
        ),
        notice=COVER_OPEN,
        lamps=(
            Lamp(LAMPS[0].name, "needs", COVER_OPEN.says),
            *(Lamp(lamp.name, "wait", OFFLINE) for lamp in LAMPS[1:]),
        ),
    ),
    "no_relay": replace(
        EVERY_WAY,
        ways=tuple(
            Way(way, says=offers.MAIL_LATER if way in {"email", "sms"} else None)
            for way in CHOICES
        ),
        lamps=(*LAMPS[:2], Lamp(LAMPS[2].name, "wait", OFFLINE)),
    ),
    "unproven": replace(OFFER, shown=UNPROVEN),
    "unnumbered": replace(OFFER, shown=replace(OFFERED, item_count=None, number=None)),
}
"""What strains a layout."""
