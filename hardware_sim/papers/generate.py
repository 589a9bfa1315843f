"""A paper from a seed: the same on every machine.

The dice are seeded by text, which Python hashes alike everywhere.
"""

from __future__ import annotations

import random
from typing import Any, Final

from hardware_sim.papers.abroad import ABROAD
from hardware_sim.papers.axes import BROKEN, BROKEN_OF_100, VAT_ORDERS, drawn
from hardware_sim.papers.cents import Coin
from hardware_sim.papers.desk import Desk, codes_for, words_for
from hardware_sim.papers.lands import LANDS, WEIGHTED, Land
from hardware_sim.papers.layouts import ANYWHERE, BLOCKS, CLOSING, DRAW, LAYOUTS
from hardware_sim.papers.sale import ring
from hardware_sim.papers.sheet import Paper, Sheet
from hardware_sim.papers.shops import shop

PLAIN_PAGES: Final = ("cp437", "cp850")
"""Code pages without a euro sign."""
CODE_PAGES: Final = ("cp437", "cp850", "cp858", "cp1252")
_NEEDS: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "": {}, "missing_line": {"void": ("no",)}, "vat_row": {"vat": VAT_ORDERS},
    "count": {"count": ("articles", "in_total")}, "change": {"pay": ("cash",)},
    "total": {}, "subtotal": {}, "unit_price": {"quantity": ("middle", "next_line", "inline", "cafe", "table", "decimal", "below")},
    "slip_amount": {"pay": ("card",), "slip": ("integrated",)}, "family_sum": {"families": ("after",)},
    "vat_total": {"vat": VAT_ORDERS, "vat_sum": ("yes",)},
}  # fmt: skip
"""What a paper must print for its lie to be on it."""
_IN_TABLES: Final = frozenset({"vat_row", "vat_total"})
"""Lies that stand in a VAT table, which papers with tax on top don't have."""


def generate(
    seed: int, *, layout: str = "", broken: str | None = None, land: str = ""
) -> Paper:
    """The paper of that seed.

    ``layout``, ``broken`` (a name of ``BROKEN``, or empty for none) and ``land`` (also one
    of ``ABROAD``, where layouts that are no nation's own are drawn) override the dice.
    """
    dice = random.Random(f"paper-{seed}")
    drawn_layout = dice.choice(DRAW)
    dice.choice(range(4))  # spent, so that the papers of known seeds stay as they are
    lie = random.Random(f"lie-{seed}").choice(BROKEN)
    if dice.randrange(100) >= BROKEN_OF_100:
        lie = ""
    name = layout or (dice.choice(ANYWHERE) if land in ABROAD else drawn_layout)
    lie = lie if broken is None else broken
    untaxed = land in ABROAD and ABROAD[land].on_top and lie in _IN_TABLES
    lie = lie if name in CLOSING and not untaxed else ""
    return _printed(seed, name, lie, dice, land)


def _printed(seed: int, name: str, lie: str, dice: random.Random, where: str) -> Paper:
    layout = LAYOUTS[name]
    nation = where or dice.choice(layout.lands or WEIGHTED)
    land = ABROAD.get(nation) or LANDS[nation]
    look = drawn(dice, layout)
    look |= {axis: dice.choice(values) for axis, values in _NEEDS[lie].items()}
    look |= {"vat": "none"} if land.on_top else {}
    look["code_page"] = dice.choice(CODE_PAGES)
    words = words_for(dice, land)
    premises = shop(dice, land, layout.trade)
    sale = ring(dice, land, layout, look, words)
    while lie == "unit_price" and not sale.multiplied:
        sale = ring(dice, land, layout, look, words)
    desk = Desk(
        dice=dice, land=land, layout=layout, look=look, words=words, shop=premises,
        sale=sale, coin=Coin(), item_coin=Coin(),
        sheet=Sheet(int(look["columns"])), lie=lie, codes=codes_for(dice, land, look),
        rate_form=dice.choice(("two", "two", "short", "spaced")) if look["columns"] != "32" else "short",
    )  # fmt: skip
    desk.coin, desk.item_coin = _coins(desk)
    for block in layout.blocks:
        BLOCKS[block](desk)
    return Paper(
        seed=seed, layout=name, country=land.country, lang=land.lang, columns=desk.sheet.columns,
        parts=tuple(desk.sheet.parts), truth=_truth(desk, layout.doc),
        axes={**look, "layout": name, "land": nation, "broken": lie or "none"},
    )  # fmt: skip


def _coins(desk: Desk) -> tuple[Coin, Coin]:
    """Money of totals, and of items, which mostly have no currency."""
    dice, land, look = desk.dice, desk.land, desk.look
    point = "." if dice.randrange(100) < 15 else land.point
    tail = dice.choice(_tails(land, look["code_page"]))
    grouped, trailing = look["grouped"] == "yes", look["sign"] == "trail"
    whole = Coin(point, tail, dice.choice(land.heads), trailing, grouped)
    if dice.randrange(100) < 40 and look["tag"] not in {
        "letter_after",
        "percent_before_amount",
    }:
        return whole, whole
    return whole, Coin(point, "", "", trailing, grouped)


def _tails(land: Land, page: str) -> tuple[str, ...]:
    if page in PLAIN_PAGES:
        return tuple(tail for tail in land.tails if "€" not in tail)
    return land.tails


def _truth(desk: Desk, doc: str) -> dict[str, Any]:
    truth = dict(desk.sheet.truth)
    truth.setdefault("doc_type", doc)
    if "items" in truth:
        truth["items_verified"] = not desk.lie
    if desk.lie:
        truth["must_flag"] = True
        truth["broken"] = desk.lie
    return truth
