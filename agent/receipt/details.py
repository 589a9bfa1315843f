"""Multiplications on a line: ``2 x 1,20``, ``0,792 kg x 2,49 EUR/kg``, ``1,20x2``.

What is quantity and what is price shows when the product is the amount beside it (A2).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from typing import Final

from agent.receipt.amounts import CURRENCY, times

MAX_COLUMN_PRICES = 4
"""Prices tried in one line: list price, net price, discount, amount."""

MAX_DETAILS = 4
"""Multiplications tried in one line; a label that looks like one is rarely there twice."""

MEASURES: Final = frozenset(
    re.split(
        " ",
        "kg g gr hg l lt ltr litre litres liter cl ml dl m m2 m3 kwh gal lb lbs oz min h",
    )
)
"""Units that measure; every other one counts pieces."""

FULL: Final = 10_000
"""100 % in basis points."""

MIN_LABEL = 6
"""Characters by which a label is found again in its line."""

NAME_GAP: Final = 3
"""Columns between ``x`` and a price; behind a name, more are a column's."""

_UNITS: Final = (
    r"KG|GR?|HG|L|LT|LTR|LITRES?|LITER|CL|ML|DL|STK|STUECK|STUCK|STUKS?|ST|PCS?|PCE|PI|UNID?|UND|"
    r"UN|UDS?|U|PZA?|EA|ART|SZT|BUC|KS|KPL|DB|KOM|ШТ|ΤΕΜ|ML|M[23]?|SAC|BTE|ROUL|PAQ|PAL|LOT|BTL|BOUT|KWH|GAL|LBS?|OZ|MIN|H"
)
_TIMES = re.compile(
    rf"(?<![\w.,])(?P<q>-?\d{{1,5}}(?:[.,]\d{{1,4}})?)\s?(?P<u>{_UNITS})?\.?(?:\s?NET(?:TO)?)?"
    rf"\s{{0,3}}[X*@×]\s{{0,12}}(?:1\s?[A-Z]{{2,3}}\s?/\s?)?(?:{CURRENCY}\s?)?(?P<p>\d{{0,6}}[.,]\d{{2,4}})(?!\d)"
    rf"(?:\s?{CURRENCY}|\s?E(?=\s?/))?(?:\s?/\s?[A-Z]{{1,6}}\b)?"
)
_ANY_UNIT = re.compile(
    rf"^\s*(?P<q>-?\d{{1,5}}[.,]\d{{1,4}})\s(?P<u>[A-Z]{{2,8}}\.?)\s{{1,3}}[X*@×]\s{{0,12}}"
    rf"(?:{CURRENCY}\s?)?(?P<p>\d{{0,6}}[.,]\d{{2,4}})(?!\d)(?:\s?{CURRENCY})?"
)
_WEIGHED = re.compile(
    rf"(?<![\w.,])(?P<q>-?\d{{1,4}}[.,]\d{{1,4}})\s?(?P<u>KG|L|LB|G)\s{{1,12}}"
    rf"(?P<p>\d{{1,6}}[.,]\d{{2,4}})\s?(?:{CURRENCY}|E)?\s?/\s?(?:KG|L|LB|G)\b"
)
_EACH_OF = re.compile(
    rf"(?<![\w.,])(?P<q>-?\d{{1,4}})\s?(?P<u>PCES?|PCS?|STK|BTE|U)\s{{1,12}}"
    rf"(?P<p>\d{{1,6}}[.,]\d{{2,4}})\s?(?:{CURRENCY}|E)?\s?/\s?(?:PCE?|STK|BTE|U)\b"
)
_PRICE_TIMES = re.compile(
    rf"(?<![\w.,])(?P<p>\d{{1,6}}[.,]\d{{2}})\s?(?:{CURRENCY})?\s?[X*×]\s?(?P<q>\d{{1,4}}|\d{{1,3}}[.,]\d{{3}})(?![\d.,])"
)
_LED = re.compile(r"^\s*(?:[VT]\d\s+)?\*?(?P<q>\d{1,3})\s+(?=\S)")
_EACH = re.compile(
    rf"\s(?:[X@×*]|A(?=\s))\s{{0,3}}(?:{CURRENCY}\s?)?(?P<p>\d{{1,6}}[.,]\d{{2}})(?:\s?{CURRENCY})?(?=\s)"
)
_WHOLE = re.compile(r"(?<![\w.,#/-])(\d{1,4}|\d{1,3}[.,]\d{3})(?![\w.,%/-])")
_PRICE = re.compile(r"(?<![\w.,])(\d{1,6})?[.,](\d{2,4})(?![\w.,%])")
_WORD = re.compile(r"[A-Z]{3}")
_NAMED = re.compile(r"[^\W\d_]")
_GLUED = re.compile(r"(?<!\S)(\d{1,3}) (\d{3})[.,]\d{2}\D*$")
_GLUED_DIGITS = re.compile(r"\d \d{3}[.,]")
_QTY = re.compile(r"\s*(?P<q>\d{1,3})\s+QTY\s+(?P<p>\d{1,6}[.,]\d{2})\s*")
"""``2 QTY  2.99`` below its goods."""
_SIGN = re.compile(r"[X*@×/]")


@dataclass(frozen=True, slots=True)
class Detail:
    """``quantity x price`` as printed; ``product`` and ``price`` in minor units.

    ``unit_price`` is the price where it is whole, ``None`` where it has parts of a
    minor unit (fuel at 1,928).
    """

    quantity: Decimal
    unit: str | None
    product: int
    price: Decimal
    start: int
    end: int

    @property
    def unit_price(self) -> int | None:
        whole = int(self.price)
        return whole if whole == self.price else None

    @property
    def certain(self) -> bool:
        """Not a size in a label (``4.5X9.75``): those are fractions of no unit."""
        return self.unit is not None or self.quantity == int(self.quantity)

    def fits(self, cents: int) -> bool:
        """Whether the product is the amount.

        A till that rounded the unit price is off by half a cent a piece at the most,
        and one that cuts a weighed amount off by one.
        """
        gap = abs(abs(self.product) - abs(cents))
        if gap == 0:
            return True
        counted = self.quantity == int(self.quantity)
        slack = int(abs(self.quantity)) // 2 if counted else 1
        return gap <= slack and gap * 100 < abs(cents)


def multiplied(
    quantity: str, price: str, unit: str | None, span: tuple[int, int] = (0, 0)
) -> Detail:
    """The product in minor units, half away from zero (weights round so)."""
    whole, _, part = quantity.replace(",", ".").partition(".")
    digits, _, decimals = price.replace(",", ".").partition(".")
    cents, finer = int(digits + decimals), len(decimals) - 2
    return Detail(
        quantity=Decimal(f"{whole}.{part}" if part else whole),
        unit=unit.lower().rstrip(".") if unit else None,
        product=times((int(whole + part), len(part) + finer), cents),
        price=Decimal(cents).scaleb(-finer),
        start=span[0],
        end=span[1],
    )


def details_of(plain: str) -> tuple[Detail, ...]:
    """The multiplications that a line prints, likeliest first."""
    if not _SIGN.search(plain):
        alone = _QTY.fullmatch(plain) if " QTY" in plain else None
        return (
            (multiplied(alone["q"], alone["p"], None, alone.span()),) if alone else ()
        )
    found = [
        multiplied(m["q"], m["p"], m.groupdict().get("u"), m.span())
        for m in _matches(plain)
        if not _is_name(plain, m)
    ]
    return tuple(found[:MAX_DETAILS])


def _is_name(plain: str, found: re.Match[str]) -> bool:
    """``LAIT ECREME 6X     10,10``: a pack, and the price in its column."""
    if found.start("p") < found.start("q"):
        return False
    before = plain[: found.start("p")]
    gap = len(before) - len(before.rstrip())
    return gap > NAME_GAP and _WORD.search(plain, 0, found.start()) is not None


def _matches(plain: str) -> Iterator[re.Match[str]]:
    yield from _TIMES.finditer(plain)
    yield from _WEIGHED.finditer(plain)
    yield from _EACH_OF.finditer(plain)
    odd = _ANY_UNIT.match(plain)
    if odd is not None and not _TIMES.match(plain, odd.start("q")):
        yield odd
    yield from _PRICE_TIMES.finditer(plain)


def led(plain: str) -> Detail | None:
    """``4 CROISSANT x 1,15``: the quantity leads, the price stands behind the label."""
    first = _LED.match(plain)
    each = list(_EACH.finditer(plain)) if first else []
    if (
        first is None
        or not each
        or not _NAMED.search(plain, first.end(), each[-1].start())
    ):
        return None
    return multiplied(first["q"], each[-1]["p"], None, each[-1].span())


def column(before: str, cents: int) -> Detail | None:
    """A whole number and a price in columns whose product is the amount."""
    if "." not in before and "," not in before:
        return None
    found = [f"{m[1] or 0}.{m[2]}" for m in _PRICE.finditer(before)]
    prices = found[-MAX_COLUMN_PRICES:]
    if not prices:
        return None
    for whole in _WHOLE.findall(before):
        for price in prices:
            if not price.strip("0."):
                continue
            detail = multiplied(whole, price, None)
            if detail.fits(cents):
                return detail
        reduced = _reduced(whole, prices, cents)
        if reduced is not None:
            return reduced
    return None


def _reduced(whole: str, prices: list[str], cents: int) -> Detail | None:
    """``48  2.70  7.41  120.00``: a discount in per cent stands behind the price."""
    for price, off in pairwise(prices):
        detail = multiplied(whole, price, None)
        left = FULL - int(off.replace(".", ""))
        if 0 < left < FULL and abs(detail.product * left - cents * FULL) < FULL:
            return replace(detail, product=cents)
    return None


_COLUMNS = re.compile(
    r"(?:^\s*(?P<led>\d{1,3})\s+\D.*?\s|\s(?P<mid>\d{1,3}))\s+[€$£]?(?P<p>\d{1,6}[.,]\d{2})\s+[€$£]?(?P<a>\d{1,6}[.,]\d{2})\D*$"
    r"|\s(?P<first>\d{1,6}[.,]\d{2})\s+(?P<behind>\d{1,3}(?:[.,]\d{3})?)\s+(?:[A-Z]\d\s+|\d{1,2}(?:[.,]\d{1,2})?\s?%\s+)?[€$£]?(?P<b>\d{1,6}[.,]\d{2})(?!\S*\d)"
)


def in_columns(plain: str, cents: int) -> int | None:
    """``3 KAISERSEMMEL  0,65  1,95``: product minus amount; ``None`` for another shape."""
    found = _COLUMNS.search(plain)
    if found is None:
        return None
    quantity = found["led"] or found["mid"] or found["behind"]
    price, amount = found["p"] or found["first"], found["a"] or found["b"]
    if ("," in price) != ("," in amount):
        return None  # WASSER 0,75  5.64: a size
    detail = multiplied(quantity, price, None)
    gap = detail.product - cents
    rounded = 2 * abs(gap) <= detail.quantity  # half a cent a piece
    return 0 if rounded or detail.fits(cents) else gap


def unglued(plain: str, cents: int) -> int | None:
    """``107.17  2 214.34`` is no two thousand: the quantity stands before the amount.

    ``plain`` ends with the amount; its own cents, where the product says so.
    """
    glued = _GLUED.search(plain) if _GLUED_DIGITS.search(plain) else None
    if glued is None:
        return None
    own = int(glued[2]) * 100 + cents % 100
    for price in _PRICE.finditer(plain[: glued.start()]):
        detail = multiplied(glued[1], f"{price[1] or 0}.{price[2]}", None)
        if detail.product == own:
            return own
    return None


def whole_in(before: str, label: str) -> bool:
    """Whether a number above one stands behind a label, before the amounts."""
    rest = before[before.find(label.strip().upper()[:MIN_LABEL]) + len(label.strip()) :]
    return any(whole.isdigit() and int(whole) > 1 for whole in _WHOLE.findall(rest))
