"""Sales of five trades as French shops print them, with the truth about each.

Seeded: the same seed is the same ticket.  Every ticket's lines, VAT table and
payments add up to its total; amounts are cents.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from hardware_sim.goods import SHELVES, SHOPS, TOWN, Good, Shop, Trade, ean13
from hardware_sim.tickets import (
    Bars,
    Cut,
    Feed,
    Kick,
    Logo,
    Part,
    Qr,
    Text,
    Ticket,
    Truth,
    Vat,
)

SOFTWARE = "CaisseSim v4.2.1"
NOON = datetime(2026, 9, 12, 12, 0)  # noqa: DTZ001 -- tills print local time
VAT_LETTER = {55: "A", 100: "B", 200: "C"}
_NOTES = (500, 1000, 2000, 5000, 10000)
_MOST_PIECES = {"bakery": 5, "supermarket": 14, "fashion": 3, "diy": 5, "restaurant": 6}


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the basket."""

    good: Good
    quantity: int
    discount_cents: int = 0

    @property
    def cents(self) -> int:
        return self.good.cents * self.quantity - self.discount_cents


@dataclass(frozen=True, slots=True)
class Basket:
    """One sale before it is printed."""

    shop: Shop
    items: tuple[Item, ...]
    number: str
    at: datetime
    payments: tuple[tuple[str, int], ...]
    change_cents: int
    signature: str

    @property
    def total_cents(self) -> int:
        return sum(item.cents for item in self.items)

    @property
    def pieces(self) -> int:
        return sum(item.quantity for item in self.items)

    @property
    def vat(self) -> tuple[Vat, ...]:
        return vat_table([(item.good.permille, item.cents) for item in self.items])


def vat_table(gross: list[tuple[int, int]]) -> tuple[Vat, ...]:
    """Net and VAT for each rate, from gross cents; sums back to the gross."""
    rates = sorted({permille for permille, _ in gross})
    table = []
    for rate in rates:
        cents = sum(amount for permille, amount in gross if permille == rate)
        net = round(cents * 1000 / (1000 + rate))
        table.append(Vat(rate, net, cents - net))
    return tuple(table)


def money(cents: int, tail: str = "") -> str:
    """``1 234,50`` and what the till writes after it."""
    euros, rest = divmod(abs(cents), 100)
    return (
        f"{'-' if cents < 0 else ''}{euros:,}".replace(",", " ") + f",{rest:02d}{tail}"
    )


def pair(left: str, right: str, columns: int) -> Text:
    """Left and right edge of one line; the left one gives way."""
    room = columns - len(right) - 1
    return Text(f"{left[:room]:<{room}} {right}")


def rate(permille: int) -> str:
    return f"{permille / 10:.1f}".replace(".", ",") + "%"


def basket(trade: Trade, seed: int, at: datetime | None = None) -> Basket:
    """A sale; ``at`` fixes the moment, otherwise the seed does."""
    dice = random.Random(f"{trade}-{seed}")
    shelf = SHELVES[trade]
    kinds = dice.randint(1, min(_MOST_PIECES[trade], len(shelf)))
    items = tuple(_item(trade, good, dice) for good in dice.sample(shelf, kinds))
    total = sum(item.cents for item in items)
    payments, change = _paid(trade, total, dice)
    moment = at or NOON + timedelta(minutes=dice.randint(-180, 420), days=seed % 90)
    number = f"{dice.randint(1, 4):03d}-{10_000 + seed:05d}"
    signature = f"{dice.getrandbits(32):08X}"
    return Basket(SHOPS[trade], items, number, moment, payments, change, signature)


def _item(trade: Trade, good: Good, dice: random.Random) -> Item:
    quantity = dice.choice((1, 1, 1, 2, 3)) if trade != "fashion" else 1
    cut = (
        dice.choice((0, 0, 0, 10, 20, 30)) if trade in ("fashion", "supermarket") else 0
    )
    return Item(good, quantity, good.cents * quantity * cut // 100)


def _paid(
    trade: Trade, total: int, dice: random.Random
) -> tuple[tuple[tuple[str, int], ...], int]:
    how = dice.choice(("CARTE BANCAIRE", "CB SANS CONTACT", "ESPECES"))
    if how == "ESPECES":
        given = next((note for note in _NOTES if note >= total), total)
        return ((how, given),), given - total
    if trade == "restaurant" and total > 2500 and dice.random() < 0.5:
        return (("TICKET RESTAURANT", 2500), ("CARTE BANCAIRE", total - 2500)), 0
    return ((how, total),), 0


# -- parts that trades share ----------------------------------------------------


def heading(shop: Shop) -> Iterator[Part]:
    """Logo, name, who and where."""
    yield Logo()
    yield Text(shop.name, "center", bold=True, height=2)
    for line in (shop.street, TOWN, f"Tél. {shop.phone}", f"SIRET {shop.siret}"):
        yield Text(line, "center")
    yield Text(f"TVA {shop.vat_id}  APE {shop.ape}", "center")
    yield Feed(1)


def settled(sale: Basket, columns: int, tail: str) -> Iterator[Part]:
    """Payments and change."""
    for name, cents in sale.payments:
        yield pair(name, money(cents, tail), columns)
    if sale.change_cents:
        yield pair("RENDU MONNAIE", money(sale.change_cents, tail), columns)


def vat_lines(table: tuple[Vat, ...], columns: int) -> Iterator[Part]:
    """``Taux HT TVA TTC``, one row for each rate."""
    wide = (columns - 8) // 3
    yield Text(f"{'Taux':<8}{'HT':>{wide}}{'TVA':>{wide}}{'TTC':>{wide}}")
    for row in table:
        gross = row.net_cents + row.vat_cents
        cells = (money(cents) for cents in (row.net_cents, row.vat_cents, gross))
        letter = VAT_LETTER[row.permille]
        yield Text(
            f"{letter} {rate(row.permille):<6}"
            + "".join(f"{cell:>{wide}}" for cell in cells)
        )


def footing(sale: Basket, words: str) -> Iterator[Part]:
    """NF525: software, signature; then thanks."""
    yield Feed(1)
    yield Text(words, "center")
    yield Text(f"{SOFTWARE}  Signature {sale.signature}", "center")


def ending(sale: Basket) -> Iterator[Part]:
    """Cut; the drawer opens when there is cash."""
    yield Feed(1)
    yield Cut()
    if any(name == "ESPECES" for name, _ in sale.payments):
        yield Kick()


# -- one layout for each trade ----------------------------------------------------


def _bakery(sale: Basket, columns: int) -> Iterator[Part]:
    yield from heading(sale.shop)
    yield pair(f"Ticket n° {sale.number}", f"{sale.at:%d/%m/%y %H:%M}", columns)
    yield Text("-" * columns)
    for item in sale.items:
        label = f"{item.quantity} {item.good.label.upper()}"
        times = f" x {money(item.good.cents)}" if item.quantity > 1 else ""
        yield pair(label + times, money(item.cents), columns)
    yield Text("-" * columns)
    yield pair("TOTAL", money(sale.total_cents, " €"), columns)
    yield from settled(sale, columns, " €")
    for row in sale.vat:
        yield pair(f"Dont TVA {rate(row.permille)}", money(row.vat_cents), columns)
    yield from footing(sale, "Merci de votre visite, à bientôt")
    yield from ending(sale)


def _supermarket(sale: Basket, columns: int) -> Iterator[Part]:
    yield from heading(sale.shop)
    yield Text("DESIGNATION".ljust(columns - 12) + "MONTANT TVA".rjust(12))
    for item in sale.items:
        letter = VAT_LETTER[item.good.permille]
        full = item.good.cents * item.quantity
        yield pair(item.good.label[:20], f"{money(full)} {letter}", columns)
        if item.quantity > 1:
            yield Text(f"   {item.quantity} x {money(item.good.cents)}")
        if item.discount_cents:
            yield pair(
                "   REMISE IMMEDIATE", money(-item.discount_cents) + "  ", columns
            )
    yield Text("=" * columns)
    yield pair(f"{sale.pieces} ARTICLES", "", columns)
    wide = columns // 2
    due = money(sale.total_cents, " €")
    yield Text(f"{'A PAYER':<{wide - len(due)}}{due}", bold=True, width=2, height=2)
    yield from settled(sale, columns, " €")
    yield Feed(1)
    yield from vat_lines(sale.vat, columns)
    points = sale.total_cents // 100
    yield Text(f"CARTE FIDELITE 2900{sale.signature[:6]}  +{points} points")
    yield Text(f"{sale.at:%d/%m/%Y %H:%M}  Ticket {sale.number}  Op: 4")
    yield from footing(sale, "MERCI DE VOTRE VISITE")
    yield Feed(1)
    yield Bars("EAN13", ean13("29" + f"{int(sale.signature, 16) % 10**10:010d}"))
    yield from ending(sale)


def _fashion(sale: Basket, columns: int) -> Iterator[Part]:
    yield from heading(sale.shop)
    yield Text(f"Ticket n° {sale.number}   Vendeuse : Inès")
    yield Text(f"le {sale.at:%d/%m/%y} à {sale.at:%H:%M:%S}")
    yield Text("-" * columns)
    for item in sale.items:
        full = item.good.cents * item.quantity
        yield Text(f"REF {item.good.ean}  T.42")
        yield pair(item.good.label, money(full), columns)
        if item.discount_cents:
            percent = round(item.discount_cents * 100 / full)
            yield pair(f"  REMISE {percent}%", money(-item.discount_cents), columns)
    yield Text("-" * columns)
    yield pair("TOTAL EUR", money(sale.total_cents), columns)
    for row in sale.vat:
        yield pair(f"DONT TVA {rate(row.permille)}", money(row.vat_cents), columns)
    yield from settled(sale, columns, "")
    yield Feed(1)
    yield Text("Échange sous 30 jours avec ce ticket", "center")
    yield from footing(sale, "À bientôt")
    yield Feed(1)
    yield Bars("CODE128", f"{sale.at:%y%m%d}{sale.number.replace('-', '')}")
    yield from ending(sale)


def _diy(sale: Basket, columns: int) -> Iterator[Part]:
    yield from heading(sale.shop)
    yield pair(f"{sale.at:%d/%m/%Y %H:%M}", f"Caisse 02 Tk {sale.number}", columns)
    yield Text("-" * columns)
    for item in sale.items:
        yield Text(item.good.ean)
        yield pair(item.good.label, "", columns)
        yield pair(
            f"  {item.quantity},000 PCE x {money(item.good.cents)}",
            money(item.cents),
            columns,
        )
    yield Text("-" * columns)
    yield pair("NET A PAYER", money(sale.total_cents, " EUR"), columns)
    yield from settled(sale, columns, " EUR")
    yield from vat_lines(sale.vat, columns)
    yield Feed(1)
    yield Text("GARANTIE LEGALE DE CONFORMITE : 2 ANS", "center", bold=True)
    yield Text("Art. L217-3 s. Code de la consommation", "center")
    yield Text("TICKET A CONSERVER", "center")
    yield from footing(sale, "MERCI DE VOTRE VISITE")
    yield Feed(1)
    yield Qr(f"https://brico.example/g/{sale.signature}")
    yield from ending(sale)


def _restaurant(sale: Basket, columns: int) -> Iterator[Part]:
    yield from heading(sale.shop)
    yield pair(f"Note n° {sale.number}", f"{sale.at:%d/%m/%y %H:%M}", columns)
    yield pair("Table 6   2 couvert(s)", "Servi par Lou", columns)
    yield Text("-" * columns)
    for item in sale.items:
        yield pair(f"{item.quantity} x {item.good.label}", money(item.cents), columns)
        if item.good.label.startswith("Menu"):
            yield Text("     Quenelle / Tarte praline")
    yield Text("-" * columns)
    total = money(sale.total_cents, " EUR")
    yield Text(
        f"{'TOTAL TTC':<{columns // 2 - len(total)}}{total}",
        bold=True,
        width=2,
        height=2,
    )
    yield from settled(sale, columns, " EUR")
    yield from vat_lines(sale.vat, columns)
    yield Text("Prix nets, service compris", "center")
    yield from footing(sale, "Merci et à bientôt")
    yield from ending(sale)


_LAYOUTS: dict[Trade, Callable[[Basket, int], Iterator[Part]]] = {
    "bakery": _bakery,
    "supermarket": _supermarket,
    "fashion": _fashion,
    "diy": _diy,
    "restaurant": _restaurant,
}
TRADES: tuple[Trade, ...] = tuple(_LAYOUTS)


def sale(
    trade: Trade, seed: int = 0, columns: int = 42, at: datetime | None = None
) -> Ticket:
    """A paid sale of that trade; ``columns`` is 42 or 48."""
    sold = basket(trade, seed, at)
    truth = Truth(
        "sale", sold.number, sold.total_cents, sold.pieces, sold.vat, sold.payments
    )
    return Ticket(
        f"{trade}-{seed}", tuple(_LAYOUTS[trade](sold, columns)), truth, columns
    )
