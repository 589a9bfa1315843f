"""Which amounts above a total add up to it (A1).

Lines whose worth is open, and adjustments below them (tax on top, rounding, what
others pay), are tried from two sides of at most 2^8 sums each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from agent.receipt.entries import Entry
from agent.receipt.role_words import Role

MAX_OPEN = 8
"""Lines whose worth is open, per side: 2^8 sums."""

MAX_CHANGES_OF_MIND = 3
"""Beyond, a sum that closes is likelier chance than structure."""

MIN_COLUMN, COLUMN_SLACK, MAX_OUTSIDE = 3, 3, 3
"""Entries that make a column, how far one may be off it, and how many may lead it."""


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


def _worth(role: Role, cents: int) -> tuple[int, ...]:
    """Tills are not of one mind about the sign of a rounding."""
    return (0, cents, -cents) if role is Role.ROUNDING and cents else (0, cents)


def close(
    entries: Sequence[Entry], adjustments: Sequence[tuple[Role, int]], total: int
) -> Closing | None:
    """Choose what open lines are worth so that all adds up to ``total``."""
    if not entries:
        return None
    open_at = [i for i, e in enumerate(entries) if len(e.worth) > 1][:MAX_OPEN]
    base = sum(e.amount for i, e in enumerate(entries) if i not in set(open_at))
    body = _reach([entries[i].worth for i in open_at])
    sides = _reach([_worth(*each) for each in adjustments[:MAX_OPEN]])
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
    used = tuple(
        (role, _worth(role, cents)[turn])
        for (role, cents), turn in zip(adjustments, best[2], strict=False)
        if turn
    )
    return Closing(tuple(settled), used, 0, best[0])


def told_again(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """``FOOD 8.95``, ``BEVERAGE 5.00`` below the goods may be the sums of their kinds.

    One sum of all is one where there are three goods or more.
    """
    last = max((n for n, e in enumerate(entries, 1) if e.kind != "fee"), default=0)
    fewest = 1 if last > MIN_COLUMN else 2
    for kinds in range(fewest, min(MAX_CHANGES_OF_MIND, last - 1) + 1):
        goods, sums = entries[: last - kinds], entries[last - kinds : last]
        bare = all(
            e.kind == "item"
            and e.quantity is None
            and not e.vat_code
            and e.worth == (e.printed,)
            for e in sums
        )
        if bare and sum(e.amount for e in goods) == sum(e.printed for e in sums):
            again = (replace(e, worth=(e.printed, 0)) for e in sums)
            return (*goods, *again, *entries[last:])
    return entries


def shares(closing: Closing | None) -> tuple[int, ...]:
    """What others pay of the total: VAT is due on it all the same."""
    used = closing.adjustments if closing is not None else ()
    share = -sum(cents for role, cents in used if role is Role.SHARE)
    return (-share,) if share else ()


def taxes(closing: Closing) -> tuple[int, ...]:
    """Tax that was added to prices without it."""
    return tuple(cents for role, cents in closing.adjustments if role is Role.TAX)


def in_column(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """Amounts above the goods that end in another column may be no prices (A9)."""
    ends = Counter(e.end for e in entries)
    if len(entries) < MIN_COLUMN:
        return entries
    common, many = ends.most_common(1)[0]
    outside = next(
        (n for n, e in enumerate(entries) if abs(e.end - common) <= COLUMN_SLACK), 0
    )
    if many * 2 < len(entries) or outside > MAX_OUTSIDE:
        return entries
    led = (replace(e, worth=(*e.worth, 0)) for e in entries[:outside])
    return (*led, *entries[outside:])
