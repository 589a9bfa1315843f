"""What the goods' own lines print beside their amounts, and whether it fits.

Quantity times price in columns, the sum of a family of which the goods are missing,
articles without a price that a count may have in it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from agent.receipt.details import in_columns
from agent.receipt.entries import VOID, Entry
from agent.receipt.items import sums_up
from agent.receipt.labels import LETTER
from agent.receipt.leftovers import Printed
from agent.receipt.lines import Line
from agent.receipt.role_words import Role
from agent.receipt.wording import Wording

MIN_COLUMNS = 2
"""Other lines whose columns multiply before one that does not is a contradiction."""

_MULTIPLIED = frozenset({"item", "deposit"})
_PRICES = Wording(
    r"\bP\.?\s?U(?:NIT)?\b|\bPRIX|\bE?PREIS|\bPRIJS|\bPREZZO|\bPRECIO|\bPRECO|\bU\s?/?\s?P\b|\bU\.?\s?PRICE|\bPRICE|\bCENA|\bPRIS(?!MA)"
)
_QUANTITIES = Wording(
    r"\bQTE\b|\bQTY|\bMENGE|\bQ\.?\s?TA|\bQTD|\bCANT|\bUDS?\b|\bANZ|ANTALL?\b|\bILOSC"
)
_REDUCED = Wording(
    r"\bDISC|\bREMISE|\bRABA|\bKORTING|\bSCONTO|\bDTO|\bDCTO|\bDESCONTO|\bEXC|\bINC"
)
"""What a head of columns names."""


def columns_gap(paper: Printed) -> int:
    """Quantity times price in columns, where other lines multiply and one does not.

    A head that names both columns stands for the other lines.
    """
    fits, gaps = 0, []
    codes = {row.vat.code for row in paper.rows} - {None}
    sold = [e for e in paper.entries() if e.kind in _MULTIPLIED and e.amount]
    for entry in sold:
        proven = entry.price is not None
        plain = paper.lines[entry.at].plain
        if entry.leading in codes:
            plain = plain.replace(entry.leading or "", "", 1)
        gap = 0 if proven else in_columns(plain, entry.printed)
        if gap is None and entry.doubt:
            gap = entry.doubt
        if gap == 0:
            fits += 1
        elif gap is not None:
            gaps.append(gap)
    if not gaps:
        return 0
    headed = any(map(_heads_prices, paper.lines[: sold[0].at]))
    told = len(gaps) == 1 and (headed or fits >= MIN_COLUMNS)
    return gaps[0] if told or (headed and fits > len(gaps)) else 0


def _heads_prices(line: Line) -> bool:
    """``ARTICLE  PU  QTE  MONTANT``, without a discount between them."""
    if line.amounts or not line.holds(_PRICES) or not line.holds(_QUANTITIES):
        return False
    return not line.holds(_REDUCED)


def lost_goods(paper: Printed) -> int:
    """A family's sum that counts as goods, because the goods above it are not there.

    Where another family's sum closes, a line that begins as they do is a product only
    within a family, or with a quantity or code of its own.
    """
    used = [e for e in paper.entries() if e.amount]
    sold = {e.at for e in used}
    closed = [
        line
        for line in paper.lines[: paper.account.at]
        if paper.roles[line.at] is Role.PART and line.amount and line.at not in sold
    ]
    for entry in used:
        summed = paper.roles[entry.at] is Role.PART and sums_up(paper.lines[entry.at])
        own = entry.quantity is not None or entry.vat_code or entry.leading
        if entry.kind == "discount":
            continue  # of goods that are called a total
        if closed and summed and not own and not _within(paper, entry, closed):
            return -entry.amount
    return 0


def _within(paper: Printed, entry: Entry, closed: Sequence[Line]) -> bool:
    """Whether the next family's sum has this line in it."""
    below = bisect_right(closed, entry.at, key=lambda line: line.at)
    if below == len(closed):
        return False
    above = closed[below - 1].at if below else -1
    return paper.running.between(above, closed[below].at) == closed[below].amount


def unpriced(paper: Printed) -> int:
    """Lines among the goods (at least one) that begin where their labels do, and bear no price.

    What is given away, or a voucher that is issued, is an article on some tills.
    """
    sold = [e for e in paper.entries() if e.amount]
    named = {e.label for e in sold if LETTER.search(e.label)}
    margin = min(_margin(paper.lines[e.at]) for e in sold)
    return sum(
        _margin(line) == margin
        and not line.amounts
        and paper.roles[line.at] is Role.NONE
        and line.plain.lstrip()[:1].isalnum()
        and LETTER.search(line.plain) is not None
        and not line.holds(VOID)
        and not any(label in line.text for label in named)
        for line in paper.lines[sold[0].at : paper.account.at]
    )


def _margin(line: Line) -> int:
    return len(line.text) - len(line.text.lstrip())
