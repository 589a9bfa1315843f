"""What else comes out of a till's printer: no customer's sales receipt.

Kitchen orders, X and Z reports, the two card slips, and the refund (which is
the customer's).  Seeded like ``receipts``, with the truth about each.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import datetime

from hardware_sim.goods import SHOPS, TOWN, Trade
from hardware_sim.receipts import (
    NOON,
    SOFTWARE,
    TRADES,
    Basket,
    basket,
    heading,
    money,
    pair,
    sale,
    vat_lines,
    vat_table,
)
from hardware_sim.tickets import Cut, Feed, Kind, Part, Text, Ticket, Truth, Vat


def kitchen(seed: int = 0, columns: int = 42, at: datetime | None = None) -> Ticket:
    """An order for the kitchen: no prices."""
    order = basket("restaurant", seed, at)
    parts: list[Part] = [
        Text("CUISINE", "center", bold=True, width=2, height=2),
        Text(f"Table 6   2 couv.   {order.at:%H:%M}", bold=True, height=2),
        Text(f"Commande {order.number}   Serveur : Lou"),
        Text("-" * columns),
    ]
    parts += [
        Text(f"{i.quantity} {i.good.label.upper()}", height=2) for i in order.items
    ]
    parts += [Text("*** A SUIVRE ***", "center"), Feed(2), Cut()]
    truth = Truth("kitchen", order.number, None, order.pieces)
    return Ticket(f"kitchen-{seed}", tuple(parts), truth, columns)


def report(
    kind: Kind, seed: int = 0, columns: int = 42, at: datetime | None = None
) -> Ticket:
    """``x_report``: a reading; ``z_report``: the day is closed."""
    dice = random.Random(f"{kind}-{seed}")
    moment, shop = at or NOON, SHOPS["supermarket"]
    gross = [(55, dice.randint(80_000, 300_000)), (200, dice.randint(20_000, 90_000))]
    total = sum(cents for _, cents in gross)
    cash = total // 4
    number = f"{300 + seed}"
    title = "LECTURE X" if kind == "x_report" else f"CLOTURE JOURNALIERE Z n° {number}"
    parts: list[Part] = [
        Text(shop.name, "center"),
        Text(title, "center", bold=True, height=2),
        Text(f"{moment:%d/%m/%Y %H:%M}  Caisse 01", "center"),
        Text("-" * columns),
        pair("Tickets du jour", "001-10000 à 001-10187", columns),
        pair("Nombre de ventes", "188", columns),
        pair("Annulations", "2", columns),
        pair("TOTAL DU JOUR", money(total, " €"), columns),
        pair("  ESPECES", money(cash), columns),
        pair("  CARTES BANCAIRES", money(total - cash), columns),
        pair("FOND DE CAISSE", money(15_000), columns),
        *vat_lines(table := vat_table(gross), columns),
        pair("GRAND TOTAL PERPETUEL", money(48_219_377 + total), columns),
        Text(SOFTWARE, "center"),
        Feed(1),
        Cut(),
    ]
    truth = Truth(kind, number, total, None, table)
    return Ticket(f"{kind}-{seed}", tuple(parts), truth, columns)


def card_slip(
    kind: Kind, seed: int = 0, columns: int = 42, at: datetime | None = None
) -> Ticket:
    """``merchant_slip`` or ``customer_slip`` of one card payment."""
    paid = basket("supermarket", seed, at)
    shop = paid.shop
    whose = "TICKET COMMERCANT" if kind == "merchant_slip" else "TICKET CLIENT"
    lines = [
        "CARTE BANCAIRE", "SANS CONTACT", "A0000000421010", "CB",
        f"LE {paid.at:%d/%m/%y} A {paid.at:%H:%M:%S}", shop.name.upper(), TOWN,
        "1999999", shop.siret, "497671######1234", paid.signature, "001 000214 31 C @",
        "No AUTO : 084512",
    ]  # fmt: skip
    parts: list[Part] = [Text(line) for line in lines]
    parts += [
        Text("MONTANT :"),
        Text(money(paid.total_cents, " EUR"), "right", bold=True, height=2),
        Text("DEBIT"),
        Text(whose, "center"),
        Text("A CONSERVER", "center"),
        Feed(1),
        Cut(),
    ]
    truth = Truth(kind, paid.number, paid.total_cents, None)
    return Ticket(f"{kind}-{seed}", tuple(parts), truth, columns)


def refund(seed: int = 0, columns: int = 42, at: datetime | None = None) -> Ticket:
    """A credit note: everything of a fashion sale comes back on the card."""
    back = basket("fashion", seed, at)
    truth = Truth(
        "refund",
        back.number,
        -back.total_cents,
        back.pieces,
        tuple(Vat(row.permille, -row.net_cents, -row.vat_cents) for row in back.vat),
        (("CARTE BANCAIRE", -back.total_cents),),
    )
    return Ticket(
        f"refund-{seed}", tuple(_refund(back, truth, columns)), truth, columns
    )


def _refund(back: Basket, truth: Truth, columns: int) -> Iterator[Part]:
    yield from heading(back.shop)
    yield Text("AVOIR - REMBOURSEMENT", "center", bold=True, height=2)
    yield pair(f"Ticket n° {back.number}", f"{back.at:%d/%m/%y %H:%M}", columns)
    yield Text("-" * columns)
    for item in back.items:
        yield Text(f"RETOUR {item.good.ean}")
        yield pair(item.good.label, money(-item.cents), columns)
    yield Text("-" * columns)
    yield pair("TOTAL EUR", money(-back.total_cents), columns)
    for name, cents in truth.payments:
        yield pair(f"REMBOURSE {name}", money(cents), columns)
    yield from vat_lines(truth.vat, columns)
    yield Text(f"{SOFTWARE}  Signature {back.signature}", "center")
    yield Feed(1)
    yield Cut()


def _trade(trade: Trade) -> Callable[[int, int, datetime | None], Ticket]:
    return lambda seed, columns, at: sale(trade, seed, columns, at)


DOCUMENTS: dict[str, Callable[[int, int, datetime | None], Ticket]] = {
    **{trade: _trade(trade) for trade in TRADES},
    "refund": refund,
    "kitchen": kitchen,
    "x_report": lambda seed, columns, at: report("x_report", seed, columns, at),
    "z_report": lambda seed, columns, at: report("z_report", seed, columns, at),
    "merchant_slip": lambda seed, columns, at: card_slip(
        "merchant_slip", seed, columns, at
    ),
    "customer_slip": lambda seed, columns, at: card_slip(
        "customer_slip", seed, columns, at
    ),
}
"""Every document by name: ``DOCUMENTS["bakery"](seed, columns, at)``."""
