"""What a paper prints beside its chosen total, and whether the sums explain it.

A total is proven only if nothing contradicts it: what calls itself due is the total,
every amount between the first item and the total is used once or explained by its
words, the sum below a VAT table is that of its rows, and the card slip bears what was
paid by card.  Each check answers with a gap in minor units, 0 where all is explained.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from agent.receipt.entries import Entry, is_aside
from agent.receipt.lines import Line
from agent.receipt.payments import slip_amounts
from agent.receipt.role_words import Role
from agent.receipt.roles import SUMS, TOTALS
from agent.receipt.running import Running
from agent.receipt.slips import Slip
from agent.receipt.totals import ROUNDING_LINES, TABLE_FOOT, Account
from agent.receipt.vat import Row
from agent.receipt.wording import Wording

DUE_LINES = 6
"""What is due stands at most this far below another amount that closes."""

MAX_PARTS = 8
"""Amounts that may lie between two sums: 2^8 differences."""

_TOLD = frozenset(
    {Role.INFO, Role.OFFER, Role.DISCOUNT, Role.DISCOUNT_TOTAL, Role.COUNT}
)
"""Words that explain why an amount counts for nothing."""
_SUMS = frozenset({Role.SUBTOTAL, Role.TOTAL})
_BEFORE = Wording(
    r"\b(?:AVANT|SANS|HORS|BRUTO?|BEFORE|GROSS|SIN|ANTES|VOOR|ZONDER|VOR|OHNE|LORDO)\b"
)
"""Words of a sum that leaves the discounts above it out."""


_COUNTED = Wording(r"\bQTY\b|\bQUANTITY|\bITEMS?\b|\bPCS\b|\bUNITS\b")


@dataclass(frozen=True)
class Printed:
    """A paper beside its account; what is asked for on many lines is found once."""

    lines: Sequence[Line]
    roles: Sequence[Role]
    rows: Sequence[Row]
    slips: Sequence[Slip]
    account: Account

    def entries(self) -> tuple[Entry, ...]:
        """As the account settled them."""
        closing = self.account.closing
        return closing.entries if closing is not None else ()

    @cached_property
    def running(self) -> Running:
        """Of its entries."""
        return Running.of(self.entries())

    @cached_property
    def slip_lines(self) -> frozenset[int]:
        """On which card slips stand."""
        spans = (range(slip.first, slip.last + 1) for slip in self.slips)
        return frozenset(at for span in spans for at in span)

    @cached_property
    def row_lines(self) -> frozenset[int]:
        """On which VAT rows stand."""
        return frozenset(row.at for row in self.rows)

    @cached_property
    def sum_above(self) -> Sequence[int]:
        """Of each line: that of the sum above it, -1 without one.

        A product may be called a total.
        """
        sold = {e.at for e in self.entries() if e.amount}
        found, last = [], -1
        for line in self.lines:
            found.append(last)
            summed = self.roles[line.at] in {*SUMS, Role.PART} and line.at not in sold
            if summed and line.amount is not None:
                last = line.at
        return found

    @cached_property
    def known(self) -> Known:
        """What a sum may be beside the total."""
        return Known(self)

    def on_slip(self, at: int) -> bool:
        return at in self.slip_lines


def due_gap(paper: Printed) -> int:
    """What calls itself due, minus the total."""
    account = paper.account
    for line in paper.lines[: account.at + 1 + DUE_LINES]:
        cents = line.amount
        if (
            cents is None
            or paper.roles[line.at] not in TOTALS
            or paper.on_slip(line.at)
        ):
            continue
        if abs(cents) == abs(account.total) or _in_table(paper, line):
            continue
        if paper.roles[line.at] is Role.TOTAL and len(line.amounts) > 1:
            continue
        if cents not in paper.known.below(line.at) | _running(paper, line.at):
            return cents - account.total
    return 0


def _in_table(paper: Printed, line: Line) -> bool:
    near = range(line.at - TABLE_FOOT, line.at + 1)
    return len(line.amounts) > 1 and not paper.row_lines.isdisjoint(near)


class Known:
    """The total with or without what was added to it, taken from it or paid."""

    def __init__(self, paper: Printed) -> None:
        account = paper.account
        closing = account.closing
        added = [cents for _, cents in closing.adjustments] if closing else []
        self._total = account.total
        self._parts = added + [p.amount for p in account.tenders.payments]
        self._fees = [e for e in paper.entries() if e.kind == "fee"]
        self._roundings = [-cents for cents in _rounded(paper)][:MAX_PARTS]
        vats = [row.vat for row in paper.rows]
        nets = sum(vat.net or 0 for vat in vats)
        self._taxes = sum(vat.vat or 0 for vat in vats)
        told = {c for vat in vats for c in (vat.net, vat.gross) if c is not None}
        self._told = {*told, nets}
        self._told |= {cents - self._taxes for cents in told}
        self._sums: dict[tuple[int, ...], frozenset[int]] = {}

    def below(self, at: int) -> frozenset[int]:
        """For a sum on line ``at``: fees below it are not in it yet."""
        first = bisect_right(self._fees, at, key=lambda entry: entry.at)
        fees = [entry.amount for entry in self._fees[first : first + MAX_PARTS]]
        parts = (*self._parts, *fees, *self._roundings)[:MAX_PARTS]
        if parts not in self._sums:
            self._sums[parts] = self._summed(parts)
        return self._sums[parts]

    def _summed(self, parts: Sequence[int]) -> frozenset[int]:
        sums = {self._total}
        for part in parts:
            sums |= {s - part for s in sums}
        return frozenset({*sums, *(s - self._taxes for s in sums), *self._told})


def _rounded(paper: Printed) -> list[int]:
    """Roundings that the paper prints, of either sign, and what is left for the staff."""
    found = []
    for line in paper.lines:
        if paper.roles[line.at] is Role.ROUNDING and line.amount:
            found += [line.amount, -line.amount]
        elif paper.roles[line.at] is Role.FEE and line.amount:
            found.append(line.amount)
    return found


def _running(paper: Printed, at: int) -> frozenset[int]:
    """What a sum on line ``at`` may say of the priced lines above it."""
    running = paper.running
    above = running.above(at)
    since = running.between(paper.sum_above[at], at)
    return frozenset({running.whole[above], running.goods[above], since})


def chain_gap(paper: Printed) -> int:
    """Between the first item and the total: the first amount that nothing explains."""
    used = [e for e in paper.entries() if e.amount]
    if not used:
        return 0
    loose = {e.at: e for e in paper.entries() if not e.amount and e.printed}
    sums = [e.at for e in loose.values() if e.worth == (0,) and e.kind == "item"]
    above = sum(e.amount for e in used if sums and e.at < sums[0])
    if sum(loose[at].printed for at in sums) == above:
        loose = {at: e for at, e in loose.items() if at not in sums}
    for line in paper.lines[used[0].at + 1 : paper.account.at]:
        cents = line.amount
        if cents is None or paper.on_slip(line.at):
            continue
        if paper.roles[line.at] in _SUMS and len(line.amounts) == 1:
            gap = _sum_gap(paper, line, cents)
        elif line.at in loose:
            gap = _loose_gap(paper, line, loose[line.at])
        else:
            gap = 0
        if gap:
            return gap
    return 0


def _sum_gap(paper: Printed, line: Line, cents: int) -> int:
    running = paper.running
    above = running.above(line.at)
    if cents in _running(paper, line.at) or cents in paper.known.below(line.at):
        return 0
    if cents == 100 * running.pieces[above] and line.holds(_COUNTED):
        return 0  # TOTAL QTY = 1.00
    if cents in {running.printed[above], running.kept[above]} and any(
        near.says(_BEFORE) for near in paper.lines[max(0, line.at - 1) : line.at + 1]
    ):
        return 0
    return running.whole[above] - cents


def _loose_gap(paper: Printed, line: Line, entry: Entry) -> int:
    role = paper.roles[line.at]
    if role in _TOLD or entry.reduces or is_aside(line):
        return 0
    paid = {abs(p.amount) for p in paper.account.tenders.payments}
    told = _running(paper, line.at) | {paper.account.total} | paid
    if role in {Role.PAYMENT, Role.TENDERED}:
        return 0 if entry.printed in told else entry.printed
    near = paper.running.near(line.at, 2)
    beside = {e.printed for e in near if e.at != line.at}
    prices = {e.price for e in near}
    if entry.printed in told | beside or entry.printed in prices:
        return 0
    if role in {Role.PART, Role.TOTAL}:
        since = paper.running.between(paper.sum_above[line.at], line.at)
        return since - entry.printed
    return entry.printed


def change_gap(paper: Printed) -> int:
    """Change that no tender left; a cash rounding that nothing used."""
    account = paper.account
    if not account.tenders.payments:
        change = next(iter(account.tenders.changes), 0)
        given = account.total + change
        told = any(abs(a.cents) == given for line in paper.lines for a in line.amounts)
        return 0 if told else -change
    used = (
        {abs(c) for role, c in account.closing.adjustments if role is Role.ROUNDING}
        if account.closing
        else set()
    )
    if account.paid is None or account.paid.rounded or used or not account.paid.change:
        return 0
    for line in paper.lines[account.at + 1 : account.at + 1 + ROUNDING_LINES]:
        if paper.roles[line.at] is Role.ROUNDING and line.amount:
            return line.amount
    return 0


def vat_sum_gap(paper: Printed) -> int:
    """What the line below a VAT table sums up, minus the sum of the rows."""
    if not paper.rows or any(None in (row.vat.net, row.vat.vat) for row in paper.rows):
        return 0
    nets = sum(row.vat.net or 0 for row in paper.rows)
    taxes = sum(row.vat.vat or 0 for row in paper.rows)
    sums = (nets, taxes, nets + taxes)
    last = paper.rows[-1].at
    rows = {row.at for row in paper.rows}
    slack = len(paper.rows)
    for line in paper.lines[last + 1 : last + 1 + TABLE_FOOT]:
        values = [a.cents for a in line.amounts]
        if line.at in rows or line.rates or not 2 <= len(values) <= len(sums):
            continue
        gaps = [min((v - s for s in sums), key=abs) for v in values]
        wrong = [gap for gap in gaps if abs(gap) > slack]
        summed = paper.roles[line.at] in {*TOTALS, Role.TAX, Role.SUBTOTAL}
        if len(wrong) == 1 or (summed and 0 < len(wrong) < len(values)):
            return wrong[0]
    return 0


def slip_gap(paper: Printed) -> int:
    """What a card slip says was paid, minus the tender nearest to it."""
    account = paper.account
    paid = [abs(p.amount) for p in account.tenders.payments] + [abs(account.total)]
    for slip in paper.slips:
        if slip.refused or slip.preauthorised or slip.first <= account.at:
            continue
        amounts = slip_amounts(paper.lines[slip.first : slip.last + 1])
        if amounts and not {*amounts} & {*paid, sum(paid[:-1])}:
            return min((a - p for a in amounts for p in paid), key=abs)
    return 0
