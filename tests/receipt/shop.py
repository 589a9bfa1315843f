"""A small shop that prints receipts whose truth is known.

Shares no code with ``agent.receipt``: it has its own arithmetic and its own layouts
(column header with VAT digits, VAT letters at the right, ``T1`` before the amount, and
a cafe without codes), widths from 32 to 48 columns, and VAT tables in every order.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from itertools import permutations
from typing import Any

from hypothesis import strategies as st

GOODS = (
    "PAIN COMPLET", "750G PUREE PDT", "LAIT 1/2 ECR 1L", "COCA 33CL", "CAROTTE 1.5KG",
    "SAVON MARSEILLE", "Épinards bio", "YAOURT NAT. X8", "CREV 25/35", "Thé vert 20 sach",
    "NOIX SECHES 1KG", "PILES LR6", "MANGUE PIECE", "JUS D'ORANGE", "BISCUITS CHOCO",
    "Crème dessert", "TORCHON COTON", "AMPOULE E27", "RIZ BASMATI", "CAHIER 96P",
)  # fmt: skip
EARLIEST = dt.datetime(2020, 1, 1)  # noqa: DTZ001 -- paper bears the shop's wall clock
LATEST = dt.datetime(2035, 12, 31)  # noqa: DTZ001 -- same
RATES = {"4": 550, "6": 2000, "5": 1000}
LETTERS = {"4": "B", "6": "A", "5": "C"}
COLUMN_ORDERS = tuple(permutations(("HT", "TVA", "TTC")))


def half_up(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator)


@dataclass(frozen=True)
class Sold:
    label: str
    quantity: int
    price: int
    key: str
    discount: int = 0

    @property
    def amount(self) -> int:
        return self.quantity * self.price


@dataclass(frozen=True)
class Sale:
    sold: tuple[Sold, ...]
    tender: str
    given: int
    when: dt.datetime
    number: int
    width: int
    layout: str
    order: tuple[str, ...]
    tail: str

    @property
    def total(self) -> int:
        return sum(s.amount - s.discount for s in self.sold)

    @property
    def change(self) -> int:
        return self.given - self.total

    def code(self, key: str) -> str:
        names = {"right": LETTERS, "before": {k: f"T{k}" for k in RATES}}
        return names.get(self.layout, {k: k for k in RATES})[key]

    @property
    def vat(self) -> list[dict[str, Any]]:
        rows = []
        for key in sorted({s.key for s in self.sold}):
            gross = sum(s.amount - s.discount for s in self.sold if s.key == key)
            tax = half_up(gross * RATES[key], 10_000 + RATES[key])
            rows.append(
                {"key": key, "rate": RATES[key], "HT": gross - tax, "TVA": tax,
                 "TTC": gross}
            )  # fmt: skip
        return rows


@dataclass
class Paper:
    """Lines, and where each item's amount was printed."""

    width: int
    lines: list[str] = field(default_factory=list)
    amounts_at: list[int] = field(default_factory=list)

    def put(self, left: str, right: str = "") -> None:
        room = self.width - len(right)
        self.lines.append(f"{left[: room - 1]:<{room}}{right}" if right else left)

    def centre(self, text: str) -> None:
        self.lines.append(text.center(self.width).rstrip())


def euros(cents: int, tail: str = "", point: str = ",") -> str:
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}{point}{abs(cents) % 100:02}{tail}"


def printed(sale: Sale) -> Paper:
    paper = Paper(sale.width)
    for text in ("AU PANIER GARNI", "12 RUE DES HALLES", "69002 LYON",
                 "TEL 04 72 00 00 00", "SIRET 73282932000074"):  # fmt: skip
        paper.centre(text)
    paper.put(f"Ticket n° {sale.number}", "Caisse 02")
    paper.put("-" * sale.width)
    {"digits": _digits, "right": _right, "before": _before, "cafe": _cafe}[sale.layout](
        sale, paper
    )
    paper.put("-" * sale.width)
    paper.put("TOTAL A PAYER", euros(sale.total, sale.tail))
    paper.put(sale.tender, euros(sale.given, sale.tail))
    if sale.change:
        paper.put("RENDU MONNAIE", euros(sale.change, sale.tail))
    _table(sale, paper)
    paper.put(sale.when.strftime("%d/%m/%Y %H:%M"))
    paper.centre("MERCI DE VOTRE VISITE")
    return paper


def _amount(paper: Paper) -> None:
    paper.amounts_at.append(len(paper.lines) - 1)


def _digits(sale: Sale, paper: Paper) -> None:
    paper.put("DESIGNATION  P.U x QTE", "MONTANT€")
    for sold in sale.sold:
        middle = f"{euros(sold.price)}x{sold.quantity}" if sold.quantity > 1 else ""
        room = min(16, sale.width - 20)
        label = f"{sold.key} {sold.label[:room]:<{room}} {middle}"
        paper.put(label, euros(sold.amount))
        _amount(paper)
        if sold.discount:
            paper.put("Remise Immédiate", f"{euros(sold.discount)}-")


def _right(sale: Sale, paper: Paper) -> None:
    for sold in sale.sold:
        paper.put(sold.label, f"{euros(sold.amount)} {LETTERS[sold.key]}")
        _amount(paper)
        if sold.quantity > 1:
            paper.put(f"   {sold.quantity} x {euros(sold.price)}")
        if sold.discount:
            paper.put("  REMISE", f"{euros(-sold.discount)} {LETTERS[sold.key]}")


def _before(sale: Sale, paper: Paper) -> None:
    for sold in sale.sold:
        unit = euros(sold.price, "Eur", ".")
        times = f"{sold.quantity} X {unit} " if sold.quantity > 1 else ""
        amount = euros(sold.amount, "Eur", ".")
        paper.put(sold.label[:14], f"T{sold.key} {times}{amount}")
        _amount(paper)
        if sold.discount:
            paper.put("REMISE", f"T{sold.key} {euros(-sold.discount, 'Eur', '.')}")


def _cafe(sale: Sale, paper: Paper) -> None:
    for sold in sale.sold:
        paper.put(f"{sold.quantity} x {sold.label}", euros(sold.amount, sale.tail))
        _amount(paper)
        if sold.discount:
            paper.put("   Remise", euros(-sold.discount, sale.tail))


def _table(sale: Sale, paper: Paper) -> None:
    cell = (sale.width - 8) // 3
    paper.put("Taux    " + "".join(f"{name:>{cell}}" for name in sale.order))
    for row in sale.vat:
        rate = f"{row['rate'] / 100:.2f}%".replace(".", ",")
        code = "" if sale.layout == "cafe" else f"{sale.code(row['key'])} "
        cells = "".join(f"{euros(row[name]):>{cell}}" for name in sale.order)
        paper.put(f"{code}{rate}".ljust(8) + cells)


@st.composite
def sales(draw: st.DrawFn) -> Sale:
    labels = draw(st.lists(st.sampled_from(GOODS), min_size=1, max_size=9, unique=True))
    keys = draw(st.lists(st.sampled_from(sorted(RATES)), min_size=1, max_size=2))
    sold = []
    for label in labels:
        price = draw(st.integers(10, 9_999))
        quantity = draw(st.sampled_from((1, 1, 1, 2, 3, 12)))
        off = draw(st.sampled_from((0, 0, 0, 5, 30)))
        sold.append(
            Sold(label, quantity, price, draw(st.sampled_from(keys)),
                 min(off, price // 2))
        )  # fmt: skip
    total = sum(s.amount - s.discount for s in sold)
    cash = draw(st.booleans())
    extra = draw(st.integers(0, 4_000)) if cash else 0
    return Sale(
        sold=tuple(sold),
        tender="ESPECES" if cash else "CARTE BANCAIRE",
        given=total + extra,
        when=draw(st.datetimes(EARLIEST, LATEST)).replace(second=0, microsecond=0),
        number=draw(st.integers(1_000, 999_999)),
        width=draw(st.sampled_from((32, 40, 42, 48))),
        layout=draw(st.sampled_from(("digits", "right", "before", "cafe"))),
        order=draw(st.sampled_from(COLUMN_ORDERS)),
        tail=draw(st.sampled_from(("", " €", " EUR", "€"))),
    )
