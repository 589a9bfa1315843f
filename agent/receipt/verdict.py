"""The equations, and how far a receipt proves itself.

* A1  items, discounts, tax on top and rounding add up to the total
* A2  quantity times price is the amount, wherever a line prints both
* A3  VAT rows: gross sums to the total, net + VAT = gross, VAT fits its rate
* A4  items of each VAT code add up to that row's gross
* A5  tenders minus change pay the total
* A6  the printed number of articles is that of units or of lines
* A7  an integrated card slip bears the sale's date, one day of grace

An equation that cannot be tried is absent; one that fails names its gap, and no
amount is ever changed to make one hold.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from agent.receipt.dates import Found
from agent.receipt.items import Entry
from agent.receipt.payments import Tenders
from agent.receipt.totals import Account
from agent.receipt.vat import Row, near
from agent.wire.receipt import Equation, Level, Verdict

DATE_GRACE_DAYS = 1
"""A terminal may answer after midnight."""

_PROOFS = ("A3", "A4", "A5")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the equations are tried on."""

    account: Account
    entries: Sequence[Entry]
    rows: Sequence[Row]
    count: int | None
    dates: Sequence[Found]


def _a1(seen: Evidence) -> Equation | None:
    closing = seen.account.closing
    if closing is None:
        return None
    return Equation(name="A1", holds=closing.holds, gap=closing.gap)


def _a2(seen: Evidence) -> Equation | None:
    misfits = [e.misfit for e in seen.entries if e.misfit]
    if misfits:
        return Equation(name="A2", holds=False, gap=misfits[0])
    if any(e.unit_price is not None for e in seen.entries):
        return Equation(name="A2", holds=True)
    return None


def _row_gap(row: Row) -> int:
    vat = row.vat
    if vat.net is None or vat.vat is None:
        return 0
    if vat.gross is not None and vat.net + vat.vat != vat.gross:
        return vat.net + vat.vat - vat.gross
    if vat.rate is not None and not near(vat.net, vat.vat, vat.rate):
        return vat.vat - round(vat.net * vat.rate / 10_000)
    return 0


def _a3(seen: Evidence) -> Equation | None:
    if seen.account.vat_holds is None:
        return None
    gap = seen.account.vat_gap or next((g for g in map(_row_gap, seen.rows) if g), 0)
    return Equation(name="A3", holds=gap == 0, gap=gap)


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
    grosses: dict[str, int] = defaultdict(int)
    for row in seen.rows:
        vat = row.vat
        if vat.code is None or (vat.gross is None and vat.net is None):
            return None
        gross = vat.gross if vat.gross is not None else (vat.net or 0) + (vat.vat or 0)
        grosses[_digits(vat.code)] += gross
    summed = _by_code(seen.entries)
    if summed is None or not grosses or not seen.entries:
        return None
    sums = {_digits(code): cents for code, cents in summed[0].items()}
    if not set(sums) <= set(grosses):
        return None
    gaps = [sums.get(code, 0) - gross for code, gross in grosses.items()]
    gap = max(gaps, key=abs)
    if gap and not summed[1]:
        return None
    return Equation(name="A4", holds=gap == 0, gap=gap)


def _a5(seen: Evidence) -> Equation | None:
    tenders: Tenders = seen.account.tenders
    if seen.account.paid is not None:
        return Equation(name="A5", holds=True)
    if not tenders.payments:
        return None
    amount = sum(abs(p.amount) for p in tenders.payments)
    change = tenders.changes[0] if tenders.changes else 0
    return Equation(name="A5", holds=False, gap=amount - change - seen.account.total)


def _a6(seen: Evidence) -> Equation | None:
    if seen.count is None or not seen.entries:
        return None
    sold = [e for e in seen.entries if e.kind == "item" and e.amount]
    voided = sum(e.kind == "void" for e in seen.entries)
    units = sum(
        int(e.quantity) if e.quantity is not None and e.unit in _PIECES else 1
        for e in sold
    )
    paid_in = sum(e.kind == "deposit" and e.amount > 0 for e in seen.entries)
    fits = {len(sold), units, units - voided, units - 2 * voided, len(seen.entries)}
    fits |= {len(sold) - voided, len(sold) + paid_in, units + paid_in}
    holds = seen.count in fits
    return Equation(name="A6", holds=holds, gap=0 if holds else units - seen.count)


_PIECES = frozenset({None, "stk", "st", "pc", "pcs", "pce", "un", "u"})


def _a7(seen: Evidence) -> Equation | None:
    slip = [f for f in seen.dates if f.slip and f.score > -6]
    sale = [f for f in seen.dates if not f.slip and f.score >= 0]
    if not slip or not sale:
        return None
    days = min(abs((a.date - b.date).days) for a in slip for b in sale)
    holds = days <= DATE_GRACE_DAYS
    return Equation(name="A7", holds=holds, gap=0 if holds else days)


_TRIED = (_a1, _a2, _a3, _a4, _a5, _a6, _a7)


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
