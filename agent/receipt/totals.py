"""Which printed amount is the total, and which lines add up to it.

A few candidates are taken from the lines whose words propose a sum.  Each is tried
against the items above it (A1), the VAT rows (A3) and the tenders (A5); every
equation that closes speaks for it with the logarithm of how much more often it
closes for true totals than for other amounts.  The search is bounded: at most
``MAX_CANDIDATES`` totals, and per total two sides of at most 2^8 sums each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from agent.receipt.items import Entry, Gatherer
from agent.receipt.lines import Line
from agent.receipt.payments import Paid, Tenders, paid, tenders_of
from agent.receipt.roles import SUMS, TOTALS, Role
from agent.receipt.vat import Row, vat_in
from agent.wire.receipt import Vat

MAX_CANDIDATES = 6
"""Totals tried: a receipt rarely prints more different sums."""

MAX_OPEN = 8
"""Lines whose worth is open, per side: 2^8 sums."""

ROUNDING_LINES = 4
"""A rounding line stands at most this far below the total."""

MAX_CHANGES_OF_MIND = 3
"""Beyond, a sum that closes is likelier chance than structure."""

LABEL_WEIGHT = {
    Role.DUE: 3.0,
    Role.TOTAL: 2.6,
    Role.SUBTOTAL: 0.4,
    Role.NET: -0.5,
    Role.TENDERED: 0.2,
    Role.PAYMENT: 0.0,
    Role.NONE: -1.0,
}
ITEMS_CLOSE, VAT_CLOSES, CASH_CLOSES, TENDER_EQUAL, OFTEN = 2.2, 2.9, 4.1, 1.9, 2.1
"""Natural logarithms of the lifts measured on labelled receipts (docs/receipt.md)."""

ROUNDED_OFF = 1.0
"""A total paid only with a rounding loses to the rounded one, when that is printed."""


TABLE_FOOT = 3
"""A VAT table's own sum stands at most this far below its last row."""

LATER = 0.6
"""For the lower of two totals, when its items close or it is the upper one rounded."""

_UNCLEAR = frozenset({Role.TAX, Role.INFO, Role.COUNT, Role.DISCOUNT_TOTAL})


@dataclass(frozen=True, slots=True)
class Mention:
    """An amount on a line whose words propose a sum or a tender."""

    cents: int
    at: int
    role: Role


@dataclass(frozen=True, slots=True)
class Closing:
    """Items and adjustments that add up to a total, or fail by ``gap``."""

    entries: tuple[Entry, ...]
    adjustments: tuple[tuple[Role, int], ...] = ()
    gap: int = 0
    cost: int = 0

    @property
    def holds(self) -> bool:
        return self.gap == 0


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
    subtotal: int | None
    score: float


Sides = dict[int, tuple[int, tuple[int, ...]]]


def _reach(choices: Sequence[tuple[int, ...]]) -> Sides:
    """Every sum of one choice each: sum -> (changes of mind, choices)."""
    sums: Sides = {0: (0, ())}
    for options in choices:
        grown: Sides = {}
        for total, (cost, picks) in sums.items():
            for turn, worth in enumerate(options):
                at = total + worth
                new = (cost + (turn > 0), (*picks, turn))
                if at not in grown or new[0] < grown[at][0]:
                    grown[at] = new
        sums = grown
    return sums


def close(
    entries: Sequence[Entry], adjustments: Sequence[tuple[Role, int]], total: int
) -> Closing | None:
    """Choose what open lines are worth so that all adds up to ``total``."""
    if not entries:
        return None
    open_at = [i for i, e in enumerate(entries) if len(e.worth) > 1][:MAX_OPEN]
    base = sum(e.amount for i, e in enumerate(entries) if i not in set(open_at))
    body = _reach([entries[i].worth for i in open_at])
    sides = _reach([(0, cents) for _, cents in adjustments[:MAX_OPEN]])
    best: tuple[int, tuple[int, ...], tuple[int, ...]] | None = None
    for part, (cost, picks) in body.items():
        other = sides.get(total - base - part)
        if other is not None and (best is None or cost * 2 + other[0] < best[0]):
            best = (cost * 2 + other[0], picks, other[1])
    if best is None or best[0] > 2 * MAX_CHANGES_OF_MIND:
        gap = base + sum(entries[i].amount for i in open_at) - total
        return Closing(tuple(entries), gap=gap)
    settled = list(entries)
    for index, turn in zip(open_at, best[1], strict=True):
        settled[index] = replace(settled[index], worth=(settled[index].worth[turn],))
    used = tuple(a for a, turn in zip(adjustments, best[2], strict=False) if turn)
    return Closing(tuple(settled), used, 0, best[0])


class Accountant:
    """Tries totals on one paper; one use."""

    def __init__(
        self, lines: Sequence[Line], roles: Sequence[Role], rows: Sequence[Row]
    ) -> None:
        self._lines = lines
        self._roles = roles
        self._rows = rows
        self._row_lines = {row.at for row in rows}
        self._mentions = self._mentioned()
        self._gatherer = Gatherer(lines, roles)
        self._gathered_to = 0
        self._above: tuple[Entry, ...] = ()

    def _mentioned(self) -> tuple[Mention, ...]:
        found: list[Mention] = []
        summed = False
        for line in self._lines:
            role, cents = self._roles[line.at], line.amount
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
        tenders = tenders_of(self._lines, self._roles, 0)
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
        return LATER * (closes + rounded)

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
            if not cents or (line.at > at and role is not Role.ROUNDING):
                continue
            if role is Role.DISCOUNT_TOTAL:
                found.append((role, -abs(cents)))
            elif role in {Role.TAX, Role.ROUNDING}:
                found.append((role, cents))
        return found

    def _account(self, mention: Mention) -> Account:
        total = mention.cents
        entries = self._entries_above(mention.at)
        start = entries[0].at if entries else mention.at
        adjustments = self._adjustments(start, mention.at)
        closing = close(entries, adjustments, total)
        tenders = tenders_of(self._lines, self._roles, self._tenders_from(mention))
        roundings = [c for role, c in adjustments if role is Role.ROUNDING]
        settled = paid(tenders, total, roundings)
        vat_gap = self._vat_gap(total, roundings)
        account = Account(
            total=total,
            at=mention.at,
            role=mention.role,
            closing=closing,
            paid=settled,
            tenders=tenders,
            vat_holds=None if vat_gap is None else vat_gap == 0,
            vat_gap=vat_gap or 0,
            subtotal=self._subtotal(mention.at),
            score=0.0,
        )
        return replace(account, score=self._score(account))

    def _subtotal(self, at: int) -> int | None:
        """The last sum that calls itself partial above the total."""
        printed = [
            line.amount
            for line in self._lines[:at]
            if self._roles[line.at] is Role.SUBTOTAL and line.amount is not None
        ]
        return printed[-1] if printed else None

    def _tenders_from(self, mention: Mention) -> int:
        if mention.role in TOTALS:
            return mention.at + 1
        for line in self._lines:
            if self._roles[line.at] in SUMS and line.amounts:
                return line.at + 1
        return mention.at

    def _vat_gap(self, total: int, roundings: Sequence[int]) -> int | None:
        """Gross of all VAT rows minus the total; ``None`` without a full table."""
        gross = gross_of(self._rows)
        if gross is None:
            return self._contained_gap(total)
        gaps = [gross - total, *(gross + r - total for r in roundings)]
        return min(gaps, key=abs)

    def _contained_gap(self, total: int) -> int | None:
        """``DONT TVA 20,00%  10,33``: a single rate contained in the total."""
        vat = self._rows[0].vat if len(self._rows) == 1 else Vat()
        if vat.rate is None or vat.vat is None:
            return None
        gap = vat.vat - vat_in(total, vat.rate)
        return 0 if abs(gap) <= 1 else gap

    def _score(self, account: Account) -> float:
        score = LABEL_WEIGHT[account.role]
        closing = account.closing
        if closing is not None and closing.holds:
            score += ITEMS_CLOSE - 0.2 * closing.cost + (len(closing.entries) > 2)
        if account.vat_holds:
            score += VAT_CLOSES
        if account.paid is not None:
            strong = account.paid.strong and not account.paid.rounded
            score += CASH_CLOSES if strong else TENDER_EQUAL
            score -= ROUNDED_OFF * account.paid.rounded
        printed = sum(
            a.cents == account.total for line in self._lines for a in line.amounts
        )
        return score + (OFTEN if printed >= 3 else 0.0)


def gross_of(rows: Sequence[Row]) -> int | None:
    """What the VAT rows sum up to, tax included, when every row tells."""
    total = 0
    for row in rows:
        vat = row.vat
        if vat.gross is not None:
            total += vat.gross
        elif vat.net is not None and vat.vat is not None:
            total += vat.net + vat.vat
        else:
            return None
    return total if rows else None
