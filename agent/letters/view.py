"""A receipt as a mail shows it: rows of words and amounts, already written.

Both parts of the mail are drawn from this one view, so that they cannot
disagree.  What comes from the receipt is a stranger's text: control characters
and line breaks are taken out here, markup is escaped where markup is made.

Rows are shown only when the receipt's sums prove themselves (V1, V2);
otherwise the paper's own lines speak, and nothing that we may have misread.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from agent.letters.words import PHRASES, written_date, written_rate
from agent.wire.mentions import lacking
from agent.wire.money import NO_BREAK, Tongue, format_money
from agent.wire.receipt import Code, DocKind, Item, Level, Picture, Receipt

MAX_ROWS: Final = 400
"""A trolley's worth; a receipt with more is hostile or broken."""

MAX_LINES: Final = 1000
"""Paper lines shown: eight metres of paper."""

MAX_LINE_CHARS: Final = 120
"""The widest printer has 72 columns."""

KEPT_BLANKS: Final = frozenset(" \u00a0\u202f")


@dataclass(frozen=True, slots=True)
class Row:
    """A label, a quieter remark under it (may be empty), an amount."""

    label: str
    amount: str
    remark: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """What both parts of the mail show."""

    title: str
    shop: str
    total: str
    when: str
    day: str
    number: str
    count: str
    copy: str
    items: tuple[Row, ...]
    sums: tuple[Row, ...]
    payments: tuple[Row, ...]
    lines: tuple[str, ...]
    mentions: tuple[str, ...] = ()
    """What has to be said, where the lines shown do not say it."""
    machine: bool = False
    """The lines were read in the picture."""
    picture: Picture | None = None
    notes: tuple[str, ...] = ()
    """What is said in words, below the head: why so little is shown, what became of it."""
    code: Code | None = None
    """By which the shop finds it again."""
    left_out: int = 0
    """Lines that the letter has no room for."""


def clean(text: str, limit: int = MAX_LINE_CHARS) -> str:
    """One line of a stranger's text, without anything that is not a character.

    Control, format and surrogate characters go (Unicode categories C*), since
    they reorder, hide or break what stands around them; so do the line and
    paragraph separators.
    """
    kept = (
        char if char in KEPT_BLANKS else " " if char.isspace() else char
        for char in text[: limit * 2]
        if char.isspace() or not unicodedata.category(char).startswith("C")
    )
    return "".join(kept)[:limit].rstrip()


def view(
    receipt: Receipt,
    *,
    shop: str,
    lang: Tongue,
    sent: dt.datetime,
    copy_number: int = 0,
) -> View:
    """What to show of ``receipt``; ``sent`` dates it when the paper did not."""
    said = PHRASES[lang]
    proven = receipt.verdict.level is not Level.V0
    day = written_date(receipt.date or sent.date(), lang)
    lines = tuple(clean(line) for line in receipt.lines[:MAX_LINES])
    clock = f" {said.at} {receipt.time:%H:%M}" if receipt.time else ""
    return View(
        title=said.titles.get(receipt.kind, said.title),
        shop=clean(shop),
        total=_amount(receipt.total, receipt, lang),
        when=day + clock,
        day=day,
        number=_filled(said.number, number=clean(receipt.number or "")),
        count=_count(receipt, lang) if proven else "",
        copy=said.copy.format(number=copy_number) if copy_number else "",
        items=_items(receipt, lang) if proven else (),
        sums=_sums(receipt, lang) if proven else (),
        payments=_payments(receipt, lang) if proven else (),
        lines=lines,
        mentions=lacking(receipt.mentions, "\n".join(lines), lang),
        machine=receipt.reading is not None,
        picture=receipt.picture,
        code=next((each for each in receipt.codes if each.role == "receipt"), None),
    )


def not_me_url(url: str) -> str:
    """Where whom the mail reached by mistake says so; ``url`` is the receipt's page."""
    return f"{url}/not-me"


def no_mail_url(url: str) -> str:
    """Where whoever reads the mail says that they want none any more."""
    return f"{url}/no-mail"


def discreet(shown: View, lang: Tongue) -> View:
    """What a mail may say of a sale that is nobody's business: where, when, a link."""
    return View(
        title=shown.title,
        shop=shown.shop,
        total="",
        when=shown.when,
        day=shown.day,
        number="",
        count="",
        copy=shown.copy,
        items=(),
        sums=(),
        payments=(),
        lines=(),
        notes=(PHRASES[lang].discreet,),
    )


def annulled(shown: View, lang: Tongue, number: str) -> View:
    """What a mail says of a receipt whose sale was annulled; ``number``: by which paper.

    Of a discreet one no total.
    """
    said = PHRASES[lang]
    notes = (
        said.annulled_says.format(day=shown.day, shop=shown.shop),
        _filled(said.annulled_by, number=clean(number)),
        said.annulled_then,
    )
    return View(
        title=said.annulled_subject,
        shop=shown.shop,
        total=shown.total,
        when=shown.when,
        day=shown.day,
        number=shown.number,
        count="",
        copy=said.annulled,
        items=(),
        sums=(),
        payments=(),
        lines=(),
        notes=tuple(note for note in notes if note),
    )


def _amount(minor: int | None, receipt: Receipt, lang: Tongue) -> str:
    if minor is None:
        return ""
    return format_money(minor, clean(receipt.currency, 3), lang)


def _filled(phrase: str, **words: str) -> str:
    """The phrase, or nothing when it has nothing to say."""
    return phrase.format(**words) if all(words.values()) else ""


def _count(receipt: Receipt, lang: Tongue) -> str:
    count = receipt.gist.units
    if not count or receipt.kind is DocKind.CARD_SLIP:
        return ""
    one, many = PHRASES[lang].articles
    return (one if count == 1 else many).format(count=count)


def _items(receipt: Receipt, lang: Tongue) -> tuple[Row, ...]:
    return tuple(
        Row(
            label=clean(item.label),
            amount=_amount(item.amount, receipt, lang),
            remark=_quantity(item, receipt, lang),
        )
        for item in receipt.items[:MAX_ROWS]
    )


def _quantity(item: Item, receipt: Receipt, lang: Tongue) -> str:
    """``2 × 1,50 €`` or ``0,792 kg × 2,49 €``; silent for a single piece."""
    if item.quantity is None or (item.quantity == 1 and not item.unit):
        return ""
    figures = _decimal(item.quantity, lang)
    unit = f"{NO_BREAK}{clean(item.unit, 12)}" if item.unit else ""
    price = _amount(item.unit_price, receipt, lang)
    return f"{figures}{unit}" + (f" × {price}" if price else "")


def _decimal(value: Decimal, lang: Tongue) -> str:
    return format(value, "f").replace(".", PHRASES[lang].decimal)


def _sums(receipt: Receipt, lang: Tongue) -> tuple[Row, ...]:
    """Subtotal, rounding and the VAT rows that were printed."""
    said = PHRASES[lang]
    rows = [
        (said.subtotal, receipt.subtotal),
        (said.rounding, receipt.rounding),
        *((_vat_label(vat.rate, lang), vat.vat) for vat in receipt.vat[:MAX_ROWS]),
    ]
    return tuple(
        Row(label=label, amount=_amount(minor, receipt, lang))
        for label, minor in rows
        if minor is not None
    )


def _vat_label(rate: int | None, lang: Tongue) -> str:
    written = "" if rate is None else written_rate(rate, lang)
    return PHRASES[lang].vat.format(rate=written).rstrip()


def _payments(receipt: Receipt, lang: Tongue) -> tuple[Row, ...]:
    said = PHRASES[lang]
    rows = [
        Row(
            label=said.payments[payment.kind],
            amount=_amount(payment.amount, receipt, lang),
        )
        for payment in receipt.payments[:MAX_ROWS]
    ]
    if receipt.change:
        rows.append(
            Row(label=said.change, amount=_amount(receipt.change, receipt, lang))
        )
    return tuple(rows)
