"""A receipt as a person reads it on a terminal: all that was found, and the proof.

For whoever wants to know what the reading made of a paper; so what is not proven is
shown too, and the verdict stands on top.  The text is a stranger's: what a terminal
would obey is taken out (:func:`agent.letters.view.clean`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from agent.letters.readout_names import NAMES
from agent.letters.view import clean
from agent.letters.words import PHRASES, written_date, written_rate
from agent.wire import proof
from agent.wire.money import Lang, format_money
from agent.wire.receipt import Item, Receipt, Vat

COLUMNS: Final = 72
HEAD_COLUMNS: Final = 16
AMOUNT_COLUMNS: Final = 14
MINUS: Final = "\N{MINUS SIGN}"
MARKS: Final = {True: "✓", False: "✗"}


def lines(receipt: Receipt, name: str, lang: Lang) -> Iterator[str]:
    """The whole of it; ``name`` is its file's or its id."""
    made = _Readout(receipt, lang)
    yield clean(name)
    yield from made.proof()
    yield from made.head()
    yield from made.goods()
    yield from made.sums()
    yield from made.rest()


class _Readout:
    def __init__(self, receipt: Receipt, lang: Lang) -> None:
        self._receipt = receipt
        self._lang = lang
        self._names = NAMES[lang]

    def proof(self) -> Iterator[str]:
        receipt, phrases = self._receipt, proof.PHRASES[self._lang]
        sure = self._names.sure.format(percent=round(100 * receipt.confidence))
        yield f"  {self._names.kinds[receipt.kind]}, {sure}"
        verdict = receipt.verdict
        if not verdict.equations:
            yield f"  {verdict.level} {phrases.untried}"
            return
        yield f"  {verdict.level} {phrases.levels[verdict.level]}"
        for equation in proof.ordered(verdict.equations):
            said = clean(proof.said(equation, self._currency, self._lang))
            yield f"    {MARKS[equation.holds]} {clean(equation.name, 8)} {said}"

    def head(self) -> Iterator[str]:
        receipt, names = self._receipt, self._names
        merchant = receipt.merchant
        day = written_date(receipt.date, self._lang) if receipt.date else ""
        when = f"{day} {receipt.time:%H:%M:%S}" if receipt.time else day
        yield from self._fields(
            (names.shop, merchant.name),
            (names.address, ", ".join(merchant.address)),
            (names.phone, merchant.phone),
            ("SIRET", merchant.siret),
            (PHRASES[self._lang].vat.format(rate="").strip(), merchant.vat_id),
            ("NAF", merchant.naf),
            (names.number, receipt.number),
            (names.store, receipt.store),
            (names.till, receipt.till),
            (names.operator, receipt.operator),
            (names.when, when.strip()),
            (names.loyalty, receipt.loyalty_card),
        )

    def goods(self) -> Iterator[str]:
        if self._receipt.items:
            yield f"  {self._names.items}"
        for item in self._receipt.items:
            yield self._row(f"  {self._label(item)}", item.amount)
            if remark := self._remark(item):
                yield f"      {remark}"

    def sums(self) -> Iterator[str]:
        receipt, said = self._receipt, PHRASES[self._lang]
        rows = (
            (said.subtotal, receipt.subtotal),
            (self._names.discounts, receipt.discount_total),
            (said.rounding, receipt.rounding),
            (self._names.total, receipt.total),
            *((self._rate(vat), _tax(vat)) for vat in receipt.vat),
            *(
                (f"{said.payments[p.kind]} ({clean(p.label, 24)})", p.amount)
                for p in receipt.payments
            ),
            (said.change, receipt.change),
        )
        for name, minor in rows:
            if minor is not None:
                yield self._row(name, minor)
        count = receipt.item_count
        yield from self._fields(
            (self._names.count, None if count is None else f"{count}")
        )

    def rest(self) -> Iterator[str]:
        receipt, names = self._receipt, self._names
        fiscal = receipt.fiscal.model_dump(exclude_none=True) if receipt.fiscal else {}
        links = receipt.links.model_dump(exclude_none=True)
        yield from self._fields(
            (names.mentions, ", ".join(names.said[each] for each in receipt.mentions)),
            (names.links, _said(links, names.linked)),
            (names.fiscal, _said(fiscal, names.fiscal_block)),
            *(
                (names.code, f"{c.system} {c.text} ({names.roles[c.role]})")
                for c in receipt.codes
            ),
            *((names.attached, names.kinds[each.kind]) for each in receipt.attachments),
        )

    @property
    def _currency(self) -> str:
        return clean(self._receipt.currency, 3)

    def _money(self, minor: int) -> str:
        return format_money(minor, self._currency, self._lang)

    def _row(self, label: str, minor: int) -> str:
        amount = self._money(minor).rjust(AMOUNT_COLUMNS)
        width = COLUMNS - len(amount) - 2
        return f"  {label[:width]:<{width}}{amount}"

    def _fields(self, *fields: tuple[str, str | None]) -> Iterator[str]:
        for name, value in fields:
            if value:
                yield f"  {name:<{HEAD_COLUMNS}} {clean(value)}"

    def _label(self, item: Item) -> str:
        named = self._names.items_of.get(item.kind)
        kind = f" [{named}]" if named else ""
        code = f" {clean(item.vat_code, 8)}" if item.vat_code else ""
        return f"{clean(item.label, 40)}{kind}{code}"

    def _remark(self, item: Item) -> str:
        if item.quantity is None:
            return item.gtin or ""
        unit = f" {clean(item.unit, 12)}" if item.unit else ""
        price = "" if item.unit_price is None else f" × {self._money(item.unit_price)}"
        figures = format(item.quantity, "f").replace(".", PHRASES[self._lang].decimal)
        figures = figures.replace("-", MINUS)
        return f"{figures}{unit}{price} {item.gtin or ''}".rstrip()

    def _rate(self, vat: Vat) -> str:
        rate = "" if vat.rate is None else written_rate(vat.rate, self._lang)
        code = f" {clean(vat.code, 8)}" if vat.code else ""
        named = PHRASES[self._lang].vat.format(rate=rate).rstrip() + code
        if vat.net is None:
            return named
        return f"{named} ({self._names.net.format(net=self._money(vat.net))})"


def _said(values: Mapping[str, object], words: Mapping[str, str]) -> str:
    return ", ".join(f"{words[key]} {value}" for key, value in values.items())


def _tax(vat: Vat) -> int | None:
    return vat.vat if vat.vat is not None else vat.gross
