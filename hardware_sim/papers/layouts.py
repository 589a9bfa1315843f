"""Every layout: what is sold, which looks it may have, its blocks from top to bottom."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from hardware_sim.papers import counter, heads, items, office, slips, sums
from hardware_sim.papers.axes import VAT_ORDERS, Layout
from hardware_sim.papers.desk import Desk
from hardware_sim.papers.fiscal import fiscal

Block = Callable[[Desk], None]
_FRENCH: Final = ("FR", "FR", "FR", "BE", "LU", "CH-fr")
_TABLES: Final = (*VAT_ORDERS, "net-vat")


def _rule(desk: Desk) -> None:
    desk.sheet.rule(desk.look["rule"])


def _vat_at(place: str) -> Block:
    return lambda desk: sums.vat(desk) if desk.look["vat_place"] == place else None


def _mark(desk: Desk) -> None:
    """What makes an ordinary ticket a copy, an exercise, or annulled."""
    sheet, mark = desk.sheet, desk.look["mark"]
    if mark == "duplicate":
        sheet.styled(desk.say("duplicate"))
        sheet.truth["doc_type"] = "duplicate"
    elif mark == "training":
        sheet.styled(desk.say("training"))
        sheet.truth.setdefault("mentions", []).append("training")
    elif mark == "annulled" and desk.land.country == "FR":
        other = f"{desk.dice.randint(1, 30):03d}-{desk.dice.randrange(100_000):05d}"
        how, key = desk.dice.choice(
            (("est annulé par", "annulled_by"), ("modifie", "modifies"))
        )
        sheet.line(f"Ce ticket {how} le ticket n° {other}")
        sheet.truth[key] = other


BLOCKS: Final[Mapping[str, Block]] = {
    "mark": _mark, "head": heads.head, "info": heads.info, "rule": _rule, "items": items.items,
    "count": sums.count, "subtotal": sums.subtotal, "total": sums.total, "payments": sums.payments,
    "vat": sums.vat, "vat_early": _vat_at("before_payment"), "vat_late": _vat_at("after_payment"),
    "loyal_head": heads.loyalty("head"), "loyal_mid": heads.loyalty("after_total"), "loyal_foot": heads.loyalty("foot"),
    "fiscal": fiscal, "foot": heads.foot, "symbol": heads.symbol, "slip": slips.integrated, "coupon": heads.coupon_at_end,
    "table": counter.table, "service": counter.service, "bill": counter.bill, "provisional": counter.provisional,
    "fuel_ring": counter.fuel_ring, "fuel": counter.fuel, "pharmacy_ring": counter.pharmacy_ring, "pharmacy": counter.pharmacy,
    "invoice_ring": counter.invoice_ring, "client": counter.client, "net_total": counter.net_total,
    "refund_ring": counter.refund_ring, "refund_head": counter.refund_head, "refund_total": counter.refund_total,
    "kitchen": office.kitchen, "gift": office.gift, "x": office.report("x"), "z": office.report("z"),
    "card_slip": office.card_slip, "merchant_slip": office.merchant_slip, "refused_slip": office.refused_slip,
    "voucher": office.voucher, "abort": office.abort, "cash_in": office.cash("cash_in"), "cash_out": office.cash("cash_out"),
    "drawer": office.drawer, "test_page": office.test_page, "label": office.label, "queue": office.queue,
    "settlement": office.settlement, "exit": office.exit_code,
}  # fmt: skip

_SALE: Final = (
    "mark", "head", "info", "loyal_head", "rule", "items", "rule", "subtotal", "total", "count", "vat_early",
    "payments", "vat_late", "loyal_mid", "fiscal", "foot", "symbol", "loyal_foot", "slip", "coupon",
)  # fmt: skip
_NOTE: Final = (
    "mark", "head", "info", "table", "rule", "items", "rule", "subtotal", "total", "count", "vat_early", "payments",
    "vat_late", "service", "fiscal", "foot", "slip",
)  # fmt: skip
_NO_EXTRAS: Final = {
    "discount": ("none",), "void": ("no",), "deposit": ("no",), "rounding": ("none",), "mark": ("none",),
    "families": ("none",), "count": ("none",), "ean": ("no",),
}  # fmt: skip

LAYOUTS: Final[Mapping[str, Layout]] = {
    "hypermarket": Layout("grocery", _SALE, weight=8, lands=("FR", "FR", "FR", "BE"), most=18, allow={
        "columns": ("40", "42", "48"), "tag": ("digit_before",), "quantity": ("middle",), "families": ("after",),
        "discount": ("none", "under", "under", "info", "ticket"), "sign": ("trail", "lead"), "count": ("in_total",),
        "vat": ("keyed", "keyed", "net-vat", *VAT_ORDERS), "place": ("bars", "foot"), "total": ("plain",),
    }),
    "supermarket": Layout("grocery", _SALE, weight=16, allow={
        "columns": ("40", "42", "48", "56", "64"), "tag": ("letter_after", "letter_after", "paren_after"),
        "quantity": ("below", "below_stk", "above", "next_line", "at", "middle"), "vat": (*_TABLES, "none"),
    }),
    "supermarket_banners": Layout("grocery", _SALE, weight=6, lands=("FR", "FR", "BE", "LU", "CH-fr"), allow={
        "columns": ("40", "42", "48"), "tag": ("digit_after", "none"), "quantity": ("next_line", "below"),
        "families": ("before",), "count": ("in_total", "articles"), "vat": _TABLES,
    }),
    "convenience": Layout("grocery", _SALE, weight=8, lands=_FRENCH, most=9, allow={
        "columns": ("40", "42", "48"), "tag": ("t_before_amount",), "quantity": ("inline", "next_line"), "weight": ("above", "below"),
        "discount": ("block", "block", "under", "none"), "date": ("day", "d-m-Y", "d/m/y"), "vat": _TABLES,
    }),
    "frozen": Layout("frozen", _SALE, weight=6, lands=("FR",), most=8, allow={
        "columns": ("32",), "tag": ("v_before",), "families": ("none",), "quantity": ("below", "front_x", "next_line"), "discount": ("under", "none", "ticket"),
        "count": ("in_total", "lines"), "total": ("plain", "next_line"), "place": ("foot",), "vat": ("none", "none", "included", *VAT_ORDERS),
    }),
    "hard_discount": Layout("grocery", _SALE, weight=8, allow={
        "columns": ("40", "42", "48"), "tag": ("letter_after",), "quantity": ("table",), "discount": ("line", "under", "none", "per_rate"),
        "count": ("lines",), "place": ("bars",), "vat": ("gross-net-vat", "gross-vat-net", "net-vat-gross"), "families": ("none",),
    }),
    "staff_discount": Layout("grocery", _SALE, weight=5, lands=("DE", "DE", "AT", "NL", "FR", "ES"), allow={
        "columns": ("40", "42", "48"), "tag": ("letter_after",), "quantity": ("below_stk", "below"), "discount": ("per_rate",),
        "vat": VAT_ORDERS, "slip": ("integrated", "none"),
    }),
    "plain_till": Layout("grocery", _SALE, weight=8, most=8, allow={
        "columns": ("32", "40", "42"), "tag": ("none", "percent_before_amount", "digit_after"), "families": ("none",),
        "quantity": ("below", "front_x", "front", "cafe", "next_line", "inline", "at"), "vat": (*_TABLES, "included", "none"),
    }),
    "fashion": Layout("fashion", _SALE, weight=8, lands=_FRENCH, most=4, allow={
        "ean": ("yes", "yes", "no"), "tag": ("none",), "quantity": ("next_line", "decimal", "at", "below"), "families": ("none",),
        "discount": ("under", "under", "none", "line"), "vat": ("included", "oneline", *VAT_ORDERS), "columns": ("40", "42", "48"), "deposit": ("no",),
    }),
    "bakery": Layout("bakery", _SALE, weight=8, most=5, allow={
        "columns": ("32", "32", "40"), "tag": ("none",), "quantity": ("front", "cafe"), "families": ("none",), "discount": ("none", "none", "ticket"),
        "vat": ("included", "none", "net-vat-gross"), "ids": ("some", "none"), "noise": ("none",), "loyalty": ("none",), "deposit": ("no",), "ean": ("no",),
    }),
    "restaurant": Layout("restaurant", _NOTE, weight=10, most=7, allow={
        "tag": ("none", "none", "letter_after"), "quantity": ("front_x", "front", "table"), "families": ("none",), "columns": ("40", "42", "48"),
        "discount": ("none", "none", "ticket"), "vat": (*_TABLES, "included", "oneline"), "deposit": ("no",), "ean": ("no",), "count": ("none",),
    }),
    "diy": Layout("diy", _SALE, weight=7, lands=_FRENCH, most=6, allow={
        "ean": ("yes",), "tag": ("none", "letter_after"), "quantity": ("decimal", "next_line", "below"), "families": ("none",),
        "columns": ("40", "42", "48", "56", "64"), "discount": ("none", "under", "line"), "vat": (*_TABLES, "oneline"), "guarantee": ("yes",), "deposit": ("no",),
    }),
    "pharmacy": Layout("pharmacy", (
        "pharmacy_ring", "head", "info", "rule", "items", "rule", "pharmacy", "vat_late", "payments", "foot",
    ), weight=3, lands=("FR",), most=6, allow=_NO_EXTRAS | {
        "columns": ("40", "42", "48"), "ean": ("yes", "no"), "tag": ("percent_before_amount", "none"), "quantity": ("front_x", "next_line"), "vat": (*VAT_ORDERS, "none"),
        "balance": ("no",),
    }),
    "fuel": Layout("fuel", ("fuel_ring", "head", "fuel", "slip", "foot"), weight=4, lands=("FR",), most=1, allow=_NO_EXTRAS | {
        "columns": ("32", "40", "42"), "slip": ("integrated", "none"), "place": ("head",), "noise": ("none",), "tag": ("none",), "vat": ("none",),
    }),
    "invoice": Layout("diy", (
        "invoice_ring", "head", "client", "rule", "items", "rule", "net_total", "payments", "foot",
    ), weight=3, lands=("FR",), most=6, allow=_NO_EXTRAS | {
        "columns": ("40", "42", "48"), "tag": ("none",), "ean": ("yes", "no"), "quantity": ("decimal", "table"), "place": ("head",), "balance": ("no",), "vat": ("none",),
    }),
    "refund": Layout("fashion", (
        "refund_ring", "head", "refund_head", "info", "rule", "items", "rule", "refund_total", "vat", "fiscal", "foot",
    ), "refund", weight=5, lands=_FRENCH, most=3, allow=_NO_EXTRAS | {
        "columns": ("40", "42", "48"), "tag": ("none", "letter_after"), "quantity": ("below", "next_line"), "vat": (*VAT_ORDERS, "oneline", "none"),
    }),
    "refund_grocery": Layout("grocery", (
        "refund_ring", "head", "refund_head", "info", "rule", "items", "rule", "refund_total", "vat", "fiscal", "foot",
    ), "refund", weight=4, most=3, allow=_NO_EXTRAS | {
        "columns": ("40", "42", "48"), "tag": ("none", "letter_after"), "quantity": ("below",), "vat": (*VAT_ORDERS, "none"),
    }),
    "proforma": Layout("restaurant", (
        "head", "bill", "table", "rule", "items", "rule", "total", "vat_late", "provisional", "foot",
    ), "proforma", weight=5, most=7, allow=_NO_EXTRAS | {
        "columns": ("40", "42", "48"), "tag": ("none",), "quantity": ("front_x", "front"), "vat": ("none", *VAT_ORDERS),
    }),
    "gift": Layout("fashion", ("head", "gift"), "gift", weight=4, lands=_FRENCH, most=4, allow=_NO_EXTRAS),
    "gift_grocery": Layout("grocery", ("head", "gift"), "gift", weight=2, most=4, allow=_NO_EXTRAS),
    "kitchen": Layout("restaurant", ("kitchen",), "kitchen", weight=5, most=7, allow=_NO_EXTRAS),
    "card_slip": Layout("grocery", ("card_slip",), "card_slip", weight=5, allow=_NO_EXTRAS),
    "merchant_slip": Layout("grocery", ("merchant_slip",), "merchant_slip", weight=4, allow=_NO_EXTRAS),
    "refused_slip": Layout("grocery", ("refused_slip",), "card_slip", weight=2, allow=_NO_EXTRAS),
    "x_report": Layout("grocery", ("head", "x"), "x_report", weight=4, allow=_NO_EXTRAS),
    "z_report": Layout("grocery", ("head", "z"), "z_report", weight=4, allow=_NO_EXTRAS),
    "voucher": Layout("grocery", ("head", "voucher"), "voucher", weight=3, allow=_NO_EXTRAS),
    "abort": Layout("grocery", ("head", "abort"), "non_receipt", weight=2, allow=_NO_EXTRAS),
    "cash_in": Layout("grocery", ("cash_in",), "non_receipt", weight=2, allow=_NO_EXTRAS),
    "cash_out": Layout("grocery", ("cash_out",), "non_receipt", weight=2, allow=_NO_EXTRAS),
    "drawer": Layout("grocery", ("drawer",), "non_receipt", weight=2, allow=_NO_EXTRAS),
    "test_page": Layout("grocery", ("test_page",), "non_receipt", weight=2, allow=_NO_EXTRAS),
    "label": Layout("grocery", ("label",), "non_receipt", weight=2, allow=_NO_EXTRAS),
    "queue": Layout("grocery", ("queue",), "non_receipt", weight=2, allow=_NO_EXTRAS),
    "settlement": Layout("grocery", ("settlement",), "non_receipt", weight=2, allow=_NO_EXTRAS),
    "exit": Layout("grocery", ("exit",), "non_receipt", weight=2, allow=_NO_EXTRAS),
}  # fmt: skip

DRAW: Final = tuple(
    name for name, layout in LAYOUTS.items() for _ in range(layout.weight)
)
CLOSING: Final = frozenset(
    name for name, layout in LAYOUTS.items() if layout.blocks in {_SALE, _NOTE}
)
"""Layouts whose printed sums close line by line; only they are ever broken."""
ANYWHERE: Final = tuple(
    name for name in DRAW if name in CLOSING and not LAYOUTS[name].lands
)
"""Layouts of no nation's own, as often as they come."""
