"""What may differ between two tills: every axis with its values, and how one is drawn.

A layout narrows an axis (``Layout.allow``); what it doesn't name is free.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import permutations
from typing import Final

Look = Mapping[str, str]
"""One value for each axis."""

VAT_ORDERS: Final = tuple(
    "-".join(order) for order in permutations(("net", "vat", "gross"))
)

AXES: Final[Mapping[str, tuple[str, ...]]] = {
    "columns": ("32", "40", "42", "48", "56", "64"),
    "label": ("16", "18", "20", "22", "24", "30"),
    "ellipsis": ("cut", "cut", "dots"),
    "sign": ("lead", "lead", "trail"),
    "grouped": ("no", "no", "yes"),
    "tag": ("none", "letter_after", "letter_after", "digit_before", "digit_after", "t_before_amount",
            "v_before", "percent_before_amount", "paren_after"),
    "quantity": ("middle", "below", "below_stk", "above", "front_x", "front", "cafe", "next_line",
                 "inline", "table", "decimal", "at"),
    "weight": ("below", "below", "above", "inline"),
    "discount": ("none", "none", "under", "under", "line", "per_rate", "block", "ticket", "info"),
    "families": ("none", "none", "none", "before", "after"),
    "vat": (*VAT_ORDERS, "net-vat", "included", "oneline", "keyed", "none"),
    "vat_sum": ("no", "yes"),
    "vat_place": ("before_payment", "after_payment", "after_payment"),
    "pay": ("card", "card", "card", "cash", "cash", "exact", "two", "two", "three"),
    "balance": ("no", "no", "yes"),
    "rounding": ("none", "step"),
    "loyalty": ("none", "none", "head", "after_total", "foot"),
    "date": ("d/m/Y", "d/m/Y", "d/m/y", "d.m.y", "d.m.Y", "d-m-Y", "le", "month", "day", "time_first", "h"),
    "place": ("head", "head", "foot", "bars"),
    "merchant": ("name", "name", "legal", "both", "logo"),
    "ids": ("all", "some", "none"),
    "slip": ("none", "none", "none", "integrated"),
    "count": ("none", "none", "articles", "lines", "in_total"),
    "noise": ("none", "some", "lots"),
    "void": ("no", "no", "no", "no", "yes"),
    "deposit": ("no", "yes"),
    "total": ("plain", "plain", "wide", "next_line"),
    "rule": ("-", "=", "*", "none"),
    "mark": ("none", "none", "none", "none", "none", "none", "none", "duplicate", "training", "annulled"),
    "guarantee": ("no", "no", "yes"),
    "ean": ("no", "no", "no", "yes"),
    "star": ("no", "no", "no", "yes"),
    "symbol": ("none", "ean13", "code128", "qr"),
}  # fmt: skip

BROKEN: Final = (
    "missing_line", "vat_row", "count", "change", "total", "subtotal", "unit_price", "slip_amount", "vat_total",
    "family_sum",
)  # fmt: skip
"""Ways in which a paper's sums don't close."""
BROKEN_OF_100: Final = 5


@dataclass(frozen=True, slots=True)
class Layout:
    """One kind of till: what it sells, what it may look like, its blocks in order."""

    trade: str
    blocks: tuple[str, ...]
    doc: str = "sale"
    allow: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lands: tuple[str, ...] = ()
    most: int = 14
    weight: int = 4


def drawn(dice: random.Random, layout: Layout) -> dict[str, str]:
    """A look that this layout allows."""
    return {
        axis: dice.choice(layout.allow.get(axis, values))
        for axis, values in AXES.items()
    }
