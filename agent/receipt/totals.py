"""Which printed amount is the total, and which lines add up to it.

A few candidates are taken from the lines whose words propose a sum.  Each is tried
against the items above it (A1), the VAT rows (A3) and the tenders (A5); every
equation that closes speaks for it with the logarithm of how much more often it
closes for true totals than for other amounts.  The search is bounded: at most
``MAX_CANDIDATES`` totals, and per total two sides of at most 2^8 sums each.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from agent.receipt.closing import Closing, close, in_column, shares, taxes, told_again
from agent.receipt.column_heads import Declared
from agent.receipt.entries import Entry
from agent.receipt.fuel import poured
from agent.receipt.items import Gatherer
from agent.receipt.lines import Line, Page
from agent.receipt.payments import Paid, Tenders, Till, kind_of, paid
from agent.receipt.rates import guess_rate, vat_in
from agent.receipt.role_words import Role
from agent.receipt.roles import NAMED, SUMS, TOTALS
from agent.receipt.vat import Row
from agent.receipt.vat_tables import gross_of, tables, told_once
from agent.wire.receipt import Vat

MAX_CANDIDATES = 6
"""Totals tried: a receipt rarely prints more different sums."""

TIP_LINES = 4
"""A tip stands at most this far below the total."""

ROUNDING_LINES = 4
"""A rounding line stands at most this far below the total."""

LABEL_WEIGHT = {
    Role.DUE: 3.0,
    Role.TOTAL: 2.6,
    Role.PART: 1.0,
    Role.SUBTOTAL: 0.4,
    Role.NET: -0.5,
    Role.TENDERED: 0.2,
    Role.PAYMENT: 0.0,
    Role.NONE: -1.0,
}
ITEMS_CLOSE, VAT_CLOSES, CASH_CLOSES, TENDER_EQUAL, OFTEN = 2.2, 2.9, 4.1, 1.9, 2.1
"""Natural logarithms of the lifts measured on labelled receipts (docs/receipt.md)."""

CHANGE_UNUSED = 1.5
"""A total equal to a tender leaves no change; what is printed as such is unexplained."""

ROUNDED_OFF = 1.0
"""A total paid only with a rounding loses to the rounded one, when that is printed."""


TABLE_FOOT = 3
"""A VAT table's own sum stands at most this far below its last row."""

LATER = 0.6
"""For the lower of two totals, when its items close or it is the upper one rounded."""

SUMMED_UP = 1.5
"""For a total that a tender pays, below what calls itself a subtotal."""

_TAX_BEFORE = re.compile(r"\bTAX\s{1,12}\d{1,6}[.,]\d\d\W{1,20}(?:BAL|TOTAL)")
"""``TAX 1.12  BAL 24.02``: the tax stands on the total's line."""
_WITHOUT_TAX = frozenset({Role.SUBTOTAL, Role.NET})
_TENDERS = frozenset({Role.PAYMENT, Role.TENDERED})
_LESSENING = frozenset({"voucher", "gift_card"})
_UNCLEAR = frozenset({Role.TAX, Role.INFO, Role.COUNT, Role.DISCOUNT_TOTAL})


@dataclass(frozen=True, slots=True)
class Mention:
    """An amount on a line whose words propose a sum or a tender."""

    cents: int
    at: int
    role: Role


@dataclass(frozen=True, slots=True)
class Account:
    """A total with everything that was tried against it."""

    total: int
    at: int
    role: Role
    closing: Closing | None
    paid: Paid | None
    tenders: Tenders
    vat_holds: bool | None
    vat_gap: int
    rows: tuple[Row, ...]
    subtotal: int | None
    discount_total: int | None
    score: float


class Accountant:
    """Tries totals on one paper; one use."""

    def __init__(
        self,
        page: Page,
        roles: Sequence[Role],
        rows: Sequence[Row],
        country: str,
        declared: Declared | None = None,
    ) -> None:
        self._page = page
        self._country = country
        self._lines = lines = page.lines
        self._roles = roles
        self._rows = told_once(rows)
        self._row_lines = {row.at for row in rows}
        self._till = Till(lines, roles)
        self._mentions = self._mentioned()
        self._gatherer = Gatherer(lines, roles, declared)
        self._gathered_to = 0
        self._above: tuple[Entry, ...] = ()

    def _mentioned(self) -> tuple[Mention, ...]:
        found: list[Mention] = []
        summed = summary = False
        for line in self._lines:
            role, cents = self._roles[line.at], line.amount
            summary = summary or role is Role.SUMMARY
            if summary and len(line.amounts) > 1:
                continue
            summed = summed or (role in SUMS and cents is not None)
            if cents is None or role not in LABEL_WEIGHT or self._in_vat_table(line):
                continue
            if summed or role is not Role.NONE:
                found.append(Mention(cents, line.at, role))
        return (*found, *self._paid_for())

    def _in_vat_table(self, line: Line) -> bool:
        """A row, or the sum below the rows: several amounts, none of them due."""
        if line.at in self._row_lines:
            return True
        below = any(line.at - n in self._row_lines for n in range(1, TABLE_FOOT + 1))
        return below and len(line.amounts) > 1

    def _paid_for(self) -> tuple[Mention, ...]:
        """What tender minus change leaves, where that amount is printed."""
        tenders = self._till.tenders(0)
        wanted = {
            abs(p.amount) - c for p in tenders.payments for c in tenders.changes if c
        }
        return tuple(
            Mention(line.amount, line.at, Role.NONE)
            for line in self._lines
            if line.amount in wanted and self._roles[line.at] in _UNCLEAR
        )[:MAX_CANDIDATES]

    def candidates(self) -> tuple[Mention, ...]:
        """The first best-labelled mention of each value, best labels first."""
        best: dict[int, Mention] = {}
        for mention in self._mentions:
            known = best.get(mention.cents)
            weight = LABEL_WEIGHT[mention.role]
            if known is None or weight > LABEL_WEIGHT[known.role] + 0.5:
                best[mention.cents] = mention
        ranked = sorted(
            (m for m in best.values() if m.cents or len(best) == 1),
            key=lambda m: (-LABEL_WEIGHT[m.role], m.at),
        )
        return tuple(ranked[:MAX_CANDIDATES])

    def best(self) -> Account | None:
        """The account that most equations speak for; the first on a tie."""
        candidates = sorted(self.candidates(), key=lambda mention: mention.at)
        accounts = [self._account(mention) for mention in candidates]
        best: Account | None = None
        for account in accounts:
            if best is None or account.score + self._bonus(best, account) > best.score:
                best = account
        return best

    def _bonus(self, above: Account, below: Account) -> float:
        """What speaks for the lower of two totals."""
        closes = below.closing is not None and below.closing.holds
        rounded = any(
            self._roles[line.at] is Role.ROUNDING
            and line.amount
            and abs(below.total - above.total) == abs(line.amount)
            for line in self._lines[above.at : below.at]
        )
        summed = (
            above.role in _WITHOUT_TAX
            and below.role in TOTALS
            and below.paid is not None
        )
        return LATER * (closes + rounded) + SUMMED_UP * summed

    def _entries_above(self, at: int) -> tuple[Entry, ...]:
        """The priced lines above line ``at``; asked from top to bottom."""
        if at > self._gathered_to:
            self._above = self._gatherer.gather(self._gathered_to, at)
            self._gathered_to = at
        return self._above

    def _adjustments(self, start: int, at: int) -> list[tuple[Role, int]]:
        found: list[tuple[Role, int]] = []
        for line in self._lines[start : at + 1 + ROUNDING_LINES]:
            role, cents = self._roles[line.at], line.amount
            if role is Role.ROUNDING and line.amounts:
                # ROUNDED 0.01 (8.45): the sum in parentheses is none
                rounding = line.amounts[-1].cents if cents is None else cents
                found.append((role, rounding))
            if not cents or line.at > at or role is Role.ROUNDING:
                continue
            if role in TOTALS and _TAX_BEFORE.search(line.plain):
                found.append((Role.TAX, line.amounts[0].cents))
            if role is Role.SHARE or self._is_voucher(line):
                found.append((Role.SHARE, -abs(cents)))
            elif role is Role.DISCOUNT_TOTAL:
                found.append((role, -abs(cents)))
            elif role is Role.TAX:
                found.append((role, cents))
        return [*found, *self._taxed_in_table(found)]

    def _taxed_in_table(
        self, found: Sequence[tuple[Role, int]]
    ) -> list[tuple[Role, int]]:
        """Tax on top that only the table below the total tells."""
        taxes = [row.vat.vat for row in self._rows if row.vat.vat]
        told = {cents for role, cents in found if role is Role.TAX}
        whole = sum(taxes)
        return [(Role.TAX, whole)] if whole and whole not in told and not told else []

    def _is_voucher(self, line: Line) -> bool:
        """It may lessen what is due, as well as pay for it."""
        role = self._roles[line.at]
        return role is Role.PAYMENT and kind_of(line) in _LESSENING

    def _account(self, mention: Mention) -> Account:
        total = mention.cents
        entries = told_again(in_column(self._entries_above(mention.at)))
        start = entries[0].at if entries else mention.at
        adjustments = self._adjustments(start, mention.at)
        closing = close(entries, adjustments, total)
        if closing is not None and self._sells_only_sums(closing):
            closing = None
        if closing is None or not closing.holds:
            fuel = poured(self._page, total)
            closing = Closing((fuel,)) if fuel is not None else closing
        tenders = self._till.tenders(self._tenders_from(mention))
        if not tenders.payments and closing is not None and closing.holds:
            tenders = self._tenders_above(closing, total) or tenders
        roundings = [
            c for role, r in adjustments if role is Role.ROUNDING for c in (r, -r) if c
        ]
        settled = paid(tenders, total, [*roundings, *self._tips(mention.at)])
        rows, vat_gap = self._taxed(mention, [0, *roundings, *shares(closing)])
        if closing is not None and taxes(closing) and gross_of(rows) is None:
            vat_gap = None  # tax on top of some of the goods is contained in nothing
        account = Account(
            total=total,
            at=mention.at,
            role=mention.role,
            closing=closing,
            paid=settled,
            tenders=tenders,
            vat_holds=None if vat_gap is None else vat_gap == 0,
            vat_gap=vat_gap or 0,
            rows=rows,
            subtotal=self._subtotal(closing, mention.at),
            discount_total=self._last(Role.DISCOUNT_TOTAL, mention.at),
            score=0.0,
        )
        return replace(account, score=self._score(account))

    def _sells_only_sums(self, closing: Closing) -> bool:
        """A family's sum stands there, its goods do not: nothing is itemised."""
        sold = [e for e in closing.entries if e.amount and e.kind == "item"]
        return bool(sold) and all(
            self._roles[e.at] is Role.PART
            and e.quantity is None
            and not (e.vat_code or e.leading)
            for e in sold
        )

    def _tips(self, at: int) -> list[int]:
        """What is left for the staff below the total goes on the card too."""
        return [
            line.amount
            for line in self._lines[at + 1 : at + 1 + TIP_LINES]
            if self._roles[line.at] is Role.FEE and line.amount
        ]

    def _subtotal(self, closing: Closing | None, at: int) -> int | None:
        """The sum that something was added to or taken from, as printed."""
        named = self._last(Role.SUBTOTAL, at)
        if named is not None or closing is None or not closing.holds:
            return named
        if any(role is not Role.ROUNDING for role, _ in closing.adjustments):
            sold = sum(e.amount for e in closing.entries)
            for line in self._lines[:at]:
                if self._roles[line.at] in SUMS and line.amount == sold:
                    return sold
        return None

    def _last(self, role: Role, at: int) -> int | None:
        """The last amount of a role above the total."""
        printed = [
            line.amount
            for line in self._lines[:at]
            if self._roles[line.at] is role and line.amount is not None
        ]
        return printed[-1] if printed else None

    def _tenders_from(self, mention: Mention) -> int:
        if mention.role in NAMED:
            return mention.at + 1
        for line in self._lines:
            if self._roles[line.at] in SUMS and line.amounts:
                return line.at + 1
        return mention.at

    def _tenders_above(self, closing: Closing, total: int) -> Tenders | None:
        """``Visa 8.90`` above its total: an amount that no sum of the goods has in it."""
        for entry in closing.entries:
            tendered = self._roles[entry.at] in _TENDERS
            if tendered and entry.worth == (0,) and entry.printed == total:
                return self._till.tenders(entry.at)
        return None

    def _taxed(
        self, mention: Mention, apart: Sequence[int]
    ) -> tuple[tuple[Row, ...], int | None]:
        """The VAT rows, and their gross minus the total; ``None`` without a full table.

        ``apart`` are differences that the paper explains.
        """
        total = mention.cents
        for rows in tables(self._rows, mention.at):
            gross = gross_of(rows)
            if gross is not None and gross - total in {-part for part in apart}:
                return rows, 0
        gross = gross_of(self._rows)
        if gross is None:
            return self._rows, self._contained_gap(mention, apart)
        return self._rows, min((gross + part - total for part in apart), key=abs)

    def _contained_gap(self, mention: Mention, apart: Sequence[int]) -> int | None:
        """``DONT TVA 20,00%  10,33``: a single rate contained in the total."""
        vat = self._rows[0].vat if len(self._rows) == 1 else Vat()
        if vat.vat and mention.role in _WITHOUT_TAX:
            gross = mention.cents + vat.vat
            if any(m.cents == gross and m.role in TOTALS for m in self._mentions):
                return None  # it was added to this sum
        if vat.rate is None or vat.vat is None:
            return 0 if self._net_and_tax(mention, apart) else None
        taxed = (mention.cents - part for part in apart)
        gap = min((vat.vat - vat_in(cents, vat.rate) for cents in taxed), key=abs)
        return 0 if abs(gap) <= 1 else gap

    def _net_and_tax(self, mention: Mention, apart: Sequence[int]) -> bool:
        """``TOTAL (EXCL. GST) 94.34``, ``TOTAL GST 5.66``: together they are the total."""
        told: dict[Role, set[int]] = {Role.NET: set(), Role.TAX: set()}
        for line in self._lines[: mention.at + 1 + TABLE_FOOT]:
            if line.amount and self._roles[line.at] in told:
                told[self._roles[line.at]].add(line.amount)
        pairs = (
            (net, mention.cents - net - a) for net in told[Role.NET] for a in apart
        )
        return any(
            tax in told[Role.TAX] and guess_rate(net, tax, self._country) is not None
            for net, tax in pairs
        )

    def _score(self, account: Account) -> float:
        score = LABEL_WEIGHT[account.role]
        closing = account.closing
        if closing is not None and closing.holds:
            score += ITEMS_CLOSE - 0.2 * closing.cost + (len(closing.entries) > 2)
        if account.vat_holds:
            score += VAT_CLOSES
        if account.paid is not None:
            strong = account.paid.strong and not account.paid.rounded
            if strong:
                score += CASH_CLOSES
            elif account.role not in _TENDERS:
                score += TENDER_EQUAL  # a tender always equals itself
            score -= ROUNDED_OFF * account.paid.rounded
            score -= CHANGE_UNUSED * bool(account.paid.unused)
        printed = sum(
            a.cents == account.total for line in self._lines for a in line.amounts
        )
        return score + (OFTEN if printed >= 3 else 0.0)
