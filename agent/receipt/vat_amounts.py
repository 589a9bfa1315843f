"""Which amounts of a VAT row are net, VAT and gross: their sum and the rate say so."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations
from typing import Final

from agent.receipt.rates import ANY_RATE, MAX_RATE, near, vat_in, vat_of
from agent.wire.receipt import Vat

Columns = tuple[str, ...]
PAIR: Final = 2
FULL: Final = 3
"""Amounts of a row: net, VAT and gross, or two of them."""


def _fits(net: int, vat: int, gross: int, rate: int | None) -> bool:
    if net + vat != gross or abs(vat) > abs(net) or vat * net < 0:
        return False
    return rate is None or near(net, vat, rate)


def full_row(values: Sequence[int], rate: int | None) -> tuple[int, int, int] | None:
    """net, vat, gross among the amounts of a row, in any order."""
    for net, vat, gross in permutations(values[:4], 3):
        if _fits(net, vat, gross, rate):
            return net, vat, gross
    return None


def misrated(values: Sequence[int], rate: int | None) -> tuple[int, int, int] | None:
    """A row whose sum closes and whose VAT does not fit its rate: it is one all the same."""
    three = full_row(values, None) if rate in ANY_RATE else None
    return three if three is not None and three[1] else None


def printed_rate(values: Sequence[int]) -> Vat | None:
    """``4  5,50  28,19  1,55  29,74``: a rate printed like an amount."""
    for turn, rate in enumerate(values):
        rest = [v for i, v in enumerate(values) if i != turn]
        three = full_row(rest, rate) if 0 <= rate <= MAX_RATE else None
        if three is not None:
            return Vat(rate=rate, net=three[0], vat=three[1], gross=three[2])
    return None


def led_by_rate(values: Sequence[int], head: Columns) -> Vat | None:
    """``SR  6.00  13.40  .80``: rate, net and VAT, all printed like amounts.

    Or gross and VAT, where the head says so or only that fits.
    """
    rate, *rest = values
    return two(rest, rate, head) if 0 < rate <= MAX_RATE else None


def two(values: Sequence[int], rate: int | None, head: Columns) -> Vat | None:
    """A row of two amounts; the rate says which they are."""
    if rate is None:
        return None
    a, b = values
    options = [
        ("net", "vat", a, b), ("vat", "net", b, a),
        ("gross", "vat", a, b), ("vat", "gross", b, a),
        ("net", "gross", a, b), ("gross", "net", b, a),
    ]  # fmt: skip
    if "vat" in head or not head:
        options = options[:4]
    fitting = [o for o in options if _pair_fits(o, rate)]
    named = [o for o in fitting if head and {o[0], o[1]} <= set(head)]
    for first, second, big, small in named or fitting:
        if "gross" in (first, second) and "net" in (first, second):
            return Vat(rate=rate, net=big, vat=small - big, gross=small)
        if "net" in (first, second):
            return Vat(rate=rate, net=big, vat=small)
        return Vat(rate=rate, vat=small, gross=big)
    return None


def _pair_fits(option: tuple[str, str, int, int], rate: int) -> bool:
    first, second, big, small = option
    kinds = {first, second}
    if kinds == {"net", "vat"}:
        return abs(vat_of(big, rate) - small) <= 1
    if kinds == {"gross", "vat"}:
        return abs(vat_in(big, rate) - small) <= 1
    return abs(big + vat_of(big, rate) - small) <= 1


def unfitting(values: Sequence[int], rate: int) -> Vat | None:
    """``BTW 6%  15,52 2,30``: amounts that fit the rate in no way.

    They are taken as what leaves the least missing, and that is what fails A3.
    """
    if min(values, default=0) <= 0 or len(values) not in {PAIR, FULL}:
        return None
    if len(values) == FULL:
        ways = permutations(values, FULL)
        net, vat, gross = min(
            ways, key=lambda way: (_off_sum(way), _off_rate(way, rate))
        )
        return Vat(rate=rate, net=net, vat=vat, gross=gross)
    small, big = sorted(values)
    taxed, added = (big, small), (small, big - small)
    if _off_rate(taxed, rate) <= _off_rate(added, rate):
        return Vat(rate=rate, net=big, vat=small)
    return Vat(rate=rate, net=small, vat=big - small, gross=big)


def _off_sum(way: Sequence[int]) -> int:
    net, vat, gross = way
    return abs(net + vat - gross)


def _off_rate(way: Sequence[int], rate: int) -> int:
    return abs(vat_of(way[0], rate) - way[1])
