"""A sale before it is printed: what was sold, what it costs, how it was paid.

Integer cents; the sums close here, and nowhere else is anything computed.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from hardware_sim.goods import ean13
from hardware_sim.papers.axes import Layout, Look
from hardware_sim.papers.cents import Row, added, half_up, net_table, shared, vat_table
from hardware_sim.papers.lands import Land, key_of
from hardware_sim.papers.shelves import Good, shelf

OPENING: Final = datetime(2024, 1, 2, 8, 0)  # noqa: DTZ001 -- tills print local time
_NOTES: Final = (500, 1000, 2000, 5000, 10_000, 20_000)
_USUAL_PIECES: Final = (1, 1, 1, 1, 1, 2, 2, 3, 4, 6, 12)
_PIECES: Final[Mapping[str, tuple[int, ...]]] = {
    "fashion": (1, 1, 1, 1, 2, 3), "restaurant": (1, 1, 2, 2, 3, 4), "pharmacy": (1, 1, 1, 2),
    "diy": (1, 1, 1, 2, 4, 10), "fuel": (1,),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """One priced line; ``milli`` is the quantity in thousandths.

    ``cents`` is signed.  ``unit_cents`` is per piece, kilogram or litre.
    """

    label: str
    cents: int
    key: str
    kind: str = "item"
    milli: int = 1000
    unit_cents: int | None = None
    unit: str = ""
    family: str = ""
    ean: str = ""

    @property
    def pieces(self) -> int:
        return 1 if self.unit else self.milli // 1000


@dataclass(frozen=True, slots=True)
class Paid:
    """One tender."""

    kind: str
    cents: int


@dataclass(frozen=True, slots=True)
class Sale:
    """``off``: discounts below the subtotal.  ``due`` is after rounding.

    ``tax`` is added on top, where prices are net of it.
    """

    entries: tuple[Entry, ...]
    off: tuple[tuple[str, int], ...]
    vat: tuple[Row, ...]
    rounding: int
    payments: tuple[Paid, ...]
    change: int
    at: datetime
    number: str
    till: str
    operator: str
    store: str
    tax: int = 0

    @property
    def subtotal(self) -> int:
        return sum(entry.cents for entry in self.entries)

    @property
    def total(self) -> int:
        return self.subtotal - sum(cents for _, cents in self.off) + self.tax

    @property
    def due(self) -> int:
        return self.total + self.rounding

    @property
    def articles(self) -> int:
        """Pieces sold; weighed goods count one, a void takes back."""
        sold = sum(e.pieces for e in self.entries if e.kind == "item")
        return sold - sum(e.pieces for e in self.entries if e.kind == "void")

    @property
    def also_articles(self) -> frozenset[int]:
        """What other tills call the number of articles of the same sale.

        Bottles' deposits counted with the goods; voided pieces left in; lines.
        """
        rung = sum(e.pieces for e in self.entries if e.kind == "item")
        bottles = sum(
            e.pieces for e in self.entries if e.kind == "deposit" and e.cents > 0
        )
        priced = sum(e.kind != "discount" for e in self.entries)
        return frozenset(
            {rung, rung + bottles, self.articles + bottles, self.sold_lines, priced}
        )

    @property
    def multiplied(self) -> Entry | None:
        """The first line whose price is one of several pieces, or of a weight."""
        many = (e for e in self.entries if e.kind == "item" and e.milli != 1000)
        return next(many, None)

    @property
    def sold_lines(self) -> int:
        return sum(entry.kind == "item" for entry in self.entries)


def ring(
    dice: random.Random,
    land: Land,
    layout: Layout,
    look: Look,
    words: Mapping[str, str],
) -> Sale:
    """Ring up a basket and have it paid."""
    entries = tuple(_entries(dice, land, layout, look, words))
    if look["discount"] == "per_rate":
        entries += tuple(_per_rate(entries, words["staff"]))
    off = tuple(_off(dice, entries, look, words))
    gross = added([(entry.key, entry.cents) for entry in entries])
    lost = sum(cents for _, cents in off)
    if lost:
        cuts = shared(lost, gross)
        gross = {key: cents - cuts[key] for key, cents in gross.items()}
    table = (net_table if land.on_top else vat_table)(gross, land.rates)
    tax = sum(row.vat for row in table) if land.on_top else 0
    total = sum(gross.values()) + tax
    kinds = _kinds(dice, land, look, layout.trade)
    rounding = _rounding(total, land, look, kinds)
    payments, change = _settled(dice, total + rounding, kinds, look)
    minutes = dice.randrange(12 * 60)
    return Sale(
        entries=entries, off=off, vat=table, tax=tax, rounding=rounding,
        payments=payments, change=change,
        at=OPENING + timedelta(days=dice.randrange(1000), minutes=minutes, seconds=dice.randrange(60)),
        number=_number(dice), till=f"{dice.randint(1, 24):0{dice.randint(1, 3)}d}",
        operator=f"{dice.randint(1, 999):0{dice.choice((2, 3, 4))}d}", store=f"{dice.randint(100, 9999):04d}",
    )  # fmt: skip


def _number(dice: random.Random) -> str:
    return dice.choice(
        (f"{dice.randint(1, 30):03d}-{dice.randrange(100_000):05d}", f"{dice.randint(1000, 999_999)}",
         f"{dice.randint(1, 9999):04d}", f"{dice.randrange(10**8):08d}")
    )  # fmt: skip


def _entries(
    dice: random.Random,
    land: Land,
    layout: Layout,
    look: Look,
    words: Mapping[str, str],
) -> Iterator[Entry]:
    goods = shelf(land.lang, layout.trade)
    chosen = dice.sample(goods, min(dice.randint(1, layout.most), len(goods)))
    if look["families"] != "none":
        chosen.sort(key=lambda good: good.family)
    for good in chosen:
        entry = _entry(dice, land, good, layout.trade, look)
        yield entry
        yield from _beside(dice, entry, land, good, look, words)
    if look["void"] == "yes":
        wrong = _entry(
            dice, land, next(g for g in goods if not g.unit), layout.trade, look
        )
        wrong = replace(wrong, family=chosen[-1].family)
        yield wrong
        yield replace(wrong, cents=-wrong.cents, kind="void")


def _entry(
    dice: random.Random, land: Land, good: Good, trade: str, look: Look
) -> Entry:
    key = key_of(land, good.key)
    ean = ean13(f"2{dice.randrange(10**11):011d}") if look["ean"] == "yes" else ""
    price = max(5, half_up(good.cents * dice.randint(85, 118), 100))
    if good.unit == "kg":
        milli = dice.randint(80, 2400)
        cents = half_up(price * milli, 1000)
        return Entry(
            good.label, cents, key, "item", milli, price, "kg", good.family, ean
        )
    pieces = dice.choice(_PIECES.get(trade, _USUAL_PIECES))
    return Entry(
        good.label,
        price * pieces,
        key,
        "item",
        pieces * 1000,
        price,
        "",
        good.family,
        ean,
    )


def _beside(
    dice: random.Random,
    entry: Entry,
    land: Land,
    good: Good,
    look: Look,
    words: Mapping[str, str],
) -> Iterator[Entry]:
    """A discount on the item, or the deposit of its bottle."""
    if look["discount"] in {"under", "line"} and dice.random() < 0.4:
        cut = max(1, entry.cents * dice.choice((5, 10, 20, 30, 50)) // 100)
        yield Entry(words["discount"], -cut, entry.key, "discount", family=entry.family)
    if land.deposits and good.drink and look["deposit"] == "yes":
        named = "".join(filter(str.isdigit, words["deposit"]))
        each = int(named or dice.choice((8, 15, 25)))
        pieces = entry.milli // 1000
        yield Entry(
            words["deposit"],
            each * pieces,
            entry.key,
            "deposit",
            entry.milli,
            each,
            family=entry.family,
        )
        if dice.random() < 0.3 and entry.cents > 300:
            yield Entry(
                words["returns"],
                -dice.choice((25, 50, 150)),
                entry.key,
                "deposit",
                family=entry.family,
            )


def _per_rate(entries: tuple[Entry, ...], label: str) -> Iterator[Entry]:
    for key, gross in added([(e.key, e.cents) for e in entries]).items():
        cut = gross * 5 // 100
        if cut > 0:
            yield Entry(label, -cut, key, "discount", family=entries[-1].family)


def _off(
    dice: random.Random,
    entries: tuple[Entry, ...],
    look: Look,
    words: Mapping[str, str],
) -> Iterator[tuple[str, int]]:
    items = [entry for entry in entries if entry.kind == "item" and entry.cents > 100]
    if look["discount"] == "ticket" and sum(e.cents for e in entries) > 500:
        yield words["off"], max(1, sum(e.cents for e in entries) // 10)
    if look["discount"] == "block":
        for entry in items[: dice.randint(1, 3)]:
            yield entry.label, max(1, entry.cents * dice.choice((10, 20, 25)) // 100)


def _rounding(total: int, land: Land, look: Look, kinds: tuple[str, ...]) -> int:
    """To five cents, in countries that do, where all is paid in cash."""
    step = land.cash_step
    if look["rounding"] == "none" or step == 1 or kinds != ("cash",):
        return 0
    return half_up(total, step) * step - total


def _kinds(dice: random.Random, land: Land, look: Look, trade: str) -> tuple[str, ...]:
    first = ["voucher", "gift_card"]
    if land.country in {"FR", "BE", "ES", "IT", "PT"} and trade in {
        "grocery",
        "bakery",
        "restaurant",
        "frozen",
    }:
        first += ["meal_voucher", "meal_voucher"]
    last = dice.choice(
        ("card", "cash")
        if land.country != "FR"
        else ("card", "card", "card", "cash", "cash", "cheque", "other")
    )
    extra = dice.sample(sorted(set(first)), 2)
    return {
        "card": ("card",), "cash": ("cash",), "exact": ("cash",), "two": (extra[0], last),
        "three": (extra[0], extra[1], last),
    }[look["pay"]]  # fmt: skip


def _settled(
    dice: random.Random, due: int, kinds: tuple[str, ...], look: Look
) -> tuple[tuple[Paid, ...], int]:
    paid, rest = [], due
    for kind in kinds[:-1]:
        part = rest * dice.randint(20, 60) // 100 // 50 * 50
        if part > 0:
            paid.append(Paid(kind, part))
            rest -= part
    last = kinds[-1]
    given = rest
    if last == "cash" and look["pay"] != "exact":
        notes = [note for note in _NOTES if note > rest] or [rest]
        given = dice.choice(notes[:2])
    paid.append(Paid(last, given))
    return tuple(paid), given - rest
