"""A receipt as its page shows it: every text ready, nothing left to decide.

Pure: a receipt/1 and a language in, a frozen ``View`` out.  What the paper did
not say is absent, never filled in.  The texts are cleaned (``typography``) and
not escaped: the template does that, everywhere.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from agent.wire import proof
from agent.wire.receipt import Code, Item, Merchant, Picture, Receipt, Vat
from rcu.bars import Bars, bars
from rcu.kinds import kind_of
from rcu.records import Shown
from rcu.typography import (
    NBSP,
    clean,
    clock_time,
    digits,
    joint,
    long_date,
    money,
    percent,
    short_date,
)
from rcu.words import Lang, words

MAX_DIGITS: Final = 9
"""Of a quantity: past it the paper's own spelling is shown."""
WIDTHS: Final = (32, 42, 48, 64)
"""Columns of the paper for which the stylesheet has a letter size."""
AT_A_RETURN: Final = frozenset({"receipt", "other"})
"""Codes that a shop may scan again; fiscal ones, cards and addresses are for others."""
GRAVE_MENTIONS: Final = frozenset(
    {"training", "provisional", "degraded", "card_refused"}
)
"""Mentions that change what the document is: shown above it."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the strip: a label, what stands under it, an amount."""

    label: str
    amount: str
    detail: str = ""
    kind: str = "item"


@dataclass(frozen=True, slots=True)
class VatRow:
    """A rate and one amount for each column of its table; "" if not printed."""

    name: str
    amounts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VatTable:
    """``columns`` are the words for the amounts that at least one row has."""

    columns: tuple[str, ...]
    rows: tuple[VatRow, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """A name and its value, such as ``Caisse`` and ``3``."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class CodeShown:
    """A code with its drawing, where there is one."""

    label: str
    text: str
    bars: Bars | None


@dataclass(frozen=True, slots=True)
class Proof:
    """A sum that the till's words were held to, and what is open where it fails."""

    holds: bool
    says: str


@dataclass(frozen=True, slots=True)
class SlipShown:
    """A card slip of a print job of its own, as it was printed."""

    title: str
    paper: str
    width: int


@dataclass(frozen=True, slots=True)
class View:
    """The whole page."""

    lang: Lang
    words: Mapping[str, str]
    title: str
    shop: str
    when: str
    when_iso: str
    total: str
    kind: str
    copy_mark: str
    annulled: str
    notices: tuple[str, ...]
    guarantee: str
    items: tuple[Line, ...]
    item_count: str
    sums: tuple[Line, ...]
    vat: VatTable
    payments: tuple[Line, ...]
    about: tuple[Pair, ...]
    address: tuple[str, ...]
    shop_facts: tuple[Pair, ...]
    codes: tuple[CodeShown, ...]
    paper: str
    paper_hint: str
    paper_width: int
    slips: tuple[SlipShown, ...]
    picture: Picture | None
    total_unread: str
    level: str
    proofs: tuple[Proof, ...]
    until: str


def view(shown: Shown, lang: Lang, retention_days: int) -> View:
    """Everything that the page of ``shown`` says, in ``lang``."""
    receipt, text = shown.receipt, words(lang)
    shop = clean(receipt.merchant.name or "").strip() or text[_kind(receipt)]
    total = (
        "" if receipt.total is None else money(receipt.total, receipt.currency, lang)
    )
    when, when_iso = _when(shown, lang)
    until = _day(shown.received_ms) + dt.timedelta(days=retention_days)
    marked = [name for name in receipt.mentions if name in GRAVE_MENTIONS]
    return View(
        lang=lang,
        words=text,
        title=f"{text['title']} — {', '.join(p for p in (shop, total, when) if p)}",
        shop=shop,
        when=when,
        when_iso=when_iso,
        total=total,
        kind=text[_kind(receipt)],
        copy_mark=_copy_mark(receipt, text),
        annulled=_annulled(receipt, text),
        notices=tuple(text["mention_" + name] for name in dict.fromkeys(marked)),
        guarantee=text["mention_guarantee"] if "guarantee" in receipt.mentions else "",
        items=tuple(_item(item, receipt.currency, lang) for item in receipt.items),
        item_count=_count(receipt.gist.units, text),
        sums=_sums(receipt, lang),
        vat=_vat(receipt, lang),
        payments=_payments(receipt, lang),
        about=_about(receipt, text),
        address=tuple(clean(line) for line in receipt.merchant.address),
        shop_facts=_shop_facts(receipt.merchant, text),
        codes=tuple(_code(c, text) for c in receipt.codes if c.role in AT_A_RETURN),
        paper=_paper(receipt),
        paper_hint=text["machine_hint" if receipt.reading else "printed_hint"],
        paper_width=_paper_width(receipt),
        slips=tuple(
            SlipShown(text[_kind(slip)], _paper(slip), _paper_width(slip))
            for slip in shown.slips
        ),
        picture=receipt.picture,
        total_unread=text["total_in_picture" if receipt.picture else "total_unread"],
        level=receipt.verdict.level.value,
        proofs=tuple(
            Proof(tried.holds, clean(proof.said(tried, receipt.currency, lang)))
            for tried in proof.ordered(receipt.verdict.equations)
        ),
        until=short_date(until, lang),
    )


def _kind(receipt: Receipt) -> str:
    name = f"kind_{kind_of(receipt)}"
    return name if name in words("fr") else "kind_document"


def _copy_mark(receipt: Receipt, text: Mapping[str, str]) -> str:
    if receipt.copy_mark is None:
        return ""
    if receipt.copy_mark.number is None:
        return text["copy"]
    return text["copy_number"].format(n=receipt.copy_mark.number)


def _annulled(receipt: Receipt, text: Mapping[str, str]) -> str:
    if number := clean(receipt.links.annulled_by or "").strip():
        return text["annulled_by"].format(n=number)
    return text["mention_annulled"] if "annulled" in receipt.mentions else ""


def _paper(receipt: Receipt) -> str:
    return "\n".join(clean(line).rstrip() for line in receipt.lines)


def _when(shown: Shown, lang: Lang) -> tuple[str, str]:
    day, time = shown.receipt.date, shown.receipt.time
    if day is None:
        # The paper did not say; the day on which the till accepted it is near.
        day = _day(shown.issued_ms)
        return long_date(day, lang), day.isoformat()
    if time is None:
        return long_date(day, lang), day.isoformat()
    iso = f"{day.isoformat()}T{time.strftime('%H:%M')}"
    return f"{long_date(day, lang)}{joint(lang)}{clock_time(time, lang)}", iso


def _day(unix_ms: int) -> dt.date:
    return dt.datetime.fromtimestamp(unix_ms / 1000, dt.UTC).date()


def _item(item: Item, currency: str, lang: Lang) -> Line:
    text = words(lang)
    label = clean(item.label).strip()
    if not label:
        label = text.get(f"line_{item.kind}", text["item"])
    parts = []
    if item.quantity is not None and item.quantity != 1:
        unit = NBSP + clean(item.unit) if item.unit else ""
        parts.append(_quantity(item.quantity, lang) + unit)
    if item.unit_price is not None and parts:
        each = "/" + clean(item.unit) if item.unit else ""
        parts.append(money(item.unit_price, currency, lang) + each)
    return Line(
        label, money(item.amount, currency, lang), f"{NBSP}× ".join(parts), item.kind
    )


def _quantity(quantity: Decimal, lang: Lang) -> str:
    # 1E+999999 is a decimal too; written out it would be a megabyte.
    exponent = quantity.as_tuple().exponent
    tame = isinstance(exponent, int) and -MAX_DIGITS <= exponent <= 0
    if tame and quantity.adjusted() <= MAX_DIGITS:
        return digits(quantity, lang)
    return str(quantity)[:32]


def _count(number: int | None, text: Mapping[str, str]) -> str:
    if number is None:
        return ""
    return text["count_one" if number == 1 else "count_many"].format(n=number)


def _sums(receipt: Receipt, lang: Lang) -> tuple[Line, ...]:
    text = words(lang)
    return tuple(
        Line(text[name], money(amount, receipt.currency, lang))
        for name, amount in (
            ("subtotal", receipt.subtotal),
            ("rounding", receipt.rounding or None),
        )
        if amount is not None
    )


def _vat(receipt: Receipt, lang: Lang) -> VatTable:
    text = words(lang)
    # A column that no row fills would read as an amount that is missing.
    columns = {
        text[name]: amounts
        for name, amounts in (
            ("vat_net", [row.net for row in receipt.vat]),
            ("vat", [row.vat for row in receipt.vat]),
            ("vat_gross", [row.gross for row in receipt.vat]),
        )
        if any(amount is not None for amount in amounts)
    }
    rows = tuple(
        VatRow(
            _rate(row, lang),
            tuple(
                "" if amount is None else money(amount, receipt.currency, lang)
                for amount in (column[at] for column in columns.values())
            ),
        )
        for at, row in enumerate(receipt.vat)
    )
    return VatTable(tuple(columns), rows)


def _rate(row: Vat, lang: Lang) -> str:
    rate = "" if row.rate is None else percent(row.rate, lang)
    code = clean(row.code or "")
    return f"{rate} ({code})" if rate and code else rate or code


def _payments(receipt: Receipt, lang: Lang) -> tuple[Line, ...]:
    lines = [
        Line(clean(paid.label), money(paid.amount, receipt.currency, lang))
        for paid in receipt.payments
    ]
    if receipt.change:
        text = words(lang)["change"]
        lines.append(Line(text, money(receipt.change, receipt.currency, lang)))
    return tuple(lines)


def _about(receipt: Receipt, text: Mapping[str, str]) -> tuple[Pair, ...]:
    return _pairs(
        text,
        {
            "number": receipt.number,
            "annuls": receipt.links.annuls,
            "store": receipt.store,
            "till": receipt.till,
            "operator": receipt.operator,
            "loyalty": receipt.loyalty_card,
        },
    )


def _shop_facts(merchant: Merchant, text: Mapping[str, str]) -> tuple[Pair, ...]:
    return _pairs(
        text,
        {
            "phone": merchant.phone,
            "siret": _siret(merchant.siret or ""),
            "vat_id": merchant.vat_id,
        },
    )


def _siret(text: str) -> str:
    """SIREN by threes, then the establishment: 900 123 456 00015."""
    if not (len(text) == 14 and text.isascii() and text.isdigit()):
        return text
    return NBSP.join((text[:3], text[3:6], text[6:9], text[9:]))


def _pairs(text: Mapping[str, str], values: dict[str, str | None]) -> tuple[Pair, ...]:
    return tuple(
        Pair(text[name], clean(value)) for name, value in values.items() if value
    )


def _code(code: Code, text: Mapping[str, str]) -> CodeShown:
    shown = clean(code.text)
    label = text["code"].format(system=clean(code.system), text=shown)
    return CodeShown(label, shown, bars(code.system, code.text))


def _paper_width(receipt: Receipt) -> int:
    longest = max((len(line.rstrip()) for line in receipt.lines), default=0)
    return next((width for width in WIDTHS if longest <= width), WIDTHS[-1])
