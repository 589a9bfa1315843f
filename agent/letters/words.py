"""Every word of the letters, in the two languages of the counter.

Sentences are a table so that a reader of French can proof-read them in one
place.  ``{…}`` are filled by :meth:`str.format` with text, never with markup.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from agent.wire.money import Lang
from agent.wire.receipt import DocKind, PaymentKind


@dataclass(frozen=True, slots=True)
class Phrases:
    """One language.  ``at`` joins a date and a time."""

    titles: dict[DocKind, str]
    title: str
    copy: str
    greeting: str
    total: str
    subtotal: str
    rounding: str
    change: str
    vat: str
    payments: dict[PaymentKind, str]
    number: str
    articles: tuple[str, str]
    page: str
    strip: str
    machine: str
    picture: str
    attached: str
    why: str
    use: str
    not_me: str
    not_me_how: str
    not_me_subject: str
    at: str
    decimal: str
    percent: str


PHRASES: Final[dict[Lang, Phrases]] = {
    "fr": Phrases(
        titles={
            DocKind.REFUND: "Votre ticket de remboursement",
            DocKind.CARD_SLIP: "Votre ticket de carte bancaire",
            DocKind.VOUCHER: "Votre avoir",
            DocKind.GIFT: "Votre ticket cadeau",
        },
        title="Votre ticket",
        copy="DUPLICATA {number}",
        greeting="Bonjour, voici le ticket que vous avez demandé chez {shop}.",
        total="Total",
        subtotal="Sous-total",
        rounding="Arrondi",
        change="Rendu",
        vat="TVA {rate}",
        payments={
            "card": "Carte bancaire",
            "cash": "Espèces",
            "cheque": "Chèque",
            "meal_voucher": "Titre-restaurant",
            "gift_card": "Carte cadeau",
            "voucher": "Bon ou avoir",
            "other": "Autre règlement",
        },
        number="Ticket n° {number}",
        articles=("{count} article", "{count} articles"),
        page="Voir mon ticket en ligne",
        strip="Le ticket, tel que la caisse l’a imprimé",
        machine=(
            "Le texte de cette image, lu par une machine : il peut comporter des"
            " erreurs, l’image fait foi"
        ),
        picture="Image du ticket",
        attached="La caisse a imprimé ce ticket en image : elle est jointe.",
        why=(
            "{shop} vous écrit parce que cette adresse a été donnée en caisse"
            " pour recevoir ce ticket."
        ),
        use="Elle sert à cet envoi, et à rien d’autre.",
        not_me="Ce n’est pas moi",
        not_me_how=(
            "Si ce ticket n’est pas le vôtre, l’adresse a été mal saisie."
            " Écrivez à {sender} : le magasin corrigera."
            " Vous pouvez aussi effacer ce message, il n’y en aura pas d’autre."
        ),
        not_me_subject="Ce ticket n’est pas le mien",
        at="à",
        decimal=",",
        percent="\u00a0%",
    ),
    "en": Phrases(
        titles={
            DocKind.REFUND: "Your refund receipt",
            DocKind.CARD_SLIP: "Your card receipt",
            DocKind.VOUCHER: "Your credit note",
            DocKind.GIFT: "Your gift receipt",
        },
        title="Your receipt",
        copy="DUPLICATA {number}",
        greeting="Here is the receipt you asked for at {shop}.",
        total="Total",
        subtotal="Subtotal",
        rounding="Rounding",
        change="Change",
        vat="VAT {rate}",
        payments={
            "card": "Card",
            "cash": "Cash",
            "cheque": "Cheque",
            "meal_voucher": "Meal voucher",
            "gift_card": "Gift card",
            "voucher": "Voucher",
            "other": "Other payment",
        },
        number="Receipt no. {number}",
        articles=("{count} item", "{count} items"),
        page="See my receipt online",
        strip="The receipt, as the till printed it",
        machine=(
            "The text of this picture, read by a machine: it may hold errors, the"
            " picture prevails"
        ),
        picture="Picture of the receipt",
        attached="The till printed this receipt as a picture: it is attached.",
        why=(
            "{shop} is writing because this address was given at the till to"
            " receive this receipt."
        ),
        use="It is used for this message and for nothing else.",
        not_me="This is not mine",
        not_me_how=(
            "If this receipt is not yours, the address was mistyped."
            " Write to {sender} and the store will put it right."
            " You may also delete this message: no other will follow."
        ),
        not_me_subject="This receipt is not mine",
        at="at",
        decimal=".",
        percent="%",
    ),
}

MONTHS_EN: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
"""Spelt here, since ``%B`` follows the process's locale."""


def written_date(day: dt.date, lang: Lang) -> str:
    """``21/11/2026``, or ``21 November 2026`` where the order would be a guess."""
    if lang == "fr":
        return f"{day:%d/%m/%Y}"
    return f"{day.day} {MONTHS_EN[day.month - 1]} {day.year}"


def written_rate(basis_points: int, lang: Lang) -> str:
    """``5,5 %`` of 550: as many decimals as the rate needs."""
    said = PHRASES[lang]
    whole, part = divmod(abs(basis_points), 100)
    tail = f"{said.decimal}{part:02d}".rstrip("0") if part else ""
    return f"{'-' if basis_points < 0 else ''}{whole}{tail}{said.percent}"
