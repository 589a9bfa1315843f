"""Trades whose tickets are no plain list: restaurant, fuel, pharmacy, invoice, refund.

A ``*_ring`` block comes first and rings the sale up again in the way of its trade.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from hardware_sim.papers.cents import Row, added, half_up, plain, vat_in
from hardware_sim.papers.desk import Desk, dated
from hardware_sim.papers.sale import Entry, Paid
from hardware_sim.papers.shelves import shelf
from hardware_sim.papers.shops import PEOPLE

FUEL_RATE: Final = "std"


# -- restaurant -------------------------------------------------------------------


def table(desk: Desk) -> None:
    """Table, covers, who served."""
    desk.sheet.pair(
        desk.say("table", desk.dice.randint(1, 40)),
        desk.say("covers", desk.dice.randint(1, 8)),
    )
    who = desk.dice.choice(PEOPLE)
    desk.sheet.line(desk.say("server", who))
    desk.sheet.say(cashier=who)
    if desk.land.lang == "fr" and desk.chance(25):
        desk.sheet.line(desk.dice.choice(("SUR PLACE", "A EMPORTER")))


def service(desk: Desk) -> None:
    desk.sheet.centre(desk.say("net_prices"))


def bill(desk: Desk) -> None:
    """The head of a proforma."""
    desk.sheet.styled(desk.say("bill"), wide=2)


def provisional(desk: Desk) -> None:
    desk.sheet.centre(desk.say("provisional"))
    if desk.land.country == "FR":
        desk.sheet.truth.setdefault("mentions", []).append("provisional")


# -- fuel -------------------------------------------------------------------------


def fuel_ring(desk: Desk) -> None:
    """Litres times a price in tenths of cents."""
    good = desk.dice.choice(shelf("fr", "fuel"))
    litres = desk.dice.randint(500, 6500) * 10
    milli_euro = good.cents + desk.dice.randint(-80, 80)
    cents = half_up(litres * milli_euro, 10_000)
    entry = Entry(good.label, cents, FUEL_RATE, "item", litres, milli_euro, "L")
    rate = desk.land.rates[FUEL_RATE]
    row = Row(FUEL_RATE, rate, cents - vat_in(cents, rate), vat_in(cents, rate))
    desk.sale = replace(
        desk.sale,
        entries=(entry,),
        vat=(row,),
        off=(),
        payments=(Paid("card", cents),),
        change=0,
        rounding=0,
    )


def fuel(desk: Desk) -> None:
    """``Quantite = 37,50 L``, one fact a line."""
    sale, sheet = desk.sale, desk.sheet
    entry, row = sale.entries[0], sale.vat[0]
    litres = f"{entry.milli // 1000},{entry.milli % 1000 // 10:02}"
    price = f"{(entry.unit_cents or 0) // 1000},{(entry.unit_cents or 0) % 1000:03}"
    facts = [
        ("Ticket No", sale.number), ("No pompe", str(desk.dice.randint(1, 16))), ("Carburant", entry.label),
        ("Quantite", f"{litres} L"), ("Prix unit.", f"{price} EUR"),
        ("TVA " + desk.rate(FUEL_RATE), f"{desk.coin.bare(row.vat)} EUR"), ("TOTAL TTC", f"{desk.coin.bare(entry.cents)} EUR"),
    ]  # fmt: skip
    for name, value in facts:
        sheet.line(f"{name:<11}{'=' if name != 'Ticket No' else ':'} {value}")
    whole, rest = divmod(entry.milli, 1000)
    sheet.say(
        receipt_no=sale.number, total=plain(entry.cents), tax=plain(row.vat),
        items=[{"name": entry.label, "amount": plain(entry.cents), "qty": f"{whole}.{rest:03}", "unit": "L",
                "unit_price": price.replace(",", "."), "vat_code": None, "kind": "item"}],
        vat=[{"code": None, "rate": f"{row.rate_bp / 100:g}", "net": None, "vat": plain(row.vat), "gross": None}],
        payments=[{"type": "card", "amount": plain(entry.cents)}],
    )  # fmt: skip
    sheet.line(dated(desk, sale.at))
    if desk.look["slip"] == "none":
        sheet.line(f"{desk.say('card'):<11}= {desk.coin.bare(entry.cents)} EUR")


# -- pharmacy -----------------------------------------------------------------------


def pharmacy_ring(desk: Desk) -> None:
    """What the insurances pay is no tender at the till: only the rest is due."""
    sale = desk.sale
    whole = sale.subtotal
    first = whole * desk.dice.choice((30, 65, 65, 70)) // 100
    second = (whole - first) * desk.dice.choice((0, 50, 80)) // 100
    off = [("Part AMO", first)] + ([("Part AMC", second)] if second else [])
    rest = whole - first - second
    desk.sale = replace(
        sale, off=tuple(off), payments=(Paid("card", rest),), change=0, rounding=0
    )


def pharmacy(desk: Desk) -> None:
    """Sum, parts of the insurances, what is left."""
    sale, sheet = desk.sale, desk.sheet
    sheet.pair("TOTAL", desk.coin.full(sale.subtotal))
    sheet.say(subtotal=plain(sale.subtotal))
    for label, cents in sale.off:
        sheet.pair(label, desk.coin.full(cents))
    sheet.pair(
        desk.dice.choice(("A la charge du client", "Part client", "RESTE A PAYER")),
        desk.coin.full(sale.due),
    )
    sheet.say(total=plain(sale.due))


# -- invoice ------------------------------------------------------------------------


def invoice_ring(desk: Desk) -> None:
    """Prices without VAT; it is added once for each rate."""
    entries = []
    for entry in desk.sale.entries:
        unit = desk_net(desk, entry.unit_cents or 0, entry.key)
        entries.append(
            replace(entry, cents=half_up(unit * entry.milli, 1000), unit_cents=unit)
        )
    nets = added([(entry.key, entry.cents) for entry in entries])
    rates = desk.land.rates
    rows = tuple(
        Row(key, rates[key], net, half_up(net * rates[key], 10_000))
        for key, net in nets.items()
    )
    due = sum(row.gross for row in rows)
    desk.sale = replace(
        desk.sale, entries=tuple(entries), off=(("TVA", -sum(row.vat for row in rows)),), vat=rows,
        payments=(Paid("card", due),), change=0, rounding=0,
    )  # fmt: skip


def desk_net(desk: Desk, gross: int, key: str) -> int:
    """A price without its VAT, at least one cent."""
    return max(1, gross - vat_in(gross, desk.land.rates[key]))


def client(desk: Desk) -> None:
    """Who is invoiced."""
    number = f"F{desk.sale.at.year}-{desk.dice.randint(1, 99999):05d}"
    desk.sheet.styled("FACTURE")
    desk.sheet.line(f"Facture n° {number}")
    desk.sheet.say(receipt_no=number)
    desk.sheet.line(dated(desk, desk.sale.at))
    desk.sheet.line(
        f"Client : SARL {desk.dice.choice(('BATIMA', 'RENOVEO', 'TOITEC'))} {desk.dice.choice(PEOPLE)}"
    )
    desk.sheet.line("12 impasse des Essais")
    desk.sheet.line(desk.dice.choice(desk.land.towns))
    desk.sheet.truth["document"] = "invoice"


def net_total(desk: Desk) -> None:
    """Net, VAT by rate, gross."""
    sale, sheet = desk.sale, desk.sheet
    sheet.pair("TOTAL HT", desk.coin.full(sale.subtotal))
    for row in sale.vat:
        sheet.pair(f"TVA {desk.rate(row.key)}", desk.coin.full(row.vat))
    due = sum(row.gross for row in sale.vat)
    sheet.pair(
        desk.dice.choice(("TOTAL TTC", "NET A PAYER", "Total TTC")), desk.coin.full(due)
    )
    sheet.line(f"Facture acquittée le {sale.at:%d/%m/%Y}")
    sheet.say(
        subtotal=plain(sale.subtotal), total=plain(due), tax=plain(sum(row.vat for row in sale.vat)),
        vat=[{"code": None, "rate": f"{r.rate_bp / 100:g}", "net": None, "vat": plain(r.vat), "gross": None} for r in sale.vat],
    )  # fmt: skip


# -- refund -------------------------------------------------------------------------


def refund_ring(desk: Desk) -> None:
    """Everything comes back."""
    sale = desk.sale
    entries = tuple(replace(entry, cents=-entry.cents) for entry in sale.entries)
    vat = tuple(Row(row.key, row.rate_bp, -row.net, -row.vat) for row in sale.vat)
    kind = desk.dice.choice(("card", "cash", "voucher"))
    desk.sale = replace(
        sale, entries=entries, off=(), vat=vat, rounding=0, change=0,
        payments=(Paid(kind, sum(entry.cents for entry in entries)),),
    )  # fmt: skip


def refund_head(desk: Desk) -> None:
    desk.sheet.styled(desk.say("refund"))
    if desk.chance(60):
        other = f"{desk.dice.randint(1, 30):03d}-{desk.dice.randrange(100_000):05d}"
        desk.sheet.line(desk.say("annuls", other))
        desk.sheet.truth["annuls"] = other


def refund_total(desk: Desk) -> None:
    sale, sheet = desk.sale, desk.sheet
    sheet.pair(desk.say("refund_due"), desk.coin.full(sale.due))
    kind = sale.payments[0].kind
    sheet.pair(desk.say(kind), desk.coin.full(sale.due))
    sheet.say(
        total=plain(sale.due), payments=[{"type": kind, "amount": plain(sale.due)}]
    )
    if kind == "voucher":
        sheet.line(desk.say("valid", f"{sale.at.day:02}/06/{sale.at.year + 1}"))
        sheet.code("CODE128", f"{desk.dice.randrange(10**12):012d}", "other")
