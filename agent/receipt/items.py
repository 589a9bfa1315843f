"""Priced lines between the header and the total, with their second lines.

Every priced line becomes an :class:`Entry`.  What an amount is worth may be open
(a ``Remise 0,50`` is minus, or only information), so an entry carries its possible
contributions, the likely one first; ``totals`` chooses by arithmetic.  A line such
as ``2 x 1,20`` is a detail when the product is its neighbour's amount, to the cent.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from agent.receipt.amounts import Amount
from agent.receipt.column_heads import Declared
from agent.receipt.columns import Row
from agent.receipt.details import (
    MEASURES,
    Detail,
    details_of,
    multiplied,
    unglued,
    whole_in,
)
from agent.receipt.entries import (
    REDUCING,
    REFERENCE,
    TENDERS,
    VOID,
    VOUCHER,
    Entry,
    by_row,
    is_aside,
    kind_of,
    led_by,
    measured,
    with_detail,
    worth_of,
)
from agent.receipt.gathered import Gathered
from agent.receipt.labels import (
    LETTER,
    Label,
    checked,
    clean,
    code_right,
    heads_columns,
    label_of,
    number_in,
    says_name,
    split,
    uncounted,
)
from agent.receipt.lines import Line
from agent.receipt.neighbours import attaches, is_pack
from agent.receipt.role_words import Role
from agent.receipt.roles import SUMS
from agent.receipt.rows import Rows

COLUMN_SLACK = 3
"""Amounts of one column end at most this far apart."""

MAX_PENDING = 2
"""Lines without a price that may belong to the priced line below."""

_SUM_FIRST = re.compile(
    r"^\W*+(?:\d+\W+)?(?:(?:\w+\W+){0,2}(?:TOT|SUMM?A?\b|RAZEM)|GESAMT|BETRAG|MONTANT|TTL|AMOUNT|SUMM?[AE]?\b|IMPORT|RAZEM|CELKEM|YHTEENSA|OSSZESEN)"
)
_PER_MEASURE = re.compile(
    r"^(\d{1,3}[.,]\d{2,4})\s?(?:EUR|CHF|€)?\s?/\s?(L|KG|KWH)\b", re.IGNORECASE
)
_VARIANT = re.compile(
    r"^\W*+(?:REF|TAILLE|COLORIS|COULEUR|SIZE|COLOU?R|GROSSE|FARBE|MAAT|KLEUR|TALLA|TAGLIA)\b"
)
"""Which one of what is named above."""
_PRICELESS = frozenset(
    {Role.ROUNDING, Role.TAX, Role.CHANGE, Role.DISCOUNT_TOTAL, Role.SHARE}
)
_ASIDE = frozenset({*SUMS, Role.SUMMARY, Role.BALANCE})


class Gatherer:
    """Walks down the paper and collects entries.

    Below a sum, a line that only says discounts opens a block of them, printed with
    positive amounts.  A family's subtotal is one when the lines since the last add up
    to it.  Rows are read by the columns that a head or a profile names.
    """

    def __init__(
        self,
        lines: Sequence[Line],
        roles: Sequence[Role],
        declared: Declared | None = None,
    ) -> None:
        self._lines = lines
        self._roles = roles
        self._rows = Rows(declared)
        self._gathered = Gathered(roles)
        self._names: list[Line] = []
        self._number: str | None = None
        self._detail: Detail | None = None
        self._void = False
        self._after_sum = False
        self._discounts = False

    def gather(self, start: int, end: int) -> tuple[Entry, ...]:
        """Go on from line ``start`` to ``end``, exclusive; all entries so far."""
        for line in self._lines[start:end]:
            role = self._roles[line.at]
            self._after_sum = self._after_sum or (role in SUMS and bool(line.amounts))
            self._take(line, role)
        return self._gathered.entries()

    def _take(self, line: Line, role: Role) -> None:
        if not line.amounts:
            self._rows.watch(line)
        if not line.plain.strip(" -=*_.#"):
            self._names.clear()
        elif self._is_aside(line, role):
            self._names.clear()
            self._discounts = False
        else:
            details = details_of(line.plain)
            row = self._rows.declared(line)
            if row is None and details and self._took_detail(line, details[0]):
                return
            if line.amounts:
                self._price(line, role, details, row)
            else:
                self._discounts |= self._after_sum and _opens_block(line, role)
                self._name(line)

    def _is_aside(self, line: Line, role: Role) -> bool:
        if role in {Role.TOTAL, Role.PART}:
            return sums_up(line) and self._sums(line, role)
        if role in _ASIDE:
            return True
        if role is Role.COUNT:
            return not self._is_sold(line)
        if role in _PRICELESS:
            return bool(line.amounts)
        heads = not line.amounts and _opens_block(line, role)
        return self._after_sum and role in TENDERS and not heads

    def _sums(self, line: Line, role: Role) -> bool:
        """Whether a line that begins as totals do is one, not a product's name."""
        if line.amount is None:
            return role is Role.TOTAL
        if role is Role.PART and self._gathered.closes(line.amount):
            return True
        return role is Role.TOTAL

    def _is_sold(self, line: Line) -> bool:
        return line.amount is not None and bool(details_of(line.plain))

    def _name(self, line: Line) -> None:
        last = self._gathered.last
        longer = self._rows.continued(last, line) if last is not None else None
        if longer is not None:
            self._gathered.change(longer)
            return
        if line.holds(VOID):
            self._void = not REFERENCE.search(line.plain)
            return
        digits = line.plain.strip(" *#")
        if digits.isdigit() and checked(digits):
            self._number = digits
            self._names.clear()
            return
        if self._names and _VARIANT.match(line.plain):
            return
        if heads_columns(line.plain):
            self._names.clear()
            return
        if self._unnamed_above(line):
            return
        self._names = [*self._names, line][-MAX_PENDING:]

    def _unnamed_above(self, line: Line) -> bool:
        """A code line with its price stands above its name on some tills."""
        last = self._gathered.last
        if last is None or self._names:
            return False
        if last.at != line.at - 1 or LETTER.search(last.label) or not last.amount:
            return False
        number = last.number or (last.label if last.label.isdigit() else None)
        self._gathered.change(replace(last, label=clean(line.text), number=number))
        return True

    def _took_detail(self, line: Line, detail: Detail) -> bool:
        outside = [
            a for a in line.amounts if a.end <= detail.start or a.start >= detail.end
        ]
        if outside or is_pack(self._lines, line, detail):
            return False
        if len(LETTER.findall(line.plain[: detail.start])) > 2:
            self._names = [line]
        last = self._gathered.last
        fresh = last is not None and not self._names and last.quantity is None
        if last is not None and fresh and detail.fits(last.printed):
            self._gathered.change(with_detail(last, detail))
        elif last is not None and fresh and attaches(self._lines, line, last.at):
            misfit = abs(detail.product) - abs(last.printed)
            self._gathered.change(replace(last, misfit=misfit))
        else:
            self._detail = detail
        return True

    def _price(
        self,
        line: Line,
        role: Role,
        details: Sequence[Detail],
        row: Row | None,
    ) -> None:
        priced = [a for a in line.amounts if not a.per_unit and not a.boxed]
        if not priced:
            self._name(line)
            return
        entry = self._priced(line, role, details, priced[-1], row)
        if self._detail is not None:
            entry = self._with_detail_above(line, entry, self._detail)
            self._detail = None
        self._void = False
        if self._repeats_sum(entry):
            entry = replace(entry, worth=(0, entry.printed))
        entry = self._named_above(entry)
        if not is_aside(line):
            self._names.clear()
        self._number = None
        self._gathered.append(entry)

    def _priced(
        self,
        line: Line,
        role: Role,
        details: Sequence[Detail],
        money: Amount,
        row: Row | None,
    ) -> Entry:
        own = unglued(line.plain[: money.end], money.cents)
        if own is not None:
            money = money._replace(cents=own, start=money.start + 2)
        if row is None:
            row = self._rows.printed(line, money, details)
            if row is None or row.misfit:
                entry = self._entry(line, money, role, details)
                return replace(entry, doubt=row.misfit if row is not None else 0)
        entry = by_row(self._entry(line, row.money, role, details), row)
        return self._rows.begun(entry, self._names)

    def _with_detail_above(self, line: Line, entry: Entry, detail: Detail) -> Entry:
        if detail.fits(entry.printed):
            return with_detail(entry, detail)
        if entry.quantity is None and self._tells_of(line, detail):
            misfit = abs(detail.product) - abs(entry.printed)
            return replace(entry, misfit=misfit)
        return entry

    def _tells_of(self, line: Line, detail: Detail) -> bool:
        """A weight above a price is that of its goods; so is a count above a bare price."""
        bare = LETTER.search(line.label) is None and bool(self._names)
        return detail.unit in MEASURES or (bare and detail.unit is not None)

    def _repeats_sum(self, entry: Entry) -> bool:
        """The sum of what stands above, without a word, or told again below one."""
        if self._gathered.last is None:
            return False
        if LETTER.search(entry.label) and not self._after_sum:
            return False
        return entry.printed in self._gathered.sums()

    def _named_above(self, entry: Entry) -> Entry:
        """An entry without words belongs to the line above it, if to any.

        That line ends in a size (``TASSEAU 2.40``), its own unit price or what was
        measured (``SUPER E10 38,15 L`` above ``1,749 EUR/L 66,72``), or prints the same
        amount.  Else the entry is open: it may repeat what stands above.
        """
        last = self._gathered.last
        if says_name(entry.label) or last is None or last.at != entry.at - 1:
            return entry
        per = _PER_MEASURE.match(entry.label)
        if per is not None:
            detail = multiplied(f"{last.printed / 100:.2f}", per[1], per[2])
            if detail.fits(entry.printed):
                self._gathered.pop()
                return with_detail(replace(entry, label=last.label), detail)
        if last.quantity is not None:
            again = entry.printed == last.price and entry.quantity is None
            return replace(entry, worth=(0, entry.printed)) if again else entry
        if entry.price is not None:
            size = abs(last.end - entry.end) > COLUMN_SLACK
            same = last.printed == entry.printed and last.vat_code is None
            if size or same or entry.price == last.printed:
                self._gathered.pop()
                name = clean(self._lines[last.at].text) if size else last.label
                number = entry.number or last.number
                kind = "deposit" if last.kind == "deposit" else entry.kind
                return replace(entry, label=name, number=number, kind=kind)
        elif entry.quantity is None and not entry.vat_code:
            return replace(entry, worth=(*entry.worth, 0))
        return entry

    def _entry(
        self, line: Line, money: Amount, role: Role, details: Sequence[Detail]
    ) -> Entry:
        cents, negative = money.cents, money.cents < 0
        voucher = line.holds(VOUCHER)
        if self._discounts or (voucher and role is Role.PAYMENT):
            role = Role.DISCOUNT
        void = self._void or line.holds(VOID)
        detail, misfit = measured(line, money, details)
        label = self._label(line, money, detail)
        number = number_in(label.text)
        text = clean(number[1] if number and LETTER.search(number[1]) else label.text)
        text = uncounted(text, detail)
        kind = kind_of(text, role, negative=negative and not void)
        quantity = Decimal(label.times) if label.times else None
        quantity = detail.quantity if detail else quantity
        return Entry(
            at=line.at,
            label=text,
            worth=worth_of(line, cents, kind, role, voucher=voucher),
            kind="void" if void and negative else kind,
            quantity=quantity,
            unit=detail.unit if detail else None,
            price=detail.price if detail else None,
            vat_code=code_right(line, money) or label.code,
            leading=label.leading
            if detail is None or detail != led_by(line, money)
            else None,
            rate=label.rate,
            number=self._number or (number[0] if number else None),
            misfit=misfit,
            loose=quantity is None and whole_in(line.plain[: money.start], text),
            printed=cents,
            end=money.end,
            below=self._after_sum,
            reduces=role in REDUCING,
        )

    def _label(self, line: Line, money: Amount, detail: Detail | None) -> Label:
        own = label_of(line, money, detail)
        if says_name(own.text) or not self._names:
            return own
        name = self._names[-1]
        within = [d.start for d in details_of(name.plain) if d.start > 0]
        named = split(name.text[: min(within, default=None)].strip())
        return replace(named, code=own.code or named.code, rate=own.rate or named.rate)


def sums_up(line: Line) -> bool:
    """It begins as totals do; a product may."""
    return _SUM_FIRST.search(line.plain) is not None


def _opens_block(line: Line, role: Role) -> bool:
    """``Detail des remises immediates :``, ``YOUR SAVINGS:``."""
    headed = role is Role.INFO and line.plain.rstrip().endswith(":")
    return headed or role in {Role.DISCOUNT, Role.DISCOUNT_TOTAL}
