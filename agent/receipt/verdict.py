"""The equations, and how far a receipt proves itself.

* A1  items, discounts, tax on top and rounding add up to the total
* A2  quantity times price is the amount, wherever a line prints both
* A3  VAT rows: gross sums to the total, net + VAT = gross, VAT fits its rate
* A4  items of each VAT code add up to that row's gross
* A5  tenders minus change pay the total
* A6  the printed number of articles is that of units or of lines
* A7  an integrated card slip bears the sale's date, one day of grace
* A9  what calls itself due is the total; told only where another amount does

An equation that cannot be tried is absent; one that fails names its gap, and no
amount is ever changed to make one hold.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agent.receipt.closing import taxes
from agent.receipt.dates import Found
from agent.receipt.details import FULL, MEASURES
from agent.receipt.entries import Entry
from agent.receipt.itemised import columns_gap, lost_goods, unpriced
from agent.receipt.leftovers import (
    Printed,
    chain_gap,
    change_gap,
    due_gap,
    slip_gap,
    vat_sum_gap,
)
from agent.receipt.payments import Tenders
from agent.receipt.rates import near, vat_in, vat_of
from agent.receipt.totals import Account
from agent.receipt.vat import Row
from agent.wire.receipt import Equation, Level, Vat, Verdict

DATE_GRACE_DAYS = 1
"""A terminal may answer after midnight."""

ROUNDED_BY_LINE = 5
"""Cents that VAT is off its rate at most where it was rounded half a cent a piece."""

MAX_GIVEN = 2
"""Articles without a price, counted by some tills, on one paper."""

_FREE = frozenset({"deposit", "fee"})
_PROOFS = ("A3", "A4", "A5")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the equations are tried on; ``counts`` of articles and of lines, as printed."""

    paper: Printed
    entries: Sequence[Entry]
    rows: Sequence[Row]
    counts: tuple[int | None, int | None]
    dates: Sequence[Found]

    @property
    def account(self) -> Account:
        return self.paper.account


def _a1(seen: Evidence) -> Equation | None:
    closing = seen.account.closing
    if closing is None:
        return None
    gap = closing.gap or chain_gap(seen.paper) or lost_goods(seen.paper)
    return Equation(name="A1", holds=gap == 0, gap=gap)


def _a2(seen: Evidence) -> Equation | None:
    misfits = (e.misfit for e in seen.entries if e.misfit)
    gap = next(misfits, 0) or columns_gap(seen.paper)
    if gap:
        return Equation(name="A2", holds=False, gap=gap)
    if any(e.price is not None for e in seen.entries):
        return Equation(name="A2", holds=True)
    return None


def _row_gap(row: Row, slack: int) -> int:
    """How far a row is off its own sum, or its VAT off the rate."""
    net, vat, gross = row.vat.net, row.vat.vat, row.vat.gross
    if net is not None and vat is not None and gross is not None and net + vat != gross:
        return net + vat - gross
    if gross is not None and vat is not None:
        net = gross - vat
    elif net is not None and gross is not None:
        vat = gross - net
    if net is None or vat is None or row.vat.rate is None:
        return 0
    if near(net, vat, row.vat.rate):
        return 0
    gap = vat - vat_of(net, row.vat.rate)
    return gap if abs(gap) > slack else 0


def _rounded_by_line(entries: Sequence[Entry]) -> int:
    """Cents that VAT may be off its rate where a till rounds it on every piece."""
    sold = sum(_units(e) for e in entries if e.amount and e.kind == "item")
    return min(ROUNDED_BY_LINE, sold // 2)


def _a3(seen: Evidence) -> Equation | None:
    below = vat_sum_gap(seen.paper)
    if below:
        return Equation(name="A3", holds=False, gap=below)
    slack = 0 if seen.account.vat_gap else _rounded_by_line(seen.entries)
    within = next(filter(None, (_row_gap(row, slack) for row in seen.rows)), 0)
    if seen.account.vat_holds is None:
        return Equation(name="A3", holds=False, gap=within) if within else None
    gap = seen.account.vat_gap or within
    if gap and _is_untaxed(-gap, seen):
        return Equation(name="A3", holds=False, gap=within) if within else None
    return Equation(name="A3", holds=gap == 0, gap=gap)


def _untaxed(entries: Sequence[Entry]) -> set[int]:
    """What a VAT table may leave out: deposits and fees without a code of their own."""
    free = [e.amount for e in entries if e.kind in _FREE and e.vat_code is None]
    return {*free, sum(free)}


def _is_untaxed(gap: int, seen: Evidence) -> bool:
    """Left out of the gross, or of the VAT where a single row tells nothing else."""
    free = _untaxed(seen.entries)
    row = seen.rows[0].vat
    rate = row.rate if len(seen.rows) == 1 and row.net is row.gross is None else None
    if rate is None:
        return gap in free
    taxes = {vat_in(cents, rate) for cents in free}
    return gap in free or any(abs(gap - tax) <= 1 for tax in taxes if tax)


def _by_code(entries: Sequence[Entry]) -> tuple[dict[str, int], bool] | None:
    """Sums per VAT code, and whether every line printed its own code."""
    sums: dict[str, int] = defaultdict(int)
    printed = True
    code: str | None = None
    for entry in entries:
        if entry.vat_code is None and entry.kind not in {"discount", "void"}:
            if entry.amount:
                return None
            continue
        printed = printed and entry.vat_code is not None
        code = entry.vat_code or code
        if code is None:
            return None
        sums[code] += entry.amount
    return dict(sums), printed


def _digits(code: str) -> str:
    return re.sub(r"^[TV](?=\d)", "", code)


def _a4(seen: Evidence) -> Equation | None:
    closing = seen.account.closing
    if closing is not None and taxes(closing):
        return None  # the goods are net of tax
    summed = _by_code(seen.entries)
    if summed is None or not seen.rows or not seen.entries:
        return None
    sums = {_digits(code): cents for code, cents in summed[0].items()}
    grosses: dict[str, int] = defaultdict(int)
    for row in seen.rows:
        code = _digits(row.vat.code) if row.vat.code else None
        gross = _gross(row.vat, sums.get(code, 0)) if code else None
        if code is None or gross is None:
            return None
        grosses[code] += gross
    if not set(sums) <= set(grosses):
        return None
    gaps = [sums.get(code, 0) - gross for code, gross in grosses.items()]
    gap = max(gaps, key=abs)
    if gap and not summed[1]:
        return None
    return Equation(name="A4", holds=gap == 0, gap=gap)


def _gross(vat: Vat, sold: int) -> int | None:
    """What a row says was sold; of VAT alone, ``sold`` if it holds that within a cent."""
    if vat.gross is not None:
        return vat.gross
    if vat.net is not None:
        return vat.net + (vat.vat or 0)
    if vat.vat is None or vat.rate is None:
        return None
    if abs(vat_in(sold, vat.rate) - vat.vat) <= 1:
        return sold
    return vat.vat * (FULL + vat.rate) // vat.rate if vat.rate else 0


def _a5(seen: Evidence) -> Equation | None:
    tenders: Tenders = seen.account.tenders
    settled = seen.account.paid
    gap = change_gap(seen.paper) or slip_gap(seen.paper)
    if gap:
        return Equation(name="A5", holds=False, gap=gap)
    if settled is not None:
        return Equation(name="A5", holds=not settled.unused, gap=-settled.unused)
    if not tenders.payments:
        return None
    amount = sum(abs(p.amount) for p in tenders.payments)
    change = tenders.changes[0] if tenders.changes else 0
    return Equation(name="A5", holds=False, gap=amount - change - seen.account.total)


def _a6(seen: Evidence) -> Equation | None:
    if not any(n is not None for n in seen.counts) or not seen.entries:
        return None
    units, *fitting = _counted(seen.entries)
    pairs = zip(seen.counts, fitting, strict=True)
    wrong = [n for n, fits in pairs if n is not None and n not in fits]
    if wrong and (any(e.loose for e in seen.entries) or _gives(seen, wrong[0] - units)):
        return None
    return Equation(name="A6", holds=not wrong, gap=units - wrong[0] if wrong else 0)


def _gives(seen: Evidence, more: int) -> bool:
    """Whether lines without a price make up for the articles that a count has more."""
    sold = any(e.amount for e in seen.paper.entries())
    return sold and 0 < more <= min(MAX_GIVEN, unpriced(seen.paper))


def _counted(entries: Sequence[Entry]) -> tuple[int, set[int], set[int]]:
    """Units, and what a till may call the number of its articles, and of its lines.

    Pieces of a voided line count or not, those of deposits too; a number of articles may
    be one of lines, never with discounts in it.
    """
    above = [e for e in entries if e.amount and not (e.below and e.kind == "discount")]
    sold, voids, deposits = (
        [e for e in above if e.kind == kind] for kind in ("item", "void", "deposit")
    )
    voided = sum(map(_units, _voided(voids, sold)))
    units, lines = sum(map(_units, sold)), len(sold)
    bottles = [e for e in deposits if e.amount > 0 or e.quantity is not None]
    off = sum(e.kind == "discount" for e in above)
    articles = {units, units - voided}
    articles |= {units + sum(map(_units, bottles))}
    articles |= {lines, lines + len(voids), lines - len(voids)}
    articles |= {lines + len(bottles), len(above) - off}
    return units, articles, {*articles, len(above)}


def _voided(voids: Sequence[Entry], sold: Sequence[Entry]) -> Iterator[Entry]:
    """The lines that voids take back; those rarely repeat the quantity."""
    known: dict[int, list[tuple[str, Entry]]] = defaultdict(list)
    for entry in sold if voids else ():
        known[entry.amount].append((entry.label.rstrip("."), entry))
    for void in voids:
        label = void.label.rstrip(".")
        same = (e for name, e in known.get(-void.amount, ()) if _alike(label, name))
        yield next(same, void) if void.quantity is None else void


def _alike(one: str, other: str) -> bool:
    """Labels are cut at different lengths."""
    return one.startswith(other) or other.startswith(one)


def _units(entry: Entry) -> int:
    quantity = entry.quantity
    counts = quantity is not None and entry.unit not in MEASURES
    whole = quantity is not None and quantity == int(quantity)
    return abs(int(quantity or 1)) if counts and whole else 1


def _a7(seen: Evidence) -> Equation | None:
    slip = [f for f in seen.dates if f.slip and f.score > -6]
    sale = [f for f in seen.dates if not f.slip and f.score >= 0]
    if not slip or not sale:
        return None
    days = min(abs((a.date - b.date).days) for a in slip for b in sale)
    holds = days <= DATE_GRACE_DAYS
    return Equation(name="A7", holds=holds, gap=0 if holds else days)


def _a9(seen: Evidence) -> Equation | None:
    gap = due_gap(seen.paper)
    return Equation(name="A9", holds=False, gap=gap) if gap else None


_TRIED = (_a1, _a2, _a3, _a4, _a5, _a6, _a7, _a9)


def judge(seen: Evidence) -> Verdict:
    """Try every equation and say how far the receipt proves itself."""
    equations = tuple(e for e in (tried(seen) for tried in _TRIED) if e is not None)
    return Verdict(level=level_of(equations), equations=equations)


def level_of(equations: Sequence[Equation]) -> Level:
    """V2: A1 and an independent proof; V1: one of them; V0: a failure, or none."""
    if any(not e.holds for e in equations):
        return Level.V0
    held = {e.name for e in equations}
    proofs = sum(name in held for name in _PROOFS)
    if "A1" in held and proofs:
        return Level.V2
    return Level.V1 if "A1" in held or proofs else Level.V0
