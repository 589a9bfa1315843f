"""Slips that we compose ourselves, as ESC/POS by python-escpos or in a Star's words.

Each is rendered for a printer (:mod:`agent.letters.slip_paper`) into bytes that can be
stored before they are sent, and a transport that never blocks sends them.  A slip starts
and ends with ESC @: it inherits no style and leaves none.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from agent.letters.redrawn import drawn_again, exit_slip
from agent.letters.slip_paper import on
from agent.letters.whole_code import WholeCode
from agent.letters.words import written_date
from agent.qr.symbol import CAPTIONS
from agent.wire.model import Model
from agent.wire.money import Lang
from agent.wire.receipt import Receipt

PRICE: Final = re.compile(
    r"[-−]?\d+(?:[ .\u00a0\u202f]\d{3})*[.,]\d{2}\s?(?:€|EUR|CHF|£|\$)?(?!\d)|[€£$]\s?\d+[.,]?\d*"
)
"""An amount that a POS wrote into an article's name."""

Slip = Callable[[str, Mapping[str, Any]], bytes]


class QrSlip(Model):
    """The page's address to take home; ``total`` is already written.

    ``code``: what a phone that cannot scan types at ``code_at`` instead.  ``whole``: the
    receipt itself, in place of the address.
    """

    url: str
    shop: str
    total: str | None = None
    lang: Lang = "fr"
    code: str = ""
    code_at: str = ""
    whole: WholeCode | None = None


class DuplicataMark(Model):
    """``number`` counts copies from 1; ``at`` is local time."""

    number: int
    at: dt.datetime
    lang: Lang = "fr"


class TrialSlip(Model):
    """Proof that a printer prints, with every letter that French needs."""

    shop: str
    till: str
    at: dt.datetime
    lang: Lang = "fr"


class GiftSlip(Model):
    """A gift receipt: what was bought, and nothing of what it cost."""

    receipt: Receipt
    at: dt.datetime
    lang: Lang = "fr"


WORDS: Final[dict[Lang, dict[str, str]]] = {
    "fr": {
        "gift": "TICKET CADEAU",
        "bought": "Achat du {day}",
        "number": "Ticket n° {number}",
        "yours": "Votre ticket",
        "scan": "Scannez pour le lire et le garder",
        "type": "Ou, dans les dix minutes, sur {at} :",
        "copy": "Copie imprimée le {day} à {time}",
        "test": "Ticket d'essai",
        "letters": "àâçéèêëîïôùûü ÀÇÉÈÊ € « »",
        "proof": "Si cette ligne et ses accents se lisent,\nl'imprimante est prête.",
    },
    "en": {
        "gift": "GIFT RECEIPT",
        "bought": "Bought on {day}",
        "number": "Receipt no. {number}",
        "yours": "Your receipt",
        "scan": "Scan to read and keep it",
        "type": "Or, within ten minutes, at {at}:",
        "copy": "Copy printed on {day} at {time}",
        "test": "Test receipt",
        "letters": "àâçéèêëîïôùûü ÀÇÉÈÊ € £",
        "proof": "If you can read this line and its accents,\nthe printer is ready.",
    },
}


def qr_slip(profile: str, fields: Mapping[str, Any]) -> bytes:
    """A QR of the page with the shop and the total above it.  See QrSlip.

    Nothing comes of a whole receipt where the printer prints no pictures.
    """
    slip = QrSlip.model_validate(fields)
    said = WORDS[slip.lang]
    paper = on(profile)
    paper.line(slip.shop, bold=True)
    paper.line(" - ".join(part for part in (said["yours"], slip.total) if part))
    if slip.whole is None:
        paper.symbol(slip.url)
        paper.line(said["scan"])
    elif paper.whole(slip.whole):
        paper.line(CAPTIONS[slip.lang])
    else:
        return b""
    if slip.code:
        paper.line(said["type"].format(at=slip.code_at))
        paper.line(slip.code, bold=True, double=True)
    return paper.cut()


def width_dots(profile: str) -> int:
    """Across the paper of that printer."""
    return on(profile).dots


def duplicata_mark(profile: str, fields: Mapping[str, Any]) -> bytes:
    """What stands above the POS's own bytes when they are printed again."""
    mark = DuplicataMark.model_validate(fields)
    paper = on(profile)
    paper.line(f"DUPLICATA {mark.number}", bold=True, double=True)
    paper.line(_moment(WORDS[mark.lang]["copy"], mark.at, mark.lang))
    paper.line("")
    return paper.end()


def test_receipt(profile: str, fields: Mapping[str, Any]) -> bytes:
    """A short slip that shows width, accents, a symbol and the cutter."""
    test = TrialSlip.model_validate(fields)
    said = WORDS[test.lang]
    paper = on(profile)
    paper.line(said["test"], bold=True, double=True)
    paper.line(f"{test.shop} - {test.till}")
    paper.line(_moment("{day} {time}", test.at, test.lang))
    paper.line("=" * paper.columns)
    paper.line(said["letters"])
    for line in said["proof"].split("\n"):
        paper.line(line)
    paper.symbol("https://receipt-agent.invalid/")
    return paper.cut()


def gift_receipt(profile: str, fields: Mapping[str, Any]) -> bytes:
    """The goods without a price; nothing of a receipt whose goods were not read."""
    slip = GiftSlip.model_validate(fields)
    said, receipt = WORDS[slip.lang], slip.receipt
    goods = list(_goods(receipt))
    if not goods:
        return b""
    paper = on(profile)
    if receipt.merchant.name:
        paper.line(receipt.merchant.name, bold=True)
    paper.line(said["gift"], bold=True, double=True)
    day = written_date(receipt.date or slip.at.date(), slip.lang)
    paper.line(said["bought"].format(day=day))
    if receipt.number:
        paper.line(said["number"].format(number=receipt.number))
    paper.line("-" * paper.columns)
    for line in goods:
        paper.line(line)
    paper.line("-" * paper.columns)
    return paper.cut()


def _goods(receipt: Receipt) -> Iterator[str]:
    """Each article that was not taken back, with its quantity."""
    taken_back = {item.of for item in receipt.items if item.kind == "void"}
    for index, item in enumerate(receipt.items):
        label = PRICE.sub("", item.label).strip()
        if item.kind != "item" or index in taken_back or not label:
            continue
        quantity = item.quantity
        if quantity is None or (quantity == 1 and not item.unit):
            yield label
        else:
            written = f"{quantity:f}".replace(
                ".", "," if receipt.currency == "EUR" else "."
            )
            yield f"{written} {item.unit or 'x'} {label}"


SLIPS: Final[Mapping[str, Slip]] = {
    "qr": qr_slip,
    "duplicata": duplicata_mark,
    "gift": gift_receipt,
    "exit": exit_slip,
    "again": drawn_again,
    "test": test_receipt,
}


def _moment(phrase: str, at: dt.datetime, lang: Lang) -> str:
    return phrase.format(day=written_date(at.date(), lang), time=f"{at:%H:%M}")
